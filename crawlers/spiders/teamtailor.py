"""Teamtailor career sites."""

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import content_type_of
from crawlers.answers.statements import stated_posting
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.bases.xml_feed import as_record, doubt_about, read_xml
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TeamtailorSpider(JsonApiSpider):
    """The JSON Feed of a career site; each item contains its own JobPosting.

    Shape seen on recorded feeds of 2026, whose envelope follows jsonfeed.org/version/1.1. A board whose address in the
    registry is that of the site's RSS (/jobs.rss) is read from it: it states a place, a department and whether a job is
    remote, but not whether it shows all jobs. Its fields are as public clients of 2026 read them, not verified.
    """

    name = "teamtailor"
    title = "Teamtailor"
    verified = "jsonfeed.org/version/1.1; recorded feeds of 2026"
    hosts = (r"([\w-]+(?:\.[a-z]{2})?)\.teamtailor\.com",)
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}.teamtailor.com/jobs.json"
    postings_key = "items"
    paging = NextLink("next_url")

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page; an RSS proves only what it shows."""
        yield from super().read_list(response, run)
        if _is_xml(response):
            run.window = "its newest jobs, as far as is known"

    def read_json(self, response: Response) -> Any:
        """Return the JSON Feed, or the RSS in the form of one."""
        if not _is_xml(response):
            return super().read_json(response)
        root = read_xml(response.body, content_type_of(response))
        return {"items": [_item(item) for item in root.iter("item")], "error": doubt_about(root, "item")}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        posting = stated_posting(
            {"title": record.pop("title"), **(record.pop("_jobposting", None) or {})}, record.pop("url")
        )
        published = record.pop("date_published", None)
        posting.date_posted = posting.date_posted or published
        posting.posting_id = record.pop("id")
        posting.description = record.pop("content_html", None) or posting.description
        posting.hiring_organization = posting.hiring_organization or board.name
        for field in ("location", "remote", "department"):
            if value := record.pop(field, None):
                setattr(posting, field, value)
        return posting


def _is_xml(response: Response) -> bool:
    return bool(response.body.lstrip().startswith(b"<"))


def _item(element: Any) -> dict[str, Any]:
    """Return an item of the RSS in the form of an item of the JSON Feed."""
    record = as_record(element)
    places = record.get("tt:locations")
    places = places.get("tt:location") if isinstance(places, dict) else None
    several = places if isinstance(places, list) else [places]
    names = [_place(place) for place in several if isinstance(place, dict)]
    remote = record.get("remoteStatus")
    return {
        "id": record.get("guid") or record.get("link"),
        "url": record.get("link"),
        "title": record.get("title"),
        "content_html": record.get("description"),
        "date_published": record.get("pubDate"),
        "location": [name for name in names if name],
        "remote": remote if remote != "none" else None,
        "department": record.get("tt:department"),
    }


def _place(place: dict[str, Any]) -> str:
    named = [place.get("tt:city") or place.get("tt:name"), place.get("tt:country")]
    return ", ".join(part for part in named if isinstance(part, str) and part)
