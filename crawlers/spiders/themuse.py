"""The Muse, a board of the United States."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber, with_parameter
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TheMuseSpider(JsonApiSpider):
    """The public API with a user's free key: a search for internships, twenty a page.

    Documented at www.themuse.com/developers/api/v2; seen on a recorded, shortened page and two hundred records of 2026.
    The API answers without a key, but its terms require every user to register. Pages are numbered from 0; at most a
    hundred are shown, whatever the stated number.
    """

    name = "themuse"
    title = "The Muse"
    verified = "www.themuse.com/developers/api/v2; recorded records of 2026, internships not among them"
    hosts = (r"(?:www\.)?themuse\.com",)
    terms = "registered apps, a link back, no replica of its services: www.themuse.com/developers/api/v2/terms"
    redistribution = "none"
    attribution = "The Muse, with a link to the posting on www.themuse.com"
    robots = "allows the API; asked at run time"
    aggregator = True
    min_postings = 60  # 67 in India alone in September 2026
    key_variables = ("THEMUSE_API_KEY",)
    first_url = "https://www.themuse.com/api/public/jobs?level=Internship&page=0&api_key=THEMUSE_API_KEY"
    postings_key = "results"
    total_key = "total"
    paging = PageNumber("page")
    cap = 2000
    ignored_fields = frozenset({"type", "short_name", "model_type", "tags"})

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the page after the one whose number the answer states."""
        number = page["page"] + 1
        assert response.request is not None
        return with_parameter(response.request, "page", number) if number < page["page_count"] else None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record; its levels state whether it is an internship."""

        def names(key: str) -> list[str]:
            return [entry["name"] for entry in record.pop(key, None) or [] if entry.get("name")]

        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("refs")["landing_page"],
            title=record.pop("name"),
            hiring_organization=(record.pop("company", None) or {}).get("name"),
            description=record.pop("contents", None),
            location=names("locations") or None,
            date_posted=record.pop("publication_date", None),
            employment_type=", ".join(names("levels")) or None,
            department=", ".join(names("categories")) or None,
        )
