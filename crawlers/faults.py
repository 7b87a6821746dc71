"""The ways in which a board can misbehave, as data: what it does, and how a crawl of it must end."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

PAGE = 10  # postings on a page of an invented board with a total
_BOMB = 64 * 1024 * 1024  # bytes; more than an answer may unpack to


class Ask(NamedTuple):
    """A request as the server saw it.

    Attributes:
        path: with its query.
        times: how often the host was asked this, from 1.
        at: seconds by the monotonic clock.
    """

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes
    times: int
    at: float


class Reply(NamedTuple):
    """What the server sends.

    Attributes:
        pause: seconds after each byte.
        missing: bytes that are announced and never sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    pause: float = 0.0
    missing: int = 0


Play = Callable[[Ask, Reply], Reply]


class Fault(NamedTuple):
    """One way to misbehave.

    Attributes:
        about: what the board does, for people.
        verdict: how a crawl of such a board must end.
        answer: what becomes of an answer of the board.
        robots: what becomes of the answer for robots.txt.
        source: the kind of invented board that plays it.
    """

    name: str
    about: str
    verdict: str
    answer: Play = lambda ask, reply: reply
    robots: Play = lambda ask, reply: reply
    source: str = "greenhouse"


def offset_of(ask: Ask) -> int:
    """Return the offset that a request asks for."""
    asked = parse_qs(urlsplit(ask.path).query)
    return int((asked.get("offset") or asked.get("skip") or ["0"])[0])


def _first(reply: Reply) -> Play:
    """Return what answers so the first time it is asked, and then as if nothing had been."""
    return lambda ask, usual: reply if ask.times == 1 else usual


def _always(reply: Reply) -> Play:
    return lambda ask, usual: reply


def _robots(text: str) -> Play:
    return _always(Reply(body=text.encode(), headers={"Content-Type": "text/plain"}))


def _with(**headers: str) -> Play:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda ask, usual: usual._replace(headers={**usual.headers, **named})


def _to(url: str) -> Play:
    return _always(Reply(302, headers={"Location": url}))


def _date_retry(ask: Ask, usual: Reply) -> Reply:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return Reply(429, headers={"Retry-After": until}) if ask.times == 1 else usual


def _changing_total(ask: Ask, usual: Reply) -> Reply:
    def change(page: Any) -> Any:
        return {**page, "totalFound": page["totalFound"] + 7 * ask.times + offset_of(ask)}

    return _altered(usual, change) if b"totalFound" in usual.body else usual


def _total_changes_once(ask: Ask, usual: Reply) -> Reply:
    if offset_of(ask) == PAGE and ask.times == 1:
        return _altered(usual, lambda page: {**page, "totalFound": page["totalFound"] + 1})
    return usual


def _endless(ask: Ask, usual: Reply) -> Reply:
    return _altered(usual, lambda page: [{**record, "id": str(number)} for number, record in enumerate(page)])


def _doubled(ask: Ask, usual: Reply) -> Reply:
    return _altered(
        usual, lambda page: {**page, "jobs": page["jobs"] * 2, "meta": {"total": 2 * page["meta"]["total"]}}
    )


def _validated(ask: Ask, usual: Reply) -> Reply:
    tag = '"one"'
    if ask.headers.get("if-none-match") == tag:
        return Reply(304, headers={"ETag": tag})
    return usual._replace(headers={**usual.headers, "ETag": tag})


def _zipped(ask: Ask, usual: Reply) -> Reply:
    headers = {**usual.headers, "Content-Encoding": "gzip"}
    return usual._replace(body=gzip.compress(usual.body), headers=headers)


@cache
def _much() -> bytes:
    return bytes(_BOMB)


@cache
def _bomb() -> bytes:
    return gzip.compress(_much())


def _reserved(ask: Ask, usual: Reply) -> Reply:
    if ask.path == "/.well-known/tdmrep.json":
        return Reply(body=b'[{"location": "*", "tdm-reservation": 1}]', headers={"Content-Type": "application/json"})
    return usual


def _altered(reply: Reply, change: Callable[[Any], Any]) -> Reply:
    return reply._replace(body=json.dumps(change(json.loads(reply.body))).encode())


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("none", "behaves", "ok"),
        Fault("none_paged", "behaves, page by page", "ok", source="lever"),
        Fault("none_with_total", "behaves, with a total and detail pages", "ok", source="smartrecruiters"),
        Fault(
            "retry_after_seconds", "429 with Retry-After: 2, once", "ok",
            _first(Reply(429, headers={"Retry-After": "2"})), source="lever",
        ),
        Fault("retry_after_date", "429 with a date in Retry-After, once", "ok", _date_retry, source="lever"),
        Fault("retry_after_hours", "429 with Retry-After: 7200", "rate_limited",
              _always(Reply(429, headers={"Retry-After": "7200"}))),
        Fault("too_many", "429 again and again", "rate_limited", _always(Reply(429))),
        Fault("server_error_once", "500 once", "ok", _first(Reply(500))),
        Fault("server_error", "500 again and again", "timeout", _always(Reply(500))),
        Fault("forbidden", "403", "blocked", _always(Reply(403))),
        Fault("gone", "404", "gone", _always(Reply(404))),
        Fault("slow", "a byte a second", "timeout", lambda ask, usual: usual._replace(pause=1.0)),
        Fault("cut_off", "closes the connection before the end", "timeout",
              lambda ask, usual: usual._replace(missing=100)),
        Fault("truncated_json", "JSON without its end", "parse_error",
              lambda ask, usual: usual._replace(body=usual.body[: len(usual.body) // 2])),
        Fault("html_for_json", "a page for people where JSON is due", "parse_error",
              _always(Reply(body=b"<!doctype html><title>Back soon</title>", headers={"Content-Type": "text/html"}))),
        Fault("total_changes_once", "a total that changes while paging, once", "ok", _total_changes_once,
              source="smartrecruiters"),
        Fault("changing_total", "a total that changes at every page", "partial", _changing_total,
              source="smartrecruiters"),
        Fault("endless_paging", "a full page, whichever is asked for", "partial", _endless, source="lever"),
        Fault("duplicate_ids", "every posting twice", "ok", _doubled),
        Fault("redirect_private", "a redirect to a private address", "blocked", _to("http://10.0.0.1/jobs")),
        Fault("redirect_loopback", "a redirect to this machine", "blocked", _to("http://127.0.0.1:22/")),
        Fault("redirect_metadata", "a redirect to a cloud's metadata", "blocked",
              _to("http://169.254.169.254/latest/meta-data/")),
        Fault("redirect_denied", "a redirect to a host on the deny-list", "blocked", _to("https://www.linkedin.com/jobs")),
        Fault("redirect_nowhere", "a redirect to what is no address", "blocked", _to("http://[bad")),
        Fault("redirect_loop", "a redirect to itself", "parse_error",
              lambda ask, usual: Reply(302, headers={"Location": ask.path})),
        Fault("robots_nowhere", "robots.txt: a redirect to what is no address", "robots_unreachable",
              robots=_always(Reply(302, headers={"Location": "http://[bad"}))),
        Fault("robots_503", "robots.txt: 503", "robots_unreachable", robots=_always(Reply(503))),
        Fault("robots_slow", "robots.txt: a byte a second", "robots_unreachable",
              robots=_always(Reply(body=b"User-agent: *\n" * 9, pause=1.0))),
        Fault("robots_deny", "robots.txt: Disallow: /", "robots_denied",
              robots=_robots("User-agent: *\nDisallow: /\n")),
        Fault("robots_zipped", "robots.txt, compressed: Disallow: /", "robots_denied",
              robots=lambda ask, usual: _zipped(ask, Reply(body=b"User-agent: *\nDisallow: /\n"))),
        Fault("crawl_delay", "robots.txt: Crawl-delay: 1", "ok", source="lever",
              robots=_robots("User-agent: *\nCrawl-delay: 1\n")),
        Fault("not_modified", "an ETag, and 304 to who knows it", "ok", _validated),
        Fault("zipped", "a compressed answer", "ok", _zipped),
        Fault("gzip_bomb", "64 kB that unpack to 64 MB", "parse_error",
              lambda ask, usual: Reply(body=_bomb(), headers={**usual.headers, "Content-Encoding": "gzip"})),
        Fault("too_large", "64 MB", "parse_error", lambda ask, usual: usual._replace(body=_much())),
        Fault("wrong_charset", "UTF-8 that is called UTF-16", "ok",
              _with(Content_Type="application/json; charset=utf-16")),
        Fault("tdm_header", "the header TDM-Reservation: 1", "tdm_reserved", _with(TDM_Reservation="1")),
        Fault("tdm_file", "/.well-known/tdmrep.json reserves all", "tdm_reserved", _reserved),
    )
}  # fmt: skip
