"""The definition of a feed format: its functions, and the header of its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.products.feeds.formats.entry import Entry

FEED_VERSION = "1"
"""The version of the formats. It changes when a tag or key changes its name or meaning, not when one is added."""


class Publisher(NamedTuple):
    """The publisher that the headers of the feeds name.

    Attributes:
        url: the page of the publisher; the default is an address reserved for examples.
    """

    name: str = "internfeed"
    url: str = "https://internfeed.example/"


PUBLISHER = Publisher()


class Header(NamedTuple):
    """The content of the head of one file.

    Attributes:
        entries: the number of entries that follow; a file with fewer is truncated.
        places: the number of places of all these entries.
        updated: when the newest of these entries changed, ISO 8601.
        next: the name of the file that continues this one, or None for the last file.
        gone: identifier and instant of listings that closed recently; only in the last file.
    """

    entries: int
    places: int
    updated: str
    next: str | None
    publisher: Publisher
    gone: tuple[tuple[str, str], ...] = ()


class Format(NamedTuple):
    """A feed format: three pure functions from records to bytes.

    Attributes:
        name: the name of the file without its suffix.
        between: the separator of entries.
        per_place: whether an entry is repeated for each of its places.
    """

    name: str
    suffix: str
    head: Callable[[Header], bytes]
    entry: Callable[[Entry], bytes]
    tail: Callable[[Header], bytes]
    between: bytes = b""
    per_place: bool = False
