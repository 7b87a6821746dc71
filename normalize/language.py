"""The language of a text, by the small words that stand in it.

Identifiers from packages take 100 microseconds and more for one posting; looking for the small words that each
language file lists takes five, and a language that has no file is not guessed.
"""

from __future__ import annotations

from itertools import pairwise

from normalize.vocabulary import languages

_READ = (0, 600, 1800)  # characters: the beginning, and what follows where that is undecided
_FEWEST = 3  # different small words
_SHARE = 0.12  # of all different words: of a language without a file a few look like another's
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
    for start, end in pairwise(_READ):
        tokens = set(text[start:end].split())
        found = _WORDS & tokens
        if len(found) >= max(_FEWEST, _SHARE * len(tokens)):
            counts: dict[str, int] = {}
            for word in found:
                for code in _LANGUAGES[word]:
                    counts[code] = counts.get(code, 0) + 1
            best = max(counts, key=lambda code: (counts[code], code))
            most = counts.pop(best)
            if most >= max(_FEWEST, _SHARE * len(tokens), _AHEAD * max(counts.values(), default=0)):
                return best
        if len(text) <= end:
            break
    return None
