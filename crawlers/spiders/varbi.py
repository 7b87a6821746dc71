"""Varbi career sites, of universities and public employers in Sweden."""

import re
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_ID = re.compile(r"/jobID:([0-9]+)")


class VarbiSpider(HtmlListSpider):
    """The table of an employer's positions on one page, and the page of each for its text.

    Shape as notes of September 2026 on three employers describe it (66, 16 and 476 rows, no further page, no count);
    no recording, not verified.
    """

    name = "varbi"
    title = "Varbi"
    verified = "as notes of September 2026 on three tenants describe it; no recording, not verified"
    hosts = (r"([\w-]+)\.varbi\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "seven robots are refused by name, no rule for others (2026-09)"
    timezone = "Europe/Stockholm"
    first_url = "https://{board}.varbi.com/en/"
    list_selector = "table#table-position"
    next_selector = ""

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the rows of positions."""
        return [row for row in page.select("table#table-position tr") if row.select_one("td.pos-title")]

    def record_id(self, record: Any) -> str | None:
        """Return the number in the position's address."""
        link = record.select_one("td.pos-title a[href]")
        number = _ID.search(str(link["href"])) if isinstance(link, Tag) else None
        return number[1] if number else None

    def parse_posting(self, record: Any, board: Board) -> RawPosting:
        """Read a row."""
        posting_id, title = self.record_id(record), text_of(record, "td.pos-title a")
        if posting_id is None or title is None:
            raise KeyError("title")
        address = str(record.select_one("td.pos-title a")["href"])
        return RawPosting(
            posting_id=posting_id,
            url=urljoin(f"https://{board.board}.varbi.com/en/", address),
            title=title,
            hiring_organization=board.name,
            location=text_of(record, ".pos-town"),
            department=text_of(record, ".pos-subcompany"),
            valid_through=text_of(record, ".pos-ends"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the position's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text of a page without JSON-LD."""
        posting.description = inner_html(page, "div.job-desc")
        if not posting.description:
            raise BrokenAnswer("the position's page has no text")
        return posting
