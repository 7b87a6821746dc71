"""From raw journals to readings: a pure function mapped over slices of files.

Each task reads some boards of one journal and writes two Arrow files: what every posting amounts
to, a few bytes each, and the full rows of those whose content is new. Postings whose words are the
same as in the last snapshot are not normalized again. Memory stays flat: a board's postings are
read from the file one by one, in order of their identifiers.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.dates import parse_posted
from normalize.normalize import NORMALIZER_VERSION, content_hash, normalize
from normalize.posting import RawPosting, listing_id
from pipeline.journal import line_at, posting_at
from pipeline.schema import LISTINGS, fit

IN_SCOPE = ("micro_internship", "internship")
READINGS = pa.schema([
    ("source", pa.string()),
    ("board", pa.string()),
    ("listing_id", pa.string()),
    ("posting_id", pa.string()),
    ("outcome", pa.string()),
    ("content_hash", pa.string()),
    ("normalizer_version", pa.string()),
    ("valid_through", pa.date32()),
    ("position", pa.int64()),
    ("differs", pa.bool_()),
])  # fmt: skip
_ROWS_AT_ONCE = 1000
_POSTINGS_A_TASK = 4000
_IN_PROCESS = 1500  # postings; below, starting a pool costs more than it saves
_MADE_BY_THE_RUN = frozenset(
    "canonical_id first_seen last_seen updated_at closed_at closed_reason status redistribution attribution run_id"
    " normalizer_version".split()
)
CONTENT = tuple(name for name in LISTINGS.names if name not in _MADE_BY_THE_RUN)
"""The columns that say what a posting says."""


class Kept(NamedTuple):
    """What outlives a new reading of the same posting.

    Attributes:
        date_posted: as first read; a relative date counts from that day.
        day: "today" for the posting's words, where it is not the day it was fetched on.
        content_hash: the words that were published; of a posting only shown in a list, others do not count.
    """

    date_posted: datetime.date | None = None
    day: datetime.date | None = None
    content_hash: str | None = None


class Slice(NamedTuple):
    """A board's postings in a journal.

    Attributes:
        places: where their lines begin, as an array of unsigned 64-bit integers.
        wanted: the listings to read, each with what is known of it, or None for all.
    """

    board: str
    places: bytes
    wanted: dict[str, Kept] | None = None


class Task(NamedTuple):
    """What one call of `read_slices` does."""

    journal: str
    source: str
    run_id: str
    slices: tuple[Slice, ...]
    previous: tuple[str, ...]  # the listing parts of the last snapshot
    out: str  # where to write: "<out>.readings.arrow", "<out>.rows.arrow", "<out>.rejected.jsonl"
    scope: str
    again: bool = False  # read every posting with today's extractors, whatever its words


class Done(NamedTuple):
    """What a task wrote."""

    out: str
    run_id: str
    readings: int
    rows: int
    rejected: int


def tasks(
    slices: Iterable[tuple[Path, str, str, Slice]], previous: tuple[str, ...], out: Path, scope: str, again: bool
) -> list[Task]:
    """Group boards of the same journal into tasks of a few thousand postings.

    Args:
        slices: journal, source, run and board, in the order in which rows shall be written.
    """
    found: list[Task] = []
    size = 0
    for journal, source, run_id, piece in slices:
        if not found or found[-1].journal != str(journal) or size >= _POSTINGS_A_TASK:
            found.append(Task(str(journal), source, run_id, (), previous, str(out / f"{len(found):05d}"), scope, again))
            size = 0
        found[-1] = found[-1]._replace(slices=(*found[-1].slices, piece))
        size += len(piece.places) // 8
    return found


def run(todo: list[Task]) -> Iterator[Done]:
    """Yield what each task wrote, in order; small work is done in this process, more in a pool of processes."""
    postings = sum(len(piece.places) // 8 for task in todo for piece in task.slices)
    if postings < _IN_PROCESS:
        yield from map(read_slices, todo)
        return
    # The crawl leaves threads behind, and a fork would copy their locks.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), context, _ends_with_the_run) as executor:
        yield from executor.map(read_slices, todo)


def _ends_with_the_run() -> None:
    """Let a worker end when its run does, however that ends: nobody else may write into the run's folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the run itself ends its workers
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def read_slices(task: Task) -> Done:
    """Read a task's postings; the files it writes hold them by board and listing_id."""
    previous = _previous(task)
    readings: list[dict[str, Any]] = []
    with _Rows(task) as rows, open(task.journal, "rb") as journal, open(f"{task.out}.rejected.jsonl", "wb") as rejected:
        aside = 0
        for piece in task.slices:
            key = (task.source, piece.board)
            known = previous.get(piece.board, {})
            for posting_id, places in _by_listing(journal, piece, task.source):
                listing = listing_id(*key, posting_id)
                if piece.wanted is not None and listing not in piece.wanted:
                    continue
                before = known.get(listing)
                kept = Kept(before["date_posted"]) if before else (piece.wanted or {}).get(listing, Kept())
                reading = dict(
                    zip(READINGS.names, (*key, "", posting_id, "doubtful", None, None, None, -1, True), strict=True)
                )
                reading["listing_id"] = listing
                try:
                    lines = [line_at(journal, place) for place in places]
                    posting = one_posting([record for record, _ in lines])
                    posting.source, posting.board = key
                    whole = all(read for _, read in lines)
                    _judge(posting, whole, before, kept, reading, rows, task)
                except Exception as error:  # one posting never stops a run: it is set aside with its reason
                    aside += 1
                    reason = f"{type(error).__name__}: {error}".splitlines()[0]
                    rejected.write(_rejected(*key, posting_id, reason))
                readings.append(reading)
        for position, reason in rows.finish():
            reading = next(reading for reading in readings if reading["position"] == position)
            aside += 1
            rejected.write(_rejected(task.source, reading["board"], reading["posting_id"], reason))
            reading |= {"outcome": "doubtful", "position": -1}
    rows.settle(readings)
    table = pa.Table.from_pylist(readings, schema=READINGS)
    with pa.OSFile(f"{task.out}.readings.arrow", "wb") as sink, pa.ipc.new_file(sink, READINGS) as writer:
        writer.write_table(table)
    return Done(task.out, task.run_id, table.num_rows, rows.written, aside)


def _rejected(source: str, board: str, posting_id: str, reason: str) -> bytes:
    record = {"source": source, "board": board, "posting_id": posting_id, "reason": reason}
    return json.dumps(record).encode() + b"\n"  # ASCII escapes carry even what is no valid text


def _judge(
    posting: RawPosting,
    whole: bool,
    before: dict[str, Any] | None,
    kept: Kept,
    reading: dict[str, Any],
    rows: _Rows,
    task: Task,
) -> None:
    """Fill in what a posting amounts to; what only a list shows confirms a listing and takes no word from it."""
    today = min(kept.day or datetime.date.max, fetched_on(posting))
    posted = parse_posted(posting.date_posted, today)
    relative = posted is not None and posted.relative
    reading |= {"content_hash": content_hash(posting, relative), "normalizer_version": NORMALIZER_VERSION}
    known = before["content_hash"] if before else kept.content_hash
    if not whole and known not in (None, reading["content_hash"]):
        reading["outcome"] = "seen"
        return
    same_words = before is not None and before["content_hash"] == reading["content_hash"]
    if before and same_words and before["normalizer_version"] == NORMALIZER_VERSION and not task.again:
        reading["valid_through"] = before["valid_through"]
        reading["outcome"] = "same" if task.scope == "all" or before["kind"] in IN_SCOPE else "out_of_scope"
        return
    listing = normalize(posting, today)
    if task.scope != "all" and listing["kind"] not in IN_SCOPE:
        reading["outcome"] = "doubtful" if listing["kind"] == "unknown" else "out_of_scope"
        return
    if kept.date_posted and relative:
        listing["date_posted"] = kept.date_posted  # "3 weeks ago" counts from the day it was first read
    reading |= {"outcome": "read", "valid_through": listing["valid_through"]}
    reading["position"] = rows.add(listing, compare=same_words)


def fetched_on(posting: RawPosting) -> datetime.date:
    """Return the day a posting was fetched on, which is "today" for its words.

    >>> fetched_on(RawPosting(fetched_at="2026-11-23T12:00:00Z"))
    datetime.date(2026, 11, 23)
    """
    return datetime.date.fromisoformat((posting.fetched_at or "")[:10])


def one_posting(records: list[dict[str, Any]]) -> RawPosting:
    """Return one posting of all records that share its id: one job, shown once for each place.

    >>> one_posting([{"posting_id": "7", "location": "Lyon"}, {"posting_id": "7", "location": "Paris"}]).location
    '["Lyon", "Paris"]'
    """
    if len(records) == 1:
        return RawPosting.from_dict(records[0])
    records = sorted(records, key=lambda record: orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
    posting = RawPosting.from_dict(records[0])
    places: list[Any] = []
    for record in records:
        places += [place for place in _places(record.get("location")) if place not in places]
    if len(places) > 1:
        posting.location = json.dumps(places, ensure_ascii=False)
    return posting


def _places(location: str | None) -> list[Any]:
    if not location:
        return []
    if location[0] in "[{":
        try:
            stated = orjson.loads(location)
        except orjson.JSONDecodeError:
            return [location]
        return stated if isinstance(stated, list) else [stated]
    return [location]


def _by_listing(journal: BinaryIO, piece: Slice, source: str) -> list[tuple[str, list[int]]]:
    """Return posting ids and the places of their lines, in order of their listing ids."""
    found: dict[str, list[int]] = {}
    for place in memoryview(piece.places).cast("Q"):
        try:
            posting_id = str(posting_at(journal, place)["posting_id"])
        except (ValueError, KeyError):
            posting_id = f"line at {place}"  # set aside with a reason when it is read
        found.setdefault(posting_id, []).append(place)
    return sorted(found.items(), key=lambda item: listing_id(source, piece.board, item[0]))


def _previous(task: Task) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what the last snapshot knows of the task's boards, by board and listing."""
    if not task.previous:
        return {}
    boards = [piece.board for piece in task.slices]
    columns = "board listing_id content_hash normalizer_version valid_through kind run_id date_posted".split()
    ours = (pc.field("source") == task.source) & pc.field("board").isin(boards)
    table = pq.read_table(list(task.previous), columns=columns, filters=ours, partitioning=None)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row["board"], {})[row["listing_id"]] = row
    return found


class _Rows:
    """The file of full rows, written a thousand at a time."""

    def __init__(self, task: Task) -> None:
        self._path = f"{task.out}.rows.arrow"
        self._previous = task.previous
        self._batch: list[dict[str, Any]] = []
        self._aside: list[tuple[int, str]] = []
        self._compare: list[int] = []
        self._differs: dict[int, bool] = {}
        self._source = task.source
        self._added = 0
        self._final: dict[int, int] = {}
        self.written = 0

    def __enter__(self) -> _Rows:
        self._sink = pa.OSFile(self._path, "wb")
        self._writer = pa.ipc.new_file(self._sink, LISTINGS, options=pa.ipc.IpcWriteOptions(compression="lz4"))
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self._sink.close()

    def add(self, listing: dict[str, Any], compare: bool) -> int:
        """Take a row, to be compared with the last snapshot's or not; return its provisional position."""
        self._batch.append(listing)
        if compare:
            self._compare.append(self._added)
        self._added += 1
        if len(self._batch) >= _ROWS_AT_ONCE:
            self._flush()
        return self._added - 1

    def finish(self) -> list[tuple[int, str]]:
        """Write what is left; return the provisional positions and reasons of rows that fit no schema."""
        self._flush()
        return self._aside

    def settle(self, readings: list[dict[str, Any]]) -> None:
        """Replace provisional positions by those in the file, and say what differs from the last snapshot."""
        for reading in readings:
            if reading["position"] >= 0:
                reading["differs"] = self._differs.get(reading["position"], True)
                reading["position"] = self._final[reading["position"]]

    def _flush(self) -> None:
        if not self._batch:
            return
        first = self._added - len(self._batch)
        table, kept, aside = fit(self._batch, LISTINGS)
        for place, position in enumerate(kept):
            self._final[first + position] = self.written + place
        self._aside += [(first + position, reason) for position, reason in aside]
        if table.num_rows:
            self._writer.write_table(table.combine_chunks())
        self._note_differences(table, first)
        self.written += table.num_rows
        self._batch, self._compare = [], []

    def _note_differences(self, table: pa.Table, first: int) -> None:
        """Compare what was read again with what the last snapshot says."""
        if not self._compare:
            return
        ids = [self._batch[position - first]["listing_id"] for position in self._compare]
        ours = (pc.field("source") == self._source) & pc.field("listing_id").isin(ids)
        old = pq.read_table(list(self._previous), columns=list(CONTENT), filters=ours, partitioning=None)
        before = {row["listing_id"]: row for row in old.to_pylist()}
        after = {row["listing_id"]: row for row in table.select(CONTENT).to_pylist()}
        for position, listing in zip(self._compare, ids, strict=True):
            self._differs[position] = after.get(listing) != before.get(listing)
