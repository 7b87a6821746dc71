"""Workable career pages."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Cursor
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


class WorkableSpider(JsonApiSpider):
    """The widget of a careers page, the whole board in one answer, with a record for each place of a job.

    Documented at help.workable.com (careers page widget); shape seen on recorded boards of 2026. A board with the newer list
    is in the registry with its address and body; that list is paged by a token and has no texts.
    """

    name = "workable"
    title = "Workable"
    verified = "recorded widgets and lists of 2026"
    hosts = (
        r"apply\.workable\.com/(?:api/v[0-9]/(?:widget/)?accounts/)?(?!j/|api/)([\w-]+)",
        r"([\w-]+)\.workable\.com",
    )
    terms = "public widget of the employer's own careers page"
    redistribution = "feed"
    first_url = "https://apply.workable.com/api/v1/widget/accounts/{board}?details=true"
    paging = Cursor("nextPage", "token")
    total_key = "total"
    total_is_optional = True
    id_key = "shortcode"
    repeats = "places"
    ignored_fields = frozenset(
        {
            "code", "shortlink", "created_at", "education", "experience", "function", "industry", "id", "state", "isInternal",
            "accountUid", "approvalStatus", "location", "remote", "country", "city",
        }
    )  # fmt: skip

    def records(self, page: Any) -> list[Any]:
        """Return the jobs of a widget, or the results of the newer list."""
        jobs = page.get("jobs", page.get("results")) if isinstance(page, dict) else None
        if not isinstance(jobs, list):
            raise BrokenAnswer("the answer has neither jobs nor results")
        return jobs

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job of either shape."""
        code = record.pop("shortcode")
        places = record.pop("locations", None) or [{name: record.get(name) for name in ("city", "state", "country")}]
        remote = record.pop("workplace", None) or ("remote" if record.pop("telecommuting", None) else None)
        record.pop("telecommuting", None)
        department = record.pop("department", None)
        return RawPosting(
            posting_id=code,
            url=record.pop("url", None) or f"https://apply.workable.com/{board.board}/j/{code}/",
            apply_url=record.pop("application_url", None),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("description", None),
            location=[place for place in places if not place.get("hidden")],
            date_posted=record.pop("published_on", None) or record.pop("published", None),
            remote=remote,
            employment_type=record.pop("employment_type", None) or record.pop("type", None),
            department=", ".join(department) if isinstance(department, list) else department,
            language=record.pop("language", None),
        )
