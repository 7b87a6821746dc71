"""feed.json: JSON Feed 1.1; a listing's columns are under the key ``_internfeed``."""

from __future__ import annotations

from typing import Any

import orjson

from pipeline.products.feeds.formats.base import FEED_VERSION, Format, Header
from pipeline.products.feeds.formats.entry import FIELDS, Entry

# Fields that have their own key in the item, or that are not columns.
_ELSEWHERE = frozenset(
    "listing_id url title language html excerpt places applicant_countries is_located updated_at".split()
)
_COLUMNS = tuple(name for name in FIELDS if name not in _ELSEWHERE)


def item(entry: Entry) -> dict[str, Any]:
    """Return the JSON Feed item of an entry."""
    feed_item: dict[str, Any] = {
        "id": entry.listing_id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.facts,
        "date_published": f"{entry.date_posted}T00:00:00Z",
        "authors": [{"name": entry.hiring_organization}],
        "tags": [entry.kind, *(entry.skills or ())],
    }
    if entry.updated_at:
        feed_item["date_modified"] = entry.updated_at
    if entry.language:
        feed_item["language"] = entry.language
    values = vars(entry)
    columns: dict[str, Any] = {name: value for name in _COLUMNS if (value := values[name]) is not None}
    columns["places"] = [
        {
            "reference": entry.listing_id + place.suffix,
            "city": place.city,
            "region": place.region,
            "country": place.country,
        }
        for place in entry.places
    ]
    feed_item["_internfeed"] = columns
    return feed_item


def _head(header: Header) -> bytes:
    top: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Internships from {header.publisher.name}",
        "home_page_url": header.publisher.url,
        "description": "Open internships and micro-internships.",
    }
    if header.next:
        top["next_url"] = header.next
    top["_internfeed"] = {"feed_version": FEED_VERSION, "expected_items": header.entries, "updated": header.updated}
    return orjson.dumps(top)[:-1] + b',"items":[\n'


JSONFEED = Format(
    "feed", ".json", _head, lambda entry: orjson.dumps(item(entry)), lambda header: b"\n]}\n", between=b",\n"
)
