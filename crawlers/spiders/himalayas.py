"""Himalayas, a board for remote work."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset, with_parameter
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class HimalayasSpider(JsonApiSpider):
    """The search API: a search for internships, of which one page with the newest twenty is read.

    Documented at himalayas.app/docs/remote-jobs-api; records were seen in three recorded answers of the whole list, of
    2026, the search only in texts of others. robots.txt forbids the further pages of a search. The whole list can be
    paged, by a cursor or an offset, but it has a hundred thousand postings, twenty a page, and its total changes.
    Days are in seconds since 1970, contrary to the documents.
    """

    name = "himalayas"
    title = "Himalayas"
    verified = "himalayas.app/docs/remote-jobs-api; recorded answers of 2026, the search not verified"
    hosts = (r"(?:www\.)?himalayas\.app",)
    terms = (
        "may be shown with a link back and its name, not passed on to Jooble, Google Jobs and such: himalayas.app/api"
    )
    redistribution = "parquet_only"
    attribution = "Himalayas, with a link to the posting on himalayas.app"
    robots = "allows /jobs/api, not page= below /jobs; asked at run time"
    aggregator = True
    min_postings = 20  # one page; fewer mean that the search has changed
    first_url = "https://himalayas.app/jobs/api/search?employment_type=Intern&sort=recent"
    postings_key = "jobs"
    total_key = "totalCount"
    paging = Offset("offset")
    id_key = "guid"
    ignored_fields = frozenset(
        {"excerpt", "companySlug", "companyLogo", "seniority", "timezoneRestrictions", "categories"}
    )

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the next page of the whole list; crawlers may not request further pages of a search."""
        if "/search" in response.url:
            return None
        assert response.request is not None
        if cursor := page.get("nextCursor"):
            return with_parameter(response.request, "cursor", cursor)
        return super().next_request(response, page, run, shown)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record; without a restriction of applicants it states no place."""
        names = ("minSalary", "maxSalary", "currency", "salaryPeriod")
        pay = {name: amount for name in names if (amount := record.pop(name, None))}
        where = record.pop("locationRestrictions", None)
        return RawPosting(
            posting_id=record.pop("guid"),
            url=record["applicationLink"],
            apply_url=record.pop("applicationLink"),
            title=record.pop("title"),
            hiring_organization=record.pop("companyName", None),
            description=record.pop("description", None),
            location={"applicantLocationRequirements": where} if where else None,
            date_posted=record.pop("pubDate", None),
            valid_through=record.pop("expiryDate", None),
            pay=pay if "minSalary" in pay or "maxSalary" in pay else None,
            remote="remote",  # the board lists only remote jobs
            employment_type=record.pop("employmentType", None),
            department=", ".join(record.pop("parentCategories", None) or []) or None,
        )
