"""Recording of answers, and replay of recorded answers instead of the network.

A replay folder holds ``boards.csv``, ``index.jsonl`` (one recorded request a line: url, method, request_json,
status, headers, body) and the bodies. The demo, the tests of every source and a bug report all use it.
"""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from w3lib.url import canonicalize_url

from crawlers.contract.board import Board
from crawlers.contract.registry import FIELDS

_KEPT_HEADERS = ("content-type", "etag", "last-modified", "location", "retry-after", "tdm-reservation", "date")
Key = tuple[str, str, str]


def request_key(method: str, url: str, request_json: Any) -> Key:
    """Return the identity of a request: its method, its URL with sorted parameters, and its JSON body.

    >>> request_key("GET", "https://a.example/?b=1&a=2", None) == request_key("GET", "https://a.example/?a=2&b=1", None)
    True
    """
    body = "" if request_json is None else json.dumps(request_json, sort_keys=True, ensure_ascii=False)
    return method, canonicalize_url(url), body


def _key_of(request: Request) -> Key:
    body: Any = None
    if request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = request.body.decode("latin-1")
    return request_key(request.method, request.url, body)


class NotRecorded(LookupError):
    """A request that a recording holds no answer to."""


class Recording:
    """A replay folder that was read.

    Raises:
        ValueError: the folder has no index.jsonl, or a line of it is not a recorded request.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = folder / "index.jsonl"
        if not index.exists():
            raise ValueError(f"{folder} is not a folder of recorded boards: it has no index.jsonl")
        self._answers: dict[Key, dict[str, Any]] = {}
        for number, line in enumerate(index.read_bytes().splitlines(), 1):
            try:
                entry = json.loads(line)
                key = request_key(entry["method"], entry["url"], entry["request_json"])
                entry["status"], entry["headers"], entry["body"]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{index}, line {number}: not a recorded request ({error})") from None
            self._answers[key] = entry

    def answer(self, request: Request) -> Response:
        """Return the recorded answer.

        Raises:
            NotRecorded: the recording has no answer to the request.
        """
        entry = self._answers.get(_key_of(request))
        if entry is None:
            path = request.url.split("://", 1)[-1].partition("/")[2]
            if path == "robots.txt" or path.startswith(".well-known/"):
                return Response(request.url, status=404, request=request)
            raise NotRecorded(f"not in the recording: {request.method} {request.url}")
        body = (self.folder / entry["body"]).read_bytes()
        headers = {name: [value] for name, value in entry["headers"].items()}
        kind = responsetypes.from_args(headers=_header_bytes(headers), url=request.url, body=body)
        return kind(url=request.url, status=entry["status"], headers=headers, body=body, request=request)


def _header_bytes(headers: dict[str, list[str]]) -> dict[bytes, bytes]:
    return {name.title().encode(): values[0].encode() for name, values in headers.items()}


class Recorder:
    """A writer that stores every answer of a crawl in a replay folder, with placeholders in place of keys."""

    def __init__(self, folder: Path, boards: list[Board], secrets: dict[str, str]) -> None:
        self._folder = folder
        self._secrets = {value: name for name, value in secrets.items() if value}
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "boards.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(FIELDS)
            writer.writerows([self._hidden(value or "") for value in board] for board in boards)
        self._index = (folder / "index.jsonl").open("a", encoding="utf-8")
        self._count = sum(1 for _ in folder.glob("*/*"))

    def _hidden(self, text: str) -> str:
        for value, name in self._secrets.items():
            text = text.replace(value, name)
        return text

    def write(self, request: Request, response: Response, board: Board | None) -> None:
        """Store an answer: first its body, then its line in the index."""
        self._count += 1
        source, place = (board.source, board.board) if board else ("host", "robots")
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        ending = next((end for end in ("json", "xml", "html", "rss", "javascript") if end in content_type), "txt")
        body = Path(source) / f"{re.sub(r'[^A-Za-z0-9._-]', '~', place)[:60]}__{self._count:05d}.{ending}"
        (self._folder / source).mkdir(exist_ok=True)
        (self._folder / body).write_bytes(self._hidden(response.body.decode("latin-1")).encode("latin-1"))
        headers = {
            name: value.decode("latin-1") for name in _KEPT_HEADERS if (value := response.headers.get(name)) is not None
        }
        line = {
            "url": self._hidden(request.url),
            "method": request.method,
            "request_json": json.loads(request.body) if request.body else None,
            "status": response.status,
            "headers": headers,
            "body": body.as_posix(),
            "source": source,
            "board": self._hidden(place),
        }
        self._index.write(self._hidden(json.dumps(line, ensure_ascii=False)) + "\n")
        self._index.flush()

    def close(self) -> None:
        """Close the index and make sure that it is on the disk."""
        os.fsync(self._index.fileno())
        self._index.close()
