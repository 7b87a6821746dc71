"""A night: the boards that are due, packed within a budget of time and requests, those with the best yield first.

A host answers one request at a time, so a night has a fixed number of requests for each host, and hosts share nothing
else. That makes packing simple: boards are taken in order of their worth for each request, and a board is left out when
the rest of its host's time, or of the night's requests, is too short for it.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY
from pipeline.lifecycle.ledger import Entry, Phase

UNKNOWN_REQUESTS = 4
"""Requests that a board is expected to take before it was ever crawled."""
_PRIOR = 0.25  # internships that a board is expected to have although it shows none
_PRIOR_OF = {Phase.CANDIDATE: 0.5, Phase.DEAD: 0.01, Phase.DENIED: 0.01}
_FIRST_DAYS = 30.0  # days since the last answer that a board counts with before its first answer
MUST_DAYS = 10
"""Days without an answer after which a board with open internships comes before all others.

Its listings would leave the feeds after 14 days and close after 30."""


class Budget(NamedTuple):
    """The limits of a night; None means no limit.

    Attributes:
        minutes: the minutes that crawling may take.
        requests: the requests that may be sent in all.
        delay: seconds between two requests to a host.
    """

    minutes: float | None = None
    requests: int | None = None
    delay: float = 1.0

    @property
    def requests_a_host(self) -> float:
        """The requests for which one host has time.

        >>> Budget(minutes=60).requests_a_host, Budget().requests_a_host
        (3600.0, inf)
        """
        return float("inf") if self.minutes is None else 60 * self.minutes / self.delay


class Night(NamedTuple):
    """The boards of a night.

    Attributes:
        chosen: the boards to crawl, the most worthwhile first.
        postponed: due boards for which the budget is too short.
        asleep: numbers of boards that are not due, by phase.
        requests: the expected requests by host.
    """

    chosen: list[Entry]
    postponed: list[Entry]
    asleep: Counter[Phase]
    requests: Counter[str]

    def seconds(self, budget: Budget) -> float:
        """Return the expected time of the crawl in seconds, which is that of its slowest host."""
        return budget.delay * max(self.requests.values(), default=0)


def plan_night(entries: Iterable[Entry], host_of: Callable[[BoardKey], str], now: int, budget: Budget) -> Night:
    """Choose the boards of a night.

    Args:
        host_of: returns the host that a board's requests go to.
        now: the instant of the night in microseconds since 1970.

    >>> rich = Entry(BoardKey("lever", "rich"), Phase.LIVE, "", internships=9, last_answer=0, requests=40)
    >>> poor = Entry(BoardKey("lever", "poor"), Phase.LIVE, "", last_answer=0, requests=40)
    >>> night = plan_night([poor, rich], lambda key: "api.lever.example", DAY, Budget(minutes=1))
    >>> [entry.key.board for entry in night.chosen], [entry.key.board for entry in night.postponed]
    (['rich'], ['poor'])
    """
    night = Night([], [], Counter(), Counter())
    waiting: list[tuple[float, BoardKey, Entry]] = []
    for entry in entries:
        if entry.due > now:
            night.asleep[entry.phase] += 1
        else:
            waiting.append((-worth(entry, now), entry.key, entry))
    heapq.heapify(waiting)
    left = float("inf") if budget.requests is None else float(budget.requests)
    while waiting:
        _, key, entry = heapq.heappop(waiting)
        host, cost = host_of(key), cost_of(entry)
        if cost > left or night.requests[host] + cost > budget.requests_a_host:
            night.postponed.append(entry)
            continue
        night.chosen.append(entry)
        night.requests[host] += cost
        left -= cost
    return night


def summary(night: Night, budget: Budget) -> str:
    """Return what a night will do, in one line.

    >>> night = plan_night([Entry(BoardKey("lever", "acme"), Phase.CANDIDATE, "")], str, 0, Budget())
    >>> summary(night, Budget())
    '1 board on 1 host: about 4 requests in 1 minute; 1 was never crawled, so its cost is a guess'
    """
    minutes = max(1, round(night.seconds(budget) / 60))
    text = (
        f"{_counted(len(night.chosen), 'board')} on {_counted(len(night.requests), 'host')}: "
        f"about {_counted(night.requests.total(), 'request')} in {_counted(minutes, 'minute')}"
    )
    if night.postponed:
        text += f"; {len(night.postponed):,} due boards are postponed, because the budget is too small for them"
    if asleep := night.asleep.total():
        text += f"; {asleep:,} boards are not due"
    if unknown := sum(entry.requests is None for entry in night.chosen):
        text += f"; {unknown:,} {'was' if unknown == 1 else 'were'} never crawled, "
        text += f"so {'its' if unknown == 1 else 'their'} cost is a guess"
    return text


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def cost_of(entry: Entry) -> int:
    """Return the requests that a board is expected to take: those of its last crawl.

    >>> cost_of(Entry(BoardKey("lever", "acme"), Phase.CANDIDATE, ""))
    4
    """
    return max(1, UNKNOWN_REQUESTS if entry.requests is None else entry.requests)


def worth(entry: Entry, now: int) -> float:
    """Return what a request to a board is worth: its internships, times the days since its last answer.

    >>> worth(Entry(BoardKey("lever", "acme"), Phase.LIVE, "", internships=3, last_answer=0, requests=13), 2 * DAY)
    0.5
    """
    days = _FIRST_DAYS if entry.last_answer is None else max(0.25, (now - entry.last_answer) / DAY)
    expected = entry.internships + _PRIOR_OF.get(entry.phase, _PRIOR)
    overdue = entry.internships > 0 and entry.last_answer is not None and days >= MUST_DAYS
    return expected * days / cost_of(entry) + (1_000_000 if overdue else 0)
