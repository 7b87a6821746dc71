"""Plays: functions that change an answer or a list of postings in the way of a misbehaving board."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, NamedTuple

AFFECTED = 1  # the number of the posting that a fault of one posting affects
NEW = 1002  # the number of an added posting, which is out of scope on every invented board
BOMB = 64 * 1024 * 1024  # bytes; more than the limit of an answer


class Ask(NamedTuple):
    """A request as the server saw it.

    Attributes:
        path: the path with its query.
        times: how often the host has received this request on this day of the drill, from 1.
        at: the time of the request, in seconds of the monotonic clock.
        day: the day of the drill.
        number: the number of the posting whose own page is requested; None for every other request.
        offset: how many postings come before the requested page of the list.
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
    """An answer of the server.

    Attributes:
        pause: seconds to wait after each byte.
        missing: number of bytes that are announced but never sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    pause: float = 0.0
    missing: int = 0


Play = Callable[[Ask, Reply], Reply]
"""A function that returns the changed form of the usual answer to a request."""
Listed = Callable[[Ask, list[int], int], list[int]]
"""A function that returns the changed numbers of the postings on a list, given the size of a page."""


def first_time(reply: Reply) -> Play:
    """Return a play that sends this reply to the first request, and the usual answer to later ones."""
    return lambda ask, usual: reply if ask.times == 1 else usual


def always(reply: Reply) -> Play:
    """Return a play that sends this reply to every request."""
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
    """Answer the first request with 429 and a date in Retry-After."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return Reply(429, headers={"Retry-After": until}) if ask.times == 1 else usual


def changing_total(ask: Ask, usual: Reply) -> Reply:
    """State a different total on every page."""

    def change(page: Any) -> Any:
        return {**page, "totalFound": page["totalFound"] + 7 * ask.times + ask.offset}

    return altered(usual, change) if b"totalFound" in usual.body else usual


def total_changes_once(ask: Ask, usual: Reply) -> Reply:
    """State a different total on the second page, the first time it is requested."""
    if ask.offset == 10 and ask.times == 1:
        return altered(usual, lambda page: {**page, "totalFound": page["totalFound"] + 1})
    return usual


def endless(ask: Ask, usual: Reply) -> Reply:
    """Send a full page, whichever page is requested."""
    return altered(usual, lambda page: [{**record, "id": str(number)} for number, record in enumerate(page)])


def doubled(ask: Ask, usual: Reply) -> Reply:
    """Show every record twice, and state twice the total."""
    return altered(usual, lambda page: {**page, "jobs": page["jobs"] * 2, "meta": {"total": 2 * page["meta"]["total"]}})


def validated(ask: Ask, usual: Reply) -> Reply:
    """Send an ETag, and 304 to a request that has it."""
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
    """Reserve all text and data mining in tdmrep.json."""
    if ask.path == "/.well-known/tdmrep.json":
        return Reply(body=b'[{"location": "*", "tdm-reservation": 1}]', headers={"Content-Type": "application/json"})
    return usual


def altered(reply: Reply, change: Callable[[Any], Any]) -> Reply:
    """Return an answer with its JSON changed."""
    return reply._replace(body=json.dumps(change(json.loads(reply.body))).encode())


# Changes of the list.


def page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Send the first page again as the second."""
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
    """Add a posting at the front after the first page was sent, every time the list is read."""
    return [NEW, *numbers] if ask.offset else numbers


def shrinks(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Remove the first posting after the first page was sent, every time the list is read."""
    return numbers[1:] if ask.offset else numbers


def shifts_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Add a posting at the front after the first page was sent, only the first time the list is read."""
    return [NEW, *numbers] if ask.offset or ask.times > 1 else numbers


def moves_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """Add a posting and remove the last one, which is out of scope, so that the total stays the same."""
    return [NEW, *numbers[:-1]] if ask.offset or ask.times > 1 else numbers


def unmoved_total(ask: Ask, shown: int) -> int:
    """Return the total of the list before it shifted."""
    return shown - 1 if ask.offset else shown


# Pages with status 200 in place of an answer.


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
    """Return a play that affects one posting's own page."""
    return lambda ask, usual: play(ask, usual) if ask.number == AFFECTED else usual


def at_each(play: Play) -> Play:
    """Return a play that affects every posting's own page."""
    return lambda ask, usual: usual if ask.number is None else play(ask, usual)


def at_list(play: Play) -> Play:
    """Return a play that affects the list."""
    return lambda ask, usual: play(ask, usual) if ask.number is None and usual.status == 200 else usual


def at_second_page(play: Play) -> Play:
    """Return a play that affects every page of the list except the first."""
    return lambda ask, usual: play(ask, usual) if ask.offset else usual


# Changes of records, scripts and bytes.


def at_records(change: Callable[[int, dict[str, Any]], dict[str, Any]]) -> Play:
    """Return a play that changes each record of a JSON list, given its position from 0."""

    def play(ask: Ask, usual: Reply) -> Reply:
        def changed(page: Any) -> Any:
            return {**page, "jobs": [change(place, record) for place, record in enumerate(page["jobs"])]}

        return altered(usual, changed)

    return at_list(play)


def without_field(name: str, first: int) -> Play:
    """Return a play that removes a field from the first records."""

    def change(place: int, record: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in record.items() if key != name} if place < first else record

    return at_records(change)


def with_fields(**fields: Any) -> Play:
    """Return a play that changes fields of the first record."""
    return at_records(lambda place, record: {**record, **fields} if place == 0 else record)


def json_ld(change: Callable[[str], str]) -> Play:
    """Return a play that changes the JSON-LD of one posting's own page."""

    def play(ask: Ask, usual: Reply) -> Reply:
        before, mark, after_mark = usual.body.decode().partition('ld+json">')
        text, end, after = after_mark.partition("</script>")
        return usual._replace(body=f"{before}{mark}{change(text)}{end}{after}".encode())

    return at_one(play)


def similar_beside(text: str) -> str:
    """Add a recommended job to the JSON-LD of a posting."""
    similar = {
        **json.loads(text),
        "title": "Finance Intern 99",
        "url": "https://other.drill.example/jobs/99-finance-intern",
    }
    similar["description"] = "<p>An unpaid internship of 3 weeks, fully remote.</p>"
    return f"[{json.dumps(similar)}, {text}]"


def swapped(old: str, new: str, encoding: str = "utf-8") -> Play:
    """Return a play that replaces a text in every answer, and may change the encoding."""
    return lambda ask, usual: usual._replace(body=usual.body.decode().replace(old, new).encode(encoding))


def of_another(ask: Ask, usual: Reply) -> Reply:
    """Answer with the record or the page of another posting."""
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
    """Send JSON in Latin-1 with the right charset."""
    body = json.dumps(json.loads(usual.body), ensure_ascii=False).encode("latin-1")
    return usual._replace(body=body, headers={"Content-Type": "application/json; charset=ISO-8859-1"})


WORDLESS = {"active": True, "jobAd": {"sections": {}}}
