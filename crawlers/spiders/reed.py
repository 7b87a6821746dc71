"""Reed, a British job board."""

import base64
import os
from typing import Any

from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ReedSpider(JsonApiSpider):
    """The search API with a user's free key, and a record with the whole text for each posting.

    Documented at www.reed.co.uk/developers/jobseeker; no answer of it was recorded, so the shape could not be verified.
    """

    name = "reed"
    title = "Reed"
    verified = "www.reed.co.uk/developers/jobseeker; no recording, not verified"
    terms = "a free key, no terms on re-use found: www.reed.co.uk/developers"
    redistribution = "parquet_only"
    timezone = "Europe/London"
    attribution = "Reed, with a link to the posting"
    aggregator = True
    min_postings = 1  # a search of the whole site that finds nothing means that the search has changed
    key_variables = ("REED_API_KEY",)
    first_url = "https://www.reed.co.uk/api/1.0/search?keywords=internship&resultsToTake=100&resultsToSkip=0"
    postings_key = "results"
    detail_ids = ("jobId",)
    total_key = "totalResults"
    paging = Offset("resultsToSkip")
    id_key = "jobId"
    ignored_fields = frozenset({"employerId", "employerProfileId", "employerProfileName", "applications"})

    def headers(self) -> dict[str, str]:
        """Return the key as the name of a user without a password."""
        key = base64.b64encode(f"{os.environ.get('REED_API_KEY', '')}:".encode()).decode()
        return {"Authorization": f"Basic {key}"}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record of the list."""
        pay = {
            name: amount
            for name in ("minimumSalary", "maximumSalary", "currency")
            if (amount := record.pop(name, None))
        }
        return RawPosting(
            posting_id=record.pop("jobId"),
            url=record.pop("jobUrl"),
            title=record.pop("jobTitle"),
            hiring_organization=record.pop("employerName", None),
            description=record.pop("jobDescription", None),
            location=record.pop("locationName", None),
            date_posted=record.pop("date", None),
            valid_through=record.pop("expirationDate", None),
            pay=pay or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's record."""
        return Request(f"https://www.reed.co.uk/api/1.0/jobs/{posting.posting_id}", headers=self.headers())

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the whole text, the pay in words and the type."""
        kinds = [record.get("contractType"), *(name for name in ("partTime", "fullTime") if record.get(name))]
        posting.description = required(record, "jobDescription") or posting.description
        posting.pay = record.get("salary") or posting.pay
        posting.employment_type = ", ".join(kind for kind in kinds if kind) or None
        posting.apply_url = record.get("externalUrl")
        return posting
