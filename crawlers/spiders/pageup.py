"""PageUp, of universities and states in Australia, New Zealand, the United Kingdom and the United States."""

import re
from html import unescape
from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class PageUpSpider(XmlFeedSpider):
    """The RSS of a careers site, the whole board with texts.

    Shape as clients of 2026 read it (ergon, jobseek, ever-jobs); not verified. A board is the employer's number, the
    name of the list, and the language: ``513/cw/en``. Texts are escaped twice.
    """

    name = "pageup"
    title = "PageUp"
    verified = "as clients of 2026 read it (ergon, jobseek, ever-jobs); no recording, not verified"
    hosts = (r"careers\.pageuppeople\.com/([0-9]+)/(\w+)/([\w-]+)",)
    board_pattern = r"[0-9]+/\w+/[\w-]+"
    terms = "the employer's own careers site"
    redistribution = "feed"
    robots = "refuses paths of administration and of tests only (2026-09-21)"
    first_url = "https://careers.pageuppeople.com/{board}/rss"
    id_key = "job:refNo"
    ignored_fields = frozenset(
        {"guid", "job:applyLink", "a10:updated", "job:subCategory", "description", "job:description", "category"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        text = record.get("job:description") or record.get("description") or ""
        places = record.pop("job:location", None) or None
        return RawPosting(
            posting_id=record.pop("job:refNo"),
            url=record.pop("link"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=(unescape(text) if re.match(r"\s*&lt;", text) else text) or None,
            location=places,
            date_posted=record.pop("pubDate", None) or None,
            valid_through=record.pop("job:closingDate", None) or None,
            employment_type=_listed(record.pop("job:workType", None)),
            department=_listed(record.pop("job:businessLayer1", None)) or _listed(record.pop("job:category", None)),
        )


def _listed(value: Any) -> str | None:
    """Return one value or several as a text."""
    return ", ".join(value) if isinstance(value, list) else value or None
