"""The feed of Meteojob, a French job board, for its partners."""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from crawlers.answers.json_paths import maybe
from crawlers.bases.partner_feed import PartnerFeedSpider, joined, take
from crawlers.bases.xml_feed import as_record
from crawlers.contract.board import Board
from normalize.posting import RawPosting


def _all_of(record: dict[str, Any], path: str) -> str | None:
    """Return the values at a path, which is one or a list, in one line."""
    value = maybe(record, path)
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(each) for each in values if each) or None


class MeteojobSpider(PartnerFeedSpider):
    """Offers in XML; the id of an offer is an attribute of its element.

    Shape seen on a recorded feed of 2025, cut to three offers. An hourly wage was stated as one a year there, so pay is
    read from the words alone.
    """

    name = "meteojob"
    title = "Meteojob"
    verified = "recorded feed of 2025"
    attribution = "Meteojob, with a link to the offer"
    timezone = "Europe/Paris"
    record_tag = "job"
    root_tags = frozenset({"source"})
    id_key = "id"
    ignored_fields = frozenset(
        {
            "lastModificationDate",
            "position",
            "industry",
            "company",
            "workplace",
            "contract",
            "workSchedule",
            "benefits",
            "profile",
        }
    )

    def records(self, root: Any) -> Iterable[dict[str, Any]]:
        """Return the offers, each with its id."""
        elements: Iterable[etree._Element] = root.iter("{*}job")
        return [as_record(element) | {"id": element.get("id")} for element in elements]

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        place = take(record, "workplace.locations.location")
        kinds = (_all_of(record, "contract.types.type"), _all_of(record, "workSchedule.types.type"))
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("link"),
            title=record.pop("title"),
            hiring_organization=take(record, "company.name") or None,
            description=joined(record.pop("description", None), take(record, "profile.description")),
            location=place or None,
            date_posted=record.pop("publicationDate", None) or None,
            duration=take(record, "contract.length") or None,
            employment_type=", ".join(kind for kind in kinds if kind) or None,
            department=take(record, "position") or None,
        )
