"""Bundesagentur für Arbeit, the German employment agency."""

import base64
from typing import Any

import attrs
from scrapy import Request

from crawlers.answers.json_paths import required
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_API = "https://rest.arbeitsagentur.de/jobboerse/jobsuche-service/pc/v4"


class ArbeitsagenturSpider(JsonApiSpider):
    """The API behind the job search: a search for internships and traineeships, and a record for each offer.

    Described at github.com/bundesAPI/jobsuche-api, with the key that the agency's own pages send; no answer was
    recorded, so the shape could not be verified. According to other projects, at most 10,000 offers are shown.
    """

    name = "arbeitsagentur"
    title = "Bundesagentur für Arbeit"
    verified = "github.com/bundesAPI/jobsuche-api (openapi.yaml); no recording, not verified"
    terms = "no terms on re-use found: www.arbeitsagentur.de/nutzungsbedingungen"
    redistribution = "parquet_only"
    timezone = "Europe/Berlin"
    attribution = "Bundesagentur für Arbeit, with a link to the offer"
    aggregator = True
    min_postings = 1  # a search of a whole country that finds nothing means that the search has changed
    first_url = f"{_API}/jobs?angebotsart=34&page=1&size=100"
    postings_key = "stellenangebote"
    detail_ids = ("refnr",)
    total_key = "maxErgebnisse"
    paging = PageNumber("page", first=1)
    cap = 10_000
    id_key = "refnr"
    ignored_fields = frozenset(
        {"modifikationsTimestamp", "hashId", "kundennummerHash", "logoHashId", "allianzpartnerName"}
    )

    def headers(self) -> dict[str, str]:
        """Return the key that the agency's own pages send; it is public."""
        return {"X-API-Key": "jobboerse-jobsuche"}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer of the list."""
        posting_id, place = record.pop("refnr"), record.pop("arbeitsort", None) or {}
        trade = record.pop("beruf", None)
        return RawPosting(
            posting_id=posting_id,
            url=f"https://www.arbeitsagentur.de/jobsuche/jobdetail/{posting_id}",
            apply_url=record.pop("externeUrl", None),
            title=record.pop("titel", None) or trade or "",
            hiring_organization=record.pop("arbeitgeber", None),
            location={"city": place.get("ort"), "region": place.get("region"), "country": place.get("land")},
            date_posted=record.pop("aktuelleVeroeffentlichungsdatum", None),
            start=record.pop("eintrittsdatum", None),
            employment_type="Praktikum/Trainee",  # the requested kind of offer
            department=trade,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the offer's record; its address is the reference number in Base64."""
        number = base64.b64encode(posting.posting_id.encode()).decode()
        return Request(f"{_API}/jobdetails/{number}", headers=self.headers())

    def parse_detail(self, record: dict[str, Any], posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text, the pay, the terms and every place."""
        times = [str(time) for time in record.get("arbeitszeitmodelle") or []]
        posting.description = required(record, "stellenbeschreibung")
        posting.pay = record.get("verguetung")
        posting.employment_type = ", ".join(
            kind for kind in (posting.employment_type, record.get("befristung"), *times) if kind
        )
        if places := record.get("arbeitsorte"):
            location = [
                {"city": place.get("ort"), "region": place.get("region"), "country": place.get("land")}
                for place in places
            ]
            return attrs.evolve(posting, location=location)
        return posting
