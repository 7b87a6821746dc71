"""Checks before publication: what must hold, and what a crawler that broke quietly would show."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from normalize.vocabulary import ChangeKind, Status

_COVERAGE_FALLS_TO = 0.25  # of its share before
_COVERAGE_USUAL = 0.3  # fields that fewer listings state say little
_LISTINGS_TO_JUDGE = 20
_ASIDE_AT_MOST = 0.2  # of the postings read; more is a fault of ours, not of a few postings
_ASIDE_TO_JUDGE = 10


@dataclasses.dataclass
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str = ""


class State(NamedTuple):
    """A snapshot's contents as far as the checks read them.

    Attributes:
        plan: keys and lifecycle of all its listings.
        boards: the rows of its boards.
    """

    plan: pa.Table
    boards: Mapping[BoardKey, Mapping[str, Any]]


def check(
    new: State,
    published: State,
    changes: pa.Table,
    facts: Mapping[str, Mapping[str, Any]],
    bounds: bool,
    read: tuple[int, int] = (0, 0),
) -> list[Check]:
    """Check a snapshot before publication; return the results.

    Args:
        new: the snapshot to publish.
        published: the last published snapshot.
        changes: the changes between the two.
        facts: the source records of this run's journals.
        bounds: whether to check each source's least number of postings.
        read: the number of postings read, and the number of them rejected.
    """
    found = [_unique(new.plan), _referential(new.plan, new.boards), _canonical(new.plan), _lifecycle(new.plan)]
    found += [_adds_up(new.plan, published.plan, changes), _readable(*read)]
    if bounds:
        found += _bounds(new.boards, facts)
    return found + _coverage(new.boards, published.boards)


def _verdict(name: str, problems: list[str]) -> Check:
    return Check(name, not problems, "; ".join(problems[:3]))


def _unique(plan: pa.Table) -> Check:
    doubled = plan.num_rows - pc.count_distinct(plan["listing_id"]).as_py()
    return _verdict("every listing_id once", [f"{doubled} listing ids appear twice"] if doubled else [])


def _referential(plan: pa.Table, boards: Mapping[BoardKey, Any]) -> Check:
    pairs = plan.select(["source", "board"]).group_by(["source", "board"]).aggregate([]).to_pylist()
    lost = [f"{row['source']}/{row['board']}" for row in pairs if (row["source"], row["board"]) not in boards]
    return _verdict("every listing has its board", [f"no board {name}" for name in lost])


def _canonical(plan: pa.Table) -> Check:
    lost = plan.num_rows - (pc.sum(pc.is_in(plan["canonical_id"], value_set=plan["listing_id"])).as_py() or 0)
    problems = [f"{lost} listings stand for one that is not here"] if lost else []
    return _verdict("every canonical_id is a listing", problems)


def _lifecycle(plan: pa.Table) -> Check:
    closed = pc.equal(plan["status"], Status.CLOSED)
    same = (pc.equal(closed, pc.is_valid(plan[name])) for name in ("closed_at", "closed_reason"))
    wrong = plan.num_rows - (pc.sum(pc.and_(*same)).as_py() or 0)
    return _verdict(
        "closed means when and why", [f"{wrong} listings are closed without a reason or open with one"] if wrong else []
    )


def _adds_up(plan: pa.Table, previous: pa.Table, changes: pa.Table) -> Check:
    was_open, now_open = _open_ids(previous), _open_ids(plan)

    def among(ids: pa.ChunkedArray, of: pa.ChunkedArray) -> int:
        return int(pc.sum(pc.is_in(ids, value_set=of)).as_py() or 0)

    opened = changes["listing_id"].filter(
        pc.is_in(changes["change"], pa.array([ChangeKind.OPENED, ChangeKind.REOPENED]))
    )
    closed = changes["listing_id"].filter(pc.equal(changes["change"], ChangeKind.CLOSED))
    expected = len(was_open) + len(opened) - len(closed)
    same = (
        expected == len(now_open)
        and among(now_open, opened) == len(opened)
        and among(was_open, closed) == len(closed)
        and among(was_open, opened) == among(now_open, closed) == 0
    )
    problem = f"{len(was_open)} open and the changes make {expected}, not {len(now_open)}"
    return _verdict("last snapshot and changes make this one", [] if same else [problem])


def _open_ids(plan: pa.Table) -> pa.ChunkedArray:
    return plan["listing_id"].filter(pc.equal(plan["status"], Status.OPEN))


def _readable(read: int, aside: int) -> Check:
    many = aside >= _ASIDE_TO_JUDGE and aside > _ASIDE_AT_MOST * read
    return _verdict("postings can be read", [f"{aside} of {read} postings had to be set aside"] if many else [])


def _bounds(boards: Mapping[BoardKey, Mapping[str, Any]], facts: Mapping[str, Mapping[str, Any]]) -> list[Check]:
    found = []
    for source, fact in sorted(facts.items()):
        least = fact.get("min_postings")
        ours = [board for key, board in boards.items() if key.source == source]
        if least and ours and all(board.get("complete") for board in ours):
            shown = sum(board.get("postings") or 0 for board in ours)
            few = [f"{source} showed {shown} postings, at least {least} are usual"] if shown < least else []
            found.append(_verdict(f"{source} shows enough", few))
    return found


def _coverage(
    boards: Mapping[BoardKey, Mapping[str, Any]], before: Mapping[BoardKey, Mapping[str, Any]]
) -> list[Check]:
    """Compare, source by source, the share of listings that state a field with the share before."""
    shares: dict[str, list[dict[str, float]]] = defaultdict(lambda: [{}, {}])
    weights: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, board in boards.items():
        old = before.get(key)
        if not old or not old.get("coverage") or not board.get("coverage"):
            continue
        for side, row in enumerate((old, board)):
            weight = row.get("listings_open") or 0
            weights[key.source][side] += weight
            total = Counter(shares[key.source][side])
            for name, share in row["coverage"].items():
                total[name] += share * weight
            shares[key.source][side] = dict(total)
    found = []
    for source, (old_shares, new_shares) in sorted(shares.items()):
        old_rows, new_rows = weights[source]
        if min(old_rows, new_rows) < _LISTINGS_TO_JUDGE:
            continue
        fallen = [
            f"{source}: {name} stated by {new_shares.get(name, 0) / new_rows:.0%}, {total / old_rows:.0%} before"
            for name, total in sorted(old_shares.items())
            if total / old_rows >= _COVERAGE_USUAL
            and new_shares.get(name, 0) / new_rows < _COVERAGE_FALLS_TO * total / old_rows
        ]
        found.append(_verdict(f"{source} states what it stated", fallen))
    return found
