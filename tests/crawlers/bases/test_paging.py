"""Paging objects: the request for the next page, and the end of the list."""

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from crawlers.bases.books import BoardRun
from crawlers.bases.paging import Cursor, NextLink, Offset, OnePage, PageNumber
from crawlers.contract.board import Board

URL = "https://jobs.example/list?page=1"

NEXT = [  # the paging, the page, its records, (pages, records, total) of the list so far, the next request
    (OnePage(), {}, 2, (1, 2, None), None),
    (NextLink("links.next"), {"links": {"next": "/list?page=2"}}, 2, (1, 2, None), "https://jobs.example/list?page=2"),
    (NextLink("links.next"), {"links": {"next": None}}, 2, (1, 2, None), None),
    (NextLink("links.next"), {}, 2, (1, 2, None), None),
    (Cursor("cursor", "after"), {"cursor": "x y"}, 2, (1, 2, None), f"{URL}&after=x+y"),
    (Cursor("cursor", "after"), {"cursor": ""}, 2, (1, 2, None), None),
    (Offset("skip", size=2), {}, 2, (2, 4, None), f"{URL}&skip=4"),
    (Offset("skip", size=2), {}, 1, (2, 3, None), None),
    (Offset("skip", size=2), {}, 1, (2, 3, 5), f"{URL}&skip=3"),
    (Offset("skip"), {}, 1, (2, 3, None), f"{URL}&skip=3"),
    (PageNumber("page", first=1), {}, 2, (1, 2, None), "https://jobs.example/list?page=2"),
    (PageNumber("page"), {}, 2, (1, 2, None), "https://jobs.example/list?page=1"),
    (PageNumber("page", first=1, size=3), {}, 2, (1, 2, None), None),
    (
        PageNumber("page", first=1, pages_key="pages"),
        {"pages": "2"},
        2,
        (1, 2, None),
        "https://jobs.example/list?page=2",
    ),
    (PageNumber("page", first=1, pages_key="pages"), {"pages": 2}, 2, (2, 4, None), None),
]


@pytest.mark.parametrize(("paging", "page", "shown", "so_far", "following"), NEXT)
def test_the_next_page_is_requested_until_the_end(paging, page, shown, so_far, following):
    run = BoardRun(Board("made", "acme", "Acme"), {})
    run.pages, run.records, run.total = so_far
    request = paging.next_request(TextResponse(URL, request=Request(URL)), page, run, shown)
    assert (request and request.url) == following


@pytest.mark.parametrize("paging", [Offset("offset"), PageNumber("offset")])
def test_a_parameter_in_a_json_body_is_changed_there(paging):
    run = BoardRun(Board("made", "acme", "Acme"), {})
    run.pages = run.records = 20
    request = Request(URL, method="POST", body='{"offset": 0, "limit": 20}')
    following = paging.next_request(TextResponse(URL, request=request), {}, run, 20)
    assert (following.url, following.body) == (URL, b'{"offset": 20, "limit": 20}')


def test_only_links_and_cursors_name_the_next_page():
    page = {"next": "/2"}
    pagings = (OnePage(), Offset("skip"), PageNumber("page"), NextLink("next"), Cursor("next", "after"))
    assert [paging.names_next(page) for paging in pagings] == [False, False, False, True, True]
    assert not NextLink("next").names_next({"next": None})


def test_a_list_of_one_page_has_a_proof_of_its_own():
    assert OnePage.proof == "the whole board in one answer"
    assert {paging.proof for paging in (NextLink, Cursor, Offset, PageNumber)} == {"paging came to its end"}
