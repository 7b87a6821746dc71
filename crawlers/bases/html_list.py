"""The base of spiders for HTML boards: a list of cards, and a page for each posting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs
from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from crawlers.answers.cut_off import cut_off_sign
from crawlers.answers.decoding import page_of, text_of_answer
from crawlers.answers.obstacles import reject_obstacle_page
from crawlers.answers.own_posting import reject_other_posting
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

MAX_PAGES = 500
_NUMBER = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f.,'’][0-9]{3})+(?![0-9])|[0-9]{1,9}")


class HtmlListSpider(BoardSpider):
    """A board of HTML pages.

    To use, give the CSS selectors of a card and of the link to the next page, and write `parse_posting()`,
    which receives a card. A posting's own page is read by its JSON-LD or, without JSON-LD, by `parse_detail()`.
    The list was seen whole when its advertised total was met or, without a total, when its last page links to no next
    page.

    Attributes:
        card_selector: one posting in the list.
        next_selector: the link to the next page; a page without it is the last.
        list_selector: the element around the list. A page with it and without cards is an empty list; a page without
            both is broken.
        total_selector: the element that states how many postings the list has; a list without it is incomplete.
        page_parameter: the parameter for a page's number, for lists with a total and without links to the next page.
        first_page: the number of the first page.
        full_page: cards on a full page. A list whose last page is full is incomplete, as a link may be missing.
    """

    card_selector: str = ""
    next_selector: str = 'link[rel="next"], a[rel="next"]'
    list_selector: str = ""
    total_selector: str = ""
    page_parameter: str = ""
    first_page: int = 1
    full_page: int | None = None

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page of cards and request the next page."""
        page = page_of(response)
        cards = self.cards(page, response)
        if doubt := cut_off_sign(text_of_answer(response)):
            run.mark_incomplete(doubt)
        if not cards and not self.holds_list(page, response):
            raise BrokenAnswer("the page has no list of postings")
        total = self.advertised_total(page, response)
        if run.pages and total is not None and run.total is not None and total != run.total:
            yield from self.read_again(run, f"the total changed from {run.total} to {total} while paging")
            return
        run.total = run.total if total is None else total
        before = run.counted
        taken = self.take(cards, run)
        following = self.next_page(page, response)
        if (ended := self.met_total(run)) is not None:
            yield from ended
            return
        if following is None and taken and run.total is not None and self.page_parameter:
            number = str(self.first_page + run.pages)
            following = add_or_replace_parameter(response.url, self.page_parameter, number)
        if following is not None and run.pages > 1 and taken and run.counted == before:
            yield from self.read_again(run, "paging goes in circles: a page repeats the postings of earlier pages")
        elif following is not None and not taken and run.pages > 1:
            run.mark_incomplete("a page without postings links to a next page")
        elif following is not None:
            if run.pages >= MAX_PAGES:
                run.mark_incomplete(f"paging does not end within {MAX_PAGES} pages")
            else:
                yield self.ask(run, Request(following, headers=self.headers()), self.read_list)
        elif run.total is not None:
            run.mark_incomplete(f"{run.counted} of {run.total} postings were shown")
        elif self.must_state_total(response):
            run.mark_incomplete("the list does not state how many postings it has")
        elif self.full_page and len(cards) >= self.full_page:
            run.mark_incomplete(f"a full page of {len(cards)} postings links to no next page")
        else:
            yield from self.seen_whole(run, "the last page links to no next page")

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the postings of a page of the list."""
        return list(page.select(self.card_selector))

    def holds_list(self, page: BeautifulSoup, response: Response) -> bool:
        """Tell whether a page without postings is an empty list."""
        return bool(self.list_selector and page.select_one(self.list_selector))

    def must_state_total(self, response: Response) -> bool:
        """Tell whether a list without a total is incomplete."""
        return bool(self.total_selector)

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the number of postings that the list states, None if it states none."""
        return number_in(text_of(page, self.total_selector)) if self.total_selector else None

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the next page, None on the last page."""
        link = page.select_one(self.next_selector) if self.next_selector else None
        return address_of(link, response)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the values of the posting's own page; a card often has only the beginning of the text."""
        bare = attrs.evolve(posting, description=None)
        if stated := own_statement(posting, response):
            read: RawPosting | None = add_stated(bare, stated)
        else:
            reject_other_posting(response, posting)
            read = self.parse_detail(page_of(response), bare, board)
            reject_obstacle_page(response, read.description if read else None)
        return read and with_text_of(read, posting)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with the values of a page without JSON-LD."""
        raise BrokenAnswer("the posting's page has no JobPosting as JSON-LD")


def with_text_of(read: RawPosting, card: RawPosting) -> RawPosting:
    """Return a posting read from its page, with the text of its card if the page has none.

    The card's text counts as an odd field, because it may be only the beginning of the full text.

    >>> with_text_of(RawPosting(title="Intern"), RawPosting(description="Draw ...")).odd
    ('description',)
    """
    if not read.description and card.description:
        read.description, read.odd = card.description, (*read.odd, "description")
    return read


def address_of(link: Tag | None, response: Response) -> str | None:
    """Return the address of a link to a next page, None without a link.

    Raises:
        BrokenAnswer: the link has no address, so the next page cannot be requested.
    """
    if link is None:
        return None
    if not link.get("href"):
        raise BrokenAnswer("the link to the next page has no address")
    return response.urljoin(str(link["href"]))


def text_of(element: Any, selector: str | None = None) -> str | None:
    """Return the text of an element, or of the first element that a selector matches in it; None if it is empty.

    >>> text_of(BeautifulSoup("<p>6 <b>weeks</b></p>", "lxml"), "p")
    '6 weeks'
    """
    part = element.select_one(selector) if selector and element is not None else element
    words = " ".join(part.get_text(" ").split()) if isinstance(part, Tag) else ""
    return words or None


def number_in(text: str | None) -> int | None:
    """Return the first whole number of a text, whatever separates its thousands.

    >>> number_in("1 234 offres trouvées"), number_in("about 28,432 jobs"), number_in(None)
    (1234, 28432, None)
    """
    number = _NUMBER.search(text or "")
    return int(re.sub(r"[^0-9]", "", number[0])) if number else None


def inner_html(element: Any, selector: str) -> str | None:
    """Return the HTML inside the first element that a selector matches.

    >>> inner_html(BeautifulSoup("<div id=d><p>Hi</p></div>", "lxml"), "#d")
    '<p>Hi</p>'
    """
    part = element.select_one(selector)
    return part.decode_contents().strip() if isinstance(part, Tag) else None
