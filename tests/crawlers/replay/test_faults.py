"""Faults of boards: the verdict names the fault, listings keep their values, and other boards are not affected.

The drill's server plays every fault at once over real HTTP to whole runs: a first day on which all boards behave, a
second day with the faults, and a crawl that knows the answers of the second day. Timeouts are shortened; politeness is
unchanged.
"""

import itertools
import json

import pyarrow.parquet as pq
import pytest

from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.replay import plays
from crawlers.replay.faults import FAULTS
from crawlers.replay.invented import SITES
from crawlers.replay.server import Drill
from pipeline.cli import drill as command
from tests.support.process import crawled, in_a_process, journals

PATIENCE = {"TIMEOUT": 3.0, "BACK_OFF": 0.2}
# Boards that show the same list on both days, despite their fault.
SAME = [
    name
    for name, fault in FAULTS.items()
    if fault.verdict == "ok" and not fault.closes and fault.listed is FAULTS["none"].listed
]
# Mistakes in a user's own registry.
UNASKABLE = [
    Board("greenhouse", "no_scheme", "", "jobs.acme.example/feed"),
    Board("greenhouse", "other_scheme", "", "file:///etc/passwd"),
    Board("greenhouse", "no_host", "", "https://"),
    Board("greenhouse", "no_port", "", "https://jobs.acme.example:99999/"),
    Board("workday", "no_json", "", "https://jobs.acme.example/", "{"),
]


def publish(data, origin, boards, today):
    """Run a whole cycle on the boards that a server plays; return the snapshot."""
    from crawlers.crawl import crawl
    from crawlers.politeness import downloader
    from pipeline.run import cycle as runs
    from pipeline.run.today import parse_today

    patience = PATIENCE if today > "2026-11-23" else {}  # on the first day no board times out, even on a slow machine
    for name, value in patience.items():
        setattr(downloader, name, value)

    def crawling(due, run_dir, now, known):
        boards = [Board(*board) for board in due]
        plan = CrawlPlan(boards, run_dir, now, validators=known.validators, pages=known.pages)
        plan.delay, plan.stand_in = 0, origin
        crawl(plan)

    asked = [Board(*board) for board in boards]
    return runs.run(runs.Options(data=data, boards=asked, today=parse_today(today)), crawling).path


class Run:
    """The results of a crawl by fault, and the requests that the server received."""

    def __init__(self, lines, drill):
        names = {board.key: fault.name for board, fault in drill.faults.items()}
        names |= {board.key: board.board for board in UNASKABLE}
        self.commits, self.postings = {}, {name: [] for name in names.values()}
        for record in lines:
            name = names.get((record["source"], record.get("board")))
            if record["type"] == "commit":
                assert name not in self.commits, "a board is committed once"
                self.commits[name] = record
            elif record["type"] == "posting":
                self.postings[name].append(record["posting"])
        self.asks = {name: [] for name in FAULTS}
        for ask in drill.asks:
            self.asks.setdefault(ask.host.partition(".")[0].replace("-", "_"), []).append(ask)
        drill.asks.clear()


@pytest.fixture(scope="module")
def drilled(tmp_path_factory):
    """Run both days; return the crawls of the second day and the result of each board."""
    data = tmp_path_factory.mktemp("drill")
    plays.bomb()  # prepared in advance, because it takes time
    with Drill() as drill:
        days, runs = [], []
        for day, today, boards in (
            (1, "2026-11-23", drill.boards),
            (2, "2026-12-01", [*UNASKABLE, *drill.boards]),
        ):
            drill.day = day
            days.append(in_a_process(publish, data, drill.origin, boards, today))
            runs.append(Run(journals(data / "raw" / days[-1].name), drill))
        known = {board: runs[1].commits[fault.name]["validators"] for board, fault in drill.faults.items()}
        plan = CrawlPlan(
            [board for board, validators in known.items() if validators and board.source == "greenhouse"],
            data / "again",
            delay=0,
            stand_in=drill.origin,
            validators={board.key: validators for board, validators in known.items() if validators},
        )
        runs.append(Run(crawled(plan, **PATIENCE), drill))
        rows = command.outcomes(*days, {board.key: fault for board, fault in drill.faults.items()})
    return {row.fault.name: row for row in rows}, runs, days[1]


@pytest.fixture(scope="module")
def crawls(drilled):
    """Return the crawl of the second day, and one more that knows its answers."""
    return drilled[1][1:]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_verdict_and_loses_no_listing_and_no_value(drilled, name):
    row, fault = drilled[0][name], FAULTS[name]
    assert row.verdict == fault.verdict, row.error
    assert row.error.startswith(fault.cause)
    assert row.listings > 0
    assert row.listings - row.kept == fault.closes
    assert row.changed == fault.changes
    assert row.same == row.values or fault.changes
    assert row.values > 20 * row.listings
    assert row.expected


@pytest.mark.parametrize("name", FAULTS)
def test_a_board_that_was_not_read_whole_states_why(crawls, name):
    commit = crawls[0].commits[name]
    assert commit["complete"] == (commit["verdict"] == "ok")
    if commit["verdict"] != "ok":
        assert commit["error"]
        assert "\n" not in commit["error"]


def test_only_the_listing_whose_page_proves_it_closes(drilled):
    rows = pq.read_table(drilled[2] / "listings", columns=["board", "posting_id", "closed_reason"]).to_pylist()
    closed = [row for row in rows if row["closed_reason"]]
    assert len(closed) == sum(fault.closes for fault in FAULTS.values())
    assert {row["closed_reason"] for row in closed} <= {"closed_at_source", "deadline_passed"}
    assert all("1" in row["posting_id"].rpartition("/")[2] for row in closed)


@pytest.mark.parametrize("name", ["none", "none_paged", "none_with_total"])
def test_boards_without_a_fault_are_not_affected_by_the_others(crawls, name):
    commit, site = crawls[0].commits[name], SITES[FAULTS[name].source]
    assert (commit["verdict"], commit["postings"], len(commit["ids"])) == ("ok", site.postings, site.postings)
    internships = [number for number in range(1, site.postings + 1) if "Intern" in site.title(number)]
    assert sorted(int(posting["posting_id"]) for posting in crawls[0].postings[name]) == internships


@pytest.mark.parametrize("name", SAME)
def test_a_temporary_fault_changes_nothing(drilled, name):
    first, second, _ = drilled[1]
    assert second.commits[name]["ids"] == first.commits[name]["ids"]
    assert len(second.postings[name]) == len(first.postings[name])
    if name != "odd_field":
        assert all("Zürich" in json.dumps(posting, ensure_ascii=False) for posting in second.postings[name])


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.verdict not in ("ok", "partial")])
def test_no_posting_of_an_unread_board_is_written(crawls, name):
    assert crawls[0].postings[name] == []
    assert crawls[0].commits[name]["ids"] == []


@pytest.mark.parametrize("name", [board.board for board in UNASKABLE])
def test_an_invalid_registry_row_affects_no_other_board(crawls, name):
    commit = crawls[0].commits[name]
    assert commit["verdict"] in ("parse_error", "blocked", "gone")
    assert (commit["postings"], commit["complete"]) == (0, False)


def gaps(asks):
    return [later.at - earlier.at for earlier, later in itertools.pairwise(asks)]


@pytest.mark.parametrize("name", ["retry_after_seconds", "retry_after_date"])
def test_retry_after_pauses_the_whole_host(crawls, name):
    asks = [ask for ask in crawls[0].asks[name] if ask.path.startswith("/v0/")]
    assert gaps(asks)[0] >= 1.0  # a date in Retry-After has whole seconds
    assert asks[0].path == asks[1].path


def test_a_retry_after_of_hours_skips_the_host(crawls):
    asks = [ask for ask in crawls[0].asks["retry_after_hours"] if ask.path.startswith("/v1/")]
    assert len(asks) == 1


def test_back_off_doubles(crawls):
    first, second = gaps([ask for ask in crawls[0].asks["server_error"] if ask.path.startswith("/v1/")])
    assert first >= 0.2
    assert second >= 0.4


def test_crawl_delay_is_kept_between_all_requests(crawls):
    assert len(crawls[0].asks["crawl_delay"]) == 6  # robots.txt, tdmrep.json and four pages
    assert min(gaps(crawls[0].asks["crawl_delay"])) >= 0.95


@pytest.mark.parametrize("name", ["robots_503", "robots_slow", "robots_deny", "robots_zipped", "tdm_file"])
def test_a_host_that_denies_crawlers_gets_no_further_request(crawls, name):
    assert {ask.path for ask in crawls[0].asks[name]} <= {"/robots.txt", "/.well-known/tdmrep.json"}


@pytest.mark.parametrize("name", ["redirect_private", "redirect_loopback", "redirect_metadata", "redirect_denied"])
def test_a_forbidden_redirect_is_not_followed(crawls, name):
    assert crawls[0].commits[name]["error"].endswith(("is not a public address", "is on the deny-list"))
    assert len(crawls[0].asks[name]) == 3


@pytest.mark.parametrize("name", ["too_large", "gzip_bomb", "robots_slow"])
def test_a_too_large_or_slow_answer_is_requested_once(crawls, name):
    asked = [ask.path for ask in crawls[0].asks[name]]
    assert len(asked) == len(set(asked))


def test_every_request_has_our_user_agent(crawls):
    asks = [ask for run in crawls for board in run.asks.values() for ask in board]
    assert len(asks) > 100
    assert {ask.headers["user-agent"].partition("/")[0] for ask in asks} == {"internfeed"}
    assert all("(+" in ask.headers["user-agent"] and "cookie" not in ask.headers for ask in asks)


@pytest.mark.parametrize("name", [name for name in SAME if FAULTS[name].source == "greenhouse"])
def test_the_same_answer_again_is_unchanged(crawls, name):
    commit = crawls[1].commits[name]
    assert (commit["verdict"], commit["complete"]) == ("unchanged", True)
    assert crawls[1].postings[name] == []


def test_a_304_has_no_body(crawls):
    assert crawls[1].commits["not_modified"]["bytes"] == 0
    asks = [ask for ask in crawls[1].asks["not_modified"] if ask.path.startswith("/v1/")]
    assert [ask.headers["if-none-match"] for ask in asks] == ['"one"']
