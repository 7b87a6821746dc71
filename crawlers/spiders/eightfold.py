"""Eightfold career sites, of large employers."""

from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.statements import add_stated, stated_of
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class EightfoldSpider(JsonApiSpider):
    """The positions of a career site, ten a page, and the page of each with JSON-LD; a board is the site's host.

    Shape seen on a recorded list of 2026, three of 256 positions. Newer sites answer the same in camel case at
    /api/pcsx/search, as public clients read them; their address is in the registry. The robots.txt of several tenants
    refuses the list, so no boards are shipped; where it allows only the pages, `jsonld` reads /careers/sitemap.xml.
    """

    name = "eightfold"
    title = "Eightfold"
    verified = "recorded list of 2026, cut; newer sites and postings' pages as public clients read them, not verified"
    hosts = (r"([\w-]+\.eightfold\.ai)",)
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "by tenant: a common template has Disallow: /, Allow: /careers (2026), so that only the pages may be read"
    first_url = "https://{board}/api/apply/v2/jobs?start=0&num=10"
    postings_key = "positions"
    total_key = "count"
    paging = Offset("start")
    ignored_fields = frozenset(
        "posting_name location hot business_unit t_update ats_job_id display_job_id displayJobId atsJobId type id_locale locale "
        "stars medallionProgram location_flexibility isPrivate standardizedLocations creationTs isHot".split()
    )

    def read_json(self, response: Response) -> Any:
        """Return the list, which newer sites wrap."""
        page = super().read_json(response)
        inner = page.get("data") if isinstance(page, dict) else None
        return inner if isinstance(inner, dict) and "positions" not in page else page

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        posting_id = record.pop("id")
        host = f"https://{board.board}/"
        address = record.pop("canonicalPositionUrl", None) or record.pop("positionUrl", None)
        return RawPosting(
            posting_id=posting_id,
            url=urljoin(host, address or f"careers/job/{posting_id}"),
            title=record.pop("name"),
            hiring_organization=board.name,
            description=record.pop("job_description", None) or None,
            location=record.pop("locations", None) or record.get("location"),
            date_posted=record.pop("t_create", None) or record.pop("postedTs", None),
            remote=record.pop("work_location_option", None) or record.pop("workLocationOption", None),
            department=record.pop("department", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the position's page where the list has no text."""
        return None if posting.description else Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the JobPosting of the page."""
        return add_stated(posting, stated_of(posting, response))
