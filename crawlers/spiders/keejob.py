"""Keejob, a Tunisian job board."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"^/offres-emploi/([0-9]+)/")


class KeejobSpider(HtmlListSpider):
    """The search for internships (the form's job types 7, Stage/PFE, and 9, Stage), and a page for each posting.

    Seen on a recorded search of May 2026, which states how many postings it found. The numbering of pages from 1 and the
    contents of a posting's own page follow public clients (nacefmoula/internship-hunter and others), not verified.
    """

    name = "keejob"
    title = "Keejob"
    verified = "recorded search of May 2026; further pages and postings as public clients read them, not verified"
    hosts = (r"(?:www\.)?keejob\.com",)
    terms = "no re-use of listings beyond a link found: www.keejob.com/terms-of-use"
    redistribution = "parquet_only"
    attribution = "Keejob, with a link to the posting"
    robots = "allowed /offres-emploi/ in 2026 (nacefmoula/internship-hunter); the crawl asks anyway"
    aggregator = True
    timezone = "Africa/Tunis"
    min_postings = 5  # internships among some 900 postings in 2026; none means that the job types have changed
    first_url = "https://www.keejob.com/offres-emploi/?job_types=7&job_types=9"
    list_selector = "#search_form"
    card_selector = 'article:has(a[href^="/offres-emploi/"])'
    next_selector = ""
    total_selector = 'i.fa-search + span:-soup-contains("trouvée")'
    page_parameter = "page"

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; icons show the meaning of its labels."""
        link = record.select_one('h2 a[href^="/offres-emploi/"]')
        id_match = _ID.match(str(link["href"])) if link else None
        if link is None or id_match is None:
            raise KeyError("id")
        return RawPosting(
            posting_id=id_match[1],
            url=f"https://www.keejob.com{link['href']}",
            title=text_of(link) or "",
            hiring_organization=text_of(record, "h2 + p"),
            description=text_of(record, "div.mb-3 > p"),
            location=text_of(record, "i.fa-map-marker-alt + span"),
            date_posted=text_of(record, "i.fa-clock + span"),
            pay=text_of(record, "span:has(> i.fa-money-bill-wave)"),
            employment_type=text_of(record, "span:has(> i.fa-briefcase)"),
            department=text_of(record, "span:has(> i.fa-industry)"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, "div.prose")
        return posting if posting.description else super().parse_detail(page, posting, board)
