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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.listing import CLOSED_REASONS
from normalize.normalize import NORMALIZER_VERSION
from pipeline import assemble, checks, duplicates, history, readings, snapshot
from pipeline.journal import Journal, read
from pipeline.merge import COMPLETE, DAY, DEFAULTS, READ, Merged, Reading, Settings, last_day_over, merge_board
from pipeline.schema import BOARD_COLUMNS, BOARDS, CHANGES, CHANGES_SCHEMA, SCHEMA_VERSION, fit

Key = tuple[str, str]
Board = dict[str, Any]

CALM = frozenset({"ok", "ok_empty", "skipped", "robots_denied", "tdm_reserved"})
"""Verdicts after which nobody needs to look, besides ``unchanged`` of a complete answer."""
ANSWERED = frozenset({"ok", "ok_empty", "unchanged", "partial", "gone", "robots_denied", "tdm_reserved"})
_FACTS = ("redistribution", "attribution", "terms", "verified", "aggregator", "timezone")
_JSON = ("dropped_reasons", "unread_fields", "coverage", "validators")
_OUT_OF_SCOPE = f"out-of-scope-{NORMALIZER_VERSION}.npy"
_NEVER = 2**31 - 1  # a deadline that does not pass
_INSTANTS = tuple(column.name for column in BOARD_COLUMNS if column.type == "instant")


@dataclasses.dataclass
class Cycle:
    """What is to be published.

    Attributes:
        now: the run's clock.
        names: the boards that were asked, with their names for people.
        journals: what the crawl wrote; empty where stored runs are read again.
        again: read every stored posting again, whatever its words.
        everything: whether all boards were asked, so that those no longer known grow old too.
        feed_days: listings of boards without a complete answer for so long leave the feeds.
        bounds: whether sources are held to their least number of postings; recordings are not.
        extras: what else is written into a staged snapshot: feeds, descriptors, the report.
    """

    folder: snapshot.DataFolder
    run_id: str
    now: datetime.datetime
    scope: str = "internships"
    names: dict[Key, str] = dataclasses.field(default_factory=dict)
    journals: list[Journal] = dataclasses.field(default_factory=list)
    again: bool = False
    everything: bool = False
    bounds: bool = False
    force: bool = False
    settings: Settings = DEFAULTS
    retention: snapshot.Retention = snapshot.KEEP
    feed_days: int = 14
    extras: Sequence[Callable[[Staged], None]] = ()
    progress: Callable[[dict[str, Any]], None] = lambda event: None
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def instant(self) -> int:
        """The clock in microseconds since 1970."""
        return int(self.now.timestamp()) * 1_000_000


@dataclasses.dataclass
class Staged:
    """A snapshot about to be published, for those who write into it.

    Attributes:
        path: the staged folder.
        previous: the last snapshot, or None.
        manifest: what the manifest will say; extras may add to it.
        stale_boards: boards without a complete answer for so long that their listings leave the feeds.
        changed: whether any row of the listings is another than in the last snapshot.
        force: whether to publish what a guard would hold.
    """

    path: Path
    previous: Path | None
    run_id: str
    now: datetime.datetime
    manifest: dict[str, Any]
    stale_boards: frozenset[Key]
    changed: bool
    force: bool = False


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
        snapshot.Corrupt: the last snapshot is not whole.
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
    found = checks.check(plan, merged.boards, boards, merged.changes, previous.plan, asked.facts, cycle.bounds, read)
    manifest["checks"] = [dataclasses.asdict(check) for check in found]
    failed = [check for check in found if not check.ok]
    if failed and not cycle.force:
        manifest["result"], manifest["exit_status"] = "refused", 2
        return Published(2, manifest, None)
    manifest["forced"] = bool(failed)
    stale = stale_boards(merged.boards, cycle.instant, cycle.feed_days)
    manifest["stale_boards"] = sorted(map("/".join, stale))
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
    _keep_rejected(cycle, done)
    _keep_out_of_scope(cycle, done, work)
    manifest["files"] = snapshot.describe(staged, before)
    snapshot.write_manifest(staged, manifest)
    if problems := snapshot.verify(staged, checksums=False):  # they were counted a moment ago
        raise snapshot.Corrupt(f"the staged snapshot is not whole: {problems[0]}")
    observed = history.part(cycle.run_id, cycle.instant, merged.changes, merged.boards, asked.commits, staged)
    observed_path = work / "history.parquet"
    history.write(observed, observed_path)
    cycle.progress({"stage": "publish"})
    path = cycle.folder.publish(staged, cycle.run_id, observed_path, f"{cycle.now:%Y-%m}")
    cycle.folder.retain(cycle.now, *_rests_on(plan, merged.boards), cycle.retention)
    return Published(manifest["exit_status"], manifest, path)


def _rests_on(plan: pa.Table, boards: dict[Key, Board]) -> tuple[set[str], datetime.datetime | None]:
    """Return the raw runs that hold a snapshot's words, and an instant since when the history holds all else."""
    runs = {board[name] for board in boards.values() for name in ("run_id", "answered_run", "ids_run") if board[name]}
    runs |= set(pc.unique(plan["run_id"]).to_pylist())
    said = pc.min(pc.coalesce(plan["closed_at"], plan["updated_at"])).as_py()
    since = [snapshot.instant_of(board["run_id"]) for board in boards.values() if board["run_id"]]
    return runs, min([*since, *([said] if said else [])], default=None)


class Asked:
    """What the run asked of which boards, and what they said."""

    def __init__(self, cycle: Cycle, boards: dict[Key, Board]) -> None:
        self._cycle = cycle
        self._boards = boards
        self.facts = {journal.source: journal.facts for journal in cycle.journals if journal.facts}
        self.runs = {(journal.source, name): run for journal in cycle.journals for name, run in journal.boards.items()}
        lost = {"verdict": "interrupted", "error": "the run ended before this board did"}
        self.commits: dict[Key, dict[str, Any]] = {
            key: self.runs[key].commit if key in self.runs else lost for key in cycle.names
        }

    def slices(self, previous: assemble.Previous) -> list[tuple[Path, str, str, readings.Slice]]:
        """Return what there is to read, by source and board: this run's answers, and stored ones to be read again."""
        found = []
        paths = {journal.source: journal.path for journal in self._cycle.journals}
        for key, commit in self.commits.items():
            if commit["verdict"] in READ and key in self.runs:
                piece = readings.Slice(key[1], self.runs[key].places.tobytes())
                found.append((key, paths[key[0]], self._cycle.run_id, piece))
        stored: dict[tuple[str, str], Journal] = {}
        for key, run_id, wanted in self._again(previous):
            if (run_id, key[0]) not in stored:
                stored[run_id, key[0]] = read(self._cycle.folder.raw / run_id / f"{key[0]}.jsonl")
            journal = stored[run_id, key[0]]
            if key[1] in journal.boards:
                piece = readings.Slice(key[1], journal.boards[key[1]].places.tobytes(), wanted)
                found.append((key, journal.path, run_id, piece))
        return [(path, key[0], run_id, piece) for key, path, run_id, piece in sorted(found, key=lambda entry: entry[0])]

    def known_out(self) -> tuple[str, ...]:
        """Return the files with the words that were out of scope in the answers before this run's."""
        if self._cycle.scope == "all":
            return ()
        runs = {self._boards[key]["answered_run"] for key in self.commits if key in self._boards} - {None}
        paths = (self._cycle.folder.raw / run_id / _OUT_OF_SCOPE for run_id in sorted(runs))
        return tuple(str(path) for path in paths if path.exists())

    def _again(self, previous: assemble.Previous) -> list[tuple[Key, str, dict[str, readings.Kept] | None]]:
        """Return the stored board runs that newer extractors should read again, and which listings of them.

        A board's last answer is read whole; of an earlier one only what no later answer showed.
        """
        found: list[tuple[Key, str, dict[str, readings.Kept] | None]] = []
        for key, board in self._boards.items():
            unchanged = self.commits.get(key, {}).get("verdict") == "unchanged"
            if not self._cycle.again and not (unchanged and board.get("normalizer_version") != NORMALIZER_VERSION):
                continue
            answered = board.get("answered_run")
            if answered:
                found.append((key, answered, None))
            start, stop = previous.ranges.get(key, (0, 0))
            rows = previous.plan.slice(start, stop - start)
            left = pc.fill_null(pc.equal(rows["closed_reason"], "left_scope"), False)
            rows = rows.filter(pc.invert(left))  # it left by words that its row did not take
            own: dict[str, list[str]] = {}
            for run_id, listing in zip(rows["run_id"].to_pylist(), rows["listing_id"].to_pylist(), strict=True):
                if run_id != answered:
                    own.setdefault(run_id, []).append(listing)
            found += [(key, run_id, dict.fromkeys(ids, readings.Kept())) for run_id, ids in sorted(own.items())]
        return found


class Readings:
    """What the tasks read, by board."""

    def __init__(self, done: list[readings.Done]) -> None:
        self._found: dict[Key, list[tuple[pa.Table, int]]] = {}
        first = 0
        for result in done:
            with pa.memory_map(f"{result.out}.readings.arrow") as source:
                table = pa.ipc.open_file(source).read_all()
            for key, (start, stop) in assemble.ranges(table).items():
                self._found.setdefault(key, []).append((table.slice(start, stop - start), first))
            first += result.rows

    def __contains__(self, key: Key) -> bool:
        return key in self._found

    def of(self, key: Key) -> list[Reading]:
        """Return a board's readings."""
        found = []
        for table, first in self._found.get(key, ()):
            columns = [
                table[name].cast(pa.int32()) if name == "valid_through" else table[name] for name in Reading._fields
            ]
            for values in zip(*(column.to_pylist() for column in columns), strict=True):
                reading = Reading(*values)
                found.append(reading._replace(position=reading.position + first) if reading.position >= 0 else reading)
        return found


@dataclasses.dataclass
class All:
    """All boards after the run."""

    plan: pa.Table
    boards: dict[Key, Board]
    changes: pa.Table
    touched: set[Key]
    held: int


def _merge(
    cycle: Cycle, previous: assemble.Previous, before: dict[Key, Board], asked: Asked, read_now: Readings
) -> All:
    plan = assemble.Plan(previous)
    quiet = _Quiet(cycle, previous)
    boards: dict[Key, Board] = {}
    changes = [CHANGES_SCHEMA.empty_table()]
    touched: set[Key] = set()
    held = 0
    for key in sorted({*before, *asked.commits, *previous.ranges}):
        board = before.get(key) or dict.fromkeys(BOARDS.names) | {"source": key[0], "board": key[1]}
        commit = asked.commits.get(key)
        start, stop = previous.ranges.get(key, (0, 0))
        if commit is None and key not in read_now and not cycle.everything:
            boards[key] = board
            plan.carry(start, stop)
            continue
        named = dict(board)
        facts = asked.facts.get(key[0])
        if facts and commit:
            for name in _FACTS:
                named[name] = facts.get(name)
        if commit:
            named["name"] = cycle.names.get(key) or board.get("name")
        rights = assemble.Rights(named.get("redistribution"), named.get("attribution"))
        same_rights = rights == (board.get("redistribution"), board.get("attribution"))
        calm = same_rights and key not in read_now and quiet.board(named, commit, start, stop)
        rows = [] if calm else previous.rows(start, stop)
        result: Merged = merge_board(
            named, commit, rows, read_now.of(key), cycle.run_id, cycle.instant, cycle.scope, cycle.settings
        )
        boards[key] = result.board
        if key in read_now or (commit and commit["verdict"] in READ):
            result.board["normalizer_version"] = NORMALIZER_VERSION
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


def _changes_table(merged: Merged, key: Key, instant: int) -> pa.Table:
    rows = [
        change._asdict() | {"source": key[0], "board": key[1], "at": instant}
        for change in sorted(merged.changes, key=lambda change: change.listing_id)
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES_SCHEMA)


class _Quiet:
    """Tells, without touching a row, that a board's listings stay as they are."""

    def __init__(self, cycle: Cycle, previous: assemble.Previous) -> None:
        plan = previous.plan
        self._now = cycle.instant
        self._limit = cycle.instant - cycle.settings.unconfirmed_days * DAY
        is_open = pc.equal(plan["status"], "open")
        old = cycle.instant - cycle.settings.closed_days * DAY
        leaves = pc.fill_null(pc.less_equal(plan["closed_at"].cast(pa.int64()), old), False)
        lost = pc.fill_null(pc.is_in(plan["closed_reason"], pa.array(["unconfirmed", "board_gone"])), False)
        self._open = _counted(is_open)
        self._stirs = _counted(pc.or_(leaves, lost))
        self._deadline = pc.fill_null(plan["valid_through"].cast(pa.int32()), _NEVER)
        self._waits = pc.fill_null(pc.equal(plan["closed_reason"], "deadline_passed"), False)
        self._is_open = is_open
        self._due: dict[int, np.ndarray] = {}  # by the last day that is over, of which there are three in the world

    def board(self, board: Board, commit: dict[str, Any] | None, start: int, stop: int) -> bool:
        """Tell whether the board's run can touch none of its rows."""
        verdict = commit["verdict"] if commit else None
        if verdict in READ or verdict == "gone" or board.get("held") or board.get("answer") == "ok_empty":
            return False
        due = self._due_after(last_day_over(self._now, board.get("timezone")))
        if self._stirs[stop] > self._stirs[start] or due[stop] > due[start]:
            return False
        confirmed = verdict == "unchanged" and board.get("answer") in COMPLETE
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


def name_duplicates(
    plan: pa.Table, previous: assemble.Previous, fresh_files: list[Path], boards: dict[Key, Board]
) -> pa.Table:
    """Name one listing for each vacancy, anew for the employers of which anything changed."""
    fresh, index = np.asarray(plan["fresh"]), np.asarray(plan["index"])
    carried = np.zeros(previous.plan.num_rows, dtype=bool)
    carried[index[~fresh]] = True
    if not fresh.any() and carried.all():
        return plan

    def contents(names: Sequence[str], rows: pa.Table) -> pa.Table:
        return assemble.gather(rows, assemble.of_parts(previous.parts, names), assemble.of_files(fresh_files, names))

    employer = ["hiring_organization"]
    names = contents(employer, plan)[employer[0]].combine_chunks()
    left = assemble.of_parts(previous.parts, employer).take(np.flatnonzero(~carried))[employer[0]]
    moved = {
        duplicates.employer_key(name)
        for column in (pc.unique(names.filter(pa.array(fresh))), pc.unique(left))
        for name in column.to_pylist()
        if name
    }
    coded = names.dictionary_encode()
    keys = [duplicates.employer_key(name) for name in coded.dictionary.to_pylist()]
    order = {key: number for number, key in enumerate(sorted({key for key in keys if key and key in moved}))}
    numbers = np.array([*(order.get(key, -1) for key in keys), -1])
    numbers = numbers[pc.fill_null(coded.indices, len(keys)).to_numpy(zero_copy_only=False)]
    positions = np.flatnonzero(numbers >= 0)
    positions = positions[np.argsort(numbers[positions], kind="stable")]
    aggregators = frozenset(key[0] for key, board in boards.items() if board.get("aggregator"))
    canonical = plan["canonical_id"].to_numpy(zero_copy_only=False).copy()
    altered = np.asarray(plan["altered"]).copy()
    for some in _by_employer(positions, numbers):
        rows = plan.take(some)
        facts = contents(duplicates.COLUMNS, rows)
        place = facts.schema.get_field_index("first_seen")
        facts = facts.set_column(place, facts.schema.field(place), rows["first_seen"])

        def texts(wanted: Sequence[int], rows: pa.Table = rows) -> Sequence[str | None]:
            return contents(["description_text"], rows.take(np.asarray(wanted)))["description_text"].to_pylist()

        named = np.array(duplicates.canonical_ids(facts, texts, aggregators), dtype=object)
        altered[some[canonical[some] != named]] = True
        canonical[some] = named
    for name, values in (("canonical_id", pa.array(canonical, pa.string())), ("altered", pa.array(altered))):
        plan = plan.set_column(plan.schema.get_field_index(name), plan.schema.field(name), values)
    return plan


def _by_employer(positions: np.ndarray, numbers: np.ndarray, rows: int = 50_000) -> Iterator[np.ndarray]:
    """Cut positions, in order of their employers' numbers, between employers: duplicates share one."""
    start = 0
    while start < len(positions):
        stop = start + rows
        if stop < len(positions):
            stop = start + int(np.searchsorted(numbers[positions[start:]], numbers[positions[stop]], side="right"))
        yield np.sort(positions[start:stop])
        start = stop


def stale_boards(boards: dict[Key, Board], now: int, days: int = 14) -> frozenset[Key]:
    """Return the boards without a complete answer for so many days, whose listings leave the feeds."""
    limit = now - days * DAY
    return frozenset(
        key for key, board in boards.items() if (board.get("last_ok") or board.get("first_run") or 0) <= limit
    )


def load_boards(path: Path | None) -> dict[Key, Board]:
    """Return a snapshot's boards: instants in microseconds, JSON columns as values."""
    if path is None:
        return {}
    tables = [pq.read_table(part) for part in snapshot.parts(path, "boards")]
    table = pa.concat_tables(tables)
    for name in _INSTANTS:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.int64()))
    boards = {}
    for row in table.to_pylist():
        for name in _JSON:
            row[name] = orjson.loads(row[name]) if row[name] else None
        boards[row["source"], row["board"]] = row
    return boards


def boards_table(boards: dict[Key, Board]) -> pa.Table:
    """Return the boards as they are published.

    Raises:
        ValueError: a value fits no column.
    """
    rows = []
    for _, board in sorted(boards.items()):
        row = dict(board)
        for name in _JSON:
            row[name] = orjson.dumps(row[name], option=orjson.OPT_SORT_KEYS).decode() if row.get(name) else None
        for name in ("started", "ended"):
            if isinstance(row.get(name), str):
                row[name] = int(datetime.datetime.fromisoformat(row[name]).timestamp() * 1_000_000)
        rows.append(row)
    table, _, aside = fit(rows, BOARDS)
    if aside:
        raise ValueError(f"board {rows[aside[0][0]]['source']}/{rows[aside[0][0]]['board']}: {aside[0][1]}")
    return table


def _manifest(cycle: Cycle, asked: Asked, merged: All, done: list[readings.Done], plan: pa.Table) -> dict[str, Any]:
    ran = [merged.boards[key] for key in asked.commits]
    verdicts = Counter(board["verdict"] for board in ran)
    ill = [
        {name: board[name] for name in ("source", "board", "verdict", "error")}
        for board in ran
        if board["verdict"] not in CALM and not (board["verdict"] == "unchanged" and board["complete"])
    ]
    changes, reasons = (
        Counter({row["values"]: row["counts"] for row in pc.value_counts(merged.changes[name]).to_pylist()})
        for name in ("change", "reason")
    )
    return {
        "run_id": cycle.run_id,
        "schema_version": SCHEMA_VERSION,
        "normalizer_version": NORMALIZER_VERSION,
        "at": cycle.now.isoformat().replace("+00:00", "Z"),
        "scope": cycle.scope,
        "result": "partial" if ill or merged.held else "complete",
        "exit_status": 3 if ill or merged.held else 0,
        "forced": False,
        "notes": cycle.notes,
        "verdicts": dict(sorted(verdicts.items())),
        "listings": {
            "rows": plan.num_rows,
            "open": sum(board.get("listings_open") or 0 for board in merged.boards.values()),
            **{name: changes[name] for name in CHANGES},
            "closed_reasons": {name: reasons[name] for name in CLOSED_REASONS if reasons[name]},
            "held": merged.held,
        },
        "postings": {
            **{
                name: sum(board[name] or 0 for board in ran)
                for name in ("postings", "out_of_scope", "dropped", "expired")
            },
            "rejected": sum(result.rejected for result in done),
            "torn_lines": sum(journal.torn for journal in cycle.journals),
        },
        "boards": len(merged.boards),
        "ill": ill,
    }


def _keep_out_of_scope(cycle: Cycle, done: list[readings.Done], work: Path) -> None:
    """Note beside the raw journals which words are out of scope, so that they are not read again."""
    if cycle.scope == "all":
        return
    found: dict[str, list[np.ndarray]] = {}
    for result in done:
        found.setdefault(result.run_id, []).append(np.load(f"{result.out}.out.npy"))
    for run_id, hashes in found.items():
        path = cycle.folder.raw / run_id / _OUT_OF_SCOPE
        if path.exists():
            hashes.append(np.load(path))
        np.save(work / path.name, np.unique(np.concatenate(hashes)))
        os.replace(work / path.name, path)


def _keep_rejected(cycle: Cycle, done: list[readings.Done]) -> None:
    """Keep what was set aside, for whoever mends it."""
    if not any(result.rejected for result in done):
        return
    cycle.folder.rejected.mkdir(exist_ok=True)
    with (cycle.folder.rejected / f"{cycle.run_id}.jsonl").open("wb") as kept:
        for result in done:
            kept.write(Path(f"{result.out}.rejected.jsonl").read_bytes())
