"""The ledger of boards: the phase of each board, the reason, and the instant from which it is due again.

Everything follows from what the last snapshot knows of a board and from where a candidate was found, so there is no
further state to keep. Boards rest and wake by rule: a board without internships is read weekly, a board that is gone
monthly, and one answer is enough to wake it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from crawlers.contract.board import BoardKey
from crawlers.contract.candidates import Candidate
from crawlers.contract.clock import DAY, instant_of, microseconds, microseconds_of_day
from crawlers.contract.verdict import Verdict
from pipeline.lifecycle.state import BoardState


class Phase(StrEnum):
    """Where a board is in its life."""

    CANDIDATE = "candidate"  # found, and no run has read it yet
    LIVE = "live"  # read in every run
    RESTING = "resting"  # without internships, or without an answer: read weekly
    DEAD = "dead"  # it answered at least twice that it is gone: tried monthly
    DENIED = "denied"  # robots.txt or a reservation forbids reading it: asked again monthly


class Rules(NamedTuple):
    """The bounds by which boards rest and wake.

    Attributes:
        barren_runs: complete answers in a row without an internship after which a board rests.
        failed_runs: runs in a row without an answer after which a board rests.
        gone_runs: runs in a row that found a board gone after which it is dead.
        resting_days, dead_days, denied_days: days after which such a board is due again.
    """

    barren_runs: int = 5
    failed_runs: int = 5
    gone_runs: int = 2
    resting_days: int = 7
    dead_days: int = 30
    denied_days: int = 30


RULES = Rules()


class Entry(NamedTuple):
    """A board in the ledger.

    Attributes:
        phase: its phase.
        reason: why it is in that phase, in a few words.
        due: the instant from which it is due, in microseconds since 1970; 0 where it always is.
        found_on: when it was first found or crawled, in microseconds since 1970; None where nobody noted it.
        found_in: the list, page or posting in which it was found; empty for boards of a registry.
        last_answer: the instant of its last complete answer, None if it gave none.
        internships: its open internships, or those that the probe of a candidate showed.
        strikes: runs in a row without a complete answer.
        requests: the requests that its last crawl took, None where none is known.
    """

    key: BoardKey
    phase: Phase
    reason: str
    due: int = 0
    found_on: int | None = None
    found_in: str = ""
    last_answer: int | None = None
    internships: int = 0
    strikes: int = 0
    requests: int | None = None


_DENIALS = (Verdict.ROBOTS_DENIED, Verdict.TDM_RESERVED)


def entry_of(key: BoardKey, board: BoardState | None, found: Candidate | None = None, rules: Rules = RULES) -> Entry:
    """Return a board's entry.

    Args:
        board: what the last snapshot knows of it; None if no run has crawled it.
        found: where it was found, None for a board of a registry.

    >>> key = BoardKey("lever", "acme")
    >>> entry_of(key, None, Candidate("lever", "acme", found_in="list.csv")).phase
    <Phase.CANDIDATE: 'candidate'>
    >>> entry_of(key, BoardState(*key, verdict=Verdict.OK, barren_runs=5, run_id="19700101T000000Z-7f3a"))[1:4]
    (<Phase.RESTING: 'resting'>, '5 complete answers in a row without an internship', 604800000000)
    >>> entry_of(key, BoardState(*key, verdict=Verdict.GONE, consecutive_failures=1, gone_since=0)).phase
    <Phase.LIVE: 'live'>
    """
    if board is None or board.verdict is None:
        return _never_crawled(key, found, rules)
    phase, reason, days = _phase_of(board, rules)
    return Entry(
        key,
        phase,
        reason,
        due=_last_crawl(board) + days * DAY if days else 0,
        found_on=microseconds_of_day(found.found_on) if found and found.found_on else board.first_run,
        found_in=found.found_in if found else "",
        last_answer=board.last_ok,
        internships=board.listings_open or 0,
        strikes=board.consecutive_failures or 0,
        requests=board.requests,
    )


def _last_crawl(board: BoardState) -> int:
    return microseconds(instant_of(board.run_id)) if board.run_id else 0


def _phase_of(board: BoardState, rules: Rules) -> tuple[Phase, str, int]:
    """Return the phase of a board that was crawled, the reason, and the days for which it is left alone."""
    strikes = board.consecutive_failures or 0
    if board.verdict in _DENIALS:
        return Phase.DENIED, board.error or str(board.verdict), rules.denied_days
    if board.verdict is Verdict.GONE and strikes >= rules.gone_runs:
        return Phase.DEAD, f"gone in {strikes} runs in a row", rules.dead_days
    if strikes >= rules.failed_runs and not board.listings_open:
        return Phase.RESTING, f"{strikes} runs in a row without a complete answer", rules.resting_days
    barren = board.barren_runs or 0
    if barren >= rules.barren_runs:
        return Phase.RESTING, f"{barren} complete answers in a row without an internship", rules.resting_days
    return Phase.LIVE, "", 0


def _never_crawled(key: BoardKey, found: Candidate | None, rules: Rules) -> Entry:
    if found is None:
        return Entry(key, Phase.CANDIDATE, "of a registry, and not crawled yet")
    found_on = microseconds_of_day(found.found_on) if found.found_on else None
    probed = microseconds_of_day(found.probed_on) if found.probed_on else 0
    if found.verdict in _DENIALS:
        return Entry(
            key, Phase.DENIED, found.reason or found.verdict, probed + rules.denied_days * DAY, found_on, found.found_in
        )
    if found.verdict == Verdict.GONE:
        return Entry(
            key,
            Phase.DEAD,
            found.reason or "gone when probed",
            probed + rules.dead_days * DAY,
            found_on,
            found.found_in,
        )
    reason = f"{found.internships} of {found.postings} postings may be internships" if found.probed_on else "not probed"
    return Entry(key, Phase.CANDIDATE, reason, 0, found_on, found.found_in, internships=found.internships)


def barren_runs(before: BoardState, after: BoardState) -> int:
    """Return the complete answers in a row without an internship, after a run that crawled the board.

    >>> before = BoardState("lever", "acme", barren_runs=2)
    >>> barren_runs(before, BoardState("lever", "acme", complete=True, listings_open=0))
    3
    >>> barren_runs(before, BoardState("lever", "acme", complete=True, listings_open=1))
    0
    """
    if after.listings_open:
        return 0
    return (before.barren_runs or 0) + bool(after.complete)
