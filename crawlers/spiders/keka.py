"""Keka career sites, of employers in India."""

import re
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import text_of_answer
from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_LIST = re.compile(r"/careers/api/embedjobs/[\w-]+/active/[0-9a-fA-F-]{36}")
_KINDS = {1: "part-time", 2: "full-time"}
_PERIODS = {1: "hour", 3: "month", 4: "year"}


class KekaSpider(JsonApiSpider):
    """The postings of a career site, the whole board in one answer, whose address the site's page holds.

    Shape seen on one recorded posting without its tail; place, kind, pay and day as clients of 2026 read them
    (ever-jobs), not verified.
    """

    name = "keka"
    title = "Keka"
    verified = "one recorded posting; further fields as clients of 2026 read them, not verified"
    hosts = (r"([\w-]+)\.keka\.com/careers",)
    terms = "the employer's own career site"
    redistribution = "feed"
    robots = "Disallow: /, Allow: /careers (2026-07-31): the longer rule allows the list"
    first_url = "https://{board}.keka.com/careers/"
    ignored_fields = frozenset({"departmentIdentifier", "excerpt", "experience", "jobNumber"})

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Request the page that holds the address of the list, or the list where the registry states it."""
        request = self.first_request(run.board)
        yield self.ask(run, request, self.read_list if run.board.url else self.read_page)

    def read_page(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Request the list that the career site's page shows."""
        address = _LIST.search(text_of_answer(response))
        if address is None:
            raise BrokenAnswer("the career site's page holds no address of a list")
        yield self.ask(run, Request(response.urljoin(address[0])), self.read_list)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting."""
        posting_id = record.pop("id")
        pay = record.pop("salaryRange", None) or {}
        stated = {"min": pay.get("minimum"), "max": pay.get("maximum"), "currency": pay.get("currency")}
        places = [place for place in record.pop("jobLocations", None) or [] if place]
        return RawPosting(
            posting_id=posting_id,
            url=f"https://{board.board}.keka.com/careers/jobdetails/{posting_id}",
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("description", None),
            location=places or None,
            date_posted=record.pop("publishedOn", None),
            pay=stated | {"period": _PERIODS.get(pay.get("salaryPeriod") or 0)}
            if stated["min"] or stated["max"]
            else None,
            employment_type=_KINDS.get(record.pop("jobType", None) or 0),
            department=record.pop("departmentName", None),
            skills=record.pop("skillNames", None) or None,
        )
