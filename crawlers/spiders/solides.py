"""Sólides career sites, of employers in Brazil."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


def _names(values: Any) -> str | None:
    names = [value.get("name") for value in values or [] if isinstance(value, dict)]
    return ", ".join(name for name in names if name) or None


class SolidesSpider(JsonApiSpider):
    """The vacancies of an employer, with texts, page by page.

    Shape as clients of 2026 read it (ever-jobs and others); not verified. More than 25 a page are not answered. An
    unknown board is answered with no list, which proves nothing.
    """

    name = "solides"
    title = "Sólides"
    verified = "as clients of 2026 read it, not verified"
    hosts = (r"([\w-]+)\.vagas\.solides\.com\.br", r"([\w-]+)\.solides\.jobs")
    terms = "the employer's own career site; no terms of the jobs portal found (2026-10-07)"
    redistribution = "feed"
    robots = "the career sites allow all (2026-10-07)"
    timezone = "America/Sao_Paulo"
    first_url = "https://apigw.solides.com.br/jobs/v3/home/vacancy?slug={board}&take=25&page=1"
    postings_key = "data.data"
    total_key = "data.count"
    paging = PageNumber("page", first=1, pages_key="data.totalPages")
    ignored_fields = frozenset(
        "slug redirectLink type currentState isHiddenJob openPositions availablePositions state address homeOffice "
        "benefits education occupationAreas seniority".split()
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        posting_id = record.pop("id")
        city, state = record.pop("city", None) or {}, record.get("state") or {}
        place = {"city": city.get("name"), "state": state.get("code"), "country": "BR"}
        pay = record.pop("salary", None) or {}
        stated = {"min": pay.get("initialRange"), "max": pay.get("finalRange"), "currency": "BRL"}
        shown = pay.get("showRangeToApplicant") and any(stated[part] for part in ("min", "max"))
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{board.board}.vagas.solides.com.br/vaga/{posting_id}",
            title=record.pop("title"),
            hiring_organization=record.pop("companyName", None) or board.name,
            description=record.pop("description", None),
            location=place if city.get("name") else None,
            date_posted=record.pop("createdAt", None),
            pay=stated if shown else None,
            remote=record.pop("jobType", None) or ("remoto" if record.get("homeOffice") else None),
            employment_type=_names(record.pop("recruitmentContractType", None)),
            department=_names(record.get("occupationAreas")),
            skills=_names(record.pop("hardSkills", None)),
        )
