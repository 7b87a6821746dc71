"""Boards that answer in JSON: whole, or page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import attrs
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from crawlers.answers.decoding import json_of
from crawlers.answers.odd_fields import read_leniently
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, readable_id

MAX_PAGES = 2000
_MORE = ("moreDataAvailable", "hasMore", "has_more", "hasNextPage", "hasNext", "has_next")


def at(record: Any, path: str) -> Any:
    """Return what lies at a dotted path; "" is the record itself. A missing key raises KeyError.

    >>> at({"hits": {"total": {"value": 2}}}, "hits.total.value")
    2
    """
    for key in path.split(".") if path else ():
        if isinstance(record, list) and key.isdigit() and int(key) < len(record):
            record = record[int(key)]
        elif isinstance(record, dict):
            record = record[key]
        else:
            raise KeyError(key)
    return record


def whole_number(value: Any) -> int | None:
    """Return a count that a source states as a number or as text; None if it is no count.

    >>> [whole_number(value) for value in (40, "40", "1,234", 40.0, "many", -1, True, None)]
    [40, 40, 1234, 40, None, None, None, None]
    """
    if isinstance(value, str):
        digits = re.sub(r"(?<=[0-9])[\s.,'\u00a0\u202f](?=[0-9]{3}(?![0-9]))", "", value.strip())
        return int(digits) if digits.isdecimal() and digits.isascii() else None
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and value == value // 1
    return int(value) if whole else None


def maybe(record: Any, path: str) -> Any:
    """Return what lies at a dotted path, None if nothing does.

    >>> maybe({"company": None}, "company.name") is None
    True
    """
    try:
        return at(record, path)
    except KeyError:
        return None


def required(record: Any, path: str) -> Any:
    """Return what lies at a dotted path of a posting's own record.

    Raises:
        BrokenAnswer: nothing lies there, so that the answer is not the record that was asked for.

    >>> required({"error": "x"}, "job.text")
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: no 'job.text' in the posting's record
    """
    try:
        return at(record, path)
    except KeyError:
        raise BrokenAnswer(f"no {path!r} in the posting's record") from None


def _fault_of(page: Any, paging: str | None) -> str | None:
    """Return what an answer says of itself that makes its list no proof: an error beside it, or that there is more."""
    if not isinstance(page, dict):
        return None
    if page.get("success") is False or any(page.get(name) for name in ("error", "errors")):
        return "the answer states an error beside its list"
    if paging is None and any(page.get(name) is True for name in _MORE):
        return "the answer says that there is more"
    return None


class JsonApiSpider(BoardSpider):
    """A board that answers in JSON.

    To use, name the keys and write `parse_posting()`. How the board shows that nothing is missing
    is one of: an advertised total (`total_key`), the natural end of its paging, or, where there is
    neither, that the source sends the whole board in one answer.

    Attributes:
        postings_key: dotted path to the records; "" for a bare array.
        total_key: dotted path to the advertised total; an answer without it is not seen whole.
        total_is_optional: boards of the source's other shape state no total.
        paging: None (one answer), ``next_url`` (the answer names the next page), ``offset`` or ``page``
            (a parameter, in the URL or in the JSON body that was sent).
        next_key: for ``next_url``: dotted path to the address, or to a token where `token_parameter` is set.
        token_parameter: the parameter that takes the token.
        parameter: for ``offset`` and ``page``: its name; may be a dotted path in a JSON body.
        first: the number of the first page or offset.
        page_size: records on a full page; None where pages may be of any size.
        pages_key: dotted path to the number of pages, for ``page``.
        cap: what the source shows at most, however many there are.
        total_on_first_page_only: later pages state no total, or a wrong one.
        id_key: dotted path to a record's id.
        detail_ids: dotted paths to the ids, or addresses that end with one, in a posting's own record; one that
            states only others proves nothing.
    """

    postings_key: str = ""
    total_key: str | None = None
    total_is_optional: bool = False
    paging: str | None = None
    next_key: str = ""
    token_parameter: str | None = None
    parameter: str = ""
    first: int = 0
    page_size: int | None = None
    pages_key: str | None = None
    cap: int | None = None
    total_on_first_page_only: bool = False
    id_key: str = "id"
    detail_ids: tuple[str, ...] = ()

    def record_id(self, record: Any) -> str | None:
        """Return the record's id as text, None where it has none."""
        return readable_id(maybe(record, self.id_key))

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page, decide whether the board was seen whole, or ask for the next page."""
        page = self.read_json(response)
        records = self.records(page)
        before = run.counted
        taken = self.take(records, run)
        if run.pages == 1 or not self.total_on_first_page_only:
            total = whole_number(maybe(page, self.total_key)) if self.total_key else None
            if run.pages > 1 and total is not None and run.total is not None and total != run.total:
                yield from self.again(run, f"the total changed from {run.total} to {total} while paging")
                return
            run.total = run.total if total is None else total
        if fault := _fault_of(page, self.paging):
            run.cut(f"{response.url}: {fault}")
        if self.total_key and run.total is None and not self.total_is_optional:
            run.cut(f"{response.url}: the answer states no total")
        elif self.cap is not None and run.records >= self.cap:
            run.cut(f"the source shows {self.cap} postings at most")
        elif (ended := self.met_total(run)) is not None:
            yield from ended
        elif run.pages > 1 and taken and run.counted == before:
            yield from self.again(run, "paging goes in circles: a page repeats what was shown")
        elif run.pages >= MAX_PAGES:
            run.cut(f"paging does not end within {MAX_PAGES} pages")
        elif (records or not self.paging) and (request := self.next_request(response, page, run, len(records))):
            yield self.ask(run, request, self.read_list)
        elif not records and self.paging == "next_url" and maybe(page, self.next_key):
            run.cut("a page without postings names a next one")
        elif run.total is not None:
            run.cut(f"{run.counted} of {run.total} postings were shown")
        else:
            yield from self.seen_whole(
                run, "paging came to its end" if self.paging else "the whole board in one answer"
            )

    def read_json(self, response: Response) -> Any:
        """Return the answer's JSON; anything else is a broken answer."""
        return json_of(response)

    def records(self, page: Any) -> list[Any]:
        """Return a page's records."""
        try:
            records = at(page, self.postings_key)
        except KeyError:
            raise BrokenAnswer(f"no {self.postings_key!r} in the answer") from None
        if not isinstance(records, list):
            raise BrokenAnswer(f"{self.postings_key or 'the answer'} is no list")
        return records

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the page after this one, None at the end."""
        request = response.request
        assert request is not None
        if self.paging == "next_url":
            following = maybe(page, self.next_key)
            if not following:
                return None
            if self.token_parameter:
                return self._with(request, self.token_parameter, following)
            return request.replace(url=response.urljoin(self.filled(str(following))))
        if self.paging == "offset":
            if run.total is None and self.page_size and shown < self.page_size:
                return None
            return self._with(request, self.parameter, self.first + run.records)
        if self.paging == "page":
            pages = maybe(page, self.pages_key) if self.pages_key else None
            if pages is not None and run.pages >= int(pages):
                return None
            if pages is None and run.total is None and self.page_size and shown < self.page_size:
                return None
            return self._with(request, self.parameter, self.first + run.pages)
        return None

    def _with(self, request: Request, parameter: str, value: Any) -> Request:
        """Return the request with another value of a parameter, in its JSON body or its URL."""
        if request.body:
            body = json.loads(request.body)
            if parameter in body:
                return request.replace(body=json.dumps({**body, parameter: value}))
        return request.replace(url=add_or_replace_parameter(request.url, parameter, str(value)))

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Read a posting's own page in JSON; a part of odd shape adds nothing."""
        page = self.read_json(response)
        if not isinstance(page, dict):
            raise BrokenAnswer("the posting's record is not a JSON object")
        if _fault_of(page, "its own"):
            raise BrokenAnswer("the posting's record states an error")
        stated = [str(said) for path in self.detail_ids if (said := maybe(page, path)) is not None]
        asked = f"{posting.posting_id} {unquote(response.url)}"
        if stated and not any(_names(asked, said) for said in stated):
            raise BrokenAnswer(f"the record is that of another posting, {stated[0][:60]!r}")
        return read_leniently(lambda record: self.parse_detail(record, attrs.evolve(posting), board), page)

    def parse_detail(self, record: Any, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with what its own record adds, None if it says that the posting is gone."""
        raise NotImplementedError


def _names(asked: str, stated: str) -> bool:
    """Tell whether the id that a record states stands in the id or address that was asked for.

    >>> _names("/job/Ulm/Fern-Intern_R-7-1", "R-7"), _names("/job/Ulm/Fern-Intern_R-77", "R-7"), _names("7", "8")
    (True, False, False)
    """
    last = re.escape(stated.strip().rstrip("/").rpartition("/")[2] if "://" in stated else stated.strip())
    return re.search(rf"(?<![^\W_]){last}(?![^\W_])", asked, re.IGNORECASE) is not None
