"""HeadHunter (hh.ru), the largest job board of Russia and Central Asia."""

from typing import Any

import attrs
from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


class HeadhunterSpider(JsonApiSpider):
    """The documented interface: the vacancies of an employer, whose number is the board, or of a search.

    Shape seen on a recorded search of 2025 (10 of 21,939); documented at github.com/hhru/api. A search shows 2,000
    vacancies at most, so an employer's board is whole and a large search is not. Contacts are not read.
    """

    name = "headhunter"
    title = "HeadHunter"
    verified = "github.com/hhru/api; recorded search of 2025"
    hosts = (r"(?:www\.)?hh\.ru/employer/([0-9]+)",)
    board_pattern = r"[0-9]+|headhunter"
    terms = "the interface asks for a registered application's name in the User-Agent: dev.hh.ru"
    redistribution = "parquet_only"
    attribution = "HeadHunter, with a link to the vacancy"
    robots = "the site refuses addresses with a query; the interface is another host"
    aggregator = True
    first_url = "https://api.hh.ru/vacancies?employer_id={board}&page=0&per_page=100"
    postings_key = "items"
    total_key = "found"
    paging = PageNumber("page", first=0, pages_key="pages")
    cap = 2000
    detail_ids = ("id",)
    ignored_fields = frozenset(
        {
            "premium", "has_test", "response_letter_required", "type", "address", "response_url", "sort_point_distance", "created_at",
            "archived", "apply_alternate_url", "show_logo_in_search", "show_contacts", "insider_interview", "url", "relations",
            "contacts", "working_days", "working_time_intervals", "working_time_modes", "accept_temporary", "night_shifts",
            "fly_in_fly_out_duration", "working_hours", "work_schedule_by_days", "professional_roles", "is_adv_vacancy",
            "accept_incomplete_resumes", "experience", "adv_response_url", "adv_context", "salary_range", "branding", "driver_license_types",
            "employment_form", "internship", "schedule", "employment", "video_vacancy", "brand_snippet", "civil_law_contracts",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a vacancy of the list, which has the beginning of its text."""
        if record.get("archived"):
            return None
        snippet, area = record.pop("snippet", None) or {}, record.pop("area", None) or {}
        formats = [entry.get("id") for entry in record.pop("work_format", None) or [] if isinstance(entry, dict)]
        kinds = ("internship" if record.get("internship") else None, (record.get("employment") or {}).get("id"))
        remote = formats or [(record.get("schedule") or {}).get("id")]
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("alternate_url"),
            title=record.pop("name"),
            hiring_organization=(record.pop("employer", None) or {}).get("name"),
            description="\n".join(part for part in (snippet.get("responsibility"), snippet.get("requirement")) if part)
            or None,
            location=area.get("name"),
            date_posted=record.pop("published_at", None),
            pay=record.pop("salary", None),
            remote=remote[0].lower()
            if len(remote) == 1 and remote[0] in ("REMOTE", "HYBRID", "ON_SITE", "remote")
            else None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=(record.pop("department", None) or {}).get("name"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the vacancy's own record."""
        return Request(f"https://api.hh.ru/vacancies/{posting.posting_id}")

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the whole text and the skills; an archived vacancy is gone."""
        if record.get("archived"):
            return None
        if "description" not in record:
            raise BrokenAnswer("the posting's record has no text")
        skills = [entry["name"] for entry in record.pop("key_skills", None) or [] if entry.get("name")]
        text = record.pop("description") or posting.description
        return attrs.evolve(posting, description=text, skills=skills or None)
