"""The reading of raw journals: a pure function, mapped over slices of files.

Each task reads some boards of one journal and writes two Arrow files: the outcome of every posting, a few bytes each,
and the full rows of the postings whose content is new. Postings whose words are the same as in the last snapshot are
not normalized again. Memory stays flat: the postings of a board are read from the file one at a time, in order of their
identifiers.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.journal import Buffer, posting_at, posting_id_at
from normalize import version
from normalize.columns import Listing
from normalize.posting import listing_id
from pipeline.engine.pool import map_in_pool
from pipeline.lifecycle.merge import Outcome, ReadPosting
from pipeline.run.judging import (
    NOTHING_CARRIED_OVER,
    CarriedOver,
    PublishedListing,
    Rules,
    judge,
    one_posting,
)
from pipeline.store.listings import without_stale
from pipeline.store.schema import LISTINGS, conform, fit

READ_POSTINGS = pa.schema([
    ("source", pa.string()),
    ("board", pa.string()),
    ("listing_id", pa.string()),
    ("posting_id", pa.string()),
    ("outcome", pa.string()),
    ("content_hash", pa.string()),
    ("normalizer_version", pa.string()),
    ("valid_through", pa.int32()),
    ("position", pa.int64()),
    ("differs", pa.bool_()),
])  # fmt: skip
"""The fields of `ReadPosting`, after the name of its board."""
_EPOCH = datetime.date(1970, 1, 1)
_ROWS_AT_ONCE = 1000
_POSTINGS_A_TASK = 4000
_IN_PROCESS = 1500  # postings; below, starting a pool costs more than it saves
_MADE_BY_THE_RUN = frozenset(
    "canonical_id first_seen last_seen updated_at closed_at closed_reason status redistribution attribution run_id"
    " normalizer_version".split()
)
CONTENT = tuple(name for name in LISTINGS.names if name not in _MADE_BY_THE_RUN)
"""The columns that hold the content of a posting."""
_CONTENTS = pa.schema([LISTINGS.field(name) for name in CONTENT])


class JournalSlice(NamedTuple):
    """The postings of one board in a journal.

    Attributes:
        run_id: the run that wrote the journal.
        offsets: the offsets of their lines, as an array of unsigned 64-bit integers.
        wanted: the listings to read, each with the values to carry over, or None for all.
    """

    journal: Path
    key: BoardKey
    run_id: str
    offsets: bytes
    wanted: dict[str, CarriedOver] | None = None

    @property
    def postings(self) -> int:
        """The number of lines."""
        return len(self.offsets) // 8


class ReadingOptions(NamedTuple):
    """The options of a reading, the same for all its tasks.

    Attributes:
        scope: the postings to publish.
        previous: the listing parts of the last snapshot.
        reread_all: read every posting with today's extractors, even if its words are the same.
        known_out: files with the words of postings that are known to be out of scope.
    """

    scope: str
    previous: tuple[str, ...] = ()
    reread_all: bool = False
    known_out: tuple[str, ...] = ()


class TaskFiles(NamedTuple):
    """The files that a task writes."""

    postings: Path
    rows: Path
    rejected: Path
    out_of_scope: Path

    @classmethod
    def in_folder(cls, folder: Path, number: int) -> TaskFiles:
        """Return the files of a task, by its number."""
        names = ("postings.arrow", "rows.arrow", "rejected.jsonl", "out-of-scope.npy")
        return cls(*(folder / f"{number:05d}.{name}" for name in names))


class Task(NamedTuple):
    """The slices of one journal that one call of `read_slices` reads."""

    slices: tuple[JournalSlice, ...]
    files: TaskFiles
    options: ReadingOptions

    @property
    def journal(self) -> Path:
        """The journal of all slices."""
        return self.slices[0].journal

    @property
    def source(self) -> str:
        """The source of all slices."""
        return self.slices[0].key.source

    @property
    def run_id(self) -> str:
        """The run that wrote the journal."""
        return self.slices[0].run_id

    @property
    def boards(self) -> tuple[str, ...]:
        """The boards of the slices, within their source."""
        return tuple(piece.key.board for piece in self.slices)


class TaskResult(NamedTuple):
    """The result of a task.

    Attributes:
        run_id: the run that wrote the journal.
        postings, rows, rejected: the numbers of postings that were read, of rows written, and of postings rejected.
    """

    files: TaskFiles
    run_id: str
    postings: int
    rows: int
    rejected: int


def tasks(slices: Iterable[JournalSlice], options: ReadingOptions, folder: Path) -> list[Task]:
    """Group slices of the same journal into tasks of a few thousand postings.

    Args:
        slices: the slices, in the order in which rows shall be written.
        folder: the folder for the files of the tasks.
    """
    made: list[Task] = []
    size = 0
    for piece in slices:
        if not made or made[-1].journal != piece.journal or size >= _POSTINGS_A_TASK:
            made.append(Task((), TaskFiles.in_folder(folder, len(made)), options))
            size = 0
        made[-1] = made[-1]._replace(slices=(*made[-1].slices, piece))
        size += piece.postings
    return made


def run(todo: list[Task]) -> Iterator[TaskResult]:
    """Yield the result of each task, in order; much work is done in a pool of processes."""
    postings = sum(piece.postings for task in todo for piece in task.slices)
    return map_in_pool(read_slices, todo, pool=postings >= _IN_PROCESS)


def read_slices(task: Task) -> TaskResult:
    """Read the postings of a task; the files it writes hold them by board and listing_id."""
    with (
        _RowWriter(task) as rows,
        task.journal.open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as journal,
        task.files.rejected.open("wb") as rejected,
    ):
        reader = _SliceReader(task, journal, rows, rejected)
        for piece in task.slices:
            reader.read(piece)
        reader.reject_rows(rows.finish())
    table = _postings_table([(key, rows.settled(posting)) for key, posting in reader.postings])
    with pa.OSFile(str(task.files.postings), "wb") as sink, pa.ipc.new_file(sink, READ_POSTINGS) as writer:
        writer.write_table(table)
    np.save(task.files.out_of_scope, np.array(reader.out_of_scope, np.uint64))
    return TaskResult(task.files, task.run_id, table.num_rows, rows.written, reader.rejected)


class _SliceReader:
    """Reads the slices of a task, a posting at a time.

    Attributes:
        postings: the postings that were read, with their boards; positions are provisional.
        out_of_scope: short hashes of the words that are out of scope.
        rejected: the number of postings that were rejected.
    """

    def __init__(self, task: Task, journal: Buffer, rows: _RowWriter, rejected: IO[bytes]) -> None:
        self.postings: list[tuple[BoardKey, ReadPosting]] = []
        self.out_of_scope: list[int] = []
        self.rejected = 0
        self._published = _published(task)
        self._rules = _rules(task)
        self._journal = journal
        self._rows = rows
        self._rejected_file = rejected

    def read(self, piece: JournalSlice) -> None:
        """Read the postings of a board."""
        published = self._published.get(piece.key.board, {})
        for listing, posting_id, offsets in _by_listing(self._journal, piece):
            before = published.get(listing)
            wanted = (piece.wanted or {}).get(listing, NOTHING_CARRIED_OVER)
            carried = CarriedOver(before.date_posted) if before else wanted
            posting = ReadPosting(listing, posting_id, Outcome.DOUBTFUL)
            try:
                posting = self._read(piece.key, posting, offsets, before, carried)
            except Exception as error:  # a posting that cannot be read never stops a run: it is rejected
                self._reject(piece.key, posting_id, f"{type(error).__name__}: {error}".splitlines()[0])
            if posting.outcome is Outcome.OUT_OF_SCOPE:
                self.out_of_scope.append(_short(posting.content_hash))
            self.postings.append((piece.key, posting))

    def _read(
        self,
        key: BoardKey,
        posting: ReadPosting,
        offsets: list[int],
        before: PublishedListing | None,
        carried: CarriedOver,
    ) -> ReadPosting:
        stored = [posting_at(self._journal, offset) for offset in offsets]
        raw = one_posting([shown.record for shown in stored])
        raw.source, raw.board = key
        judged = judge(raw, all(shown.detail_read for shown in stored), before, carried, self._rules)
        position = self._rows.add(judged.listing, compare=judged.same_words) if judged.listing is not None else -1
        return posting._replace(
            outcome=judged.outcome,
            content_hash=judged.content_hash,
            normalizer_version=version.NORMALIZER_VERSION,
            valid_through=(judged.valid_through - _EPOCH).days if judged.valid_through else None,
            position=position,
        )

    def reject_rows(self, reasons: dict[int, str]) -> None:
        """Reject the postings whose rows do not fit the schema.

        Args:
            reasons: the reasons, by the provisional positions of the rows.
        """
        for number, (key, posting) in enumerate(self.postings):
            if posting.position in reasons:
                self._reject(key, posting.posting_id, reasons[posting.position])
                self.postings[number] = key, posting._replace(outcome=Outcome.DOUBTFUL, position=-1)

    def _reject(self, key: BoardKey, posting_id: str, reason: str) -> None:
        self.rejected += 1
        record = {"source": key.source, "board": key.board, "posting_id": posting_id, "reason": reason}
        self._rejected_file.write(json.dumps(record).encode() + b"\n")  # ASCII escapes carry even invalid text


def _postings_table(postings: list[tuple[BoardKey, ReadPosting]]) -> pa.Table:
    rows = [(*key, *posting) for key, posting in postings]
    columns = zip(*rows, strict=True) if rows else [[] for _ in READ_POSTINGS]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, READ_POSTINGS, strict=True)],
        schema=READ_POSTINGS,
    )


def _by_listing(journal: Buffer, piece: JournalSlice) -> list[tuple[str, str, list[int]]]:
    """Return the wanted postings in order: their listing ids, their posting ids, and the offsets of their lines."""
    by_posting: dict[str, list[int]] = {}
    for offset in memoryview(piece.offsets).cast("Q"):
        try:
            posting_id = posting_id_at(journal, offset)
        except ValueError:
            posting_id = f"line at {offset}"  # it is rejected, with the reason, when it is read
        by_posting.setdefault(posting_id, []).append(offset)
    shown = ((listing_id(*piece.key, name), name, offsets) for name, offsets in by_posting.items())
    return sorted(entry for entry in shown if piece.wanted is None or entry[0] in piece.wanted)


@lru_cache(maxsize=1)
def _known_out(paths: tuple[str, ...]) -> np.ndarray:
    """Return the short hashes of all words that are known to be out of scope, in order."""
    return np.unique(np.concatenate([np.empty(0, np.uint64), *map(np.load, paths)]))


def _short(content_hash: str) -> int:
    return int(content_hash[:16], 16)


def _rules(task: Task) -> Rules:
    options, boards = task.options, task.boards
    return Rules(
        options.scope,
        options.reread_all,
        lambda words: bool(options.known_out) and _is_known_out(_short(words), options.known_out),
        lambda listing: listing in _described(options.previous, task.source, boards),
    )


def _is_known_out(words: int, paths: tuple[str, ...]) -> bool:
    known = _known_out(paths)
    position = int(np.searchsorted(known, np.uint64(words)))
    return position < len(known) and int(known[position]) == words


@lru_cache(maxsize=1)
def _described(previous: tuple[str, ...], source: str, boards: tuple[str, ...]) -> frozenset[str]:
    """Return the listings of some boards that have a description in the last snapshot."""
    described = (
        (pc.field("source") == source) & pc.field("board").isin(boards) & pc.field("description_text").is_valid()
    )
    table = pq.read_table(list(previous), columns=["listing_id"], filters=described, partitioning=None)
    return frozenset(table["listing_id"].to_pylist())


def _published(task: Task) -> dict[str, dict[str, PublishedListing]]:
    """Return the listings of the task's boards in the last snapshot, by board and listing."""
    if not task.options.previous:
        return {}
    of_task = (pc.field("source") == task.source) & pc.field("board").isin(task.boards)
    columns = ["board", *PublishedListing._fields]
    table = pq.read_table(list(task.options.previous), columns=columns, filters=of_task, partitioning=None)
    published: dict[str, dict[str, PublishedListing]] = {}
    for row in table.to_pylist():
        listing = PublishedListing(*(row[name] for name in PublishedListing._fields))
        published.setdefault(row["board"], {})[listing.listing_id] = listing
    return published


class _RowWriter:
    """The file of full rows, written a thousand at a time.

    Attributes:
        written: the number of rows in the file.
    """

    def __init__(self, task: Task) -> None:
        self.written = 0
        self._path = str(task.files.rows)
        self._source = task.source
        self._previous = list(task.options.previous)
        self._batch: list[Listing] = []
        self._added = 0
        self._rejected: dict[int, str] = {}  # by provisional position
        self._final: dict[int, int] = {}  # positions in the file, by provisional position
        self._to_compare: list[int] = []
        self._differs: dict[int, bool] = {}

    def __enter__(self) -> _RowWriter:
        self._sink = pa.OSFile(self._path, "wb")
        self._writer = pa.ipc.new_file(self._sink, LISTINGS, options=pa.ipc.IpcWriteOptions(compression="lz4"))
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self._sink.close()

    def add(self, listing: Listing, compare: bool) -> int:
        """Take a row; return its provisional position.

        Args:
            compare: whether to compare the row with the row of the last snapshot.
        """
        self._batch.append(listing)
        if compare:
            self._to_compare.append(self._added)
        self._added += 1
        if len(self._batch) >= _ROWS_AT_ONCE:
            self._flush()
        return self._added - 1

    def finish(self) -> dict[int, str]:
        """Write the remaining rows; return why rows do not fit the schema, by their provisional positions."""
        self._flush()
        return self._rejected

    def settled(self, posting: ReadPosting) -> ReadPosting:
        """Return a posting with the position of its row in the file, and whether the row differs from the last one."""
        if posting.position < 0:
            return posting
        differs = self._differs.get(posting.position, True)
        return posting._replace(position=self._final[posting.position], differs=differs)

    def _flush(self) -> None:
        if not self._batch:
            return
        first = self._added - len(self._batch)
        table, kept, rejected = fit(self._batch, LISTINGS)
        for row, position in enumerate(kept):
            self._final[first + position] = self.written + row
        self._rejected |= {first + position: reason for position, reason in rejected}
        if table.num_rows:
            self._writer.write_table(table.combine_chunks())
        self._note_differences(table, first)
        self.written += table.num_rows
        self._batch, self._to_compare = [], []

    def _note_differences(self, table: pa.Table, first: int) -> None:
        """Compare rows that were read again with the rows of the last snapshot."""
        if not self._to_compare:
            return
        ids = [self._batch[position - first]["listing_id"] for position in self._to_compare]
        compared = (pc.field("source") == self._source) & pc.field("listing_id").isin(ids)
        stored = [name for name in CONTENT if name in pq.read_schema(self._previous[0]).names]
        old = conform(pq.read_table(self._previous, columns=stored, filters=compared, partitioning=None), _CONTENTS)
        before = {row["listing_id"]: row | {"warnings": without_stale(row["warnings"])} for row in old.to_pylist()}
        after = {row["listing_id"]: row for row in table.select(CONTENT).to_pylist()}
        for position, listing in zip(self._to_compare, ids, strict=True):
            self._differs[position] = after.get(listing) != before.get(listing)
