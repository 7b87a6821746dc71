"""Paylocity career sites, of employers in the United States."""

from typing import Any

from scrapy import Request

from crawlers.bases.page_state import PageStateSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class PaylocitySpider(PageStateSpider):
    """The whole board as JSON in one page, and a page with JSON-LD for each posting.

    Shape seen on two recorded boards of 2026 and one posting. The page of a withdrawn posting still answers. Internal
    postings are none.
    """

    name = "paylocity"
    title = "Paylocity"
    verified = "two recorded boards of 2026"
    hosts = (r"recruiting\.paylocity\.com/(?:recruiting|Recruiting)/[Jj]obs/All/([0-9a-fA-F-]{36})",)
    board_pattern = r"[0-9a-fA-F-]{36}"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "answers 404 (2026)"
    first_url = "https://recruiting.paylocity.com/recruiting/jobs/All/{board}"
    state = r"window\.pageData\s*=\s*"
    postings_key = "Jobs"
    id_key = "JobId"
    ignored_fields = frozenset(
        {
            "ShouldDisplayLocation",
            "IsInternal",
            "LocationName",
            "JobLocation",
            "IsRemote",
            "IndeedRemoteType",
            "Description",
        }
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a job; its text is on its own page."""
        if record.get("IsInternal"):
            return None
        posting_id, place = record.pop("JobId"), record.get("JobLocation") or {}
        parts = [place.get(part) for part in ("City", "State", "Country")]
        return RawPosting(
            posting_id=posting_id,
            url=f"https://recruiting.paylocity.com/Recruiting/Jobs/Details/{posting_id}",
            title=record.pop("JobTitle"),
            hiring_organization=board.name,
            location=", ".join(part for part in parts if part) or record.get("LocationName"),
            date_posted=record.pop("PublishedDate", None),
            remote="remote" if record.get("IsRemote") else None,
            department=record.pop("HiringDepartment", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
