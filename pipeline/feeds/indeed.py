"""indeed.xml: the Indeed dialect, which most boards and aggregators read, with further tags of ours.

One ``job`` for each place, each with a reference of its own. All values are CDATA; a tag without
a value is left out. ``canonicalreference`` is the same for one vacancy that several boards show.
``expirationdate`` is a deadline that the posting states, never one that we guess: absence from
the feed is what ends a listing.
"""

from __future__ import annotations

from pipeline.feeds.entry import Entry
from pipeline.feeds.format import Format, Header
from pipeline.feeds.markup import DECLARATION, Tag, elements, escaped
from pipeline.feeds.words import number

REMOTE_TYPES = {"remote": "Fully remote", "hybrid": "Hybrid remote"}

TAGS = (
    Tag("title", lambda entry, place: entry.title),
    Tag("date", lambda entry, place: entry.date_posted),
    Tag("referencenumber", lambda entry, place: entry.listing_id + place.suffix),
    Tag("requisitionid", lambda entry, place: entry.posting_id),
    Tag("canonicalreference", lambda entry, place: entry.canonical_id),
    Tag("url", lambda entry, place: entry.url),
    Tag("applyurl", lambda entry, place: entry.apply_url),
    Tag("company", lambda entry, place: entry.hiring_organization),
    Tag("sourcename", lambda entry, place: entry.source),
    Tag("city", lambda entry, place: place.city),
    Tag("state", lambda entry, place: place.region),
    Tag("country", lambda entry, place: place.country),
    Tag("description", lambda entry, place: entry.html),
    Tag("jobtype", lambda entry, place: "internship"),
    Tag("category", lambda entry, place: entry.kind),
    Tag("timecommitment", lambda entry, place: None if entry.time_commitment == "unknown" else entry.time_commitment),
    Tag("expirationdate", lambda entry, place: entry.valid_through),
    Tag("remotetype", lambda entry, place: REMOTE_TYPES.get(entry.remote_status)),
    Tag("remote_status", lambda entry, place: entry.remote_status),
    Tag("salary", lambda entry, place: entry.pay_words),
    Tag("salary_min", lambda entry, place: number(entry.pay_min)),
    Tag("salary_max", lambda entry, place: number(entry.pay_max)),
    Tag("salary_currency", lambda entry, place: entry.pay_currency),
    Tag("salary_unit", lambda entry, place: entry.pay_period),
    Tag("pay_status", lambda entry, place: entry.pay_status),
    Tag("duration", lambda entry, place: entry.duration_text),
    Tag("duration_weeks_min", lambda entry, place: number(entry.duration_weeks_min)),
    Tag("duration_weeks_max", lambda entry, place: number(entry.duration_weeks_max)),
    Tag("hours_per_week_min", lambda entry, place: number(entry.hours_per_week_min)),
    Tag("hours_per_week_max", lambda entry, place: number(entry.hours_per_week_max)),
    Tag("startdate", lambda entry, place: entry.start_date),
    Tag("enddate", lambda entry, place: entry.end_date),
    Tag("language", lambda entry, place: entry.language),
    Tag("skills", lambda entry, place: ", ".join(entry.skills) or None if entry.skills else None),
    Tag("attribution", lambda entry, place: entry.attribution),
)


def _head(header: Header) -> str:
    return (
        f"{DECLARATION}<source>\n<publisher>{escaped(header.publisher.name)}</publisher>\n"
        f"<publisherurl>{escaped(header.publisher.url)}</publisherurl>\n"
        f"<lastBuildDate>{header.updated}</lastBuildDate>\n<expectedJobCount>{header.places}</expectedJobCount>\n"
    )


def _entry(entry: Entry) -> str:
    return "".join([f"<job>\n{elements(TAGS, entry, place)}</job>\n" for place in entry.places])


INDEED = Format("indeed", ".xml", _head, _entry, lambda header: "</source>\n", per_place=True)
