"""From raw journals to readings: a pure function mapped over slices of files.

Each task reads some boards of one journal and writes two Arrow files: what every posting amounts
to, a few bytes each, and the full rows of those whose content is new. Postings whose words are the
same as in the last snapshot are not normalized again. Memory stays flat: a board's postings are
read from the file one by one, in order of their identifiers.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.journal import Buffer, line_at, posting_id_at
from normalize import version
from normalize.build import content_hash, normalize
from normalize.posting import RawPosting, listing_id
from normalize.schedule.posted import parse_posted
from normalize.vocabulary import Kind
from pipeline.engine import pool as engine
from pipeline.store.schema import LISTINGS, conform, fit

IN_SCOPE = (Kind.MICRO_INTERNSHIP, Kind.INTERNSHIP)
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
_NOTHING = dict(zip(READINGS.names, (None, None, None, None, "doubtful", None, None, None, -1, True), strict=True))
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN = re.compile(r"<(style|script|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>.*?</h\1\s*>", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_CERTAIN = 40  # words; no headings or placeholders alone make so many
_PLACEHOLDER = re.compile(
    r"\b(?:null|undefined|none|nan|n/a)\b|\[object object\]|\bloading\b[^.!]{0,40}\.*|please wait[^.!]{0,40}"
    r"|(?:please |you (?:need|have) to )?(?:enable|activate|turn on) java ?script[^.!]{0,80}"
    r"|java ?script (?:is|must be|needs to be)[^.!]{0,80}",
    re.IGNORECASE,
)
_ROWS_AT_ONCE = 1000
_POSTINGS_A_TASK = 4000
_IN_PROCESS = 1500  # postings; below, starting a pool costs more than it saves
_MADE_BY_THE_RUN = frozenset(
    "canonical_id first_seen last_seen updated_at closed_at closed_reason status redistribution attribution run_id"
    " normalizer_version".split()
)
CONTENT = tuple(name for name in LISTINGS.names if name not in _MADE_BY_THE_RUN)
"""The columns that say what a posting says."""
_CONTENTS = pa.schema([LISTINGS.field(name) for name in CONTENT])


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
    out: str  # where to write: "<out>.readings.arrow", "<out>.rows.arrow", "<out>.rejected.jsonl", "<out>.out.npy"
    previous: tuple[str, ...]  # the listing parts of the last snapshot
    scope: str
    again: bool = False  # read every posting with today's extractors, whatever its words
    known_out: tuple[str, ...] = ()  # files with the words of postings that are known to be out of scope


class Done(NamedTuple):
    """What a task wrote."""

    out: str
    run_id: str
    readings: int
    rows: int
    rejected: int


def tasks(
    slices: Iterable[tuple[Path, str, str, Slice]],
    previous: tuple[str, ...],
    out: Path,
    scope: str,
    again: bool = False,
    known_out: tuple[str, ...] = (),
) -> list[Task]:
    """Group boards of the same journal into tasks of a few thousand postings.

    Args:
        slices: journal, source, run and board, in the order in which rows shall be written.
    """
    more = (previous, scope, again, known_out)
    found: list[Task] = []
    size = 0
    for journal, source, run_id, piece in slices:
        if not found or found[-1].journal != str(journal) or size >= _POSTINGS_A_TASK:
            found.append(Task(str(journal), source, run_id, (), str(out / f"{len(found):05d}"), *more))
            size = 0
        found[-1] = found[-1]._replace(slices=(*found[-1].slices, piece))
        size += len(piece.places) // 8
    return found


def run(todo: list[Task]) -> Iterator[Done]:
    """Yield what each task wrote, in order; small work is done in this process, more in a pool of processes."""
    postings = sum(len(piece.places) // 8 for task in todo for piece in task.slices)
    return engine.spread(read_slices, todo, pool=postings >= _IN_PROCESS)


def read_slices(task: Task) -> Done:
    """Read a task's postings; the files it writes hold them by board and listing_id."""
    previous, rules = _previous(task), _rules(task)
    readings: list[dict[str, Any]] = []
    out_of_scope: list[int] = []
    with (
        _Rows(task) as rows,
        open(task.journal, "rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as journal,
        open(f"{task.out}.rejected.jsonl", "wb") as rejected,
    ):
        aside = 0
        for piece in task.slices:
            key = BoardKey(task.source, piece.board)
            known = previous.get(piece.board, {})
            for listing, posting_id, places in _by_listing(journal, piece, task.source):
                before = known.get(listing)
                kept = Kept(before["date_posted"]) if before else (piece.wanted or {}).get(listing, Kept())
                reading = _NOTHING | {
                    "source": key.source,
                    "board": key.board,
                    "listing_id": listing,
                    "posting_id": posting_id,
                }
                try:
                    lines = [line_at(journal, place) for place in places]
                    posting = one_posting([record for record, _ in lines])
                    posting.source, posting.board = key
                    whole = all(read for _, read in lines)
                    judged = judge(posting, whole, before, kept, rules)
                    reading |= {"content_hash": judged.content_hash, "normalizer_version": version.NORMALIZER_VERSION}
                    reading |= {"outcome": judged.outcome, "valid_through": judged.valid_through}
                    if judged.listing is not None:
                        reading["position"] = rows.add(judged.listing, compare=judged.same_words)
                except Exception as error:  # one posting never stops a run: it is set aside with its reason
                    aside += 1
                    reason = f"{type(error).__name__}: {error}".splitlines()[0]
                    rejected.write(_rejected(*key, posting_id, reason))
                if reading["outcome"] == "out_of_scope":
                    out_of_scope.append(_short(reading["content_hash"]))
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
    np.save(f"{task.out}.out.npy", np.array(out_of_scope, np.uint64))
    return Done(task.out, task.run_id, table.num_rows, rows.written, aside)


def _rejected(source: str, board: str, posting_id: str, reason: str) -> bytes:
    record = {"source": source, "board": board, "posting_id": posting_id, "reason": reason}
    return json.dumps(record).encode() + b"\n"  # ASCII escapes carry even what is no valid text


class Rules(NamedTuple):
    """What postings are judged by.

    Attributes:
        scope: ``internships`` or ``all``.
        again: read every posting with today's extractors, whatever its words.
        is_known_out: tells of a content hash whether its words are known to be out of scope.
        is_described: tells of a listing whether it has a description in the last snapshot.
    """

    scope: str
    again: bool
    is_known_out: Callable[[str], bool]
    is_described: Callable[[str], bool]


class Judgement(NamedTuple):
    """What a posting amounts to.

    Attributes:
        outcome: as in `pipeline.lifecycle.merge.Reading`.
        listing: its values, where they were read.
        same_words: whether they were read of the words that the last snapshot has.
    """

    outcome: str
    content_hash: str
    valid_through: datetime.date | None = None
    listing: dict[str, Any] | None = None
    same_words: bool = False


def judge(posting: RawPosting, whole: bool, before: Mapping[str, Any] | None, kept: Kept, rules: Rules) -> Judgement:
    """Return what a posting amounts to; an answer that could not state all takes no value from a listing.

    Args:
        posting: the posting.
        whole: whether all of it could be read.
        before: the listing in the last snapshot: listing_id, content_hash, normalizer_version, valid_through, kind.
        kept: what outlives a new reading.
        rules: what it is judged by.
    """
    today = min(kept.day or datetime.date.max, fetched_on(posting))
    posted = parse_posted(posting.date_posted, today)
    relative = posted is not None and posted.relative
    words = content_hash(posting, relative)
    known = before["content_hash"] if before else kept.content_hash
    if not whole and known not in (None, words):
        return Judgement("seen", words)
    same_words = before is not None and before["content_hash"] == words
    if before and not same_words and not _has_words(posting.description) and rules.is_described(before["listing_id"]):
        return Judgement("wordless", words)  # an answer without a description does not prove what it could have stated
    if before and same_words and before["normalizer_version"] == version.NORMALIZER_VERSION and not rules.again:
        outcome = "same" if rules.scope == "all" or before["kind"] in IN_SCOPE else "out_of_scope"
        return Judgement(outcome, words, before["valid_through"])
    if not rules.again and rules.is_known_out(words):
        return Judgement("out_of_scope", words)
    listing = normalize(posting, today)
    if rules.scope != "all" and listing["kind"] not in IN_SCOPE:
        return Judgement("doubtful" if listing["kind"] == "unknown" else "out_of_scope", words)
    if kept.date_posted and relative:
        listing["date_posted"] = kept.date_posted  # "3 weeks ago" counts from the day it was first read
    return Judgement("read", words, listing["valid_through"], listing, same_words)


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


def _by_listing(journal: Buffer, piece: Slice, source: str) -> list[tuple[str, str, list[int]]]:
    """Return listing and posting ids and the places of their lines, in order, of those that are wanted."""
    found: dict[str, list[int]] = {}
    for place in memoryview(piece.places).cast("Q"):
        try:
            posting_id = posting_id_at(journal, place)
        except ValueError:
            posting_id = f"line at {place}"  # set aside with a reason when it is read
        found.setdefault(posting_id, []).append(place)
    named = ((listing_id(source, piece.board, name), name, places) for name, places in found.items())
    return sorted(entry for entry in named if piece.wanted is None or entry[0] in piece.wanted)


@lru_cache(maxsize=1)
def _known_out(paths: tuple[str, ...]) -> np.ndarray:
    """Return the short hashes of all words that are known to be out of scope, in order."""
    return np.unique(np.concatenate([np.empty(0, np.uint64), *map(np.load, paths)]))


def _short(content_hash: str) -> int:
    return int(content_hash[:16], 16)


def _rules(task: Task) -> Rules:
    boards = tuple(piece.board for piece in task.slices)
    return Rules(
        task.scope,
        task.again,
        lambda words: bool(task.known_out) and _is_out(_short(words), task),
        lambda listing: listing in _described(task.previous, task.source, boards),
    )


def _is_out(words: int, task: Task) -> bool:
    known = _known_out(task.known_out)
    place = int(np.searchsorted(known, np.uint64(words)))
    return place < len(known) and int(known[place]) == words


def _has_words(description: str | None) -> bool:
    """Tell whether a description says anything: three words at least that are no markup, heading or placeholder.

    >>> said = ("<p>Draw ferns daily</p>", "<h3>You</h3><p>&amp;nbsp;</p>", "<p>Loading...</p>", "null")
    >>> [_has_words(text) for text in said]
    [True, False, False, False]
    """
    text = _UNSEEN.sub(" ", html.unescape(html.unescape(description or "")))
    words = _WORD.findall(_TAG.sub(" ", text))
    if len(words) > _CERTAIN:
        return True
    return len(_WORD.findall(_PLACEHOLDER.sub(" ", _TAG.sub(" ", _HEADING.sub(" ", text))))) >= 3


@lru_cache(maxsize=1)
def _described(previous: tuple[str, ...], source: str, boards: tuple[str, ...]) -> frozenset[str]:
    """Return the listings of some boards that have a description in the last snapshot."""
    ours = (pc.field("source") == source) & pc.field("board").isin(boards) & pc.field("description_text").is_valid()
    table = pq.read_table(list(previous), columns=["listing_id"], filters=ours, partitioning=None)
    return frozenset(table["listing_id"].to_pylist())


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
        known = [name for name in CONTENT if name in pq.read_schema(self._previous[0]).names]
        old = conform(pq.read_table(list(self._previous), columns=known, filters=ours, partitioning=None), _CONTENTS)
        before = {row["listing_id"]: row for row in old.to_pylist()}
        after = {row["listing_id"]: row for row in table.select(CONTENT).to_pylist()}
        for position, listing in zip(self._compare, ids, strict=True):
            self._differs[position] = after.get(listing) != before.get(listing)
