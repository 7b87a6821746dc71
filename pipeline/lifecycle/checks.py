"""Checks before publication: facts that must hold, and the signs of a crawler that broke without an error."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.source import SourceFacts
from normalize.vocabulary import ChangeKind, Status
from pipeline.lifecycle.state import BoardState

_COVERAGE_FALLS_TO = 0.25  # of the share before
_COVERAGE_TO_JUDGE = 0.3  # a field that fewer listings state varies too much
_LISTINGS_TO_JUDGE = 20
_REJECTED_AT_MOST = 0.2  # of the postings read; more is a fault of the extractors, not of a few postings
_REJECTED_TO_JUDGE = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """The result of one check.

    Attributes:
        name: the fact that should hold.
        ok: whether it holds.
        detail: if it does not hold, the reason.
    """

    name: str
    ok: bool
    detail: str = ""


class Contents(NamedTuple):
    """The contents of a snapshot that the checks read.

    Attributes:
        plan: keys and lifecycle of all its listings.
        boards: the rows of its boards.
    """

    plan: pa.Table
    boards: Mapping[BoardKey, BoardState]


class ReadCounts(NamedTuple):
    """The number of postings that were read, and the number of them that were rejected."""

    read: int = 0
    rejected: int = 0


_NOTHING_READ = ReadCounts()


def check(
    new: Contents,
    published: Contents,
    changes: pa.Table,
    facts: Mapping[str, SourceFacts],
    enforce_minimums: bool,
    counts: ReadCounts = _NOTHING_READ,
) -> list[Check]:
    """Check a snapshot before publication; return the results.

    Args:
        new: the snapshot to publish.
        published: the last published snapshot.
        changes: the changes between the two.
        facts: the facts of the sources in this run's journals, by source.
        enforce_minimums: whether to check each source's least number of postings.
        counts: the postings of this run.
    """
    results = [
        _unique(new.plan),
        _referential(new.plan, new.boards),
        _canonical(new.plan),
        _lifecycle(new.plan),
        _adds_up(new.plan, published.plan, changes),
        _readable(counts),
    ]
    if enforce_minimums:
        results += _minimums(new.boards, facts)
    return results + _coverage(new.boards, published.boards)


def _result(name: str, problems: list[str]) -> Check:
    return Check(name, not problems, "; ".join(problems[:3]))


def _unique(plan: pa.Table) -> Check:
    repeated = plan.num_rows - pc.count_distinct(plan["listing_id"]).as_py()
    return _result("every listing_id is unique", [f"{repeated} listing ids appear twice"] if repeated else [])


def _referential(plan: pa.Table, boards: Mapping[BoardKey, BoardState]) -> Check:
    pairs = plan.select(["source", "board"]).group_by(["source", "board"]).aggregate([]).to_pylist()
    unknown = [key for row in pairs if (key := BoardKey(row["source"], row["board"])) not in boards]
    return _result("every listing has its board", [f"no board {key}" for key in unknown])


def _canonical(plan: pa.Table) -> Check:
    known = pc.sum(pc.is_in(plan["canonical_id"], value_set=plan["listing_id"])).as_py() or 0
    unknown = plan.num_rows - known
    problems = [f"the canonical_id of {unknown} listings is not a listing"] if unknown else []
    return _result("every canonical_id is a listing", problems)


def _lifecycle(plan: pa.Table) -> Check:
    closed = pc.equal(plan["status"], Status.CLOSED)
    consistent = (pc.equal(closed, pc.is_valid(plan[name])) for name in ("closed_at", "closed_reason"))
    wrong = plan.num_rows - (pc.sum(pc.and_(*consistent)).as_py() or 0)
    problems = [f"{wrong} listings are closed without a reason or open with one"] if wrong else []
    return _result("every closed listing has a time and a reason", problems)


def _adds_up(plan: pa.Table, previous: pa.Table, changes: pa.Table) -> Check:
    was_open, now_open = _open_ids(previous), _open_ids(plan)

    def common(ids: pa.ChunkedArray, others: pa.ChunkedArray) -> int:
        return int(pc.sum(pc.is_in(ids, value_set=others)).as_py() or 0)

    opened = changes["listing_id"].filter(
        pc.is_in(changes["change"], pa.array([ChangeKind.OPENED, ChangeKind.REOPENED]))
    )
    closed = changes["listing_id"].filter(pc.equal(changes["change"], ChangeKind.CLOSED))
    expected = len(was_open) + len(opened) - len(closed)
    adds_up = (
        expected == len(now_open)
        and common(now_open, opened) == len(opened)
        and common(was_open, closed) == len(closed)
        and common(was_open, opened) == common(now_open, closed) == 0
    )
    problem = f"{len(was_open)} open listings and the changes result in {expected}, not {len(now_open)}"
    return _result("the changes lead from the last snapshot to this one", [] if adds_up else [problem])


def _open_ids(plan: pa.Table) -> pa.ChunkedArray:
    return plan["listing_id"].filter(pc.equal(plan["status"], Status.OPEN))


def _readable(counts: ReadCounts) -> Check:
    many = counts.rejected >= _REJECTED_TO_JUDGE and counts.rejected > _REJECTED_AT_MOST * counts.read
    problem = f"{counts.rejected} of {counts.read} postings had to be rejected"
    return _result("postings can be read", [problem] if many else [])


def _minimums(boards: Mapping[BoardKey, BoardState], facts: Mapping[str, SourceFacts]) -> list[Check]:
    """Check that each source whose boards were all seen completely shows its least number of postings."""
    results = []
    for source, fact in sorted(facts.items()):
        least = fact.min_postings
        of_source = [board for key, board in boards.items() if key.source == source]
        if least and of_source and all(board.complete for board in of_source):
            shown = sum(board.postings or 0 for board in of_source)
            problems = [f"{source} showed {shown} postings, at least {least} are usual"] if shown < least else []
            results.append(_result(f"{source} shows enough postings", problems))
    return results


@dataclasses.dataclass(slots=True)
class _Coverage:
    """The coverage of one source: its open listings, and the number of them that state a field, by field."""

    listings: int = 0
    stated: dict[str, float] = dataclasses.field(default_factory=lambda: defaultdict(float))

    def add(self, board: BoardState) -> None:
        listings = board.listings_open or 0
        self.listings += listings
        for name, share in (board.coverage or {}).items():
            self.stated[name] += share * listings

    def share(self, name: str) -> float:
        return self.stated[name] / self.listings


def _coverage(boards: Mapping[BoardKey, BoardState], before: Mapping[BoardKey, BoardState]) -> list[Check]:
    """Compare, source by source, the share of listings that state a field with the share before."""
    sources: dict[str, tuple[_Coverage, _Coverage]] = {}
    for key, board in boards.items():
        board_before = before.get(key)
        if board_before and board_before.coverage and board.coverage:
            old, new = sources.setdefault(key.source, (_Coverage(), _Coverage()))
            old.add(board_before)
            new.add(board)
    results = []
    for source, (old, new) in sorted(sources.items()):
        if min(old.listings, new.listings) < _LISTINGS_TO_JUDGE:
            continue
        fallen = [
            f"{source}: {name} stated by {new.share(name):.0%}, {old.share(name):.0%} before"
            for name in sorted(old.stated)
            if old.share(name) >= _COVERAGE_TO_JUDGE and new.share(name) < _COVERAGE_FALLS_TO * old.share(name)
        ]
        results.append(_result(f"{source} states its fields as often as before", fallen))
    return results
