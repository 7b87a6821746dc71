"""What a feed format is, and the few pieces of text that several formats share."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

from pipeline.feeds.entry import Entry

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
    """One feed format: three pure functions from records to text.

    Attributes:
        name: the file's name before its suffix.
        per_place: whether an entry is repeated for each of its places.
        between: what separates entries.
    """

    name: str
    suffix: str
    head: Callable[[Header], str]
    entry: Callable[[Entry], str]
    tail: Callable[[Header], str]
    between: str = ""
    per_place: bool = False


def number(value: float | None) -> str | None:
    """Return a number as text, without an empty fraction.

    >>> number(12.0), number(17.5), number(None)
    ('12', '17.5', None)
    """
    if value is None:
        return None
    return str(int(value)) if value == int(value) else repr(value)


def span(low: float | None, high: float | None) -> str:
    """Return a range as people write it.

    >>> span(10.0, 12.0), span(8.0, 8.0), span(None, 500.0), span(20.0, None)
    ('10-12', '8', 'up to 500', 'from 20')
    """
    if low is None:
        return f"up to {number(high)}"
    if high is None:
        return f"from {number(low)}"
    return f"{number(low)}" if low == high else f"{number(low)}-{number(high)}"


def facts(entry: Entry) -> str:
    """Return the facts one looks for first, in one line: how long, what pay, from where."""
    said = []
    if entry.duration_min is not None or entry.duration_max is not None:
        said.append(f"{span(entry.duration_min, entry.duration_max)} {entry.duration_unit}s")
    if entry.hours_per_week_min is not None or entry.hours_per_week_max is not None:
        said.append(f"{span(entry.hours_per_week_min, entry.hours_per_week_max)} hours a week")
    if entry.pay_min is not None or entry.pay_max is not None:
        period = {"total": "in all", "unit": "per task", None: ""}.get(entry.pay_period, f"per {entry.pay_period}")
        said.append(" ".join(filter(None, (entry.pay_currency, span(entry.pay_min, entry.pay_max), period))))
    elif entry.pay_status != "unknown":
        said.append(entry.pay_status.replace("_", " "))
    if entry.remote_status != "unknown":
        said.append(entry.remote_status)
    said.append("; ".join(region(place.city, place.region, place.country) for place in entry.places))
    return ", ".join(said)


def region(*parts: str | None) -> str:
    """Return a place in one line.

    >>> region("Lyon", None, "FR")
    'Lyon, FR'
    """
    return ", ".join(filter(None, parts))


def european(iso: str | None) -> str | None:
    """Return an ISO date as DD.MM.YYYY.

    >>> european("2026-11-05")
    '05.11.2026'
    """
    return f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}" if iso else None


def rfc_822(iso: str) -> str:
    """Return an ISO date or instant as RSS writes it.

    >>> rfc_822("2026-11-05")
    'Thu, 05 Nov 2026 00:00:00 +0000'
    """
    moment = datetime.datetime.fromisoformat(iso)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[moment.weekday()]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} +0000"
