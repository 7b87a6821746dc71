"""The ways in which a board can misbehave, as data: what it does, and how a crawl of it must end."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, NamedTuple

_ONE = 1  # the posting that a fault of one posting befalls
_NEW = 1002  # a posting that was added; it is out of scope on every invented board
_BOMB = 64 * 1024 * 1024  # bytes; more than an answer may unpack to


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
Listed = Callable[[Ask, list[int], int], list[int]]


class Fault(NamedTuple):
    """One way to misbehave, on the second day of a drill; on the first every board behaves.

    Attributes:
        about: what the board does, for people.
        verdict: how a crawl of such a board must end.
        answer: what becomes of an answer of the board.
        robots: what becomes of the answer for robots.txt.
        source: the kind of invented board that plays it.
        cause: the word that the board's error begins with.
        listed: what becomes of the numbers of the postings that the list shows, given the size of a page.
        total: what total the list states, given how many postings it shows.
        closes: how many listings the answer proves to be closed.
        changes: how many listings have other values by proof of the answer.
        same_list: whether the list is byte for byte that of the first day.
    """

    name: str
    about: str
    verdict: str
    answer: Play = lambda ask, reply: reply
    robots: Play = lambda ask, reply: reply
    source: str = "greenhouse"
    cause: str = ""
    listed: Listed = lambda ask, numbers, size: numbers
    total: Callable[[Ask, int], Any] = lambda ask, shown: shown
    closes: int = 0
    changes: int = 0
    same_list: bool = False


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
        return {**page, "totalFound": page["totalFound"] + 7 * ask.times + ask.offset}

    return _altered(usual, change) if b"totalFound" in usual.body else usual


def _total_changes_once(ask: Ask, usual: Reply) -> Reply:
    if ask.offset == 10 and ask.times == 1:
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


# What befalls the list.


def _page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    return numbers[:size] + numbers[:size] + numbers[2 * size :]


def _last_page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    last = (len(numbers) - 1) // size * size
    return numbers[:last] + numbers[: len(numbers) - last]


def _half_page_repeats(ask: Ask, numbers: list[int], size: int) -> list[int]:
    half = size // 2
    return numbers[:size] + numbers[half : size + half] + numbers[2 * size :]


def _shifts(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """A posting is added at the front behind every first page, however often the list is read."""
    return [_NEW, *numbers] if ask.offset else numbers


def _shrinks(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """The first posting is taken away behind every first page, however often the list is read."""
    return numbers[1:] if ask.offset else numbers


def _shifts_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    return [_NEW, *numbers] if ask.offset or ask.times > 1 else numbers


def _moves_once(ask: Ask, numbers: list[int], size: int) -> list[int]:
    """One posting is added and the last one, which is out of scope, taken away: the total stays."""
    return [_NEW, *numbers[:-1]] if ask.offset or ask.times > 1 else numbers


def _still(ask: Ask, shown: int) -> int:
    """The total of before the list has shifted."""
    return shown - 1 if ask.offset else shown


# Pages that come with status 200 in the place of an answer.


def _html(title: str, body: str) -> Reply:
    text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return Reply(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


PAGES = {
    "challenge": _html(
        "Just a moment...",
        "<h1>Checking your browser before you access this site</h1><p>Enable JavaScript and cookies to continue</p>"
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
    ),
    "login": _html(
        "Sign in",
        '<h1>Sign in to continue</h1><form action="/login" method="post"><input type="email" name="email">'
        '<input type="password" name="password"><button>Sign in</button></form>',
    ),
    "maintenance": _html(
        "Scheduled maintenance",
        "<h1>We are down for maintenance</h1><p>We will be back soon. Please try again later.</p>",
    ),
    "consent": _html(
        "Before you continue",
        "<h1>We value your privacy</h1><p>We and our partners use cookies.</p>"
        '<form action="/consent" method="post"><button>Accept all cookies</button><button>Reject all</button></form>',
    ),
}
_OTHER = {
    "empty": (Reply(headers={"Content-Type": "text/html"}), "an empty answer"),
    "other": (_html("Careers", "<h1>Work with us</h1><p>Meet the team.</p>"), "a page without a posting"),
}


def _at(play: Play) -> Play:
    """Return what befalls one posting's own page."""
    return lambda ask, usual: play(ask, usual) if ask.number == _ONE else usual


def _at_each(play: Play) -> Play:
    """Return what befalls every posting's own page."""
    return lambda ask, usual: usual if ask.number is None else play(ask, usual)


def _at_list(play: Play) -> Play:
    return lambda ask, usual: play(ask, usual) if ask.number is None and usual.status == 200 else usual


def _at_second_page(play: Play) -> Play:
    return lambda ask, usual: play(ask, usual) if ask.offset else usual


# What befalls records, scripts and bytes.


def _jobs(change: Callable[[int, dict[str, Any]], dict[str, Any]]) -> Play:
    """Return what befalls the records of a list in one JSON answer, given the place of each, from 0."""

    def play(ask: Ask, usual: Reply) -> Reply:
        def changed(page: Any) -> Any:
            return {**page, "jobs": [change(place, record) for place, record in enumerate(page["jobs"])]}

        return _altered(usual, changed)

    return _at_list(play)


def _without(name: str, first: int) -> Play:
    """Return what takes a field from the first records."""

    def change(place: int, record: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in record.items() if key != name} if place < first else record

    return _jobs(change)


def _with_fields(**fields: Any) -> Play:
    """Return what gives the first record other fields."""
    return _jobs(lambda place, record: {**record, **fields} if place == 0 else record)


def _script(change: Callable[[str], str]) -> Play:
    """Return what changes the JSON-LD of one posting's own page."""

    def play(ask: Ask, usual: Reply) -> Reply:
        before, mark, rest = usual.body.decode().partition('ld+json">')
        text, end, after = rest.partition("</script>")
        return usual._replace(body=f"{before}{mark}{change(text)}{end}{after}".encode())

    return _at(play)


def _beside(text: str) -> str:
    """A similar job, as pages recommend them, beside the posting."""
    similar = {
        **json.loads(text),
        "title": "Finance Intern 99",
        "url": "https://other.drill.example/jobs/99-finance-intern",
    }
    similar["description"] = "<p>An unpaid internship of 3 weeks, fully remote.</p>"
    return f"[{json.dumps(similar)}, {text}]"


def _swap(old: str, new: str, encoding: str = "utf-8") -> Play:
    """Return what changes the words of every answer, and may send them in another encoding."""
    return lambda ask, usual: usual._replace(body=usual.body.decode().replace(old, new).encode(encoding))


def _entity(ask: Ask, usual: Reply) -> Reply:
    declared = '?>\n<!DOCTYPE feed [<!ENTITY uuml "&#252;">]>'
    return _swap("Zürich", "Z&uuml;rich")(ask, _swap("?>", declared)(ask, usual))


def _prefix(ask: Ask, usual: Reply) -> Reply:
    return usual._replace(body=re.sub(rb"<(?:item|position)>", rb"\g<0><job:city>Bern</job:city>", usual.body))


def _legacy(ask: Ask, usual: Reply) -> Reply:
    body = json.dumps(json.loads(usual.body), ensure_ascii=False).encode("latin-1")
    return usual._replace(body=body, headers={"Content-Type": "application/json; charset=ISO-8859-1"})


def _on(sources: str, fault: Fault) -> list[Fault]:
    """Return a fault as boards of several sources play it; the first has its plain name.

    >>> [fault.name for fault in _on("html lever", Fault("odd", "is odd", "ok"))]
    ['odd', 'odd_lever']
    """
    first, *others = sources.split()
    named = [(first, fault.name), *((source, f"{fault.name}_{source}") for source in others)]
    return [fault._replace(source=source, name=name) for source, name in named]


_WORDLESS = {"active": True, "jobAd": {"sections": {}}}
_DETAILED = "jsonld html breezy smartrecruiters"

_PROOF: tuple[Fault, ...] = (
    # A list that is paged.
    *_on("smartrecruiters lever html workday",
         Fault("page_repeats", "the second page is the first again", "partial", listed=_page_repeats)),
    *_on("smartrecruiters html workday",
         Fault("last_page_repeats", "the last page shows postings of the first", "partial", listed=_last_page_repeats)),
    *_on("smartrecruiters html workday",
         Fault("list_shrinks", "the first posting is taken away while the list is read, each time", "partial",
               listed=_shrinks)),
    *_on("smartrecruiters lever html workday",
         Fault("half_page_repeats", "half of the second page was on the first", "partial", listed=_half_page_repeats)),
    *_on("smartrecruiters lever html",
         Fault("list_shifts", "a posting is added at the front while the list is read, each time", "partial",
               listed=_shifts)),
    *_on("workday",
         Fault("list_shifts_within", "the same, yet every posting of the total at the beginning is shown", "ok",
               listed=_shifts)),
    *_on("smartrecruiters html",
         Fault("list_shifts_unsaid", "the same, and the total does not say so", "partial",
               listed=_shifts, total=_still)),
    *_on("smartrecruiters lever html workday",
         Fault("list_shifts_once", "a posting is added at the front while the list is read, once", "ok",
               listed=_shifts_once)),
    *_on("smartrecruiters html",
         Fault("list_moves_once", "the same, while another one goes", "ok", listed=_moves_once)),
    *_on("smartrecruiters workday greenhouse",
         Fault("total_as_text", "the total is a text", "ok", total=lambda ask, shown: str(shown))),
    *_on("smartrecruiters html greenhouse",
         Fault("total_too_small", "more postings than the total says", "partial",
               total=lambda ask, shown: shown - 1)),
    *_on("smartrecruiters html greenhouse",
         Fault("total_too_large", "fewer postings than the total says", "partial",
               total=lambda ask, shown: shown + 10)),
    *_on("html smartrecruiters lever",
         Fault("page_two_challenge", "the second page is a challenge", "partial",
               _at_second_page(_always(PAGES["challenge"])), cause="challenge")),
    *(
        fault
        for word, page in PAGES.items()
        for fault in _on("html greenhouse jsonld rss", Fault(
            f"list_{word}", f"a {word} page in the place of the list", "blocked", _at_list(_always(page)), cause=word,
        ))
    ),
    # A posting's own page that proves nothing.
    *(
        fault
        for word, page in PAGES.items()
        for fault in _on(_DETAILED, Fault(
            f"detail_{word}", f"a {word} page in the place of a posting", "partial", _at(_always(page)), cause=word,
        ))
    ),
    *(
        fault
        for word, (page, about) in _OTHER.items()
        for fault in _on(_DETAILED, Fault(
            f"detail_{word}", f"{about} in the place of a posting", "partial", _at(_always(page)), cause="unreadable",
        ))
    ),
    *_on(_DETAILED,
         Fault("details_challenge", "a challenge page in the place of every posting", "partial",
               _at_each(_always(PAGES["challenge"])), cause="challenge")),
    *_on("jsonld breezy",
         Fault("detail_forbidden", "403 for a posting's page", "partial", _at(_always(Reply(403))))),
    *_on("jsonld html breezy",
         Fault("detail_elsewhere", "a redirect from a posting to the home page", "partial", _at(_to("/")),
               cause="unreadable")),
    *_on("jsonld breezy",
         Fault("detail_cut_json_ld", "JSON-LD without its end", "partial", _script(lambda text: text[: len(text) // 2]),
               cause="unreadable")),
    # JSON-LD with a small fault.
    *(
        fault
        for name, about, change in (
            ("comma", "a comma too many", lambda text: text[:-1] + ",}"),
            ("semicolon", "a semicolon behind it", lambda text: text + ";"),
            ("two", "a second object in the same script",
             lambda text: text + '\n{"@type": "Organization", "name": "Drill Example"}'),
            ("cdata", "CDATA marks", lambda text: f"/*<![CDATA[*/ {text} /*]]>*/"),
            ("quotes", "escaped quotes", lambda text: text.replace('"', "&quot;")),
            ("escapes", "escapes that JSON does not have", lambda text: text.replace("Intern", "\\& Sales Intern", 1)),
            ("similar", "a similar job beside it", _beside),
        )
        for fault in _on("jsonld breezy", Fault(f"json_ld_{name}", f"JSON-LD: {about}", "ok", _script(change)))
    ),
    # A sign of its own that a posting is gone, or has other values.
    *_on(_DETAILED, Fault("detail_404", "404 for a posting's page", "ok", _at(_always(Reply(404))), closes=1)),
    *_on("html", Fault("detail_to_list", "a redirect from a posting to the list", "ok", _at(_to("/jobs")), closes=1)),
    *_on("jsonld", Fault(
        "detail_says_gone", "a page that says that the posting is gone", "ok",
        _at(_always(_html("Job not found", "<h1>This job is no longer available.</h1>"))), closes=1,
    )),
    *_on("jsonld", Fault(
        "detail_expired", "validThrough is over", "ok",
        _script(lambda text: text[:-1] + ', "validThrough": "2020-01-31"}'), closes=1,
    )),
    *_on("jsonld workday html", Fault(
        "old_detail_404", "the same list as ever, while a posting's page is 404", "ok", _at(_always(Reply(404))),
        closes=1, same_list=True,
    )),
    *_on("jsonld workday html", Fault(
        "old_detail_pays", "the same list as ever, while a posting's page states other pay", "ok",
        _at(_swap("$22", "$25")), changes=1, same_list=True,
    )),
    # Odd records.
    Fault("every_record_malformed", "no record has a title", "parse_error", _without("title", 30)),
    Fault("quarter_malformed", "8 of 30 records have no title", "parse_error", _without("title", 8)),
    Fault("one_malformed", "a record has no title", "partial", _without("title", 1)),
    Fault("no_id", "a record has no id", "partial", _without("id", 1)),
    Fault("null_id", "the id of a record is null", "partial", _with_fields(id=None)),
    Fault("odd_field", "optional fields of another shape", "ok", _with_fields(location="Zürich", departments=[None])),
    Fault("no_words", "no record has a description", "ok", _without("content", 30)),
    Fault("empty_words", "a record's description is empty", "ok", _with_fields(content="")),
    *_on("smartrecruiters", Fault(
        "detail_without_words", "a posting's own record has no description", "ok",
        _at(lambda ask, usual: usual._replace(body=json.dumps(_WORDLESS).encode())),
    )),
    # Bytes that a browser or a feed reader would read.
    *(
        fault
        for name, about, play in (
            ("nbsp", "&nbsp;, which XML does not know", _swap("Marketing Intern", "Marketing&nbsp;Intern")),
            ("uuml", "&uuml;, which XML does not know", _swap("Zürich", "Z&uuml;rich")),
            ("ampersand", "a bare &", _swap("Marketing Intern", "Sales & Marketing Intern")),
            ("control", "a control character", _swap("Marketing Intern", "Marketing \x0bIntern")),
            ("prefix", "a prefix that is not declared", _prefix),
            ("utf_16", "UTF-8 that is called UTF-16", _swap('"UTF-8"', '"UTF-16"')),
            ("latin_1", "Latin-1 that is called UTF-8", _swap("", "", "latin-1")),
            ("entity", "an entity of its document type", _entity),
        )
        for fault in _on("rss personio", Fault(f"xml_{name}", f"XML with {about}", "ok", _at_list(play)))
    ),
    Fault("json_latin_1", "JSON in Latin-1, as its charset says", "ok", _at_list(_legacy)),
    Fault("json_bom", "JSON with a byte order mark", "ok",
          _at_list(lambda ask, usual: usual._replace(body=b"\xef\xbb\xbf" + usual.body))),
    *(
        Fault(f"coding_{name}", f"Content-Encoding: {coding}, for plain JSON", "ok",
              _at_list(_with(Content_Encoding=coding)))
        for name, coding in (("utf_8", "utf-8"), ("none", "none"), ("gzip", "gzip"))
    ),
    Fault("a_record_for_each_place", "a record for each place of a job, by design", "ok", source="workable"),
)  # fmt: skip

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
              _always(Reply(body=b"<!doctype html><title>Careers</title>", headers={"Content-Type": "text/html"}))),
        Fault("total_changes_once", "a total that changes while paging, once", "ok", _total_changes_once,
              source="smartrecruiters"),
        Fault("changing_total", "a total that changes at every page", "partial", _changing_total,
              source="smartrecruiters"),
        Fault("endless_paging", "a full page, whichever is asked for", "partial", _endless, source="lever"),
        Fault("duplicate_ids", "every posting twice, and so says the total", "partial", _doubled),
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
        *_PROOF,
    )
}  # fmt: skip
