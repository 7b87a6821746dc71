"""The language of a text, by its most frequent small words.

Identifiers from packages take 100 microseconds and more for one posting; counting the small words that
each language file lists takes ten, and a language that has no file is not guessed.
"""

from __future__ import annotations

from normalize.vocabulary import languages

_READ = 1500  # characters; a posting does not change its language later
_WORDS: dict[str, tuple[str, ...]] = {}
for _code, _tables in languages().items():
    for _word in _tables["language"]["stopwords"]:
        _WORDS[_word] = (*_WORDS.get(_word, ()), _code)


def parse_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text in lower case, None if it is too short or of no known language.

    >>> parse_language("you will work with our team in the office and on the road for six weeks")
    'en'
    >>> parse_language("Стажировка") is None
    True
    """
    tokens = text[:_READ].split()
    counts: dict[str, int] = {}
    for token in tokens:
        for code in _WORDS.get(token, ()):
            counts[code] = counts.get(code, 0) + 1
    if not counts:
        return None
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    best, most = ranked[0]
    if most < 3 or most < 0.08 * len(tokens) or (len(ranked) > 1 and ranked[1][1] > 0.8 * most):
        return None
    return best
