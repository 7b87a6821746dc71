"""Gem career sites."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class GemSpider(JsonApiSpider):
    """The public list of a board, whole, with texts.

    Documented at api.gem.com/job_board/v0/reference; the fields as public clients of 2026 read them (jobseek), not
    verified. A board's name keeps its case, and the address ends in a slash.
    """

    name = "gem"
    title = "Gem"
    verified = "api.gem.com/job_board/v0/reference; fields as public clients of 2026 read them, not verified"
    hosts = (r"jobs\.gem\.com/([\w-]+)",)
    terms = "public list of the employer's own board"
    redistribution = "feed"
    first_url = "https://api.gem.com/job_board/v0/{board}/job_posts/"
    ignored_fields = frozenset(
        {"content_plain", "internal_job_id", "requisition_id", "updated_at", "created_at", "offices", "job"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting."""
        departments = [entry.get("name") for entry in record.pop("departments", None) or [] if isinstance(entry, dict)]
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("absolute_url"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("content", None),
            location=(record.pop("location", None) or {}).get("name"),
            date_posted=record.pop("first_published_at", None),
            remote=record.pop("location_type", None),
            employment_type=record.pop("employment_type", None),
            department=", ".join(name for name in departments if name) or None,
        )
