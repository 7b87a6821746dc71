"""Manatal career pages (careers-page.com)."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ManatalSpider(JsonApiSpider):
    """The postings of a career page, ten a page, with their whole texts.

    Shape seen on two recorded boards of 2026. A posting states neither a day nor a kind of employment.
    """

    name = "manatal"
    title = "Manatal"
    verified = "two recorded boards of 2026"
    hosts = (r"(?:www\.)?careers-page\.com/(?:api/v1\.0/c/)?([\w-]+)",)
    terms = "the employer's own career page"
    redistribution = "feed"
    robots = "none on the hosts that were read (2026-10)"
    first_url = "https://www.careers-page.com/api/v1.0/c/{board}/jobs/"
    postings_key = "results"
    total_key = "count"
    paging = NextLink("next")
    id_key = "hash"
    ignored_fields = frozenset(
        {"id", "country", "state", "city", "address", "zipcode", "is_salary_visible", "is_pinned_in_career_page"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting; pay is read only where the page shows it."""
        posting_id = record.pop("hash")
        pay = {name: record.pop(f"salary_{name}", None) for name in ("min", "max", "currency", "period")}
        shown = record.get("is_salary_visible") and (pay["min"] or pay["max"])
        return RawPosting(
            posting_id=posting_id,
            url=f"https://www.careers-page.com/{board.board}/job/{posting_id}",
            title=record.pop("position_name"),
            hiring_organization=board.name,
            description=record.pop("description", None),
            location=record.pop("location_display", None),
            pay={name: value for name, value in pay.items() if value} if shown else None,
        )
