"""The first pass over the listings: who is in the feed, who is not and why, without a text being rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.feeds.entry import CHOICE_COLUMNS, KINDS, REASONS, choose

ROWS = 4096  # rows decoded at a time
PROVEN = ("closed_at_source", "deadline_passed", "left_scope", "board_gone")
"""Closings that a board's own answer or a date proves; a board's silence proves nothing."""

Where = Callable[[pa.Table], np.ndarray]


class Survey(NamedTuple):
    """What the first pass found.

    Attributes:
        groups: file and row group of each piece of the dataset, in order, with its chosen rows as flags.
        ids: listing_id of every row.
        codes: for every row 0 where it is in the feed, else the reason, as `choose` says.
        closed: identifier, instant and reason of every closed listing that may have been in a feed.
    """

    groups: list[tuple[str, int, np.ndarray]]
    ids: pa.Array
    codes: np.ndarray
    closed: dict[str, tuple[str, str]]

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
    columns = [*dict.fromkeys((*CHOICE_COLUMNS, *also))]
    groups: list[tuple[str, int, np.ndarray]] = []
    ids: list[pa.Array] = []
    closed: dict[str, tuple[str, str]] = {}
    for path in paths:
        with pq.ParquetFile(path, memory_map=True) as file:
            for group in range(file.metadata.num_row_groups):
                codes = []
                for batch in file.iter_batches(ROWS, [group], columns):
                    rows = pa.table(batch)
                    codes.append(choose(rows, unconfirmed, where(rows) if where else None))
                    ids.append(batch["listing_id"])
                    closed |= _closed(rows)
                groups.append((str(path), group, np.concatenate(codes) if codes else np.zeros(0, np.uint8)))
    every = np.concatenate([codes for _, _, codes in groups]) if groups else np.zeros(0, np.uint8)
    names = pa.chunked_array(ids, pa.string()).combine_chunks() if ids else pa.array([], pa.string())
    return Survey([(path, group, codes == 0) for path, group, codes in groups], names, every, closed)


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
        with pq.ParquetFile(path, memory_map=True) as file:
            start = 0
            for batch in file.iter_batches(size, [group], columns):
                wanted = flags[start : start + batch.num_rows]
                start += batch.num_rows
                if wanted.any():
                    yield pa.table(batch).filter(pa.array(wanted))
