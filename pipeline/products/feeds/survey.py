"""The first pass over the listings: who is in the feed, who is not and why, without a text being rendered."""

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
"""Entries in a file at most; some importers take no more."""

ROWS = 512  # rows decoded at a time
SHORT = 100  # characters; LinkedIn and Adzuna refuse descriptions of fewer
TOMBSTONES = 10_000  # of what closed last
PROVEN = (ClosedReason.CLOSED_AT_SOURCE, ClosedReason.DEADLINE_PASSED, ClosedReason.LEFT_SCOPE, ClosedReason.BOARD_GONE)
"""Closings that a board's own answer or a date proves; a board's silence proves nothing."""

_SAME_URL = np.uint8(REASONS.index("url of another listing") + 1)
# A row says the same as long as its words, its reader and these dates are the same.
_TELLING = (
    "listing_id canonical_id content_hash normalizer_version updated_at first_seen date_posted valid_through"
    " attribution"
).split()

Where = Callable[[pa.Table], np.ndarray]
_CLOSED_REASONS = tuple(ClosedReason)


class Survey(NamedTuple):
    """What the first pass found, in a few bytes for each row.

    Attributes:
        groups: file and row group of each piece of the dataset, in order, with its chosen rows as flags.
        ids: listing_id of every row.
        codes: for every row 0 where it is in the feed, else the reason, as `choose` says.
        closings: for every row 0, or from 1 the place in `ClosedReason` of why a listing that may have been in a
            feed closed.
        instants: for every row when it closed, in seconds; 0 where it did not.
        prints: for every entry a hash of the columns that change when it does.
        short: entries whose text has fewer than `SHORT` characters.
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
        """Return how many rows are left out, by reason."""
        counts = Counter(self.codes[self.codes > 0].tolist())
        return {REASONS[code - 1]: count for code, count in sorted(counts.items())}

    def why(self, names: list[str]) -> dict[str, str]:
        """Return why identifiers are not in the feed: why they closed, or why the row is left out."""
        places = pc.index_in(pa.array(names, pa.string()), value_set=self.ids).to_pylist()
        reasons = {}
        for name, place in zip(names, places, strict=True):
            if place is None:
                reasons[name] = "removed"
            else:
                closing = self.closings[place]
                reasons[name] = _CLOSED_REASONS[closing - 1] if closing else REASONS[self.codes[place] - 1]
        return reasons

    def tombstones(self) -> tuple[tuple[str, str], ...]:
        """Return identifier and instant of the listings that closed last, by identifier."""
        rows = np.flatnonzero(self.closings)
        rows = rows[np.argsort(-self.instants[rows], kind="stable")[:TOMBSTONES]]
        at = np.datetime_as_string(self.instants[rows].astype("datetime64[s]")).tolist()
        return tuple(sorted((name, f"{when}Z") for name, when in zip(self.ids.take(rows).to_pylist(), at, strict=True)))

    def fingerprints(self) -> list[str]:
        """Return a hash of what each shard will say; there is one shard at least."""
        starts = range(0, max(len(self.prints), 1), SHARD)
        parts = (self.prints[start : start + SHARD].tobytes() for start in starts)
        return [hashlib.blake2b(part, digest_size=16).hexdigest() for part in parts]


def survey(
    paths: Iterable[Path], unconfirmed: frozenset[tuple[str, str]], where: Where | None = None, also: Iterable[str] = ()
) -> Survey:
    """Choose the rows of a dataset that enter the feeds.

    Args:
        paths: its Parquet files, in order.
        unconfirmed: boards (source, board) whose listings stay out.
        where: tells which rows a sub-feed wants.
        also: further columns that ``where`` looks at.
    """
    columns = [*dict.fromkeys((*CHOICE_COLUMNS, *_TELLING, *also))]
    groups: list[tuple[str, int, int]] = []
    ids: list[pa.Array] = []
    found: list[tuple[np.ndarray, ...]] = []
    for path in paths:
        with _opened(path) as file:
            for group in range(file.metadata.num_row_groups):
                groups.append((str(path), group, file.metadata.row_group(group).num_rows))
                for batch in _batches(file, group, columns):
                    rows = pa.table(batch)
                    codes = choose(rows, unconfirmed, where(rows) if where else None)
                    ids.append(batch["listing_id"])
                    found.append((codes, *_closed(rows), *_hashes(rows), _is_short(rows)))
        release_memory()
    names = pa.chunked_array(ids, pa.string()).combine_chunks() if ids else pa.array([], pa.string())
    codes, closings, instants, prints, urls, short = (
        map(np.concatenate, zip(*found, strict=True)) if found else _NOTHING
    )
    chosen = np.flatnonzero(codes == 0)
    _, first = np.unique(urls[chosen], return_index=True)
    again = np.ones(len(chosen), bool)
    again[first] = False
    codes[chosen[again]] = _SAME_URL
    kept = codes == 0
    ends = np.cumsum([0] + [rows for _, _, rows in groups])
    pieces = [(path, group, kept[end - rows : end]) for (path, group, rows), end in zip(groups, ends[1:], strict=True)]
    return Survey(pieces, names, codes, closings, instants, prints[kept], int(short[kept].sum()))


_NOTHING = tuple(np.zeros(0, kind) for kind in (np.uint8, np.uint8, np.int64, np.uint64, np.uint64, bool))


def _hashes(rows: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row a hash of what it says and one of its link."""
    columns = [pc.fill_null(pc.cast(rows[name], pa.string()), "") for name in _TELLING]
    texts = (pc.binary_join_element_wise(*columns, "\0"), pc.fill_null(rows["url"], ""))
    said, url = (np.frombuffer(b"".join(map(_hash, text.to_pylist())), np.uint64) for text in texts)
    return said, url


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
    """Yield the chosen rows of pieces of the dataset, in order, some at a time."""
    wanted = [piece for piece in groups if piece[2].any()]
    for path, pieces in itertools.groupby(wanted, key=lambda piece: piece[0]):
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
    return pq.ParquetFile(path, buffer_size=1 << 16)  # pages are read as they are needed, not whole columns


def _batches(file: pq.ParquetFile, group: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a group."""
    batches: Iterator[pa.RecordBatch] = file.iter_batches(ROWS, [group], columns, use_threads=False)
    yield from batches


def release_memory() -> None:
    """Give back what was read into: Arrow's pool would keep a multiple of what it needs."""
    pa.default_memory_pool().release_unused()
