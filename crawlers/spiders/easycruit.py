"""EasyCruit career sites, of Nordic employers."""

from collections.abc import Iterable
from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider, as_record
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_ENGLISH = ("en", "gb", "us")


class EasyCruitSpider(XmlFeedSpider):
    """The list of an employer's vacancies in one document, each in one or more languages, without texts.

    Shape as a client of June 2026 reads it (ever-jobs), with the schema at www.easycruit.com/dtd/vacancy-list.xsd; no
    recording, not verified. The English version is read, or else the first.
    """

    name = "easycruit"
    title = "EasyCruit"
    verified = "www.easycruit.com/dtd/vacancy-list.xsd, as a client of June 2026 reads it; no recording, not verified"
    hosts = (r"([\w-]+)\.easycruit\.com",)
    terms = "public list of the employer's own career site"
    redistribution = "feed"
    robots = "public pages are allowed, /intranet/ is not, on one tenant (2026-09)"
    first_url = "https://{board}.easycruit.com/export/xml/vacancy/list.xml"
    record_tag = "Vacancy"
    root_tags = frozenset({"VacancyList"})
    id_key = "id"
    ignored_fields = frozenset(
        "id date_end date_modified reference_number Departments TitleHeading AlternativeCompanyName DailyHours Region".split()
    )

    def records(self, root: Any) -> Iterable[dict[str, Any]]:
        """Return the vacancies: their attributes, and the fields of one version."""
        for vacancy in root.iter("{*}Vacancy"):
            versions = list(vacancy.iterfind("{*}Versions/{*}Version"))
            english = [version for version in versions if version.get("language") in _ENGLISH]
            chosen = next(iter(english or versions), None)
            fields = as_record(chosen) if chosen is not None else {}
            departments = [as_record(part) for part in vacancy.iterfind("{*}Departments/{*}Department")]
            language = chosen.get("language") if chosen is not None else None
            yield {**fields, **dict(vacancy.attrib), "Departments": departments, "language": language}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        department: dict[str, Any] = next(iter(record["Departments"]), {})
        language = record.pop("language", None)
        return RawPosting(
            posting_id=record["id"],
            url=department["VacancyURL"],
            title=record.pop("Title"),
            hiring_organization=board.name,
            location=record.pop("Location", None) or record.get("Region") or None,
            date_posted=record.pop("date_start", None) or None,
            valid_through=record.pop("ApplicationDeadline", None) or record.get("date_end") or None,
            employment_type=record.pop("Engagement", None) or None,
            department=record.pop("Categories", None) or department.get("Name") or None,
            language="en" if language in _ENGLISH else language,
        )
