"""One text of a posting, scanned once for every extractor.

An extractor registers what it looks for (`anchors`) when it is imported. `scan` finds the anchors
of all extractors in a single pass and extractors then read small windows around them, which is
what makes thousands of postings a second possible.

Positions are the same in `Text.raw` and `Text.norm`, so evidence is always ``raw[start:end]``.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable

import hyperscan

# Typographic variants, one character for one character, so that no pattern has to know them.
_FOLD: tuple[tuple[str, str], ...] = (
    ("\u00a0", " "), ("\u202f", " "), ("\u2009", " "), ("\u2007", " "), ("\u3000", " "),
    ("\u2013", "-"), ("\u2014", "-"), ("\u2012", "-"), ("\u2010", "-"), ("\u2011", "-"), ("\u2212", "-"),
    ("\u2019", "'"), ("\u2018", "'"), ("\u00b4", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\uff04", "$"),
)  # fmt: skip
# Raised and lowered figures are marks of footnotes or powers: no figures of the number before them.
_FOLD += tuple((figure, " ") for figure in "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
# Signs outside Latin-1 that anchors look for; the scanner reads one byte a character.
_BYTE = (
    ("€", "\x80"), ("₹", "\x81"), ("₽", "\x82"), ("₩", "\x83"), ("₺", "\x84"), ("₫", "\x85"), ("₱", "\x86"),
    ("₪", "\x87"), ("₦", "\x88"), ("฿", "\x89"), ("ł", "\x8a"), ("č", "\x8b"),
)  # fmt: skip

Hit = tuple[int, int]
_NO_HITS: list[Hit] = []


class Text:
    """A text with its anchors.

    Attributes:
        raw: the words as they stand.
        norm: the same length, lower case, dashes, quotes and spaces folded to ASCII.
    """

    __slots__ = ("_hits", "norm", "raw")

    def __init__(self, raw: str, norm: str, hits: dict[str, list[Hit]]) -> None:
        self.raw = raw
        self.norm = norm
        self._hits = hits

    def hits(self, group: str) -> list[Hit]:
        """Return the (start, end) positions of a group's anchors, in order of their end."""
        return self._hits.get(group, _NO_HITS)


def fold(raw: str) -> str:
    """Return lower case with typographic variants folded, each character in its place.

    >>> fold("8–10 Weeks")
    '8-10 weeks'
    """
    norm = raw.lower()
    if len(norm) != len(raw):  # a few letters grow in lower case: "İ"
        norm = "".join(low if len(low := char.lower()) == 1 else char for char in raw)
    if not norm.isascii():
        for char, plain in _FOLD:
            norm = norm.replace(char, plain)
    return norm


def _bytes(norm: str) -> bytes:
    if not norm.isascii():
        for char, byte in _BYTE:
            norm = norm.replace(char, byte)
    return norm.encode("latin-1", "replace")


_patterns: dict[str, tuple[str, ...]] = {}
_lock = threading.Lock()
_scanner: tuple[hyperscan.Database, tuple[str, ...]] | None = None


def anchors(group: str, patterns: Iterable[str], apart: bool = False) -> str:
    r"""Register what an extractor looks for and return the group's name for `Text.hits`.

    Patterns are regular expressions over `fold`-ed text in Hyperscan's dialect (no look-around, no
    back-references, bounded repeats). ``\b`` is an ASCII word boundary.

    Args:
        apart: patterns too large to be read as one; what several of them find is found several times.

    >>> anchors("example.unit", [r"\bweeks?\b", r"\bmonths?\b"])
    'example.unit'
    >>> scan("two weeks or a month").hits("example.unit")
    [(4, 9), (15, 20)]
    """
    return _register(group, tuple(patterns) if apart else ("|".join(patterns),))


def word_anchors(group: str, words: Iterable[str]) -> str:
    """Register plain words, which the scanner finds and prepares much faster than patterns.

    They are found inside longer words too, and a word inside another word of the list as well: who reads a hit looks
    at what is beside it.

    >>> word_anchors("example.word", ["intern", "internship"])
    'example.word'
    >>> scan("An internship.").hits("example.word")
    [(3, 9), (3, 13)]
    """
    return _register(group, tuple(re.escape(word) for word in dict.fromkeys(words)))


def _register(group: str, patterns: tuple[str, ...]) -> str:
    global _scanner
    with _lock:
        _patterns[group] = patterns
        _scanner = None
    return group


def _compiled() -> tuple[hyperscan.Database, tuple[str, ...]]:
    global _scanner
    with _lock:
        if _scanner is None:
            database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            groups = tuple(group for group, patterns in _patterns.items() for _ in patterns)
            database.compile(
                expressions=[_bytes(pattern) for patterns in _patterns.values() for pattern in patterns],
                ids=list(range(len(groups))),
                flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * len(groups),
            )
            database.scratch = hyperscan.Scratch(database)
            _scanner = (database, groups)
        return _scanner


def scan(raw: str) -> Text:
    """Return the text with every registered anchor found.

    >>> scan("Ten Weeks").norm
    'ten weeks'
    """
    norm = fold(raw)
    if not norm:
        return Text(raw, norm, {})
    database, groups = _scanner or _compiled()
    hits: dict[str, list[Hit]] = defaultdict(list)

    def found(pattern: int, start: int, end: int, flags: int, context: object) -> None:
        hits[groups[pattern]].append((start, end))

    database.scan(_bytes(norm), match_event_handler=found)
    return Text(raw, norm, hits)
