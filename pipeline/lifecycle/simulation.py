"""A simulated month: made-up boards, the real ledger and the real packing of nights, and how fresh internships stay.

The behaviour of the boards is invented, by the shares in `World`. The rules are real: which boards a night reads within
its budget, how many requests each host receives, and how long ago the internships were last confirmed.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from statistics import quantiles
from typing import NamedTuple

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import microseconds, run_id_of
from crawlers.contract.verdict import Verdict
from pipeline.lifecycle.ledger import Phase, barren_runs, entry_of
from pipeline.lifecycle.night import Budget, plan_night
from pipeline.lifecycle.state import BoardState


class World(NamedTuple):
    """How made-up boards behave; assumptions, not measurements.

    Attributes:
        with_internships: the share of boards that have internships at some time.
        mean_internships: the mean number that such a board has open.
        days_open: the mean days for which an internship is open.
        failing: the chance that a board gives no answer on a night.
        closing: the chance that a board is gone for good from one night to the next.
        page_share: requests for postings' own pages, for each new internship.
    """

    with_internships: float = 0.15
    mean_internships: float = 4.0
    days_open: float = 45.0
    failing: float = 0.02
    closing: float = 0.0005
    page_share: float = 1.0


WORLD = World()


@dataclasses.dataclass(slots=True)
class _Board:
    state: BoardState
    rate: float  # internships that open in a day
    list_requests: int
    opened: list[int]  # the night on which each open internship opened
    read: int = 0  # the night on which it was last read
    gone: bool = False
    new: int = 0  # internships that opened since the board was last read


class NightReport(NamedTuple):
    """What a simulated night did.

    Attributes:
        night: its number, from 1.
        due, read, postponed: numbers of boards.
        asleep: boards that rested, were dead or denied.
        requests: the requests in all.
        busiest: the host that received most requests, and how many.
        minutes: the minutes that the slowest host took.
        internships: the internships that are open in truth.
        known: the share of them that a run has seen.
        ages: the median and the ninth decile of the days since an answer last confirmed a known internship.
    """

    night: int
    due: int
    read: int
    postponed: int
    asleep: Counter[Phase]
    requests: int
    busiest: tuple[str, int]
    minutes: float
    internships: int
    known: float
    ages: tuple[float, float]


def simulate(
    keys: Sequence[BoardKey],
    host_of: Callable[[BoardKey], str],
    nights: int,
    budget: Budget,
    world: World = WORLD,
    seed: int = 1,
) -> Iterator[NightReport]:
    """Yield the report of each night.

    Args:
        keys: the boards, as made up or as a registry names them.
        host_of: returns the host that a board's requests go to.

    >>> keys = [BoardKey("lever", f"board-{number}") for number in range(50)]
    >>> reports = list(simulate(keys, lambda key: "api.lever.example", 3, Budget(minutes=1)))
    >>> [report.read <= 60 for report in reports]
    [True, True, True]
    """
    random = Random(seed)
    boards = {key: _made(key, random, world) for key in keys}
    begin = datetime.datetime(2026, 1, 1, 3, tzinfo=datetime.UTC)
    for night in range(1, nights + 1):
        at = begin + datetime.timedelta(days=night)
        now = microseconds(at)
        for board in boards.values():
            _pass_a_day(board, night, random, world)
        plan = plan_night((entry_of(key, board.state) for key, board in boards.items()), host_of, now, budget)
        run_id = run_id_of(at, night)
        for entry in plan.chosen:
            if _read(boards[entry.key], now, run_id, random, world):
                boards[entry.key].read = night
        internships, known, ages = _freshness(boards.values(), night)
        yield NightReport(
            night=night,
            due=len(plan.chosen) + len(plan.postponed),
            read=len(plan.chosen),
            postponed=len(plan.postponed),
            asleep=plan.asleep,
            requests=plan.requests.total(),
            busiest=max(plan.requests.items(), key=lambda host: (host[1], host[0]), default=("", 0)),
            minutes=plan.seconds(budget) / 60,
            internships=internships,
            known=known,
            ages=ages,
        )


def _made(key: BoardKey, random: Random, world: World) -> _Board:
    rate = 0.0
    if random.random() < world.with_internships:
        rate = random.expovariate(world.days_open / world.mean_internships)
    opened = [0] * round(rate * world.days_open)
    return _Board(BoardState(*key), rate, 1 + min(20, int(random.expovariate(1.0))), opened, new=len(opened))


def _pass_a_day(board: _Board, night: int, random: Random, world: World) -> None:
    """Open and close the internships of a board, and now and then the board."""
    if board.gone:
        return
    if random.random() < world.closing:
        board.gone, board.opened = True, []
        return
    kept = [opened for opened in board.opened if random.random() > 1 / world.days_open]
    count = int(board.rate) + (random.random() < board.rate % 1)
    board.opened = kept + [night] * count
    board.new = min(board.new + count, len(board.opened))


def _read(board: _Board, now: int, run_id: str, random: Random, world: World) -> bool:
    """Crawl a board and note what a run would note of it; tell whether it gave a complete answer."""
    before = board.state
    failed = board.gone or random.random() < world.failing
    if failed:
        verdict = Verdict.GONE if board.gone else Verdict.TIMEOUT
        board.state = dataclasses.replace(
            before,
            verdict=verdict,
            run_id=run_id,
            complete=False,
            requests=1,
            first_run=before.first_run or now,
            consecutive_failures=(before.consecutive_failures or 0) + 1,
            listings_open=0 if board.gone else before.listings_open,
        )
    else:
        board.state = dataclasses.replace(
            before,
            verdict=Verdict.OK if board.opened else Verdict.OK_EMPTY,
            run_id=run_id,
            complete=True,
            requests=board.list_requests + round(world.page_share * board.new),
            first_run=before.first_run or now,
            last_ok=now,
            consecutive_failures=0,
            listings_open=len(board.opened),
        )
        board.new = 0
    board.state = dataclasses.replace(board.state, barren_runs=barren_runs(before, board.state))
    return not failed


def _freshness(boards: Iterable[_Board], night: int) -> tuple[int, float, tuple[float, float]]:
    """Return the open internships, the share that is known, and the median and ninth decile of days since confirmed."""
    internships = known = 0
    ages: list[int] = []
    for board in boards:
        internships += len(board.opened)
        if board.read:
            confirmed = sum(opened <= board.read for opened in board.opened)
            known += confirmed
            ages += [night - board.read] * confirmed
    if len(ages) < 2:
        return internships, known / internships if internships else 1.0, (0.0, 0.0)
    tenths = quantiles(ages, n=10, method="inclusive")
    return internships, known / internships, (tenths[4], tenths[8])
