"""``internfeed rebuild``: the newest snapshot from raw runs and history alone.

The history knows what happened to every listing and board, the raw runs hold the words. Together
they make the snapshot that was published last again, under its own run id, whatever became of it.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY, SECOND, instant_of, microseconds
from crawlers.contract.commit import Commit
from crawlers.contract.errors import Corrupt
from crawlers.contract.journal import BoardAnswer, SourceJournal, read
from normalize import version
from normalize.vocabulary import ChangeKind, RunScope, Status
from pipeline.lifecycle.merge import DEFAULTS, Row
from pipeline.run import reading as readings
from pipeline.run.canonical import name_duplicates
from pipeline.store import listings as assemble
from pipeline.store import snapshot
from pipeline.store.boards import boards_table, stale_boards
from pipeline.store.schema import CHANGE_COLUMNS, CHANGES_SCHEMA, HISTORY, SCHEMA_VERSION, conform, rename
from pipeline.store.staged import Staged


def rebuild(folder: snapshot.DataFolder, extras: Sequence[Callable[[Staged], None]] = ()) -> Path:
    """Make the newest snapshot anew and point ``latest`` at it. Call under the folder's lock.

    Raises:
        Corrupt: there is no history to rebuild from, or a listing's words are no longer stored.
    """
    parts = sorted(folder.history.glob("month=*/part-*.parquet"), key=snapshot.run_of_part)
    if not parts:
        raise Corrupt(f"{folder.root} has no history to rebuild from; internfeed run begins anew")
    past = pa.concat_tables([conform(pq.ParquetFile(path).read(), HISTORY) for path in parts])
    run_id = snapshot.run_of_part(parts[-1])
    work = folder.tmp / f"work-{run_id}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    staged = folder.stage(run_id)
    try:
        return _Rebuild(folder, past, run_id, work, staged).publish(extras)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(staged, ignore_errors=True)


class _Stored(NamedTuple):
    journal: SourceJournal
    run: BoardAnswer


class _Rebuild:
    def __init__(self, folder: snapshot.DataFolder, past: pa.Table, run_id: str, work: Path, staged: Path) -> None:
        self.folder = folder
        self.run_id = run_id
        self.work = work
        self.staged = staged
        self.past = past
        self._journals: dict[tuple[str, str], SourceJournal] = {}
        rows = past.filter(pc.equal(past["record"], "board"))
        self.runs: dict[BoardKey, list[str]] = {}  # runs that read an answer of the board, newest first
        self.boards: dict[BoardKey, dict[str, Any]] = {}
        for row in rows.select(["run_id", "source", "board", "state"]).to_pylist():
            key = BoardKey(row["source"], row["board"])
            state = orjson.loads(row["state"])
            self.boards[key] = dict(zip(rename(state), state.values(), strict=True))
            if self.boards[key].get("answered_run") == row["run_id"]:
                self.runs.setdefault(key, []).insert(0, row["run_id"])
        for key, board in self.boards.items():
            board |= self._from_journal(key, board)

    def publish(self, extras: Sequence[Callable[[Staged], None]]) -> Path:
        """Write and publish."""
        rows, files = self._listings()
        nothing = assemble.Previous([])
        collected = assemble.Plan(nothing)
        for key in sorted(self.boards):
            board = self.boards[key]
            rights = assemble.Rights(board.get("redistribution"), board.get("attribution"))
            collected.add(sorted(rows.get(key, []), key=lambda row: row.listing_id), *key, rights)
        plan = name_duplicates(collected.table(), nothing, files, self.boards)
        assemble.write_parts(plan, nothing, files, self.staged / "listings", self.run_id)
        snapshot.write_dataset(self.staged, "boards", boards_table(self.boards), self.run_id)
        now = self.past.filter(pc.equal(self.past["run_id"], self.run_id))
        changes = now.filter(pc.equal(now["record"], "listing")).select([column.name for column in CHANGE_COLUMNS])
        reasons = pc.if_else(
            pc.equal(changes["change"], ChangeKind.CLOSED), changes["reason"], pa.scalar(None, pa.string())
        )
        changes = changes.set_column(changes.schema.get_field_index("reason"), "reason", reasons)
        snapshot.write_dataset(self.staged, "changes", changes.cast(CHANGES_SCHEMA), self.run_id)
        manifest = self._manifest(plan, changes)
        instant = instant_of(self.run_id)
        stale = stale_boards(self.boards, microseconds(instant))
        manifest["stale_boards"] = sorted(map(str, stale))
        context = Staged(self.staged, None, self.run_id, instant, manifest, stale, changed=True)
        for extra in extras:
            extra(context)
        manifest["files"] = snapshot.describe(self.staged)
        snapshot.write_manifest(self.staged, manifest)
        damaged = self.folder.snapshots / self.run_id
        if damaged.exists():
            damaged.rename(self.work / "damaged")
        return self.folder.publish(self.staged, self.run_id)

    def _manifest(self, plan: pa.Table, changes: pa.Table) -> dict[str, Any]:
        counts = {row["values"]: row["counts"] for row in pc.value_counts(changes["change"]).to_pylist()}
        still_open = pc.sum(pc.equal(plan["status"], Status.OPEN)).as_py() or 0
        return {
            "run_id": self.run_id,
            "schema_version": SCHEMA_VERSION,
            "normalizer_version": version.NORMALIZER_VERSION,
            "result": "rebuilt",
            "exit_status": 0,
            "notes": ["rebuilt from raw runs and history"],
            "listings": {"rows": plan.num_rows, "open": still_open, **counts},
            "boards": len(self.boards),
        }

    def _board_run(self, run_id: str | None, key: BoardKey) -> _Stored | None:
        if not run_id:
            return None
        if (run_id, key.source) not in self._journals:
            self._journals[run_id, key.source] = read(self.folder.raw / run_id / f"{key.source}.jsonl")
        journal = self._journals[run_id, key.source]
        return _Stored(journal, journal.boards[key.board]) if key.board in journal.boards else None

    def _from_journal(self, key: BoardKey, board: dict[str, Any]) -> dict[str, Any]:
        """Return what the history leaves to the journals: ids, validators and pages."""

        def commit(name: str) -> Commit | None:
            found = self._board_run(board.get(name), key)
            return found.run.commit if found else None

        def ids(name: str) -> list[str]:
            answer = commit(name)
            return sorted(set(answer.ids)) if answer else []

        knows_ids, doubted = board.pop("knows_ids"), board.pop("doubted")
        stated = [answer.validators for name in ("run_id", "answered_run") if (answer := commit(name))]
        paged = commit("pages_run")
        return {
            "ids": ids("ids_run") if knows_ids else None,
            "doubted_ids": ids("answered_run") if doubted else None,
            "validators": next(filter(None, stated), None),
            "pages": (paged.pages or None) if paged else None,
        }

    def _listings(self) -> tuple[dict[BoardKey, list[Row]], list[Path]]:
        """Return the rows of the snapshot by board, and the files their contents lie in."""
        past = self.past.filter(pc.equal(self.past["record"], "listing"))
        for name in ("first_seen", "updated_at", "closed_at"):
            past = past.set_column(past.schema.get_field_index(name), name, past[name].cast(pa.int64()))
        wanted: dict[BoardKey, dict[str, dict[str, Any]]] = {}
        for event in past.to_pylist():
            wanted.setdefault(BoardKey(event["source"], event["board"]), {})[event["listing_id"]] = event
        for key, events in wanted.items():
            oldest = _micro(self.boards[key]["run_id"]) - DEFAULTS.closed_days * DAY
            left = [listing for listing, event in events.items() if (event["closed_at"] or oldest + 1) <= oldest]
            for listing in left:
                del events[listing]
        rows: dict[BoardKey, list[Row]] = {}
        files: list[Path] = []
        first = 0
        for turn in range(max(map(len, self.runs.values()), default=0)):
            for done in self._read(turn, wanted):
                files.append(Path(f"{done.out}.rows.arrow"))
                first = self._take(done, first, wanted, rows)
        lost = [listing for events in wanted.values() for listing in events]
        if lost:
            raise Corrupt(f"the words of {len(lost)} listings are no longer stored, {lost[0]} for one")
        return rows, files

    def _read(self, turn: int, wanted: dict[BoardKey, dict[str, Any]]) -> list[readings.Done]:
        """Read what is still wanted from each board's answers of so many reads ago."""
        found = []
        for key, runs in sorted(self.runs.items()):
            at_hand = self._board_run(runs[turn], key) if turn < len(runs) and wanted.get(key) else None
            if at_hand is not None:
                journal, run = at_hand
                wants = {listing: _kept(event) for listing, event in wanted[key].items()}
                piece = readings.Slice(key.board, run.places.tobytes(), wants)
                found.append((journal.path, key.source, runs[turn], piece))
        done = []
        for scope in RunScope:
            chosen = [
                entry for entry in found if (self.boards[BoardKey(entry[1], entry[3].board)].get("scope") == scope)
            ]
            out = self.work / f"{turn:05d}-{scope}"
            out.mkdir()
            done += list(readings.run(readings.tasks(chosen, (), out, scope, again=False)))
        return done

    def _take(
        self, done: readings.Done, first: int, wanted: dict[BoardKey, dict[str, Any]], rows: dict[BoardKey, list[Row]]
    ) -> int:
        with pa.memory_map(f"{done.out}.readings.arrow") as source:
            table = pa.ipc.open_file(source).read_all()
        for reading in table.to_pylist():
            key = BoardKey(reading["source"], reading["board"])
            if reading["outcome"] != "read":
                continue
            event = wanted[key].pop(reading["listing_id"])
            row = Row(
                listing_id=reading["listing_id"],
                posting_id=reading["posting_id"],
                content_hash=reading["content_hash"],
                normalizer_version=reading["normalizer_version"],
                status=event["status"],
                closed_reason=event["reason"] if event["status"] == Status.CLOSED else None,
                valid_through=None,
                first_seen=event["first_seen"],
                last_seen=_micro(done.run_id),
                updated_at=event["updated_at"],
                closed_at=event["closed_at"],
                run_id=done.run_id,
                canonical_id=reading["listing_id"],
                index=first + reading["position"],
                fresh=True,
                altered=True,
            )
            rows.setdefault(key, []).append(row)
        return first + done.rows


def _kept(event: dict[str, Any]) -> readings.Kept:
    """The row was made of the posting on the day its words were last new."""
    day = datetime.datetime.fromtimestamp(event["updated_at"] / SECOND, datetime.UTC).date()
    return readings.Kept(event["date_posted"], day, event["content_hash"])


def _micro(run_id: str) -> int:
    return microseconds(instant_of(run_id))
