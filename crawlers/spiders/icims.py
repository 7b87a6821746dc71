"""iCIMS career portals."""

import re
from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from crawlers.answers.decoding import page_of
from crawlers.answers.obstacles import reject_obstacle_page
from crawlers.answers.own_posting import reject_other_posting
from crawlers.answers.statements import own_statement, stated_posting
from crawlers.bases.books import BoardRun
from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_ID = re.compile(r"/jobs/([0-9]+)/")
_PAGE_OF = re.compile(r"\bPage\s+([0-9]{1,4})\s+of\s+([0-9]{1,4})\b")


def without_placeholders(value: Any) -> Any:
    """Return a value without the placeholders that iCIMS sends for unknown values.

    >>> without_placeholders({"addressLocality": "UNAVAILABLE", "addressCountry": "US"})
    {'addressCountry': 'US'}
    """
    if isinstance(value, dict):
        return {
            key: kept for key, entry in value.items() if (kept := without_placeholders(entry)) not in (None, "", {}, [])
        }
    if isinstance(value, list):
        return [kept for entry in value if (kept := without_placeholders(entry)) not in (None, "", {}, [])]
    return None if value == "UNAVAILABLE" else value


class IcimsSpider(HtmlListSpider):
    """The search page of a classic portal, twenty a page, and a page for each posting; a board is a host.

    Seen on recorded, shortened cards and a recorded posting of 2026; the vendor documents no public interface. The
    list was seen whole when a page states that it is the last ("Page 2 of 2"), which follows public clients.
    Portals of the newer kind (Jibe) are not read.
    """

    name = "icims"
    title = "iCIMS"
    verified = "recorded cards and a posting of 2026; paging as public clients read it (ergon), not verified"
    hosts = (r"([\w-]+\.icims\.com)",)
    board_pattern = r"[\w-]+\.icims\.com"
    terms = "the employer's own career portal"
    redistribution = "feed"
    first_url = "https://{board}/jobs/search?ss=1&in_iframe=1&pr=0"
    list_selector = ".iCIMS_JobsTable, .iCIMS_ListingsPage"
    card_selector = ".iCIMS_JobCardItem, .iCIMS_JobListingRow, .iCIMS_JobsTable > .row"

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page of cards; only a page with a number, such as "Page 2 of 2", can prove that it is the last."""
        yield from super().read_list(response, run)
        if run.proof and not _PAGE_OF.search(response.text):
            run.mark_incomplete("the list does not say how many pages it has")

    def parse_posting(self, record: Tag, board: Board) -> RawPosting | None:
        """Read a card; its link contains the id."""
        link = record.select_one('a[href*="/jobs/"]')
        id_match = _ID.search(str(link["href"])) if link else None
        if link is None or id_match is None:
            return None
        path = str(link["href"])[id_match.start() :].partition("?")[0]
        return RawPosting(
            posting_id=id_match[1],
            url=f"https://{board.board}{path}",
            title=text_of(link, "h2, h3, h4") or text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, ".header.left span:not(.sr-only)"),
        )

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the page after this one, by its number or by its link."""
        if numbers := _PAGE_OF.search(page.get_text(" ")):
            number, pages = int(numbers[1]), int(numbers[2])
            return add_or_replace_parameter(response.url, "pr", str(number)) if number < pages else None
        link = page.select_one('.iCIMS_Paginator a[href*="pr="], .iCIMS_Paging a[title*="Next"][href*="pr="]')
        return response.urljoin(str(link["href"])) if link else None

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page without the frame of the portal."""
        return Request(f"{posting.url}?in_iframe=1")

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the JobPosting of the page, whose place replaces the card's, or else its text."""
        if record := own_statement(posting, response):
            read = stated_posting(without_placeholders(record), posting.url)
            stated, posting.odd = read.to_dict(), posting.odd + read.odd
            for name in stated.keys() - {"posting_id", "url", "title", "hiring_organization"}:
                setattr(posting, name, stated[name])
            return posting
        reject_other_posting(response, posting)
        posting.description = inner_html(page_of(response), ".iCIMS_JobContent")
        if not posting.description:
            raise BrokenAnswer("no JSON-LD JobPosting and no text on the posting's page")
        reject_obstacle_page(response, posting.description)
        return posting
