"""Two recorded days of invented employers, and the data folder of the demo."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from crawlers.contract.board import Board

_HERE = Path(__file__).parent
_MADE_BY_RUNS = ("latest", "latest.json", "snapshots", "raw", "history", "archive", "tmp", "rejected", ".lock")


class Day(NamedTuple):
    """One day of recordings."""

    number: int
    folder: Path
    clock: datetime


DAYS = (
    Day(1, _HERE / "day1", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    Day(2, _HERE / "day2", datetime(2026, 11, 23, 12, tzinfo=UTC)),
)


def recorded_boards(folder: Path) -> list[Board]:
    """Return the boards of a folder of recordings.

    >>> len({board.source for board in recorded_boards(DAYS[0].folder)})
    6
    """
    with (folder / "boards.csv").open(newline="", encoding="utf-8") as lines:
        return [
            Board(row["source"], row["board"], row["name"], row["url"] or None, row["request_json"] or None)
            for row in csv.DictReader(lines)
        ]


def next_day(data: Path) -> Day:
    """Return the day to publish next: the second day if the folder contains the first, else the first day.

    >>> next_day(Path("nothing/here")).number
    1
    """
    newest = latest(data)
    return DAYS[1] if newest and newest.name < f"{DAYS[1].clock:%Y%m%dT%H%M%SZ}" else DAYS[0]


def start_over(data: Path) -> None:
    """Remove the files that earlier runs of the demo made, and no others."""
    for name in _MADE_BY_RUNS:
        path = data / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def latest(data: Path) -> Path | None:
    """Return the newest snapshot of a data folder, None if there is none."""
    link = data / "latest"
    return link.resolve() if link.exists() else None


def unknown_content(data: Path) -> str | None:
    """Return what the demo did not make in a data folder, so that it is never removed; None if there is nothing."""
    ours = {str(day.folder.resolve()) for day in DAYS}
    for record in sorted((data / "raw").glob("*/run.json")):
        options: dict[str, Any] = json.loads(record.read_text("utf-8")).get("options", {})
        if options.get("replay") not in ours:
            return f"run {record.parent.name}, which the demo did not make"
    if (data / "snapshots").exists() and not (data / "raw").exists():
        return "snapshots without their raw runs"
    return None
