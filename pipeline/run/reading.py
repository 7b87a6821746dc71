"""The reading of raw journals: a pure function, mapped over slices of files.

Each task reads some boards of one journal and writes two Arrow files: the outcome of every posting, a few bytes each,
and the full rows of the postings whose content is new. Postings whose words are the same as in the last snapshot are
not normalized again. Memory stays flat: the postings of a board are read from the file one at a time, in order of their
identifiers.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.journal import Buffer, posting_at, posting_id_at
from normalize import version
from normalize.build import content_hash, normalize
from normalize.columns import Listing
from normalize.posting import RawPosting, listing_id
from normalize.schedule.period import parse_posted
from normalize.vocabulary import Kind, RunScope
from pipeline.engine.pool import map_in_pool
from pipeline.lifecycle.merge import Outcome, ReadPosting
from pipeline.store.schema import LISTINGS, conform, fit

IN_SCOPE = (Kind.MICRO_INTERNSHIP, Kind.INTERNSHIP)
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
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN = re.compile(r"<(style|script|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>.*?</h\1\s*>", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_CERTAIN = 40  # words; headings and placeholders alone never have so many
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
"""The columns that hold the content of a posting."""
_CONTENTS = pa.schema([LISTINGS.field(name) for name in CONTENT])


class CarriedOver(NamedTuple):
    """The values that a new reading of the same posting carries over.

    Attributes:
        date_posted: the date as first read; a relative date counts from that day.
        day: "today" for the posting's words, if it is not the day on which it was fetched.
        content_hash: the words that were published; other words of a posting that only a list shows do not count.
    """

    date_posted: datetime.date | None = None
    day: datetime.date | None = None
    content_hash: str | None = None


NOTHING_CARRIED_OVER = CarriedOver()


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


class PublishedListing(NamedTuple):
    """A listing in the last snapshot, as far as a new reading of its posting needs it."""

    listing_id: str
    content_hash: str
    normalizer_version: str
    valid_through: datetime.date | None
    kind: str
    date_posted: datetime.date | None = None


class Rules(NamedTuple):
    """The rules by which postings are judged.

    Attributes:
        scope: ``internships`` or ``all``.
        reread_all: read every posting with today's extractors, even if its words are the same.
        is_known_out: tells whether the words with this hash are known to be out of scope.
        is_described: tells whether this listing has a description in the last snapshot.
    """

    scope: str
    reread_all: bool
    is_known_out: Callable[[str], bool]
    is_described: Callable[[str], bool]


class Judgement(NamedTuple):
    """The outcome of a posting.

    Attributes:
        listing: its values, if they were read.
        same_words: whether they were read from the words that the last snapshot has.
    """

    outcome: Outcome
    content_hash: str
    valid_through: datetime.date | None = None
    listing: Listing | None = None
    same_words: bool = False


def judge(
    posting: RawPosting, detail_read: bool, before: PublishedListing | None, carried: CarriedOver, rules: Rules
) -> Judgement:
    """Decide the outcome of a posting; an incomplete answer never removes a value from a listing.

    Args:
        detail_read: whether its own page was read, where it has one.
        before: the listing in the last snapshot.
        carried: the values that a new reading carries over.
    """
    today = min(carried.day or datetime.date.max, fetched_on(posting))
    posted = parse_posted(posting.date_posted, today)
    relative = posted is not None and posted.relative
    words = content_hash(posting, relative)
    known = before.content_hash if before else carried.content_hash
    if not detail_read and known not in (None, words):
        return Judgement(Outcome.SEEN, words)
    same_words = before is not None and before.content_hash == words
    if before and not same_words and not _has_words(posting.description) and rules.is_described(before.listing_id):
        return Judgement(Outcome.WORDLESS, words)  # without the description, values that it stated are not disproved
    if before and same_words and before.normalizer_version == version.NORMALIZER_VERSION and not rules.reread_all:
        in_scope = rules.scope == RunScope.ALL or before.kind in IN_SCOPE
        return Judgement(Outcome.SAME if in_scope else Outcome.OUT_OF_SCOPE, words, before.valid_through)
    if not rules.reread_all and rules.is_known_out(words):
        return Judgement(Outcome.OUT_OF_SCOPE, words)
    listing = normalize(posting, today)
    if rules.scope != RunScope.ALL and listing["kind"] not in IN_SCOPE:
        return Judgement(Outcome.DOUBTFUL if listing["kind"] == Kind.UNKNOWN else Outcome.OUT_OF_SCOPE, words)
    if carried.date_posted and relative:
        listing["date_posted"] = carried.date_posted  # "3 weeks ago" counts from the day on which it was first read
    return Judgement(Outcome.READ, words, listing["valid_through"], listing, same_words)


def fetched_on(posting: RawPosting) -> datetime.date:
    """Return the day on which a posting was fetched, which is "today" for its words.

    >>> fetched_on(RawPosting(fetched_at="2026-11-23T12:00:00Z"))
    datetime.date(2026, 11, 23)
    """
    return datetime.date.fromisoformat((posting.fetched_at or "")[:10])


def one_posting(records: list[dict[str, Any]]) -> RawPosting:
    """Return the posting of all records that share an id: a job that the board shows once for each of its places.

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


def _has_words(description: str | None) -> bool:
    """Tell whether a description has at least three words besides markup, headings and placeholders.

    >>> texts = ("<p>Draw ferns daily</p>", "<h3>You</h3><p>&amp;nbsp;</p>", "<p>Loading...</p>", "null")
    >>> [_has_words(text) for text in texts]
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
        before = {row["listing_id"]: row for row in old.to_pylist()}
        after = {row["listing_id"]: row for row in table.select(CONTENT).to_pylist()}
        for position, listing in zip(self._to_compare, ids, strict=True):
            self._differs[position] = after.get(listing) != before.get(listing)
