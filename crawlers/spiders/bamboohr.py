"""BambooHR career pages."""

from typing import Any

from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class BambooHrSpider(JsonApiSpider):
    """The list behind a careers page, and a record for each opening.

    Shape seen on recorded lists and records of 2026; the vendor documents no public interface.
    """

    name = "bamboohr"
    title = "BambooHR"
    verified = "recorded lists and records of 2026"
    hosts = (r"([\w-]+)\.bamboohr\.com",)
    terms = "the employer's own careers page"
    redistribution = "feed"
    first_url = "https://{board}.bamboohr.com/careers/list"
    postings_key = "result"
    detail_ids = ("result.jobOpening.id",)
    total_key = "meta.totalCount"
    ignored_fields = frozenset({"departmentId", "isRemote"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an opening of the list."""
        places = (record.pop("location", None) or {}, record.pop("atsLocation", None) or {})
        posting_id = record.pop("id")
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{board.board}.bamboohr.com/careers/{posting_id}",
            title=record.pop("jobOpeningName"),
            hiring_organization=board.name,
            location=next((place for place in places if any(place.values())), None),
            remote=record.pop("locationType", None),
            employment_type=record.pop("employmentStatusLabel", None),
            department=record.pop("departmentLabel", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the opening's record."""
        return Request(f"{posting.url}/detail")

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add text, pay and date."""
        opening = required(record, "result.jobOpening")
        posting.url = opening.get("jobOpeningShareUrl") or posting.url
        posting.description = required(opening, "description")
        posting.pay = opening.get("compensation")
        posting.date_posted = opening.get("datePosted")
        if posting.location is None and any((opening.get("location") or {}).values()):
            posting.location = opening["location"]
        return posting
