"""Gusto career boards, of small employers in the United States."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


class GustoSpider(HtmlListSpider):
    """The whole board in one page, and a page for each posting.

    Shape seen on a recorded board of 2026 with three postings and the page of one, which has no JSON-LD.
    """

    name = "gusto"
    title = "Gusto"
    verified = "recorded board of 2026"
    hosts = (r"jobs\.gusto\.com/boards/([\w-]+)",)
    terms = "the employer's own career board"
    redistribution = "feed"
    first_url = "https://jobs.gusto.com/boards/{board}"
    card_selector = "li:has(> a[href^='/postings/'])"
    list_selector = "[data-action='job_boards-show'], ul"
    next_selector = ""

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; its first line names the places, its second the kind of employment."""
        link = record.select_one("a[href^='/postings/']")
        address = str(link["href"]) if link else ""
        match = _ID.search(address)
        lines = record.select("p")
        places = [text.strip() for text in lines[0].find_all(string=True) if text.strip()] if lines else []
        return RawPosting(
            posting_id=match[1] if match else address.rpartition("/")[2],
            url=f"https://jobs.gusto.com{address}",
            title=text_of(record, "h3") or "",
            hiring_organization=board.name,
            location=places or None,
            employment_type=text_of(lines[1]) if len(lines) > 1 else None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the sections of a page without JSON-LD."""
        sections = [part.decode_contents().strip() for part in page.select(".max-w-prose > div.text-xl")]
        posting.description = "\n".join(section for section in sections if section) or None
        return posting if posting.description else super().parse_detail(page, posting, board)
