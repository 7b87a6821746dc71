"""Djinni, a Ukrainian board of jobs in software."""

import re

from bs4 import Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"/jobs/([0-9]+)-")


class DjinniSpider(HtmlListSpider):
    """The list of jobs that ask for no experience, and a page with JSON-LD for each.

    Shape seen on a recorded search of 2021, 15 of 16 postings; the site has changed since, so today's cards are not
    verified. The recruiters that cards name are not read.
    """

    name = "djinni"
    title = "Djinni"
    verified = "recorded search of 2021; today's cards not verified"
    hosts = (r"(?:www\.)?djinni\.co",)
    terms = "not known"
    redistribution = "parquet_only"
    attribution = "Djinni, with a link to the posting"
    robots = "list, jobs and feed not refused (2026)"
    aggregator = True
    timezone = "Europe/Kyiv"
    min_postings = 1  # a search of all jobs without experience
    first_url = "https://djinni.co/jobs/?exp_level=no_exp"
    card_selector = "li.list-jobs__item"
    list_selector = "ul.list-jobs, .page-content"
    total_selector = "h1 .text-muted"
    page_parameter = "page"

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card."""
        link = record.select_one("a.profile[href], a.job-list-item__link[href]")
        match = _ID.search(str(link["href"])) if link else None
        if link is None or match is None:
            raise KeyError("id")
        return RawPosting(
            posting_id=match[1],
            url=f"https://djinni.co{link['href']}",
            title=text_of(link) or "",
            hiring_organization=text_of(record, "a[href*='/jobs/company-']"),
            description=text_of(record, ".list-jobs__description"),
            location=text_of(record, ".location-text"),
            remote=text_of(record, "nobr:has(.icon-home_work)"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)
