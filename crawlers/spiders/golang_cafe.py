"""Golang Cafe, a board of jobs in Go."""

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class GolangCafeSpider(HtmlListSpider):
    """The newest postings on the home page, and a page with JSON-LD for each.

    Shape seen on a recorded page of July 2026 with ten postings. The page links to no further pages, so a list of ten
    is never complete.
    """

    name = "golang_cafe"
    title = "Golang Cafe"
    verified = "recorded page of July 2026; postings' own pages not verified"
    hosts = (r"(?:www\.)?golang\.cafe",)
    terms = "not known"
    redistribution = "parquet_only"
    attribution = "Golang Cafe, with a link to the posting"
    aggregator = True
    min_postings = 1  # the home page shows ten
    first_url = "https://golang.cafe/"
    card_selector = "article"
    list_selector = "article"
    next_selector = ""
    full_page = 10

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the cards that link to a posting."""
        return [card for card in super().cards(page, response) if card.select_one("a[href^='/jobs/'] h2")]

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; the end of its address is the id."""
        link = record.select_one("a[href^='/jobs/']")
        if link is None:
            raise KeyError("link")
        address = str(link["href"])
        logo = record.select_one("img[alt]")
        return RawPosting(
            posting_id=address.rpartition("-")[2],
            url=f"https://golang.cafe{address}",
            title=text_of(link, "h2") or "",
            hiring_organization=str(logo["alt"]).removesuffix(" logo") if logo else None,
            remote=text_of(record, "div.mb-2 > span"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
