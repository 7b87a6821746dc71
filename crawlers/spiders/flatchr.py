"""Flatchr career sites, of employers in France."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.partner_feed import joined
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PERIODS = {"h": "hour", "m": "month", "y": "year"}


class FlatchrSpider(JsonApiSpider):
    """The list of a company, whole, with texts.

    Shape as clients of 2026 read it (ever-jobs); not verified. Pay is in the data even where the page hides it, and is
    then not read.
    """

    name = "flatchr"
    title = "Flatchr"
    verified = "as clients of 2026 read it, not verified"
    hosts = (r"careers\.flatchr\.io/(?:fr/)?company/([\w-]+)", r"([\w-]+)\.flatchr\.io")
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "names a few robots only (2026)"
    timezone = "Europe/Paris"
    first_url = "https://careers.flatchr.io/company/{board}.json"
    postings_key = "items"
    id_key = "vacancy.id"
    ignored_fields = frozenset({"id", "status", "published", "created_at", "updated_at", "vacancy"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read an ad, which is wrapped in a record of its publication."""
        ad = record["vacancy"]
        place = ad.get("address") or {}
        pay = {"min": ad.get("salary"), "max": ad.get("salary_max"), "currency": ad.get("currency")}
        shown = ad.get("show_salary") and (pay["min"] or pay["max"])
        return RawPosting(
            posting_id=ad["id"],
            url=f"https://careers.flatchr.io/vacancy/{ad['slug']}/",
            title=ad["title"],
            hiring_organization=(ad.get("company") or {}).get("name") or board.name,
            description=joined(ad.get("description"), ad.get("mission"), ad.get("profile")),
            location={"city": place.get("locality"), "country": place.get("country")} if place else None,
            date_posted=ad.get("created_at"),
            start=ad.get("start_date"),
            pay=pay | {"period": _PERIODS.get(ad.get("mensuality"))} if shown else None,
            remote=None if ad.get("remote") in (None, "", "notime") else ad["remote"],
            employment_type=ad.get("contract_type"),
            department=ad.get("metier"),
        )
