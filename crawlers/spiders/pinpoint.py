"""Pinpoint career sites."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class PinpointSpider(JsonApiSpider):
    """The postings of a career site, the whole board in one answer.

    Documented at developers.pinpointhq.com (postings.json); shape seen on a recorded board of 2026. The address of a
    posting is in its own language. The robots.txt of many tenants disallows crawlers; the crawl checks it.
    """

    name = "pinpoint"
    title = "Pinpoint"
    verified = "recorded board of 2026"
    hosts = (r"([\w-]+)\.pinpointhq\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "many tenants disallow it by default"
    first_url = "https://{board}.pinpointhq.com/postings.json"
    postings_key = "data"
    ignored_fields = frozenset(
        {
            "path", "reporting_to", "employment_type", "workplace_type_text", "benefits_header", "key_responsibilities_header",
            "skills_knowledge_expertise_header", "compensation_minimum", "compensation_maximum", "compensation_currency",
            "compensation_frequency", "compensation_visible", "benefits", "key_responsibilities", "skills_knowledge_expertise",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting; its pay is read from the words shown to people, not from the fields."""
        parts = [record.pop("description", None)]
        parts += [record.get(key) for key in ("key_responsibilities", "skills_knowledge_expertise", "benefits")]
        pay = record.pop("compensation", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description="\n".join(part for part in parts if part) or None,
            location=record.pop("location", None),
            valid_through=record.pop("deadline_at", None),
            pay=pay if record.get("compensation_visible", True) else None,
            remote=record.pop("workplace_type", None),
            employment_type=record.pop("employment_type_text", None),
            department=((record.pop("job", None) or {}).get("department") or {}).get("name"),
        )
