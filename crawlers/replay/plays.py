"""Plays: functions that change an answer, or a list of postings, as boards that misbehave do."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, NamedTuple

ONE = 1  # the posting that a fault of one posting befalls
NEW = 1002  # a posting that was added; it is out of scope on every invented board
BOMB = 64 * 1024 * 1024  # bytes; more than an answer may unpack to


class Ask(NamedTuple):
    """A request as the server saw it.

    Attributes:
        path: with its query.
        times: how often the host was asked this on this day of the drill, from 1.
        at: seconds by the monotonic clock.
        day: the day of the drill.
        number: the posting whose own page is asked for; None for every other request.
        offset: how many postings come before the page of the list that is asked for.
    """

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes
    times: int
    at: float
    day: int = 2
    number: int | None = None
    offset: int = 0


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
"""Returns what becomes of the usual answer to a request."""
Listed = Callable[[Ask, list[int], int], list[int]]
"""Returns what becomes of the postings' numbers that a list shows, given the size of a page."""


def first_time(reply: Reply) -> Play:
    """Return a play that answers so the first time it is asked, and later as if nothing were wrong."""
    return lambda ask, usual: reply if ask.times == 1 else usual


def always(reply: Reply) -> Play:
    """Return a play that answers so each time."""
    return lambda ask, usual: reply


def robots_text(text: str) -> Play:
    """Return a play that answers with a robots.txt."""
    return always(Reply(body=text.encode(), headers={"Content-Type": "text/plain"}))


def with_headers(**headers: str) -> Play:
    """Return a play that adds headers to an answer; underscores in their names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda ask, usual: usual._replace(headers={**usual.headers, **named})


def redirect_to(url: str) -> Play:
    """Return a play that redirects to an address."""
    return always(Reply(302, headers={"Location": url}))


def retry_after_a_date(ask: Ask, usual: Reply) -> Reply:
    """Ask once for another attempt after a date."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return Reply(429, headers={"Retry-After": until}) if ask.times == 1 else usual


def changing_total(ask: Ask, usual: Reply) -> Reply:
    """State another total on every page."""

    def change(page: Any) -> Any:
        return {**page, "totalFound": page["totalFound"] + 7 * ask.times + ask.offset}

    return altered(usual, change) if b"totalFound" in usual.body else usual


def total_changes_once(ask: Ask, usual: Reply) -> Reply:
    """State another total on the second page, the first time it is asked for."""
    if ask.offset == 10 and ask.times == 1:
        return altered(usual, lambda page: {**page, "totalFound": page["totalFound"] + 1})
    return usual


def endless(ask: Ask, usual: Reply) -> Reply:
    """Show a full page, whichever is asked for."""
    return altered(usual, lambda page: [{**record, "id": str(number)} for number, record in enumerate(page)])


def doubled(ask: Ask, usual: Reply) -> Reply:
    """Show every record twice, and say so in the total."""
    return altered(usual, lambda page: {**page, "jobs": page["jobs"] * 2, "meta": {"total": 2 * page["meta"]["total"]}})


def validated(ask: Ask, usual: Reply) -> Reply:
    """Send an ETag, and 304 where a request names it."""
    tag = '"one"'
    if ask.headers.get("if-none-match") == tag:
        return Reply(304, headers={"ETag": tag})
    return usual._replace(headers={**usual.headers, "ETag": tag})


def zipped(ask: Ask, usual: Reply) -> Reply:
    """Compress an answer."""
    headers = {**usual.headers, "Content-Encoding": "gzip"}
    return usual._replace(body=gzip.compress(usual.body), headers=headers)


@cache
def much() -> bytes:
    """Return more bytes than an answer may have."""
    return bytes(BOMB)


@cache
def bomb() -> bytes:
    """Return a small file that unpacks to more bytes than an answer may have."""
    return gzip.compress(much())


def reserved(ask: Ask, usual: Reply) -> Reply:
    """Reserve all text and data mining in the file for it."""
    if ask.path == "/.well-known/tdmrep.json":
        return Reply(body=b'[{"location": "*", "tdm-reservation": 1}]', headers={"Content-Type": "application/json"})
    return usual


def altered(reply: Reply, change: Callable[[Any], Any]) -> Reply:
    """Return an answer with its JSON changed."""
    return reply._replace(body=json.dumps(change(json.loads(reply.body))).encode())


# What befalls the list.


def page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Show the first page again as the second."""
    return numbers[:size] + numbers[:size] + numbers[2 * size :]


def last_page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Show postings of the first page on the last."""
    last = (len(numbers) - 1) // size * size
    return numbers[:last] + numbers[: len(numbers) - last]


def half_page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Begin the second page in the middle of the first."""
    half = size // 2
    return numbers[:size] + numbers[half : size + half] + numbers[2 * size :]


def shifts(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Add a posting at the front behind every first page, however often the list is read."""
    return [NEW, *numbers] if ask.offset else numbers


def shrinks(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Take away the first posting behind every first page, however often the list is read."""
    return numbers[1:] if ask.offset else numbers


def shifts_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Add a posting at the front behind the first page, the first time the list is read."""
    return [NEW, *numbers] if ask.offset or ask.times > 1 else numbers


def moves_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Add a posting and take away the last one, which is out of scope: the total stays."""
    return [NEW, *numbers[:-1]] if ask.offset or ask.times > 1 else numbers


def unmoved_total(ask: Ask, shown: int) -> int:
    """Return the total of before the list has shifted."""
    return shown - 1 if ask.offset else shown


# Pages that come with status 200 in the place of an answer.


def html_page(title: str, body: str) -> Reply:
    """Return a page of HTML."""
    text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return Reply(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


PAGES = {
    "challenge": html_page(
        "Just a moment...",
        "<h1>Checking your browser before you access this site</h1><p>Enable JavaScript and cookies to continue</p>"
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
    ),
    "login": html_page(
        "Sign in",
        '<h1>Sign in to continue</h1><form action="/login" method="post"><input type="email" name="email">'
        '<input type="password" name="password"><button>Sign in</button></form>',
    ),
    "maintenance": html_page(
        "Scheduled maintenance",
        "<h1>We are down for maintenance</h1><p>We will be back soon. Please try again later.</p>",
    ),
    "consent": html_page(
        "Before you continue",
        "<h1>We value your privacy</h1><p>We and our partners use cookies.</p>"
        '<form action="/consent" method="post"><button>Accept all cookies</button><button>Reject all</button></form>',
    ),
}
OTHER_PAGES = {
    "empty": (Reply(headers={"Content-Type": "text/html"}), "an empty answer"),
    "other": (html_page("Careers", "<h1>Work with us</h1><p>Meet the team.</p>"), "a page without a posting"),
}


def at_one(play: Play) -> Play:
    """Return a play that befalls one posting's own page."""
    return lambda ask, usual: play(ask, usual) if ask.number == ONE else usual


def at_each(play: Play) -> Play:
    """Return a play that befalls every posting's own page."""
    return lambda ask, usual: usual if ask.number is None else play(ask, usual)


def at_list(play: Play) -> Play:
    """Return a play that befalls the list."""
    return lambda ask, usual: play(ask, usual) if ask.number is None and usual.status == 200 else usual


def at_second_page(play: Play) -> Play:
    """Return a play that befalls every page of the list but the first."""
    return lambda ask, usual: play(ask, usual) if ask.offset else usual


# What befalls records, scripts and bytes.


def at_records(change: Callable[[int, dict[str, Any]], dict[str, Any]]) -> Play:
    """Return a play that changes the records of a list in one JSON answer, given the place of each, from 0."""

    def play(ask: Ask, usual: Reply) -> Reply:
        def changed(page: Any) -> Any:
            return {**page, "jobs": [change(place, record) for place, record in enumerate(page["jobs"])]}

        return altered(usual, changed)

    return at_list(play)


def without_field(name: str, first: int) -> Play:
    """Return a play that takes a field from the first records."""

    def change(place: int, record: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in record.items() if key != name} if place < first else record

    return at_records(change)


def with_fields(**fields: Any) -> Play:
    """Return a play that gives the first record other fields."""
    return at_records(lambda place, record: {**record, **fields} if place == 0 else record)


def json_ld(change: Callable[[str], str]) -> Play:
    """Return a play that changes the JSON-LD of one posting's own page."""

    def play(ask: Ask, usual: Reply) -> Reply:
        before, mark, after_mark = usual.body.decode().partition('ld+json">')
        text, end, after = after_mark.partition("</script>")
        return usual._replace(body=f"{before}{mark}{change(text)}{end}{after}".encode())

    return at_one(play)


def similar_beside(text: str) -> str:
    """Put a similar job, as pages recommend them, beside the posting in its JSON-LD."""
    similar = {
        **json.loads(text),
        "title": "Finance Intern 99",
        "url": "https://other.drill.example/jobs/99-finance-intern",
    }
    similar["description"] = "<p>An unpaid internship of 3 weeks, fully remote.</p>"
    return f"[{json.dumps(similar)}, {text}]"


def swapped(old: str, new: str, encoding: str = "utf-8") -> Play:
    """Return a play that changes the words of every answer, and may send them in another encoding."""
    return lambda ask, usual: usual._replace(body=usual.body.decode().replace(old, new).encode(encoding))


def of_another(ask: Ask, usual: Reply) -> Reply:
    """Answer with another posting: its record, or the page of a job of another kind."""
    if usual.body.startswith(b"{"):
        return altered(usual, lambda record: {**record, "id": "99"})
    return html_page("Finance Clerk", "<h1>Finance Clerk</h1><div class='text description'>You count money.</div>")


def own_entity(ask: Ask, usual: Reply) -> Reply:
    """Write a letter as an entity that the document type declares."""
    declared = '?>\n<!DOCTYPE feed [<!ENTITY uuml "&#252;">]>'
    return swapped("Zürich", "Z&uuml;rich")(ask, swapped("?>", declared)(ask, usual))


def undeclared_prefix(ask: Ask, usual: Reply) -> Reply:
    """Add an element whose prefix is not declared."""
    return usual._replace(body=re.sub(rb"<(?:item|position)>", rb"\g<0><job:city>Bern</job:city>", usual.body))


def legacy_charset(ask: Ask, usual: Reply) -> Reply:
    """Send JSON in Latin-1, as its charset says."""
    body = json.dumps(json.loads(usual.body), ensure_ascii=False).encode("latin-1")
    return usual._replace(body=body, headers={"Content-Type": "application/json; charset=ISO-8859-1"})


WORDLESS = {"active": True, "jobAd": {"sections": {}}}
