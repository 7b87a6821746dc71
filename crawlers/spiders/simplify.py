"""Lists of internships that volunteers keep on GitHub, in the format of Simplify's list."""

from collections.abc import Iterable
from typing import Any

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class SimplifySpider(JsonApiSpider):
    """The file behind a list, with every posting it ever had; a board is an owner and a repository.

    Seen on a recorded whole list of 2024 and a shortened one of 2026. A line states title, place and term, and links to
    the employer's own page; it has no text. A closed posting stays in the file with a flag; a hidden one was withdrawn.
    """

    name = "simplify"
    title = "Simplify-style list"
    verified = "github.com/SimplifyJobs/Summer2027-Internships; recorded lists of 2024 and 2026"
    hosts = (
        r"raw\.githubusercontent\.com/([\w-]+)/([\w.-]+)/dev/\.github/scripts/listings\.json",
        r"github\.com/([\w-]+)/((?:Spring|Summer|Fall|Winter)[\w.-]*Internships?)(?![\w.-])",
    )
    board_pattern = r"[\w-]+/[\w.-]+"
    terms = (
        "public lists in repositories without a licence; GitHub's terms let all read them: docs.github.com/site-policy"
    )
    redistribution = "parquet_only"
    attribution = "the list's repository on GitHub, with a link to the employer's page"
    robots = "raw.githubusercontent.com has none; asked at run time"
    aggregator = True  # no min_postings: each season's list begins with a few lines
    first_url = "https://raw.githubusercontent.com/{board}/dev/.github/scripts/listings.json"
    ignored_fields = frozenset({"source", "active", "is_visible", "date_updated", "company_url"})

    def take(self, records: Iterable[Any], run: BoardRun) -> int:
        """Read the list; closed and hidden lines count as shown, but not as postings."""
        records = list(records)
        ids = [identity for record in records if (identity := self.record_id(record))]
        taken = super().take(records, run)
        run.shown_ids |= set(ids)
        run.repeated = len(ids) - len(run.shown_ids)
        return taken

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a line; return None for a closed or hidden one."""
        if not (record["active"] and record["is_visible"]):
            return None
        term = ", ".join(record.pop("terms", None) or []) or record.pop("season", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None),
            location=record.pop("locations", None) or None,
            date_posted=record.pop("date_posted", None),
            start=term or None,
            employment_type="Internship" if "internship" in board.board.lower() else None,  # the name of the list
            department=record.pop("category", None),
            education=record.pop("degrees", None) or None,
            work_permit=record.pop("sponsorship", None),
        )
