"""SAP SuccessFactors career sites."""

import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from crawlers.bases.feed_or_list import FeedOrListSpider
from crawlers.bases.html_list import inner_html, number_in, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting, readable_id

_PLACE = re.compile(r"\s{0,3}\(([^()]{2,80})\)$")
_ID = re.compile(r"/job/[^?#]*?([0-9]+)/?(?:[?#]|$)")
_NUMBERS = re.compile(r"[0-9]+(?:[.,\s][0-9]{3})*")
_LINK = "a.jobTitle-link[href]"


class SuccessFactorsSpider(FeedOrListSpider):
    """The feed that a career site of the Career Site Builder writes for search engines; a board is the site's host.

    RSS with Google's names for jobs, all postings with their texts in one document. Its address is /sitemal.xml, with
    this spelling (konstantinosanagn/ergon; samples of two sites in a public client's tests), or on other sites
    /googlefeed.xml (colophon-group/jobseek), which the registry then has. No feed was recorded. A title ends with the
    posting's place, which is removed if the feed states the same place. Feeds of more than 50 MB are not read.

    Where a site gives no feed, the registry has the address of its list in HTML, ``https://{board}/search/?q=&startrow=0``:
    25 rows a page, with the total in words, and a page for each posting. Shape seen on a recorded page of 2026, cut to
    six rows; the words with the total follow public clients. Some sites begin again at the first row after the last.
    """

    name = "successfactors"
    title = "SAP SuccessFactors"
    verified = "feed: public clients of 2026 (ergon, jobseek) and their samples, not verified; list: recorded page of 2026, cut"
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}/sitemal.xml"
    id_key = "g:id"
    list_path = "/search"
    card_selector = f"tr.data-row:has({_LINK})"
    list_selector = "#searchresults"
    total_selector = ".paginationLabel"
    ignored_fields = frozenset({"guid", "g:image_link", "g:expiration_date", "g:publish_date", "pubDate"})

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the last number of the words "Results 1 - 25 of 87"."""
        numbers = _NUMBERS.findall(text_of(page, self.total_selector) or "")
        return number_in(numbers[-1]) if numbers else None

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the rows after these, None if the total says that there are none."""
        first = number_in(parse_qs(urlsplit(response.url).query).get("startrow", ["0"])[0]) or 0
        following = first + len(self.cards(page, response))
        if following >= (self.advertised_total(page, response) or 0):
            return None
        return add_or_replace_parameter(response.url, "startrow", str(following))

    def card_id(self, card: Tag) -> str | None:
        """Return the number in a row's address."""
        match = _ID.search(str(link["href"])) if (link := card.select_one(_LINK)) else None
        return readable_id(match[1]) if match else None

    def parse_card(self, card: Tag, board: Board) -> RawPosting:
        """Read a row; a site shows some of the columns."""
        link = card.select_one(_LINK)
        if link is None or (posting_id := self.card_id(card)) is None:
            raise KeyError("link")
        return RawPosting(
            posting_id=posting_id,
            url=urljoin(board.url or "", str(link["href"])),
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(card, ".colLocation .jobLocation") or text_of(card, ".jobLocation"),
            date_posted=text_of(card, ".jobDate"),
            employment_type=text_of(card, ".jobShifttype"),
            department=text_of(card, ".jobDepartment, .jobFacility"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the page of a row; an item of the feed has the text."""
        return Request(posting.url) if self.is_list(board) else None

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, ".jobdescription") or inner_html(page, "[itemprop=description]")
        return posting if posting.description else super().parse_detail(page, posting, board)

    def parse_item(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        title, place = record.pop("title"), record.pop("g:location", None) or None
        behind = _PLACE.search(title)
        if behind and place and behind[1].partition(",")[0] == place.partition(",")[0]:
            title = title[: behind.start()]
        function = record.pop("g:job_function", None)
        return RawPosting(
            posting_id=record.pop("g:id", None) or record["guid"],
            url=record.pop("link"),
            title=title,
            hiring_organization=record.pop("g:employer", None) or board.name,
            description=record.pop("description", None) or None,
            location=place,
            date_posted=record.get("g:publish_date") or record.get("pubDate") or None,
            valid_through=record.get("g:expiration_date") or None,
            employment_type=record.pop("g:job_type", None) or None,
            department=function if function != "ATS_WEBFORM" else None,
        )
