"""The boards of a snapshot: typed states to and from the rows of their dataset and of the history."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY, microseconds
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import RunScope
from pipeline.lifecycle.state import BoardState
from pipeline.store import snapshot
from pipeline.store.schema import BOARD_COLUMNS, BOARDS, RENAMED, conform, fit

BOARD_FIELDS = tuple(field.name for field in dataclasses.fields(BoardState))
JSON_COLUMNS = tuple(column.name for column in BOARD_COLUMNS if column.unit == "JSON")
INSTANTS = tuple(column.name for column in BOARD_COLUMNS if column.type == "instant")
_IN_THE_JOURNAL = ("ids", "doubted_ids", "validators", "pages")
_CLASSES = {"verdict": Verdict, "answer": Verdict, "scope": RunScope}


class Counted(Protocol):
    """The counts of a board besides its postings."""

    @property
    def unread(self) -> int | None:
        """Postings that could not be read in full."""

    @property
    def repeated(self) -> int | None:
        """Further records of the same postings."""

    @property
    def odd_fields(self) -> dict[str, int] | None:
        """Fields of odd shape, with counts."""


def further_counts(board: Counted) -> list[str]:
    """Return a board's counts besides its postings, in words, without those that are zero.

    >>> further_counts(BoardState("lever", "acme", unread=3, repeated=1, odd_fields={"location": 2, "pay": 1}))
    ['3 postings unread', '1 record repeated', 'odd fields: location 2, pay 1']
    >>> further_counts(BoardState("lever", "acme", unread=0))
    []
    """
    counts = []
    if board.unread:
        counts.append(f"{_counted(board.unread, 'posting')} unread")
    if board.repeated:
        counts.append(f"{_counted(board.repeated, 'record')} repeated")
    if board.odd_fields:
        counts.append("odd fields: " + ", ".join(f"{name} {count}" for name, count in board.odd_fields.items()))
    return counts


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def stale_boards(boards: Mapping[BoardKey, BoardState], now: int, days: int = 14) -> frozenset[BoardKey]:
    """Return the boards without a complete answer for so many days that their listings leave the feeds.

    A board that shows only its newest postings never gives a complete answer; it is stale if its last run failed to
    read them.
    """
    limit = now - days * DAY
    return frozenset(
        key
        for key, board in boards.items()
        if (board.last_ok or board.first_run or 0) <= limit and not (board.listing_window and board.is_healthy)
    )


# Rows of the dataset.


def load_boards(path: Path | None, columns: Iterable[str] = BOARD_FIELDS) -> dict[BoardKey, BoardState]:
    """Return the boards of a snapshot; without a snapshot there are none.

    Args:
        columns: the columns to read, besides source and board; fields of other columns are None.
    """
    if path is None:
        return {}
    names = [name for name in BOARD_FIELDS if name in {"source", "board", *columns}]
    schema = pa.schema([BOARDS.field(name) for name in names])
    tables = []
    for part in snapshot.parts(path, "boards"):
        file = pq.ParquetFile(part)
        stored = [name for name in file.schema_arrow.names if RENAMED.get(name, name) in names]
        tables.append(conform(file.read(stored), schema))
    table = pa.concat_tables(tables)
    for name in INSTANTS:
        if name in names:
            table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int64()))
    boards = (_from_row(row) for row in table.to_pylist())
    return {board.key: board for board in boards}


def boards_table(boards: Iterable[BoardState]) -> pa.Table:
    """Return the table of the boards, in order of their names.

    Raises:
        ValueError: a value does not fit its column.
    """
    states = sorted(boards, key=lambda board: board.key)
    table, _, rejected = fit([_to_row(board) for board in states], BOARDS)
    if rejected:
        position, reason = rejected[0]
        raise ValueError(f"board {states[position].key}: {reason}")
    return table


def _to_row(board: BoardState) -> dict[str, Any]:
    row = {name: getattr(board, name) for name in BOARD_FIELDS}
    for name in JSON_COLUMNS:
        row[name] = orjson.dumps(row[name], option=orjson.OPT_SORT_KEYS).decode() if row[name] else None
    return row


def _from_row(row: dict[str, Any]) -> BoardState:
    for name in JSON_COLUMNS:
        if row.get(name):
            row[name] = orjson.loads(row[name])
    return _from_values(row)


def _from_values(values: Mapping[str, Any]) -> BoardState:
    """Return the state of values by column; words of closed vocabularies become members of their classes."""
    words = {name: word(values[name]) for name, word in _CLASSES.items() if values.get(name)}
    return BoardState(**{**values, **words})


# Rows of the history.


class PastBoard(NamedTuple):
    """A board as a row of the history keeps it; its raw journals hold the rest.

    Attributes:
        board: its state, without ids, doubted ids, validators and pages.
        knows_ids: whether it had ids.
        doubted: whether it had doubted ids.
    """

    board: BoardState
    knows_ids: bool
    doubted: bool


def history_state(board: BoardState) -> str:
    """Return a board's state as JSON, without the fields that its raw journals hold.

    >>> past_board(history_state(BoardState("lever", "acme", ids=["7"])))[1:]
    (True, False)
    """
    state = {name: getattr(board, name) for name in BOARD_FIELDS if name not in _IN_THE_JOURNAL}
    state |= {"knows_ids": board.ids is not None, "doubted": board.doubted_ids is not None}
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()


def past_board(state: str) -> PastBoard:
    """Return the board of a row of the history.

    Columns of schema version 1 get today's names, unknown columns are ignored, and absent ones are None.

    >>> past_board('{"source": "lever", "board": "acme", "window": "a week", "old": 1}').board.listing_window
    'a week'
    """
    stored = {RENAMED.get(name, name): value for name, value in orjson.loads(state).items()}
    values = {name: stored[name] for name in BOARD_FIELDS if name in stored}
    for name in INSTANTS:  # earlier versions kept the text of the journal
        if isinstance(values.get(name), str):
            values[name] = microseconds(datetime.datetime.fromisoformat(values[name]))
    return PastBoard(_from_values(values), bool(stored.get("knows_ids")), bool(stored.get("doubted")))
