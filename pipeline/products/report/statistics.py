"""The figures of a snapshot: duration, pay, remote work, coverage of the fields, and the changes of the last runs.

The report draws them, and `internfeed show` prints them. Only values that listings state are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.vocabulary import ChangeKind, Status
from pipeline.lifecycle.state import BoardState
from pipeline.store import snapshot
from pipeline.store.manifest import ListingCounts, Manifest

BY = ("source", "country")
CHANGES = (
    ChangeKind.OPENED,
    ChangeKind.CHANGED,
    ChangeKind.RENORMALIZED,
    ChangeKind.REOPENED,
    ChangeKind.CLOSED,
)
GROUPS = 10  # maximum number of sources or countries
RUNS = 30  # maximum number of runs in the trend
LEAST = 3  # minimum number of values for a spread
CURRENCIES = 3  # maximum number of currencies
COLUMNS = (
    "source country remote_status pay_status duration_weeks_min duration_weeks_max duration_unit pay_hourly_min pay_min"
    " pay_max pay_currency pay_period hours_per_week_min hours_per_week_max status"
).split()


class Spread(NamedTuple):
    """The spread of a measure in a group: five quantiles (10, 25, 50, 75, 90 %) and the number of values."""

    name: str
    quantiles: tuple[float, float, float, float, float]
    listings: int


class Measure(NamedTuple):
    """One measure, by source and by country.

    Attributes:
        title: ``How long``, ``Pay an hour`` or ``Pay a week``.
        unit: the unit of the values, such as ``USD an hour``.
        groups: for each column of `BY`, the largest groups in which enough listings state a value.
    """

    title: str
    unit: str
    groups: dict[str, list[Spread]]

    @property
    def caption(self) -> str:
        """The unit with a capital letter."""
        return self.unit[:1].upper() + self.unit[1:]


class Run(NamedTuple):
    """The changes of one run, and the number of listings that were open after it."""

    run_id: str
    changes: dict[str, int]
    open: int


class Coverage(NamedTuple):
    """The shares of a source's open listings that state a field; None for a field that was not measured."""

    source: str
    listings: int
    shares: dict[str, float | None]


def open_listings(path: Path) -> pa.Table:
    """Return the open listings of a snapshot with the columns that the figures need.

    Raises:
        OSError, pyarrow.ArrowException: the datasets cannot be read.
    """
    rows = pa.concat_tables([pq.read_table(part, columns=COLUMNS) for part in snapshot.parts(path, "listings")])
    return rows.filter(pc.equal(rows["status"], Status.OPEN)).combine_chunks()


def measures(rows: pa.Table) -> list[Measure]:
    """Return duration, pay an hour and pay a week; pay by currency, the most common first.

    Every value is the minimum that a listing states. Pay a week is stated, or follows exactly from pay an hour and
    hours a week, or from a fixed sum and a number of weeks.
    """
    rows = rows.append_column("pay_weekly_min", _weekly(rows))
    all_measures = [Measure("How long", "weeks", _spreads(rows, "duration_weeks_min"))]
    for title, column, period in (("Pay an hour", "pay_hourly_min", "hour"), ("Pay a week", "pay_weekly_min", "week")):
        stated = rows.filter(pc.is_valid(rows[column]))
        for currency, count in largest(stated["pay_currency"], CURRENCIES):
            if currency and count >= LEAST:
                in_currency = stated.filter(pc.equal(stated["pay_currency"], currency))
                unit = f"{currency} {'an' if period == 'hour' else 'a'} {period}"
                all_measures.append(Measure(title, unit, _spreads(in_currency, column)))
    return all_measures


def _weekly(rows: pa.Table) -> pa.Array:
    by_hour = pc.and_(pc.is_valid(rows["pay_hourly_min"]), _exact(rows, "hours_per_week"))
    fixed = pc.and_(pc.equal(rows["pay_period"], "total"), pc.equal(rows["duration_unit"], "week"))
    over = pc.fill_null(pc.and_(fixed, _exact(rows, "duration_weeks")), False)
    return pc.case_when(
        pc.make_struct(pc.fill_null(pc.equal(rows["pay_period"], "week"), False), by_hour, over),
        rows["pay_min"],
        pc.multiply(rows["pay_hourly_min"], rows["hours_per_week_min"]),
        pc.divide(rows["pay_min"], rows["duration_weeks_min"]),
    )


def _exact(rows: pa.Table, name: str) -> pa.ChunkedArray:
    """Return for which rows a range is a single number above zero."""
    low, high = rows[f"{name}_min"], rows[f"{name}_max"]
    return pc.fill_null(pc.and_(pc.equal(low, high), pc.greater(low, 0.0)), False)


def _spreads(rows: pa.Table, column: str) -> dict[str, list[Spread]]:
    found: dict[str, list[Spread]] = {}
    for by in BY:
        found[by] = []
        for group, _ in largest(rows[by], GROUPS):
            values = rows[column].filter(_is(rows[by], group)).drop_null().to_numpy()
            if len(values) >= LEAST:
                low, first, median, third, high = np.percentile(values, (10, 25, 50, 75, 90)).tolist()
                found[by].append(Spread(group or "not stated", (low, first, median, third, high), len(values)))
    return found


def _is(column: pa.ChunkedArray, group: str | None) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(column, group), False) if group is not None else pc.is_null(column)


def remote(rows: pa.Table, by: str) -> list[tuple[str, dict[str, int]]]:
    """Return the number of listings of each remote status, for the largest groups."""
    counts: dict[str | None, dict[str, int]] = {}
    for row in rows.group_by([by, "remote_status"]).aggregate([([], "count_all")]).to_pylist():
        counts.setdefault(row[by], {})[row["remote_status"]] = row["count_all"]
    return [(group or "not stated", counts[group]) for group, _ in largest(rows[by], GROUPS)]


def coverage(boards: Iterable[BoardState]) -> list[Coverage]:
    """Return the coverage of each source, its boards weighted by their open listings; the largest source first."""
    stated: dict[str, dict[str, float]] = {}
    total: dict[str, int] = {}
    for board in boards:
        weight = board.listings_open or 0
        if board.coverage and weight:
            total[board.source] = total.get(board.source, 0) + weight
            sums = stated.setdefault(board.source, {})
            for name, share in board.coverage.items():
                sums[name] = sums.get(name, 0.0) + share * weight
    fields = sorted({name for sums in stated.values() for name in sums})
    return [
        Coverage(
            source,
            total[source],
            {name: stated[source][name] / total[source] if name in stated[source] else None for name in fields},
        )
        for source in sorted(stated, key=lambda source: (-total[source], source))
    ]


def history(data: Path, before: str) -> list[Path]:
    """Return the history's parts of the runs before a given one, oldest first.

    Args:
        data: the data folder.
        before: the id of the given run.
    """
    parts = [path for path in data.glob("history/month=*/part-*.parquet") if snapshot.run_of_part(path) < before]
    return sorted(parts, key=snapshot.run_of_part)[-(RUNS - 1) :]


def trend(manifest: Manifest, still_open: int, earlier: Sequence[Path]) -> list[Run]:
    """Return the last runs; the number of open listings is counted back from today's by their openings and closings."""
    changes_by_run = [(snapshot.run_of_part(path), _changes(path)) for path in earlier]
    counts = manifest.listings or ListingCounts()
    changes_by_run.append((manifest.run_id, {name: counts.of_change(name) for name in CHANGES}))
    runs = []
    for run_id, changes in reversed(changes_by_run):
        runs.append(Run(run_id, changes, still_open))
        still_open += changes[ChangeKind.CLOSED] - changes[ChangeKind.OPENED] - changes[ChangeKind.REOPENED]
    return runs[::-1]


def _changes(path: Path) -> dict[str, int]:
    column = pq.read_table(path, columns=["change"], partitioning=None)["change"]
    counts = {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()}
    return {name: counts.get(name, 0) for name in CHANGES}


def largest(column: pa.ChunkedArray, most: int) -> list[tuple[str | None, int]]:
    """Return the most common values with their counts; None stands for listings that do not state a value.

    >>> largest(pa.chunked_array([["US", None, "IN", "US"]]), 2)
    [('US', 2), ('IN', 1)]
    """
    counts = [(row["values"], row["counts"]) for row in pc.value_counts(column).to_pylist()]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))[:most]
