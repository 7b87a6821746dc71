"""The feed of JobTeaser, the career centre of European universities, for its partners."""

from typing import Any

from crawlers.bases.partner_feed import PartnerFeedSpider, take
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_SILENT = "Not specified"


class JobteaserSpider(PartnerFeedSpider):
    """Offers for students in XML; each group of facts is an element.

    Shape seen on a recorded feed of 2025, cut to two offers. The public site refuses crawlers and is not read.
    """

    name = "jobteaser"
    title = "JobTeaser"
    verified = "recorded feed of 2025"
    attribution = "JobTeaser, with a link to the offer"
    record_tag = "job"
    root_tags = frozenset({"jobs"})
    id_key = "id"
    ignored_fields = frozenset({"job_details", "job_dates", "job_locations", "company"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        details, places = record["job_details"], record.get("job_locations") or {}
        remote = details.get("remote_type")
        return RawPosting(
            posting_id=record.pop("id"),
            url=details["url"],
            title=details["title"],
            hiring_organization=take(record, "company.company_name") or None,
            description=details.get("description") or None,
            location={
                part: value
                for part, name in (("city", "city"), ("region", "state"), ("country", "country_name"))
                if (value := places.get(f"location_{name}"))
            }
            or None,
            date_posted=take(record, "job_dates.first_activated_at") or None,
            start=take(record, "job_dates.start_date") or None,
            duration=details.get("contract_duration") or None,
            remote=None if remote in (None, "", _SILENT) else remote,
            employment_type=details.get("contract_type") or None,
        )
