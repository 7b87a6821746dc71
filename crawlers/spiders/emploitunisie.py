"""Emploitunisie, a Tunisian job board of the Africatalents group."""

import re

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ID = re.compile(r"-([0-9]+)$")


def _several(line: str | None) -> list[str] | None:
    return line.split(" - ") if line else None


class EmploitunisieSpider(HtmlListSpider):
    """A search for "stage", and a page for each posting.

    Seen on a recorded search of May 2026, which states how many postings it found. The numbering of further pages from
    1 and the contents of a posting's own page follow public clients (nacefmoula/internship-hunter and others), not verified.
    """

    name = "emploitunisie"
    title = "Emploitunisie"
    verified = "recorded search of May 2026; further pages and postings as public clients read them, not verified"
    hosts = (r"(?:www\.)?emploitunisie\.com",)
    terms = "no re-use of listings beyond a link found: www.emploitunisie.com/conditions-generales-utilisation"
    redistribution = "parquet_only"
    attribution = "Emploitunisie, with a link to the posting"
    robots = "allowed / but to named bots in 2026 (nacefmoula/internship-hunter); behind a bot wall for some addresses"
    aggregator = True
    timezone = "Africa/Tunis"
    min_postings = 5  # a page holds 25, and many postings contain the word
    first_url = "https://www.emploitunisie.com/recherche-jobs-tunisie/stage"
    list_selector = ".page-search-jobs-content"
    card_selector = ".card-job[data-href]"
    total_selector = ".page-search-title span"
    page_parameter = "page"
    first_page = 0

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; each line of its list begins with a label."""
        link = record.select_one("h3 a[href]")
        url = str(record["data-href"])
        id_match = _ID.search(url)
        if link is None or id_match is None:
            raise KeyError("id")
        lines = [text_of(line) or "" for line in record.select(".card-job-detail > ul > li")]
        labelled = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        posted = record.select_one("time[datetime]")
        return RawPosting(
            posting_id=id_match[1],
            url=url,
            title=text_of(link) or "",
            hiring_organization=text_of(record, ".card-job-company"),
            description=text_of(record, ".card-job-description > p"),
            location=_several(labelled.get("Région de")),
            date_posted=str(posted["datetime"]) if posted else None,
            employment_type=labelled.get("Contrat proposé"),
            skills=_several(labelled.get("Compétences clés")),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        parts = [inner_html(page, selector) for selector in (".job-description", ".job-qualifications")]
        posting.description = "\n".join(part for part in parts if part) or None
        return posting if posting.description else super().parse_detail(page, posting, board)
