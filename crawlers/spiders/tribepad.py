"""Tribepad career sites, of British employers."""

import re
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, inner_html, number_in, text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_ID = re.compile(r"[?&]record=([0-9]+)")
_TOTAL = re.compile(r"\b([0-9][0-9.,]*)\s+Search Results?\b")


class TribepadSpider(HtmlListSpider):
    """The jobs of an employer, ten on a page under their number, and the page of each for its text.

    Markup as a client of June 2026 describes it on two employers (ever-jobs); no recording, not verified. The icons before
    the facts of a card tell what they are.
    """

    name = "tribepad"
    title = "Tribepad"
    verified = "as a client of June 2026 describes it on two tenants; no recording, not verified"
    hosts = (r"([\w-]+)\.tribepad-gro\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    timezone = "Europe/London"
    first_url = "https://{board}.tribepad-gro.com/v2/job/search?page=1"
    card_selector = ".sitebuilder-job-results-item"
    next_selector = ""
    page_parameter = "page"

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the number in the heading of the list."""
        stated = (_TOTAL.search(text_of(heading) or "") for heading in page.select("h1, h2"))
        return next((number_in(total[1]) for total in stated if total), None)

    def must_state_total(self, response: Response) -> bool:
        """Tell that a list without its number is incomplete."""
        return True

    def holds_list(self, page: BeautifulSoup, response: Response) -> bool:
        """Tell whether a page without jobs states that there are none."""
        return self.advertised_total(page, response) is not None

    def record_id(self, record: Any) -> str | None:
        """Return the number in the job's address."""
        link = record.select_one('a[href*="record="]')
        number = _ID.search(str(link["href"])) if isinstance(link, Tag) else None
        return number[1] if number else None

    def parse_posting(self, record: Any, board: Board) -> RawPosting:
        """Read a card."""
        posting_id, title = self.record_id(record), text_of(record, ".sitebuilder-job-results-item-title")
        if posting_id is None or title is None:
            raise KeyError("title")
        return RawPosting(
            posting_id=posting_id,
            url=urljoin(f"https://{board.board}.tribepad-gro.com/", record.select_one('a[href*="record="]')["href"]),
            title=title,
            hiring_organization=board.name,
            location=_beside(record, "fa-map-marker-alt"),
            valid_through=_beside(record, "fa-calendar-times"),
            pay=_beside(record, "fa-wallet"),
            employment_type=_beside(record, "fa-clock"),
            department=_beside(record, "fa-tag"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the job's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text of the page."""
        posting.description = inner_html(page, "section.job-details-section, #job-advert-wrapper")
        if not posting.description:
            raise BrokenAnswer("the job's page has no text")
        return posting


def _beside(card: Tag, icon: str) -> str | None:
    """Return the text beside an icon of a card."""
    mark = card.select_one(f".{icon}")
    return text_of(mark.parent) if mark is not None else None
