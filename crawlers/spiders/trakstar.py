"""Trakstar Hire (Recruiterbox) career sites."""

from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TrakstarSpider(XmlFeedSpider):
    """The feed of an employer's open positions, with facts in elements of its own.

    Shape seen on a recorded feed of 2026 with one position. The feed is made for job boards and holds the whole board.
    """

    name = "trakstar"
    title = "Trakstar Hire (Recruiterbox)"
    verified = "recorded feed of 2026"
    hosts = (
        r"(?:www\.)?recruiterbox\.com/jobfeeds/([\w-]+)",
        r"([\w-]+)\.hire\.trakstar\.com",
        r"([\w-]+)\.recruiterbox\.com",
    )
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    first_url = "http://recruiterbox.com/jobfeeds/{board}"
    id_key = "guid"
    id_keys = ("link",)
    ignored_fields = frozenset({"job:locationCity", "job:locationState", "job:locationCountry", "guid"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        place = [record.get(f"job:location{part}") for part in ("City", "State", "Country")]
        guid = record.get("guid")
        return RawPosting(
            posting_id=str(guid or record["link"]),
            url=record.pop("link"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("description", None) or None,
            location=", ".join(part for part in place if part) or None,
            date_posted=record.pop("pubDate", None) or None,
            valid_through=record.pop("job:closeDate", None) or record.pop("job:closeDte", None) or None,
            employment_type=record.pop("job:positionType", None) or None,
            department=record.pop("job:team", None) or None,
        )
