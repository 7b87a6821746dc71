"""Teamtailor career sites."""

from typing import Any

from crawlers.answers.statements import stated_posting
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TeamtailorSpider(JsonApiSpider):
    """The JSON Feed of a career site; each item contains its own JobPosting.

    Shape seen on recorded feeds of 2026, whose envelope follows jsonfeed.org/version/1.1.
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
        return posting
