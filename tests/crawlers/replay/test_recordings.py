"""Replays: they answer only from their folder, without waiting, and recordings are replay folders."""

import asyncio
import json
import time
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.http import HtmlResponse, TextResponse

from crawlers.contract.board import Board
from crawlers.contract.registry import save_boards
from crawlers.politeness.downloader import PoliteDownloader, PoliteDownloadHandler
from crawlers.politeness.refusals import Refused
from crawlers.replay.recordings import Recorder, Recording
from tests.support.process import internfeed

LEVER = "https://api.lever.co/v0/postings/acme?mode=json&skip=0&limit=100"


def record(folder, answers, boards=()):
    """Write a replay folder; an answer is a URL, a status and a body."""
    folder.mkdir(exist_ok=True)
    save_boards(folder / "boards.csv", [Board(*board) for board in boards])
    with (folder / "index.jsonl").open("w") as index:
        for number, (url, status, body, *sent) in enumerate(answers):
            (folder / f"{number}").write_text(body)
            asked = {"url": url, "method": "POST" if sent else "GET", "request_json": sent[0] if sent else None}
            headers = {"content-type": "application/json"}
            index.write(json.dumps({**asked, "status": status, "headers": headers, "body": f"{number}"}) + "\n")
    return folder


def ask(folder, *requests):
    """Send requests to a replay through the downloader; return each answer or exception."""
    polite = PoliteDownloader(delay=60, replay=Recording(folder))
    settings = {"POLITE_DOWNLOADER": polite, "USER_AGENT": "internfeed/1"}
    handler = PoliteDownloadHandler(SimpleNamespace(settings=settings))

    async def all_of_them():
        return await asyncio.gather(*map(handler.download_request, requests), return_exceptions=True)

    return asyncio.run(all_of_them())


def test_equal_requests_have_the_same_answer_whatever_their_spelling(tmp_path):
    folder = record(tmp_path, [(LEVER, 200, "[]"), ("https://a.example/jobs", 200, "{}", {"limit": 20, "offset": 0})])
    answers = ask(
        folder,
        Request("https://api.lever.co/v0/postings/acme?limit=100&mode=json&skip=0"),
        Request("https://a.example/jobs", method="POST", body='{"offset": 0, "limit": 20}'),
        Request("https://a.example/jobs", method="POST", body='{"offset": 20, "limit": 20}'),
        Request("https://a.example/jobs"),
    )
    assert [answer.body for answer in answers[:2]] == [b"[]", b"{}"]
    assert all(isinstance(answer, Refused) for answer in answers[2:])


def test_a_request_that_was_not_recorded_times_out(tmp_path):
    (answer,) = ask(record(tmp_path, []), Request("https://a.example/jobs"))
    assert (answer.verdict, str(answer)) == ("timeout", "not in the recording: GET https://a.example/jobs")


def test_robots_counts_as_absent_unless_it_was_recorded(tmp_path):
    deny = ("https://shut.example/robots.txt", 200, "User-agent: *\nDisallow: /")
    pages = [(f"https://{host}.example/jobs", 200, "[]") for host in ("open", "shut")]
    answers = ask(record(tmp_path, [deny, *pages]), *[Request(url) for url, _, _ in pages])
    assert [getattr(answer, "verdict", "ok") for answer in answers] == ["ok", "robots_denied"]


def test_a_replay_does_not_wait_retry_or_resolve_names(tmp_path, monkeypatch):
    monkeypatch.setattr(http11, "HTTP11DownloadHandler", lambda _: pytest.fail("a way to the network was opened"))
    folder = record(tmp_path, [(f"https://a.example/{number}", 429, "") for number in range(50)])
    begun = time.monotonic()
    answers = ask(folder, *[Request(f"https://a.example/{number}") for number in range(50)])
    assert time.monotonic() - begun < 5
    assert {answer.status for answer in answers} == {429}


def test_the_deny_list_holds_in_a_replay_too(tmp_path):
    folder = record(tmp_path, [("https://www.linkedin.com/jobs", 200, "[]")])
    (answer,) = ask(folder, Request("https://www.linkedin.com/jobs"))
    assert answer.verdict == "blocked"


def test_a_recording_is_a_replay_folder(tmp_path):
    board = Board("acme", "acme", "Acme", "https://a.example/list?key=sesame")
    recorder = Recorder(tmp_path, [board], {"ACME_KEY": "sesame"})
    sent = {"Content-Type": "text/html", "ETag": '"1"', "Set-Cookie": "x"}
    page = HtmlResponse(board.url, body="<p>sesame, für alle</p>".encode(), headers=sent)
    recorder.write(Request(board.url), page, board)
    recorder.write(Request("https://a.example/robots.txt"), TextResponse("https://a.example/robots.txt"), None)
    recorder.close()
    answer = Recording(tmp_path).answer(Request("https://a.example/list?key=ACME_KEY"))
    assert answer.body.decode() == "<p>ACME_KEY, für alle</p>"
    assert answer.headers.to_unicode_dict() == {"Content-Type": "text/html", "Etag": '"1"'}
    assert "sesame" not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (None, "it has no index.jsonl"),
        ("nonsense\n", "index.jsonl, line 1: not a recorded request"),
        ('{"url": "https://a.example"}\n', "line 1: not a recorded request"),
        ("[]\n", "line 1: not a recorded request"),
        ("\xf5\xff\n", "line 1: not a recorded request"),
    ],
)
def test_an_invalid_replay_folder_is_rejected_with_the_reason(tmp_path, index, reason):
    if index is not None:
        (tmp_path / "index.jsonl").write_text(index, "latin-1")
    with pytest.raises(ValueError, match=reason):
        Recording(tmp_path)


def test_a_run_of_an_invalid_recording_fails_with_one_line(tmp_path):
    folder = record(tmp_path / "replay", [], [("lever", "acme", "Acme")])
    (folder / "index.jsonl").write_text("nonsense\n")
    ended = internfeed("run", "--replay", folder, "--data", tmp_path / "data")
    assert (ended.status, ended.out) == (1, [])
    assert [line for line in ended.errors if "index.jsonl, line 1: not a recorded request" in line] == ended.errors[1:]


def test_a_source_without_a_spider_is_named_once_and_affects_no_other(tmp_path):
    boards = [("nosuch", "one", "One"), ("nosuch", "two", "Two"), ("lever", "acme", "Acme"), ("lever", "none", "None")]
    posting = {"id": "7", "hostedUrl": "https://jobs.lever.co/acme/7", "text": "Marketing Intern"}
    folder = record(tmp_path / "replay", [(LEVER, 200, json.dumps([posting]))], boards)
    ended = internfeed("run", "--replay", folder, "--data", tmp_path / "data", "--today", "2026-11-23")
    boards = [line for line in ended.errors if "nosuch" in line or "lever" in line]
    assert boards == [
        "nosuch: skipped, no spider reads nosuch",
        "lever/acme: ok, 1 postings",
        "lever/none: timeout, not in the recording: GET https://api.lever.co/v0/postings/none?mode=json&skip=0&limit=100",
    ]
    assert ended.status == 3
