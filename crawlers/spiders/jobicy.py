"""Jobicy, a board for remote work."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Cursor
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class JobicySpider(JsonApiSpider):
    """The public API with the postings of the last seven days, a hundred a page with a cursor to the next page.

    Documented at github.com/Jobicy/remote-jobs-api (openapi.yaml); records were seen in two recorded answers of 2026,
    older than the cursor. A posting older than seven days may still be open. At most one crawl an hour is allowed.
    """

    name = "jobicy"
    title = "Jobicy"
    verified = "github.com/Jobicy/remote-jobs-api; recorded answers of 2026, the cursor not verified"
    hosts = (r"(?:www\.)?jobicy\.com",)
    terms = "credit with a direct link; not to be passed on to Google Jobs, LinkedIn, Jooble: github.com/Jobicy/remote-jobs-api"
    redistribution = "parquet_only"
    attribution = "Jobicy, with a link to the posting on jobicy.com"
    robots = "not seen, its host turns some clients away; asked at run time"
    aggregator = True
    min_postings = 100  # some 1,400 in October 2026; fewer than a page mean that the window has changed
    window = "the last seven days"
    first_url = "https://jobicy.com/api/v2/remote-jobs?count=100"
    postings_key = "jobs"
    paging = Cursor("nextCursor", "cursor")
    ignored_fields = frozenset({"jobSlug", "companyLogo", "jobLevel", "jobExcerpt"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        names = ("salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod")
        pay = {name: amount for name in names if (amount := record.pop(name, None))}
        where = record.pop("jobGeo", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("jobTitle"),
            hiring_organization=record.pop("companyName", None),
            description=record.pop("jobDescription", None),
            location={"applicantLocationRequirements": where} if where else None,
            date_posted=record.pop("pubDate", None),
            pay=pay if "salaryMin" in pay or "salaryMax" in pay else None,
            remote="remote",  # the board lists only remote jobs
            employment_type=", ".join(record.pop("jobType", None) or []) or None,
            department=", ".join(record.pop("jobIndustry", None) or []) or None,
        )
