"""Radancy (TalentBrew) careers sites, of large employers on hosts of their own."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawlers.answers.decoding import json_of
from crawlers.bases.books import BoardRun
from crawlers.bases.html_list import HtmlListSpider, number_in, text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_LINK = "a[data-job-id][href*='/job/']"
_TOTALS = ("data-total-results", "data-total-job-results")


class RadancySpider(HtmlListSpider):
    """The search of a site: HTML inside JSON, a hundred jobs a page, and a page with JSON-LD for each.

    Shape as clients of 2026 read it (ergon, jobseek, career-ops, ever-jobs); not verified. A board is the site's host;
    the registry has the address of the search where a site puts its language before it. Without the name of the module
    the answer would be empty.
    """

    name = "radancy"
    title = "Radancy (TalentBrew)"
    verified = "as clients of 2026 read it (ergon, jobseek, career-ops, ever-jobs); no recording, not verified"
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own careers site"
    redistribution = "feed"
    first_url = (
        "https://{board}/search-jobs/results?ActiveFacetID=0&CurrentPage=1&RecordsPerPage=100"
        "&SearchResultsModuleName=Search+Results&FacetType=0&SearchType=5"
    )
    card_selector = f"li:has({_LINK})"
    list_selector = "#search-results"
    next_selector = ""
    total_selector = "#search-results"
    page_parameter = "CurrentPage"

    def headers(self) -> dict[str, str]:
        """Return the header by which the site answers in JSON."""
        return {"X-Requested-With": "XMLHttpRequest"}

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read the HTML inside an answer."""
        page = json_of(response)
        results = page.get("results") if isinstance(page, dict) else None
        if not isinstance(results, str) or not results.strip():
            raise BrokenAnswer("the answer has no results")
        inside = HtmlResponse(response.url, body=results.encode(), encoding="utf-8", request=response.request)
        yield from super().read_list(inside, run)

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the total that the list has as an attribute."""
        part = page.select_one(self.total_selector)
        return next((number_in(str(part[name])) for name in _TOTALS if part and part.has_attr(name)), None)

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a job; its title is the heading in the link, or the link itself."""
        link = record.select_one(_LINK)
        if link is None:
            raise KeyError("link")
        return RawPosting(
            posting_id=str(link["data-job-id"]),
            url=urljoin(board.url or f"https://{board.board}/", re.sub(r"[?#].*", "", str(link["href"]))),
            title=text_of(link, "h2, h3") or text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, ".job-location"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
