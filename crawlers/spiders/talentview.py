"""TalentView career sites, by Kelio: the XML feed for partners."""

from typing import Any

from crawlers.bases.partner_feed import PartnerFeedSpider, joined, length
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TalentviewSpider(PartnerFeedSpider):
    """Offers of an employer in XML, as text and as HTML.

    Shape seen on a recorded feed of 2025, cut to two offers; the length of a contract is in months there.
    """

    name = "talentview"
    title = "TalentView (Kelio)"
    verified = "recorded feed of 2025"
    attribution = "the employer, with a link to the offer"
    record_tag = "job"
    root_tags = frozenset({"source"})
    id_key = "id"
    ignored_fields = frozenset(
        {
            "slug", "company", "profile", "description", "video_id", "video_host", "cover_url", "created_at", "education_level",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer; its text is taken from the HTML where there is HTML."""
        place = record.pop("address", None) or {}
        pay = {name: amount for name, amount in (record.pop("salary", None) or {}).items() if amount}
        kinds = (record.pop("job_type", None), record.pop("working_time", None))
        texts = (record.pop("html_description", None), record.pop("html_profile", None))
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("name"),
            hiring_organization=(record.get("company") or {}).get("name") or board.name,
            description=joined(*texts) or joined(record.get("description"), record.get("profile")),
            location={part: place[part] for part in ("city", "country") if place.get(part)} or None,
            date_posted=record.pop("last_activation_at", None) or None,
            start=record.pop("job_start_date", None) or None,
            duration=length(record.pop("contract_duration", None), "months"),
            pay=pay if "min" in pay or "max" in pay else None,
            remote=record.pop("remote_level", None) or None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("tags", None) or None,
        )
