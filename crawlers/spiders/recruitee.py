"""Recruitee career sites."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class RecruiteeSpider(JsonApiSpider):
    """The careers site API, the whole board in one answer.

    Documented at docs.recruitee.com/reference/offers; shape seen on recorded boards of 2026. The robots.txt of many
    tenants disallows crawlers; the crawl checks it.
    """

    name = "recruitee"
    title = "Recruitee"
    verified = "docs.recruitee.com/reference/offers; recorded boards of 2026"
    hosts = (r"([\w-]+)\.recruitee\.com",)
    terms = "public offers API of the employer's own careers site"
    redistribution = "feed"
    robots = "many tenants disallow it by default"
    first_url = "https://{board}.recruitee.com/api/offers"
    postings_key = "offers"
    ignored_fields = frozenset(
        {
            "slug", "guid", "position", "open_questions", "translations", "education_code", "sharing_image", "state_name", "state_code", "updated_at", "city",
            "country", "country_code", "postal_code", "options_salutation", "options_title", "options_cover_letter", "options_cv",
            "options_photo", "options_phone", "mailbox_email", "locations_question", "locations_question_type",
            "locations_question_required", "location_question_visible", "dynamic_fields", "highlight", "cover_image",
            "sharing_title", "sharing_description", "category_code", "tags", "created_at", "status", "experience_code",
            "min_hours", "max_hours", "min_hours_per_week", "max_hours_per_week", "location",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        parts = (record.pop("description", None), record.pop("requirements", None))
        stated = _hours(*(record.get(f"{end}_hours_per_week") or record.get(f"{end}_hours") for end in ("min", "max")))
        pay = record.pop("salary", None) or {}
        flags = {name: record.pop(name, None) for name in ("remote", "hybrid", "on_site")}
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("careers_url"),
            apply_url=record.pop("careers_apply_url", None),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None) or board.name,
            description="\n".join(part for part in (*parts, stated) if part) or None,
            location=record.pop("locations", None) or record.get("location"),
            date_posted=record.pop("published_at", None),
            valid_through=record.pop("close_at", None),
            pay=pay if pay.get("min") or pay.get("max") else None,
            remote=flags if any(flags.values()) else None,
            employment_type=record.pop("employment_type_code", None),
            department=record.pop("department", None),
        )


def _hours(low: Any, high: Any) -> str | None:
    """Return hours a week in words; boards state both ends of the range or one."""
    if low and high:
        return f"<p>Hours per week: {low}-{high}</p>"
    if low or high:
        return f"<p>Hours per week: {f'at least {low}' if low else f'up to {high}'}</p>"
    return None
