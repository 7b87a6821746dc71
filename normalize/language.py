"""The language of a text, by the small words that stand in it.

Identifiers from packages take 100 microseconds and more for one posting; looking for the small words that each
language file lists takes five, and a language that has no file is not guessed.
"""

from __future__ import annotations

from normalize.vocabulary import languages

_READ = (600, 6000)  # characters; a posting rarely changes its language, and only an undecided one is read on
_FEWEST = 3  # different small words
_AHEAD = 1.25  # times as many as of the next language
_LANGUAGES: dict[str, list[str]] = {}
for _code, _tables in languages().items():
    for _word in _tables["language"]["stopwords"]:
        _LANGUAGES.setdefault(_word, []).append(_code)
_WORDS = frozenset(_LANGUAGES)


def parse_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text in lower case, None if it is too short or of no known language.

    >>> parse_language("you will work with our team in the office and on the road for six weeks")
    'en'
    >>> parse_language("Стажировка") is None
    True
    """
    for length in _READ:
        found = _WORDS.intersection(text[:length].split())
        if len(found) >= _FEWEST:
            counts: dict[str, int] = {}
            for word in found:
                for code in _LANGUAGES[word]:
                    counts[code] = counts.get(code, 0) + 1
            best = max(counts, key=lambda code: (counts[code], code))
            most = counts.pop(best)
            if most >= _FEWEST and most >= _AHEAD * max(counts.values(), default=0):
                return best
        if len(text) <= length:
            break
    return None
