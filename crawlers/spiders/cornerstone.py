"""Cornerstone career sites, of large employers."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import text_of_answer
from crawlers.answers.json_paths import maybe
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_CONTEXT = re.compile(r"csod\.context\s*=\s*(?=\{)")
_US_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/(20[0-9]{2})\b")


def iso_day(text: Any) -> Any:
    """Return a day as the list writes it for ``en-US``, in ISO 8601; any other value as it is.

    >>> iso_day("9/28/2026"), iso_day(None)
    ('2026-09-28', None)
    """
    day = _US_DAY.match(text) if isinstance(text, str) else None
    return f"{day[3]}-{day[1]:0>2}-{day[2]:0>2}" if day else text


class CornerstoneSpider(JsonApiSpider):
    """The requisitions of a career site, page by page; a board is the tenant and the number of its site.

    Shape as clients of 2026 read it (ever-jobs and others); no recording, not verified. The site's page holds a token for
    anybody, valid for three hours, with which it asks the list of the tenant's region.
    """

    name = "cornerstone"
    title = "Cornerstone"
    verified = "as clients of 2026 read it; no recording, not verified"
    hosts = (r"([\w-]+)\.csod\.com/ux/ats/careersite/([0-9]+)",)
    board_pattern = r"[\w-]+/[0-9]+"
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "open, Crawl-delay: 10 on the tenants read (2026)"
    postings_key = "data.requisitions"
    total_key = "data.totalCount"
    paging = PageNumber("pageNumber", first=1)
    id_key = "requisitionId"
    ignored_fields = frozenset({"requisitionId"})

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Request the page of the career site, which holds the token."""
        tenant, site = run.board.board.split("/")
        address = run.board.url or f"https://{tenant}.csod.com/ux/ats/careersite/{site}/home?c={tenant}"
        yield self.ask(run, Request(address), self.read_page)

    def read_page(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Request the first page of the list with the token of the page."""
        text = text_of_answer(response)
        start = _CONTEXT.search(text)
        try:
            context = json.JSONDecoder().raw_decode(text, start.end())[0] if start else None
        except ValueError as error:
            raise BrokenAnswer(f"the career site's context is not JSON: {error}") from None
        token, cloud = maybe(context, "token"), maybe(context, "endpoints.cloud")
        if not token or not (urlsplit(str(cloud)).hostname or "").endswith(".csod.com"):
            raise BrokenAnswer("the career site's page holds no token or no address of a list")
        site = int(run.board.board.split("/")[1])
        body: dict[str, Any] = {"careerSiteId": site, "careerSitePageId": site, "pageNumber": 1, "pageSize": 25}
        body |= {"cultureId": maybe(context, "cultureID") or 1, "cultureName": "en-US", "searchText": ""}
        request = Request(urljoin(str(cloud), "/rec-job-search/external/jobs"), method="POST", body=json.dumps(body))
        request.headers.update({"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
        yield self.ask(run, request, self.read_list)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a requisition."""
        tenant, site = board.board.split("/")
        number = record["requisitionId"]
        return RawPosting(
            posting_id=number,
            url=f"https://{tenant}.csod.com/ux/ats/careersite/{site}/home/requisition/{number}?c={tenant}",
            title=record.pop("displayJobTitle"),
            hiring_organization=board.name,
            description=record.pop("externalDescription", None),
            location=record.pop("locations", None) or None,
            date_posted=iso_day(record.pop("postingEffectiveDate", None)),
            valid_through=iso_day(record.pop("postingExpirationDate", None)),
        )
