"""Ways in which JSON lists are paged: how to ask for the next page, and what proves that no page is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from crawlers.answers.json_paths import maybe
from crawlers.bases.books import BoardRun


def with_parameter(request: Request, parameter: str, value: Any) -> Request:
    """Return a request with another value of a parameter, in its JSON body if the parameter is there, else in its URL.

    >>> with_parameter(Request("https://a.example/jobs?page=1"), "page", 2).url
    'https://a.example/jobs?page=2'
    >>> with_parameter(Request("https://a.example/jobs", method="POST", body='{"page": 1}'), "page", 2).body
    b'{"page": 2}'
    """
    if request.body:
        body = json.loads(request.body)
        if parameter in body:
            return request.replace(body=json.dumps({**body, parameter: value}))
    return request.replace(url=add_or_replace_parameter(request.url, parameter, str(value)))


class Paging:
    """A way in which a list is paged.

    Attributes:
        proof: the proof that the list was seen whole when there is no next page and no total.
    """

    proof: ClassVar[str] = "paging came to its end"

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the page after this one, None after the last.

        Args:
            response: the answer that held the page.
            page: the page as JSON.
            run: the books of the board; the records of this page are counted.
            shown: the number of records on this page.
        """
        raise NotImplementedError

    def names_next(self, page: Any) -> bool:
        """Tell whether a page itself names another one."""
        return False


class OnePage(Paging):
    """A list that is sent whole in one answer."""

    proof = "the whole board in one answer"

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return None: there is only one page."""
        return None


@dataclass(frozen=True)
class NextLink(Paging):
    """Pages that name the address of the next one.

    Attributes:
        key: dotted path to the address; the last page has none, or an empty one.
    """

    key: str

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the address that the page names, None where it names none."""
        address = maybe(page, self.key)
        return _request_of(response).replace(url=response.urljoin(str(address))) if address else None

    def names_next(self, page: Any) -> bool:
        """Tell whether the page names an address."""
        return bool(maybe(page, self.key))


@dataclass(frozen=True)
class Cursor(Paging):
    """Pages that hold a token for the next one.

    Attributes:
        key: dotted path to the token; the last page has none, or an empty one.
        parameter: the parameter that takes the token.
    """

    key: str
    parameter: str

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request with the page's token, None where the page has none."""
        token = maybe(page, self.key)
        return with_parameter(_request_of(response), self.parameter, token) if token else None

    def names_next(self, page: Any) -> bool:
        """Tell whether the page holds a token."""
        return bool(maybe(page, self.key))


@dataclass(frozen=True)
class Offset(Paging):
    """Pages that are requested by the number of records before them.

    Attributes:
        parameter: the parameter that takes the number.
        size: records on a full page; a page with fewer is the last of a list without a total. None where any page may
            have fewer, so that the list ends with an empty page or its total.
    """

    parameter: str
    size: int | None = None

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the records after those read so far, None after a page that is not full."""
        if run.total is None and self.size and shown < self.size:
            return None
        return self.request_at(_request_of(response), run.records)

    def request_at(self, request: Request, offset: int) -> Request:
        """Return the request for the page after so many records."""
        return with_parameter(request, self.parameter, offset)


@dataclass(frozen=True)
class PageNumber(Paging):
    """Pages that are requested by their number.

    Attributes:
        parameter: the parameter that takes the number.
        first: the number of the first page.
        size: as for `Offset`.
        pages_key: dotted path to the number of pages.
    """

    parameter: str
    first: int = 0
    size: int | None = None
    pages_key: str | None = None

    def next_request(self, response: Response, page: Any, run: BoardRun, shown: int) -> Request | None:
        """Return the request for the next number, None after the last page or one that is not full."""
        pages = maybe(page, self.pages_key) if self.pages_key else None
        if pages is not None and run.pages >= int(pages):
            return None
        if pages is None and run.total is None and self.size and shown < self.size:
            return None
        return self.request_at(_request_of(response), self.first + run.pages)

    def request_at(self, request: Request, number: int) -> Request:
        """Return the request for the page with this number."""
        return with_parameter(request, self.parameter, number)


def _request_of(response: Response) -> Request:
    assert response.request is not None
    return response.request
