"""PeopleStrong candidate portals of employers in India and nearby countries."""

from typing import Any

from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PARTS = "basic,organisational,descriprion,workflow,skill,qualification,certification,language,applied"  # the API's own spelling


class PeopleStrongSpider(JsonApiSpider):
    """The interface behind a portal, page by page with a total, and a record for each posting.

    The interface follows public clients of 2026, one of which has answers of several portals in its tests; the vendor
    documents none and no answer was recorded. Places begin with the country: "India>Maharashtra>Thane".
    """

    name = "peoplestrong"
    title = "PeopleStrong"
    verified = "public clients of 2026 (vikrant699/job_hunter, sarthakjain004/headstart); no recording, not verified"
    hosts = (r"([\w-]+)\.peoplestrong\.com",)
    terms = "public candidate portal of the employer"
    redistribution = "feed"
    first_url = "https://{board}.peoplestrong.com/api/cp/rest/altone/cp/jobs/v1?offset=0&limit=45"
    postings_key = "response"
    detail_ids = ("response.jobCode",)
    total_key = "totalRecords"
    paging = Offset("offset", size=45)
    id_key = "jobCode"
    ignored_fields = frozenset(
        {
            "organizationUnitComplete", "locationHierarchy", "designation", "requisitionId", "expRange", "openings",
            "programType", "roleType", "jobDetailUrl",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Request the first page; an empty search finds all postings."""
        return super().first_request(board._replace(request_json=board.request_json or "{}"))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        code = record.pop("jobCode")
        place = record.pop("locationHierarchyComplete", None) or record.get("locationHierarchy") or ""
        skills = record.pop("skills", None) or {}
        return RawPosting(
            posting_id=code,
            url=f"https://{board.board}.peoplestrong.com/job/detail/{code.replace('/', '_')}",
            title=record.pop("jobTitle"),
            hiring_organization=board.name,
            location=", ".join(dict.fromkeys(reversed(place.split(">")))) or None,
            date_posted=record.pop("jobPostedDate", None),
            valid_through=record.pop("jobClosureDate", None),
            employment_type=record.pop("employmentTenureType", None),
            department=record.pop("organizationUnit", None),
            skills=[*(skills.get("mustTohave") or []), *(skills.get("goodtohave") or [])] or None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's record."""
        base = f"https://{board.board}.peoplestrong.com/api/cp/rest/altone/cp/job"
        return Request(f"{base}/{posting.posting_id.replace('/', '_')}/v2?part={_PARTS}&isReqId=false")

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text."""
        posting.description = required(record, "response.jobDescription")
        return posting
