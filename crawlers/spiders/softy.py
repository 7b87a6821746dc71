"""Softy career sites, of French employers."""

import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.html_list import HtmlListSpider, text_of
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_ID = re.compile(r"/offers/([0-9]+)(?:[?#]|$)")
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")


def _page(address: str) -> int:
    """Return the number of a page of the list.

    >>> _page("https://acme.softy.pro/offers?page=3"), _page("https://acme.softy.pro/offers")
    (3, 1)
    """
    number = parse_qs(urlsplit(address).query).get("page", ["1"])[0]
    return int(number) if number.isdecimal() else 1


class SoftySpider(HtmlListSpider):
    """The offers of an employer, 21 on a page, and the page of each for its text.

    Markup as a client's notes of September 2026 on one employer describe it (ever-jobs); no recording, not verified. A badge
    states the contract, often with its length, such as ``Stage - 4 Mois``. The vendor asks for one request a second.
    """

    name = "softy"
    title = "Softy"
    verified = "as a client's notes of September 2026 describe it; no recording, not verified"
    hosts = (r"([\w-]+)\.softy\.pro",)
    terms = "the employer's own career site; the vendor asked another crawler for one request a second (2026-09)"
    redistribution = "feed"
    robots = "Allow: / (2026-09-24)"
    timezone = "Europe/Paris"
    first_url = "https://{board}.softy.pro/offers?page=1"

    def cards(self, page: BeautifulSoup, response: Response) -> list[Tag]:
        """Return the links that hold an offer."""
        links = page.select('a[href*="/offers/"]')
        return [link for link in links if link.select_one('[data-slot="joboffer-title"]')]

    def next_page(self, page: BeautifulSoup, response: Response) -> str | None:
        """Return the address of the page with the next number, if the page links to it or to a later one."""
        here = _page(response.url)
        addresses = [urljoin(response.url, str(link["href"])) for link in page.select('a[href*="page="]')]
        later = sorted((_page(address), address) for address in addresses if _page(address) > here)
        return later[0][1] if later else None

    def record_id(self, record: Any) -> str | None:
        """Return the number in the offer's address."""
        number = _ID.search(str(record.get("href", "")))
        return number[1] if number else None

    def parse_posting(self, record: Any, board: Board) -> RawPosting:
        """Read a card."""
        posting_id, title = self.record_id(record), text_of(record, '[data-slot="joboffer-title"]')
        if posting_id is None or title is None:
            raise KeyError("title")
        published = _DAY.search(text_of(record, '[data-slot="joboffer-published-at"]') or "")
        badges = [badge for tag in record.select('[data-slot="badge"]') if (badge := text_of(tag))]
        return RawPosting(
            posting_id=posting_id,
            url=urljoin(f"https://{board.board}.softy.pro/", str(record["href"])),
            title=title,
            hiring_organization=board.name,
            location=text_of(record, '[data-slot="joboffer-locations"] p'),
            date_posted=published[0] if published else None,
            duration=next((badge.partition(" - ")[2] for badge in badges if " - " in badge), None),
            employment_type=", ".join(badges) or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the offer's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the sections of a page."""
        posting.description = "\n".join(part.decode_contents().strip() for part in page.select(".prose")) or None
        if not posting.description:
            raise BrokenAnswer("the offer's page has no text")
        return posting
