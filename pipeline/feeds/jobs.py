"""jobs.xml: the dialect of Jooble and its like, one ``job`` with an ``id`` for each listing, dates as DD.MM.YYYY."""

from __future__ import annotations

from pipeline.feeds.entry import Entry
from pipeline.feeds.format import Format, Header
from pipeline.feeds.markup import DECLARATION, Tag, elements, escaped
from pipeline.feeds.words import european

TAGS = (
    Tag("link", lambda entry, place: entry.url),
    Tag("name", lambda entry, place: entry.title),
    Tag("region", lambda entry, place: entry.regions),
    Tag("country", lambda entry, place: place.country),
    Tag("company", lambda entry, place: entry.hiring_organization),
    Tag("description", lambda entry, place: entry.html),
    Tag("pubdate", lambda entry, place: european(entry.date_posted)),
    Tag("updated", lambda entry, place: european(entry.updated_at)),
    Tag("expire", lambda entry, place: european(entry.valid_through)),
    Tag("salary", lambda entry, place: entry.pay_words),
    Tag("jobtype", lambda entry, place: "internship"),
    Tag("summary", lambda entry, place: entry.facts),
    Tag("attribution", lambda entry, place: entry.attribution),
)


def _head(header: Header) -> str:
    return (
        f'{DECLARATION}<jobs publisher="{escaped(header.publisher.name)}" lastBuildDate="{header.updated}"'
        f' expectedJobCount="{header.entries}">\n'
    )


def _entry(entry: Entry) -> str:
    return f'<job id="{escaped(entry.listing_id)}">\n{elements(TAGS, entry, entry.places[0])}</job>\n'


JOBS = Format("jobs", ".xml", _head, _entry, lambda header: "</jobs>\n")
