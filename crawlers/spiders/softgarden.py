"""softgarden career sites, of employers in Germany and Austria."""

from typing import Any

from crawlers.answers.statements import stated_posting
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class SoftgardenSpider(JsonApiSpider):
    """The feed of a career site: every posting as a schema.org JobPosting, in one answer.

    Shape as clients of 2026 read it (ever-jobs, jobseek, career-ops); not verified. Older boards, on softgarden.io, have
    no feed and answer 404.
    """

    name = "softgarden"
    title = "softgarden"
    verified = "as clients of 2026 read it (ever-jobs, jobseek, career-ops); no recording, not verified"
    hosts = (r"([\w-]+)\.career\.softgarden\.de",)
    terms = "the employer's own career site; a feed made for other sites to read"
    redistribution = "feed"
    timezone = "Europe/Berlin"
    first_url = "https://{board}.career.softgarden.de/jobs.feed.json"
    postings_key = "dataFeedElement"
    total_key = "numberOfItems"
    total_is_optional = True
    id_key = "item.identifier.value"
    ignored_fields = frozenset({"@type", "item", "dateCreated", "dateModified", "dateDeleted"})

    def record_id(self, record: Any) -> str | None:
        """Return the posting's identifier, or its address where it has none."""
        item = record.get("item") if isinstance(record, dict) else None
        return super().record_id(record) or (
            super().record_id({"item": {"identifier": {"value": item.get("url")}}}) if item else None
        )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an element of the feed."""
        item = record["item"]
        posting = stated_posting(item, item["url"])
        posting.posting_id = self.record_id(record) or item["url"]
        posting.hiring_organization = posting.hiring_organization or board.name
        return posting
