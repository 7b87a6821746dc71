"""France Travail, the French employment service."""

import os
from collections.abc import Iterable
from typing import Any

from scrapy import FormRequest, Request
from scrapy.http import Response

from crawlers.answers.decoding import json_of
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset, with_parameter
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_TOKEN = "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=%2Fpartenaire"


_SHOWN_AT_MOST = 1150  # offers


class _Range(Offset):
    """Pages that are requested as ranges of offers, such as ``150-299``."""

    def request_at(self, request: Request, offset: int) -> Request:
        """Return the request for the offers after so many."""
        return with_parameter(request, self.parameter, f"{offset}-{min(offset + 149, _SHOWN_AT_MOST - 1)}")


class FranceTravailSpider(JsonApiSpider):
    """The offers API with a user's free credentials, 150 offers a page.

    Documented at francetravail.io/data/api/offres-emploi; one offer of 2024 was seen, the envelope only in the
    documents. At most 1,150 offers are shown. No type of contract means internship. Contact persons are not read.
    """

    name = "francetravail"
    title = "France Travail"
    verified = "francetravail.io/data/api/offres-emploi; an offer of 2024, the envelope not verified"
    terms = "free credentials, re-use under the API's licence: francetravail.io/data/api/offres-emploi"
    redistribution = "parquet_only"
    attribution = "France Travail, with a link to the offer"
    aggregator = True
    min_postings = 1  # a search of a whole country that finds nothing means that the search has changed
    key_variables = ("FRANCETRAVAIL_CLIENT_ID", "FRANCETRAVAIL_CLIENT_SECRET")
    first_url = "https://api.francetravail.io/partenaire/offresdemploi/v2/offres/search?motsCles=stage&range=0-149"
    postings_key = "resultats"
    paging = _Range("range", size=150)
    cap = _SHOWN_AT_MOST
    ignored_fields = frozenset(
        {
            "romeCode", "appellationlibelle", "dateActualisation", "typeContrat", "experienceExige", "experienceLibelle",
            "formations", "langues", "permis", "outilsBureautiques", "contact", "agence", "nombrePostes", "accessibleTH",
            "deplacementCode", "deplacementLibelle", "qualificationCode", "qualificationLibelle", "codeNAF", "secteurActivite",
            "secteurActiviteLibelle", "qualitesProfessionnelles", "offresManqueCandidats", "contexteTravail", "complementExercice",
            "dureeTravailLibelleConverti", "experienceCommentaire", "trancheEffectifEtab", "entrepriseAdaptee", "employeurHandiEngage",
        }
    )  # fmt: skip
    token: str = ""

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Request a token first. It is never stored, and a replay needs none."""
        if self.plan.replay:
            yield from super().first_requests(run)
            return
        form = {"grant_type": "client_credentials", "scope": "api_offresdemploiv2 o2dsoffre"}
        for name, variable in zip(("client_id", "client_secret"), self.key_variables, strict=True):
            form[name] = os.environ[variable]
        yield self.ask(run, FormRequest(_TOKEN, formdata=form, meta={"secret": True}), self.read_token)

    def read_token(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Keep the token and request the list; the answer with the token is not part of the board."""
        run.new_validators, run.unchanged = {}, bool(run.validators)
        try:
            self.token = json_of(response)["access_token"]
        except (KeyError, TypeError):
            raise BrokenAnswer("the answer has no token") from None
        yield from super().first_requests(run)

    def headers(self) -> dict[str, str]:
        """Return the header that carries the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def read_json(self, response: Response) -> Any:
        """Return the offers; an answer without content means that the search found none."""
        return {"resultats": []} if response.status == 204 else super().read_json(response)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        posting_id = record.pop("id")
        origin, firm = record.pop("origineOffre", None) or {}, record.pop("entreprise", None) or {}
        contract, nature = record.pop("typeContratLibelle", None), record.pop("natureContrat", None)
        kinds = (contract, nature, "alternance" if record.pop("alternance", False) else None)
        place = (record.pop("lieuTravail", None) or {}).get("libelle")  # "29 - BREST", the department before the town
        hours, skills = record.pop("dureeTravailLibelle", None), record.pop("competences", None) or []
        return RawPosting(
            posting_id=posting_id,
            url=origin.get("urlOrigine") or f"https://candidat.francetravail.fr/offres/recherche/detail/{posting_id}",
            title=record.pop("intitule"),
            hiring_organization=firm.get("nom"),
            description=record.pop("description", None),
            location={"city": place.partition(" - ")[2] or place, "country": "FR"} if place else None,
            date_posted=record.pop("dateCreation", None),
            duration=contract if contract and any(digit in contract for digit in "0123456789") else None,
            pay=(record.pop("salaire", None) or {}).get("libelle"),
            employment_type=", ".join(kind for kind in (*kinds, hours) if kind) or None,
            department=record.pop("romeLibelle", None),
            skills=[skill["libelle"] for skill in skills if skill.get("libelle")] or None,
        )
