"""Remotive, a board for remote work."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class RemotiveSpider(JsonApiSpider):
    """The public API, in one answer that states how many postings it has; a day behind the site.

    Documented at github.com/remotive-com/remote-jobs-api; seen on a recorded answer of one category and a shortened one,
    of 2026. At most four requests a day are allowed. Pay is free text, days have no time zone.
    """

    name = "remotive"
    title = "Remotive"
    verified = "github.com/remotive-com/remote-jobs-api; recorded answers of 2026"
    hosts = (r"(?:www\.)?remotive\.(?:com|io)",)
    terms = "link back, name Remotive, submit to no other site (Jooble, Google Jobs): github.com/remotive-com/remote-jobs-api"
    redistribution = "parquet_only"
    attribution = "Remotive, with a link to the posting on remotive.com"
    robots = "disallows /api/*, so that no board of it ships; asked at run time"
    aggregator = True
    min_postings = 10  # 30 in July 2026, 17 in October
    first_url = "https://remotive.com/api/remote-jobs"
    postings_key = "jobs"
    total_key = "total-job-count"
    ignored_fields = frozenset({"company_logo", "company_logo_url"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        where = record.pop("candidate_required_location", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None),
            description=record.pop("description", None),
            location={"applicantLocationRequirements": where} if where else None,
            date_posted=record.pop("publication_date", None),
            pay=record.pop("salary", None) or None,
            remote="remote",  # the board lists only remote jobs
            employment_type=record.pop("job_type", None) or None,
            department=record.pop("category", None),
            skills=record.pop("tags", None) or None,
        )
