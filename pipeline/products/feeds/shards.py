"""Shards: a pure piece of work from rows of Parquet to files of every format."""

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
    """One shard that is to be written.

    Attributes:
        start: the place of its first entry among all entries.
        next: the number of the shard that follows, or None.
        gone: identifier and instant of listings that closed lately.
        fingerprint: a hash of what it will say.
    """

    number: int
    start: int
    entries: int
    next: int | None
    gone: tuple[tuple[str, str], ...]
    fingerprint: str


class Task(NamedTuple):
    """Some shards that follow each other.

    Attributes:
        groups: file, row group and flags of the chosen rows.
        known: for each entry the hash it had in the feeds before, or None; None where no changes are to be written.
    """

    out_dir: Path
    groups: list[tuple[str, int, np.ndarray]]
    shards: list[Shard]
    known: pa.Array | None
    publisher: Publisher


class Written(NamedTuple):
    """One shard that was written.

    Attributes:
        hashes: a hash of each entry, in eight bytes.
        places: places of all entries.
        files: what is said of each file.
        changes: a file of the shard's additions and modifications, or None.
        operations: how many of them there are.
        fingerprint: as of its `Shard`.
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
    narrow = _Rows(chosen_rows(task.groups, _HEADER_COLUMNS))  # a head counts what follows, so it is counted first
    wide = _Rows(chosen_rows(task.groups, list(ENTRY_COLUMNS)))
    done, start = [], 0
    for shard in task.shards:
        known = None if task.known is None else task.known[start : start + shard.entries].to_pylist()
        done.append(_write_shard(task.out_dir, shard, narrow, wide, known, task.publisher))
        start += shard.entries
    return done


def _write_shard(
    out_dir: Path, shard: Shard, narrow: _Rows, wide: _Rows, known: list[str | None] | None, publisher: Publisher
) -> Written:
    counted, newest = 0, _EPOCH
    for table in narrow.take(shard.entries):
        counted += count_places(table)
        newest = max(newest, _newest(table))
    hashes: list[bytes] = []
    operations: Counter[str] = Counter()
    changes = out_dir / f"changes-{shard.number:04d}.part"
    with ExitStack() as stack:
        sinks, headers = {}, {}
        for form in FORMATS:
            follower = file_name(form, shard.next) if shard.next else None
            headers[form.name] = Header(shard.entries, counted, newest, follower, publisher, shard.gone)
            sinks[form.name] = stack.enter_context(Sink(out_dir / file_name(form, shard.number)))
            sinks[form.name].write(form.head(headers[form.name]))
        changed = stack.enter_context(changes.open("wb"))
        for table in wide.take(shard.entries):
            for entry in entries(table):
                said = JSONFEED.entry(entry)  # it carries all that any feed says
                # The rest comes after: Python has kept what it encoded, and need not do so once more for every format.
                texts = {form.name: said if form is JSONFEED else form.entry(entry) for form in FORMATS}
                hashes.append(hashlib.blake2b(said, digest_size=8).digest())
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
        entries_said = counted if form.per_place else shard.entries
        files[file_name(form, shard.number)] = sinks[form.name].facts() | {"entries": entries_said}
    return Written(shard.number, packed(hashes), counted, files, changes, operations, shard.fingerprint)


def packed(hashes: list[bytes]) -> np.ndarray:
    """Return hashes as numbers, which take eight bytes each.

    >>> f"{packed([bytes.fromhex('00ff00ff00ff00ff')])[0]:016x}"
    '00ff00ff00ff00ff'
    """
    return np.frombuffer(b"".join(hashes), ">u8")


class _Rows:
    """Tables cut anew, to the length each shard wants."""

    def __init__(self, tables: Iterator[pa.Table]) -> None:
        self._tables = tables
        self._rest: pa.Table | None = None

    def take(self, rows: int) -> Iterator[pa.Table]:
        """Yield the next rows, some at a time."""
        while rows:
            table = self._rest if self._rest is not None else next(self._tables)
            part = table.slice(0, rows)
            self._rest = table.slice(rows) if table.num_rows > rows else None
            rows -= part.num_rows
            yield part


def _newest(table: pa.Table) -> str:
    latest = pc.max(pc.coalesce(table["updated_at"], table["first_seen"])).cast(pa.timestamp("s", "UTC"), safe=False)
    return pc.strftime(latest, "%Y-%m-%dT%H:%M:%SZ").as_py() if latest.is_valid else _EPOCH
