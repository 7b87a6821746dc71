"""One text of a posting, scanned once for every extractor.

An extractor registers what it looks for (`anchors`) when it is imported. `scan` finds the anchors
of all extractors in a single pass and extractors then read small windows around them, which is
what makes thousands of postings a second possible.

Positions are the same in `Text.raw` and `Text.norm`, so evidence is always ``raw[start:end]``.
"""

from __future__ import annotations

import marshal
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from normalize.cache import cached

if TYPE_CHECKING:
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


class Scanner:
    """The patterns of all extractors, by group, and the database that finds all of them in one pass.

    The database takes a second to compile, so it is kept in the user's cache folder; patterns are made only where it is
    not there.
    """

    def __init__(self) -> None:
        self._patterns: dict[str, Callable[[], Iterable[str]]] = {}
        self._lock = threading.Lock()
        self._compiled: tuple[hyperscan.Database, list[str]] | None = None

    def anchors(self, group: str, patterns: Callable[[], Iterable[str]], apart: bool = False) -> str:
        r"""Register what an extractor looks for and return the group's name for `Text.hits`.

        Patterns are regular expressions over `fold`-ed text in Hyperscan's dialect (no look-around, no
        back-references, bounded repeats). ``\b`` is an ASCII word boundary.

        Args:
            patterns: what makes them; they follow from the files of `normalize` alone, or the cache would be wrong.
            apart: patterns too large to be read as one; what several of them find is found several times.

        >>> scanner = Scanner()
        >>> scanner.anchors("example.unit", lambda: [r"\bweeks?\b", r"\bmonths?\b"])
        'example.unit'
        >>> scanner.hits("two weeks or a month")["example.unit"]
        [(4, 9), (15, 20)]
        """
        return self._register(group, patterns if apart else lambda: ["|".join(patterns())])

    def word_anchors(self, group: str, words: Collection[str]) -> str:
        """Register plain words, which the scanner finds and prepares much faster than patterns.

        They are found inside longer words too, and a word inside another word of the list as well: who reads a hit
        looks at what is beside it.

        >>> scanner = Scanner()
        >>> scanner.word_anchors("example.word", ["intern", "internship"])
        'example.word'
        >>> scanner.hits("an internship.")["example.word"]
        [(3, 9), (3, 13)]
        """
        return self._register(group, lambda: [re.escape(word) for word in dict.fromkeys(words)])

    def _register(self, group: str, patterns: Callable[[], Iterable[str]]) -> str:
        with self._lock:
            self._patterns[group] = patterns
            self._compiled = None
        return group

    def hits(self, norm: str) -> dict[str, list[Hit]]:
        """Return the positions of every group's anchors in a folded text.

        >>> Scanner().hits("")
        {}
        """
        if not norm or not self._patterns:
            return {}
        database, groups = self._compiled or self._load()
        hits: dict[str, list[Hit]] = defaultdict(list)

        def found(pattern: int, start: int, end: int, flags: int, context: object) -> None:
            hits[groups[pattern]].append((start, end))

        database.scan(_bytes(norm), match_event_handler=found)
        return hits

    def _load(self) -> tuple[hyperscan.Database, list[str]]:
        import hyperscan

        with self._lock:
            if self._compiled is None:
                smallest = _database(["a"])  # its description names the library's version and the processor's features
                key = f"{smallest.info()} {' '.join(self._patterns)}"
                groups, dumped = marshal.loads(cached("scanner", key, self._compile))
                database = hyperscan.loadb(dumped, hyperscan.HS_MODE_BLOCK)
                database.scratch = hyperscan.Scratch(database)
                self._compiled = (database, groups)
            return self._compiled

    def _compile(self) -> bytes:
        """Return each pattern's group and the compiled database, as bytes."""
        import hyperscan

        patterns = [(group, pattern) for group, made in self._patterns.items() for pattern in made()]
        database = _database([pattern for _, pattern in patterns])
        return marshal.dumps(([group for group, _ in patterns], hyperscan.dumpb(database)))


def _database(patterns: list[str]) -> hyperscan.Database:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[_bytes(pattern) for pattern in patterns],
        ids=list(range(len(patterns))),
        flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * len(patterns),
    )
    return database


_SCANNER = Scanner()
anchors = _SCANNER.anchors
word_anchors = _SCANNER.word_anchors


def scan(raw: str) -> Text:
    """Return the text with every registered anchor found.

    >>> scan("Ten Weeks").norm
    'ten weeks'
    """
    norm = fold(raw)
    return Text(raw, norm, _SCANNER.hits(norm))
