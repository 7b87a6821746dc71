"""HRMDirect (ClearCompany) career sites, of employers in the United States."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy import Request

from crawlers.bases.html_list import HtmlListSpider, text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_TEXT = ".reqResult, #jobDescription, .jobDescription"


class HrmdirectSpider(HtmlListSpider):
    """The whole board as a table, and a page for each posting.

    Shape seen on a recorded table of 2026, cut to two rows; the columns after the title differ by tenant. The text of a
    posting's own page follows public clients, not verified.
    """

    name = "hrmdirect"
    title = "HRMDirect"
    verified = "recorded table of 2026; postings' own pages not verified"
    hosts = (r"([\w-]+)\.hrmdirect\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}.hrmdirect.com/employment/job-openings.php?search=true"
    card_selector = "tr[data-req-id]"
    list_selector = "table"
    next_selector = ""

    def parse_posting(self, record: Tag, board: Board) -> RawPosting:
        """Read a row; a day in one of its columns is the day of the posting."""
        link = record.select_one("td.posTitle a[href], td[id^=posTitle] a[href]")
        if link is None:
            raise KeyError("link")
        host = urlsplit(board.url or "").hostname or f"{board.board}.hrmdirect.com"
        cells = [text_of(cell) or "" for cell in record.select("td")]
        return RawPosting(
            posting_id=str(record["data-req-id"]),
            url=f"https://{host}/employment/{str(link['href']).partition('#')[0].rstrip('&')}",
            title=text_of(link) or "",
            hiring_organization=board.name,
            location=text_of(record, "td.cities, td[id^=cities]") or None,
            date_posted=next((cell for cell in cells if cell.count("/") == 2 and cell[:1].isdigit()), None),
            department=text_of(record, "td.departments, td[id^=departments]"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def parse_detail(self, page: BeautifulSoup, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text of a page without JSON-LD."""
        part = page.select_one(_TEXT)
        posting.description = part.decode_contents().strip() if part else None
        return posting if posting.description else super().parse_detail(page, posting, board)
