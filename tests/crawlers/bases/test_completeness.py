"""Completeness of boards: `ok` needs a proof that the list was seen whole; everything skipped is stated."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from crawlers.bases.html_list import HtmlListSpider, inner_html, text_of
from crawlers.bases.json_ld import JsonLdSpider
from crawlers.bases.paging import NextLink, Offset, PageNumber
from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting
from tests.support.spider import SITE, Json, crawl


def jobs(*ids, **more):
    return {"jobs": [{"id": number} for number in ids], **more}


ONE = {"total_key": "total"}
MAY = ONE | {"total_is_optional": True}
PLACES = {"repeats": "places"}
OFFSET = {"paging": Offset("skip", size=2)}
PAGE = {"paging": PageNumber("page", first=1, pages_key="pages")}
NEXT = {"paging": NextLink("next")}
TWO = {"/1": jobs(1, 2, total=4), "/1?skip=2": jobs(3, 4, total=4)}
LISTS = [  # the facts of the spider, its pages, the verdict, and the proof or the error
    ({}, {"/1": jobs(1, 2)}, "ok", "the whole board in one answer"),
    ({}, {"/1": jobs()}, "ok_empty", "the whole board in one answer"),
    (ONE, {"/1": jobs(1, 2, total=2)}, "ok", "the advertised total of 2 was met"),
    (ONE, {"/1": jobs(total=0)}, "ok_empty", "the advertised total of 0 was met"),
    (ONE, {"/1": jobs(1, total=2)}, "partial", "1 of 2 postings were shown"),
    (ONE, {"/1": jobs(1)}, "partial", "the answer states no total"),
    (ONE, {"/1": jobs(1, total="many")}, "partial", "the answer states no total"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs(3)}, "ok", "paging came to its end"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs()}, "ok", "paging came to its end"),
    (OFFSET, {"/1": jobs(1, 2)}, "partial", "not there"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": 500}, "partial", "status 500"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": "<html>"}, "partial", "expected JSON"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs(1, 2)}, "partial", "goes in circles"),
    (ONE | OFFSET, {"/1": jobs(1, 2, total=3), "/1?skip=2": jobs(total=3)}, "partial", "2 of 3 postings were shown"),
    (ONE | OFFSET, {"/1": jobs(1, 2, total=3), "/1?skip=2": jobs(3, total=3)}, "ok", "total of 3 was met"),
    (
        ONE | OFFSET | {"total_on_first_page_only": True},
        {"/1": jobs(1, 2, total=3), "/1?skip=2": jobs(3, total=0)},
        "ok",
        "total of 3 was met",
    ),
    (PAGE, {"/1": jobs(1, pages=2), "/1?page=2": jobs(2, pages=2)}, "ok", "paging came to its end"),
    (PAGE, {"/1": jobs(1, pages=2)}, "partial", "not there"),
    (NEXT, {"/1": jobs(1, next="/2"), "/2": jobs(2, next=None)}, "ok", "paging came to its end"),
    (NEXT, {"/1": jobs(1, next="/2"), "/2": jobs(2, next="/1")}, "partial", "goes in circles"),
    (NEXT | {"cap": 2}, {"/1": jobs(1, next="/2"), "/2": jobs(2, next="/3")}, "partial", "shows 2 postings at most"),
    (ONE | {"cap": 2}, {"/1": jobs(1, 2, total=2)}, "partial", "shows 2 postings at most"),
    (ONE | {"cap": 3}, {"/1": jobs(1, 2, total=2)}, "ok", "total of 2 was met"),
    ({"window": "its newest"}, {"/1": jobs(1)}, "partial", "shows only its newest"),
    # Only distinct postings count.
    (ONE | OFFSET, TWO, "ok", "total of 4 was met"),
    (ONE | OFFSET, TWO | {"/1?skip=2": TWO["/1"]}, "partial", "2 of 4 postings were shown, the other records repeat"),
    (ONE | OFFSET, TWO | {"/1?skip=2": jobs(2, 3, total=4)}, "partial", "3 of 4 postings were shown"),
    (ONE, {"/1": jobs(1, 1, total=2)}, "partial", "1 of 2 postings were shown, the other records repeat"),
    (ONE, {"/1": jobs(1, 1, total=1)}, "ok", "total of 1 was met"),
    (ONE, {"/1": jobs(1, 2, total=1)}, "partial", "more than the advertised total of 1"),
    (ONE, {"/1": jobs(1, 2, total="2")}, "ok", "total of 2 was met"),
    (OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs(2)}, "partial", "goes in circles"),
    (NEXT, {"/1": jobs(1, next="/2"), "/2": jobs(1, 2)}, "partial", "1 of 3 records were repeated while paging"),
    ({}, {"/1": jobs(1, 1)}, "ok", "the whole board in one answer"),
    (NEXT | {"repeats": "promoted"}, {"/1": jobs(1, 2, next="/2"), "/2": jobs(1, 3)}, "ok", "paging came to its end"),
    (ONE | OFFSET | {"repeats": "promoted"}, {"/1": jobs(1, 2, total=3), "/1?skip=2": jobs(1, 3)}, "ok", "total of 3"),
    (ONE | {"repeats": "places"}, {"/1": {"jobs": [{"id": 1, "at": "Lyon"}, {"id": 1, "at": "Ulm"}], "total": 2}},
     "ok", "total of 2 was met"),
    (ONE | {"repeats": "places"}, {"/1": {"jobs": [{"id": 1, "at": "Ulm"}] * 2, "total": 2}}, "partial", "1 of 2"),
    (ONE, {"/1": jobs(1, 2, total=2, error="timeout")}, "partial", "the answer states an error next to its list"),
    ({}, {"/1": jobs(1, 2, success=False)}, "partial", "the answer states an error next to its list"),
    ({}, {"/1": jobs(1, 2, moreDataAvailable=True)}, "partial", "the answer says that there are more postings"),
    (NEXT, {"/1": jobs(1, next="/2"), "/2": jobs(next="/3")}, "partial", "a page without postings links to a next"),
    (MAY | OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs(3)}, "ok", "paging came to its end"),
    (MAY | OFFSET, {"/1": jobs(1, 2, total=4), "/1?skip=2": jobs()}, "partial", "2 of 4"),
    (PLACES | OFFSET, {"/1": jobs(1, 2), "/1?skip=2": jobs(2, 3), "/1?skip=4": jobs()}, "partial", "twice"),
    # Unreadable records.
    ({}, {"/1": jobs(1, None)}, "partial", "records without a readable id: 1"),
    ({}, {"/1": {"jobs": [{"id": 1}, 7]}}, "partial", "records without a readable id: 1"),
    ({}, {"/1": {"jobs": jobs(*range(1, 20))["jobs"] + [{"id": n, "title": ""} for n in (20, 21)]}}, "ok", "whole"),
    ({}, {"/1": {"jobs": jobs(*range(1, 20))["jobs"] + [{"id": n, "title": ""} for n in range(20, 26)]}},
     "parse_error", "6 of 25 records are malformed, 6 by: missing title"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "pages", "verdict", "expected"), LISTS)
def test_a_json_list_is_seen_whole_or_states_what_is_missing(tmp_path, facts, pages, verdict, expected):
    commit, _, _ = crawl(type("Made", (Json,), facts), tmp_path, pages)
    assert (commit["verdict"], commit["complete"]) == (verdict, verdict.startswith("ok"))
    assert expected in (commit["proof"] if verdict.startswith("ok") else commit["error"])


def test_repeated_records_are_counted_separately(tmp_path):
    commit, _, _ = crawl(Json, tmp_path, {"/1": jobs(1, 2, 2, 2)})
    assert (commit["postings"], commit["repeated"], commit["ids"]) == (2, 2, ["1", "2"])


def test_a_list_that_moved_once_is_whole_when_it_is_read_again(tmp_path):
    pages = {"/1": [jobs(1, 2), jobs(9, 1)], "/1?skip=2": [jobs(2, 3), jobs(2, 3)], "/1?skip=4": [jobs(), jobs()]}
    commit, postings, _ = crawl(type("Made", (Json,), OFFSET), tmp_path, pages)
    assert (commit["verdict"], commit["ids"], len(postings)) == ("ok", ["9", "1", "2", "3"], 4)


def changing(*totals):
    """Return pages of a board with three postings whose stated total changes."""
    first, second = [jobs(1, 2, total=total) for total in totals[::2]], [jobs(3, total=total) for total in totals[1::2]]
    return {"/1": first, "/1?skip=2": second}


def test_a_list_whose_total_changes_is_read_once_more(tmp_path):
    spider = type("Made", (Json,), ONE | OFFSET)
    commit, postings, asked = crawl(spider, tmp_path, changing(2 + 1, 2, 3, 3))
    assert (commit["verdict"], commit["postings"], len(postings)) == ("ok", 3, 3)
    assert asked == ["/1", "/1?skip=2", "/1", "/1?skip=2"]


def test_a_list_whose_total_keeps_changing_is_partial(tmp_path):
    spider = type("Made", (Json,), ONE | OFFSET)
    commit, _, asked = crawl(spider, tmp_path, changing(4, 5, 6, 7))
    assert commit["verdict"] == "partial"
    assert commit["error"] == "the total changed from 6 to 7 while paging, twice"
    assert len(asked) == 4


def test_sources_with_a_cap_state_it():
    caps = {name: spider.cap for name, spider in spiders().items() if getattr(spider, "cap", None)}
    assert caps.items() >= {
        "arbeitsagentur": 10_000, "francetravail": 1150, "jobtech": 2100, "oracle": 10_000, "usajobs": 10_000,
        "workday": 2000,
    }.items()  # fmt: skip


# Lists and details.


class Html(HtmlListSpider):
    name = "html"
    card_selector = "li"
    list_selector = "ul"

    def parse_posting(self, record, board):
        link = record.select_one("a")
        return RawPosting(posting_id=str(link["href"]), url=SITE + str(link["href"]), title=text_of(link))

    def detail_request(self, posting, board):
        return Request(posting.url)

    def parse_detail(self, page, posting, board):
        if page.select_one(".closed"):
            return None
        posting.description = inner_html(page, "p")
        return posting if posting.description else super().parse_detail(page, posting, board)


def cards(*titles, **more):
    links = "".join(f'<li><a href="/{title.lower().replace(" ", "-")}">{title}</a></li>' for title in titles)
    following = f'<link rel="next" href="{more["next"]}">' if more else ""
    return f"<html>{following}<ul>{links}</ul></html>"


LIST = cards("Moss Intern", "Night Lead", "Tide Intern")
TEXT = "<html><p>Ten weeks.</p></html>"


def test_only_pages_of_candidates_are_requested_and_the_others_counted(tmp_path):
    commit, postings, asked = crawl(Html, tmp_path, {"/1": LIST, "/moss-intern": TEXT, "/tide-intern": TEXT})
    assert asked == ["/1", "/moss-intern", "/tide-intern"]
    assert (commit["verdict"], commit["postings"], commit["out_of_scope"], len(postings)) == ("ok", 3, 1, 2)
    assert commit["ids"] == ["/moss-intern", "/night-lead", "/tide-intern"]


def test_with_scope_all_every_page_is_requested(tmp_path):
    pages = {"/1": LIST, "/moss-intern": TEXT, "/tide-intern": TEXT, "/night-lead": TEXT}
    commit, _, asked = crawl(Html, tmp_path, pages, scope_all=True)
    assert (len(asked), commit["out_of_scope"]) == (4, 0)


def test_the_budget_of_a_board_is_kept_and_the_excess_is_stated(tmp_path):
    frugal = type("Frugal", (Html,), {"detail_limit": 1})
    commit, _, asked = crawl(frugal, tmp_path, {"/1": LIST, "/moss-intern": TEXT})
    assert asked == ["/1", "/moss-intern"]
    assert commit["verdict"] == "partial"
    assert commit["error"] == "1 of 2 detail pages exceed the board's budget"


@pytest.mark.parametrize(
    ("page", "verdict", "reason"),
    [
        (404, "ok", {"detail page is gone": 1}),
        ("<html><i class=closed></html>", "ok", {"detail page says it is gone": 1}),
        (503, "partial", {}),
        (None, "partial", {}),
        ("<html>Back soon</html>", "partial", {}),
    ],
)
def test_a_posting_whose_page_cannot_be_read(tmp_path, page, verdict, reason):
    """A posting that is gone is no longer shown; any other keeps its values, and the next run requests its page."""
    commit, postings, asked = crawl(Html, tmp_path, {"/1": LIST, "/moss-intern": page, "/tide-intern": TEXT})
    assert (commit["verdict"], commit["dropped_reasons"]) == (verdict, reason)
    assert ("/moss-intern" in commit["ids"]) == (not reason)
    assert [line["posting"]["title"] for line in postings if not line.get("whole", True)] == (
        [] if reason else ["Moss Intern"]
    )
    assert commit["unread"] == (not reason)
    again, _, asked = crawl(Html, tmp_path / "again", {"/1": LIST, "/moss-intern": TEXT}, commit)
    assert (again["verdict"], asked) == (("unchanged", ["/1"]) if reason else ("ok", ["/1", "/moss-intern"]))


def test_an_error_while_reading_a_page_loses_no_posting(tmp_path):
    def stumble(self, page, posting, board):
        raise IndexError("list index out of range")

    stumbling = type("Stumbling", (Html,), {"parse_detail": stumble})
    commit, postings, _ = crawl(stumbling, tmp_path, {"/1": LIST, "/moss-intern": TEXT, "/tide-intern": TEXT})
    assert (commit["verdict"], [line["whole"] for line in postings]) == ("partial", [False, False])


@pytest.mark.parametrize(
    ("pages", "verdict", "expected"),
    [
        ({"/1": cards("Moss Intern", next="/2"), "/2": cards("Tide Intern")}, "ok", "links to no next page"),
        ({"/1": cards("Moss Intern", next="/2"), "/2": cards(next="/3")}, "partial", "postings links to a next page"),
        ({"/1": cards("Moss Intern", next="/2"), "/2": cards()}, "ok", "the last page links to no next page"),
        ({"/1": cards("Moss Intern").replace("<ul>", "<title>Just a moment...</title><ul>")}, "blocked", "challenge: "),
        ({"/1": cards()}, "ok_empty", "links to no next page"),
        ({"/1": cards("Moss Intern", next="/2")}, "partial", "not there"),
        ({"/1": cards("Moss Intern", next="/1")}, "partial", "goes in circles"),
        ({"/1": "<html>Hello</html>"}, "parse_error", "the page has no list of postings"),
        ({"/1": "<html>Back soon</html>"}, "blocked", "maintenance: https://jobs.example/1"),
        ({"/1": cards("Moss Intern", next="/2"), "/2": "<html>Back soon</html>"}, "partial", "maintenance: "),
        ({"/1": cards("Moss Intern", next="/2"), "/2": "<html>Hello</html>"}, "partial", "no list of postings"),
    ],
)
def test_a_list_of_cards_is_seen_whole_or_states_what_is_missing(tmp_path, pages, verdict, expected):
    listed = type("Listed", (Html,), {"detail_request": lambda self, posting, board: None})
    commit, _, _ = crawl(listed, tmp_path, pages)
    assert commit["verdict"] == verdict
    assert expected in (commit["proof"] if verdict.startswith("ok") else commit["error"])


def test_a_full_page_without_a_link_is_not_the_last(tmp_path):
    full = type("Full", (Html,), {"full_page": 2, "detail_request": lambda self, posting, board: None})
    commit, _, _ = crawl(full, tmp_path, {"/1": cards("Moss Intern", "Tide Intern")})
    assert (commit["verdict"], commit["error"]) == ("partial", "a full page of 2 postings links to no next page")


def test_a_sitemap_is_read_within_the_budget(tmp_path):
    site = type("Site", (JsonLdSpider,), {"name": "site", "detail_limit": 1})
    stated = '<html><script type="application/ld+json">{"@type": "JobPosting", "title": "Moss Intern"}</script></html>'
    addresses = "".join(f"<url><loc>{SITE}/jobs/{number}</loc></url>" for number in (101, 102))
    pages = {"/1": f"<urlset>{addresses}</urlset>", "/jobs/101": stated}
    commit, postings, asked = crawl(site, tmp_path, pages)
    assert (asked, len(postings)) == (["/1", "/jobs/101"], 1)
    assert (commit["verdict"], commit["error"]) == ("partial", "1 of 2 detail pages exceed the board's budget")


# Boards that have not changed.


def test_an_equal_answer_is_unchanged_and_its_details_are_not_requested_again(tmp_path):
    pages = {"/1": LIST, "/moss-intern": TEXT, "/tide-intern": TEXT}
    first, _, _ = crawl(Html, tmp_path / "first", pages)
    second, postings, asked = crawl(Html, tmp_path / "second", pages, first)
    assert (second["verdict"], postings, asked) == ("unchanged", [], ["/1"])
    assert second["validators"] == first["validators"]


def test_a_changed_page_among_equal_ones_is_a_change(tmp_path):
    spider = type("Made", (Json,), OFFSET)
    pages = {"/1": jobs(1, 2), "/1?skip=2": jobs(3)}
    first, _, _ = crawl(spider, tmp_path / "first", pages)
    second, _, asked = crawl(spider, tmp_path / "second", pages | {"/1?skip=2": jobs(4)}, first)
    assert (second["verdict"], len(asked)) == ("ok", 2)
    third, _, _ = crawl(spider, tmp_path / "third", pages | {"/1?skip=2": jobs(4)}, second)
    assert third["verdict"] == "unchanged"


@pytest.mark.parametrize(("addresses", "asked"), [(["/1"], True), (["/1", "/1?skip=2"], False), (["/2"], False)])
def test_only_a_board_with_one_answer_gets_conditional_requests(tmp_path, addresses, asked):
    """A list page that has not changed proves nothing about the pages it leads to."""
    board = Board("json", "acme", "Acme", f"{SITE}/1")
    known = {"etag": '"1"', "last_modified": "Mon, 23 Nov 2026 00:00:00 GMT", "sha256": "0"}
    validators = {board.key: {SITE + address: known for address in addresses}}
    spider = Json(boards=[board], plan=CrawlPlan([board], tmp_path / "run", validators=validators))

    async def begin():
        return [request async for request in spider.start()]

    (request,) = asyncio.run(begin())
    assert [name in request.headers for name in ("If-None-Match", "If-Modified-Since")] == [asked, asked]


# The age of pages.

DAY_ONE = datetime(2026, 11, 2, 12, tzinfo=UTC)
WHOLE = {"/1": LIST, "/moss-intern": TEXT, "/tide-intern": TEXT}


def nights(spider, folder, *nights, page_days=7):
    """Crawl on several days, each with the state of the previous one; return commit, postings and requests of each."""
    before, results = None, []
    for number, (day, pages) in enumerate(nights):
        plan = {"now": DAY_ONE + timedelta(days=day), "page_days": page_days}
        results.append(crawl(spider, folder / str(number), pages, before, **plan))
        before = results[-1][0]
    return results


@pytest.mark.parametrize(
    ("page", "verdict", "ids", "texts"),
    [
        (TEXT, "ok", 3, 2),
        ("<html><p>Twelve weeks.</p></html>", "ok", 3, 2),
        (404, "ok", 2, 1),
        ("<html><i class=closed></html>", "ok", 2, 1),
        ("<html>Back soon</html>", "partial", 3, 1),
        (503, "partial", 3, 1),
    ],
)
def test_pages_are_read_again_although_their_list_is_the_same(tmp_path, page, verdict, ids, texts):
    _, (commit, postings, asked) = nights(Html, tmp_path, (0, WHOLE), (7, WHOLE | {"/moss-intern": page}))
    assert asked == ["/1", "/moss-intern", "/tide-intern"]
    assert (commit["verdict"], len(commit["ids"]), len(postings)) == (verdict, ids, texts)
    assert commit["page_requests"] == 2


def test_no_page_is_read_late_even_if_nights_were_missed(tmp_path):
    listed = cards(*(f"Intern {number}" for number in range(40)))
    pages = {"/1": listed, **{f"/intern-{number}": TEXT for number in range(40)}}
    days = [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 30]
    last, counts = {}, []
    for day, (_, _, asked) in zip(days, nights(Html, tmp_path, *[(day, pages) for day in days]), strict=True):
        counts.append(len(asked) - 1)
        last |= dict.fromkeys(asked[1:], day)
        assert day - min(last.values()) < 7
    assert counts[:4] == [40, 0, 0, 0]
    assert all(count > 3 for count in counts[4:8])  # spread over the nights before the last due day
    assert sum(counts[4:8]) == 40
    assert counts[-1] == 40


def test_postings_that_are_not_due_are_kept_and_a_page_that_is_gone_stays_gone(tmp_path):
    with_gone = WHOLE | {"/moss-intern": 404}
    _, (second, postings, _), (third, _, asked) = nights(Html, tmp_path, (0, WHOLE), (7, with_gone), (8, with_gone))
    assert (second["ids"], second["kept"], len(postings)) == (["/night-lead", "/tide-intern"], [], 1)
    assert (third["verdict"], asked) == ("unchanged", ["/1"])


def test_within_a_budget_pages_never_read_come_first_then_the_oldest(tmp_path):
    frugal = type("Frugal", (Html,), {"detail_limit": 1})
    first, second, third = nights(frugal, tmp_path, (0, WHOLE), (1, WHOLE), (8, WHOLE))
    assert [asked for _, _, asked in (first, second, third)] == [
        ["/1", "/moss-intern"],
        ["/1", "/tide-intern"],
        ["/1", "/moss-intern"],
    ]
    assert third[0]["kept"] == ["/tide-intern"]


def answers(**headers):
    """Answer 304 to a conditional request, and with a page to any other."""

    def answer(request):
        asked = "If-None-Match" in request.headers
        body = b"" if asked else TEXT.encode()
        return HtmlResponse(request.url, status=304 if asked else 200, headers=headers, body=body, request=request)

    return answer


def test_a_page_that_has_not_changed_is_sent_without_a_body(tmp_path):
    pages = WHOLE | {"/moss-intern": answers(ETag='"1"')}
    _, (commit, postings, _) = nights(Html, tmp_path, (0, pages), (7, pages))
    assert (commit["verdict"], commit["kept"], len(postings)) == ("ok", ["/moss-intern"], 1)
    assert commit["pages"]["/moss-intern"] == ["2026-11-09", '"1"', None, False]


def test_a_list_is_requested_unconditionally_when_pages_are_due(tmp_path):
    board = Board("html", "acme", "Acme", f"{SITE}/1")
    known = {SITE + "/1": {"etag": '"list"', "last_modified": None, "sha256": "0"}}
    for read, conditional in (("2026-11-23", True), ("2026-11-01", False)):
        plan = CrawlPlan([board], tmp_path / read, validators={board.key: known}, now=DAY_ONE + timedelta(days=21))
        plan.pages = {board.key: {"/moss-intern": [read, None, None, False]}}

        async def begin(spider):
            return [request async for request in spider.start()]

        (request,) = asyncio.run(begin(Html(boards=[board], plan=plan)))
        assert ("If-None-Match" in request.headers) == conditional


CHALLENGE = "<html><title>Just a moment...</title></html>"
NEVER_DUE = {
    # the page of the first posting on the first night, the budget of the board, and the requests of the nights
    "a first reading challenged": (CHALLENGE, 500, [2, 1, 0]),
    "beyond the budget": (TEXT, 1, [1, 1, 0]),
    "gone, each of them": (404, 500, [2, 2, 0]),
}


@pytest.mark.parametrize(("page", "budget", "counts"), NEVER_DUE.values(), ids=NEVER_DUE)
def test_a_page_that_was_not_read_is_due_while_the_list_answers_304(tmp_path, page, budget, counts):
    def listed(request):
        asked = "If-None-Match" in request.headers
        body = b"" if asked else LIST.encode()
        headers = {"ETag": '"1"'}
        return HtmlResponse(request.url, status=304 if asked else 200, headers=headers, body=body, request=request)

    spider = type("Short", (Html,), {"detail_limit": budget})
    first = {"/1": listed, "/moss-intern": page, "/tide-intern": 404 if page == 404 else TEXT}
    later = {"/1": listed, "/moss-intern": TEXT, "/tide-intern": TEXT}
    results = nights(spider, tmp_path, (0, first), (1, later), (2, later))
    assert [len(asked) - 1 for _, _, asked in results] == counts
    assert [commit["verdict"] for commit, _, _ in results][1:] == ["ok", "unchanged"]
    assert results[0][0]["ids"][0] == "/moss-intern" or page == 404
    assert len(results[0][0]["ids"]) == 3


def test_pages_that_stay_unread_do_not_delay_the_others(tmp_path):
    short = type("Short", (Html,), {"detail_limit": 1})
    walled = WHOLE | {"/moss-intern": CHALLENGE}
    results = nights(short, tmp_path, (0, WHOLE), (1, WHOLE), (8, walled), (9, walled), (10, walled))
    assert [asked[1] for _, _, asked in results] == [
        "/moss-intern", "/tide-intern", "/moss-intern", "/tide-intern", "/moss-intern",
    ]  # fmt: skip


def test_a_page_read_in_the_future_is_due(tmp_path):
    results = nights(Html, tmp_path, (3000, WHOLE), (0, WHOLE), (1, WHOLE))
    assert [len(asked) - 1 for _, _, asked in results] == [2, 2, 0]


def test_a_304_to_an_unconditional_request_proves_nothing(tmp_path):
    nobody = WHOLE | {"/moss-intern": 304}
    results = nights(Html, tmp_path, (0, WHOLE | {"/moss-intern": 404}), (7, nobody))
    assert (results[1][0]["verdict"], "/moss-intern" in results[1][0]["ids"]) == ("partial", False)
    results = nights(Html, tmp_path / "known", (0, WHOLE), (7, nobody))
    assert (results[1][0]["verdict"], results[1][0]["kept"]) == ("partial", ["/moss-intern"])


def test_if_no_page_shows_its_posting_none_is_gone(tmp_path):
    pages = WHOLE | {"/moss-intern": 404, "/tide-intern": 404, "/night-lead": CHALLENGE}
    commit, _, _ = crawl(Html, tmp_path, pages, scope_all=True)
    assert (commit["verdict"], len(commit["ids"])) == ("partial", 3)


def test_a_posting_whose_page_leads_back_to_the_list_is_gone(tmp_path):
    def led(request):
        request.meta["redirect_urls"] = [request.url]
        return HtmlResponse(f"{SITE}/1?expired=moss", body=LIST.encode(), request=request)

    commit, _, _ = crawl(Html, tmp_path, WHOLE | {"/moss-intern": led})
    assert (commit["verdict"], commit["ids"]) == ("ok", ["/night-lead", "/tide-intern"])
    assert commit["dropped_reasons"] == {"detail page leads back to the list": 1}


def test_a_page_states_that_its_posting_is_gone_in_the_words_of_its_source(tmp_path):
    page = "<html><h1>Gone   fishing</h1></html>"
    spider = type("Said", (Html,), {"gone_words": ("gone fishing",)})
    commit, _, _ = crawl(spider, tmp_path / "page", WHOLE | {"/moss-intern": page})
    assert (commit["verdict"], len(commit["ids"])) == ("ok", 2)
    commit, _, _ = crawl(Html, tmp_path / "unsaid", WHOLE | {"/moss-intern": page})
    assert (commit["verdict"], len(commit["ids"])) == ("partial", 3)


LONG = "<p>Ten weeks with moss. You draw, count and press it, and we pay your train.</p>" * 20
GONE = {
    # the rest of a page without its posting, and whether it proves that the posting is gone
    "a heading": ("<h1>This job has expired</h1>", True),
    "a heading of a long page": (f"<h1>Sorry, this position has been filled.</h1><h2>Other jobs</h2>{LONG}", True),
    "the title": ("<title>Job not found | Acme</title><h1>Acme</h1>", True),
    "a line of a short page": ("<h1>Moss Intern</h1><p>We are no longer accepting applications.</p>", True),
    "two lines": ("<div>Oops!<br>The position is <b>no longer available</b>.</div>".replace("The p", "This p"), True),
    "another language": ("<p>Leider: Diese Stelle ist nicht mehr verfügbar.</p>", True),
    "with its reason": ("<p>This posting has expired and is no longer available.</p>", True),
    "a footer": (f"{LONG}<footer>We delete your data as soon as the position has been filled.</footer>", False),
    "a sentence that says more": ("<p>We delete your data as soon as the position has been filled.</p>", False),
    "a long page": (f"{LONG}<p>This job has expired.</p>", False),
    "for others": ("<h1>Moss Intern</h1><p>No longer accepting applications from agencies.</p>", False),
    "hidden by style": ("<div hidden style='display:none'>This job has expired</div><p>Hello</p>", False),
    "hidden by style alone": ("<div style='display: none'><h1>This job has expired</h1></div><p>Hello</p>", False),
    "a list of other jobs": ("<ul><li>Fern Intern <b>Position has been filled</b></ul>", False),
    "a recommended job": ("<div class=similar-jobs><h3>Fern Intern</h3><i>Position has been filled</i></div>", False),
    "a card": ("<div><h3><a href=/9>Fern Intern</a></h3><p>Position has been filled</p></div>", False),
    "a session": ("<h1>Your session for this job has expired</h1>", False),
    "an error": ("<h1>Something went wrong</h1><p>Job not found in replica, retrying</p>", False),
    "an error and its reason": ("<h1>Something went wrong</h1><p>Job not found.</p>", False),
    "closed to nobody": ("<p>Applications are closed to nobody.</p>", False),
}


@pytest.mark.parametrize(("body", "gone"), GONE.values(), ids=GONE)
def test_only_the_main_statement_of_a_page_proves_that_its_posting_is_gone(tmp_path, body, gone):
    spider = type("Bare", (Html,), {"parse_detail": HtmlListSpider.parse_detail})
    pages = {"/1": cards("Moss Intern"), "/moss-intern": f"<html><body>{body}</body></html>"}
    commit, _, _ = crawl(spider, tmp_path, pages)
    assert (commit["verdict"], len(commit["ids"])) == (("ok", 0) if gone else ("partial", 1))


@pytest.mark.parametrize(
    ("to", "status", "body"),
    [
        ("/1?consent=1", 200, "<html><h1>Before you continue</h1><a href='/moss-intern'>Accept</a></html>"),
        ("/1?__cf=1", 200, "<html><title>Just a moment...</title></html>"),
        ("/1?r=1", 503, LIST),
        ("/1?r=1", 403, LIST),
        ("/1?login=1", 200, "<html><h1>Welcome</h1><a href='/moss-intern'>Log in</a></html>"),
        ("/1?lang=de&next=%2Fmoss-intern", 200, "<html>Choose your language</html>"),
    ],
)
def test_the_address_of_the_list_alone_proves_nothing(tmp_path, to, status, body):
    def led(request):
        request.meta["redirect_urls"] = [request.url]
        return HtmlResponse(SITE + to, status=status, body=body.encode(), request=request)

    commit, _, _ = crawl(Html, tmp_path, WHOLE | {"/moss-intern": led})
    assert (commit["verdict"], len(commit["ids"]), commit["unread"]) == ("partial", 3, 1)


STATED = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Moss Intern"'
OTHER = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Fern Intern, unpaid"}</script>'
NO_TEXTS = {
    "JSON-LD cut off beside a text": f"{STATED}</script><p>Ten weeks</p>",
    "JSON-LD cut off beside another posting's": f"{STATED}</script>{OTHER}<p>Ten weeks</p>",
    "another posting's JSON-LD beside a text": f"{OTHER}<p>Ten weeks</p>",
    "another posting's heading": "<h1>Finance Clerk</h1><p>Count money</p>",
    "a notice of scripts": "<p>Please enable JavaScript</p>",
    "an error": "<p>An unexpected error occurred. Reference 8812</p>",
    "a page that is loading": "<p>Loading</p>",
    "a queue": "<p>You are in the waiting room.</p>",
    "a browser's age": "<p>Your browser is out of date</p>",
    "a request to reload": "<p>Something went wrong. Please reload</p>",
    "a template": "<p>{{ job.text }}</p>",
}


@pytest.mark.parametrize("body", NO_TEXTS.values(), ids=NO_TEXTS)
def test_an_incomplete_or_foreign_text_is_unread(tmp_path, body):
    _, (commit, postings, _) = nights(Html, tmp_path, (0, WHOLE), (7, WHOLE | {"/moss-intern": f"<html>{body}</html>"}))
    assert (commit["verdict"], commit["unread"], commit["kept"]) == ("partial", 1, ["/moss-intern"])
    assert [line["posting"]["posting_id"] for line in postings] == ["/tide-intern"]


def test_the_text_of_a_card_does_not_replace_that_of_the_page(tmp_path):
    class Carded(Html):
        def parse_posting(self, record, board):
            posting = super().parse_posting(record, board)
            posting.description = "Ten ..."
            return posting

    pages = {"/1": cards("Moss Intern"), "/moss-intern": f"<html>{STATED}}}</script></html>"}
    commit, (line,), _ = crawl(Carded, tmp_path, pages)
    assert (line["whole"], line["posting"]["description"]) == (False, "Ten ...")
    assert commit["odd_fields"] == {"description": 1}


SECTIONS = {"jobAd": {"sections": {"a": {"text": "Ten weeks"}}}}
WORKDAY = {"title": "Moss Intern", "jobDescription": "Ten weeks", "jobReqId": "R3"}


@pytest.mark.parametrize(
    ("source", "posting_id", "record", "becomes"),
    [
        ("smartrecruiters", "9001", {"id": "9001", **SECTIONS}, "read"),
        ("smartrecruiters", "9001", {"id": "9003", **SECTIONS}, "unread"),
        ("smartrecruiters", "9001", {"id": "9001", "active": False, **SECTIONS}, "gone"),
        ("smartrecruiters", "9001", {"active": False, "error": "backend timeout", "jobAd": None}, "unread"),
        ("smartrecruiters", "9001", {"active": False, "jobAd": None}, "unread"),
        ("workday", "/job/Ulm/Moss_R3-1", {"jobPostingInfo": WORKDAY}, "read"),
        ("workday", "/job/Ulm/Moss_R1", {"jobPostingInfo": WORKDAY}, "unread"),
        ("workday", "/job/Ulm/Moss_R1", {"jobPostingInfo": WORKDAY | {"externalUrl": "https://x.example/R1"}}, "read"),
        ("workday", "/job/Ulm/Moss_R1", {"jobPostingInfo": {"posted": False}}, "unread"),
        ("oracle", "7", {"items": [], "error": "timeout"}, "unread"),
    ],
)
def test_a_record_of_another_posting_or_with_an_error_proves_nothing(tmp_path, source, posting_id, record, becomes):
    board = Board(source, "acme.wd1/jobs", "Acme", f"{SITE}/1")
    spider = spiders()[source](boards=[board], plan=CrawlPlan([board], tmp_path))
    answer = TextResponse(f"{SITE}/detail", body=json.dumps(record).encode(), encoding="utf-8")
    posting = RawPosting(posting_id=posting_id, url=SITE, title="Moss Intern")
    if becomes == "unread":
        with pytest.raises(BrokenAnswer):
            spider.read_detail(answer, posting, board)
    else:
        assert bool(spider.read_detail(answer, posting, board)) == (becomes == "read")


def test_a_status_with_a_challenge_does_not_prove_that_a_page_is_gone(tmp_path):
    def walled(request):
        return HtmlResponse(request.url, status=404, body=CHALLENGE.encode(), request=request)

    commit, _, _ = crawl(Html, tmp_path, WHOLE | {"/moss-intern": walled})
    assert (commit["verdict"], len(commit["ids"]), commit["error"][:9]) == ("partial", 3, "challenge")


def test_an_unreadable_page_is_requested_again(tmp_path):
    commit, _, _ = crawl(Json, tmp_path, {"/1": "<html>Hello</html>"})
    assert (commit["verdict"], commit["validators"]) == ("parse_error", {})
