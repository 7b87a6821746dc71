"""Boards of HTML pages that no spider knows, as the registry declares them."""

from typing import Any

import attrs
from bs4 import BeautifulSoup
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.links import untracked, web_address
from crawlers.answers.obstacles import is_unrendered, obstacle_of
from crawlers.answers.own_posting import may_be_titled, refuse_other
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.declared import layout, read_fields
from crawlers.bases.html_list import HtmlListSpider, address_of, number_in, text_of, with_text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


class HtmlSpider(HtmlListSpider):
    """A list of cards, page by page, whose selectors stand in the last column of the board's row, as JSON::

        html,acme,Acme,https://www.acme.example/jobs,"{""card"": ""li.job"", ""fields"": {""title"": ""h2 a"", ""url"":
        ""h2 a @href"", ""location"": "".place"", ""hiring_organization"": ""=Acme""}, ""detail"": {""description"":
        "".text @html""}}"

    ``card`` is one posting of the list, ``fields`` are those of `RawPosting`, of which title and url must be
    there and an address is the id if no other is declared. A field's place is a CSS selector, its words count; after
    ``@`` stands an attribute, or ``html`` for the markup; ``=`` begins a value that is the same for all. ``next`` is the
    link to the next page (else what the page marks as rel=next), ``list`` what holds the list where it may be empty,
    ``total`` what says how many postings there are. With ``detail``, also an empty one, a posting's own page is asked
    for: what is declared of it counts before its card, then what it states as JSON-LD. The list was seen
    whole when its last page names no next one, or its total was met. A declaration that fits no card fails its board.
    """

    name = "html"
    title = "Declared boards of HTML pages"
    verified = "the operator's own declaration"
    terms = "those of whoever publishes the pages, which the operator must know"
    redistribution = "parquet_only"
    attribution = "the pages' publisher, with a link to the posting"
    aggregator = True

    def first_request(self, board: Board) -> Request:
        """Ask for the first page, if the declaration can be read."""
        layout(board)
        return super().first_request(board._replace(request_json=None))

    def cards(self, page: BeautifulSoup, response: Response) -> list[Any]:
        """Return the cards with their page; one of them at least has what the declaration says."""
        said = layout(response.meta["board"])
        cards = page.select(said.card)
        for field in ("title", "url"):
            if cards and not any(said.fields[field].values(card) for card in cards):
                raise BrokenAnswer(f"no {field} on any of the {len(cards)} cards, as the registry declares it")
        return [(card, response) for card in cards]

    def holds_list(self, page: BeautifulSoup, response: Response) -> bool:
        """Tell whether the page has what holds the list."""
        holder = layout(response.meta["board"]).list
        return bool(holder and page.select_one(holder))

    def must_state_total(self, response: Response) -> bool:
        """Tell whether the row declares where the total stands."""
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
        said = read_fields(layout(board).fields, card, response.urljoin(""))
        for field in ("title", "url"):
            if field not in said:
                raise KeyError(field)
        address = web_address(said["url"], response.urljoin(""))
        if address is None or address.partition("#")[::2] in ((response.url.partition("#")[0], ""), ("", "")):
            raise KeyError("url")  # a link that a script handles leads nowhere else
        return RawPosting(**{"posting_id": untracked(address), **said, "url": address})

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Ask for the posting's page, if it is declared."""
        return Request(posting.url) if layout(board).detail is not None else None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add what is declared of the posting's page, then what the page states."""
        fields = layout(board).detail or {}
        said = read_fields(fields, page_of(response), response.urljoin(""))
        stated = own_statement(posting, response)
        if (title := said.get("title")) and (is_unrendered(title) or not may_be_titled(posting, title)):
            raise BrokenAnswer(f"the title on the page is {title[:80]!r}")
        if stated is None:  # a value that is the same for all says nothing of the page, and a heading is on any page
            shown = [name for name in said if fields[name].literal is None]
            if not shown or ("description" in fields and "description" not in said) or obstacle_of(response):
                raise BrokenAnswer("the page has no JSON-LD JobPosting, and not what the registry declares of it")
            refuse_other(response, posting)
        said.pop("posting_id", None)  # an id is of the list
        read = attrs.evolve(posting, **{"description": None, **said})
        if stated:
            add_stated(read, stated)
        if stated or "description" in fields:
            return with_text_of(read, posting)
        read.description = posting.description  # by declaration the card has the text
        return read
