"""Fetching of a few pages outside a crawl, through the same polite downloader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, NamedTuple

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.boards.detect import Offer, board_of, careers_link, look, recognise
from crawlers.contract.board import Board
from crawlers.politeness.addresses import check_address
from crawlers.politeness.downloader import PoliteDownloader
from crawlers.politeness.refusals import Refused, reason_of
from crawlers.politeness.session import settings_for
from crawlers.settings import stand_in

Fetched = dict[str, Response | str]
Follow = Callable[[Response], str | None]
"""Returns the address of the page to fetch in place of a page, None if the page itself is wanted."""


class _Fetch(Spider):
    name = "fetch"

    def __init__(
        self, addresses: Sequence[str] = (), fetched: Fetched | None = None, follow: Follow | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.addresses = addresses
        self.fetched: Fetched = {} if fetched is None else fetched
        self.follow = follow

    async def start(self) -> AsyncIterator[Any]:
        for address in self.addresses:
            meta = {"address": address}
            yield Request(address, self.keep, errback=self.excuse, meta=meta, dont_filter=True)

    def keep(self, response: Response) -> Iterator[Request]:
        address = response.meta["address"]
        if not 200 <= response.status < 300:
            self.fetched.setdefault(address, f"status {response.status}")
            return
        first = address not in self.fetched
        self.fetched[address] = response
        if first and self.follow and (onward := self.follow(response)):
            yield Request(onward, self.keep, errback=self.excuse, meta={"address": address}, dont_filter=True)

    def excuse(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        error = failure.value
        assert error is not None
        reason = str(error) if isinstance(error, Refused) else reason_of(error)
        self.fetched.setdefault(request.meta["address"], reason)


def fetch(addresses: Sequence[str], follow: Follow | None = None) -> Fetched:
    """Return for each address its page, or one line that says why there is none. A process can call this only once.

    Args:
        follow: names the page to fetch in place of a fetched page; if that page cannot be read, the first is kept.

    Raises:
        ValueError: the environment sets a proxy.
    """
    fetched: Fetched = {}
    addresses = [address for address in addresses if not _malformed(address, fetched)]
    if not addresses:
        return fetched
    process = AsyncCrawlerProcess(settings_for(PoliteDownloader(stand_in=stand_in())))
    process.crawl(_Fetch, addresses=list(addresses), fetched=fetched, follow=follow)
    process.start()
    return fetched


def _malformed(address: str, fetched: Fetched) -> bool:
    try:
        Request(address)
        check_address(address, loopback_allowed=False)
    except (ValueError, Refused) as error:
        fetched[address] = f"not a valid address: {error}" if isinstance(error, ValueError) else str(error)
    return address in fetched


class Look(NamedTuple):
    """The result of a look at an address: the board, the offer of its page, or the reason why nothing was found."""

    board: Board | None = None
    offer: Offer | None = None
    reason: str = ""


def find(addresses: Sequence[str], follow: bool = False) -> dict[str, Look]:
    """Return the board behind each address; a page is fetched, once, only if its host is unknown.

    Args:
        follow: also fetch the careers page to which a home page without a board links.
    """
    looks = {address: Look(recognise(address)) for address in addresses}
    unknown = [address for address, look in looks.items() if look.board is None]
    for address, page in (fetch_pages(unknown, _onward if follow else None) if unknown else {}).items():
        board = page if isinstance(page, str) else board_of(page)
        reason = board if isinstance(board, str) else "the page has no known board and no JobPosting as JSON-LD"
        looks[address] = Look(None if isinstance(board, str) else board, reason=reason)
    return looks


def probe(address: str) -> Look:
    """Return the offer of the page at an address, and the board behind it."""
    page = fetch_pages([address])[address]
    if isinstance(page, str):
        return Look(recognise(address), reason=page)
    return Look(board_of(page), look(page))


def _onward(response: Response) -> str | None:
    """Return the address of the careers page that a page without a board links to."""
    return None if board_of(response) else careers_link(response)


def fetch_pages(addresses: Sequence[str], follow: Follow | None = None) -> Fetched:
    """Fetch pages by addresses as people write them, with or without https://."""
    written = {address: address if "://" in address else f"https://{address}" for address in addresses}
    fetched = fetch(list(written.values()), follow)
    return {address: fetched[url] for address, url in written.items()}
