"""Oracle Recruiting Cloud."""

import re
from typing import Any

import attrs
from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class _OffsetInFinder(Offset):
    """Pages whose offset is a part of the parameter `finder`."""

    def request_at(self, request: Request, offset: int) -> Request:
        """Return the request for the requisitions after so many."""
        return request.replace(url=re.sub(r"\boffset=[0-9]+", f"offset={offset}", request.url))


class OracleSpider(JsonApiSpider):
    """The list behind a careers site, and a record for each requisition; a board is ``host/site``.

    Seen in public clients and one recorded record of 2026. No list was recorded, so its shape, which follows those
    clients, could not be verified. At most 10,000 requisitions are shown.
    """

    name = "oracle"
    title = "Oracle Recruiting Cloud"
    verified = "a recorded record of 2026; the list as public clients read it, not verified"
    hosts = (
        r"([\w.-]+\.oraclecloud\.com)/hcmUI/CandidateExperience/[^/]+/sites/([\w-]+)",
        r"([\w.-]+\.oraclecloud\.com)/hcmRestApi/.*siteNumber=(?:%22)?(\w+)",
    )
    board_pattern = r"[\w.-]+\.oraclecloud\.com/[\w-]+"
    terms = "the employer's own careers site"
    redistribution = "feed"
    postings_key = "items.0.requisitionList"
    detail_ids = ("items.0.Id",)
    total_key = "items.0.TotalJobsCount"
    paging = _OffsetInFinder("finder")
    cap = 10_000
    id_key = "Id"
    ignored_fields = frozenset(
        {
            "ShortDescriptionStr", "PrimaryLocationCountry", "Language", "Relevancy", "WorkplaceTypeCode", "HotJobFlag",
            "JobFamily", "JobFunction", "JobSchedule", "JobShift", "JobType", "WorkerType", "ContractType", "Distance",
            "GeographyId", "ExternalQualificationsStr", "ExternalResponsibilitiesStr",
        }
    )  # fmt: skip

    @staticmethod
    def _api(board: Board) -> tuple[str, str]:
        host, _, site = board.board.partition("/")
        return f"https://{host}/hcmRestApi/resources/latest", site

    def first_request(self, board: Board) -> Request:
        """Request the first 200 requisitions."""
        api, site = self._api(board)
        finder = f"findReqs;siteNumber={site},limit=200,offset=0"
        url = f"{api}/recruitingCEJobRequisitions?onlyData=true&expand=requisitionList&finder={finder}"
        return Request(board.url or url)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a requisition of the list."""
        host, _, site = board.board.partition("/")
        posting_id = record.pop("Id")
        others = [place.get("Name") for place in record.pop("secondaryLocations", None) or []]
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{host}/hcmUI/CandidateExperience/en/sites/{site}/job/{posting_id}",
            title=record.pop("Title"),
            hiring_organization=board.name,
            location=[place for place in (record.pop("PrimaryLocation", None), *others) if place],
            date_posted=record.pop("PostedDate", None),
            valid_through=record.pop("PostingEndDate", None),
            remote=record.pop("WorkplaceType", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the requisition's record."""
        api, site = self._api(board)
        finder = f'ById;Id="{posting.posting_id}",siteNumber="{site}"'
        return Request(f"{api}/recruitingCEJobRequisitionDetails?expand=all&onlyData=true&finder={finder}")

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text and every place."""
        if not (items := required(record, "items")):
            return None
        item = required(items, "0")
        required(item, "ExternalDescriptionStr")
        parts = ("ExternalDescription", "ExternalResponsibilities", "ExternalQualifications", "CorporateDescription")
        texts = [item.get(f"{part}Str") for part in parts]
        posting.description = "\n".join(text for text in texts if text) or None
        others = [place.get("Name") for place in item.get("secondaryLocations") or []]
        return attrs.evolve(posting, location=[place for place in (item.get("PrimaryLocation"), *others) if place])
