"""Webcruiter career sites, of employers in Norway."""

from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PAGE = '{"take": 100, "skip": 0}'


class WebcruiterSpider(JsonApiSpider):
    """The adverts of an employer, page by page; a board is the employer's number.

    Shape as clients of 2026 read it (ever-jobs); not verified. The list is answered only to a POST, and without rows to one
    without a size. An unknown number is answered with a total of 0.
    """

    name = "webcruiter"
    title = "Webcruiter"
    verified = "as clients of June 2026 read it, not verified"
    hosts = (
        r"([0-9]{4,})\.webcruiter\.no",
        r"candidate\.webcruiter\.com/[^#]*[?&]company[lL]ock=([0-9]{4,})",
        r"candidate\.webcruiter\.com/api/odvert/companysearch/([0-9]{4,})",
    )
    board_pattern = r"[0-9]{4,}"
    terms = "the employer's own career site"
    redistribution = "feed"
    timezone = "Europe/Oslo"
    first_url = "https://candidate.webcruiter.com/api/odvert/companysearch/{board}?language=en"
    postings_key = "Data"
    total_key = "Total"
    paging = Offset("skip")
    id_key = "Id"
    ignored_fields = frozenset({"TenantId", "PictureUrl", "HeadingNotOverruled", "ApplyWithinDate", "WorkPlaceFacet"})

    def first_request(self, board: Board) -> Request:
        """Request the first page, with the body that the list needs."""
        return super().first_request(board._replace(request_json=board.request_json or _PAGE))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an advert."""
        posting_id = record.pop("Id")
        places = [record.pop(f"Workplace{number}", None) for number in ("", "2", "3")]
        address = record.pop("OpenAdvertUrl", None) or f"https://candidate.webcruiter.com/en-gb/jobs/{posting_id}"
        return RawPosting(
            posting_id=posting_id,
            url=address,
            title=record.pop("Heading"),
            hiring_organization=record.pop("CompanyName", None) or board.name,
            description=record.pop("Presentation", None),
            location=[place for place in places if place] or None,
            date_posted=record.pop("PublishedDate", None),
            valid_through=record.pop("ApplicationDeadline", None),
            employment_type=record.pop("JobType", None),
            department=record.pop("JobCategory", None),
        )
