"""The base of spiders for boards that answer in JSON: whole, or page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import attrs
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import json_of
from crawlers.answers.json_paths import at, maybe, whole_number
from crawlers.answers.odd_fields import read_leniently
from crawlers.bases.books import BoardRun
from crawlers.bases.paging import OnePage, Paging
from crawlers.bases.spider import BoardSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, readable_id

MAX_PAGES = 2000
_MORE = ("moreDataAvailable", "hasMore", "has_more", "hasNextPage", "hasNext", "has_next")


def _fault_of(page: Any, is_one_page: bool) -> str | None:
    """Return the reason why an answer's own words make its list incomplete: an error, or that there is more."""
    if not isinstance(page, dict):
        return None
    if page.get("success") is False or any(page.get(name) for name in ("error", "errors")):
        return "the answer states an error next to its list"
    if is_one_page and any(page.get(name) is True for name in _MORE):
        return "the answer says that there are more postings"
    return None


class JsonApiSpider(BoardSpider):
    """A board that answers in JSON.

    To use, name the keys, state how the list is paged, and write `parse_posting()`. One of these proves that the list
    was seen whole: an advertised total (`total_key`), the end of its paging, or, without both, that the source sends
    the whole board in one answer.

    Attributes:
        postings_key: dotted path to the records; "" for a bare array.
        total_key: dotted path to the advertised total; a list without it is incomplete.
        total_is_optional: whether some boards of the source state no total.
        paging: how the list is paged, an object from `crawlers.bases.paging`.
        cap: the number of postings that the source shows at most.
        total_on_first_page_only: whether later pages state no total, or a wrong one.
        id_key: dotted path to a record's id.
        detail_ids: dotted paths to the ids in a posting's own record, or to addresses that end with an id. A record
            with only other ids is that of another posting and proves nothing.
    """

    postings_key: str = ""
    total_key: str | None = None
    total_is_optional: bool = False
    paging: Paging = OnePage()
    cap: int | None = None
    total_on_first_page_only: bool = False
    id_key: str = "id"
    detail_ids: tuple[str, ...] = ()

    def record_id(self, record: Any) -> str | None:
        """Return the record's id as text, None without a readable id."""
        return readable_id(maybe(record, self.id_key))

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page, then request the next page or decide whether the list was seen whole."""
        page = self.read_json(response)
        records = self.records(page)
        before = run.counted
        taken = self.take(records, run)
        if run.pages == 1 or not self.total_on_first_page_only:
            total = whole_number(maybe(page, self.total_key)) if self.total_key else None
            if run.pages > 1 and total is not None and run.total is not None and total != run.total:
                yield from self.read_again(run, f"the total changed from {run.total} to {total} while paging")
                return
            run.total = run.total if total is None else total
        if fault := _fault_of(page, isinstance(self.paging, OnePage)):
            run.mark_incomplete(f"{response.url}: {fault}")
        if self.total_key and run.total is None and not self.total_is_optional:
            run.mark_incomplete(f"{response.url}: the answer states no total")
        elif self.cap is not None and run.records >= self.cap:
            run.mark_incomplete(f"the source shows {self.cap} postings at most")
        elif (ended := self.met_total(run)) is not None:
            yield from ended
        elif run.pages > 1 and taken and run.counted == before:
            yield from self.read_again(run, "paging goes in circles: a page repeats the postings of earlier pages")
        elif run.pages >= MAX_PAGES:
            run.mark_incomplete(f"paging does not end within {MAX_PAGES} pages")
        elif records and (request := self.next_request(response, page, run, len(records))):
            yield self.ask(run, request, self.read_list)
        elif not records and self.paging.names_next(page):
            run.mark_incomplete("a page without postings links to a next page")
        elif run.total is not None:
            run.mark_incomplete(f"{run.counted} of {run.total} postings were shown")
        else:
            yield from self.seen_whole(run, self.paging.proof)

    def read_json(self, response: Response) -> Any:
        """Return the answer's JSON; an answer that is not JSON is broken."""
        return json_of(response)

    def records(self, page: Any) -> list[Any]:
        """Return a page's records."""
        try:
            records = at(page, self.postings_key)
        except KeyError:
            raise BrokenAnswer(f"the answer has no {self.postings_key!r}") from None
        if not isinstance(records, list):
            raise BrokenAnswer(f"{self.postings_key or 'the answer'} is not a list")
        return records

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the page after this one, None after the last; see `Paging.next_request`."""
        request = self.paging.next_request(response, page, run, shown)
        return request and request.replace(url=self.filled(request.url))

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read a posting's own record; a part of odd shape adds nothing."""
        page = self.read_json(response)
        if not isinstance(page, dict):
            raise BrokenAnswer("the posting's record is not a JSON object")
        if _fault_of(page, is_one_page=False):
            raise BrokenAnswer("the posting's record states an error")
        stated = [str(identity) for path in self.detail_ids if (identity := maybe(page, path)) is not None]
        asked = f"{posting.posting_id} {unquote(response.url)}"
        if stated and not any(_names(asked, identity) for identity in stated):
            raise BrokenAnswer(f"the record is that of another posting, {stated[0][:60]!r}")
        return read_leniently(lambda record: self.parse_detail(record, attrs.evolve(posting), board), page)

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with the values of its own record, None if the record says that the posting is gone."""
        raise NotImplementedError


def _names(asked: str, stated: str) -> bool:
    """Tell whether the id that a record states occurs in the requested id or address.

    >>> _names("/job/Ulm/Fern-Intern_R-7-1", "R-7"), _names("/job/Ulm/Fern-Intern_R-77", "R-7"), _names("7", "8")
    (True, False, False)
    """
    last = re.escape(stated.strip().rstrip("/").rpartition("/")[2] if "://" in stated else stated.strip())
    return re.search(rf"(?<![^\W_]){last}(?![^\W_])", asked, re.IGNORECASE) is not None
