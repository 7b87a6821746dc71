"""EURES, the European portal of the public employment services."""

import json
from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_LISTS = (
    "keywords occupationUris skillUris requiredExperienceCodes positionScheduleCodes sectorCodes"
    " educationAndQualificationLevelCodes euresFlagCodes otherBenefitsCodes requiredLanguages"
).split()  # all of these are required; an empty list means no restriction
_COUNTRIES = {"EL": "GR", "UK": "GB"}  # the EU's codes of countries
_PAGE_SIZE = 50


class EuresSpider(JsonApiSpider):
    """The search behind the portal, internships of one country, fifty a page, with their texts; a board is a country.

    Described at github.com/rorar/EURES-API-Documentation and used by public clients of 2026 (strelov1/freehire,
    openats); no answer was recorded. A search shows 10,000 postings at most. Regions are codes of a nomenclature and
    not read. The vacancies come from national services, which may be sources of their own.
    """

    name = "eures"
    title = "EURES"
    verified = "github.com/rorar/EURES-API-Documentation and public clients of 2026; no recording, not verified"
    board_pattern = r"[a-z]{2}"
    terms = "re-use of the portal's own content with acknowledgement; vacancies are others': eures.europa.eu/legal-notice_en"
    redistribution = "parquet_only"
    attribution = "EURES, European Labour Authority, with a link to the vacancy"
    robots = "allowed with Crawl-delay 10 in 2026, as public clients read it; the crawl asks anyway"
    aggregator = True
    min_postings = None  # small countries may have none
    first_url = "https://europa.eu/eures/api/jv-searchengine/public/jv-search/search"
    postings_key = "jvs"
    total_key = "numberRecords"
    paging = PageNumber("page", first=1, size=_PAGE_SIZE)
    cap = 10_000
    ignored_fields = frozenset(
        {
            "lastModificationDate", "numberOfPosts", "jobCategoriesCodes", "euresFlag", "availableLanguages",
            "translations", "score",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Request a country's internships, the newest first."""
        search: dict[str, Any] = {name: [] for name in _LISTS} | {
            "resultsPerPage": _PAGE_SIZE, "page": 1, "sortSearch": "MOST_RECENT", "publicationPeriod": None,
            "locationCodes": [board.board], "positionOfferingCodes": ["internship"], "minNumberPost": None,
            "sessionId": "internfeed", "requestLanguage": "en",
        }  # fmt: skip
        return super().first_request(board._replace(request_json=board.request_json or json.dumps(search)))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        posting_id = record.pop("id")
        kinds = (record.pop("positionOfferingCode", None), *(record.pop("positionScheduleCodes", None) or []))
        countries = [code.upper() for code in record.pop("locationMap", None) or {}]
        return RawPosting(
            posting_id=posting_id,
            url=f"https://europa.eu/eures/portal/jv-se/jv-details/{posting_id}?lang=en",
            title=record.pop("title"),
            hiring_organization=(record.pop("employer", None) or {}).get("name") or None,
            description=record.pop("description", None) or None,
            location=[{"country": _COUNTRIES.get(code, code)} for code in countries] or None,
            date_posted=record.pop("creationDate", None),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
        )
