"""PyjamaHR career sites, of employers in India."""

from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_API = "https://api.pyjamahr.com/api/career/jobs/"


class PyjamahrSpider(JsonApiSpider):
    """The list of a company page by page, and each posting's own record.

    Shape as a client of June 2026 reads it (ever-jobs); not verified. An unknown company answers with an empty list.
    """

    name = "pyjamahr"
    title = "PyjamaHR"
    verified = "as a client of June 2026 reads it, not verified"
    hosts = (r"(?:app\.)?pyjamahr\.com/careers\?company=([\w-]+)", r"jobs\.pyjamahr\.com/([\w-]+)")
    terms = "the employer's own career site"
    redistribution = "feed"
    timezone = "Asia/Kolkata"
    first_url = "https://api.pyjamahr.com/api/career/jobs/?company_slug={board}&page=1"
    postings_key = "results"
    total_key = "count"
    paging = NextLink("next")
    detail_ids = ("id",)
    ignored_fields = frozenset({"company", "slug", "city", "country"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting of the list."""
        posting_id = record.pop("id")
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("url", None) or f"https://jobs.pyjamahr.com/{board.board}/{posting_id}",
            title=record.pop("title"),
            hiring_organization=board.name,
            location=record.pop("location", None) or record.get("city"),
            employment_type=record.pop("job_type", None),
            department=record.pop("department", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's own record."""
        return Request(f"{_API}{posting.posting_id}/?company_slug={board.board}")

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting:
        """Add the text, the kind, the workplace and the days."""
        if "description" not in record:
            raise BrokenAnswer("the posting's record has no text")
        posting.description = record.pop("description")
        posting.employment_type = record.pop("job_type", None) or posting.employment_type
        posting.remote = record.pop("workplace_type", None)
        posting.date_posted = record.pop("created_at", None)
        posting.valid_through = record.pop("valid_through", None)
        return posting
