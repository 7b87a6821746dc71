"""The language of a text, by the small words in it, or by the board's own word for it.

Identifiers from packages take 100 microseconds and more for one posting; looking for the small words that each
language file lists takes five, and a language that has no file is not guessed.
"""

from __future__ import annotations

import marshal
import re
from functools import cache, lru_cache
from itertools import pairwise

from normalize.cache import cached
from normalize.text.lexicon import languages, values

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


_LONGEST_FIELD = 200  # characters of a board's field
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,4}")
_WORD = re.compile(r"[^\W\d_]+")
_BOARDS_ALSO = ("cs", "da", "fi", "nb", "pl", "sv")  # languages of boards whose words for languages are known too


@lru_cache(maxsize=4096)
def stated_language(words: str) -> str | None:
    """Return the ISO 639-1 code of the language that a board's field states; None if it states several or none.

    >>> [stated_language(words) for words in ("English", "Deutsch (fließend)", "pt-BR", "ger", "x")]
    ['en', 'de', 'pt', 'de', None]
    >>> stated_language("English or German") is None
    True
    """
    words = words.strip().lower()[:_LONGEST_FIELD]
    names = _names()
    if tag := _TAG.fullmatch(words):
        return names.get(tag[1])
    codes = {code for word in _WORD.findall(words) if len(word) > 3 and (code := names.get(word))}
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _names() -> dict[str, str]:
    """Return the ISO 639-1 codes by the names of languages and by their codes of two and three letters."""
    from importlib.metadata import version

    names: dict[str, str] = marshal.loads(cached("languages", version("pycountry") + version("babel"), _made))
    return names


def _made() -> bytes:
    import pycountry
    from babel import Locale, UnknownLocaleError

    names: dict[str, str] = {}
    codes = {language.alpha_2: language for language in pycountry.languages if hasattr(language, "alpha_2")}
    for code, language in codes.items():
        for other in (code, language.alpha_3, getattr(language, "bibliographic", None), language.name.lower()):
            if other:
                names.setdefault(other, code)
    for table in (*languages(), *_BOARDS_ALSO, *codes):
        try:
            locale = Locale(table)
        except UnknownLocaleError:
            continue
        known = (
            locale.languages.items() if table in _BOARDS_ALSO or table in _WORDS else [(table, locale.language_name)]
        )
        for code, name in known:
            if code in codes and name:
                names.setdefault(name.lower(), code)
    return marshal.dumps(names | values("language", "names"))
