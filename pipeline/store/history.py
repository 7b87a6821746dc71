"""The history: an event for every listing that opened, changed, closed or re-opened, and for every board of a run.

Parts are only ever added, one for each run, in folders by month.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import ChangeKind, ClosedReason, RecordKind, Status
from pipeline.lifecycle.state import BoardState
from pipeline.store.boards import history_state
from pipeline.store.schema import HISTORY, HISTORY_COLUMNS, HISTORY_VALUES

INSTANTS = tuple(column.name for column in HISTORY_COLUMNS if column.type == "instant")
_LIFECYCLE = "status closed_reason first_seen updated_at closed_at date_posted content_hash normalizer_version"
_OF_LISTINGS = ["listing_id", *_LIFECYCLE.split(), *HISTORY_VALUES]


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One event: a row of the history, without the values of the listing, which nothing reads again.

    The fields are columns of the history, in their order; instants are microseconds since 1970. Fields about a
    listing are None in the event of a board, and the other way round.
    """

    run_id: str
    changed_at: int
    record: RecordKind
    source: str
    board: str
    listing_id: str | None = None
    posting_id: str | None = None
    change: ChangeKind | None = None
    reason: ClosedReason | None = None
    proof: str | None = None
    status: Status | None = None
    first_seen: int | None = None
    updated_at: int | None = None
    closed_at: int | None = None
    date_posted: datetime.date | None = None
    content_hash: str | None = None
    normalizer_version: str | None = None
    verdict: Verdict | None = None
    postings: int | None = None
    listings_open: int | None = None
    state: str | None = None

    @property
    def key(self) -> BoardKey:
        """The name of the board."""
        return BoardKey(self.source, self.board)


EVENT_FIELDS = tuple(field.name for field in dataclasses.fields(Event))


def events(table: pa.Table) -> Iterator[Event]:
    """Yield the events of rows of the history."""
    for name in INSTANTS:
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int64()))
    for row in table.select(EVENT_FIELDS).to_pylist():
        yield Event(**row)


def events_table(found: Iterable[Event]) -> pa.Table:
    """Return events as rows of the history."""
    rows = [{name: getattr(event, name) for name in EVENT_FIELDS} for event in found]
    return pa.Table.from_pylist(rows, schema=HISTORY)


def part(
    run_id: str,
    now: int,
    changes: pa.Table,
    boards: Mapping[BoardKey, BoardState],
    observed: Iterable[BoardKey],
    staged: Path,
) -> pa.Table:
    """Return the events of a run as rows of the history.

    Args:
        now: microseconds since 1970.
        changes, boards: as published.
        observed: the boards that ran, and the boards whose listings changed with time.
        staged: the snapshot, from which the lifecycle of the changed listings is read.
    """
    board_events = events_table(_event_of_board(run_id, now, boards[key]) for key in sorted(observed))
    return pa.concat_tables([_events_of_changes(run_id, changes, staged), board_events])


def _event_of_board(run_id: str, now: int, board: BoardState) -> Event:
    return Event(
        run_id=run_id,
        changed_at=now,
        record=RecordKind.BOARD,
        source=board.source,
        board=board.board,
        verdict=board.verdict,
        postings=board.postings,
        listings_open=board.listings_open,
        state=history_state(board),
    )


def _events_of_changes(run_id: str, changes: pa.Table, staged: Path) -> pa.Table:
    """Return the events of listings: their changes, with the lifecycle of the staged rows."""
    if not changes.num_rows:
        return HISTORY.empty_table()
    changed = []
    for path in sorted((staged / "listings").glob("*.parquet")):
        table = pq.read_table(path, columns=_OF_LISTINGS, partitioning=None)
        changed.append(table.filter(pc.is_in(table["listing_id"], changes["listing_id"])))
    lifecycle = pa.concat_tables(changed)
    lifecycle = lifecycle.take(pc.index_in(changes["listing_id"], lifecycle["listing_id"])).combine_chunks()
    columns = {name: changes[name] for name in changes.column_names}
    columns |= {name: lifecycle[name] for name in _OF_LISTINGS if name not in ("listing_id", "closed_reason")}
    columns["reason"] = lifecycle["closed_reason"]
    columns["run_id"] = pa.repeat(run_id, changes.num_rows)
    columns["record"] = pa.repeat(str(RecordKind.LISTING), changes.num_rows)
    nothing = pa.nulls(changes.num_rows)
    return pa.table(
        [columns.get(name, nothing).cast(HISTORY.field(name).type) for name in HISTORY.names], schema=HISTORY
    )


def write(table: pa.Table, path: Path) -> None:
    """Write a part of the history."""
    pq.write_table(table.cast(HISTORY), path, compression="zstd")
