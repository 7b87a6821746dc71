"""The first pass over the listings: which enter the feeds and why others do not, without rendering any text."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.vocabulary import ClosedReason, Redistribution, Status
from pipeline.products.feeds.formats.entry import CHOICE_COLUMNS, KINDS, REASONS, choose

SHARD = 10_000
"""Maximum number of entries in a file; some importers accept no more."""

ROWS = 512  # rows decoded at a time
SHORT = 100  # characters; LinkedIn and Adzuna reject shorter descriptions
TOMBSTONES = 10_000  # maximum number, for the listings that closed last
PROVEN = (ClosedReason.CLOSED_AT_SOURCE, ClosedReason.DEADLINE_PASSED, ClosedReason.LEFT_SCOPE, ClosedReason.BOARD_GONE)
"""Reasons of closings that a board's answer or a date proves; a board that does not answer proves nothing."""

_SAME_URL = np.uint8(REASONS.index("url of another listing") + 1)
# An entry changes only if one of these columns does.
_FINGERPRINTED = (
    "listing_id canonical_id content_hash normalizer_version updated_at first_seen date_posted valid_through"
    " attribution"
).split()

Where = Callable[[pa.Table], np.ndarray]
_CLOSED_REASONS = tuple(ClosedReason)


class Survey(NamedTuple):
    """The result of the first pass, in a few bytes for each row.

    Attributes:
        groups: file and row group of each piece of the dataset, in order, with its chosen rows as flags.
        ids: listing_id of every row.
        codes: for every row the code that `choose` returns: 0 if it is in the feed, else the reason.
        closings: for every row the position of its `ClosedReason`, from 1; 0 if it did not close, or was in no feed.
        instants: for every row the time at which it closed, in seconds; 0 if it did not close.
        prints: for every entry a hash of the columns that change when it does.
        short: the number of entries whose text has fewer than `SHORT` characters.
    """

    groups: list[tuple[str, int, np.ndarray]]
    ids: pa.Array
    codes: np.ndarray
    closings: np.ndarray
    instants: np.ndarray
    prints: np.ndarray
    short: int

    @property
    def chosen(self) -> pa.Array:
        """The identifiers of the entries, in order."""
        return self.ids.filter(pa.array(self.codes == 0)) if self.codes.any() else self.ids

    def left_out(self) -> dict[str, int]:
        """Return the number of rows that are left out, by reason."""
        counts = Counter(self.codes[self.codes > 0].tolist())
        return {REASONS[code - 1]: count for code, count in sorted(counts.items())}

    def why(self, names: list[str]) -> dict[str, str]:
        """Return why listings are not in the feed: the reason why they closed or were left out."""
        positions = pc.index_in(pa.array(names, pa.string()), value_set=self.ids).to_pylist()
        reasons = {}
        for name, position in zip(names, positions, strict=True):
            if position is None:
                reasons[name] = "removed"
            else:
                closing = self.closings[position]
                reasons[name] = _CLOSED_REASONS[closing - 1] if closing else REASONS[self.codes[position] - 1]
        return reasons

    def tombstones(self) -> tuple[tuple[str, str], ...]:
        """Return identifier and instant of the listings that closed last, by identifier."""
        rows = np.flatnonzero(self.closings)
        rows = rows[np.argsort(-self.instants[rows], kind="stable")[:TOMBSTONES]]
        times = np.datetime_as_string(self.instants[rows].astype("datetime64[s]")).tolist()
        names = self.ids.take(rows).to_pylist()
        return tuple(sorted((name, f"{time}Z") for name, time in zip(names, times, strict=True)))

    def fingerprints(self) -> list[str]:
        """Return a hash of the content of each shard; there is at least one shard."""
        starts = range(0, max(len(self.prints), 1), SHARD)
        parts = (self.prints[start : start + SHARD].tobytes() for start in starts)
        return [hashlib.blake2b(part, digest_size=16).hexdigest() for part in parts]


def survey(
    paths: Iterable[Path], unconfirmed: frozenset[tuple[str, str]], where: Where | None = None, also: Iterable[str] = ()
) -> Survey:
    """Choose the rows of a dataset that enter the feeds.

    Args:
        paths: the Parquet files of the dataset, in order.
        unconfirmed: boards (source, board) whose listings are left out.
        where: returns the rows that a filter selects.
        also: additional columns that ``where`` reads.
    """
    columns = [*dict.fromkeys((*CHOICE_COLUMNS, *_FINGERPRINTED, *also))]
    groups: list[tuple[str, int, int]] = []
    ids: list[pa.Array] = []
    arrays: list[tuple[np.ndarray, ...]] = []
    for path in paths:
        with _opened(path) as file:
            for group in range(file.metadata.num_row_groups):
                groups.append((str(path), group, file.metadata.row_group(group).num_rows))
                for batch in _batches(file, group, columns):
                    rows = pa.table(batch)
                    codes = choose(rows, unconfirmed, where(rows) if where else None)
                    ids.append(batch["listing_id"])
                    arrays.append((codes, *_closed(rows), *_hashes(rows), _is_short(rows)))
        release_memory()
    names = pa.chunked_array(ids, pa.string()).combine_chunks() if ids else pa.array([], pa.string())
    codes, closings, instants, prints, urls, short = (
        map(np.concatenate, zip(*arrays, strict=True)) if arrays else _NO_ROWS
    )
    chosen = np.flatnonzero(codes == 0)
    _, first = np.unique(urls[chosen], return_index=True)
    repeated = np.ones(len(chosen), bool)
    repeated[first] = False
    codes[chosen[repeated]] = _SAME_URL
    kept = codes == 0
    ends = np.cumsum([0] + [rows for _, _, rows in groups])
    pieces = [(path, group, kept[end - rows : end]) for (path, group, rows), end in zip(groups, ends[1:], strict=True)]
    return Survey(pieces, names, codes, closings, instants, prints[kept], int(short[kept].sum()))


_NO_ROWS = tuple(np.zeros(0, kind) for kind in (np.uint8, np.uint8, np.int64, np.uint64, np.uint64, bool))


def _hashes(rows: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row a hash of its fingerprinted columns and a hash of its link."""
    columns = [pc.fill_null(pc.cast(rows[name], pa.string()), "") for name in _FINGERPRINTED]
    texts = (pc.binary_join_element_wise(*columns, "\0"), pc.fill_null(rows["url"], ""))
    prints, urls = (np.frombuffer(b"".join(map(_hash, text.to_pylist())), np.uint64) for text in texts)
    return prints, urls


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _is_short(rows: pa.Table) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.less(pc.utf8_length(rows["description_text"]), SHORT), False))


def _closed(rows: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    left = pc.equal(rows["closed_reason"], ClosedReason.LEFT_SCOPE)
    listed = pc.or_kleene(pc.is_in(rows["kind"], value_set=pa.array(KINDS)), left)
    over = pc.and_kleene(pc.equal(rows["status"], Status.CLOSED), pc.equal(rows["redistribution"], Redistribution.FEED))
    counted = np.asarray(pc.fill_null(pc.and_kleene(over, listed), False))
    reasons = pc.fill_null(pc.index_in(rows["closed_reason"], value_set=pa.array(_CLOSED_REASONS)), -1)
    seconds = pc.fill_null(pc.cast(pc.cast(rows["closed_at"], pa.timestamp("s", "UTC"), safe=False), pa.int64()), 0)
    return (np.asarray(reasons) + 1).astype(np.uint8) * counted, np.asarray(seconds) * counted


def chosen_rows(groups: list[tuple[str, int, np.ndarray]], columns: list[str]) -> Iterator[pa.Table]:
    """Yield the chosen rows of some pieces of the dataset, in order, as tables."""
    nonempty = [piece for piece in groups if piece[2].any()]
    for path, pieces in itertools.groupby(nonempty, key=lambda piece: piece[0]):
        with _opened(path) as file:
            for _, group, flags in pieces:
                start = 0
                for batch in _batches(file, group, columns):
                    chosen = flags[start : start + batch.num_rows]
                    start += batch.num_rows
                    if chosen.any():
                        yield pa.table(batch).filter(pa.array(chosen))
                release_memory()


def _opened(path: str | Path) -> pq.ParquetFile:
    return pq.ParquetFile(path, buffer_size=1 << 16)  # reads pages when they are needed, not whole columns


def _batches(file: pq.ParquetFile, group: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a group."""
    batches: Iterator[pa.RecordBatch] = file.iter_batches(ROWS, [group], columns, use_threads=False)
    yield from batches


def release_memory() -> None:
    """Release unused memory; Arrow's pool would otherwise hold several times what it needs."""
    pa.default_memory_pool().release_unused()
