"""Shards: rows of Parquet become files of every format; each task is a pure function of its files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.products.feeds.files import Sink
from pipeline.products.feeds.formats.atom import ATOM
from pipeline.products.feeds.formats.base import Format, Header, Publisher
from pipeline.products.feeds.formats.entry import ENTRY_COLUMNS, PLACE_COLUMNS, count_places, entries
from pipeline.products.feeds.formats.indeed import INDEED
from pipeline.products.feeds.formats.jobposting import JOBPOSTING
from pipeline.products.feeds.formats.jobs import JOBS
from pipeline.products.feeds.formats.jsonfeed import JSONFEED
from pipeline.products.feeds.formats.rss import RSS
from pipeline.products.feeds.formats.wpjm import WPJM
from pipeline.products.feeds.survey import chosen_rows

FORMATS: tuple[Format, ...] = (INDEED, JOBS, JOBPOSTING, JSONFEED, RSS, ATOM, WPJM)
_HEADER_COLUMNS = [*PLACE_COLUMNS, "first_seen", "updated_at"]
_EPOCH = "1970-01-01T00:00:00Z"


class Shard(NamedTuple):
    """A shard to be written.

    Attributes:
        start: the position of its first entry among all entries.
        next: the number of the next shard, or None.
        gone: identifier and instant of listings that closed recently.
        fingerprint: a hash of everything that its content depends on.
    """

    number: int
    start: int
    entries: int
    next: int | None
    gone: tuple[tuple[str, str], ...]
    fingerprint: str


class Task(NamedTuple):
    """Consecutive shards that one worker writes.

    Attributes:
        groups: file, row group and flags of the chosen rows.
        known: for each entry its hash in the earlier feeds, or null; None if no changes are to be written.
    """

    out_dir: Path
    groups: list[tuple[str, int, np.ndarray]]
    shards: list[Shard]
    known: pa.Array | None
    publisher: Publisher


class Written(NamedTuple):
    """A shard that was written.

    Attributes:
        hashes: a hash of each entry, of eight bytes.
        places: the number of places of all entries.
        files: the description of each file, for the index.
        changes: a file of the shard's additions and modifications, or None.
        operations: the number of additions and modifications.
        fingerprint: the fingerprint of its `Shard`.
    """

    number: int
    hashes: np.ndarray
    places: int
    files: dict[str, dict[str, Any]]
    changes: Path | None
    operations: Counter[str]
    fingerprint: str


def file_name(form: Format, number: int) -> str:
    """Return the name of a format's file.

    >>> file_name(INDEED, 1)
    'indeed-0001.xml'
    """
    return f"{form.name}-{number:04d}{form.suffix}"


def file_names(number: int) -> list[str]:
    """Return the names of all files of a shard."""
    return [file_name(form, number) for form in FORMATS]


def write_shards(task: Task) -> list[Written]:
    """Write the shards of a task."""
    narrow = _Rows(chosen_rows(task.groups, _HEADER_COLUMNS))  # read first, because a head counts the entries below it
    wide = _Rows(chosen_rows(task.groups, list(ENTRY_COLUMNS)))
    written, start = [], 0
    for shard in task.shards:
        known = None if task.known is None else task.known[start : start + shard.entries].to_pylist()
        written.append(_write_shard(task.out_dir, shard, narrow, wide, known, task.publisher))
        start += shard.entries
    return written


def _write_shard(
    out_dir: Path, shard: Shard, narrow: _Rows, wide: _Rows, known: list[str | None] | None, publisher: Publisher
) -> Written:
    place_count, newest = 0, _EPOCH
    for table in narrow.take(shard.entries):
        place_count += count_places(table)
        newest = max(newest, _newest(table))
    hashes: list[bytes] = []
    operations: Counter[str] = Counter()
    changes = out_dir / f"changes-{shard.number:04d}.part"
    with ExitStack() as stack:
        sinks, headers = {}, {}
        for form in FORMATS:
            follower = file_name(form, shard.next) if shard.next else None
            headers[form.name] = Header(shard.entries, place_count, newest, follower, publisher, shard.gone)
            sinks[form.name] = stack.enter_context(Sink(out_dir / file_name(form, shard.number)))
            sinks[form.name].write(form.head(headers[form.name]))
        changed = stack.enter_context(changes.open("wb"))
        for table in wide.take(shard.entries):
            for entry in entries(table):
                complete = JSONFEED.entry(entry)  # the only format with every value, so its hash shows any change
                texts = {form.name: complete if form is JSONFEED else form.entry(entry) for form in FORMATS}
                hashes.append(hashlib.blake2b(complete, digest_size=8).digest())
                for form in FORMATS:
                    sink = sinks[form.name]
                    if form.between and len(hashes) > 1:
                        sink.write(form.between)
                    sink.write(texts[form.name])
                if known is not None and (before := known[len(hashes) - 1]) != hashes[-1].hex():
                    operation = "MOD" if before else "ADD"
                    operations[operation] += 1
                    entity = texts[JOBPOSTING.name].rstrip(b"\n")
                    head = f'{{"op":"{operation}","id":"{entry.listing_id}","entity":'.encode()
                    changed.write(b"%b%b}\n" % (head, entity))
        for form in FORMATS:
            sinks[form.name].write(form.tail(headers[form.name]))
    files = {}
    for form in FORMATS:
        count = place_count if form.per_place else shard.entries
        files[file_name(form, shard.number)] = sinks[form.name].facts() | {"entries": count}
    return Written(shard.number, packed(hashes), place_count, files, changes, operations, shard.fingerprint)


def packed(hashes: list[bytes]) -> np.ndarray:
    """Return hashes as an array of integers, which take eight bytes each.

    >>> f"{packed([bytes.fromhex('00ff00ff00ff00ff')])[0]:016x}"
    '00ff00ff00ff00ff'
    """
    return np.frombuffer(b"".join(hashes), ">u8")


class _Rows:
    """A stream of tables, from which any number of rows can be taken."""

    def __init__(self, tables: Iterator[pa.Table]) -> None:
        self._tables = tables
        self._rest: pa.Table | None = None

    def take(self, rows: int) -> Iterator[pa.Table]:
        """Yield the next rows as tables."""
        while rows:
            table = self._rest if self._rest is not None else next(self._tables)
            part = table.slice(0, rows)
            self._rest = table.slice(rows) if table.num_rows > rows else None
            rows -= part.num_rows
            yield part


def _newest(table: pa.Table) -> str:
    latest = pc.max(pc.coalesce(table["updated_at"], table["first_seen"])).cast(pa.timestamp("s", "UTC"), safe=False)
    return pc.strftime(latest, "%Y-%m-%dT%H:%M:%SZ").as_py() if latest.is_valid else _EPOCH
