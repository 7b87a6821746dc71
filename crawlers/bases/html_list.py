"""Boards that are pages for people: a list of cards, and a page for each posting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.board import BoardRun, BoardSpider, BrokenAnswer
from crawlers.bases.json_ld import add_stated, job_postings
from crawlers.registry import Board
from normalize.posting import RawPosting

MAX_PAGES = 500


class HtmlListSpider(BoardSpider):
    """A board of HTML pages.

    To use, say by CSS selectors where a card and the next page are, and write `parse_posting()`,
    which gets the card. A posting's own page is read by its JSON-LD; where it has none, by
    `parse_detail()`.

    Attributes:
        card_selector: one posting in the list.
        next_selector: the link to the next page; a page without one is the last.
        list_selector: what holds the list. A page without it is broken, one with it and no cards is empty.
        full_page: cards on a full page. A list that ends with one was not seen whole, since no page after it is named.
    """

    card_selector: str = ""
    next_selector: str = 'link[rel="next"], a[rel="next"]'
    list_selector: str = ""
    full_page: int | None = None

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page of cards and ask for the next one."""
        page = BeautifulSoup(response.body, "lxml")
        cards = page.select(self.card_selector)
        if not cards and not run.pages and not (self.list_selector and page.select_one(self.list_selector)):
            raise BrokenAnswer("no list of postings on the page")
        before = len(run.ids)
        taken = self.take(cards, run)
        following = self.next_page(page, response)
        if following is None and self.full_page and len(cards) >= self.full_page:
            run.cut(f"a full page of {len(cards)} names no next one")
        elif following is None:
            run.proof = "the last page names no next one"
        elif run.pages > 1 and taken and len(run.ids) == before:
            run.cut("paging goes in circles: a page repeats what was shown")
        elif not taken and run.pages > 1:
            run.proof = "paging came to a page without postings"
        elif run.pages >= MAX_PAGES:
            run.cut(f"paging does not end within {MAX_PAGES} pages")
        else:
            yield self.ask(run, Request(following, headers=self.headers()), self.read_list)

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the next page, None on the last."""
        link = page.select_one(self.next_selector) if self.next_selector else None
        href = link.get("href") if link else None
        return response.urljoin(str(href)) if href else None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add what the posting's own page says."""
        stated = job_postings(response)
        if stated:
            return add_stated(posting, stated[0])
        return self.parse_detail(BeautifulSoup(response.body, "lxml"), posting, board)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with what a page without JSON-LD says; a page that is none breaks the board."""
        raise BrokenAnswer("no JSON-LD JobPosting on the posting's page")


def text_of(element: Any, selector: str | None = None) -> str | None:
    """Return the words of an element, or of the first one a selector finds in it; None if there are none.

    >>> text_of(BeautifulSoup("<p>6 <b>weeks</b></p>", "lxml"), "p")
    '6 weeks'
    """
    found = element.select_one(selector) if selector and element is not None else element
    words = " ".join(found.get_text(" ").split()) if isinstance(found, Tag) else ""
    return words or None


def inner_html(element: Any, selector: str) -> str | None:
    """Return the HTML inside the first element a selector finds.

    >>> inner_html(BeautifulSoup("<div id=d><p>Hi</p></div>", "lxml"), "#d")
    '<p>Hi</p>'
    """
    found = element.select_one(selector)
    return found.decode_contents().strip() if isinstance(found, Tag) else None
