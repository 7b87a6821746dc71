"""Gradcracker: placements and internships of UK students of science and engineering."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, inner_html, number_in, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"/hub/[0-9]+/[^/]+/[\w-]+/([0-9]+)/")
_LABELS = {
    "salary": "pay",
    "location": "location",
    "duration": "duration",
    "starting": "start",
    "deadline": "valid_through",
}


class GradcrackerSpider(HtmlListSpider):
    """The list of all placements and internships, 80 a page, and a page for each.

    Shape seen on a recorded page of 2024, with 80 of 87 placements. Cards of 2026 have other classes and the same
    labels (job-ops), so labels are read, not classes. The text of a posting's own page follows the same client.
    """

    name = "gradcracker"
    title = "Gradcracker"
    verified = (
        "recorded page of 2024; cards of 2026 and postings' own pages as a public client reads them, not verified"
    )
    hosts = (r"(?:www\.)?gradcracker\.com",)
    terms = "not known"
    redistribution = "parquet_only"
    attribution = "Gradcracker, with a link to the posting"
    robots = "allows /, refuses /search/* with order= (2026-09-27)"
    aggregator = True
    timezone = "Europe/London"
    min_postings = 50  # several hundred are open at a time
    first_url = "https://www.gradcracker.com/search/all-disciplines/engineering-work-placements-internships"
    card_selector = "a[href*='/work-placement-internship/']"
    list_selector = "nav"
    total_selector = "p, span"

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the part of the page around each link to a posting that holds its labels."""
        around = (link.find_parent(_holds_labels) for link in super().cards(page, response) if text_of(link))
        return list({id(card): card for card in around if isinstance(card, Tag)}.values())

    def advertised_total(self, page: BeautifulSoup, response: Response) -> int | None:
        """Return the number in the words "1 - 80 of 87 results", or in the heading."""
        words = next((text for text in page.find_all(string=re.compile(r"of\s+[0-9,]+\s+results?"))), None)
        if words:
            return number_in(words.rpartition("of")[2])
        return number_in(text_of(page, "h1"))

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card by its labels."""
        link = record.select_one("a[href*='/work-placement-internship/']")
        match = _ID.search(str(link["href"])) if link else None
        if link is None or match is None:
            raise KeyError("id")
        labelled = dict(_labelled(record))
        facts: dict[str, Any] = {field: labelled[label] for label, field in _LABELS.items() if label in labelled}
        logo = record.select_one("img[alt]")
        return RawPosting(
            posting_id=match[1],
            url=str(link["href"]),
            title=text_of(link) or "",
            hiring_organization=text_of(record, "h3") or (str(logo["alt"]) if logo else None) or _named_in(link),
            employment_type="internship",
            **facts,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, ".body-content")
        return posting if posting.description else super().parse_detail(page, posting, board)


def _holds_labels(element: Tag) -> bool:
    return element.select_one("li > span, dt") is not None


def _labelled(card: Tag) -> list[tuple[str, str]]:
    """Return the labels of a card in small letters, with their values."""
    items = [text_of(item) or "" for item in card.select("li:has(> span)")]
    pairs = [item.partition(":")[::2] for item in items]
    pairs += [(text_of(name) or "", text_of(name.find_next_sibling("dd")) or "") for name in card.select("dt")]
    return [(label.strip(" :").lower(), value.strip()) for label, value in pairs if value.strip()]


def _named_in(link: Tag) -> str | None:
    """Return the employer at the end of a link's title: "Apply for the … opportunity with Acme"."""
    return str(link.get("title") or "").rpartition(" opportunity with ")[2] or None
