"""Umantis (Haufe) career sites, of employers in Switzerland and Germany."""

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawlers.answers.decoding import text_of_answer
from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_LINK = "a[href*='/Vacancies/']"
_ID = re.compile(r"/Vacancies/([0-9]+)/")
_TABLE = re.compile(r"""["']TableNr["']\s*:\s*["']?([0-9]+)|[?&;]tc([0-9]+)=p[0-9]""")
_FULL = 10


class UmantisSpider(HtmlListSpider):
    """The list of a career site, ten a page, and a page for each posting; a board is the site's host.

    Shape as clients of 2026 read it (jobseek, ever-jobs); not verified. Pages are requested until one has fewer than ten
    postings. Ads differ by tenant; without JSON-LD, the main part of the page is the text, or a whole page that has the title.
    """

    name = "umantis"
    title = "Umantis (Haufe)"
    verified = "as clients of 2026 read it (jobseek, ever-jobs); no recording, not verified"
    hosts = (r"(recruitingapp-[0-9]+(?:\.de)?\.umantis\.com)",)
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "refuses paths of administration only (2026, one tenant)"
    timezone = "Europe/Berlin"
    first_url = "https://{board}/Jobs/All"
    list_selector = ".tableaslist, table"
    full_page = _FULL

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the part of the page around the first link to each posting."""
        cards: dict[str, Tag] = {}
        for link in page.select(_LINK):
            match = _ID.search(str(link["href"]))
            around = link.find_parent(["tr", "li"]) or link.parent
            if match and text_of(link) and isinstance(around, Tag):
                cards.setdefault(match[1], around)
        return list(cards.values())

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the page after a full one, by the number of the list's table."""
        table = _TABLE.search(text_of_answer(response))
        if table is None or len(self.cards(page, response)) < _FULL:
            return None
        parameter = f"tc{table[1] or table[2]}"
        number = int((url_query_parameter(response.url, parameter) or "p1").lstrip("p"))
        return add_or_replace_parameter(response.url, parameter, f"p{number + 1}")

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read the link of a posting and the cells beside it that an icon names."""
        link = next((link for link in record.select(_LINK) if text_of(link)), None)
        match = _ID.search(str(link["href"])) if link else None
        if link is None or match is None:
            raise KeyError("link")
        return RawPosting(
            posting_id=match[1],
            url=urljoin(board.url or f"https://{board.board}/", str(link["href"])),
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, "[class*=department]"),
            employment_type=text_of(record, "[class*=jobtype]"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, "main") or inner_html(page, "#content")
        if not posting.description and posting.title and posting.title in (text_of(page, "body") or ""):
            posting.description = inner_html(page, "body")
        return posting if posting.description else super().parse_detail(page, posting, board)
