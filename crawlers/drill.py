"""A board server on this machine that misbehaves on purpose, for drills and for tests.

It stands in for every host: a crawl told of it (`INTERNFEED_STAND_IN`, or `CrawlPlan.stand_in`) sends it every
request over real HTTP, with all manners on, and never leaves the machine. It plays invented boards, one for each
fault, or the recorded answers of a replay folder with one fault for all of them.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from crawlers.faults import FAULTS, PAGE, Ask, Reply, offset_of
from crawlers.refusal import Refused
from crawlers.registry import Board, load_boards
from crawlers.replay import Recording

_DOMAIN = "drill.example"
_POSTINGS = 30  # of an invented board


def _title(number: int) -> str:
    return f"Marketing Intern {number}" if number % 2 else f"Senior Engineer {number}"


def _text(number: int) -> str:
    return f"<p>A paid 10-week internship, number {number}, in Zürich. You will earn $22 per hour.</p>"


def _greenhouse(ask: Ask, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "absolute_url": f"https://{ask.host}/jobs/{number}",
        "title": _title(number),
        "content": _text(number),
        "location": {"name": "Zürich"},
    }


def _lever(ask: Ask, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "hostedUrl": f"https://{ask.host}/jobs/{number}",
        "text": _title(number),
        "description": _text(number),
        "categories": {"location": "Zürich"},
    }


def _smartrecruiters(ask: Ask, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "ref": f"https://{ask.host}/v1/companies/acme/postings/{number}",
        "name": _title(number),
        "location": {"city": "Zürich", "country": "ch"},
    }


def _invented(ask: Ask) -> Reply:
    """Return the answer of a well-behaved invented board."""
    path = urlsplit(ask.path).path
    offset = offset_of(ask)
    numbers = range(1, _POSTINGS + 1)
    page: Any
    if path.startswith("/v1/boards/"):
        page = {"jobs": [_greenhouse(ask, number) for number in numbers], "meta": {"total": _POSTINGS}}
    elif path.startswith("/v0/postings/"):  # three full pages and a last one
        numbers = range(1, 3 * 100 + 6)
        page = [_lever(ask, number) for number in numbers[offset : offset + 100]]
    elif path.endswith("/postings"):
        shown = [_smartrecruiters(ask, number) for number in numbers[offset : offset + PAGE]]
        page = {"offset": offset, "limit": PAGE, "totalFound": _POSTINGS, "content": shown}
    elif "/postings/" in path:
        number = int(path.rpartition("/")[2])
        page = {"active": True, "jobAd": {"sections": {"jobDescription": {"title": "Job", "text": _text(number)}}}}
    else:
        return Reply(404)
    return Reply(body=json.dumps(page).encode(), headers={"Content-Type": "application/json"})


_FIRST = {
    "greenhouse": "/v1/boards/{}/jobs?content=true",
    "lever": "/v0/postings/{}?mode=json&skip=0&limit=100",
    "smartrecruiters": "/v1/companies/{}/postings?limit=100&offset=0",
}


def invented_boards() -> list[Board]:
    """Return a board for each fault, named after it.

    >>> invented_boards()[0].url
    'https://none.drill.example/v1/boards/none/jobs?content=true'
    """
    return [
        Board(
            fault.source,
            fault.name,
            fault.about,
            f"https://{fault.name.replace('_', '-')}.{_DOMAIN}{_FIRST[fault.source].format(fault.name)}",
        )
        for fault in FAULTS.values()
    ]


class Drill(ThreadingHTTPServer):
    """The server; only this machine can reach it.

    Args:
        port: 0 for any that is free.
        replay: play the recorded boards of this folder instead of invented ones.
        fault: what all recorded boards do.

    Attributes:
        asks: what was asked, in order.

    Raises:
        ValueError: the folder is no replay folder.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, replay: Path | None = None, fault: str = "none") -> None:
        self.boards = load_boards(replay / "boards.csv") if replay else invented_boards()
        self._recording = Recording(replay) if replay else None
        self._fault = FAULTS[fault]
        self._counts: Counter[tuple[str, str, bytes]] = Counter()
        self._lock = threading.Lock()
        self.asks: list[Ask] = []
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def origin(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Drill:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def expected(self, board: Board) -> str | None:
        """Return the verdict that a board's crawl must have, None where the fault alone does not say."""
        return FAULTS[board.board].verdict if self._recording is None else None

    def reply(self, method: str, host: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Return the answer to a request, with the fault of its host."""
        with self._lock:
            self._counts[host, path, body] += 1
            ask = Ask(method, host, path, headers, body, self._counts[host, path, body], time.monotonic())
            self.asks.append(ask)
        fault = self._fault
        if self._recording is None:
            fault = FAULTS.get(host.partition(".")[0].replace("-", "_"), fault)
        usual = self._recorded(ask) if self._recording else _invented(ask)
        if path == "/robots.txt":
            return fault.robots(ask, usual)
        if path.startswith("/.well-known/") and fault.name != "tdm_file":
            return usual
        return fault.answer(ask, usual)

    def _recorded(self, ask: Ask) -> Reply:
        assert self._recording is not None
        request = Request(f"https://{ask.host}{ask.path}", method=ask.method, body=ask.body)
        try:
            answer = self._recording.answer(request)
        except Refused:
            with suppress(Refused):
                answer = self._recording.answer(request.replace(url=f"http://{ask.host}{ask.path}"))
                return _sent(answer)
            return Reply(404)
        return _sent(answer)


def _sent(answer: Any) -> Reply:
    headers = {name.decode(): values[-1].decode("latin-1") for name, values in answer.headers.items()}
    return Reply(answer.status, answer.body, headers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Drill

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.reply(self.command, self.headers.get("Host", ""), self.path, headers, body)
        with suppress(ConnectionError):
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body) + reply.missing))
            self.end_headers()
            if reply.pause:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.pause)
            else:
                self.wfile.write(reply.body)
        if reply.missing:
            self.close_connection = True

    do_GET = do_POST = do_HEAD = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; what was asked is in the server's list."""
