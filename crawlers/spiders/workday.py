"""Workday career sites."""

import json
from typing import Any

import attrs
from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class WorkdaySpider(JsonApiSpider):
    """The list behind a career site, requested by POST, and a record for each posting.

    A board is ``tenant.wdN/site``. Shape seen on recorded lists and records of 2026; the vendor documents no public
    interface. The total is right on the first page only, and at most 2,000 postings are shown.
    """

    name = "workday"
    title = "Workday"
    verified = "recorded lists and records of 2026"
    hosts = (r"([\w-]+\.wd[0-9]+)\.myworkdayjobs\.com/(?:wday/cxs/[\w-]+/|[a-z]{2}-[A-Z]{2}/)?([\w-]+)",)
    board_pattern = r"[\w-]+\.wd[0-9]+/[\w-]+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "some hosts answer crawlers with 403 in bursts"
    postings_key = "jobPostings"
    detail_ids = ("jobPostingInfo.jobReqId", "jobPostingInfo.externalUrl")
    total_key = "total"
    total_on_first_page_only = True
    paging = Offset("offset", size=20)
    cap = 2000
    id_key = "externalPath"
    ignored_fields = frozenset({"bulletFields", "subtitles"})

    @staticmethod
    def _api(board: Board) -> str:
        tenant, _, site = board.board.partition("/")
        return f"https://{tenant}.myworkdayjobs.com/wday/cxs/{tenant.partition('.')[0]}/{site}"

    def first_request(self, board: Board) -> Request:
        """Request the first twenty."""
        body = board.request_json or json.dumps({"limit": 20, "offset": 0, "searchText": "", "appliedFacets": {}})
        headers = {"Content-Type": "application/json"}
        return Request(board.url or f"{self._api(board)}/jobs", method="POST", body=body, headers=headers)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting of the list."""
        path = record.pop("externalPath")
        tenant, _, site = board.board.partition("/")
        return RawPosting(
            posting_id=path,
            url=f"https://{tenant}.myworkdayjobs.com/{site}{path}",
            title=record.pop("title"),
            hiring_organization=board.name,
            location=record.pop("locationsText", None),
            date_posted=record.pop("postedOn", None),
            remote=record.pop("remoteType", None),
            employment_type=record.pop("timeType", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's record."""
        return Request(self._api(board) + posting.posting_id)

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text and every place; `startDate` is the day it was posted, not the first day of work."""
        info = required(record, "jobPostingInfo")
        required(info, "title")
        if info.get("posted") is False:
            return None
        posting.description = info.get("jobDescription")
        posting.url = info.get("externalUrl") or posting.url
        places = [place for place in (info.get("location"), *(info.get("additionalLocations") or [])) if place]
        posting.date_posted = info.get("startDate") or posting.date_posted
        posting.employment_type = info.get("timeType") or posting.employment_type
        posting.remote = info.get("remoteType") or posting.remote
        posting.valid_through = info.get("endDate")
        return attrs.evolve(posting, location=places)
