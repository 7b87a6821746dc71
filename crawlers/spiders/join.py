"""JOIN company pages."""

import json
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.statements import add_stated, stated_of
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


class JoinSpider(JsonApiSpider):
    """The data behind a company's page, five openings a page, and a page for each.

    Seen on a recorded page of 2026; the vendor documents no public interface. An opening's own page was not recorded:
    that it states a JobPosting could not be verified. Amounts of pay in the list are not read, because their unit is unknown.
    """

    name = "join"
    title = "JOIN"
    verified = "recorded page of 2026; pages of openings not verified"
    hosts = (r"join\.com/companies/([\w-]+)",)
    terms = "the employer's own page"
    redistribution = "feed"
    first_url = "https://join.com/companies/{board}?page=1"
    postings_key = "props.pageProps.initialState.jobs.items"
    total_key = "props.pageProps.initialState.jobs.pagination.total"
    paging = PageNumber("page", first=1, pages_key="props.pageProps.initialState.jobs.pagination.pageCount")
    ignored_fields = frozenset({"salaryAmountFrom", "salaryAmountTo", "salaryFrequency", "settings", "lastPublishedAt"})

    def read_json(self, response: Response) -> Any:
        """Return the data embedded in the page."""
        script = page_of(response).find("script", id="__NEXT_DATA__")
        try:
            return json.loads(script.get_text() if script else "")
        except ValueError:
            raise BrokenAnswer("no data on the page") from None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an opening."""
        city, country = record.pop("city", None) or {}, record.pop("country", None) or {}
        place = {"city": city.get("cityName"), "country": city.get("countryName") or country.get("iso3166")}
        return RawPosting(
            posting_id=record.pop("id"),
            url=f"https://join.com/companies/{board.board}/{record.pop('idParam')}",
            title=record.pop("title"),
            hiring_organization=board.name,
            location=place if any(place.values()) else None,
            date_posted=record.pop("createdAt", None),
            remote=record.pop("workplaceType", None),
            employment_type=(record.pop("employmentType", None) or {}).get("name"),
            department=(record.pop("category", None) or {}).get("name"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the opening's page."""
        return Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the JobPosting of the page."""
        return add_stated(posting, stated_of(posting, response))
