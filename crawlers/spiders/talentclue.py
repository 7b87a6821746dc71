"""TalentClue, career pages of Spanish employers."""

import base64
import json
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.obstacles import reject_obstacle_page
from crawlers.answers.own_posting import reject_other_posting
from crawlers.bases.html_list import inner_html
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

# The widget's request without search terms, which finds every open posting.
_EVERYTHING = {
    "op": 1, "position": [], "cdef": False, "subs": "1", "lang": "es", "industry": [], "department": [], "contract": False,
    "countries": None, "provinces": [], "includeOnlyClosedJobs": False, "closedJobsOfTheLastMonths": "12",
    "showArchivedJobs": False,
}  # fmt: skip
_ASKED = base64.b64encode(json.dumps(_EVERYTHING, separators=(",", ":")).encode()).decode()


class TalentClueSpider(JsonApiSpider):
    """The interface behind the widget that employers embed, and a page for each posting.

    A board is the employer's key, `data-client-id` of the widget on its careers page. The request and an answer with
    five postings (April 2026) are in a public client and its tests (colophon-group/jobseek); a posting's page was
    recorded in May 2026. All postings are in one answer.
    """

    name = "talentclue"
    title = "TalentClue"
    verified = "a public client's test data of April 2026 (jobseek); recorded posting of May 2026"
    board_pattern = r"[0-9a-f]{32}"
    terms = "the employer's own career page"
    redistribution = "feed"
    first_url = f"https://api.talentclue.com/jswidget-ajax/jswidget/jobs/{{board}}/{_ASKED}"
    postings_key = "jobs"
    id_key = "id"
    ignored_fields = frozenset(
        {
            "post_date", "company_id", "industry_label", "vacancy", "country_iso", "sticky", "position", "subgroup",
            "company_logo_url", "parent_company_name", "parent_company_id", "geolocation", "is_archived", "department",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Request all postings; without the Accept header the answer is XML."""
        return super().first_request(board).replace(method="POST", headers={"Accept": "application/json"})

    def records(self, page: Any) -> list[Any]:
        """Return the postings, which the answer holds as a mapping by id, or as an empty list."""
        jobs = page.get("jobs") if isinstance(page, dict) else None
        if not isinstance(jobs, (dict, list)):
            raise BrokenAnswer("no 'jobs' in the answer")
        return [{"id": key, **job} for key, job in jobs.items()] if isinstance(jobs, dict) else jobs

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        place = {
            name: record.pop(f"{key}_label", None) for name, key in (("region", "province"), ("country", "country"))
        }
        kinds = (record.pop("contract_label", None), record.pop("shift_label", None))
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.get("subgroup") or record.get("parent_company_name") or board.name,
            location={"city": record.pop("city", None), **place},
            date_posted=record.pop("post_date_timestamp", None) or record.get("post_date"),
            remote=record.pop("work_modality", None),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("discipline_label", None),
            language=record.pop("language", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read the text."""
        reject_other_posting(response, posting)
        posting.description = inner_html(page_of(response), ".job-description")
        if not posting.description:
            raise BrokenAnswer("no text on the posting's page")
        reject_obstacle_page(response, posting.description)
        return posting
