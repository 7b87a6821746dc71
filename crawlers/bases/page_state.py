"""The base of spiders for pages that hold their list as JSON in a script: the state with which the page is drawn."""

from __future__ import annotations

import json
import re
from typing import Any

from scrapy.http import Response

from crawlers.answers.decoding import text_of_answer
from crawlers.answers.own_posting import reject_other_posting
from crawlers.answers.statements import add_stated, own_statement
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_DECODER = json.JSONDecoder()


class PageStateSpider(JsonApiSpider):
    """A board of pages with their list as JSON, and a page with JSON-LD for each posting.

    Attributes:
        state: pattern of the words right before the JSON, such as ``window.pageData = ``.
    """

    state: str = ""

    def read_json(self, response: Response) -> Any:
        """Return the JSON of a page; its end is found by reading it, because texts may hold any sign."""
        text = text_of_answer(response)
        start = re.search(self.state, text)
        if start is None:
            raise BrokenAnswer("the page has no list of postings")
        try:
            return _DECODER.raw_decode(text, start.end())[0]
        except ValueError as error:
            raise BrokenAnswer(f"the page's list is not JSON: {error}") from None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Add the values of the posting's own page."""
        if stated := own_statement(posting, response):
            return add_stated(posting, stated)
        reject_other_posting(response, posting)
        raise BrokenAnswer("the posting's page has no JobPosting as JSON-LD")
