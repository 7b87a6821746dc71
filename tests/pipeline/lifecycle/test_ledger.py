"""The ledger and the packing of nights: which boards rest, which wake, and which a night takes."""

import dataclasses
import datetime

import pytest

from crawlers.contract.board import BoardKey
from crawlers.contract.candidates import Candidate
from crawlers.contract.clock import DAY, microseconds, run_id_of
from crawlers.contract.verdict import Verdict
from pipeline.lifecycle.ledger import Entry, Phase, entry_of
from pipeline.lifecycle.night import Budget, plan_night
from pipeline.lifecycle.simulation import simulate
from pipeline.lifecycle.state import BoardState

KEY = BoardKey("lever", "acme")
AT = datetime.datetime(2026, 11, 20, 3, tzinfo=datetime.UTC)
RUN = run_id_of(AT, "run")
BOARD = BoardState(*KEY, verdict=Verdict.OK, run_id=RUN, complete=True, listings_open=1, consecutive_failures=0)

PHASES = [  # what is known of a board, its phase, and the days after its last crawl from which it is due
    (None, Phase.CANDIDATE, None),
    ({}, Phase.LIVE, None),
    ({"listings_open": 0, "barren_runs": 4}, Phase.LIVE, None),
    ({"listings_open": 0, "barren_runs": 5}, Phase.RESTING, 7),
    ({"verdict": Verdict.TIMEOUT, "listings_open": 0, "consecutive_failures": 5}, Phase.RESTING, 7),
    ({"verdict": Verdict.TIMEOUT, "listings_open": 3, "consecutive_failures": 9}, Phase.LIVE, None),
    ({"verdict": Verdict.GONE, "consecutive_failures": 1}, Phase.LIVE, None),
    ({"verdict": Verdict.GONE, "consecutive_failures": 2}, Phase.DEAD, 30),
    ({"verdict": Verdict.ROBOTS_DENIED, "consecutive_failures": 1}, Phase.DENIED, 30),
    ({"verdict": Verdict.TDM_RESERVED, "consecutive_failures": 1}, Phase.DENIED, 30),
    ({"verdict": Verdict.ROBOTS_UNREACHABLE, "consecutive_failures": 1}, Phase.LIVE, None),
    ({"verdict": Verdict.SKIPPED}, Phase.LIVE, None),
]


@pytest.mark.parametrize(("known", "phase", "days"), PHASES)
def test_a_board_is_in_the_phase_that_its_runs_prove(known, phase, days):
    board = None if known is None else dataclasses.replace(BOARD, **known)
    entry = entry_of(KEY, board)
    assert (entry.phase, entry.due) == (phase, microseconds(AT) + days * DAY if days else 0)
    assert bool(entry.reason) == (phase is not Phase.LIVE)


CANDIDATES = [
    ({}, Phase.CANDIDATE, "not probed"),
    ({"verdict": "ok", "postings": 8, "internships": 2}, Phase.CANDIDATE, "2 of 8 postings may be internships"),
    ({"verdict": "gone", "reason": "status 404"}, Phase.DEAD, "status 404"),
    ({"verdict": "robots_denied", "reason": "robots.txt disallows /jobs"}, Phase.DENIED, "robots.txt disallows /jobs"),
]


@pytest.mark.parametrize(("known", "phase", "reason"), CANDIDATES)
def test_a_candidate_is_judged_by_its_probe(known, phase, reason):
    probed = "2026-11-20" if known else ""
    entry = entry_of(KEY, None, Candidate(*KEY, found_on="2026-11-19", found_in="list", probed_on=probed, **known))
    assert (entry.phase, entry.reason, entry.found_in) == (phase, reason, "list")


def entry(board, source="lever", phase=Phase.LIVE, days=1, **values):
    """Return the entry of a board whose last answer was some days ago."""
    now = 100 * DAY
    return Entry(BoardKey(source, board), phase, "", last_answer=now - days * DAY, **{"requests": 60, **values})


NIGHTS = [  # the boards, the budget, and those that are taken, in order
    ("the best yield comes first", [entry("poor"), entry("rich", internships=5)], Budget(), ["rich", "poor"]),
    ("a host has its own time", [entry("a"), entry("b"), entry("c", "ashby")], Budget(minutes=1), ["c", "a"]),
    ("requests are limited for all hosts", [entry("a"), entry("b", "ashby")], Budget(requests=100), ["b"]),
    ("a smaller board fills the rest", [entry("a", internships=9), entry("b"), entry("c", requests=5)],
     Budget(requests=70), ["a", "c"]),
    ("a board that is not due is left out", [entry("a", due=101 * DAY), entry("b")], Budget(), ["b"]),
    ("listings must not close for want of a visit", [entry("a", internships=90), entry("b", internships=1, days=11)],
     Budget(requests=60), ["b"]),
    ("a candidate counts as if it had half an internship",
     [entry("a", phase=Phase.CANDIDATE, requests=None), entry("b")], Budget(requests=60), ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("boards", "budget", "taken"), [row[1:] for row in NIGHTS], ids=[row[0] for row in NIGHTS])
def test_a_night_is_packed_by_worth_and_cost(boards, budget, taken):
    night = plan_night(boards, lambda key: key.source, 100 * DAY, budget)
    assert [chosen.key.board for chosen in night.chosen] == taken
    assert len(night.chosen) + len(night.postponed) + night.asleep.total() == len(boards)
    assert night.requests.total() <= (budget.requests or 10_000)
    assert max(night.requests.values(), default=0) <= budget.requests_a_host


def test_in_a_simulated_month_internships_stay_fresh_and_no_host_gets_more_than_its_time():
    keys = [BoardKey("lever", str(number)) for number in range(600)]
    reports = list(simulate(keys, lambda key: f"host {int(key.board) % 3}", 30, Budget(minutes=4)))
    assert max(report.busiest[1] for report in reports) <= 240
    assert reports[0].known < 0.9  # the budget is too small to read all boards in the first night
    assert reports[-1].known > 0.95
    assert reports[-1].ages[1] <= 7
    assert reports[-1].asleep[Phase.RESTING] > 200  # most boards have no internships
