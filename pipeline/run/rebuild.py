"""`internfeed rebuild`: the newest snapshot, made again from raw runs and history.

The history holds the events of every listing and board, and the raw runs hold the words. Together they make the last
published snapshot again, under the id of its run, even if the snapshot itself is damaged or lost.
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY, SECOND, instant_of, microseconds
from crawlers.contract.commit import Commit
from crawlers.contract.errors import Corrupt
from crawlers.contract.journal import CommittedBoard, SourceJournal, read
from normalize import version
from normalize.vocabulary import ChangeKind, RecordKind, RunScope, Status
from pipeline.lifecycle.guards import DEFAULTS, Settings
from pipeline.lifecycle.merge import Outcome, ReadPosting
from pipeline.lifecycle.state import CHANGE_FIELDS, BoardState, ListingState
from pipeline.run import reading
from pipeline.run.answers import postings_of, read_table
from pipeline.run.canonical import name_duplicates
from pipeline.run.judging import CarriedOver
from pipeline.run.stale import warn_of_stale
from pipeline.store import snapshot
from pipeline.store.boards import PastBoard, boards_table, past_board, stale_boards
from pipeline.store.history import Event, events
from pipeline.store.listings import Plan, Previous, Rights, ranges, write_parts
from pipeline.store.manifest import ListingCounts, Manifest, write_manifest
from pipeline.store.schema import CHANGES_SCHEMA, HISTORY, SCHEMA_VERSION, conform
from pipeline.store.staged import Product, Staged

_Events = dict[BoardKey, dict[str, Event]]
"""The last event of each listing, by board and listing."""


def rebuild(folder: snapshot.DataFolder, products: Sequence[Product] = (), settings: Settings = DEFAULTS) -> Path:
    """Rebuild the newest snapshot and point ``latest`` at it; return it. Call under the folder's lock.

    Raises:
        Corrupt: there is no history, or the words of a listing are no longer stored.
    """
    parts = sorted(folder.history.glob("month=*/part-*.parquet"), key=snapshot.run_of_part)
    if not parts:
        raise Corrupt(f"{folder.root} has no history to rebuild from. Run `internfeed run` to start over")
    past = pa.concat_tables([conform(pq.ParquetFile(path).read(), HISTORY) for path in parts])
    run_id = snapshot.run_of_part(parts[-1])
    work = folder.tmp / f"work-{run_id}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    staged = folder.stage(run_id)
    try:
        return _Rebuild(folder, past, work, staged, settings).publish(products)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(staged, ignore_errors=True)


class _StoredBoard(NamedTuple):
    """A board in a stored journal."""

    journal: SourceJournal
    committed: CommittedBoard


class _Rebuild:
    """The steps of a rebuild.

    Attributes:
        past: the whole history.
        runs: by board, the runs that read an answer, the newest first.
        boards: the boards after their last run.
    """

    def __init__(
        self, folder: snapshot.DataFolder, past: pa.Table, work: Path, staged: Path, settings: Settings
    ) -> None:
        self.folder = folder
        self.run_id = staged.name
        self.settings = settings
        self.work = work
        self.staged = staged
        self.past = past
        self.runs: dict[BoardKey, list[str]] = {}
        self.boards: dict[BoardKey, BoardState] = {}
        self._journals: dict[tuple[str, str], SourceJournal] = {}
        self._load_boards()

    def _load_boards(self) -> None:
        """Load each board's last state from the history, and the rest of it from the journals."""
        last: dict[BoardKey, PastBoard] = {}
        for event in events(self.past.filter(pc.equal(self.past["record"], RecordKind.BOARD))):
            known = past_board(event.state or "{}")
            last[event.key] = known
            if known.board.answered_run == event.run_id:
                self.runs.setdefault(event.key, []).insert(0, event.run_id)
        self.boards = {key: self._with_journal(known) for key, known in last.items()}

    def publish(self, products: Sequence[Product]) -> Path:
        """Write the snapshot, publish it and return it."""
        listings, files = self._listings()
        nothing = Previous([])
        collected = Plan(nothing)
        for key, board in sorted(self.boards.items()):
            rights = Rights(board.redistribution, board.attribution)
            collected.add(sorted(listings.get(key, []), key=lambda listing: listing.listing_id), key, rights)
        plan = name_duplicates(collected.table(), nothing, files, self.boards)
        plan = warn_of_stale(plan, nothing, files, self.boards, self.settings)
        write_parts(plan, nothing, files, self.staged / "listings", self.run_id)
        snapshot.write_dataset(self.staged, "boards", boards_table(self.boards.values()), self.run_id)
        changes = self._changes()
        snapshot.write_dataset(self.staged, "changes", changes, self.run_id)
        instant = instant_of(self.run_id)
        stale = stale_boards(self.boards, microseconds(instant))
        manifest = self._manifest(plan, changes, tuple(sorted(map(str, stale))))
        context = Staged(self.staged, None, self.run_id, instant, manifest, stale, changed=True)
        for write_product in products:
            write_product(context)
        write_manifest(self.staged, dataclasses.replace(context.manifest, files=snapshot.describe(self.staged)))
        damaged = self.folder.snapshots / self.run_id
        if damaged.exists():
            damaged.rename(self.work / "damaged")
        return self.folder.publish(self.staged, self.run_id)

    def _changes(self) -> pa.Table:
        """Return the changes of the newest run; only closings have a reason there."""
        now = self.past.filter(pc.equal(self.past["run_id"], self.run_id))
        changes = now.filter(pc.equal(now["record"], RecordKind.LISTING)).select(CHANGE_FIELDS)
        closed = pc.equal(changes["change"], ChangeKind.CLOSED)
        reasons = pc.if_else(closed, changes["reason"], pa.scalar(None, pa.string()))
        return changes.set_column(changes.schema.get_field_index("reason"), "reason", reasons).cast(CHANGES_SCHEMA)

    def _manifest(self, plan: pa.Table, changes: pa.Table, stale: tuple[str, ...]) -> Manifest:
        counts = {row["values"]: row["counts"] for row in pc.value_counts(changes["change"]).to_pylist()}
        still_open = pc.sum(pc.equal(plan["status"], Status.OPEN)).as_py() or 0
        return Manifest(
            run_id=self.run_id,
            schema_version=SCHEMA_VERSION,
            normalizer_version=version.NORMALIZER_VERSION,
            result="rebuilt",
            exit_status=0,
            notes=("rebuilt from raw runs and history",),
            listings=ListingCounts(plan.num_rows, still_open, **counts),
            boards=len(self.boards),
            stale_boards=stale,
        )

    def _stored(self, run_id: str | None, key: BoardKey) -> _StoredBoard | None:
        """Return a board in the journal of a run, None if it is not stored."""
        if not run_id:
            return None
        if (run_id, key.source) not in self._journals:
            self._journals[run_id, key.source] = read(self.folder.raw / run_id / f"{key.source}.jsonl")
        journal = self._journals[run_id, key.source]
        return _StoredBoard(journal, journal.boards[key.board]) if key.board in journal.boards else None

    def _with_journal(self, known: PastBoard) -> BoardState:
        """Return a board with its ids, validators and pages, which the history leaves to the journals."""
        board = known.board

        def commit(run_id: str | None) -> Commit | None:
            stored = self._stored(run_id, board.key)
            return stored.committed.commit if stored else None

        def ids(run_id: str | None) -> list[str]:
            answer = commit(run_id)
            return sorted(set(answer.ids)) if answer else []

        last, answered, paged = commit(board.run_id), commit(board.answered_run), commit(board.pages_run)
        return dataclasses.replace(
            board,
            ids=ids(board.ids_run) if known.knows_ids else None,
            doubted_ids=ids(board.answered_run) if known.doubted else None,
            validators=(last and last.validators) or (answered and answered.validators) or None,
            pages=(paged and paged.pages) or None,
        )

    def _listings(self) -> tuple[dict[BoardKey, list[ListingState]], list[Path]]:
        """Return the listings of the snapshot by board, and the files with their contents."""
        wanted = self._wanted()
        listings: dict[BoardKey, list[ListingState]] = {}
        files: list[Path] = []
        first = 0
        for age in range(max(map(len, self.runs.values()), default=0)):
            for result in self._read(age, wanted):
                files.append(result.files.rows)
                self._take(result, first, wanted, listings)
                first += result.rows
        missing = [listing for listed in wanted.values() for listing in listed]
        if missing:
            raise Corrupt(f"the text of {len(missing)} listings is no longer stored (for example {missing[0]})")
        return listings, files

    def _wanted(self) -> _Events:
        """Return the last event of each listing that the snapshot holds."""
        wanted: _Events = {}
        for event in events(self.past.filter(pc.equal(self.past["record"], RecordKind.LISTING))):
            assert event.listing_id is not None
            wanted.setdefault(event.key, {})[event.listing_id] = event
        for key, listed in wanted.items():
            oldest = _instant(self.boards[key].run_id) - DEFAULTS.closed_days * DAY
            outdated = [name for name, event in listed.items() if event.closed_at and event.closed_at <= oldest]
            for name in outdated:
                del listed[name]
        return wanted

    def _read(self, age: int, wanted: _Events) -> list[reading.TaskResult]:
        """Read the wanted listings from each board's answer of this age; the newest answer has the age 0."""
        slices = []
        for key, runs in sorted(self.runs.items()):
            stored = self._stored(runs[age], key) if age < len(runs) and wanted.get(key) else None
            if stored is not None:
                carried = {listing: _carried_over(event) for listing, event in wanted[key].items()}
                offsets = stored.committed.offsets.tobytes()
                slices.append(reading.JournalSlice(stored.journal.path, key, runs[age], offsets, carried))
        results: list[reading.TaskResult] = []
        for scope in RunScope:
            in_scope = [piece for piece in slices if self.boards[piece.key].scope == scope]
            folder = self.work / f"{age:05d}-{scope}"
            folder.mkdir()
            results += reading.run(reading.tasks(in_scope, reading.ReadingOptions(scope), folder))
        return results

    def _take(
        self,
        result: reading.TaskResult,
        first: int,
        wanted: _Events,
        listings: dict[BoardKey, list[ListingState]],
    ) -> None:
        """Make the listings of the postings that a task read, and take them off the wanted ones."""
        table = read_table(result)
        for key, (start, stop) in ranges(table).items():
            for posting in postings_of(table.slice(start, stop - start), first):
                if posting.outcome is Outcome.READ:
                    event = wanted[key].pop(posting.listing_id)
                    listings.setdefault(key, []).append(_listing(event, posting, result.run_id))


def _listing(event: Event, posting: ReadPosting, run_id: str) -> ListingState:
    """Return a listing with the lifecycle of its last event and the content that was read."""
    assert event.status is not None
    assert event.first_seen is not None
    assert event.updated_at is not None
    return ListingState(
        listing_id=posting.listing_id,
        posting_id=posting.posting_id,
        content_hash=posting.content_hash,
        normalizer_version=posting.normalizer_version,
        status=event.status,
        closed_reason=event.reason if event.status == Status.CLOSED else None,
        valid_through=None,
        first_seen=event.first_seen,
        last_seen=_instant(run_id),
        updated_at=event.updated_at,
        closed_at=event.closed_at,
        run_id=run_id,
        canonical_id=posting.listing_id,
        index=posting.position,
        fresh=True,
        altered=True,
    )


def _carried_over(event: Event) -> CarriedOver:
    """Return the values to carry over: the row was made from the posting on the day on which its words were new."""
    assert event.updated_at is not None
    day = datetime.datetime.fromtimestamp(event.updated_at / SECOND, datetime.UTC).date()
    return CarriedOver(event.date_posted, day, event.content_hash)


def _instant(run_id: str | None) -> int:
    assert run_id is not None
    return microseconds(instant_of(run_id))
