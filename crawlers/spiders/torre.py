"""Torre, an international board."""

import json
from typing import Any

from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Cursor
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_SEARCH = {"and": [{"skill/role": {"text": "internship", "experience": "potential-to-develop"}}]}


class TorreSpider(JsonApiSpider):
    """The search behind the board, by POST, twenty a page, and a record with the text for each posting.

    Seen on a recorded first page of 2026. The next page is requested by a token; offsets are ignored. This and the
    posting's record follow a public client and could not be verified.
    """

    name = "torre"
    title = "Torre"
    verified = "recorded first page of 2026; paging and records as a public client reads them (job-agent), not verified"
    hosts = (r"(?:www\.)?torre\.(?:ai|co)",)
    terms = "no terms on re-use found: torre.ai/terms"
    redistribution = "parquet_only"
    attribution = "Torre, with a link to the posting"
    aggregator = True
    min_postings = 1  # a search of the whole site that finds nothing means that the search has changed
    first_url = "https://search.torre.co/opportunities/_search/?size=20&aggregate=false"
    postings_key = "results"
    detail_ids = ("id",)
    total_key = "total"
    paging = Cursor("pagination.next", "after")
    ignored_fields = frozenset(
        {
            "slug", "theme", "opportunity", "timezones", "external", "status", "questions", "context", "place",
            "additionalCompensation", "additionalCompensationDetails", "serviceTypes", "quickApply", "finishedApplications",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Search for internships."""
        headers = {"Content-Type": "application/json"}
        body = board.request_json or json.dumps(_SEARCH)
        return Request(board.url or self.first_url, method="POST", body=body, headers=headers)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a result."""
        posting_id, pay = record.pop("id"), record.pop("compensation", None) or {}
        kinds = (record.pop("type", None), record.pop("commitment", None))
        firms = [firm.get("name") for firm in record.pop("organizations", None) or []]
        return RawPosting(
            posting_id=posting_id,
            url=f"https://torre.ai/post/{posting_id}",
            apply_url=record.pop("externalApplicationUrl", None),
            title=record.pop("objective"),
            hiring_organization=", ".join(firm for firm in firms if firm) or None,
            description=record.pop("tagline", None),
            location=record.pop("locations", None) or None,
            date_posted=record.pop("created", None),
            valid_through=record.pop("deadline", None),
            pay=pay.get("data") if pay.get("visible") else None,
            remote="remote" if record.pop("remote", None) else None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            skills=[skill["name"] for skill in record.pop("skills", None) or [] if skill.get("name")] or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's record."""
        return Request(f"https://torre.ai/api/suite/opportunities/{posting.posting_id}")

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text to the line that the list showed."""
        parts = [part.get("content") for part in required(record, "details") or []]
        posting.description = "\n\n".join(part for part in (posting.description, *parts) if part) or None
        return posting
