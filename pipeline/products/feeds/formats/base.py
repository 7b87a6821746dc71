"""What a feed format is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.products.feeds.formats.entry import Entry

FEED_VERSION = "1"
"""Changes when a tag or key of a format changes its name or meaning; new ones keep it."""


class Publisher(NamedTuple):
    """Who publishes the feeds, as their headers say.

    Attributes:
        url: the page of the publisher; the default is a name reserved for examples.
    """

    name: str = "internfeed"
    url: str = "https://internfeed.example/"


PUBLISHER = Publisher()


class Header(NamedTuple):
    """What the head of one file says.

    Attributes:
        entries: how many entries follow; a reader that finds fewer holds a truncated file.
        places: how many places these entries have in all.
        updated: when the newest of them changed, ISO 8601.
        next: the name of the file that continues this one, or None for the last.
        gone: identifier and instant of listings that closed lately; only in the last file.
    """

    entries: int
    places: int
    updated: str
    next: str | None
    publisher: Publisher
    gone: tuple[tuple[str, str], ...] = ()


class Format(NamedTuple):
    """One feed format: three pure functions from records to bytes.

    Attributes:
        name: the file's name before its suffix.
        per_place: whether an entry is repeated for each of its places.
        between: what separates entries.
    """

    name: str
    suffix: str
    head: Callable[[Header], bytes]
    entry: Callable[[Entry], bytes]
    tail: Callable[[Header], bytes]
    between: bytes = b""
    per_place: bool = False
