"""Emply career sites, of Danish employers."""

import json
import re
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import text_of_answer
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_CONFIG = re.compile(r"config\s*=\s*\{([^{}]*)\}")
_COUNT = re.compile(r"\bcount\s*:\s*([0-9]{1,3})\b")
_SECTION = re.compile(r"""\bsectionId\s*:\s*['"]([0-9a-f-]{36})['"]""")
_LANGUAGE = re.compile(r"""\blanguageKey\s*=\s*['"]([\w-]+)['"]""")


def request_body(page: str) -> str | None:
    """Return the body with which a career site's page asks for its list, None if it names no section of vacancies.

    A page may have a second, shorter section with the newest vacancies.

    >>> page = "var config = {count: 6, sectionId: '0a0a0a0a-1111-4222-8333-444444444444'}"
    >>> json.loads(request_body(page) or "")["sectionId"]
    '0a0a0a0a-1111-4222-8333-444444444444'
    """
    found = [(_COUNT.search(config), _SECTION.search(config)) for config in _CONFIG.findall(page)]
    sections = [(int(count[1]), section[1]) for count, section in found if count and section]
    if not sections:
        return None
    size, section = max(sections)
    language = _LANGUAGE.search(page)
    body: dict[str, Any] = {"count": size, "filters": [], "langCode": language[1] if language else "da-DK", "offset": 0}
    body |= {"searchText": "", "sectionId": section, "light": False, "isJobAgent": False, "siteId": None}
    return json.dumps(body)


class EmplySpider(JsonApiSpider):
    """The vacancies of a career site, page by page, by the section that the site's page names.

    Shape as notes and clients of 2026 describe it on several employers; no recording, not verified. Where a
    site's first page is not that of the list, the registry has the list's. The facts of a vacancy are not read, as one
    of them is a contact person.
    """

    name = "emply"
    title = "Emply"
    verified = "as notes of September 2026 on three tenants describe it; no recording, not verified"
    hosts = (r"([\w-]+)\.career\.emply\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "Allow: / on four tenants (2026-09-20)"
    timezone = "Europe/Copenhagen"
    first_url = "https://{board}.career.emply.com/"
    postings_key = "vacancies"
    total_key = "count"
    paging = Offset("offset")
    id_key = "shortId"
    ignored_fields = frozenset(
        "id number created titleAsUrl directLink applyLink externalCseAdLink talentPool factDatas department title".split()
    )

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Request the page that names the section, or the list where the registry has its request."""
        request = self.first_request(run.board)
        yield self.ask(run, request, self.read_list if run.board.request_json else self.read_page)

    def read_page(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Request the list of the page's section."""
        body = request_body(text_of_answer(response))
        if body is None:
            raise BrokenAnswer("the career site's page names no section of vacancies")
        request = Request(response.urljoin("/api/integration/vacancy/get-page"), method="POST", body=body)
        request.headers["Content-Type"] = "application/json"
        yield self.ask(run, request, self.read_list)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        posting_id = record.pop("shortId")
        version: dict[str, Any] = next(iter(record.pop("translations", None) or []), {})
        address = f"https://{board.board}.career.emply.com/ad/{record['titleAsUrl']}/{posting_id}"
        return RawPosting(
            posting_id=posting_id,
            url=record.get("directLink") or address,
            title=version.get("title") or record["title"],
            hiring_organization=board.name,
            description=version.get("content"),
            location=record.pop("location", None),
            date_posted=record.pop("published", None),
            valid_through=record.pop("deadline", None),
            department=record.get("department"),
        )
