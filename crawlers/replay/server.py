"""A server on this machine that plays boards with faults, for drills and for tests.

It answers in place of every host: a crawl with `INTERNFEED_STAND_IN` or `CrawlPlan.stand_in` set sends it every request
over real HTTP, with the usual politeness, and never uses the network. It plays invented boards, one for each fault, or
the recorded answers of a replay folder with one fault for all of them. Invented boards have two days: on the first
they all behave, on the second each has its fault.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from scrapy import Request

from crawlers.contract.registry import load_boards
from crawlers.replay import invented
from crawlers.replay.faults import FAULTS, Fault
from crawlers.replay.plays import Ask, Reply
from crawlers.replay.recordings import NotRecorded, Recording


class Drill(ThreadingHTTPServer):
    """A server that only this machine can reach.

    Args:
        port: the port to listen on; 0 for any free port.
        replay: a folder of recorded boards to play instead of invented ones.
        fault: the name of the fault that all recorded boards have.

    Attributes:
        asks: the received requests, in order.
        faults: the faults of the invented boards, by board.

    Raises:
        ValueError: the folder is not a replay folder.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, replay: Path | None = None, fault: str = "none") -> None:
        self.faults = {} if replay else {invented.board_of(fault): fault for fault in FAULTS.values()}
        self.boards = load_boards(replay / "boards.csv") if replay else list(self.faults)
        self._recording = Recording(replay) if replay else None
        self._fault = FAULTS[fault]
        self._counts: Counter[tuple[str, str, bytes]] = Counter()
        self._lock = threading.Lock()
        self._day = 2
        self.asks: list[Ask] = []
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def origin(self) -> str:
        """Return the origin at which the server listens."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def day(self) -> int:
        """Return the day of the invented boards; setting it also resets the counts of requests."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        with self._lock:
            self._day = day
            self._counts.clear()

    def __enter__(self) -> Drill:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def reply(self, method: str, host: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Return the answer to a request, changed by the fault of its host."""
        with self._lock:
            self._counts[host, path, body] += 1
            ask = Ask(method, host, path, headers, body, self._counts[host, path, body], time.monotonic(), self._day)
            self.asks.append(ask)
        fault = self._fault
        if self._recording:
            usual = self._recorded(ask)
        else:
            fault = FAULTS.get(host.partition(".")[0].replace("-", "_"), fault)
            ask, fault = _placed(ask, fault)
            usual = invented.answer(ask, fault)
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
        except NotRecorded:
            with suppress(NotRecorded):
                answer = self._recording.answer(request.replace(url=f"http://{ask.host}{ask.path}"))
                return _sent(answer)
            return Reply(404)
        return _sent(answer)


def _placed(ask: Ask, fault: Fault) -> tuple[Ask, Fault]:
    """Return a request with its posting number and offset, and the fault of its board on that day."""
    offset = invented.offset_of(ask.path, ask.body, invented.SITES[fault.source].size)
    ask = ask._replace(number=invented.number_of(ask.path), offset=offset)
    if ask.day == 1:
        fault = Fault(fault.name, fault.about, "ok", source=fault.source)
    return ask._replace(day=1) if fault.same_list else ask, fault


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
        """Print nothing; the requests are in the server's list."""
