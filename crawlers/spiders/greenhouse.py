"""Greenhouse job boards."""

import html
from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class GreenhouseSpider(JsonApiSpider):
    """The job board API, one answer with every posting and its text.

    Documented at developers.greenhouse.io/job-board.html; shape seen on whole boards of 2023 and 2026. The
    text is entity-escaped once. Pay ranges are in cents; only their title states the unit of time.
    """

    name = "greenhouse"
    title = "Greenhouse"
    verified = "developers.greenhouse.io/job-board.html; recorded boards of 2023 and 2026"
    hosts = (
        r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/embed/[^?]*\?(?:[^#]*&)?for=([\w-]+)",
        r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/(?!embed\b)([\w-]+)",
        r"boards-api\.greenhouse\.io/v1/boards/([\w-]+)",
    )
    terms = "public job board API of the employer's own board"
    redistribution = "feed"
    first_url = "https://boards-api.greenhouse.io/v1/boards/{board}/jobs?content=true"
    postings_key = "jobs"
    total_key = "meta.total"
    ignored_fields = frozenset(
        {
            "internal_job_id", "updated_at", "requisition_id", "offices", "metadata", "education", "data_compliance",
            "ai_disclaimer", "include_ai_disclaimer", "ai_opt_out_request_url",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        departments = record.pop("departments", None) or []
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("absolute_url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None) or board.name,
            description=html.unescape(record.pop("content", None) or "") or None,
            location=(record.pop("location", None) or {}).get("name"),
            date_posted=record.pop("first_published", None),
            valid_through=record.pop("application_deadline", None),
            pay=record.pop("pay_input_ranges", None) or None,
            department=", ".join(entry["name"] for entry in departments if entry.get("name")) or None,
            language=record.pop("language", None),
        )
