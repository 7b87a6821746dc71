"""iCIMS Jibe: careers sites in front of iCIMS."""

from typing import Any
from urllib.parse import urlsplit

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class JibeSpider(JsonApiSpider):
    """The list of a careers site, a hundred jobs a page, with their texts; a board is the site's host.

    Shape as clients of 2026 read it (career-ops, ergon, headstart); not verified. The answer's `count` is now the page's
    and now the whole board's number, so `totalCount` is the proof.
    """

    name = "jibe"
    title = "iCIMS Jibe"
    verified = "as clients of 2026 read it (career-ops, ergon, headstart); no recording, not verified"
    hosts = (r"([\w-]+\.jibeapply\.com)",)
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "the employer's own careers site"
    redistribution = "feed"
    robots = "1,138 of 1,143 hosts allow all with a delay of 5 seconds, one refuses all (2026)"
    first_url = "https://{board}/api/jobs?page=1&limit=100"
    postings_key = "jobs"
    total_key = "totalCount"
    paging = PageNumber("page", first=1)
    id_key = "data.slug"
    ignored_fields = frozenset({"data"})

    def record_id(self, record: Any) -> str | None:
        """Return the job's name in its address, or its number where it has none."""
        data = record.get("data") if isinstance(record, dict) else None
        return super().record_id({"data": {"slug": data.get("slug") or data.get("req_id")}}) if data else None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job, which is wrapped in a record."""
        job, host = record["data"], urlsplit(board.url or "").hostname or board.board
        identity = self.record_id(record)
        if identity is None:
            raise KeyError("slug")
        names = [entry.get("name") if isinstance(entry, dict) else entry for entry in job.get("categories") or []]
        place = ", ".join(part for part in (job.get("city"), job.get("state"), job.get("country")) if part)
        return RawPosting(
            posting_id=identity,
            url=f"https://{host}/jobs/{identity}",
            title=job["title"],
            hiring_organization=job.get("hiring_organization") or board.name,
            description=job.get("description") or None,
            location=job.get("full_location") or place or None,
            date_posted=job.get("posted_date") or None,
            employment_type=job.get("employment_type") or None,
            department=", ".join(str(name) for name in names if name) or None,
        )
