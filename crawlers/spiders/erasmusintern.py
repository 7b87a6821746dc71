"""ErasmusIntern, the Erasmus Student Network's board for traineeships in Europe."""

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_FIELD = ".field-name-field-traineeship-{} .field-item"


class ErasmusInternSpider(HtmlListSpider):
    """A list of cards, ten a page, and a page for each traineeship.

    The selectors follow public clients of 2021 to 2025 (Arashghsz/AI-powered-job-search, which stores its results of
    February 2025, and others that agree with it); no page was recorded, so they could not be verified. The last page
    links to no next page.
    """

    name = "erasmusintern"
    title = "ErasmusIntern"
    verified = "public clients of 2021 to 2025 and what one of them read; no recording, not verified"
    hosts = (r"(?:www\.)?erasmusintern\.org",)
    terms = (
        "no re-use of listings beyond a link found: erasmusintern.org/content/terms-and-conditions-use-eramusinternorg"
    )
    redistribution = "parquet_only"
    attribution = "ErasmusIntern (Erasmus Student Network), with a link to the traineeship"
    aggregator = True
    min_postings = 50  # more than 130 pages of ten in 2021; a handful means that the pages have changed
    first_url = "https://erasmusintern.org/traineeships"
    list_selector = ".view-content"
    card_selector = ".node-traineeship"
    next_selector = 'li.next a[href], li.pager-next a[href], a[rel="next"][href]'
    detail_limit = 2000

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a card; a traineeship's address is its id."""
        link = record.select_one('h3 a[href*="/traineeship/"]')
        if link is None:
            raise KeyError("title")
        path = str(link["href"]).partition("/traineeship/")[2]
        places = [
            ", ".join(
                part for part in (text_of(place, _FIELD.format("location-city")), text_of(place, ".country")) if part
            )
            for place in record.select(".field-name-field-traineeship-full-location > .field-items > .field-item")
        ]
        return RawPosting(
            posting_id=path,
            url=f"https://erasmusintern.org/traineeship/{path}",
            title=text_of(link) or "",
            hiring_organization=text_of(record, ".field-name-recruiter-name a"),
            location=[place for place in places if place] or None,
            date_posted=text_of(record, ".field-name-post-date .field-item"),
            valid_through=text_of(record, _FIELD.format("apply-deadline")),
            duration=text_of(record, _FIELD.format("duration")),
            employment_type="traineeship",
            department=text_of(record, ".ds-top-content h5"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the traineeship's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        posting.description = inner_html(page, ".field-name-body .field-item")
        return posting if posting.description else super().parse_detail(page, posting, board)
