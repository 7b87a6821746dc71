"""JazzHR career pages."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"/apply/(?:jobs/details/)?([A-Za-z0-9]+)")


class JazzHrSpider(HtmlListSpider):
    """A page with every opening, and a page for each.

    The selectors follow public clients of 2026; neither list nor page was recorded from a real board, so those of
    place, department and text could not be verified. The list has only one page.
    """

    name = "jazzhr"
    title = "JazzHR"
    verified = "public clients of 2026 (jobseek, ergon); no real recording, not verified"
    hosts = (r"([\w-]+)\.applytojob\.com",)
    terms = "the employer's own careers page"
    redistribution = "feed"
    first_url = "https://{board}.applytojob.com/apply/jobs"
    list_selector = "#job_listings_wrapper, .list-group"
    card_selector = "#job_listings_wrapper tr:has(a), li.list-group-item:has(a)"
    next_selector = ""

    def parse_posting(self, record: Tag, board: Board) -> RawPosting | None:
        """Read the line of an opening; return None for a line without a link, which is a heading."""
        link = record.select_one('a[href*="/apply/"]')
        id_match = _ID.search(str(link["href"])) if link else None
        if link is None or id_match is None:
            return None
        return RawPosting(
            posting_id=id_match[1],
            url=f"https://{board.board}.applytojob.com/apply/{str(link['href']).partition('/apply/')[2]}",
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, ".location, li:has(> .fa-map-marker), td:nth-of-type(2)"),
            department=text_of(record, "li:has(> .fa-sitemap), td:nth-of-type(3)"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the opening's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, "#job-description, .description")
        return posting if posting.description else super().parse_detail(page, posting, board)
