"""From what a run read to a published snapshot: merge, duplicates, checks, write, flip.

The same way serves a crawl, a re-reading of stored runs and a rebuild; they differ only in what
was asked and what was read.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY, instant_of, iso
from crawlers.contract.commit import Commit
from crawlers.contract.errors import Corrupt
from crawlers.contract.verdict import Verdict
from normalize import version
from normalize.vocabulary import ChangeKind, ClosedReason, Status
from pipeline.lifecycle import checks
from pipeline.lifecycle.merge import BoardAnswer, KnownBoard, Merged, RunContext, last_day_over, merge_board
from pipeline.run import reading as readings
from pipeline.run.answers import Asked, Cycle, Readings, keep_out_of_scope, keep_rejected
from pipeline.run.canonical import name_duplicates
from pipeline.store import history, snapshot
from pipeline.store import listings as assemble
from pipeline.store.boards import BoardState, boards_table, is_healthy, load_boards, stale_boards
from pipeline.store.schema import BOARDS, CHANGES_SCHEMA, SCHEMA_VERSION
from pipeline.store.staged import Staged

_FACTS = ("redistribution", "attribution", "terms", "verified", "aggregator", "timezone")
_NEVER = 2**31 - 1  # a deadline that does not pass


@dataclasses.dataclass
class Published:
    """How it ended.

    Attributes:
        status: the exit status.
        manifest: what was published, or would have been.
        path: the snapshot, or None where nothing was published.
    """

    status: int
    manifest: dict[str, Any]
    path: Path | None


def publish(cycle: Cycle) -> Published:
    """Merge what was read into the last snapshot and publish the result, unless a check forbids.

    Raises:
        Corrupt: the last snapshot is not whole.
        OSError: something could not be written; the last snapshot stays as it is.
    """
    before = cycle.folder.latest()
    work = cycle.folder.tmp / f"work-{cycle.run_id}-{os.getpid()}"  # not where a killed run's workers still write
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    staged = cycle.folder.stage(cycle.run_id)
    try:
        return _publish(cycle, before, work, staged)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(staged, ignore_errors=True)


def _publish(cycle: Cycle, before: Path | None, work: Path, staged: Path) -> Published:
    previous = assemble.Previous(snapshot.parts(before, "listings") if before else [])
    boards = load_boards(before)
    asked = Asked(cycle, boards)
    parts = tuple(map(str, previous.paths))
    todo = readings.tasks(asked.slices(previous), parts, work, cycle.scope, cycle.again, asked.known_out())
    done = []
    if todo:
        cycle.progress({"stage": "normalize", "done": 0, "of": len(todo)})
    for result in readings.run(todo):
        done.append(result)
        cycle.progress({"stage": "normalize", "done": len(done), "of": len(todo)})
    read_now = Readings(done)
    cycle.progress({"stage": "merge"})
    merged = _merge(cycle, previous, boards, asked, read_now)
    fresh_files = [Path(f"{result.out}.rows.arrow") for result in done]
    plan = name_duplicates(merged.plan, previous, fresh_files, merged.boards)
    cycle.progress({"stage": "write"})
    coverage = assemble.write_parts(plan, previous, fresh_files, staged / "listings", cycle.run_id)
    for key, counts in coverage.items():
        if key in merged.touched and counts["open"]:
            shares = {name: round(count / counts["open"], 4) for name, count in counts.items() if name != "open"}
            merged.boards[key]["coverage"] = shares
    snapshot.write_dataset(staged, "boards", boards_table(merged.boards), cycle.run_id)
    snapshot.write_dataset(staged, "changes", merged.changes, cycle.run_id)
    manifest = _manifest(cycle, asked, merged, done, plan)
    read = (sum(result.readings for result in done), sum(result.rejected for result in done))
    new, published = checks.State(plan, merged.boards), checks.State(previous.plan, boards)
    found = checks.check(new, published, merged.changes, asked.facts, cycle.bounds, read)
    manifest["checks"] = [dataclasses.asdict(check) for check in found]
    failed = [check for check in found if not check.ok]
    if failed and not cycle.force:
        manifest["result"], manifest["exit_status"] = "refused", 2
        return Published(2, manifest, None)
    manifest["forced"] = bool(failed)
    manifest["notes"] += [f"published although a check failed: {check.name}: {check.detail}" for check in failed]
    stale = stale_boards(merged.boards, cycle.instant, cycle.feed_days)
    manifest["stale_boards"] = sorted(map(str, stale))
    context = Staged(
        path=staged,
        previous=before,
        run_id=cycle.run_id,
        now=cycle.now,
        manifest=manifest,
        stale_boards=stale,
        changed=before is None or bool(coverage) or plan.num_rows != previous.plan.num_rows,
        force=cycle.force,
    )
    for extra in cycle.extras:
        extra(context)
    keep_rejected(cycle, done)
    keep_out_of_scope(cycle, done, work)
    manifest["files"] = snapshot.describe(staged, before)
    snapshot.write_manifest(staged, manifest)
    if problems := snapshot.verify(staged, checksums=False):  # they were counted a moment ago
        raise Corrupt(f"the staged snapshot is not whole: {problems[0]}")
    observed = history.part(
        cycle.run_id, cycle.instant, merged.changes, merged.boards, asked.commits.keys() | merged.touched, staged
    )
    observed_path = work / "history.parquet"
    history.write(observed, observed_path)
    cycle.progress({"stage": "publish"})
    path = cycle.folder.publish(staged, cycle.run_id, observed_path, f"{cycle.now:%Y-%m}")
    cycle.folder.retain(cycle.now, *_rests_on(plan, merged.boards), cycle.retention)
    return Published(manifest["exit_status"], manifest, path)


def _rests_on(plan: pa.Table, boards: dict[BoardKey, BoardState]) -> tuple[set[str], datetime.datetime | None]:
    """Return the raw runs that hold a snapshot's words, and an instant since when the history holds all else."""
    runs = {
        board[name]
        for board in boards.values()
        for name in ("run_id", "answered_run", "ids_run", "pages_run")
        if board[name]
    }
    runs |= set(pc.unique(plan["run_id"]).to_pylist())
    said = pc.min(pc.coalesce(plan["closed_at"], plan["updated_at"])).as_py()
    since = [instant_of(board["run_id"]) for board in boards.values() if board["run_id"]]
    return runs, min([*since, *([said] if said else [])], default=None)


@dataclasses.dataclass
class All:
    """All boards after the run."""

    plan: pa.Table
    boards: dict[BoardKey, BoardState]
    changes: pa.Table
    touched: set[BoardKey]
    held: int


def _merge(
    cycle: Cycle, previous: assemble.Previous, before: dict[BoardKey, BoardState], asked: Asked, read_now: Readings
) -> All:
    plan = assemble.Plan(previous)
    quiet = _Quiet(cycle, previous)
    boards: dict[BoardKey, BoardState] = {}
    changes = [CHANGES_SCHEMA.empty_table()]
    touched: set[BoardKey] = set()
    held = 0
    run = RunContext(cycle.run_id, cycle.instant, cycle.scope, cycle.settings)
    for key in sorted({*before, *asked.commits, *previous.ranges}):
        board = before.get(key) or dict.fromkeys(BOARDS.names) | {"source": key.source, "board": key.board}
        commit = asked.commits.get(key)
        start, stop = previous.ranges.get(key, (0, 0))
        if commit is None and key not in read_now and not cycle.everything:
            boards[key] = board
            plan.carry(start, stop)
            continue
        named = dict(board)
        facts = asked.facts.get(key.source)
        if facts and commit:
            for name in _FACTS:
                named[name] = facts.get(name)
        if commit:
            named["name"] = cycle.names.get(key) or board.get("name")
        rights = assemble.Rights(named.get("redistribution"), named.get("attribution"))
        same_rights = rights == (board.get("redistribution"), board.get("attribution"))
        calm = same_rights and key not in read_now and quiet.board(named, commit, start, stop)
        rows = [] if calm else previous.rows(start, stop)
        result = merge_board(KnownBoard(named, rows), BoardAnswer(commit, read_now.of(key)), run)
        boards[key] = result.board
        if key in read_now or (commit and commit.verdict.was_read):
            result.board["normalizer_version"] = version.NORMALIZER_VERSION
        held += result.held
        if calm:
            result.board["listings_open"] = quiet.open(start, stop)
            plan.carry(start, stop)
            continue
        touched.add(key)
        if not same_rights:
            for row in result.rows:
                row.altered = True
        plan.add(result.rows, *key, rights)
        changes.append(_changes_table(result, key, cycle.instant))
    return All(plan.table(), boards, pa.concat_tables(changes).combine_chunks(), touched, held)


def _changes_table(merged: Merged, key: BoardKey, instant: int) -> pa.Table:
    rows = [
        change._asdict() | {"source": key.source, "board": key.board, "changed_at": instant}
        for change in sorted(merged.changes, key=lambda change: change.listing_id)
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES_SCHEMA)


class _Quiet:
    """Tells, without touching a row, that a board's listings stay as they are."""

    def __init__(self, cycle: Cycle, previous: assemble.Previous) -> None:
        plan = previous.plan
        self._now = cycle.instant
        self._limit = cycle.instant - cycle.settings.unconfirmed_days * DAY
        is_open = pc.equal(plan["status"], Status.OPEN)
        old = cycle.instant - cycle.settings.closed_days * DAY
        leaves = pc.fill_null(pc.less_equal(plan["closed_at"].cast(pa.int64()), old), False)
        lost = pc.fill_null(
            pc.is_in(plan["closed_reason"], pa.array([ClosedReason.UNCONFIRMED, ClosedReason.BOARD_GONE])), False
        )
        self._open = _counted(is_open)
        self._stirs = _counted(pc.or_(leaves, lost))
        self._deadline = pc.fill_null(plan["valid_through"].cast(pa.int32()), _NEVER)
        self._waits = pc.fill_null(pc.equal(plan["closed_reason"], ClosedReason.DEADLINE_PASSED), False)
        self._is_open = is_open
        self._due: dict[int, np.ndarray] = {}  # by the last day that is over, of which there are three in the world

    def board(self, board: BoardState, commit: Commit | None, start: int, stop: int) -> bool:
        """Tell whether the board's run can touch none of its rows."""
        verdict = commit.verdict if commit else None
        if verdict is not None and (verdict.was_read or verdict is Verdict.GONE):
            return False
        if board.get("held") or board.get("answer") == Verdict.OK_EMPTY:
            return False
        due = self._due_after(last_day_over(self._now, board.get("timezone")))
        if self._stirs[stop] > self._stirs[start] or due[stop] > due[start]:
            return False
        answer = board.get("answer")
        confirmed = verdict is Verdict.UNCHANGED and answer is not None and Verdict(answer).is_complete
        return confirmed or (board.get("last_ok") or board.get("first_run") or self._limit) > self._limit

    def _due_after(self, day: int) -> np.ndarray:
        """Count the open listings whose deadline is over, and those closed by a deadline that has moved since."""
        if day not in self._due:
            over = pc.less_equal(self._deadline, day)
            self._due[day] = _counted(pc.if_else(over, self._is_open, self._waits))
        return self._due[day]

    def open(self, start: int, stop: int) -> int:
        """Return the number of open listings in a range."""
        return int(self._open[stop] - self._open[start])


def _counted(flags: pa.ChunkedArray) -> np.ndarray:
    """Return how many are true before each position."""
    return np.concatenate([[0], np.cumsum(np.asarray(flags, dtype=np.int64))])


def _manifest(cycle: Cycle, asked: Asked, merged: All, done: list[readings.Done], plan: pa.Table) -> dict[str, Any]:
    ran = [merged.boards[key] for key in asked.commits]
    verdicts = Counter(board["verdict"] for board in ran)
    ill = [
        {name: board[name] for name in ("source", "board", "verdict", "error")}
        | {name: board[name] for name in ("unread", "repeated", "odd_fields") if board[name]}
        for board in ran
        if not is_healthy(board)
    ]
    changes, reasons = (
        Counter({row["values"]: row["counts"] for row in pc.value_counts(merged.changes[name]).to_pylist()})
        for name in ("change", "reason")
    )
    return {
        "run_id": cycle.run_id,
        "schema_version": SCHEMA_VERSION,
        "normalizer_version": version.NORMALIZER_VERSION,
        "at": iso(cycle.now),
        "scope": cycle.scope,
        "result": "partial" if ill or merged.held else "complete",
        "exit_status": 3 if ill or merged.held else 0,
        "forced": False,
        "notes": cycle.notes,
        "verdicts": dict(sorted(verdicts.items())),
        "listings": {
            "rows": plan.num_rows,
            "open": sum(board.get("listings_open") or 0 for board in merged.boards.values()),
            **{name: changes[name] for name in ChangeKind},
            "closed_reasons": {name: reasons[name] for name in ClosedReason if reasons[name]},
            "held": merged.held,
        },
        "postings": {
            **{
                name: sum(board[name] or 0 for board in ran)
                for name in ("postings", "repeated", "unread", "out_of_scope", "dropped", "expired")
            },
            "rejected": sum(result.rejected for result in done),
            "torn_lines": sum(journal.torn for journal in cycle.journals),
        },
        "pages": {
            "requests": sum(board["page_requests"] or 0 for board in ran),
            "seconds": round(sum(board["page_seconds"] or 0 for board in ran), 3),
        },
        "boards": len(merged.boards),
        "ill": ill,
    }
