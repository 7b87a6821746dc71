"""BeeSite (milch & zucker) career sites, of large employers in Germany."""

import json
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawlers.answers.own_posting import reject_other_posting
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Paging
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_JOB = "MatchedObjectDescriptor"
_KINDS = "CareerLevel", "PositionOfferingType", "PositionSchedule"
_SEARCH = {
    "LanguageCode": "DE",
    "SearchParameters": {"FirstItem": 1, "CountItem": 100, "Sort": []},
    "SearchCriteria": [],
}


class _FirstItem(Paging):
    """Pages that are requested by the number of their first record, in JSON inside the address."""

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the records after those read so far."""
        assert response.request is not None
        search = json.loads(url_query_parameter(response.request.url, "data") or "{}")
        search.setdefault("SearchParameters", {})["FirstItem"] = run.records + 1
        return response.request.replace(url=add_or_replace_parameter(response.request.url, "data", json.dumps(search)))


class BeeSiteSpider(JsonApiSpider):
    """The search behind a career site, a hundred jobs a page, and a page with JSON-LD for each.

    Shape as a card of September 2026 on two tenants describes it; not verified. A board is the host of the search, which
    the site's script ``/script/gjb_scripts.js`` names as ``gjbAddress``.
    """

    name = "beesite"
    title = "BeeSite"
    verified = "as notes of September 2026 on two tenants describe it; no recording, not verified"
    hosts = (r"([\w.-]+\.beesite\.de)",)
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "open on one host, none on another and on the search (2026-09-21)"
    timezone = "Europe/Berlin"
    first_url = "https://{board}/search/"
    postings_key = "SearchResult.SearchResultItems"
    total_key = "SearchResult.SearchResultCountAll"
    paging = _FirstItem()
    id_key = f"{_JOB}.ID"
    ignored_fields = frozenset({_JOB, "MatchedObjectId", "RelevanceScore", "RelevanceRank"})

    def first_request(self, board: Board) -> Request:
        """Request the first hundred jobs, or the search that the registry states."""
        request = super().first_request(board)
        if url_query_parameter(request.url, "data"):
            return request
        return request.replace(url=add_or_replace_parameter(request.url, "data", json.dumps(_SEARCH)))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job, which is wrapped in a record of the search."""
        job = record[_JOB]
        named = [entry for name in _KINDS for entry in job.get(name) or []]
        kinds = [str(entry["Name"]) for entry in named if isinstance(entry, dict) and entry.get("Name")]
        places = [
            {"city": place.get("CityName"), "country": place.get("CountryCode")}
            for place in job.get("PositionLocation") or []
        ]
        return RawPosting(
            posting_id=job["ID"],
            url=job["PositionURI"],
            title=job["PositionTitle"],
            hiring_organization=job.get("ParentOrganizationName") or board.name,
            location=places or None,
            date_posted=job.get("PublicationStartDate"),
            valid_through=job.get("PublicationEndDate"),
            employment_type=", ".join(kinds) or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the values of the posting's own page."""
        if stated := own_statement(posting, response):
            return add_stated(posting, stated)
        reject_other_posting(response, posting)
        raise BrokenAnswer("the posting's page has no JobPosting as JSON-LD")
