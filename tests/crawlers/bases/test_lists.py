"""Completeness of HTML lists: when they were seen whole, and when not."""

import contextlib
import json

import pytest
from bs4 import BeautifulSoup
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.answers.job_links import next_page
from crawlers.bases.books import BoardRun
from crawlers.bases.html_list import number_in
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.politeness.refusals import BrokenAnswer
from crawlers.spiders.html import HtmlSpider
from crawlers.spiders.jsonld import AnyJsonLdSpider
from crawlers.spiders.keejob import KeejobSpider

SAID = {"card": "li", "list": "ul", "total": ".total", "fields": {"title": "a", "url": "a @href"}}
BOARD = Board("html", "acme", "Acme", "https://acme.example/jobs", json.dumps(SAID))
NO_TOTAL = BOARD._replace(request_json=json.dumps({name: place for name, place in SAID.items() if name != "total"}))


def page(ids, total=None, following=None):
    count = "" if total is None else f'<p class="total">{total} openings</p>'
    link = "" if following is None else f'<a rel="next" href="{following}">next</a>'
    cards = "".join(f'<li><a href="/{n}">Intern {n}</a></li>' for n in ids)
    return f"<ul>{cards}</ul>{count}{link}"


def walk(tmp_path, answers, board=BOARD, spider=HtmlSpider):
    """Answer every request of a board's list with the next page; return its books and the requests."""
    crawl = spider(boards=[board], plan=CrawlPlan([board], tmp_path / "run"))
    run, asked = BoardRun(board, {}), []
    waiting = [crawl.ask(run, crawl.first_request(board), crawl.read_list)]
    for answer in answers:
        request = waiting.pop()
        asked.append(request.url)
        response = HtmlResponse(request.url, body=answer.encode(), encoding="utf-8", request=request)
        with contextlib.suppress(BrokenAnswer):
            waiting += crawl.read_list(response, run)
    crawl.journal.close()
    return run, [*asked, *(request.url for request in waiting)]


@pytest.mark.parametrize(
    ("answers", "proof", "error"),
    [
        ([page([1, 2])], "the last page links to no next page", None),
        ([page([])], "the last page links to no next page", None),
        ([page([1, 2], total=2)], "the advertised total of 2 was met", None),
        ([page([], total=0)], "the advertised total of 0 was met", None),
        ([page([1], 2, "?p=2"), page([2], 2)], "the advertised total of 2 was met", None),
        ([page([1], following="?p=2"), page([])], "the last page links to no next page", None),
        ([page([1], following="?p=2"), page([], following="?p=3")], None, "a page without postings links to a next"),
        ([page([1, 2]).replace("<ul>", "<ul><a rel=next>next</a>")], None, None),
        ([page([1], following="?p=2"), page([1], following="?p=3")] * 2, None, "paging goes in circles"),
        ([page([1, 2], 4, "?p=2"), page([2, 3], 4)] * 2, None, "3 of 4 postings were shown, the other records repeat"),
        ([page([1, 2], following="?p=2"), page([2, 3])] * 2, None, "1 of 4 records were repeated while paging, twice"),
        (
            [page([1, 2], following="?p=2"), page([2, 3]), page([0, 1, 2], following="?p=2"), page([3])],
            "the last page links to no next page",
            None,
        ),
        ([page([1, 2], 1, "?p=2")] * 2, None, "2 postings were shown, more than the advertised total of 1"),
        ([page([1], following="?p=2"), "<p>Just a moment</p>"], None, None),
        ([page([1, 2], total=5)], None, "2 of 5 postings were shown"),
        # the total changed while the pages were read, so they are read again from the first
        (
            [page([1], 2, "?p=2"), page([2], 3), page([1, 2], 3, "?p=2"), page([3], 3)],
            "the advertised total of 3",
            None,
        ),
        ([page([1], 2, "?p=2"), page([2], 3), page([1], 3, "?p=2"), page([2], 4)], None, "twice"),
    ],
)
def test_a_list_was_seen_whole_or_the_books_state_why_not(tmp_path, answers, proof, error):
    states_total = any('class="total"' in answer for answer in answers)
    run, _ = walk(tmp_path, answers, BOARD if states_total else NO_TOTAL)
    assert (run.proof or "").startswith(proof or "")
    assert (run.proof is None) == (proof is None)
    assert error is None or error in (run.error or "")


def test_pages_are_requested_by_number_without_links_to_the_next(tmp_path):
    board = Board("keejob", "keejob", "Keejob")
    cards = "<article><h2><a href='/offres-emploi/{}/x/'>Stage</a></h2></article>"
    total = "<i class='fa-search'></i><span>1 016 offres d'emploi trouvées</span>"
    _, asked = walk(tmp_path, [total + cards.format(1), total + cards.format(2)], board, KeejobSpider)
    assert [url.partition("job_types=9")[2] for url in asked] == ["", "&page=2", "&page=3"]


def test_a_list_without_its_required_total_is_incomplete(tmp_path):
    board = Board("keejob", "keejob", "Keejob")
    run, _ = walk(tmp_path, ["<form id='search_form'></form>"], board, KeejobSpider)
    assert (run.proof, run.error) == (None, "the list does not state how many postings it has")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('<link rel="next" href="/jobs?page=2">', "/jobs?page=2"),
        ('<a rel="next" href="/jobs?page=2">2</a>', "/jobs?page=2"),
        ('<a class="pagination-next" href="/jobs/page/2"></a>', "/jobs/page/2"),
        ('<a aria-label="Next page" href="/jobs?page=2"></a>', "/jobs?page=2"),
        ('<a href="/jobs?page=2"> Weiter › </a>', "/jobs?page=2"),
        ('<a href="/jobs?page=2"> Weiter </a>', "/jobs?page=2"),
        ('<a href="/jobs?page=2">›</a>', "/jobs?page=2"),
        ('<a href="/next-steps" class="next-steps">Your next steps</a>', None),
        ('<a rel="next" href="https://elsewhere.example/jobs">next</a>', None),
        ('<a rel="next" href="/jobs#top">next</a>', None),
    ],
)
def test_a_link_to_the_next_page_is_recognized(body, address):
    url = "https://acme.example/jobs"
    response = HtmlResponse(url, body=body.encode(), encoding="utf-8", request=Request(url))
    assert next_page(BeautifulSoup(body, "lxml"), response)[0] == (address and f"https://acme.example{address}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5 Offres", 5), ("1 016 offres", 1016), ("1\u00a0016", 1016), ("28,432 jobs", 28432), ("28.432", 28432),
        ("page 2 of 10", 2), ("none", None), ("", None), (None, None), ("12'345", 12345),
    ],
)  # fmt: skip
def test_a_number_is_read_with_any_separator_of_thousands(text, number):
    assert number_in(text) == number


def test_a_list_with_an_unreadable_posting_is_incomplete(tmp_path):
    def script(text):
        return f'<script type="application/ld+json">{text}</script>'

    first, second = (json.dumps({"@type": "JobPosting", "title": "Intern", "identifier": name}) for name in ("1", "2"))
    board = Board("jsonld", "acme.example", "Acme", "https://acme.example/jobs")
    whole, _ = walk(tmp_path / "whole", [script(first) + script(second)], board, AnyJsonLdSpider)
    assert (whole.proof, whole.verdict) == ("the page states its postings", None)
    broken, _ = walk(tmp_path / "broken", [script(first) + script(second[:-20])], board, AnyJsonLdSpider)
    assert (broken.verdict, broken.error) == ("partial", "a JobPosting of the list cannot be read")
