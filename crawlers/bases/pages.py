"""The state of postings' own pages: when each was last read, and when it must be read again.

A list that has not changed proves nothing about the pages it leads to: a posting may be gone, or its pay may differ.
So every page is read again after some days. Pages that were read in the same night become due on different nights: each
up to half of those days early, none late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.obstacles import obstacle_of


class Page(NamedTuple):
    """The known state of a posting's own page.

    Attributes:
        read: the day of the last reading, as ``2026-11-23``; None if the page was never read.
        etag, last_modified: validators for a conditional request; None where the host sends none.
        gone: whether the page was gone on that day.
        tried: the day of a later attempt that failed; the next run reads the page, whatever its age.
    """

    read: str | None
    etag: str | None = None
    last_modified: str | None = None
    gone: bool = False
    tried: str | None = None

    def stored(self) -> list[str | bool | None]:
        """Return the page as a commit record stores it.

        >>> Page("2026-11-23").stored(), Page(None, tried="2026-11-24").stored()
        (['2026-11-23', None, None, False], [None, None, None, False, '2026-11-24'])
        """
        return list(self if self.tried else self[:4])


def pages_of(stored: dict[str, Any] | None) -> dict[str, Page]:
    """Return a board's pages by posting id, as a commit record and the dataset keep them.

    >>> pages_of({"7": ["2026-11-23", None, None, False]})
    {'7': Page(read='2026-11-23', etag=None, last_modified=None, gone=False, tried=None)}
    """
    return {name: Page(*fields) for name, fields in (stored or {}).items()}


def is_due(page: Page | None, posting_id: str, today: date, days: int) -> bool:
    """Tell whether a posting's page must be read again.

    A page is due when it was never read, when the last attempt failed, and when its last reading is `days` old, or
    up to half as many days younger. A reading in the future comes from a wrong clock and is ignored.

    >>> day = date(2026, 11, 23)
    >>> [is_due(page, "7", day, 7) for page in (None, Page(None), Page("2026-11-16"), Page("2026-11-20"))]
    [True, True, True, False]
    >>> [is_due(page, "7", day, 7) for page in (Page("2026-11-22", tried="2026-11-23"), Page("2035-01-01"))]
    [True, True]
    """
    if page is None or page.read is None or page.tried is not None:
        return True
    age = (today - date.fromisoformat(page.read)).days
    return age < 0 or age >= days - _early(f"{posting_id} {page.read}", days // 2)


def turn_of(page: Page | None, today: date) -> tuple[bool, str]:
    """Return the sort key of due pages: pages never requested come first, then those with the oldest attempt.

    >>> pages = {"a": Page("2026-11-02", tried="2026-11-22"), "b": Page("2026-11-16"), "c": None}
    >>> sorted(pages, key=lambda name: turn_of(pages[name], date(2026, 11, 23)))
    ['c', 'b', 'a']
    """
    last = (page and (page.tried or page.read)) or ""
    return bool(last), last if last <= today.isoformat() else ""


def _early(name: str, at_most: int) -> int:
    """Return by how many days a page is due early: spread evenly, and always the same for the same name."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") % (at_most + 1)


def page_address(url: str) -> str:
    """Return a page's address without its parameters.

    >>> page_address("https://acme.example/jobs/?page=2")
    'acme.example/jobs'
    """
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}"


def gone_sign(response: Response, list_pages: Collection[str], addresses: Collection[str]) -> str | None:
    """Return the sign in an answer's status or address that a posting's page is gone, None without a sign.

    A status counts unless the page is an obstacle. A redirect to the list counts if the list was sent: a page that
    links to other postings of the board, and not an obstacle at the list's address.

    Args:
        response: the answer.
        list_pages: the addresses of the board's list, made comparable by `page_address`.
        addresses: the addresses of the postings that the list showed.

    >>> gone_sign(Response("https://acme.example/jobs/7", status=410), [], [])
    'detail page is gone'
    """
    if response.status in (404, 410):  # the list is older than the page
        return None if obstacle_of(response) else "detail page is gone"
    asked = response.request.meta.get("redirect_urls") if response.request else None
    if not asked or page_address(response.url) not in list_pages or page_address(asked[0]) in list_pages:
        return None
    if response.status != 200 or obstacle_of(response):
        return None
    links = {response.urljoin(str(link["href"])).partition("#")[0] for link in page_of(response).select("a[href]")}
    return "detail page leads back to the list" if (links & set(addresses)) - set(asked) else None
