"""Eploy career sites, of British councils, universities and companies on hosts of their own."""

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.json_paths import whole_number
from crawlers.bases.books import BoardRun
from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class EploySpider(XmlFeedSpider):
    """The feed of a site's vacancies, made for job boards, with their number; a board is the site's host.

    Shape as a client of June 2026 reads it (ever-jobs); no recording, not verified.
    """

    name = "eploy"
    title = "Eploy"
    verified = "as a client of June 2026 reads it; no recording, not verified"
    hosts = (r"([\w.-]+)/feeds/datafeed\.ashx", r"([\w-]+\.eploy\.net)")
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    timezone = "Europe/London"
    first_url = "https://{board}/feeds/datafeed.ashx?Format=xml"
    record_tag = "Item"
    root_tags = frozenset({"Vacancies"})
    id_key = "VacancyID"
    ignored_fields = frozenset({"VacancyID"})

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read the feed; it was seen whole if it holds as many vacancies as it states."""
        yield from super().read_list(response, run)
        stated = whole_number(self.read_root(response).get("Count"))
        if stated is not None and stated != run.counted:
            run.mark_incomplete(f"{run.counted} of {stated} postings were shown")

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        return RawPosting(
            posting_id=record["VacancyID"],
            url=record.pop("Link"),
            title=record.pop("Title"),
            hiring_organization=board.name,
            description=record.pop("Description", None) or None,
            location=record.pop("Location", None) or None,
            date_posted=record.pop("DatePosted", None) or None,
            pay=record.pop("DisplaySalary", None) or None,
            employment_type=record.pop("VacancyType", None) or None,
            department=record.pop("Position", None) or None,
        )
