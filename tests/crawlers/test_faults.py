"""One board misbehaves, the verdict says how, and the other boards of the run are as if nothing had been.

The drill's server plays every fault at once over real HTTP to two crawls; the second knows what the first was
answered. Patience is shortened, manners are as always.
"""

import itertools

import pytest

from crawlers import faults
from crawlers.drill import Drill
from crawlers.faults import FAULTS
from crawlers.plan import CrawlPlan
from crawlers.registry import Board
from tests.process import crawled

# What a user's own registry may hold by mistake.
UNASKABLE = [
    Board("greenhouse", "no_scheme", "", "jobs.acme.example/feed"),
    Board("greenhouse", "other_scheme", "", "file:///etc/passwd"),
    Board("greenhouse", "no_host", "", "https://"),
    Board("greenhouse", "no_port", "", "https://jobs.acme.example:99999/"),
    Board("workday", "no_json", "", "https://jobs.acme.example/", "{"),
]


class Run:
    """What a crawl wrote, by board, and what the server saw of it."""

    def __init__(self, lines, asks):
        names = [*FAULTS, *(board.board for board in UNASKABLE)]
        self.commits, self.postings = {}, {name: [] for name in names}
        for record in lines:
            if record["type"] == "commit":
                assert record["board"] not in self.commits, "a board is committed once"
                self.commits[record["board"]] = record
            elif record["type"] == "posting":
                self.postings[record["board"]].append(record["posting"])
        self.asks = {name: [] for name in FAULTS}
        for ask in asks:
            self.asks.setdefault(ask.host.partition(".")[0].replace("-", "_"), []).append(ask)


@pytest.fixture(scope="module")
def crawls(tmp_path_factory):
    """A crawl of all boards of the drill, and a second one of those that may be asked on condition."""
    root = tmp_path_factory.mktemp("drill")
    faults._bomb()  # made before anybody waits for it
    with Drill() as drill:

        def run(name, boards, validators):
            drill.asks.clear()
            plan = CrawlPlan(boards, root / name, delay=0, stand_in=drill.origin, validators=validators)
            return Run(crawled(plan, TIMEOUT=3.0, BACK_OFF=0.2), list(drill.asks))

        first = run("first", [*UNASKABLE, *drill.boards], {})
        known = {board: first.commits[board.board]["validators"] for board in drill.boards}
        second = run(
            "second",
            [board for board, validators in known.items() if validators],
            {board[:2]: validators for board, validators in known.items() if validators},
        )
    return first, second


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_verdict(crawls, name):
    commit = crawls[0].commits[name]
    assert commit["verdict"] == FAULTS[name].verdict, commit["error"]
    assert commit["complete"] == (commit["verdict"] == "ok")
    if commit["verdict"] != "ok":
        assert commit["error"]
        assert "\n" not in commit["error"]


@pytest.mark.parametrize(("name", "postings"), [("none", 30), ("none_paged", 305), ("none_with_total", 30)])
def test_boards_without_a_fault_are_untouched_by_the_others(crawls, name, postings):
    commit = crawls[0].commits[name]
    assert (commit["verdict"], commit["postings"], len(commit["ids"])) == ("ok", postings, postings)
    assert len(crawls[0].postings[name]) == (postings + 1) // 2  # every other one is an internship


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.verdict == "ok"])
def test_a_fault_that_passes_costs_nothing(crawls, name):
    alike = {"greenhouse": "none", "lever": "none_paged", "smartrecruiters": "none_with_total"}[FAULTS[name].source]
    assert crawls[0].commits[name]["ids"] == crawls[0].commits[alike]["ids"]
    assert all("Zürich" in posting["location"] for posting in crawls[0].postings[name])


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.verdict not in ("ok", "partial")])
def test_of_a_board_that_was_not_read_nothing_is_written(crawls, name):
    assert crawls[0].postings[name] == []
    assert crawls[0].commits[name]["ids"] == []


@pytest.mark.parametrize("name", [board.board for board in UNASKABLE])
def test_a_registry_row_that_cannot_be_asked_harms_no_other_board(crawls, name):
    commit = crawls[0].commits[name]
    assert commit["verdict"] in ("parse_error", "blocked", "gone")
    assert (commit["postings"], commit["complete"]) == (0, False)


def gaps(asks):
    return [later.at - earlier.at for earlier, later in itertools.pairwise(asks)]


@pytest.mark.parametrize("name", ["retry_after_seconds", "retry_after_date"])
def test_retry_after_pauses_the_whole_host(crawls, name):
    asks = [ask for ask in crawls[0].asks[name] if ask.path.startswith("/v0/")]
    assert gaps(asks)[0] >= 1.0  # a date has whole seconds
    assert asks[0].path == asks[1].path


def test_an_hour_of_retry_after_is_not_waited_for_and_not_ignored(crawls):
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
def test_a_host_that_does_not_allow_it_is_asked_for_nothing_else(crawls, name):
    assert {ask.path for ask in crawls[0].asks[name]} <= {"/robots.txt", "/.well-known/tdmrep.json"}


@pytest.mark.parametrize("name", ["redirect_private", "redirect_loopback", "redirect_metadata", "redirect_denied"])
def test_a_forbidden_redirect_is_not_followed(crawls, name):
    assert crawls[0].commits[name]["error"].endswith(("is not a public address", "is on the deny-list"))
    assert len(crawls[0].asks[name]) == 3


@pytest.mark.parametrize("name", ["too_large", "gzip_bomb", "robots_slow"])
def test_what_would_come_as_large_or_slow_again_is_asked_for_once(crawls, name):
    asked = [ask.path for ask in crawls[0].asks[name]]
    assert len(asked) == len(set(asked))


def test_every_request_says_who_asks(crawls):
    asks = [ask for run in crawls for board in run.asks.values() for ask in board]
    assert len(asks) > 100
    assert {ask.headers["user-agent"].partition("/")[0] for ask in asks} == {"internfeed"}
    assert all("(+" in ask.headers["user-agent"] and "cookie" not in ask.headers for ask in asks)


@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if fault.verdict == "ok" and fault.source == "greenhouse"]
)
def test_the_same_answer_again_is_unchanged(crawls, name):
    commit = crawls[1].commits[name]
    assert (commit["verdict"], commit["complete"]) == ("unchanged", True)
    assert crawls[1].postings[name] == []


def test_a_304_costs_no_body(crawls):
    assert crawls[1].commits["not_modified"]["bytes"] == 0
    asks = [ask for ask in crawls[1].asks["not_modified"] if ask.path.startswith("/v1/")]
    assert [ask.headers["if-none-match"] for ask in asks] == ['"one"']
