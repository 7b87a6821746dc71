"""Openings: every listing that the history or the snapshot knows, once, with the values that figures are made of.

DuckDB reads the Parquet files and works within a fixed memory, so that a long history does not grow a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow.parquet as pq

from pipeline.store import snapshot
from pipeline.store.schema import HISTORY_VALUES

_MEMORY = "512MB"
_FIRST_AND_LAST = "first_seen, last_seen, closed_at"


class Openings:
    """A connection with a table ``opening``: one row for each listing, open or closed, with its values at last.

    Its columns are those that the history repeats, and listing_id, board_name, is_open, first_seen, last_seen,
    closed_at, warnings, duration_weeks and pay_hourly (the lower ends).

    Args:
        staged: the snapshot.
        history: the folder of the history, of which only runs before this one count.
        run_id: the run of the snapshot.
    """

    def __init__(self, staged: Path, history: Path, run_id: str) -> None:
        self.connection = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 2})
        self.connection.execute("set timezone = 'UTC'")
        listings = [str(path) for path in snapshot.parts(staged, "listings")]
        past = [
            str(path)
            for path in sorted(history.glob("month=*/part-*.parquet"))
            if snapshot.run_of_part(path) < run_id and set(HISTORY_VALUES) <= set(pq.read_schema(path).names)
        ]
        self._make_table(listings, past)

    def __enter__(self) -> Openings:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.connection.close()

    def _make_table(self, listings: Sequence[str], past: Sequence[str]) -> None:
        values = ", ".join(HISTORY_VALUES)
        common = f"listing_id, source || '/' || board as board_name, {values}"
        weeks = "coalesce(duration_weeks_min, duration_weeks_max) as duration_weeks"
        hourly = "coalesce(pay_hourly_min, pay_hourly_max) as pay_hourly"
        self.connection.execute(
            f"create temp table opening as select {common}, status = 'open' as is_open, {_FIRST_AND_LAST}, warnings, "
            f"{weeks}, {hourly} from read_parquet(?)",
            [list(listings)],
        )
        if past:
            self.connection.execute(
                f"insert into opening select {common}, false, first_seen, changed_at, closed_at, []::varchar[], "
                f"{weeks}, {hourly} from read_parquet(?, union_by_name = true) where record = 'listing' "
                "and listing_id not in (select listing_id from opening) "
                "qualify row_number() over (partition by listing_id order by changed_at desc, run_id desc) = 1",
                [list(past)],
            )
