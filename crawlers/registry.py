"""Which boards there are."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

FIELDS = ("source", "board", "name", "url", "request_json")


class Board(NamedTuple):
    """One place to crawl.

    Attributes:
        source: the kind of board, which names its spider.
        board: the place within its source: a slug, a host, or the source's own name.
        name: whose board it is, for people.
        url: the first request's address, where it is not the source's usual one.
        request_json: the first request's JSON body, where it has one.
    """

    source: str
    board: str
    name: str = ""
    url: str | None = None
    request_json: str | None = None


def shipped() -> Path:
    """Return the registry that comes with the project.

    >>> shipped().name
    'boards.csv'
    """
    return Path(str(resources.files("crawlers") / "boards.csv"))


def load_boards(*files: Path) -> list[Board]:
    """Return the boards of registry files, each once; a later file corrects an earlier one.

    Raises:
        ValueError: a file is no registry, has other columns, or a row names no source or board.

    >>> len(load_boards(shipped())) > 30
    True
    """
    boards: dict[tuple[str, str], Board] = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, restval="")
            try:
                if tuple(rows.fieldnames or ()) != FIELDS:
                    raise ValueError(f"{file}: the first line of a registry is {','.join(FIELDS)}")
                for row in rows:
                    where = f"{file}, line {rows.line_num}"
                    if None in row:  # most often a name with a comma, which would be read as an address
                        raise ValueError(f"{where}: more than {len(FIELDS)} values; one with a comma stands in quotes")
                    if not row["source"] or not row["board"]:
                        raise ValueError(f"{where}: a board has a source and a board")
                    name, url, request_json = row["name"], row["url"] or None, row["request_json"] or None
                    board = Board(row["source"], row["board"], name, url, request_json)
                    boards[board[:2]] = board
            except UnicodeDecodeError:
                raise ValueError(f"{file} is no text in UTF-8") from None
            except csv.Error as error:
                raise ValueError(f"{file}: {error}") from None
    return list(boards.values())


def save_boards(file: Path, boards: Iterable[Board]) -> None:
    """Write a registry file, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows([value or "" for value in board] for board in boards)
    os.replace(fresh, file)
