"""SmartRecruiters."""

from typing import Any

from scrapy import Request

from crawlers.answers.json_paths import maybe, required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class SmartRecruitersSpider(JsonApiSpider):
    """The posting API, a paged list and a record for each posting.

    Documented at developers.smartrecruiters.com/docs/posting-api; shape seen on recorded lists of 2018 to 2026. For an unknown
    company the API sends an empty list. Its robots.txt disallows everyone, so the project ships none of its boards.
    """

    name = "smartrecruiters"
    title = "SmartRecruiters"
    verified = "developers.smartrecruiters.com/docs/posting-api; recorded lists of 2018 to 2026"
    hosts = (
        r"(?:careers|jobs)\.smartrecruiters\.com/([\w-]+)",
        r"api\.smartrecruiters\.com/v1/companies/([\w-]+)",
    )
    terms = "public posting API of the employer's own postings"
    redistribution = "feed"
    robots = "disallows every crawler on the API's host, as others found in 2026"
    first_url = "https://api.smartrecruiters.com/v1/companies/{board}/postings?limit=100&offset=0"
    postings_key = "content"
    detail_ids = ("id",)
    total_key = "totalFound"
    paging = Offset("offset", size=100)
    ignored_fields = frozenset(
        {
            "uuid", "function", "jobAdId", "defaultJobAd", "refNumber", "industry", "customField", "visibility", "creator", "jobId",
            "active", "referralUrl", "ref",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record of the list."""
        kinds = (record.pop("typeOfEmployment", None) or {}, record.pop("experienceLevel", None) or {})
        place = record.pop("location", None) or {}
        posting_id = record.pop("id")
        return RawPosting(
            posting_id=posting_id,
            url=f"https://jobs.smartrecruiters.com/{board.board}/{posting_id}",
            title=record.pop("name"),
            hiring_organization=(record.pop("company", None) or {}).get("name") or board.name,
            location={name: place.get(name) for name in ("city", "region", "country")},
            remote={name: place[name] for name in ("remote", "hybrid") if name in place},
            date_posted=record.pop("releasedDate", None),
            employment_type=", ".join(kind["label"] for kind in kinds if kind.get("label")) or None,
            department=(record.pop("department", None) or record.get("function") or {}).get("label"),
            language=(record.pop("language", None) or {}).get("code"),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's record, at an address below that of the list."""
        address = board.url or self.first_url.format(board=board.board)
        return Request(f"{address.partition('?')[0]}/{posting.posting_id}")

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text, the pay and the addresses of the pages for people."""
        sections = (required(record, "jobAd.sections") or {}).values()
        if maybe(record, "active") is False:
            return None
        posting.description = "\n".join(
            f"<h3>{section.get('title') or ''}</h3>" + section["text"] for section in sections if section.get("text")
        )
        posting.url = record.get("postingUrl") or posting.url
        posting.apply_url = record.get("applyUrl")
        posting.pay = record.get("compensation")
        return posting
