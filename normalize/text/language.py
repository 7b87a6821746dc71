"""The language of a text, by the small words that stand in it.

Identifiers from packages take 100 microseconds and more for one posting; looking for the small words that each
language file lists takes five, and a language that has no file is not guessed.
"""

from __future__ import annotations

from itertools import pairwise

from normalize.text.lexicon import languages

_READ = (0, 320, 1000, 2400)  # characters: the beginning, and what follows where that is undecided
_FEWEST = 4  # different small words
_SHARE = 0.12  # of all different words: of a language without a file a few look like another's
_AHEAD = 1.25  # times as many as of the next language
_WORDS = {code: frozenset(tables["language"]["stopwords"]) for code, tables in languages().items()}
_ALL = frozenset().union(*_WORDS.values())
_ONLY = {
    code: own - frozenset().union(*(words for other, words in _WORDS.items() if other != code))
    for code, own in _WORDS.items()
}


def parse_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text in lower case, None if it is too short or of no known language.

    >>> parse_language("you will work with our team in the office and on the road for six weeks")
    'en'
    >>> parse_language("Стажировка") is None
    True
    """
    for start, end in pairwise(_READ):
        tokens = set(text[start:end].split())
        found = _ALL & tokens
        fewest = max(_FEWEST, _SHARE * len(tokens))
        if len(found) >= fewest:
            for code, words in _WORDS.items():
                most = len(found & words)
                # No other language has more words here than those that are not this one's alone.
                if most >= fewest and most >= _AHEAD * (len(found) - len(found & _ONLY[code])):
                    return code
        if len(text) <= end:
            break
    return None


def reading_languages(code: str | None) -> frozenset[str] | None:
    """Return the languages to read a text with: English and its own; None, which is all, where its own is not known.

    >>> sorted(reading_languages("de")), reading_languages(None)
    (['de', 'en'], None)
    """
    return frozenset(("en", code)) if code in _WORDS else None
