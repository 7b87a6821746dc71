"""Phenom career sites, of large employers on hosts of their own."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from crawlers.bases.page_state import PageStateSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class PhenomSpider(PageStateSpider):
    """The search of a site, as JSON in its pages, and a page with JSON-LD for each posting.

    Shape seen on a recorded page of 2026, two of 52 postings. The board is the site's host; the address of its search,
    which holds the country and the language, is in the registry where it is not the usual one.
    """

    name = "phenom"
    title = "Phenom"
    verified = "recorded page of 2026, cut to two postings"
    board_pattern = r"[\w.-]+"
    terms = "the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}/global/en/search-results?from=0&s=1"
    state = r"phApp\.ddo\s*=\s*"
    postings_key = "eagerLoadRefineSearch.data.jobs"
    total_key = "eagerLoadRefineSearch.totalHits"
    paging = Offset("from")
    id_key = "jobSeqNo"
    ignored_fields = frozenset(
        {"reqId", "jobId", "locale", "city", "state", "country", "descriptionTeaser", "applyUrl", "jobSeqNo"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job of the search."""
        host = urlsplit(board.url or "").hostname or board.board
        return RawPosting(
            posting_id=record["jobSeqNo"],
            url=f"https://{host}/job/{record['jobSeqNo']}",
            title=record.pop("title"),
            hiring_organization=board.name,
            location=record.pop("location", None) or record.get("city"),
            date_posted=record.pop("postedDate", None),
            employment_type=record.pop("type", None),
            department=record.pop("department", None) or record.pop("category", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
