"""History: one row for every listing that opened, changed, closed or re-opened, one for every board and run.

Parts are only ever added, one a run, in folders by month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.schema import HISTORY

Key = tuple[str, str]
_IN_THE_JOURNAL = ("ids", "doubted_ids", "validators")
_OF_LISTINGS = (
    "listing_id status closed_reason first_seen updated_at closed_at date_posted content_hash normalizer_version"
).split()


def part(
    run_id: str,
    now: int,
    changes: Sequence[Mapping[str, Any]],
    boards: Mapping[Key, Mapping[str, Any]],
    asked: Mapping[Key, Any],
    staged: Path,
) -> pa.Table:
    """Return what a run observed, in the schema of the history.

    Args:
        now: microseconds since 1970.
        changes, boards: as published; asked: the boards that ran.
        staged: the snapshot, from which the lifecycle of what changed is read.
    """
    lifecycle: dict[str, dict[str, Any]] = {}
    if changes:
        ids = pa.array([change["listing_id"] for change in changes])
        for path in sorted((staged / "listings").glob("*.parquet")):
            table = pq.read_table(path, columns=_OF_LISTINGS, partitioning=None)
            table = table.filter(pc.is_in(table["listing_id"], ids))
            for row in table.to_pylist():
                lifecycle[row["listing_id"]] = row | {"reason": row.pop("closed_reason")}
    empty = dict.fromkeys(HISTORY.names)
    rows = [
        empty | {"run_id": run_id, "record": "listing"} | dict(change) | lifecycle.get(change["listing_id"], {})
        for change in changes
    ]
    for key in sorted(asked):
        board = boards[key]
        state = {name: value for name, value in board.items() if name not in _IN_THE_JOURNAL}
        state |= {"knows_ids": board.get("ids") is not None, "doubted": board.get("doubted_ids") is not None}
        rows.append(
            empty
            | {name: board[name] for name in ("source", "board", "verdict", "postings", "listings_open")}
            | {"run_id": run_id, "record": "board", "at": now}
            | {"state": orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()}
        )
    return pa.Table.from_pylist(rows, schema=HISTORY)


def write(table: pa.Table, path: Path) -> None:
    """Write a part of the history."""
    pq.write_table(table.cast(HISTORY), path, compression="zstd")
