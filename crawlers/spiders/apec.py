"""The feed of APEC, the French association for the employment of executives, for its partners."""

from typing import Any

from scrapy.http import Response

from crawlers.bases.partner_feed import PartnerFeedSpider, length, take
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ApecSpider(PartnerFeedSpider):
    """Offers of executives' jobs and of work-study contracts, in XML.

    Shape seen on a recorded feed of 2025, cut to five offers.
    """

    name = "apec"
    title = "APEC"
    verified = "recorded feed of 2025"
    attribution = "APEC, with a link to the offer"
    timezone = "Europe/Paris"
    record_tag = "Offre_emploi"
    root_tags = frozenset({"Export_offres"})
    id_key = "Reference_apec"
    ignored_fields = frozenset(
        {
            "Oqa", "Nombre_postes", "Statut", "Niveau_experience", "Secteur_activite", "Reference_client", "Logo_entreprise",
            "Zone_deplacement", "Contrat", "Fonction", "Lieu",
        }
    )  # fmt: skip

    def read_root(self, response: Response) -> Any:
        """Return the document's root without its header, which names the partner and the day."""
        root = super().read_root(response)
        for header in root.findall("Export"):
            root.remove(header)
        return root

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer; the length of its contract is in months."""
        return RawPosting(
            posting_id=record.pop("Reference_apec"),
            url=record.pop("URL"),
            title=record.pop("Intitule"),
            hiring_organization=record.pop("Nom_entreprise", None) or None,
            description=record.pop("Texte_offre", None) or None,
            location=take(record, "Lieu.Libelle_lieu") or None,
            date_posted=record.pop("Date_parution", None) or None,
            duration=length(take(record, "Contrat.Duree_contrat"), "mois"),
            pay=record.pop("Salaire_affiche", None) or None,
            employment_type=take(record, "Contrat.Type_contrat") or None,
            department=take(record, "Fonction.Libelle_fonction") or None,
        )
