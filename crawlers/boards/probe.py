"""Fetching of a few pages outside a crawl, through the same polite downloader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.boards.detect import Offer, board_of, look, recognise
from crawlers.contract.board import Board
from crawlers.politeness.addresses import check_address
from crawlers.politeness.downloader import PoliteDownloader
from crawlers.politeness.refusals import Refused, reason_of
from crawlers.politeness.session import settings_for
from crawlers.settings import stand_in

Fetched = dict[str, Response | str]


class _Fetch(Spider):
    name = "fetch"

    def __init__(self, addresses: Sequence[str] = (), fetched: Fetched | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses = addresses
        self.fetched: Fetched = {} if fetched is None else fetched

    async def start(self) -> AsyncIterator[Any]:
        for address in self.addresses:
            meta = {"address": address}
            yield Request(address, self.keep, errback=self.excuse, meta=meta, dont_filter=True)

    def keep(self, response: Response) -> None:
        good = 200 <= response.status < 300
        self.fetched[response.meta["address"]] = response if good else f"status {response.status}"

    def excuse(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        error = failure.value
        assert error is not None
        self.fetched[request.meta["address"]] = str(error) if isinstance(error, Refused) else reason_of(error)


def fetch(addresses: Sequence[str]) -> Fetched:
    """Return for each address its page, or one line that says why there is none. A process can call this only once.

    Raises:
        ValueError: the environment sets a proxy.
    """
    fetched: Fetched = {}
    addresses = [address for address in addresses if not _malformed(address, fetched)]
    if not addresses:
        return fetched
    process = AsyncCrawlerProcess(settings_for(PoliteDownloader(stand_in=stand_in())))
    process.crawl(_Fetch, addresses=list(addresses), fetched=fetched)
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


def find(addresses: Sequence[str]) -> dict[str, Look]:
    """Return the board behind each address; a page is fetched, once, only if its host is unknown."""
    looks = {address: Look(recognise(address)) for address in addresses}
    unknown = [address for address, look in looks.items() if look.board is None]
    for address, page in (fetch_pages(unknown) if unknown else {}).items():
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


def fetch_pages(addresses: Sequence[str]) -> Fetched:
    """Fetch pages by addresses as people write them, with or without https://."""
    written = {address: address if "://" in address else f"https://{address}" for address in addresses}
    fetched = fetch(list(written.values()))
    return {address: fetched[url] for address, url in written.items()}
