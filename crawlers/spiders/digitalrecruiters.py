"""DigitalRecruiters career sites, on the employers' own hosts."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.bases.partner_feed import joined
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_API = "https://api.digitalrecruiters.com/public/v1/careers-site/job-ads"


class _Pages(PageNumber):
    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the next page; a client's list, asked with a token, has only one."""
        return None if "token=" in response.url else super().next_request(response, page, run, shown)


class DigitalRecruitersSpider(JsonApiSpider):
    """The list of a career site, named by its host, and each ad's own record; or a client's list with texts.

    Client's list: recorded in 2025, three of 27 ads; the operator puts its address, which holds a token, into the own
    registry. Public list: as clients of 2026 read it (ever-jobs), not verified. One ad can stand in several towns, each
    with an id of its own.
    """

    name = "digitalrecruiters"
    title = "DigitalRecruiters"
    verified = "recorded client's list of 2025; the public list as clients of 2026 read it, not verified"
    board_pattern = r"[\w.-]+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "career sites allow / with Crawl-delay 10 (2026-09); the interface's host has none"
    postings_key = "items"
    total_key = "count"
    paging = _Pages("page", first=1, size=200)
    detail_ids = ("job_ad_id", "id")
    ignored_fields = frozenset(
        {
            "locale", "catch_phrase", "contract_work_period", "service_internal_ref", "service_hash_id", "experience_level",
            "education_level", "pictures", "videos", "internal_apply_url", "entity", "referent_recruiter", "brand", "profile",
            "job_ad_id", "is_aggregated", "brand_id", "contract_type", "contract", "salary", "contract_duration",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Request the first page; the public list answers only POST."""
        if board.url:
            return super().first_request(board)
        url = f"{_API}?domainName={board.board}&locale=fr_FR&limit=200&page=1"
        return Request(url, method="POST", body="{}", headers={"Content-Type": "application/json"})

    def records(self, page: Any) -> list[Any]:
        """Return the ads of either list."""
        if isinstance(page, dict) and "ads" in page:
            page = {"items": page["ads"]}
        return super().records(page)

    def record_id(self, record: Any) -> str | None:
        """Return the reference of a client's ad, or the public id of an ad in one town."""
        return str(record.get("reference") or record.get("id") or "") or None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an ad; the persons it names are not read."""
        months, pay = record.get("contract_duration") or {}, record.get("salary") or {}
        ends = list(dict.fromkeys(str(end) for end in (months.get("min"), months.get("max")) if end))
        place = record.pop("address", None) or {}
        posting_id = record.pop("reference", None) or record.pop("id")
        kinds = (record.get("contract_type") or record.get("contract"), record.get("contract_work_period"))
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("apply_url", None) or f"https://{board.board}/annonce/{posting_id}",
            title=record.pop("title"),
            hiring_organization=(record.get("brand") or {}).get("name") or board.name,
            description=joined(record.pop("description", None), record.get("profile")),
            location=place.get("formatted") or record.pop("location", None),
            date_posted=record.pop("published_at", None),
            duration=f"{'-'.join(ends)} mois" if ends else None,
            pay=pay if pay.get("min") or pay.get("max") else None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("service", None) or record.pop("job", None),
            skills=record.pop("skills", None) or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the record of an ad whose list has no texts."""
        if posting.description or board.url:
            return None
        ad = posting.posting_id.partition("-")[0]
        return Request(f"{_API}/{ad}?domainName={board.board}&locale=fr_FR&withJsonld=1")

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting:
        """Add the texts and the day."""
        if "description" not in record:
            raise BrokenAnswer("the posting's record has no text")
        posting.description = joined(record.pop("description"), record.pop("profile", None))
        posting.date_posted = (record.pop("jsonld", None) or {}).get("datePosted")
        return posting
