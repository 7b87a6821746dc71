"""Engagement Jeunes, a French board for trainees and apprentices of large employers."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.partner_feed import joined, length
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class EngagementJeunesSpider(JsonApiSpider):
    """The feed for partners: the whole board in one answer; the registry states its address.

    Shape seen on a recorded feed of 2025, cut to two offers.
    """

    name = "engagement_jeunes"
    title = "Engagement Jeunes"
    verified = "recorded feed of 2025"
    terms = "a feed by agreement: those of the operator's agreement with the board"
    redistribution = "parquet_only"
    attribution = "Engagement Jeunes, with a link to the offer"
    aggregator = True
    timezone = "Europe/Paris"
    ignored_fields = frozenset(
        {
            "reference", "niveau_diplome", "description_societe", "location_pays_code", "location_departement",
            "location_departement_code", "location_cp", "temps_partiel",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        place = {"city": record.pop("location_ville", None), "country": record.pop("location_pays", None)}
        kinds = (record.pop("contrat", None), "temps partiel" if record.get("temps_partiel") else None)
        span, unit = record.pop("duree_contrat", None), record.pop("duree_contrat_unit", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("application_url"),
            title=record.pop("title"),
            hiring_organization=record.pop("societe", None),
            description=joined(record.pop("mission", None), record.pop("profil", None)),
            location={part: value for part, value in place.items() if value} or None,
            date_posted=record.pop("creation_date", None),
            duration=length(str(span or ""), unit or "months"),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
        )
