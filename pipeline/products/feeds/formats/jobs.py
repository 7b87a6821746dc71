"""jobs.xml: Jooble's XML dialect: one ``job`` with an ``id`` for each listing, dates as DD.MM.YYYY."""

from __future__ import annotations

from pipeline.products.feeds.formats.base import Format, Header
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.markup import DECLARATION, elements, escaped, tag
from pipeline.products.feeds.formats.salary import salary
from pipeline.products.feeds.formats.values import european

TAGS = (
    tag("link", lambda entry, place: entry.url),
    tag("name", lambda entry, place: entry.title),
    tag("region", lambda entry, place: entry.regions),
    tag("country", lambda entry, place: place.country),
    tag("company", lambda entry, place: entry.hiring_organization),
    tag("description", lambda entry, place: entry.html),
    tag("pubdate", lambda entry, place: european(entry.date_posted)),
    tag("updated", lambda entry, place: european(entry.updated_at)),
    tag("expire", lambda entry, place: european(entry.valid_through)),
    tag("salary", lambda entry, place: salary(entry)),
    tag("jobtype", lambda entry, place: "internship"),
    tag("summary", lambda entry, place: entry.facts),
    tag("attribution", lambda entry, place: entry.attribution),
)


def _head(header: Header) -> bytes:
    return (
        f'{DECLARATION}<jobs publisher="{escaped(header.publisher.name)}" lastBuildDate="{header.updated}"'
        f' expectedJobCount="{header.entries}">\n'
    ).encode()


def _entry(entry: Entry) -> bytes:
    inner = elements(TAGS, entry, entry.places[0])
    return b'<job id="%b">\n%b</job>\n' % (escaped(entry.listing_id).encode(), inner)


JOBS = Format("jobs", ".xml", _head, _entry, lambda header: b"</jobs>\n")
