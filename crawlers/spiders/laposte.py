"""The feed of La Poste, the French post, for its partners."""

from typing import Any

from crawlers.bases.partner_feed import PartnerFeedSpider, joined, length
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PARTS = ("contexte", "description-de-la-mission", "profil-recherche", "formation-et-experience")


class LaposteSpider(PartnerFeedSpider):
    """Offers of the group's companies in XML, with French names of fields.

    Shape seen on a recorded feed of 2025, cut to two offers. A yearly pay of "0" means that none is stated.
    """

    name = "laposte"
    title = "La Poste"
    verified = "recorded feed of 2025"
    attribution = "La Poste Groupe, with a link to the offer"
    timezone = "Europe/Paris"
    record_tag = "offre"
    root_tags = frozenset({"offres"})
    id_key = "reference"
    ignored_fields = frozenset(
        {
            "date-de-mise-a-jour", "region-du-poste", "departement-du-poste", "localite", "longitude", "latitude", "metier",
            "fiche-metier", "niveau-de-formation-requis", "nombre-d-annees-d-experience-total", "Broadbean", "profil-candidat",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        pay = record.pop("remuneration-brute-annuelle", None)
        hours = record.pop("temps-de-travail-hebdomadaire", None)
        kinds = (record.pop("type-de-contrat", None), f"{hours} heures par semaine" if hours else None)
        return RawPosting(
            posting_id=record.pop("reference"),
            url=record.pop("url-de-l-offre"),
            title=record.pop("intitule-du-poste"),
            hiring_organization=record.pop("company", None) or board.name,
            description=joined(*(record.pop(part, None) for part in _PARTS)),
            location=record.pop("localisation-du-poste", None) or None,
            duration=length(record.pop("duree-du-contrat", None), "mois"),
            pay=f"{pay} € brut par an" if length(pay, "€") else None,
            remote=record.pop("teletravail", None) or None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("filiere", None) or None,
        )
