"""`internfeed demo`: the whole cycle on recorded boards that come with the project, without a network.

The recordings show invented employers on two days. The first call publishes the first day, the
second what opened, changed and closed until the next, the third starts over.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from crawlers.contract.board import Board
from crawlers.contract.errors import UsageError
from pipeline.run.cycle import Crawl, Event, Options
from pipeline.run.cycle import run as run_cycle
from pipeline.run.publish import Published
from pipeline.store.staged import Staged

HELP = "the whole cycle on recorded boards that come with the project; no network"
EXAMPLE = "internfeed demo"
_HERE = Path(__file__).parent
_MADE_BY_RUNS = ("latest", "latest.json", "snapshots", "raw", "history", "tmp", "rejected", ".lock")


class Day(NamedTuple):
    """One day of recordings."""

    number: int
    folder: Path
    clock: datetime


DAYS = (
    Day(1, _HERE / "day1", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    Day(2, _HERE / "day2", datetime(2026, 11, 23, 12, tzinfo=UTC)),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--data", type=Path, default=Path("data/demo"), help="where the demo writes (default: data/demo)"
    )


def run(
    args: argparse.Namespace,
    crawl: Callable[[Options], Crawl],
    progress: Callable[[Event], None] = lambda event: None,
    extras: Sequence[Callable[[Staged], None]] = (),
) -> int:
    """Run the next day of the demo, say what it did, and return the run's exit status.

    Raises:
        UsageError: the folder holds what no demo has made.
        As `pipeline.run.cycle.run`.
    """
    from pipeline.demo.report import report

    data: Path = args.data
    if strange := _not_ours(data):
        raise UsageError(f"{data} holds {strange}; give the demo a folder of its own with --data")
    day = next_day(data)
    if day.number == 1:
        start_over(data)
    before = _latest(data)
    options = Options(
        data=data,
        boards=recorded_boards(day.folder),
        everything=True,
        today=day.clock,
        replay=day.folder,
        progress=progress,
        extras=extras,
    )
    began = datetime.now(UTC)
    published: Published = run_cycle(options, crawl(options))
    seconds = (datetime.now(UTC) - began).total_seconds()
    progress({"stage": "end"})
    report(data, day.number, options.boards, published, before, seconds)
    return published.status


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
    """Return the day that comes after what the folder holds: the second after the first, else the first.

    >>> next_day(Path("nothing/here")).number
    1
    """
    latest = _latest(data)
    return DAYS[1] if latest and latest.name < f"{DAYS[1].clock:%Y%m%dT%H%M%SZ}" else DAYS[0]


def start_over(data: Path) -> None:
    """Remove what earlier runs of the demo made, and nothing else."""
    for name in _MADE_BY_RUNS:
        path = data / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _latest(data: Path) -> Path | None:
    link = data / "latest"
    return link.resolve() if link.exists() else None


def _not_ours(data: Path) -> str | None:
    """Say what in the folder no demo has made, so that it is never removed."""
    ours = {str(day.folder.resolve()) for day in DAYS}
    for record in sorted((data / "raw").glob("*/run.json")):
        asked: dict[str, Any] = json.loads(record.read_text("utf-8")).get("options", {})
        if asked.get("replay") not in ours:
            return f"run {record.parent.name}, which is not the demo's"
    if (data / "snapshots").exists() and not (data / "raw").exists():
        return "snapshots without their raw runs"
    return None
