"""RateMyPlacement, now Higherin: placements and internships of UK students."""

from typing import Any

from scrapy import Request

from crawlers.bases.page_state import PageStateSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class RateMyPlacementSpider(PageStateSpider):
    """A list of one kind of placement, as JSON in its pages, and a page with JSON-LD for each posting.

    Shape seen on a recorded list of 2024, when the site was ratemyplacement.co.uk; the names of today's fields follow
    notes of 2026 (`jobId`, `jobTitle` …), not verified. The kind is the board: internships, placements, insights.
    """

    name = "ratemyplacement"
    title = "RateMyPlacement (Higherin)"
    verified = "recorded list of 2024; today's names of fields by notes of 2026, not verified"
    hosts = (r"(?:www\.)?higherin\.com/search-jobs/([\w-]+)",)
    board_pattern = r"[\w-]+"
    terms = "no clause against reading by programs found (2026-10)"
    redistribution = "parquet_only"
    attribution = "Higherin, with a link to the posting"
    robots = "category and job pages are open; searches by company, term, place or order are refused (2026-10)"
    aggregator = True
    timezone = "Europe/London"
    min_postings = 5  # some 580 are open at a time
    first_url = "https://higherin.com/search-jobs/{board}?page=1"
    state = r"window\.__RMP_SEARCH_RESULTS_INITIAL_STATE__\s*=\s*"
    postings_key = "data"
    total_key = "meta.total_results"
    paging = PageNumber("page", first=1, pages_key="meta.pagination.lastPage")
    ignored_fields = frozenset({"id", "is_pre_reg", "isPreReg", "relevant_for", "company", "job_id"})

    def read_json(self, response: Any) -> Any:
        """Return the list; today's pages name its total otherwise."""
        page = super().read_json(response)
        if isinstance(page, dict) and isinstance(meta := page.get("meta"), dict):
            meta.setdefault("total_results", meta.get("totalResults"))
        return page

    def record_id(self, record: Any) -> str | None:
        """Return the id of a job under either name."""
        return str(record.get("jobId") or record.get("job_id") or record.get("id") or "") or None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record of either shape."""
        return RawPosting(
            posting_id=record.pop("jobId", None) or record["job_id"],
            url=record.pop("url"),
            title=record.pop("jobTitle", None) or record.pop("title"),
            hiring_organization=record.pop("companyName", None) or (record.get("company") or {}).get("name"),
            location=record.pop("jobLocationNames", None) or record.pop("regions", None),
            valid_through=record.pop("deadline", None),
            start=record.pop("employment_start_date", None),
            pay=record.pop("salary", None),
            employment_type=record.pop("jobTypeName", None) or record.pop("job_type_text", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
