"""Lever job sites, also those of its European host."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class LeverSpider(JsonApiSpider):
    """The postings API, a bare array page by page.

    Documented at github.com/lever/postings-api; shape seen on recorded sites of 2026. A site on the European host
    is in the registry with its address, https://api.eu.lever.co/v0/postings/SITE?mode=json&skip=0&limit=100.
    """

    name = "lever"
    title = "Lever"
    verified = "github.com/lever/postings-api; recorded sites of 2026"
    hosts = (
        r"(?:jobs\.lever\.co|api\.lever\.co/v0/postings)/([^/?#]+)",
        (
            r"(?:jobs\.eu\.lever\.co|api\.eu\.lever\.co/v0/postings)/([^/?#]+)",
            "https://api.eu.lever.co/v0/postings/{board}?mode=json&skip=0&limit=100",
        ),
    )
    terms = "public postings API of the employer's own site"
    redistribution = "feed"
    first_url = "https://api.lever.co/v0/postings/{board}?mode=json&skip=0&limit=100"
    paging = Offset("skip", size=100)
    ignored_fields = frozenset(
        {
            "descriptionPlain", "descriptionBodyPlain", "openingPlain", "additionalPlain", "salaryDescription",
            "salaryDescriptionPlain", "descriptionBody", "opening", "country",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record; `description` holds only the opening and the body of the text."""
        categories = record.pop("categories", None) or {}
        lists = record.pop("lists", None) or []
        parts = [record.pop("description", None)]
        parts += [f"<h3>{entry.get('text') or ''}</h3><ul>{entry.get('content') or ''}</ul>" for entry in lists]
        parts += [record.pop("additional", None)]
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("hostedUrl"),
            apply_url=record.pop("applyUrl", None),
            title=record.pop("text"),
            hiring_organization=board.name,
            description="\n".join(part for part in parts if part) or None,
            location=categories.get("allLocations") or categories.get("location"),
            date_posted=record.pop("createdAt", None),
            pay=record.pop("salaryRange", None),
            remote=record.pop("workplaceType", None),
            employment_type=categories.get("commitment"),
            department=categories.get("department") or categories.get("team"),
        )
