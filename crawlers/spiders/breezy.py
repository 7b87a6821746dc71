"""Breezy HR career pages."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.json_paths import maybe
from crawlers.answers.obstacles import reject_obstacle_page
from crawlers.answers.own_posting import reject_other_posting
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.html_list import inner_html
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, readable_id


class BreezySpider(JsonApiSpider):
    """The positions of a careers page, and the page of each for its text.

    Shape seen on recorded lists of 2026; the vendor documents no public interface.
    """

    name = "breezy"
    title = "Breezy HR"
    verified = "recorded lists of 2026"
    hosts = (r"([\w-]+)\.breezy\.hr",)
    terms = "the employer's own careers page"
    redistribution = "feed"
    first_url = "https://{board}.breezy.hr/json"
    ignored_fields = frozenset({"friendly_id", "category", "locations", "id", "_id"})

    def record_id(self, record: Any) -> str | None:
        """Return the id of either kind of record."""
        return readable_id(maybe(record, "id" if isinstance(record, dict) and "id" in record else "_id"))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        place = record.pop("location", None) or {}
        department = record.pop("department", None)
        return RawPosting(
            posting_id=record["id" if "id" in record else "_id"],
            url=record.pop("url"),
            title=record.pop("name"),
            hiring_organization=(record.pop("company", None) or {}).get("name") or board.name,
            description=record.pop("description", None),
            location={name: place.get(name) for name in ("city", "state", "country", "name")},
            date_posted=record.pop("published_date", None),
            pay=record.pop("salary", None) or None,
            remote="remote" if place.get("is_remote") else None,
            employment_type=(record.pop("type", None) or {}).get("name"),
            department=department.get("name") if isinstance(department, dict) else department,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the position's page where the list has no text."""
        return None if posting.description else Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the JobPosting of the page, or else its text."""
        if stated := own_statement(posting, response):
            return add_stated(posting, stated)
        reject_other_posting(response, posting)
        posting.description = inner_html(page_of(response), "#description, .description")
        if not posting.description:
            raise BrokenAnswer("no JSON-LD JobPosting and no text on the position's page")
        reject_obstacle_page(response, posting.description)
        return posting
