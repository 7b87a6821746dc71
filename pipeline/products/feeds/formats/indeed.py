"""indeed.xml: Indeed's XML dialect, which most boards and aggregators read, with additional tags.

There is one ``job`` for each place, each with its own reference. All values are CDATA; a tag without a value is left
out. ``canonicalreference`` is the same for all copies of a vacancy on several boards. ``expirationdate`` is a deadline
that the posting states, never a guess: a listing ends when it is absent from the feed.
"""

from __future__ import annotations

from normalize.vocabulary import RemoteStatus
from pipeline.products.feeds.formats.base import Format, Header
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.markup import DECLARATION, elements, escaped, tag
from pipeline.products.feeds.formats.salary import salary
from pipeline.products.feeds.formats.values import number

REMOTE_TYPES: dict[str, str] = {RemoteStatus.REMOTE: "Fully remote", RemoteStatus.HYBRID: "Hybrid remote"}

TAGS = (
    tag("title", lambda entry, place: entry.title),
    tag("date", lambda entry, place: entry.date_posted),
    tag("referencenumber", lambda entry, place: entry.listing_id + place.suffix),
    tag("requisitionid", lambda entry, place: entry.posting_id),
    tag("canonicalreference", lambda entry, place: entry.canonical_id),
    tag("url", lambda entry, place: entry.url),
    tag("applyurl", lambda entry, place: entry.apply_url),
    tag("company", lambda entry, place: entry.hiring_organization),
    tag("sourcename", lambda entry, place: entry.source),
    tag("city", lambda entry, place: place.city),
    tag("state", lambda entry, place: place.region),
    tag("country", lambda entry, place: place.country),
    tag("description", lambda entry, place: entry.html),
    tag("jobtype", lambda entry, place: "internship"),
    tag("category", lambda entry, place: entry.kind),
    tag("timecommitment", lambda entry, place: None if entry.time_commitment == "unknown" else entry.time_commitment),
    tag("expirationdate", lambda entry, place: entry.valid_through),
    tag("remotetype", lambda entry, place: REMOTE_TYPES.get(entry.remote_status)),
    tag("remote_status", lambda entry, place: entry.remote_status),
    tag("salary", lambda entry, place: salary(entry)),
    tag("salary_min", lambda entry, place: number(entry.pay_min)),
    tag("salary_max", lambda entry, place: number(entry.pay_max)),
    tag("salary_currency", lambda entry, place: entry.pay_currency),
    tag("salary_unit", lambda entry, place: entry.pay_period),
    tag("pay_status", lambda entry, place: entry.pay_status),
    tag("duration", lambda entry, place: entry.duration_text),
    tag("duration_weeks_min", lambda entry, place: number(entry.duration_weeks_min)),
    tag("duration_weeks_max", lambda entry, place: number(entry.duration_weeks_max)),
    tag("hours_per_week_min", lambda entry, place: number(entry.hours_per_week_min)),
    tag("hours_per_week_max", lambda entry, place: number(entry.hours_per_week_max)),
    tag("startdate", lambda entry, place: entry.start_date),
    tag("enddate", lambda entry, place: entry.end_date),
    tag("language", lambda entry, place: entry.language),
    tag("skills", lambda entry, place: ", ".join(entry.skills) or None if entry.skills else None),
    tag("attribution", lambda entry, place: entry.attribution),
)


def _head(header: Header) -> bytes:
    return (
        f"{DECLARATION}<source>\n<publisher>{escaped(header.publisher.name)}</publisher>\n"
        f"<publisherurl>{escaped(header.publisher.url)}</publisherurl>\n"
        f"<lastBuildDate>{header.updated}</lastBuildDate>\n<expectedJobCount>{header.places}</expectedJobCount>\n"
    ).encode()


def _entry(entry: Entry) -> bytes:
    return b"".join([b"<job>\n%b</job>\n" % elements(TAGS, entry, place) for place in entry.places])


INDEED = Format("indeed", ".xml", _head, _entry, lambda header: b"</source>\n", per_place=True)
