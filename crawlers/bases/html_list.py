"""Boards that are pages for people: a list of cards, and a page for each posting."""

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
from crawlers.answers.obstacles import obstacle_of
from crawlers.answers.own_posting import refuse_other
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

MAX_PAGES = 500
SHORT_TEXT = 600  # characters of a text that may be a notice
_NUMBER = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f.,'’][0-9]{3})+(?![0-9])|[0-9]{1,9}")


class HtmlListSpider(BoardSpider):
    """A board of HTML pages.

    To use, say by CSS selectors where a card and the next page are, and write `parse_posting()`,
    which gets the card. A posting's own page is read by its JSON-LD; where it has none, by
    `parse_detail()`. That the list was seen whole is shown by its advertised total, or else by a last page
    that names no next one.

    Attributes:
        card_selector: one posting in the list.
        next_selector: the link to the next page; a page without one is the last.
        list_selector: what holds the list. A page without it and without cards is broken, one with it and no cards is
            empty.
        total_selector: what says how many postings the list has; a page without it does not show that it is whole.
        page_parameter: the parameter with a page's number, for lists with a total whose pages name no next one.
        first_page: the number of the first page.
        full_page: cards on a full page. A list that ends with one was not seen whole, since no page after it is named.
    """

    card_selector: str = ""
    next_selector: str = 'link[rel="next"], a[rel="next"]'
    list_selector: str = ""
    total_selector: str = ""
    page_parameter: str = ""
    first_page: int = 1
    full_page: int | None = None

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page of cards and ask for the next one."""
        page = page_of(response)
        cards = self.cards(page, response)
        if doubt := cut_off_sign(text_of_answer(response)):
            run.cut(doubt)
        if not cards and not self.holds_list(page, response):
            raise BrokenAnswer("no list of postings on the page")
        total = self.advertised_total(page, response)
        if run.pages and total is not None and run.total is not None and total != run.total:
            yield from self.again(run, f"the total changed from {run.total} to {total} while paging")
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
            yield from self.again(run, "paging goes in circles: a page repeats what was shown")
        elif following is not None and not taken and run.pages > 1:
            run.cut("a page without postings names a next one")
        elif following is not None:
            if run.pages >= MAX_PAGES:
                run.cut(f"paging does not end within {MAX_PAGES} pages")
            else:
                yield self.ask(run, Request(following, headers=self.headers()), self.read_list)
        elif run.total is not None:
            run.cut(f"{run.counted} of {run.total} postings were shown")
        elif self.must_state_total(response):
            run.cut("the list does not say how many postings it has")
        elif self.full_page and len(cards) >= self.full_page:
            run.cut(f"a full page of {len(cards)} names no next one")
        else:
            yield from self.seen_whole(run, "the last page names no next one")

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the postings of a page of the list."""
        return list(page.select(self.card_selector))

    def holds_list(self, page: BeautifulSoup, response: Response) -> bool:
        """Tell whether a page without a posting is a list nevertheless."""
        return bool(self.list_selector and page.select_one(self.list_selector))

    def must_state_total(self, response: Response) -> bool:
        """Tell whether a list without a total is incomplete."""
        return bool(self.total_selector)

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return how many postings the list says it has."""
        return number_in(text_of(page, self.total_selector)) if self.total_selector else None

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the next page, None on the last."""
        link = page.select_one(self.next_selector) if self.next_selector else None
        return address_of(link, response)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add what the posting's own page says; a text on its card is often only the beginning of the page's."""
        bare = attrs.evolve(posting, description=None)
        if stated := own_statement(posting, response):
            read: RawPosting | None = add_stated(bare, stated)
        else:
            refuse_other(response, posting)
            read = self.parse_detail(page_of(response), bare, board)
            refuse_obstacle(response, read.description if read else None)
        return read and with_text_of(read, posting)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with what a page without JSON-LD says; a page that is none breaks the board."""
        raise BrokenAnswer("no JSON-LD JobPosting on the posting's page")


def with_text_of(read: RawPosting, card: RawPosting) -> RawPosting:
    """Return what a page says, with its card's text where it has none; as only the beginning, it is an odd one.

    >>> with_text_of(RawPosting(title="Intern"), RawPosting(description="Draw ...")).odd
    ('description',)
    """
    if not read.description and card.description:
        read.description, read.odd = card.description, (*read.odd, "description")
    return read


def refuse_obstacle(response: Response, text: Any) -> None:
    """Refuse a page whose text is that of a challenge, a login or a notice; a selector may fit those too.

    Raises:
        BrokenAnswer: the text is short, and the page shows the signs of an obstacle.

    >>> from scrapy.http import HtmlResponse
    >>> page = HtmlResponse("https://a.example/7", body=b"<p class=description>We will be back soon.</p>")
    >>> refuse_obstacle(page, "We will be back soon.")
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the page is no posting: maintenance
    """
    short = len(re.sub(r"<[^<>]*>|\s+", " ", str(text or ""))) < SHORT_TEXT
    if short and (cause := obstacle_of(response)):
        raise BrokenAnswer(f"the page is no posting: {cause}")


def address_of(link: Tag | None, response: Response) -> str | None:
    """Return the address of a link to a next page, None where there is no link.

    Raises:
        BrokenAnswer: the link has no address, so that the next page cannot be asked for.
    """
    if link is None:
        return None
    if not link.get("href"):
        raise BrokenAnswer("the link to the next page has no address")
    return response.urljoin(str(link["href"]))


def text_of(element: Any, selector: str | None = None) -> str | None:
    """Return the words of an element, or of the first one a selector finds in it; None if there are none.

    >>> text_of(BeautifulSoup("<p>6 <b>weeks</b></p>", "lxml"), "p")
    '6 weeks'
    """
    found = element.select_one(selector) if selector and element is not None else element
    words = " ".join(found.get_text(" ").split()) if isinstance(found, Tag) else ""
    return words or None


def number_in(text: str | None) -> int | None:
    """Return the first whole number of a text, however its thousands are set apart.

    >>> number_in("1 234 offres trouvées"), number_in("about 28,432 jobs"), number_in(None)
    (1234, 28432, None)
    """
    found = _NUMBER.search(text or "")
    return int(re.sub(r"[^0-9]", "", found[0])) if found else None


def inner_html(element: Any, selector: str) -> str | None:
    """Return the HTML inside the first element a selector finds.

    >>> inner_html(BeautifulSoup("<div id=d><p>Hi</p></div>", "lxml"), "#d")
    '<p>Hi</p>'
    """
    found = element.select_one(selector)
    return found.decode_contents().strip() if isinstance(found, Tag) else None
