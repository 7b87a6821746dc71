"""Yourator, a board of Taiwanese start-ups."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class _Pages(PageNumber):
    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the next page, None where the answer says that there is none."""
        payload = page.get("payload")
        if isinstance(payload, dict) and not payload.get("hasMore"):
            return None
        return super().next_request(response, page, run, shown)

    def names_next(self, page: Any) -> bool:
        """Tell whether the answer says that there are more."""
        return bool((page.get("payload") or {}).get("hasMore"))


class YouratorSpider(JsonApiSpider):
    """The list of all postings, 20 a page.

    Second version of the interface: recorded in 2023 with a total, 20 of 112. Fourth version: without a total, with a
    sign that there are more, as a client of 2026 reads it; not verified. The list has no texts, and the pages of
    postings were not seen.
    """

    name = "yourator"
    title = "Yourator"
    verified = "recorded page of 2023; the fourth version as a client of 2026 reads it, not verified"
    hosts = (r"(?:www\.)?yourator\.co",)
    terms = "no clause on robots found (2026-08-31)"
    redistribution = "parquet_only"
    attribution = "Yourator, with a link to the posting"
    robots = "refuses /r/* only (2026-08-31)"
    aggregator = True
    timezone = "Asia/Taipei"
    min_postings = 100  # 88 pages in August 2026
    first_url = "https://www.yourator.co/api/v4/jobs?page=1"
    postings_key = "jobs"
    total_key = "total"
    total_is_optional = True
    paging = _Pages("page", first=1)
    ignored_fields = frozenset(
        {
            "has_salary_info", "follow", "company_id", "company", "remote_work_description", "remote_interview",
            "remote_interview_description", "country_name", "thirdPartyUrl", "lastActiveAt", "category", "tags", "intern", "country",
        }
    )  # fmt: skip

    def records(self, page: Any) -> list[Any]:
        """Return the postings of either version."""
        return super().records(page.get("payload") or page if isinstance(page, dict) else page)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a posting; one that is not active is none."""
        if record.pop("is_active", True) is False:
            return None
        remote = (record.pop("remote_work", None) or "").removeprefix("remote_work_")
        tags = [tag.get("name") if isinstance(tag, dict) else tag for tag in record.get("tags") or []]
        kinds = ("internship" if record.get("intern") else None, record.pop("job_type", None))
        place = [
            part for part in (record.pop("city", None) or record.pop("location", None), record.get("country")) if part
        ]
        return RawPosting(
            posting_id=record.pop("id"),
            url=f"https://www.yourator.co{record.pop('path')}",
            title=record.pop("name"),
            hiring_organization=(record.get("company") or {}).get("brand"),
            location=", ".join(place) or None,
            pay=record.pop("salary", None),
            remote={"none": "onsite", "all": "remote", "partial": "hybrid"}.get(remote, remote or None),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=(record.get("category") or {}).get("name"),
            skills=[tag for tag in tags if tag] or None,
        )
