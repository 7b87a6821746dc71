"""The one door to the network. Every request of every spider leaves through it.

robots.txt, reservations, one request at a time and host with a delay, Crawl-delay, Retry-After,
back-off, public addresses, time and size: all of it is decided here, below Scrapy's middlewares and
settings, where no spider can switch it off.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response

from crawlers.addresses import check_address
from crawlers.refusal import Refused
from crawlers.replay import Recorder, Recording
from crawlers.robots import Rules, RulesCache, reserved_paths, rules_of

TIMEOUT = 30.0  # seconds for one answer, all of it
RETRIES = 2
BACK_OFF = 2.0  # seconds, doubled at each retry
LONGEST_PAUSE = 600.0  # seconds; a host that asks for more is left alone in this run
_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_TDM_META = re.compile(
    rb"""<meta\s[^>]{0,200}name=["']tdm-reservation["'][^>]{0,200}content=["']1["']""", re.IGNORECASE
)


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for, in either of its forms; None if it asks for nothing.

    >>> retry_after(b"120", datetime(2026, 11, 23, tzinfo=UTC))
    120.0
    >>> retry_after(b"Mon, 23 Nov 2026 00:01:00 GMT", datetime(2026, 11, 23, tzinfo=UTC))
    60.0
    """
    text = (value or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text[:9])
    with suppress(ValueError, TypeError):
        until = parsedate_to_datetime(text)
        return max(0.0, (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp())
    return None


class _Host:
    """A host's turn: who may ask, and when the next request may leave."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.next_request = 0.0
        self.delay = 0.0
        self.rules: asyncio.Task[Rules] | None = None


class Guest:
    """What all crawlers of a process know together: hosts, rules, the recording, the recorder.

    Args:
        delay: seconds between two requests to a host.
        loopback_allowed: for tests and drills against a server on this machine.
        replay: answer from this recording, without network, waiting or retries.
        recorder: keep every answer.
        rules_file: where robots answers are kept between runs.
    """

    def __init__(
        self,
        delay: float = 1.0,
        loopback_allowed: bool = False,
        replay: Recording | None = None,
        recorder: Recorder | None = None,
        rules_file: Path | None = None,
    ) -> None:
        self.delay = 0.0 if replay else delay
        self.loopback_allowed = loopback_allowed
        self.replay = replay
        self.recorder = recorder
        self.rules = RulesCache(None if replay else rules_file)
        self.hosts: dict[str, _Host] = {}

    def host(self, url: str) -> _Host:
        """Return the state of the URL's host."""
        name = urlsplit(url).netloc.lower()
        if name not in self.hosts:
            self.hosts[name] = _Host()
        return self.hosts[name]


class GuestHandler(BaseDownloadHandler):
    """The download handler of http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guest: Guest = crawler.settings["GUEST"] or Guest()
        self._network = None if self._guest.replay else HTTP11DownloadHandler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request that good manners allow.

        Raises:
            Refused: they do not.
        """
        check_address(request.url, self._guest.loopback_allowed)
        rules = await self._rules(request)
        rules.check(request.url)
        response = await self._ask(request)
        reserved = (response.headers.get("TDM-Reservation") or b"").strip() == b"1"
        if reserved or _TDM_META.search(response.body[:20_000]):
            raise Refused("tdm_reserved", f"{request.url} reserves text and data mining")
        return response

    async def close(self) -> None:
        """Close the connections."""
        if self._network:
            await self._network.close()

    async def _rules(self, request: Request) -> Rules:
        host = self._guest.host(request.url)
        if host.rules is None:
            parts = urlsplit(request.url)
            host.rules = asyncio.ensure_future(self._ask_rules(f"{parts.scheme}://{parts.netloc}", request, host))
        return await asyncio.shield(host.rules)

    async def _ask_rules(self, origin: str, request: Request, host: _Host) -> Rules:
        rules = self._guest.rules.get(origin, time.time())
        if rules is None:
            status, body, reason = await self._ask_plain(f"{origin}/robots.txt", request)
            rules = rules_of(time.time(), status, body, reason)
            if rules.robots is not None:
                status, body, _ = await self._ask_plain(f"{origin}/.well-known/tdmrep.json", request)
                if status == 200:
                    rules = rules._replace(reserved=reserved_paths(body))
            self._guest.rules.put(origin, rules)
        host.delay = 0.0 if self._guest.replay else max(self._guest.delay, rules.crawl_delay())
        return rules

    async def _ask_plain(self, url: str, request: Request) -> tuple[int | None, bytes, str]:
        """Return status, body and the reason of a failure, for the files that say what is allowed."""
        for _ in range(6):  # RFC 9309: at least five redirects
            try:
                check_address(url, self._guest.loopback_allowed)
                response = await self._ask(Request(url, headers=request.headers, meta=dict(request.meta)))
            except Exception as error:
                return None, b"", reason_of(error)
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                return response.status, response.body, ""
            url = urljoin(url, location.decode("latin-1"))
        return 404, b"", "too many redirects"

    async def _ask(self, request: Request) -> Response:
        """Ask in turn, and again where the host asks for patience."""
        if self._guest.replay:
            return self._record(request, self._guest.replay.answer(request))
        host = self._guest.host(request.url)
        for attempt in range(RETRIES + 1):
            pause = BACK_OFF * 2**attempt
            async with host.lock:
                await asyncio.sleep(max(0.0, host.next_request - time.monotonic()))
                try:
                    response = await self._send(request)
                except Refused:
                    raise
                except Exception as error:
                    if attempt == RETRIES or isinstance(error, CannotResolveHostError):
                        raise
                    response = None
                finally:
                    host.next_request = time.monotonic() + max(host.delay, self._guest.delay)
                if response is not None:
                    if response.status not in _AGAIN:
                        return self._record(request, response)
                    asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
                    pause = max(pause, asked or 0.0)
                    if pause > LONGEST_PAUSE:
                        raise Refused("rate_limited", f"{request.url} asks to wait {pause:.0f} s")
                    if attempt == RETRIES:
                        return self._record(request, response)
                host.next_request = time.monotonic() + pause
        raise AssertionError("the last attempt returns or raises")

    async def _send(self, request: Request) -> Response:
        assert self._network is not None
        request.meta["download_timeout"] = TIMEOUT
        for name in ("proxy", "bindaddress", "download_maxsize"):
            request.meta.pop(name, None)
        if self._guest.recorder:
            request.headers["Accept-Encoding"] = "identity"  # what is kept can be read
        async with asyncio.timeout(TIMEOUT + 5):
            return await self._network.download_request(request)

    def _record(self, request: Request, response: Response) -> Response:
        if self._guest.recorder:
            board: Any = request.meta.get("board")
            self._guest.recorder.write(request, response, board)
        return response


def reason_of(error: BaseException) -> str:
    """Return what went wrong in one line.

    >>> reason_of(TimeoutError())
    'TimeoutError'
    """
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
