"""The job board of python.org."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"/jobs/([0-9]+)/")


class PythonOrgSpider(HtmlListSpider):
    """The list, 25 a page with a total in its heading, and a page for each posting.

    Shape seen on a recorded page of July 2026, 25 of 32 postings. The text of a posting's own page was not seen.
    """

    name = "python_org"
    title = "Python Job Board"
    verified = "recorded page of July 2026; postings' own pages not verified"
    hosts = (r"(?:www\.)?python\.org/jobs",)
    terms = "not known"
    redistribution = "parquet_only"
    attribution = "the Python Job Board, with a link to the posting"
    aggregator = True
    min_postings = 5  # some thirty are open at a time
    first_url = "https://www.python.org/jobs/"
    card_selector = "ol.list-recent-jobs > li"
    list_selector = "ol.list-recent-jobs"
    total_selector = "h1.call-to-action"
    next_selector = ".pagination .next a[href^='?'], .pagination li:last-child a[href^='?']"

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; the employer is the text after the link."""
        link = record.select_one("h2 a[href^='/jobs/']")
        match = _ID.search(str(link["href"])) if link else None
        if link is None or match is None:
            raise KeyError("id")
        posted = record.select_one("time[datetime]")
        heading = record.select_one(".listing-company-name")
        names = [text.strip() for text in heading.find_all(string=True, recursive=False)] if heading else []
        return RawPosting(
            posting_id=match[1],
            url=f"https://www.python.org{link['href']}",
            title=text_of(link) or "",
            hiring_organization=" ".join(name for name in names if name) or None,
            location=text_of(record, ".listing-location"),
            date_posted=str(posted["datetime"]) if posted else None,
            department=text_of(record, ".listing-company-category"),
            skills=[text_of(tag) or "" for tag in record.select(".listing-job-type a")] or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, ".job-description")
        return posting if posting.description else super().parse_detail(page, posting, board)
