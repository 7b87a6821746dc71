"""greytHR career sites, of employers in India."""

from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class GreythrSpider(JsonApiSpider):
    """The published postings of an employer, the whole board in one answer.

    Shape as a client of June 2026 reads it (ever-jobs); not verified. Places are numbers without names, so no place is
    read.
    """

    name = "greythr"
    title = "greytHR"
    verified = "as a client of June 2026 reads it, not verified"
    hosts = (r"([\w-]+)\.greythr\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    timezone = "Asia/Kolkata"
    first_url = "https://{board}.greythr.com/hire/api/career/published_jobs/"
    postings_key = "data"
    ignored_fields = frozenset({"slug", "locations", "experience", "openings"})

    def first_request(self, board: Board) -> Request:
        """Request the list, which answers only POST."""
        url = board.url or self.first_url.format(board=board.board)
        return Request(
            url, method="POST", body=board.request_json or "{}", headers={"Content-Type": "application/json"}
        )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting."""
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("apply_url"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("description", None),
            date_posted=record.pop("published_on_career_page", None),
            remote="remote" if record.pop("is_remote", None) else None,
            employment_type=record.pop("job_type", None),
            department=record.pop("department", None),
        )
