"""Internshala, an Indian board for internships."""

from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class InternshalaSpider(HtmlListSpider):
    """A list of cards, page by page, and a page for each internship.

    Seen on a recorded page of August 2025; the board publishes no interface. Adverts have the class of cards but no
    id, and cards of jobs are labelled. Its `isLastPage` was wrong, so the link to the next page counts.
    """

    name = "internshala"
    title = "Internshala"
    verified = "recorded pages of 2024 and 2025; paging as its link rel=next says"
    hosts = (r"internshala\.com",)
    terms = "no re-use of listings beyond a link: internshala.com/terms"
    redistribution = "parquet_only"
    timezone = "Asia/Kolkata"
    attribution = "Internshala, with a link to the posting"
    aggregator = True
    min_postings = 20  # a page holds about forty
    first_url = "https://internshala.com/internships/"
    list_selector = "#internship_list_container_1, .internship_list_container, #list_container"
    card_selector = ".individual_internship"

    def parse_posting(self, record: Tag, board: Board) -> RawPosting | None:
        """Read a card."""
        if not record.get("internshipid") or record.get("employment_type", "job") != "internship":
            return None
        link = record.select_one("a.job-title-href[href]") or record.select_one("h3 a[href]")
        if link is None:
            raise KeyError("title")
        places = [text_of(place) for place in record.select(".row-1-item.locations a, .locations a")]
        around = text_of(record, ".locations") or ""
        labels = [text_of(label) for label in record.select(".status-li, .other_label, .gray-labels span")]
        return RawPosting(
            posting_id=str(record["internshipid"]),
            url="https://internshala.com" + str(link["href"]),
            title=text_of(link) or "",
            hiring_organization=text_of(record, "p.company-name"),
            location=[place for place in places if place] or around or None,
            remote=around or None,
            date_posted=self._beside(record, "i.ic-16-reschedule"),
            duration=self._beside(record, "i.ic-16-calendar"),
            pay=text_of(record, "span.stipend"),
            employment_type=", ".join(["internship", *(label for label in labels if label and "Part time" in label)]),
            skills=[text_of(skill) for skill in record.select(".job_skill")] or None,
        )

    def record_id(self, record: Tag) -> str | None:
        """Return a card's id."""
        return str(record.get("internshipid") or "") or None

    @staticmethod
    def _beside(card: Tag, icon: str) -> str | None:
        label = card.select_one(f"{icon} + span")
        return text_of(label)

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the next page; its link is relative to the root of the site."""
        link = page.select_one(self.next_selector)
        return urljoin("https://internshala.com/", str(link["href"])) if link else None

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the internship's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read a page without JSON-LD by its text."""
        posting.description = inner_html(page, ".internship_details, #details_container")
        return posting if posting.description else super().parse_detail(page, posting, board)
