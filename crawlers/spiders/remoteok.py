"""Remote OK, a board for remote work."""

import re
from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting

# A line that the board adds to each text, with a tag made from the address of the client.
_TO_APPLICANTS = re.compile(r"(?:\s|<br ?/?>)*Please mention the word \*\*.*", re.DOTALL)


def repaired(text: str) -> str:
    r"""Return the original of a text whose UTF-8 was decoded as Latin-1; any other text stays the same.

    >>> repaired("We\u00e2\u0080\u0099re remote"), repaired("São Paulo")
    ('We’re remote', 'São Paulo')
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _plain(words: str | None) -> str:
    return repaired(words or "").strip()


def _text(description: str) -> str:
    return _TO_APPLICANTS.sub("", repaired(description)).replace("\\n", "\n")  # some tags are escaped twice


class RemoteOkSpider(JsonApiSpider):
    """The public API, the newest hundred or so in one answer, the first record of which is a legal notice.

    Documented in that notice; seen on a recorded answer of 99 postings and two cut ones, of 2020 and 2026. In most records,
    UTF-8 was decoded as Latin-1. Pay is a plain number, 0 without pay; some jobs are at an office.
    """

    name = "remoteok"
    title = "Remote OK"
    verified = "remoteok.com/api; recorded answers of 2020 and 2026"
    hosts = (r"(?:www\.)?remoteok\.(?:com|io)",)
    terms = "to be named as the source with a followed link to its page: remoteok.com/legal, and the first record"
    redistribution = "parquet_only"
    attribution = "Remote OK, with a followed link to the posting on remoteok.com"
    robots = "allows the API to crawlers that are no AI's, as a reference (use=reference); asked at run time"
    aggregator = True
    min_postings = 50  # 99 in May 2026, 97 in November; fewer mean that the window has changed
    window = "its newest hundred or so postings"
    first_url = "https://remoteok.com/api"
    ignored_fields = frozenset({"slug", "epoch", "company_logo", "logo", "original", "tags"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a record; return None for the legal notice."""
        if "legal" in record:
            return None
        pay = {name: amount for name in ("salary_min", "salary_max") if (amount := record.pop(name, None))}
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            apply_url=record.pop("apply_url", None),
            title=_plain(record.pop("position")),
            hiring_organization=_plain(record.pop("company", None)) or None,
            description=_text(record.pop("description", None) or "") or None,
            location=_plain(record.pop("location", None)).strip(" ,") or None,
            date_posted=record.pop("date", None),
            pay=pay or None,
        )
