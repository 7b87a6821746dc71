"""rexx systems career sites, of cities, insurers and firms in Germany."""

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, number_in, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_LINK = "a[href*='-j'][href*='.html']"
_ID = re.compile(r"-j([0-9]+)\.html")


class RexxSpider(HtmlListSpider):
    """The list of a career site, as a table of a hundred rows a page or as cards, and a page with JSON-LD for each.

    Shape as a card of September 2026 on two tenants and a client describe it (ever-jobs); not verified. A link may hold
    the number of a session, which is left out. A board is the site's host.
    """

    name = "rexx"
    title = "rexx systems"
    verified = "as notes of September 2026 on two tenants describe it; no recording, not verified"
    hosts = (r"([\w-]+\.rexx-(?:systems|recruitment)\.com)",)
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "refuses seventeen libraries by name, no rule for an agent with a name of its own (2026-09-21)"
    timezone = "Europe/Berlin"
    first_url = "https://{board}/stellenangebote.html"
    list_selector = "#joboffer_table_container, .joboffer_container"
    next_selector = "a.nav_next[href], .nav_next a[href]"

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the row or card around the first link to each posting."""
        cards: dict[str, Tag] = {}
        for link in page.select(_LINK):
            match = _ID.search(str(link["href"]))
            around = link.find_parent("tr") or link.find_parent(class_="joboffer_container") or link.parent
            if match and isinstance(around, Tag):
                cards.setdefault(match[1], around)
        return list(cards.values())

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the number that the table states, None on sites without it."""
        table = page.select_one("#joboffer_table_container[data-count]")
        return number_in(str(table["data-count"])) if table else None

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a row or a card."""
        link = record.select_one(_LINK)
        match = _ID.search(str(link["href"])) if link else None
        if link is None or match is None:
            raise KeyError("link")
        address = urljoin(board.url or f"https://{board.board}/", str(link["href"]))
        return RawPosting(
            posting_id=match[1],
            url=urlsplit(address)._replace(query="", fragment="").geturl(),
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, ".job_standort, .job_location, td[class*=standort]"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
