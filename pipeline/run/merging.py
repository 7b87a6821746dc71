"""The merge of all boards: last snapshot and new answers to the plan, boards and changes of the next snapshot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY
from crawlers.contract.commit import Commit
from crawlers.contract.source import SourceFacts
from crawlers.contract.verdict import Verdict
from normalize import version
from normalize.vocabulary import ClosedReason, RunScope, Status
from pipeline.lifecycle.guards import last_day_over
from pipeline.lifecycle.ledger import barren_runs
from pipeline.lifecycle.merge import BoardAnswer, KnownBoard, RunContext, merge_board
from pipeline.lifecycle.state import BoardState, Change
from pipeline.run.answers import CrawlAnswers, PostingsByBoard, PublishInput
from pipeline.store.listings import Plan, Previous, Rights
from pipeline.store.schema import CHANGES_SCHEMA

_NEVER = 2**31 - 1  # a deadline that does not pass


@dataclasses.dataclass(frozen=True, slots=True)
class MergeResult:
    """All boards after the run.

    Attributes:
        plan: the keys and lifecycle of all listings.
        merged: the boards whose listings were merged; the listings of all other boards are carried over.
        held: the number of listings that a guard kept open in this run.
    """

    plan: pa.Table
    boards: dict[BoardKey, BoardState]
    changes: pa.Table
    merged: frozenset[BoardKey]
    held: int


def merge_boards(
    given: PublishInput,
    previous: Previous,
    before: Mapping[BoardKey, BoardState],
    answers: CrawlAnswers,
    postings: PostingsByBoard,
) -> MergeResult:
    """Merge the answers of a run into the last snapshot, board by board."""
    plan = Plan(previous)
    untouched = UntouchedBoards(given, previous)
    boards: dict[BoardKey, BoardState] = {}
    changes = [CHANGES_SCHEMA.empty_table()]
    merged: set[BoardKey] = set()
    held = 0
    run = RunContext(given.run_id, given.instant, RunScope(given.scope), given.settings)
    for key in sorted({*before, *answers.commits, *previous.ranges}):
        known = before.get(key) or BoardState(*key)
        commit = answers.commits.get(key)
        start, stop = previous.ranges.get(key, (0, 0))
        if commit is None and key not in postings and not given.all_boards:
            boards[key] = known
            plan.carry(start, stop)
            continue
        board = _with_facts(known, given.names.get(key), answers.facts.get(key.source)) if commit else known
        rights = Rights(board.redistribution, board.attribution)
        same_rights = rights == (known.redistribution, known.attribution)
        carry = same_rights and key not in postings and untouched.contains(board, commit, start, stop)
        listings = [] if carry else previous.listings(start, stop)
        result = merge_board(KnownBoard(board, listings), BoardAnswer(commit, postings.of(key)), run)
        boards[key] = result.state
        if key in postings or (commit and commit.verdict.was_read):
            boards[key] = dataclasses.replace(boards[key], normalizer_version=version.NORMALIZER_VERSION)
        held += result.held
        if carry:
            boards[key] = dataclasses.replace(boards[key], listings_open=untouched.open_listings(start, stop))
            plan.carry(start, stop)
        if commit is not None:
            boards[key] = dataclasses.replace(boards[key], barren_runs=barren_runs(known, boards[key]))
        if carry:
            continue
        merged.add(key)
        if not same_rights:
            for listing in result.listings:
                listing.altered = True
        plan.add(result.listings, key, rights)
        changes.append(changes_table(result.changes))
    return MergeResult(plan.table(), boards, pa.concat_tables(changes).combine_chunks(), frozenset(merged), held)


def _with_facts(board: BoardState, name: str | None, facts: SourceFacts | None) -> BoardState:
    """Return a board with its name for people, and with the facts of its source where a journal states them."""
    board = dataclasses.replace(board, name=name or board.name)
    if facts is None:
        return board
    return dataclasses.replace(
        board,
        redistribution=facts.redistribution,
        attribution=facts.attribution,
        terms=facts.terms,
        verified=facts.verified,
        aggregator=facts.aggregator,
        timezone=facts.timezone,
    )


def changes_table(changes: Iterable[Change]) -> pa.Table:
    """Return changes as a table, in order of their listings."""
    rows = [change.to_row() for change in sorted(changes, key=lambda change: change.listing_id)]
    return pa.Table.from_pylist(rows, schema=CHANGES_SCHEMA)


class UntouchedBoards:
    """The boards whose listings stay as they are, found by counts alone, without reading a row."""

    def __init__(self, given: PublishInput, previous: Previous) -> None:
        plan = previous.plan
        self._now = given.instant
        self._limit = given.instant - given.settings.unconfirmed_days * DAY
        oldest = given.instant - given.settings.closed_days * DAY
        leaves = pc.fill_null(pc.less_equal(plan["closed_at"].cast(pa.int64()), oldest), False)
        may_reopen = pc.fill_null(
            pc.is_in(plan["closed_reason"], pa.array([ClosedReason.UNCONFIRMED, ClosedReason.BOARD_GONE])), False
        )
        self._is_open = pc.equal(plan["status"], Status.OPEN)
        self._open = _count_before(self._is_open)
        self._unsettled = _count_before(pc.or_(leaves, may_reopen))
        self._deadline = pc.fill_null(plan["valid_through"].cast(pa.int32()), _NEVER)
        self._closed_by_deadline = pc.fill_null(pc.equal(plan["closed_reason"], ClosedReason.DEADLINE_PASSED), False)
        self._moved_by_day: dict[int, np.ndarray] = {}  # by the last day that is over; at most three in all zones

    def contains(self, board: BoardState, commit: Commit | None, start: int, stop: int) -> bool:
        """Tell whether the board's run can change none of its listings, which are a range of rows."""
        verdict = commit.verdict if commit else None
        if verdict is not None and (verdict.was_read or verdict is Verdict.GONE):
            return False
        if board.held or board.answer is Verdict.OK_EMPTY:
            return False
        moved = self._moved_by_deadline(last_day_over(self._now, board.timezone))
        if self._unsettled[stop] > self._unsettled[start] or moved[stop] > moved[start]:
            return False
        confirmed = verdict is Verdict.UNCHANGED and board.answer is not None and board.answer.is_complete
        return confirmed or (board.last_ok or board.first_run or self._limit) > self._limit

    def _moved_by_deadline(self, last_day: int) -> np.ndarray:
        """Count the open listings whose deadline is over, and the listings closed by a deadline that has moved."""
        if last_day not in self._moved_by_day:
            over = pc.less_equal(self._deadline, last_day)
            self._moved_by_day[last_day] = _count_before(pc.if_else(over, self._is_open, self._closed_by_deadline))
        return self._moved_by_day[last_day]

    def open_listings(self, start: int, stop: int) -> int:
        """Return the number of open listings in a range of rows."""
        return int(self._open[stop] - self._open[start])


def _count_before(flags: pa.ChunkedArray) -> np.ndarray:
    """Return the number of true flags before each position."""
    return np.concatenate([[0], np.cumsum(np.asarray(flags, dtype=np.int64))])
