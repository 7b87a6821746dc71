"""How boards are: their rows of a snapshot, and which of them somebody should look at."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import DAY, microseconds
from crawlers.contract.verdict import Verdict
from pipeline.store import snapshot
from pipeline.store.schema import BOARD_COLUMNS, BOARDS, conform, fit

BoardState = dict[str, Any]

CAUSES = frozenset({"challenge", "login", "maintenance", "consent", "unreadable"})
"""What was shown in place of postings; a board's error begins with it."""
_JSON = ("dropped_reasons", "odd_fields", "unread_fields", "coverage", "validators", "pages")
_INSTANTS = tuple(column.name for column in BOARD_COLUMNS if column.type == "instant")


def is_healthy(board: Mapping[str, Any]) -> bool:
    """Tell whether nobody needs to look at a board after its last run; one that was never asked needs a look.

    >>> is_healthy({"verdict": "unchanged", "complete": True}), is_healthy({"verdict": None, "complete": None})
    (True, False)
    """
    if board["verdict"] is None:
        return False
    return Verdict(board["verdict"]).is_healthy(bool(board["complete"]), bool(board.get("listing_window")))


def cause_of(board: Mapping[str, Any]) -> str:
    """Return what a board showed in place of postings, empty where its error names none.

    >>> cause_of({"error": "login, timeout: 3 of 20 detail pages could not be read"}), cause_of({"error": None})
    ('login', '')
    """
    word = re.split(r"[,:]", board.get("error") or "", maxsplit=1)[0]
    return word if word in CAUSES else ""


def counts_beside(board: Mapping[str, Any]) -> list[str]:
    """Return what was counted beside a board's postings, in words; of what there is none nothing is said.

    >>> counts_beside({"unread": 3, "repeated": 1, "odd_fields": {"location": 2, "pay": 1}})
    ['3 postings unread', '1 record repeated', 'odd fields: location 2, pay 1']
    >>> counts_beside({"unread": 0, "repeated": None})
    []
    """
    named = (("unread", "posting"), ("repeated", "record"))
    counted = [
        f"{count} {thing}{'' if count == 1 else 's'} {name}" for name, thing in named if (count := board.get(name))
    ]
    if odd := board.get("odd_fields"):
        counted.append("odd fields: " + ", ".join(f"{name} {count}" for name, count in odd.items()))
    return counted


def stale_boards(boards: dict[BoardKey, BoardState], now: int, days: int = 14) -> frozenset[BoardKey]:
    """Return the boards without a complete answer for so many days, whose listings leave the feeds.

    A board that shows only its newest postings has none; it is stale where those were not read in its last run.
    """
    limit = now - days * DAY
    return frozenset(
        key
        for key, board in boards.items()
        if (board.get("last_ok") or board.get("first_run") or 0) <= limit
        and not (board.get("listing_window") and is_healthy(board))
    )


def load_boards(path: Path | None) -> dict[BoardKey, BoardState]:
    """Return a snapshot's boards: instants in microseconds, JSON columns as values."""
    if path is None:
        return {}
    table = pa.concat_tables([conform(pq.ParquetFile(part).read(), BOARDS) for part in snapshot.parts(path, "boards")])
    for name in _INSTANTS:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.int64()))
    boards = {}
    for row in table.to_pylist():
        for name in _JSON:
            row[name] = orjson.loads(row[name]) if row[name] else None
        boards[BoardKey(row["source"], row["board"])] = row
    return boards


def boards_table(boards: dict[BoardKey, BoardState]) -> pa.Table:
    """Return the boards as they are published.

    Raises:
        ValueError: a value fits no column.
    """
    rows = []
    for _, board in sorted(boards.items()):
        row = dict(board)
        for name in _JSON:
            row[name] = orjson.dumps(row[name], option=orjson.OPT_SORT_KEYS).decode() if row.get(name) else None
        for name in ("started", "ended"):
            if isinstance(row.get(name), str):
                row[name] = microseconds(datetime.datetime.fromisoformat(row[name]))
        rows.append(row)
    table, _, aside = fit(rows, BOARDS)
    if aside:
        raise ValueError(f"board {rows[aside[0][0]]['source']}/{rows[aside[0][0]]['board']}: {aside[0][1]}")
    return table
