"""Jobvite career sites."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"/job/([A-Za-z0-9]+)")


class JobviteSpider(HtmlListSpider):
    """The search page of a career site, and a page for each posting.

    Seen on recorded rows of 2026, without the page around them; the vendor documents no public interface. The paging
    of long lists could not be verified: a page of fifty rows without a link to a next page does not prove the end.
    """

    name = "jobvite"
    title = "Jobvite"
    verified = "recorded rows of 2026; paging and postings as public clients read them (jobseek), not verified"
    hosts = (r"jobs\.jobvite\.com/(?:careers/)?([\w-]+)",)
    terms = "the employer's own career site"
    redistribution = "feed"
    first_url = "https://jobs.jobvite.com/{board}/search"
    list_selector = ".jv-job-list, .jv-page-body"
    card_selector = 'tr:has(a[href*="/job/"])'
    next_selector = 'a.jv-pagination-next[href], link[rel="next"], a[rel="next"]'
    full_page = 50

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a row."""
        link = record.select_one('a[href*="/job/"]')
        id_match = _ID.search(str(link["href"])) if link else None
        if link is None or id_match is None:
            raise KeyError("id")
        return RawPosting(
            posting_id=id_match[1],
            url=f"https://jobs.jobvite.com/{board.board}/job/{id_match[1]}",
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, ".jv-job-list-location"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, ".jv-job-detail-description")
        return posting if posting.description else super().parse_detail(page, posting, board)
