"""The listings of a new snapshot, assembled from the last snapshot and from the rows that a run read.

A plan has the lifecycle of every row of the new snapshot and the position of its content; rows are ordered by source,
board and listing_id. Contents are copied last, a row group at a time. A part in which no row changed is hard-linked
under its new name. The listing_id alone decides where a part begins, so that a new row moves no other boundary.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from normalize.vocabulary import STALE, Status
from pipeline.lifecycle.state import ListingState
from pipeline.store.schema import INSTANT, LISTINGS, conform

ROW_GROUP = 2048
_WRITERS = 2  # threads; each holds a few groups of rows
PART_BEGINS = "0000"  # the beginning of one listing_id in 65,536
_PART_ROWS = 4 * 65536

LIFECYCLE = (
    "canonical_id first_seen last_seen updated_at closed_at closed_reason status redistribution attribution run_id"
).split()
_KEYS = "listing_id source board posting_id content_hash normalizer_version valid_through".split()
_NOT_OF_A_LISTING = frozenset({"source", "board", "redistribution", "attribution", "stale"})
_NARROW = [*_KEYS, *LIFECYCLE]
PLAN = pa.schema([
    *(LISTINGS.field(name).remove_metadata() for name in _NARROW),
    pa.field("stale", pa.string()),
    pa.field("index", pa.int64()),
    pa.field("fresh", pa.bool_()),
    pa.field("altered", pa.bool_()),
])  # fmt: skip
COVERED = (
    "description_text hiring_organization country duration_weeks_min pay_min start_date date_posted valid_through"
    " apply_url"
).split()
"""Columns whose coverage is measured; for the statuses, the share that is not unknown."""
COVERED_STATUSES = ("remote_status", "pay_status")


Coverage = dict[BoardKey, Counter[str]]
"""For each board in a part that was written: the number of open rows, and of rows that state a column, by column."""


class Rights(NamedTuple):
    """The terms of a source for publishing its listings."""

    redistribution: str | None
    attribution: str | None


def without_stale(warnings: Sequence[str] | None) -> list[str]:
    """Return the warnings that follow from a posting's words, without those that a run adds on a day.

    >>> without_stale(["asks for money", "dates are over"])
    ['asks for money']
    """
    return [warning for warning in warnings or () if warning not in STALE]


def _stale_of(warnings: pa.ChunkedArray) -> pa.Array:
    """Return the warning of each row that a run has added, null where there is none."""
    warnings = warnings.combine_chunks()
    words, rows = pc.list_flatten(warnings), pc.list_parent_indices(warnings)
    added = pc.is_in(words, pa.array(STALE, pa.string()))
    stale = np.full(len(warnings), None, dtype=object)
    stale[np.asarray(rows.filter(added))] = words.filter(added).to_numpy(zero_copy_only=False)
    return pa.array(stale, pa.string())


class Previous:
    """The listings of the last snapshot: keys and lifecycle in memory, contents on demand.

    Attributes:
        parts, paths: the Parquet files.
        starts: the position of the first row of each part, and the number of all rows.
        plan: the keys and lifecycle of all rows.
        ranges: the first and last position of each board's rows.
    """

    def __init__(self, parts: Sequence[Path]) -> None:
        self.parts = [pq.ParquetFile(path) for path in parts]
        self.paths = list(parts)
        self.starts = np.cumsum([0, *(part.metadata.num_rows for part in self.parts)]).tolist()
        tables = [part.read(columns=[*_NARROW, "warnings"]) for part in self.parts]
        table = pa.concat_tables(tables) if tables else LISTINGS.empty_table()
        stale = _stale_of(table["warnings"])
        table = table.select(_NARROW)
        rows = table.num_rows
        self.plan = pa.table(
            [
                *table.columns,
                stale,
                pa.array(np.arange(rows), pa.int64()),
                pa.array(np.zeros(rows, dtype=bool)),
                pa.array(np.zeros(rows, dtype=bool)),
            ],
            schema=PLAN,
        )
        self.ranges = ranges(table)

    def listings(self, start: int, stop: int) -> list[ListingState]:
        """Return the lifecycle of the rows in a range."""
        rows = self.plan.slice(start, stop - start)

        def column(name: str, kind: pa.DataType | None = None) -> list[Any]:
            values = rows[name].cast(kind) if kind else rows[name]
            return values.to_pylist()

        return [
            ListingState(*values)
            for values in zip(
                column("listing_id"),
                column("posting_id"),
                column("content_hash"),
                column("normalizer_version"),
                column("status"),
                column("closed_reason"),
                column("valid_through", pa.int32()),
                column("first_seen", pa.int64()),
                column("last_seen", pa.int64()),
                column("updated_at", pa.int64()),
                column("closed_at", pa.int64()),
                column("run_id"),
                column("canonical_id"),
                range(start, stop),
                strict=True,
            )
        ]


def ranges(table: pa.Table) -> dict[BoardKey, tuple[int, int]]:
    """Return the range of each board's rows in a table that is ordered by source and board."""
    if not table.num_rows:
        return {}
    keys = [table[name].combine_chunks().dictionary_encode() for name in ("source", "board")]
    codes = [np.asarray(key.indices) for key in keys]
    cuts = np.flatnonzero((np.diff(codes[0]) != 0) | (np.diff(codes[1]) != 0)) + 1
    edges = [0, *cuts.tolist(), table.num_rows]
    names = [key.dictionary.to_pylist() for key in keys]
    return {
        BoardKey(names[0][codes[0][start]], names[1][codes[1][start]]): (start, stop) for start, stop in pairwise(edges)
    }


class _PlannedRow(NamedTuple):
    listing: ListingState
    key: BoardKey
    rights: Rights


class Plan:
    """Collects the rows of the new snapshot, board by board in their order."""

    def __init__(self, previous: Previous) -> None:
        self._previous = previous
        self._tables: list[pa.Table] = []
        self._rows: list[_PlannedRow] = []

    def carry(self, start: int, stop: int) -> None:
        """Take a range of rows from the last snapshot without a change."""
        self._flush()
        self._tables.append(self._previous.plan.slice(start, stop - start))

    def add(self, listings: Sequence[ListingState], key: BoardKey, rights: Rights) -> None:
        """Take the listings of a board that was merged."""
        self._rows += [_PlannedRow(listing, key, rights) for listing in listings]
        if len(self._rows) >= 8192:
            self._flush()

    def table(self) -> pa.Table:
        """Return the plan: keys and lifecycle of every row, and the position of its content."""
        self._flush()
        return pa.concat_tables([PLAN.empty_table(), *self._tables]).combine_chunks()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns: dict[str, list[Any]] = {
            name: [getattr(row.listing, name) for row in self._rows]
            for name in PLAN.names
            if name not in _NOT_OF_A_LISTING
        }
        columns["stale"] = [None] * len(self._rows)  # decided when all boards are merged
        columns["source"] = [row.key.source for row in self._rows]
        columns["board"] = [row.key.board for row in self._rows]
        columns["redistribution"] = [row.rights.redistribution for row in self._rows]
        columns["attribution"] = [row.rights.attribution for row in self._rows]
        arrays = []
        for field in PLAN:
            integer = {"date32[day]": pa.int32(), str(INSTANT): pa.int64()}.get(str(field.type))
            array = pa.array(columns[field.name], integer or field.type)
            arrays.append(array.cast(field.type) if integer else array)
        self._tables.append(pa.table(arrays, schema=PLAN))
        self._rows = []


class Batches:
    """Rows by position, from files that are read in pieces; a few pieces stay in memory."""

    def __init__(self, sizes: Sequence[int], read: Callable[[int], pa.Table], schema: pa.Schema, keep: int) -> None:
        self._starts = np.cumsum([0, *sizes])[:-1]
        self._read = read
        self._schema = schema
        self._keep = keep
        self._cache: dict[int, pa.Table] = {}

    def take(self, positions: np.ndarray) -> pa.Table:
        """Return the rows at these positions, in their order."""
        pieces = np.searchsorted(self._starts, positions, side="right") - 1
        tables, order = [self._schema.empty_table()], [np.empty(0, dtype=np.int64)]
        for piece in np.unique(pieces).tolist():
            in_piece = np.flatnonzero(pieces == piece)
            tables.append(self._piece(piece).take(positions[in_piece] - self._starts[piece]))
            order.append(in_piece)
        table = pa.concat_tables(tables)
        inverse = np.argsort(np.concatenate(order), kind="stable")
        return table if np.array_equal(inverse, np.arange(len(inverse))) else table.take(inverse)

    def _piece(self, piece: int) -> pa.Table:
        if piece not in self._cache:
            if len(self._cache) >= self._keep:
                del self._cache[next(iter(self._cache))]
            self._cache[piece] = self._read(piece)
        return self._cache[piece]


def of_parts(parts: Sequence[pq.ParquetFile], names: Sequence[str] = LISTINGS.names) -> Batches:
    """Return columns of Parquet parts, by the position of a row in all parts together."""
    groups = [(part, group) for part in parts for group in range(part.metadata.num_row_groups)]
    schema = _schema_of(names)

    def read(piece: int) -> pa.Table:
        part, group = groups[piece]
        stored = [name for name in names if name in part.schema_arrow.names]
        return conform(part.read_row_group(group, columns=stored), schema)

    return Batches([part.metadata.row_group(group).num_rows for part, group in groups], read, schema, keep=2)


def of_files(paths: Sequence[Path], names: Sequence[str] = LISTINGS.names) -> Batches:
    """Return columns of the Arrow files that tasks wrote, by the position of a row in all files together."""
    batches: list[tuple[Path, int]] = []
    sizes: list[int] = []
    for path in paths:
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            for number in range(file.num_record_batches):
                batches.append((path, number))
                sizes.append(file.get_batch(number).num_rows)
    schema = _schema_of(names)

    def read(piece: int) -> pa.Table:
        path, number = batches[piece]
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            return pa.Table.from_batches([file.get_batch(number)]).select(names).cast(schema)

    return Batches(sizes, read, schema, keep=8)


def _schema_of(names: Sequence[str]) -> pa.Schema:
    return pa.schema([LISTINGS.field(name) for name in names], LISTINGS.metadata)


def gather(plan: pa.Table, contents: Batches, fresh: Batches) -> pa.Table:
    """Return the contents of a plan's rows, in its order."""
    index, is_fresh = np.asarray(plan["index"]), np.asarray(plan["fresh"])
    old, new = np.flatnonzero(~is_fresh), np.flatnonzero(is_fresh)
    table = pa.concat_tables([contents.take(index[old]), fresh.take(index[new])])
    return table.take(np.argsort(np.concatenate([old, new]))) if len(old) and len(new) else table


def write_parts(plan: pa.Table, previous: Previous, fresh_files: Sequence[Path], folder: Path, run_id: str) -> Coverage:
    """Write the listings of a plan in parts named after the run; return the coverage of the parts that have changed.

    Each part is written by a single thread, so that its bytes do not depend on the number of threads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    coverage: Coverage = {}

    def write(part: tuple[int, tuple[int, int]]) -> Coverage:
        number, (start, stop) = part
        path = folder / f"part-{run_id}-{number:05d}.parquet"
        rows = plan.slice(start, stop - start)
        if (unchanged := _unchanged_part(rows, previous)) is not None:
            _link(unchanged, path)
            return {}
        return _write_part(rows, previous, fresh_files, path)

    with ThreadPoolExecutor(_WRITERS) as threads:
        for counts in threads.map(write, enumerate(_boundaries(plan))):
            for key, more in counts.items():
                coverage.setdefault(key, Counter()).update(more)
    return coverage


def _unchanged_part(rows: pa.Table, previous: Previous) -> Path | None:
    """Return the part of the last snapshot that holds exactly these rows, None if there is no such part."""
    index, is_fresh, altered = (np.asarray(rows[name]) for name in ("index", "fresh", "altered"))
    if not len(index) or altered.any() or is_fresh.any():
        return None
    part = int(np.searchsorted(previous.starts, index[0], side="right")) - 1
    start, stop = previous.starts[part : part + 2]
    same = stop - start == len(index) and np.array_equal(index, np.arange(start, stop))
    same = same and previous.parts[part].schema_arrow == LISTINGS
    return previous.paths[part] if same else None


def _write_part(rows: pa.Table, previous: Previous, fresh_files: Sequence[Path], path: Path) -> Coverage:
    contents, fresh = of_parts([pq.ParquetFile(part) for part in previous.paths]), of_files(fresh_files)
    coverage: Coverage = {}
    with pq.ParquetWriter(path, LISTINGS, compression="zstd") as writer:
        for first in range(0, rows.num_rows, ROW_GROUP):
            full = _full_rows(rows.slice(first, ROW_GROUP), contents, fresh)
            _count(full, coverage)
            writer.write_table(full, row_group_size=ROW_GROUP)
    return coverage


def _boundaries(plan: pa.Table) -> list[tuple[int, int]]:
    """Return the ranges of rows that make the parts; they depend on the listing ids alone."""
    rows = plan.num_rows
    begins = np.flatnonzero(np.asarray(pc.starts_with(plan["listing_id"].combine_chunks(), PART_BEGINS)))
    edges = [0]
    for edge in [*begins.tolist(), rows]:
        while edge - edges[-1] > _PART_ROWS:
            edges.append(edges[-1] + _PART_ROWS)
        if edge > edges[-1]:
            edges.append(edge)
    return list(pairwise(edges)) or [(0, 0)]


def _full_rows(plan: pa.Table, contents: Batches, fresh: Batches) -> pa.Table:
    """Return full rows, with the contents at the positions of the plan and the lifecycle of the plan."""
    table = gather(plan, contents, fresh)
    for name in LIFECYCLE:
        place = LISTINGS.get_field_index(name)
        table = table.set_column(place, LISTINGS.field(name), plan[name])
    if plan["stale"].null_count < len(plan) or _stale_of(table["warnings"]).null_count < len(plan):
        pairs = zip(table["warnings"].to_pylist(), plan["stale"].to_pylist(), strict=True)
        warnings = [without_stale(words) + ([stale] if stale else []) for words, stale in pairs]
        table = table.set_column(table.schema.get_field_index("warnings"), LISTINGS.field("warnings"), [warnings])
    return table.cast(LISTINGS).combine_chunks()


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copyfile(old, new)


def _count(rows: pa.Table, coverage: Coverage) -> None:
    """Count the open listings that state a field, by board, and add them to the coverage."""
    for key, (start, stop) in ranges(rows).items():
        piece = rows.slice(start, stop - start)
        piece = piece.filter(pc.equal(piece["status"], Status.OPEN))
        counts = coverage.setdefault(key, Counter(dict.fromkeys(["open", *COVERED, *COVERED_STATUSES], 0)))
        counts["open"] += piece.num_rows
        for name in COVERED:
            counts[name] += piece.num_rows - piece[name].null_count
        for name in COVERED_STATUSES:
            counts[name] += pc.sum(pc.not_equal(piece[name], "unknown")).as_py() or 0
