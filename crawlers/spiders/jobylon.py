"""Jobylon, career pages of Nordic employers."""

import json
import re
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import text_of_answer
from crawlers.answers.statements import add_stated, stated_of
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_JOBS = re.compile(r"JBL\.embed_v2\['jobs'\]\s*=\s*(?=\[)")
_WORD = re.compile(r"'([^']*)'|\b([a-z_]+)(?=:)|,(?=\s*[\]}])")


def as_json(literal: str) -> str:
    r"""Return a text that begins with a JavaScript literal, with this literal as JSON.

    The rest of the text may become invalid. Strings of the literal must not hold unescaped quotes.

    >>> as_json(r"[{id: '7', title: 'McDonald\u0027s', places: ['Lund',], internal: false,},]")
    '[{"id": "7", "title": "McDonald\\u0027s", "places": ["Lund"], "internal": false}]'
    """

    def word(token: re.Match[str]) -> str:
        return f'"{token[1] or token[2] or ""}"' if token[0] != "," else ""

    return _WORD.sub(word, literal)


class JobylonSpider(JsonApiSpider):
    """The widget that employers embed, every posting in one answer as a JavaScript literal, and a page for each.

    Seen on a recorded widget of April 2026 with 125 postings; the vendor documents no public interface. According
    to a public client (colophon-group/jobseek), a posting's own page states a JobPosting; not verified.
    """

    name = "jobylon"
    title = "Jobylon"
    verified = "recorded widget of April 2026; postings' pages as a public client reads them (jobseek), not verified"
    hosts = (
        r"cdn\.jobylon\.com/jobs/companies/([0-9]+)/embed",
        (r"cdn\.jobylon\.com/jobs/(company-groups/[0-9]+)/embed", "https://cdn.jobylon.com/jobs/{board}/embed/v2/"),
    )
    board_pattern = r"(?:company-groups/)?[0-9]+"
    terms = "the employer's own career page"
    redistribution = "feed"
    first_url = "https://cdn.jobylon.com/jobs/companies/{board}/embed/v2/?page_size=1000"
    cap = 1000
    ignored_fields = frozenset(
        "company_id logo klass layers experience summary is_internal locations_text departments".split()
    )

    def read_json(self, response: Response) -> Any:
        """Return the postings in the widget's script."""
        if not (start := _JOBS.search(text := text_of_answer(response))):
            raise BrokenAnswer("no list of postings in the widget")
        try:
            return json.JSONDecoder().raw_decode(as_json(text[start.end() :]))[0]
        except ValueError as error:
            raise BrokenAnswer(f"the widget's list cannot be read: {error}") from None

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        places = record.pop("locations", None) or record.get("locations_text")
        return RawPosting(
            posting_id=record.pop("id"),
            url=f"https://emp.jobylon.com{record.pop('url')}",
            title=record.pop("title"),
            hiring_organization=record.pop("company", None) or board.name,
            location=places or None,
            date_posted=record.pop("published_date", None),
            valid_through=record.pop("to_date", None) or None,
            remote=record.pop("workspace", None),
            employment_type=record.pop("employment_type", None),
            department=record.pop("function", None),
            language=record.pop("language", None),
        )

    def detail_request(self, posting: RawPosting, board: Board) -> Request:
        """Request the posting's page."""
        return Request(posting.url)

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the JobPosting of the page."""
        return add_stated(posting, stated_of(posting, response))
