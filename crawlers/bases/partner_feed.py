"""The base of spiders for XML feeds that a job board hands to its partners, at an address that the operator knows."""

from __future__ import annotations

from typing import Any

from crawlers.answers.json_paths import maybe
from crawlers.bases.xml_feed import XmlFeedSpider


class PartnerFeedSpider(XmlFeedSpider):
    """A complete feed by agreement between a job board and the operator; the registry states its address.

    A posting that is missing from the feed is closed, because partners receive the whole list.
    """

    terms = "a feed by agreement: those of the operator's agreement with the board"
    redistribution = "parquet_only"
    robots = "asked at run time; the address of the feed is the operator's own"
    aggregator = True


def joined(*parts: str | None) -> str | None:
    """Return the parts of a text that are there, one after the other.

    >>> joined("<p>Tasks</p>", "", None, "<p>Profile</p>")
    '<p>Tasks</p>\\n<p>Profile</p>'
    """
    return "\n".join(part for part in parts if part) or None


def take(record: dict[str, Any], path: str) -> Any:
    """Return the value at a dotted path of a record, None without one; the first part leaves the record.

    >>> record = {"job": {"title": "Intern"}, "id": "7"}
    >>> take(record, "id"), take(record, "job.title"), record
    ('7', 'Intern', {'job': {'title': 'Intern'}})
    """
    if "." in path:
        return maybe(record, path)
    return record.pop(path, None)


def length(value: str | None, unit: str) -> str | None:
    """Return a duration in words, None where the feed states none or zero.

    >>> length("6", "months"), length("0", "months"), length("", "months")
    ('6 months', None, None)
    """
    return f"{value} {unit}" if value and value.strip("0., ") else None
