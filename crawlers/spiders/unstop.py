"""Unstop, India's board for students."""

from typing import Any

import attrs
from scrapy import Request

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_ENDED = "FINISHED"
_PERIODS = {"month": "month", "annually": "year"}


class UnstopSpider(JsonApiSpider):
    """The open internships, and each one's own record with its text.

    Shape seen on a recorded list of 2023 (hackathons in the same envelope) and on one job of 2026; the address of
    internships is that of two clients of 2026. The total moves while the list is paged. Whether an opportunity is open
    is stated by its registration alone.
    """

    name = "unstop"
    title = "Unstop"
    verified = "recorded list of 2023 and job of 2026; the search for internships as clients of 2026 ask it"
    hosts = (r"(?:www\.)?unstop\.com",)
    terms = "not read"
    redistribution = "parquet_only"
    attribution = "Unstop, with a link to the opportunity"
    robots = "allows /api/public/, refuses the rest of /api/ (2026-08-04)"
    aggregator = True
    timezone = "Asia/Kolkata"
    min_postings = 50  # some 850 internships are open at a time
    first_url = "https://unstop.com/api/public/opportunity/search-result?opportunity=internships&oppstatus=open&per_page=100&page=1"
    postings_key = "data.data"
    total_key = "data.total"
    paging = PageNumber("page", first=1, pages_key="data.last_page")
    detail_ids = ("id",)
    ignored_fields = frozenset(
        {
            "organization_id", "regn_open", "moderation_status", "self_moderated", "logoUrl2", "status", "tags", "thumb",
            "banner_mobile", "filters", "isPaid", "festival", "fields", "prizes", "opportunity_config", "seo_details", "start_date",
            "viewsCount", "registerCount", "type", "organisation", "jobDetail", "regnRequirements", "public_url", "updated_at",
            "region", "visibility", "short_id", "address_with_country_logo", "workfunction", "locations", "approved_date",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read an opportunity of the list; one whose registration has ended is none."""
        if (record.get("regnRequirements") or {}).get("reg_status") == _ENDED:
            return None
        return self._with_facts(
            record,
            RawPosting(
                posting_id=record.pop("id"),
                url=record.pop("seo_url", None) or f"https://unstop.com/{record['public_url']}",
                title=record.pop("title"),
                hiring_organization=(record.get("organisation") or {}).get("name"),
                employment_type=record.pop("subtype", None),
            ),
        )

    def _with_facts(self, record: dict[str, Any], posting: RawPosting) -> RawPosting:
        """Add the facts that the list and the own record state alike."""
        job = record.get("jobDetail") or {}
        places = [
            {part: place.get(part) for part in ("city", "state", "country")} for place in record.get("locations") or []
        ]
        pay = {
            "min": job.get("min_salary"),
            "max": job.get("max_salary"),
            "currency": "INR",
            "period": _PERIODS.get(str(job.get("pay_in"))),
        }
        shown = job.get("show_salary") and not job.get("not_disclosed") and (pay["min"] or pay["max"])
        return attrs.evolve(
            posting,
            location=places or job.get("locations") or None,
            pay=pay if shown else job.get("paid_unpaid"),
            remote={"wfh": "remote", "in_office": "onsite"}.get(str(job.get("type"))),
            valid_through=record.pop("end_date", None),
            date_posted=str(record["approved_date"])[:10] if record.get("approved_date") else None,
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the opportunity's own record."""
        return Request(f"https://unstop.com/api/public/competition/{posting.posting_id}")

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the text, the skills and the facts; an opportunity whose registration has ended is gone."""
        if (record.get("regnRequirements") or {}).get("reg_status") == _ENDED:
            return None
        if "details" not in record:
            raise BrokenAnswer("the posting's record has no text")
        skills = [entry["skill"] for entry in record.get("required_skills") or [] if entry.get("skill")]
        fields = [entry["name"] for entry in record.get("workfunction") or [] if entry.get("name")]
        return attrs.evolve(
            self._with_facts(record, posting),
            description=record.pop("details"),
            skills=skills or None,
            department=", ".join(fields) or None,
        )
