"""Jobs.cz, a Czech job board."""

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class JobsCzSpider(HtmlListSpider):
    """A search for internships in Czech, thirty cards a page, and a page for each.

    Seen on recorded pages of 2025; the board publishes no interface. A page after the last has no cards. Postings in
    an employer's own layout have other pages, of which only the JSON-LD is read.
    """

    name = "jobscz"
    title = "Jobs.cz"
    verified = "recorded pages of 2025"
    hosts = (r"(?:www\.)?jobs\.cz",)
    terms = "no re-use of listings beyond a link found: www.jobs.cz/podminky"
    redistribution = "parquet_only"
    attribution = "Jobs.cz, with a link to the posting"
    aggregator = True
    min_postings = 1  # a search of the whole site that finds nothing means that the search has changed
    first_url = "https://www.jobs.cz/prace/?q%5B%5D=st%C3%A1%C5%BE"
    list_selector = "#search-result-container"
    card_selector = "article.SearchResultCard"
    next_selector = "a.Pagination__button--next[href]"

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card."""
        link = record.select_one('a[data-link="jd-detail"][data-jobad-id]')
        if link is None:
            raise KeyError("id")
        return RawPosting(
            posting_id=str(link["data-jobad-id"]),
            url=str(link["href"]).partition("?")[0],
            title=text_of(link) or "",
            hiring_organization=text_of(record, '.SearchResultCard__footerItem span[translate="no"]'),
            location=text_of(record, '[data-test="serp-locality"]'),
            pay=text_of(record, ".SearchResultCard__body .Tag--success"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of the posting, and its pay and place if the card had none."""
        posting.description = inner_html(page, '[data-jobad="body"]')
        posting.pay = posting.pay or text_of(page, '[data-test="jd-salary"]')
        posting.location = posting.location or text_of(page, '[data-test="jd-info-location"]')
        return posting if posting.description else super().parse_detail(page, posting, board)
