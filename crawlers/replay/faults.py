"""The faults that boards can have, as data: what a board does, and how a crawl of it must end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from crawlers.replay.plays import (
    OTHER_PAGES,
    PAGES,
    WORDLESS,
    Ask,
    Listed,
    Play,
    Reply,
    always,
    at_each,
    at_list,
    at_one,
    at_second_page,
    bomb,
    changing_total,
    doubled,
    endless,
    first_time,
    half_page_repeats,
    html_page,
    json_ld,
    last_page_repeats,
    legacy_charset,
    moves_once,
    much,
    of_another,
    own_entity,
    page_repeats,
    redirect_to,
    reserved,
    retry_after_a_date,
    robots_text,
    shifts,
    shifts_once,
    shrinks,
    similar_beside,
    swapped,
    total_changes_once,
    undeclared_prefix,
    unmoved_total,
    validated,
    with_fields,
    with_headers,
    without_field,
    zipped,
)


class Fault(NamedTuple):
    """A fault that a board has on the second day of a drill; on the first day every board behaves.

    Attributes:
        about: a description of what the board does.
        verdict: the verdict that a crawl of such a board must have.
        answer: the play that changes an answer of the board.
        robots: the play that changes the answer for robots.txt.
        source: the kind of invented board that has the fault.
        cause: the word that the board's error must begin with.
        listed: changes the numbers of the postings that the list shows, given the size of a page.
        total: returns the total that the list states, given how many postings it shows.
        closes: how many listings the answer proves to be closed.
        changes: how many listings the answer proves to have other values.
        same_list: whether the list is, byte for byte, that of the first day.
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


def _on(sources: str, fault: Fault) -> list[Fault]:
    """Return a fault for boards of several sources; that of the first source keeps its plain name.

    >>> [fault.name for fault in _on("html lever", Fault("odd", "is odd", "ok"))]
    ['odd', 'odd_lever']
    """
    first, *others = sources.split()
    named = [(first, fault.name), *((source, f"{fault.name}_{source}") for source in others)]
    return [fault._replace(source=source, name=name) for source, name in named]


_DETAILED = "jsonld html breezy smartrecruiters"

_PROOF: tuple[Fault, ...] = (
    # Lists of several pages.
    *_on("smartrecruiters lever html workday",
         Fault("page_repeats", "the second page is the first again", "partial", listed=page_repeats)),
    *_on("smartrecruiters html workday",
         Fault("last_page_repeats", "the last page shows postings of the first", "partial", listed=last_page_repeats)),
    *_on("smartrecruiters html workday",
         Fault("list_shrinks", "the first posting is removed while the list is read, each time", "partial",
               listed=shrinks)),
    *_on("smartrecruiters lever html workday",
         Fault("half_page_repeats", "half of the second page was on the first", "partial", listed=half_page_repeats)),
    *_on("smartrecruiters lever html",
         Fault("list_shifts", "a posting is added at the front while the list is read, each time", "partial",
               listed=shifts)),
    *_on("workday",
         Fault("list_shifts_within", "a posting is added each time, but all of the first total are shown", "ok",
               listed=shifts)),
    *_on("smartrecruiters html",
         Fault("list_shifts_unsaid", "a posting is added each time, and the total stays the same", "partial",
               listed=shifts, total=unmoved_total)),
    *_on("smartrecruiters lever html workday",
         Fault("list_shifts_once", "a posting is added at the front while the list is read, once", "ok",
               listed=shifts_once)),
    *_on("smartrecruiters html",
         Fault("list_moves_once", "a posting is added and another removed, once", "ok", listed=moves_once)),
    *_on("smartrecruiters workday greenhouse",
         Fault("total_as_text", "the total is sent as text", "ok", total=lambda ask, shown: str(shown))),
    *_on("smartrecruiters html greenhouse",
         Fault("total_too_small", "more postings than the stated total", "partial",
               total=lambda ask, shown: shown - 1)),
    *_on("smartrecruiters html greenhouse",
         Fault("total_too_large", "fewer postings than the stated total", "partial",
               total=lambda ask, shown: shown + 10)),
    *_on("html smartrecruiters lever",
         Fault("page_two_challenge", "the second page is a challenge", "partial",
               at_second_page(always(PAGES["challenge"])), cause="challenge")),
    *(
        fault
        for word, page in PAGES.items()
        for fault in _on("html greenhouse jsonld rss", Fault(
            f"list_{word}", f"a {word} page in place of the list", "blocked", at_list(always(page)), cause=word,
        ))
    ),
    # Own pages of postings that prove nothing.
    *(
        fault
        for word, page in PAGES.items()
        for fault in _on(_DETAILED, Fault(
            f"detail_{word}", f"a {word} page in place of a posting", "partial", at_one(always(page)), cause=word,
        ))
    ),
    *(
        fault
        for word, (page, about) in OTHER_PAGES.items()
        for fault in _on(_DETAILED, Fault(
            f"detail_{word}", f"{about} in place of a posting", "partial", at_one(always(page)), cause="unreadable",
        ))
    ),
    *_on(_DETAILED,
         Fault("details_challenge", "a challenge page in place of every posting", "partial",
               at_each(always(PAGES["challenge"])), cause="challenge")),
    *_on("jsonld breezy",
         Fault("detail_forbidden", "403 for a posting's page", "partial", at_one(always(Reply(403))))),
    *_on("jsonld html breezy",
         Fault("detail_elsewhere", "a redirect from a posting to the home page", "partial", at_one(redirect_to("/")),
               cause="unreadable")),
    *_on("jsonld breezy",
         Fault("detail_cut_json_ld", "JSON-LD without its end", "partial", json_ld(lambda text: text[: len(text) // 2]),
               cause="unreadable")),
    *(
        fault
        for name, about, sources, play in (
            ("404_challenge", "404 with a challenge page", _DETAILED,
             always(PAGES["challenge"]._replace(status=404))),
            ("gone_footer", "a page whose footer mentions filled positions", _DETAILED,
             always(html_page("Careers", "<p>We delete your data as soon as the position has been filled.</p>"))),
            ("gone_hidden", "a page with a hidden text that a job has expired", _DETAILED,
             always(html_page("Careers", "<h1>Work with us</h1><div hidden>This job has expired</div>"))),
            ("of_another", "the page of another posting", "breezy smartrecruiters html", of_another),
            ("unrendered", "JSON-LD whose title is an unfilled template", "jsonld breezy",
             json_ld(lambda text: text.replace("Marketing Intern", "{{job.title}}"))),
            ("notice", "a notice in place of the text", "html breezy",
             always(html_page("Marketing Intern", "<div class='text description'>Please enable JavaScript</div>"))),
        )
        for fault in _on(sources, Fault(f"detail_{name}", f"{about} in place of a posting", "partial",
                                        at_one(play)))
    ),
    # JSON-LD with small faults.
    *(
        fault
        for name, about, change in (
            ("comma", "a surplus comma", lambda text: text[:-1] + ",}"),
            ("semicolon", "a semicolon after it", lambda text: text + ";"),
            ("two", "a second object in the same script",
             lambda text: text + '\n{"@type": "Organization", "name": "Drill Example"}'),
            ("cdata", "CDATA marks", lambda text: f"/*<![CDATA[*/ {text} /*]]>*/"),
            ("quotes", "escaped quotes", lambda text: text.replace('"', "&quot;")),
            ("escapes", "escapes that JSON does not have", lambda text: text.replace("Intern", "\\& Sales Intern", 1)),
            ("similar", "a similar job next to it", similar_beside),
        )
        for fault in _on("jsonld breezy", Fault(f"json_ld_{name}", f"JSON-LD: {about}", "ok", json_ld(change)))
    ),
    # Explicit signs that a posting is gone, or has other values.
    *_on(_DETAILED, Fault("detail_404", "404 for a posting's page", "ok", at_one(always(Reply(404))), closes=1)),
    *_on("html", Fault(
        "detail_to_list", "a redirect from a posting to the list", "ok", at_one(redirect_to("/jobs")), closes=1,
    )),
    *_on("jsonld", Fault(
        "detail_says_gone", "a page that states that the posting is gone", "ok",
        at_one(always(html_page("Job not found", "<h1>This job is no longer available.</h1>"))), closes=1,
    )),
    *_on("jsonld", Fault(
        "detail_expired", "validThrough is in the past", "ok",
        json_ld(lambda text: text[:-1] + ', "validThrough": "2020-01-31"}'), closes=1,
    )),
    *_on("jsonld workday html", Fault(
        "old_detail_404", "an unchanged list, but 404 for a posting's page", "ok", at_one(always(Reply(404))),
        closes=1, same_list=True,
    )),
    *_on("jsonld workday html", Fault(
        "old_detail_pays", "an unchanged list, but other pay on a posting's page", "ok",
        at_one(swapped("$22", "$25")), changes=1, same_list=True,
    )),
    # Records of odd shape.
    Fault("every_record_malformed", "no record has a title", "parse_error", without_field("title", 30)),
    Fault("quarter_malformed", "8 of 30 records have no title", "parse_error", without_field("title", 8)),
    Fault("one_malformed", "a record has no title", "partial", without_field("title", 1)),
    Fault("no_id", "a record has no id", "partial", without_field("id", 1)),
    Fault("null_id", "the id of a record is null", "partial", with_fields(id=None)),
    Fault("odd_field", "optional fields of another shape", "ok", with_fields(location="Zürich", departments=[None])),
    Fault("no_words", "no record has a description", "ok", without_field("content", 30)),
    Fault("empty_words", "a record's description is empty", "ok", with_fields(content="")),
    *_on("smartrecruiters", Fault(
        "detail_without_words", "a posting's own record has no description", "ok",
        at_one(lambda ask, usual: usual._replace(body=json.dumps(WORDLESS).encode())),
    )),
    # Bytes with faults that a browser or a feed reader would repair.
    *(
        fault
        for name, about, play in (
            ("nbsp", "&nbsp;, which XML does not know", swapped("Marketing Intern", "Marketing&nbsp;Intern")),
            ("uuml", "&uuml;, which XML does not know", swapped("Zürich", "Z&uuml;rich")),
            ("ampersand", "a bare &", swapped("Marketing Intern", "Sales & Marketing Intern")),
            ("control", "a control character", swapped("Marketing Intern", "Marketing \x0bIntern")),
            ("prefix", "a prefix that is not declared", undeclared_prefix),
            ("utf_16", "UTF-8 that is labelled UTF-16", swapped('"UTF-8"', '"UTF-16"')),
            ("latin_1", "Latin-1 that is labelled UTF-8", swapped("", "", "latin-1")),
            ("entity", "an entity of its document type", own_entity),
        )
        for fault in _on("rss personio", Fault(f"xml_{name}", f"XML with {about}", "ok", at_list(play)))
    ),
    Fault("json_latin_1", "JSON in Latin-1, with the right charset", "ok", at_list(legacy_charset)),
    Fault("json_bom", "JSON with a byte order mark", "ok",
          at_list(lambda ask, usual: usual._replace(body=b"\xef\xbb\xbf" + usual.body))),
    *(
        Fault(f"coding_{name}", f"Content-Encoding: {coding}, for plain JSON", "ok",
              at_list(with_headers(Content_Encoding=coding)))
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
            first_time(Reply(429, headers={"Retry-After": "2"})), source="lever",
        ),
        Fault("retry_after_date", "429 with a date in Retry-After, once", "ok", retry_after_a_date, source="lever"),
        Fault("retry_after_hours", "429 with Retry-After: 7200", "rate_limited",
              always(Reply(429, headers={"Retry-After": "7200"}))),
        Fault("too_many", "429 every time", "rate_limited", always(Reply(429))),
        Fault("server_error_once", "500 once", "ok", first_time(Reply(500))),
        Fault("server_error", "500 every time", "timeout", always(Reply(500))),
        Fault("forbidden", "403", "blocked", always(Reply(403))),
        Fault("gone", "404", "gone", always(Reply(404))),
        Fault("slow", "a byte a second", "timeout", lambda ask, usual: usual._replace(pause=1.0)),
        Fault("cut_off", "closes the connection before the end", "timeout",
              lambda ask, usual: usual._replace(missing=100)),
        Fault("truncated_json", "JSON without its end", "parse_error",
              lambda ask, usual: usual._replace(body=usual.body[: len(usual.body) // 2])),
        Fault("html_for_json", "an HTML page instead of JSON", "parse_error",
              always(Reply(body=b"<!doctype html><title>Careers</title>", headers={"Content-Type": "text/html"}))),
        Fault("total_changes_once", "a total that changes while paging, once", "ok", total_changes_once,
              source="smartrecruiters"),
        Fault("changing_total", "a total that changes at every page", "partial", changing_total,
              source="smartrecruiters"),
        Fault("endless_paging", "a full page, whichever page is requested", "partial", endless, source="lever"),
        Fault("duplicate_ids", "every posting twice, and twice the total", "partial", doubled),
        Fault("redirect_private", "a redirect to a private address", "blocked", redirect_to("http://10.0.0.1/jobs")),
        Fault("redirect_loopback", "a redirect to this machine", "blocked", redirect_to("http://127.0.0.1:22/")),
        Fault("redirect_metadata", "a redirect to a cloud's metadata", "blocked",
              redirect_to("http://169.254.169.254/latest/meta-data/")),
        Fault("redirect_denied", "a redirect to a host on the deny-list", "blocked", redirect_to("https://www.linkedin.com/jobs")),
        Fault("redirect_nowhere", "a redirect to an invalid address", "blocked", redirect_to("http://[bad")),
        Fault("redirect_loop", "a redirect to itself", "parse_error",
              lambda ask, usual: Reply(302, headers={"Location": ask.path})),
        Fault("robots_nowhere", "robots.txt: a redirect to an invalid address", "robots_unreachable",
              robots=always(Reply(302, headers={"Location": "http://[bad"}))),
        Fault("robots_503", "robots.txt: 503", "robots_unreachable", robots=always(Reply(503))),
        Fault("robots_slow", "robots.txt: a byte a second", "robots_unreachable",
              robots=always(Reply(body=b"User-agent: *\n" * 9, pause=1.0))),
        Fault("robots_deny", "robots.txt: Disallow: /", "robots_denied",
              robots=robots_text("User-agent: *\nDisallow: /\n")),
        Fault("robots_zipped", "robots.txt, compressed: Disallow: /", "robots_denied",
              robots=lambda ask, usual: zipped(ask, Reply(body=b"User-agent: *\nDisallow: /\n"))),
        Fault("crawl_delay", "robots.txt: Crawl-delay: 1", "ok", source="lever",
              robots=robots_text("User-agent: *\nCrawl-delay: 1\n")),
        Fault("not_modified", "an ETag, and 304 to a request with it", "ok", validated),
        Fault("zipped", "a compressed answer", "ok", zipped),
        Fault("gzip_bomb", "64 kB that unpack to 64 MB", "parse_error",
              lambda ask, usual: Reply(body=bomb(), headers={**usual.headers, "Content-Encoding": "gzip"})),
        Fault("too_large", "64 MB", "parse_error", lambda ask, usual: usual._replace(body=much())),
        Fault("wrong_charset", "UTF-8 that is labelled UTF-16", "ok",
              with_headers(Content_Type="application/json; charset=utf-16")),
        Fault("tdm_header", "the header TDM-Reservation: 1", "tdm_reserved", with_headers(TDM_Reservation="1")),
        Fault("tdm_file", "/.well-known/tdmrep.json reserves all", "tdm_reserved", reserved),
        *_PROOF,
    )
}  # fmt: skip
