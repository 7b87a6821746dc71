"""Personio career pages."""

from typing import Any
from urllib.parse import urlsplit

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


def several(value: Any) -> list[Any]:
    """Return a child as a list, whether it occurs once or several times.

    >>> several("Berlin"), several(None)
    (['Berlin'], [])
    """
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


class PersonioSpider(XmlFeedSpider):
    """The XML feed of a career page, with the text in sections.

    Documented at developer.personio.de/docs/retrieving-open-job-positions; shape seen on recorded feeds of 2023 to
    2026. The feed has no addresses of postings, so they are built from the host and the id. A missing page
    answers with an HTML bot check. English is requested; the text is in the employer's language.
    """

    name = "personio"
    title = "Personio"
    verified = "developer.personio.de/docs/retrieving-open-job-positions; recorded feeds of 2023 to 2026"
    hosts = (
        r"([\w-]+)\.jobs\.personio\.de",
        (r"([\w-]+)\.jobs\.personio\.com", "https://{board}.jobs.personio.com/xml?language=en"),
    )
    terms = "public feed of the employer's own career page"
    redistribution = "feed"
    first_url = "https://{board}.jobs.personio.de/xml?language=en"
    record_tag = "position"
    root_tags = frozenset({"workzag-jobs"})
    id_key = "id"
    ignored_fields = frozenset(
        {"seniority", "yearsOfExperience", "occupation", "occupationCategory", "subcompany", "recruitingCategory"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        posting_id = record.pop("id")
        host = urlsplit(board.url or "").hostname or f"{board.board}.jobs.personio.de"
        sections = several((record.pop("jobDescriptions", None) or {}).get("jobDescription"))
        offices = [record.pop("office", None), *several((record.pop("additionalOffices", None) or {}).get("office"))]
        kinds = (record.pop("employmentType", None), record.pop("schedule", None))
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{host}/job/{posting_id}",
            title=record.pop("name"),
            hiring_organization=record.get("subcompany") or board.name,
            description="\n".join(
                f"<h3>{entry.get('name') or ''}</h3>{entry.get('value') or ''}"
                for entry in sections
                if isinstance(entry, dict) and entry.get("value")
            )
            or None,
            location=[office for office in offices if office] or None,
            date_posted=record.pop("createdAt", None),
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=record.pop("department", None),
            skills=record.pop("keywords", None) or None,
        )
