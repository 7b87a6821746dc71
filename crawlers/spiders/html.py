"""Boards of HTML pages that have no spider of their own, read as the registry declares."""

from typing import Any

import attrs
from bs4 import BeautifulSoup
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.links import untracked, web_address
from crawlers.answers.obstacles import is_unrendered, obstacle_of
from crawlers.answers.own_posting import may_be_titled, reject_other_posting
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.declared import layout, read_fields
from crawlers.bases.html_list import HtmlListSpider, address_of, number_in, text_of, with_text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


class HtmlSpider(HtmlListSpider):
    """A list of cards, page by page, with its selectors as JSON in the last column of the board's row::

        html,acme,Acme,https://www.acme.example/jobs,"{""card"": ""li.job"", ""fields"": {""title"": ""h2 a"", ""url"":
        ""h2 a @href"", ""location"": "".place"", ""hiring_organization"": ""=Acme""}, ""detail"": {""description"":
        "".text @html""}}"

    ``card`` selects one posting of the list. ``fields`` are fields of `RawPosting`: title and url are required, and the
    address is the id unless another is declared. Each is a CSS selector, whose text is read; ``@`` and a name read an
    attribute instead, ``@html`` the markup; ``=`` begins a value that is the same for all postings. ``next`` selects
    the link to the next page (by default a link with rel=next), ``list`` the element around a list that may be
    empty, ``total`` the element with the number of postings. With ``detail``, even an empty one, the posting's own page
    is read: its declared fields take precedence over the card, and both over its JSON-LD. The list was seen whole when
    its last page links to no next page, or its total was met. A declaration that fits no card fails its board.
    """

    name = "html"
    title = "Declared boards of HTML pages"
    verified = "the operator's own declaration"
    terms = "those of whoever publishes the pages, which the operator must know"
    redistribution = "parquet_only"
    attribution = "the pages' publisher, with a link to the posting"
    aggregator = True

    def first_request(self, board: Board) -> Request:
        """Request the first page; an invalid declaration raises ValueError."""
        layout(board)
        return super().first_request(board._replace(request_json=None))

    def cards(self, page: BeautifulSoup, response: Response) -> list[Any]:
        """Return the cards of a page; at least one of them has each required field."""
        board_layout = layout(response.meta["board"])
        cards = page.select(board_layout.card)
        for field in ("title", "url"):
            if cards and not any(board_layout.fields[field].values(card) for card in cards):
                raise BrokenAnswer(
                    f"no card has a {field} where the board's request_json declares it; cards: {len(cards)}"
                )
        return [(card, response) for card in cards]

    def holds_list(self, page: BeautifulSoup, response: Response) -> bool:
        """Tell whether the page has the element around the list."""
        holder = layout(response.meta["board"]).list
        return bool(holder and page.select_one(holder))

    def must_state_total(self, response: Response) -> bool:
        """Tell whether the row declares the place of a total."""
        return bool(layout(response.meta["board"]).total)

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the total that the page states."""
        total = layout(response.meta["board"]).total
        return number_in(text_of(page, total)) if total else None

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the next page."""
        return address_of(page.select_one(layout(response.meta["board"]).next or self.next_selector), response)

    def parse_posting(self, record: Any, board: Board) -> RawPosting:
        """Read a card."""
        card, response = record
        values = read_fields(layout(board).fields, card, response.urljoin(""))
        for field in ("title", "url"):
            if field not in values:
                raise KeyError(field)
        address = web_address(values["url"], response.urljoin(""))
        if address is None or address.partition("#")[::2] in ((response.url.partition("#")[0], ""), ("", "")):
            raise KeyError("url")  # the link is handled by a script and has no address of its own
        return RawPosting(**{"posting_id": untracked(address), **values, "url": address})

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the posting's own page, if the row declares it."""
        return Request(posting.url) if layout(board).detail is not None else None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the declared fields of the posting's page, then its JobPosting."""
        fields = layout(board).detail or {}
        values = read_fields(fields, page_of(response), response.urljoin(""))
        stated = own_statement(posting, response)
        if (title := values.get("title")) and (is_unrendered(title) or not may_be_titled(posting, title)):
            raise BrokenAnswer(f"the title on the page is {title[:80]!r}, not that of the posting")
        if stated is None:  # a literal value proves nothing about the page, and any page has a heading
            shown = [name for name in values if fields[name].literal is None]
            if not shown or ("description" in fields and "description" not in values) or obstacle_of(response):
                raise BrokenAnswer("the page has neither a JobPosting as JSON-LD nor the declared fields")
            reject_other_posting(response, posting)
        values.pop("posting_id", None)  # the id is that of the list
        read = attrs.evolve(posting, **{"description": None, **values})
        if stated:
            add_stated(read, stated)
        if stated or "description" in fields:
            return with_text_of(read, posting)
        read.description = posting.description  # the row declares that the text is on the card
        return read
