"""Rippling job boards."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.json_paths import maybe, required, whole_number
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, readable_id


class RipplingSpider(JsonApiSpider):
    """The job board API in two versions: a bare array with a record for each place of a job, or pages of items.

    Shape seen on recorded lists of 2026; the vendor documents no public interface. A board of the newer list is in the
    registry with its address.
    """

    name = "rippling"
    title = "Rippling"
    verified = "recorded lists of 2026"
    hosts = (
        r"ats\.rippling\.com/(?:api/v2/board/|[a-z]{2}-[A-Z]{2}/)?(?!api/)([\w-]+)",
        r"api\.rippling\.com/platform/api/ats/v1/board/([\w-]+)",
    )
    terms = "public API of the employer's own job board"
    redistribution = "feed"
    first_url = "https://api.rippling.com/platform/api/ats/v1/board/{board}/jobs"
    detail_ids = ("uuid",)
    paging = PageNumber("page", pages_key="totalPages")
    total_key = "totalItems"
    total_is_optional = True
    id_key = "uuid"
    repeats = "places"
    ignored_fields = frozenset({"language"})

    def records(self, page: Any) -> list[Any]:
        """Return the jobs of either version."""
        jobs = page.get("items") if isinstance(page, dict) else page
        if not isinstance(jobs, list):
            raise BrokenAnswer("the answer is neither an array nor an object with items")
        return jobs

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the next page of the newer list, up to its number of pages."""
        if not isinstance(page, dict):
            return None
        if whole_number(page.get("totalPages")) is None:
            run.mark_incomplete("a page does not state how many pages there are")
            return None
        return super().next_request(response, page, run, shown)

    def record_id(self, record: Any) -> str | None:
        """Return the id of either version."""
        return readable_id(maybe(record, "uuid")) or readable_id(maybe(record, "id"))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job of either version."""
        department = record.pop("department", None) or {}
        places = record.pop("locations", None)
        kinds = {place.get("workplaceType") for place in places or []} - {None}
        return RawPosting(
            posting_id=record.pop("uuid", None) or record.pop("id"),
            url=record.pop("url"),
            title=record.pop("name"),
            hiring_organization=board.name,
            location=places or (record.pop("workLocation", None) or {}).get("label"),
            remote=kinds.pop() if len(kinds) == 1 else None,
            department=department.get("label") or department.get("name"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the job's record."""
        return Request(f"{self.first_url.format(board=board.board)}/{posting.posting_id}")

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text, the type and the date."""
        text = required(record, "description") or {}
        posting.description = "\n".join(part for part in (text.get("company"), text.get("role")) if part) or None
        posting.employment_type = (record.get("employmentType") or {}).get("label")
        posting.date_posted = record.get("createdOn")
        posting.location = record.get("workLocations") or posting.location
        return posting
