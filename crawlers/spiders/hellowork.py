"""The feed of HelloWork, a French job board, for its partners."""

from typing import Any

from crawlers.bases.partner_feed import PartnerFeedSpider, joined, length
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class HelloworkSpider(PartnerFeedSpider):
    """Offers in XML, with the text and the profile in fields of their own.

    Shape seen on a recorded feed of 2024, cut to five offers. Codes are French words without accents, such as
    "Pas_teletravail".
    """

    name = "hellowork"
    title = "HelloWork"
    verified = "recorded feed of 2024"
    attribution = "HelloWork, with a link to the offer"
    timezone = "Europe/Paris"
    record_tag = "job"
    root_tags = frozenset({"root"})
    id_key = "job_id"
    ignored_fields = frozenset(
        {
            "guid", "cpc", "address", "geoloc", "department", "postal_code", "updated_date", "qualification", "experience", "education",
            "language", "sector", "company_description", "logo", "company_logo", "siret", "naf_code", "company_sector", "csr_label",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        unit = (record.pop("contract_period_unit", None) or "mois").lower()
        remote = (record.pop("remote", None) or "").replace("_", " ")
        place = {part: record.pop(part, None) for part in ("city", "region", "country")}
        kinds = (record.pop("contract", None), record.pop("job_time", None))
        return RawPosting(
            posting_id=record.pop("job_id"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_title", None) or None,
            description=joined(*(record.pop(part, None) for part in ("description", "profile", "benefits"))),
            location={part: value for part, value in place.items() if value} or None,
            date_posted=record.pop("publication_date", None) or None,
            duration=length(record.pop("contract_period_value", None), unit),
            pay=record.pop("salary", None) or None,
            remote="onsite" if remote.startswith("Pas ") else remote or None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("function", None) or None,
        )
