"""USAJOBS, vacancies of the United States' federal agencies."""

import os
from typing import Any

from crawlers.answers.json_paths import maybe
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class UsajobsSpider(JsonApiSpider):
    """The search API with a user's free key: a search for vacancies with the hiring path of students.

    Documented at developer.usajobs.gov/api-reference/get-api-search; no answer was recorded, so the shape could
    not be verified. The API expects the key's e-mail address in the user agent: set it as the contact of the crawl.
    At most 10,000 vacancies are shown; dates are in Washington's time, pay is in dollars.
    """

    name = "usajobs"
    title = "USAJOBS"
    verified = "developer.usajobs.gov/api-reference/get-api-search; no recording, not verified"
    terms = "public job data with a free key: developer.usajobs.gov/general/terms-of-use"
    redistribution = "parquet_only"
    timezone = "America/New_York"  # vacancies close at 11:59 p.m. Eastern time
    attribution = "USAJOBS, with a link to the vacancy"
    aggregator = True
    min_postings = 1  # a search of a whole country that finds nothing means that the search has changed
    key_variables = ("USAJOBS_API_KEY",)
    first_url = "https://data.usajobs.gov/api/search?HiringPath=student&ResultsPerPage=500&Page=1"
    postings_key = "SearchResult.SearchResultItems"
    total_key = "SearchResult.SearchResultCountAll"
    paging = PageNumber("Page", first=1, pages_key="SearchResult.UserArea.NumberOfPages")
    cap = 10_000
    id_key = "MatchedObjectId"
    ignored_fields = frozenset({"RelevanceRank"})

    def headers(self) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization-Key": os.environ.get("USAJOBS_API_KEY", "")}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        job = record.pop("MatchedObjectDescriptor")
        details = maybe(job, "UserArea.Details") or {}
        kinds = [
            entry.get("Name") for key in ("PositionOfferingType", "PositionSchedule") for entry in job.get(key) or []
        ]
        duties = details.get("MajorDuties") or []
        parts = [details.get("JobSummary"), *([duties] if isinstance(duties, str) else duties)]
        places = [place.get("LocationName") for place in job.get("PositionLocation") or []]
        flags = {name: details[name] for name in ("RemoteIndicator", "TeleworkEligible") if name in details}
        return RawPosting(
            posting_id=record.pop("MatchedObjectId"),
            url=job["PositionURI"],
            apply_url=next(iter(job.get("ApplyURI") or []), None),
            title=job["PositionTitle"],
            hiring_organization=job.get("OrganizationName") or job.get("DepartmentName"),
            description="\n".join(part for part in parts if part) or None,
            location=[place for place in places if place] or job.get("PositionLocationDisplay"),
            date_posted=job.get("PublicationStartDate"),
            valid_through=job.get("ApplicationCloseDate"),
            pay=job.get("PositionRemuneration") or None,
            remote=flags or None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=job.get("DepartmentName"),
        )
