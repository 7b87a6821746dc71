"""The downloader that every request of every spider passes.

It enforces robots.txt, reservations, one request at a time per host with a delay, Crawl-delay, Retry-After, back-off,
public addresses, and limits of time and size. It works below Scrapy's middlewares and settings, where a spider cannot
switch it off.
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
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawlers.contract.verdict import Verdict
from crawlers.politeness.addresses import PublicResolver, check_address
from crawlers.politeness.decompress import TooLarge, unpacked
from crawlers.politeness.refusals import Refused, reason_of
from crawlers.politeness.robots import Rules, RulesCache, reserved_paths, rules_of
from crawlers.replay.recordings import NotRecorded, Recorder, Recording

TIMEOUT = 30.0  # seconds for one whole answer
MAX_BYTES = 50 * 1024 * 1024  # size limit of an answer, as sent and as unpacked
RETRIES = 2
BACK_OFF = 2.0  # seconds, doubled at each retry
PATIENCE = 6  # failures in a row after which a run skips a host; a timeout counts twice
LONGEST_PAUSE = 600.0  # seconds; a run skips a host that asks for a longer pause
_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_NOT_REACHED = (CannotResolveHostError, DownloadConnectionRefusedError)
_META = re.compile(rb"<meta\s[^>]{0,400}>", re.IGNORECASE)
_RESERVED = re.compile(rb"""\scontent\s{0,9}=\s{0,9}["']?1\b""", re.IGNORECASE)
# Values that Scrapy lets a request or a spider set; they are removed here.
_OWN_META = ("proxy", "bindaddress", "download_warnsize")
_OWN_HEADERS = ("Proxy-Authorization", "Cookie")


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait, in either of its forms; None without a valid one.

    >>> retry_after(b"120", datetime(2026, 11, 23, tzinfo=UTC))
    120.0
    >>> retry_after(b"Mon, 23 Nov 2026 00:01:00 GMT", datetime(2026, 11, 23, tzinfo=UTC))
    60.0
    """
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    with suppress(ValueError, TypeError):
        until = parsedate_to_datetime(text)
        return max(0.0, (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp())
    return None


def reserves(response: Response) -> bool:
    """Tell whether an answer reserves text and data mining, in its header or in the head of its page."""
    if (response.headers.get("TDM-Reservation") or b"").strip() == b"1":
        return True
    head = response.body[:20_000]
    if b"tdm-reservation" not in head.lower():
        return False
    return any(b"tdm-reservation" in tag.lower() and _RESERVED.search(tag) for tag in _META.findall(head))


class _Host:
    """The state of a host: whose turn it is, and when the next request may be sent.

    Attributes:
        rules: by scheme, the task that fetches the host's rules.
        failures: how often in a row the host gave no usable answer.
        closed: why the host is skipped for the rest of the run; None while it is not.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.next_request = 0.0
        self.delay = 0.0
        self.rules: dict[str, asyncio.Task[Rules]] = {}
        self.failures = 0
        self.closed: Refused | None = None

    def pause(self, seconds: float) -> None:
        """Send no request to the host for so many seconds."""
        self.next_request = max(self.next_request, time.monotonic() + seconds)

    def failed(self, verdict: Verdict, reason: str, weight: int = 1) -> None:
        """Note that the host gave no usable answer; after several in a row it is skipped."""
        self.failures += weight
        if self.failures >= PATIENCE:
            self.closed = Refused(verdict, f"the host is skipped for the rest of the run: {reason}")


class PoliteDownloader:
    """The state that all crawlers of a process share: hosts, their rules, the recording and the recorder.

    Args:
        delay: seconds between two requests to a host.
        loopback_allowed: whether this machine may be requested, for tests and drills.
        replay: the recording to answer from, without network, waiting or retries.
        recorder: the recorder that stores every answer.
        rules_file: the file that keeps the rules of hosts between runs.
        stand_in: the origin of a server on this machine that answers in place of every host, for drills.
    """

    def __init__(
        self,
        delay: float = 1.0,
        loopback_allowed: bool = False,
        replay: Recording | None = None,
        recorder: Recorder | None = None,
        rules_file: Path | None = None,
        stand_in: str | None = None,
    ) -> None:
        self.delay = 0.0 if replay else delay
        self.loopback_allowed = loopback_allowed
        self.replay = replay
        self.recorder = recorder
        self.stand_in = stand_in
        self.rules = RulesCache(None if replay or stand_in else rules_file)
        self.hosts: dict[str, _Host] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> PoliteDownloader:
        """Return the same object: every crawler copies its settings, but all share one downloader."""
        return self

    def host(self, url: str) -> _Host:
        """Return the state of a URL's host, which does not depend on the rest of the URL."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        name = f"{(parts.hostname or '').rstrip('.')}:{port}"
        if name not in self.hosts:
            self.hosts[name] = _Host()
        return self.hosts[name]


class PoliteDownloadHandler(BaseDownloadHandler):
    """The download handler of http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._downloader: PoliteDownloader = crawler.settings["POLITE_DOWNLOADER"] or PoliteDownloader()
        self._user_agent = str(crawler.settings["USER_AGENT"])
        self._network = None
        if not self._downloader.replay:
            # Here, because the import takes a tenth of a second, which a replay does not need.
            from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

            self._network = HTTP11DownloadHandler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request.

        Raises:
            Refused: the request is not allowed, or its answer must not be used.
        """
        check_address(request.url, self._downloader.loopback_allowed)
        rules = await self._rules(request)
        rules.check(request.url)
        response = await self._ask(request)
        if reserves(response):
            raise Refused(Verdict.TDM_RESERVED, f"{request.url} reserves text and data mining")
        return response

    async def close(self) -> None:
        """Close the connections."""
        if self._network:
            await self._network.close()

    async def _rules(self, request: Request) -> Rules:
        host = self._downloader.host(request.url)
        scheme, _, after_scheme = request.url.partition("://")
        asked = host.rules.get(scheme)
        if asked is None:
            origin = f"{scheme}://{after_scheme.partition('/')[0].rpartition('@')[2]}"
            asked = host.rules[scheme] = asyncio.ensure_future(self._ask_rules(origin, request, host))
        return asked.result() if asked.done() else await asyncio.shield(asked)

    async def _ask_rules(self, origin: str, request: Request, host: _Host) -> Rules:
        rules = self._downloader.rules.get(origin, time.time())
        if rules is None:
            status, body, reason = await self._ask_plain(f"{origin}/robots.txt", request, RETRIES)
            rules = rules_of(time.time(), status, body, reason)
            self._slow_down(host, rules)
            if rules.robots is not None:
                status, body, _ = await self._ask_plain(f"{origin}/.well-known/tdmrep.json", request, 0)
                if status == 200:
                    rules = rules._replace(reserved=reserved_paths(body))
            self._downloader.rules.put(origin, rules)
        self._slow_down(host, rules)
        return rules

    def _slow_down(self, host: _Host, rules: Rules) -> None:
        if not self._downloader.replay:
            host.delay = max(host.delay, self._downloader.delay, rules.crawl_delay())
            host.pause(host.delay)

    async def _ask_plain(self, url: str, request: Request, retries: int) -> tuple[int | None, bytes, str]:
        """Return status, body and the reason of a failure, for the files that state a host's rules."""
        for moved in range(6):  # RFC 9309: at least five redirects
            try:
                check_address(url, self._downloader.loopback_allowed)
                board = request.meta.get("board")
                response = await self._ask(Request(url, meta={"board": board}), retries, once=DownloadTimeoutError)
            except Exception as error:
                if isinstance(error, Refused) and (
                    error.verdict is Verdict.INTERRUPTED or (error.verdict is Verdict.BLOCKED and not moved)
                ):
                    raise
                return None, b"", reason_of(error)
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                return response.status, response.body, ""
            try:
                url = urljoin(url, location.decode("latin-1"))
            except ValueError as error:
                return None, b"", f"{url} redirects to an invalid address: {error}"
        return 404, b"", "too many redirects"

    async def _ask(self, request: Request, retries: int = RETRIES, once: type[Exception] | tuple[()] = ()) -> Response:
        """Send a request in its turn, and retry it where that may help; errors of the type `once` are not retried."""
        if self._downloader.replay:
            try:
                return self._record(request, self._downloader.replay.answer(request))
            except NotRecorded as error:
                raise Refused(Verdict.TIMEOUT, str(error)) from None
        host = self._downloader.host(request.url)
        for attempt in range(retries + 1):
            async with host.lock:
                await self._turn(host)
                try:
                    response = await self._send(request)
                except (Refused, asyncio.CancelledError):
                    raise
                except Exception as error:
                    name = urlsplit(request.url).hostname or ""
                    inside = PublicResolver.refused.get(name)
                    if inside and isinstance(error, CannotResolveHostError):
                        reason = f"{name} resolves to {inside}, which is not a public address"
                        host.closed = Refused(Verdict.BLOCKED, reason)
                        raise Refused(Verdict.BLOCKED, reason) from None
                    reached = not isinstance(error, _NOT_REACHED)
                    host.failed(
                        Verdict.TIMEOUT,
                        reason_of(error),
                        (2 if isinstance(error, DownloadTimeoutError) else 1) if reached else PATIENCE,
                    )
                    if attempt == retries or host.closed or (once and isinstance(error, once)):
                        raise
                    host.pause(BACK_OFF * 2**attempt)
                    continue
                finally:
                    host.pause(max(host.delay, self._downloader.delay))
                asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC)) or 0.0
                if response.status < 400:
                    asked = 0.0
                host.pause(min(asked, LONGEST_PAUSE))
                if response.status not in _AGAIN:
                    host.failures = 0
                    return self._record(request, response)
                verdict = Verdict.RATE_LIMITED if response.status == 429 or asked else Verdict.TIMEOUT
                host.failed(verdict, f"{request.url}: status {response.status}")
                if asked > LONGEST_PAUSE:
                    host.closed = Refused(verdict, f"{request.url} asks to wait {asked:.0f} s")
                    raise Refused(verdict, str(host.closed))
                if attempt == retries:
                    return self._record(request, response)
                host.pause(BACK_OFF * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _turn(self, host: _Host) -> None:
        """Wait until a request may be sent to the host.

        Raises:
            Refused: the host is skipped for the rest of the run, or the crawl ends.
        """
        while True:
            if host.closed:
                raise Refused(host.closed.verdict, str(host.closed))
            if self._ends():
                raise Refused(Verdict.INTERRUPTED, "the crawl was interrupted")
            wait = host.next_request - time.monotonic()
            if wait <= 0:
                return
            await asyncio.sleep(min(wait, 0.5))

    def _ends(self) -> bool:
        """Tell whether the crawl is ending, so that waiting must stop."""
        engine = getattr(self.crawler, "_engine", None)
        return engine is not None and not engine.running

    async def _send(self, request: Request) -> Response:
        """Send a request with our own headers and limits, whatever a spider set, and unpack the answer."""
        assert self._network is not None
        for name in _OWN_META:
            request.meta.pop(name, None)
        for name in _OWN_HEADERS:
            request.headers.pop(name, None)
        request.headers["User-Agent"] = self._user_agent
        # A recording should be readable without decompression.
        request.headers["Accept-Encoding"] = "identity" if self._downloader.recorder else "gzip, deflate"
        request.meta.update(download_timeout=TIMEOUT, download_maxsize=MAX_BYTES, download_fail_on_dataloss=True)
        sent = request
        if self._downloader.stand_in:
            parts = urlsplit(request.url)
            sent = request.replace(url=self._downloader.stand_in + parts._replace(scheme="", netloc="").geturl())
            sent.headers["Host"] = parts.netloc
        try:
            async with asyncio.timeout(TIMEOUT + 5):
                response = await self._network.download_request(sent)
        except DownloadCancelledError:  # a retry would send as much again
            raise Refused(Verdict.PARSE_ERROR, f"{request.url}: the answer is larger than {MAX_BYTES} bytes") from None
        codings = b",".join(response.headers.pop("Content-Encoding", [])).decode("latin-1")
        try:
            body = unpacked(response.body, codings, MAX_BYTES)
        except (TooLarge, ValueError) as error:
            raise Refused(Verdict.PARSE_ERROR, f"{request.url}: {error}") from None
        if not codings and body is response.body:
            return response.replace(url=request.url) if sent is not request else response
        kind = responsetypes.from_args(headers=response.headers, url=request.url, body=body)
        return response.replace(url=request.url, body=body, cls=kind)

    def _record(self, request: Request, response: Response) -> Response:
        if self._downloader.recorder and not request.meta.get("secret"):
            board: Any = request.meta.get("board")
            self._downloader.recorder.write(request, response, board)
        return response
