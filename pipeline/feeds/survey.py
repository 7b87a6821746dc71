"""The first pass over the listings: who is in the feed, who is not and why, without a text being rendered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.feeds.entry import CHOICE_COLUMNS, KINDS, REASONS, choose

SHARD = 10_000
"""Entries in a file at most; some importers take no more."""

ROWS = 4096  # rows decoded at a time
PROVEN = ("closed_at_source", "deadline_passed", "left_scope", "board_gone")
"""Closings that a board's own answer or a date proves; a board's silence proves nothing."""

# A row says the same as long as its words, its reader and these dates are the same.
_TELLING = (
    "listing_id canonical_id content_hash normalizer_version updated_at first_seen date_posted valid_through"
    " attribution"
).split()

Where = Callable[[pa.Table], np.ndarray]


class Survey(NamedTuple):
    """What the first pass found.

    Attributes:
        groups: file and row group of each piece of the dataset, in order, with its chosen rows as flags.
        ids: listing_id of every row.
        codes: for every row 0 where it is in the feed, else the reason, as `choose` says.
        closed: identifier, instant and reason of every closed listing that may have been in a feed.
        fingerprints: a hash of what each shard will say, from the columns that change when it does.
    """

    groups: list[tuple[str, int, np.ndarray]]
    ids: pa.Array
    codes: np.ndarray
    closed: dict[str, tuple[str, str]]
    fingerprints: list[str]

    @property
    def chosen(self) -> pa.Array:
        """The identifiers of the entries, in order."""
        return self.ids.filter(pa.array(self.codes == 0))

    def left_out(self) -> dict[str, int]:
        """Return how many rows are left out, by reason."""
        counts = Counter(self.codes[self.codes > 0].tolist())
        return {REASONS[code - 1]: count for code, count in sorted(counts.items())}


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
    groups: list[tuple[str, int, np.ndarray]] = []
    ids: list[pa.Array] = []
    closed: dict[str, tuple[str, str]] = {}
    prints = _Fingerprints()
    for path in paths:
        with pq.ParquetFile(path) as file:
            for group in range(file.metadata.num_row_groups):
                codes = []
                for batch in file.iter_batches(ROWS, [group], columns):
                    rows = pa.table(batch)
                    codes.append(choose(rows, unconfirmed, where(rows) if where else None))
                    prints.add(rows.select(_TELLING).filter(pa.array(codes[-1] == 0)))
                    ids.append(batch["listing_id"])
                    closed |= _closed(rows)
                groups.append((str(path), group, np.concatenate(codes) if codes else np.zeros(0, np.uint8)))
    every = np.concatenate([codes for _, _, codes in groups]) if groups else np.zeros(0, np.uint8)
    names = pa.chunked_array(ids, pa.string()).combine_chunks() if ids else pa.array([], pa.string())
    return Survey([(path, group, codes == 0) for path, group, codes in groups], names, every, closed, prints.finish())


class _Fingerprints:
    """A running hash of each shard's rows."""

    def __init__(self) -> None:
        self._digests = [hashlib.blake2b(digest_size=16)]
        self._rows = 0

    def add(self, rows: pa.Table) -> None:
        """Take the next chosen rows."""
        columns = [pc.fill_null(pc.cast(rows[name], pa.string()), "") for name in _TELLING]
        lines = pc.binary_join_element_wise(*columns, "\0")
        while len(lines):
            if self._rows == SHARD:
                self._digests.append(hashlib.blake2b(digest_size=16))
                self._rows = 0
            part = lines.slice(0, SHARD - self._rows)
            self._digests[-1].update("\n".join(part.to_pylist()).encode() + b"\n")
            self._rows += len(part)
            lines = lines.slice(len(part))

    def finish(self) -> list[str]:
        """Return the fingerprint of each shard."""
        return [digest.hexdigest() for digest in self._digests]


def _closed(rows: pa.Table) -> dict[str, tuple[str, str]]:
    left = pc.equal(rows["closed_reason"], "left_scope")
    listed = pc.or_kleene(pc.is_in(rows["kind"], value_set=pa.array(KINDS)), left)
    over = pc.and_kleene(pc.equal(rows["status"], "closed"), pc.equal(rows["redistribution"], "feed"))
    found = rows.select(["listing_id", "closed_at", "closed_reason"]).filter(pc.and_kleene(over, listed))
    instants = pc.strftime(pc.cast(found["closed_at"], pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    values = (found["listing_id"].to_pylist(), instants.to_pylist(), found["closed_reason"].to_pylist())
    return {name: (at or "", reason or "") for name, at, reason in zip(*values, strict=True)}


def chosen_rows(groups: list[tuple[str, int, np.ndarray]], columns: list[str], size: int = ROWS) -> Iterator[pa.Table]:
    """Yield the chosen rows of pieces of the dataset, in order, out of ``size`` rows at a time."""
    for path, group, flags in groups:
        if not flags.any():
            continue
        with pq.ParquetFile(path) as file:
            start = 0
            for batch in file.iter_batches(size, [group], columns):
                wanted = flags[start : start + batch.num_rows]
                start += batch.num_rows
                if wanted.any():
                    yield pa.table(batch).filter(pa.array(wanted))
