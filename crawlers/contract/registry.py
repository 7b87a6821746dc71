"""Registry files: the boards that can be crawled."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from crawlers.contract.board import Board, BoardKey
from crawlers.contract.tables import read_table, read_text

FIELDS = Board._fields
_REQUIRED = ("source", "board")


def shipped() -> Path:
    """Return the path of the registry that ships with the project.

    >>> shipped().name
    'boards.csv'
    """
    return Path(str(resources.files("crawlers") / "boards.csv"))


def load_boards(*files: Path) -> list[Board]:
    """Return the boards of registry files, each once; a later file overrides an earlier one.

    A file is CSV as a spreadsheet saves it: columns in any order, delimited by commas, semicolons or tabs, in UTF-8
    or UTF-16. Only the columns source and board are required.

    Raises:
        ValueError: a file is not a registry, has an unknown column, or a row lacks its source or board. The message is
            one line.

    >>> len(load_boards(shipped())) > 30
    True
    """
    boards: dict[BoardKey, Board] = {}
    for file in files:
        where = f"registry {file}"
        table = read_table(read_text(file), where)
        _check_columns(table.columns, where)
        for line, values, problem in table.rows:
            if problem := problem or problem_of(values):
                raise ValueError(f"{where}, line {line}: {problem}")
            board = board_of(values)
            boards[board.key] = board
    return list(boards.values())


def _check_columns(columns: list[str], where: str) -> None:
    """Reject a header that lacks a required column, or has an unknown column, which may be misspelt."""
    problem = ""
    if missing := [column for column in _REQUIRED if column not in columns]:
        problem = f'the column "{missing[0]}" is missing'
    elif unknown := [column for column in columns if column not in FIELDS]:
        problem = f"unknown column {', '.join(map(repr, unknown))}"
    if problem:
        raise ValueError(f"{where}: {problem}; the first line of a registry is {','.join(FIELDS)}")


def problem_of(values: Mapping[str, str]) -> str:
    """Return the reason why a row is not a board; empty if it is a board.

    >>> problem_of({"source": "lever", "board": ""})
    'the column "board" is empty; name the board there'
    """
    if empty := next((column for column in _REQUIRED if not values[column]), None):
        return f'the column "{empty}" is empty; name the {empty} there'
    if (url := values.get("url")) and not re.match(r"https?://", url, re.IGNORECASE):
        return f'the column "url" holds "{url}", which is not an address; put a value that contains a comma in quotes'
    return ""


def board_of(values: Mapping[str, str]) -> Board:
    """Return the board of a row; upper and lower case do not matter in the name of its source.

    Args:
        values: the row's values by column name.

    >>> board_of({"board": "acme", "source": "Lever"})
    Board(source='lever', board='acme', name='', url=None, request_json=None)
    """
    url, request_json = values.get("url") or None, values.get("request_json") or None
    return Board(values["source"].lower(), values["board"], values.get("name", ""), url, request_json)


def save_boards(file: Path, boards: Iterable[Board]) -> None:
    """Write a registry file; if writing fails, the earlier file stays as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows([value or "" for value in board] for board in boards)
    os.replace(fresh, file)
