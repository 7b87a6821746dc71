"""Talentsoft (Cegid) career sites: the XML export that employers hand to partners."""

from typing import Any

from crawlers.answers.json_paths import maybe
from crawlers.bases.partner_feed import PartnerFeedSpider, joined
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TalentsoftSpider(PartnerFeedSpider):
    """Offers of an employer in XML.

    Shape seen on a recorded export of 2026 with three offers. The export names a supervisor, who is not read. Dates are
    written 20260101. The site's own RSS holds only the newest offers of large tenants, and its interface needs a
    client's token, so neither is read.
    """

    name = "talentsoft"
    title = "Talentsoft (Cegid)"
    verified = "recorded export of 2026"
    attribution = "the employer, with a link to the offer"
    aggregator = True
    timezone = "Europe/Paris"
    record_tag = "offer"
    root_tags = frozenset({"offers"})
    id_key = "reference"
    ignored_fields = frozenset(
        {
            "id", "origin", "customFields", "modificationDate", "entityAdress", "UrlRedirectionApplicant", "mainSupervisor",
            "jobDescription", "applicantCriteria", "entity", "entityDescription",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        job = record["jobDescription"]
        texts = [job.get(f"{part}Formatted") or job.get(part) for part in ("missionDescription", "applicantProfile")]
        where = [maybe(job, f"location.{path}") for path in ("jobLocation", "regions.region", "countries.country")]
        return RawPosting(
            posting_id=record.pop("reference"),
            url=record.pop("directUrl"),
            title=job["title"],
            hiring_organization=board.name,
            description=joined(job.get("description"), *texts),
            location=", ".join(place for place in where if isinstance(place, str) and place) or None,
            date_posted=_day(record.pop("creationDate", None)),
            start=_day(record.pop("beginningDate", None)) or maybe(job, "customFields.datetime1") or None,
            duration=job.get("contractLength") or None,
            pay=maybe(record, "applicantCriteria.customFields.list1") or None,
            employment_type=job.get("contract") or None,
            department=job.get("jobfamily") or None,
        )


def _day(text: str | None) -> str | None:
    """Return a day written 20260101 as 2026-01-01."""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if text and len(text) == 8 and text.isdecimal() else text or None
