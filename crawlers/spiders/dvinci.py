"""d.vinci career sites, of employers in Germany."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.partner_feed import joined
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_TEXTS = ("introduction", "tasks", "profile", "weOffer", "closingText")


class DvinciSpider(JsonApiSpider):
    """The publications of an employer, the whole board in one answer.

    Shape as a card of 2026 with four tenants and two clients describe it (jobseek, ever-jobs); not verified. A call for
    open applications is no posting.
    """

    name = "dvinci"
    title = "d.vinci"
    verified = "as notes of September 2026 on four tenants describe it, not verified"
    hosts = (r"([\w-]+)\.dvinci-(?:hr|easy)\.com",)
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "allow / on every tenant read (2026-09-21)"
    timezone = "Europe/Berlin"
    first_url = "https://{board}.dvinci-hr.com/jobPublication/list.json?lang=de"
    ignored_fields = frozenset({"subtitle", "language", "jobOpening", *_TEXTS})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a publication and the opening behind it."""
        opening = record.get("jobOpening") or {}
        if opening.get("type") == "UNSOLICITED":
            return None
        names = [place.get("name") for place in opening.get("locations") or [] if isinstance(place, dict)]
        groups = [
            entry.get("name") or entry.get("internalName")
            for key in ("targetGroups", "workingTimes")
            for entry in opening.get(key) or []
        ]
        pay = opening.get("salary") or {}
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("jobPublicationURL"),
            title=record.pop("position"),
            hiring_organization=opening.get("company") or board.name,
            description=joined(*(record.get(part) for part in _TEXTS)),
            location=[name for name in names if name] or opening.get("location"),
            date_posted=record.pop("startDate", None),
            valid_through=record.pop("endDate", None),
            start=opening.get("earliestEntryDate"),
            duration=opening.get("contractPeriod"),
            pay={**pay["value"], "currency": pay.get("currency")}
            if isinstance(pay.get("value"), dict)
            else opening.get("salaryRange"),
            employment_type=", ".join(str(group) for group in groups if group) or None,
            department=opening.get("department"),
        )
