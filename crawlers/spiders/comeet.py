"""Comeet career sites."""

from typing import Any

from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ComeetSpider(JsonApiSpider):
    """The careers API, the whole board in one answer; a board is ``company id/public token``.

    Documented at developers.comeet.com/reference/careers-api-overview; shape seen on a recorded board of 2026. The token is
    public; it is found on the employer's page.
    """

    name = "comeet"
    title = "Comeet"
    verified = "developers.comeet.com/reference/careers-api-overview; recorded board of 2026"
    hosts = (r"www\.comeet\.com?/careers-api/2\.0/company/(\w+\.\w+)/[^?]*\?(?:[^#]*&)?token=(\w+)",)
    board_pattern = r"\w+\.\w+/\w+"
    terms = "public careers API of the employer's own site"
    redistribution = "feed"
    id_key = "uid"
    ignored_fields = frozenset(
        {
            "email", "email_alias", "url_recruit_hosted_page", "url_detected_page", "internal_use_custom_id", "is_consent_needed",
            "is_sms_consent_needed", "referrals_reward", "is_reward", "is_company_reward", "company_referrals_reward",
            "picture_url", "is_internal", "linkedin_job_posting_id", "position_url", "time_updated", "experience_level",
        }
    )  # fmt: skip

    def first_request(self, board: Board) -> Request:
        """Request every position with its text."""
        company, _, token = board.board.partition("/")
        url = f"https://www.comeet.co/careers-api/2.0/company/{company}/positions?token={token}&details=true"
        return Request(board.url or url)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        place = record.pop("location", None) or {}
        details = sorted(record.pop("details", None) or [], key=lambda part: part.get("order") or 0)
        kinds = (record.pop("employment_type", None), record.get("experience_level"))
        hosted = record.pop("url_comeet_hosted_page", None)
        return RawPosting(
            posting_id=record.pop("uid"),
            url=record.pop("url_active_page", None) or hosted,
            title=record.pop("name"),
            hiring_organization=record.pop("company_name", None) or board.name,
            description="\n".join(
                f"<h3>{part.get('name') or ''}</h3>{part['value']}" for part in details if part.get("value")
            )
            or None,
            location={name: place.get(name) for name in ("city", "state", "country")},
            remote=record.pop("workplace_type", None) or ("remote" if place.get("is_remote") else None),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("department", None),
        )
