"""Adzuna, a search engine for jobs."""

import re
from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PAGE = re.compile(r"/search/[0-9]+\?")
_WORDS = {"at": "praktikum", "be": "stage", "br": "estágio", "de": "praktikum", "fr": "stage", "it": "tirocinio"}


class _PageInPath(PageNumber):
    """Pages whose number is part of the path."""

    def request_at(self, request: Request, number: int) -> Request:
        """Return the request for the page with this number."""
        return request.replace(url=_PAGE.sub(f"/search/{number}?", request.url))


class AdzunaSpider(JsonApiSpider):
    """The search API of one country with a user's free key; a board is a country's code.

    Documented at developer.adzuna.com/docs/search; records were seen in answers of 2026, the envelope only in the
    documents. Texts end after 500 characters. Pay has neither currency nor period; estimated pay is not read.
    """

    name = "adzuna"
    title = "Adzuna"
    verified = "developer.adzuna.com/docs/search; recorded records of 2026, the envelope not verified"
    board_pattern = r"[a-z]{2}"
    terms = "shown with a link and Adzuna's name: developer.adzuna.com/docs/terms_of_service"
    redistribution = "parquet_only"
    attribution = "Jobs by Adzuna, with a link to the vacancy"
    aggregator = True
    min_postings = 1  # a search of a whole country that finds nothing means that the search has changed
    key_variables = ("ADZUNA_APP_ID", "ADZUNA_APP_KEY")
    postings_key = "results"
    total_key = "count"
    paging = _PageInPath("page", first=1)
    ignored_fields = frozenset({"__CLASS__", "adref", "latitude", "longitude", "salary_is_predicted"})

    def first_request(self, board: Board) -> Request:
        """Request internships by the country's word for them."""
        url = f"https://api.adzuna.com/v1/api/jobs/{board.board}/search/1?app_id=ADZUNA_APP_ID&app_key=ADZUNA_APP_KEY"
        url += f"&results_per_page=50&what={_WORDS.get(board.board, 'internship')}"
        return Request(self.filled(board.url or url))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        place = record.pop("location", None) or {}
        kinds = (record.pop("contract_type", None), record.pop("contract_time", None))
        names = ("salary_min", "salary_max")
        pay = {name: amount for name in names if (amount := record.pop(name, None))}
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("redirect_url"),
            title=record.pop("title"),
            hiring_organization=(record.pop("company", None) or {}).get("display_name"),
            description=record.pop("description", None),
            location=(place.get("area") and ", ".join(reversed(place["area"]))) or place.get("display_name"),
            date_posted=record.pop("created", None),
            pay=pay if pay and record.get("salary_is_predicted") != "1" else None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=(record.pop("category", None) or {}).get("label"),
        )
