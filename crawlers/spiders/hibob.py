"""HiBob career sites."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.partner_feed import joined
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class HibobSpider(JsonApiSpider):
    """The postings of a career site, the whole board in one answer.

    Shape as two clients of 2026 read it; not verified. The list is answered only to a request from the career site, so
    the request names the site as its referrer.
    """

    name = "hibob"
    title = "HiBob"
    verified = "as two clients of 2026 read it, not verified"
    hosts = (r"([\w-]+)\.careers\.hibob\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}.careers.hibob.com/api/job-ad"
    postings_key = "jobAdDetails"
    ignored_fields = frozenset(
        {"site", "country", "language", "requirements", "responsibilities", "benefits", "workspaceTypeId"}
    )

    def first_request(self, board: Board) -> Any:
        """Request the list as the career site does."""
        request = super().first_request(board)
        request.headers["Referer"] = f"https://{board.board}.careers.hibob.com/jobs"
        return request

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting."""
        posting_id = record.pop("id")
        names = {"min": "MinSalary", "max": "MaxSalary", "currency": "SalaryCurrency", "period": "SalaryPayPeriod"}
        pay = {part: record.pop(f"payTransparency{name}", None) for part, name in names.items()}
        parts = [record.get(part) for part in ("responsibilities", "requirements", "benefits")]
        place = ", ".join(part for part in (record.get("site"), record.get("country")) if part)
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{board.board}.careers.hibob.com/jobs/{posting_id}",
            title=record.pop("title"),
            hiring_organization=board.name,
            description=joined(record.pop("description", None), *parts),
            location=place or None,
            date_posted=record.pop("publishedAt", None),
            pay=pay if pay["min"] or pay["max"] else None,
            remote=record.pop("workspaceType", None),
            employment_type=record.pop("employmentType", None),
            department=record.pop("department", None),
        )
