"""History: one row for every listing that opened, changed, closed or re-opened, one for every board and run.

Parts are only ever added, one a run, in folders by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from pipeline.store.schema import HISTORY

_IN_THE_JOURNAL = ("ids", "doubted_ids", "validators", "pages")
_OF_LISTINGS = (
    "listing_id status closed_reason first_seen updated_at closed_at date_posted content_hash normalizer_version"
).split()


def part(
    run_id: str,
    now: int,
    changes: pa.Table,
    boards: Mapping[BoardKey, Mapping[str, Any]],
    asked: Iterable[BoardKey],
    staged: Path,
) -> pa.Table:
    """Return what a run observed, in the schema of the history.

    Args:
        now: microseconds since 1970.
        changes, boards: as published; asked: the boards that ran, and those whose listings time has changed.
        staged: the snapshot, from which the lifecycle of what changed is read.
    """
    rows = []
    for key in sorted(asked):
        board = boards[key]
        state = {name: value for name, value in board.items() if name not in _IN_THE_JOURNAL}
        state |= {"knows_ids": board.get("ids") is not None, "doubted": board.get("doubted_ids") is not None}
        rows.append(
            dict.fromkeys(HISTORY.names)
            | {name: board[name] for name in ("source", "board", "verdict", "postings", "listings_open")}
            | {"run_id": run_id, "record": "board", "changed_at": now}
            | {"state": orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()}
        )
    return pa.concat_tables([_of_changes(run_id, changes, staged), pa.Table.from_pylist(rows, schema=HISTORY)])


def _of_changes(run_id: str, changes: pa.Table, staged: Path) -> pa.Table:
    if not changes.num_rows:
        return HISTORY.empty_table()
    found = []
    for path in sorted((staged / "listings").glob("*.parquet")):
        table = pq.read_table(path, columns=_OF_LISTINGS, partitioning=None)
        found.append(table.filter(pc.is_in(table["listing_id"], changes["listing_id"])))
    lifecycle = pa.concat_tables(found)
    lifecycle = lifecycle.take(pc.index_in(changes["listing_id"], lifecycle["listing_id"])).combine_chunks()
    columns = {name: changes[name] for name in changes.column_names}
    columns |= {name: lifecycle[name] for name in _OF_LISTINGS if name not in ("listing_id", "closed_reason")}
    columns["reason"] = lifecycle["closed_reason"]
    columns["run_id"] = pa.repeat(run_id, changes.num_rows)
    columns["record"] = pa.repeat("listing", changes.num_rows)
    nothing = pa.nulls(changes.num_rows)
    return pa.table(
        [columns.get(name, nothing).cast(HISTORY.field(name).type) for name in HISTORY.names], schema=HISTORY
    )


def write(table: pa.Table, path: Path) -> None:
    """Write a part of the history."""
    pq.write_table(table.cast(HISTORY), path, compression="zstd")
