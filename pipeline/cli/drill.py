"""`internfeed drill`: local boards with faults, to practise on or to check a whole run with."""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from crawlers.contract.board import BoardKey
from crawlers.contract.errors import UsageError
from crawlers.contract.registry import save_boards
from crawlers.crawl import check
from crawlers.replay.faults import FAULTS, Fault
from crawlers.replay.server import Drill
from normalize.columns import COLUMNS
from pipeline.cli.arguments import DONE, INTERRUPTED, USAGE
from pipeline.cli.choose import recorded_registry
from pipeline.cli.console import ERRORS, OUT

EXAMPLE = "internfeed drill --check"
STATUSES = {**DONE, **USAGE, 3: "with --check: a board did not end as expected", **INTERRUPTED}
VALUES = ("description_text", *(column.name for column in COLUMNS if column.group in ("duration", "pay", "remote")))
_BETWEEN = datetime.timedelta(days=8)  # from the first day to the second: long enough for every page to be read again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--list", action="store_true", help="print the faults and the verdict that each must cause")
    parser.add_argument("--check", action="store_true", help="run both days and compare the published snapshots")
    parser.add_argument(
        "--day",
        type=int,
        choices=(1, 2),
        default=2,
        help="which day to serve: on day 1 every board behaves, on day 2 each board plays its fault"
        " (default: %(default)s)",
    )
    parser.add_argument(
        "--fault",
        default="none",
        metavar="NAME",
        help="the fault that every board of --replay plays (default: %(default)s)",
    )
    parser.add_argument(
        "--replay", type=Path, metavar="DIR", help="serve the boards of a recorded folder (default: invented boards)"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8700,
        metavar="N",
        help="listen on port N, or on any free port if N is 0 (default: %(default)s)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("data/drill"),
        metavar="DIR",
        help="write the list of served boards, boards.csv, to this folder (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; return the exit status.

    Raises:
        UsageError: the fault or the folder does not exist, or the port is not available.
    """
    if options.list:
        rows = [(fault.name, fault.verdict, fault.about) for fault in FAULTS.values()]
        _table(("fault", "verdict", "what the board does"), rows)
        return 0
    if options.fault not in FAULTS:
        raise UsageError(f"unknown fault {options.fault}; run `internfeed drill --list` to see the faults")
    if options.replay:
        recorded_registry(options.replay)
    try:
        server = Drill(0 if options.check else options.port, options.replay, options.fault)
    except (ValueError, OSError, OverflowError) as error:
        raise UsageError(f"the drill cannot start: {error}") from error
    with server:
        if not options.check:
            server.day = options.day
            return _serve(options, server)
        return _check_recorded(server) if options.replay else _compare(server)


def _serve(options: argparse.Namespace, server: Drill) -> int:
    save_boards(options.data / "boards.csv", server.boards)
    names = ",".join(str(board.key) for board in server.boards)
    OUT.print(
        f"Serving {len(server.boards)} boards at {server.origin}; stop with Ctrl-C. Crawl them with:", markup=False
    )
    OUT.print(
        f"INTERNFEED_STAND_IN={server.origin} internfeed run --data {options.data} --boards {names}",
        markup=False,
        soft_wrap=True,
    )
    OUT.file.flush()
    try:
        signal.pause()
    except KeyboardInterrupt:
        OUT.print(f"{len(server.asks)} requests answered", markup=False)
    return 0


def _check_recorded(server: Drill) -> int:
    """Crawl every recorded board once and print its verdict."""
    commits = zip(server.boards, check(list(server.boards), stand_in=server.origin), strict=True)
    rows = [(str(board.key), commit.verdict, commit.error or "") for board, commit in commits]
    _table(("board", "verdict", "why"), rows)
    OUT.print("Recorded boards have no expected verdict; read the reasons.", markup=False)
    return 0


class Outcome(NamedTuple):
    """The state of one board after the second day of a drill.

    Attributes:
        fault: the fault that the board played.
        verdict: the verdict of its crawl.
        error: the reason for the verdict.
        listings: number of listings that were open after the first day.
        kept: number of these listings that are still open.
        values: number of values that these listings stated after the first day.
        same: number of these values that are unchanged.
        changed: number of listings with a value that changed or is missing.
    """

    fault: Fault
    verdict: str
    error: str
    listings: int
    kept: int
    values: int
    same: int
    changed: int

    @property
    def expected(self) -> bool:
        """Tell whether the board ended as its fault requires, and lost nothing."""
        fault = self.fault
        return (
            self.verdict == fault.verdict
            and self.error.startswith(fault.cause)
            and self.listings > 0
            and self.listings - self.kept == fault.closes
            and self.changed == fault.changes
        )


def outcomes(first: Path, second: Path, faults: Mapping[BoardKey, Fault]) -> list[Outcome]:
    """Compare the snapshots of both days, board by board.

    Args:
        first: the snapshot of the first day.
        second: the snapshot of the second day.
        faults: the fault of each board.
    """
    before, after = ({row["listing_id"]: row for row in _rows(day, "listings")} for day in (first, second))
    boards = {BoardKey(row["source"], row["board"]): row for row in _rows(second, "boards")}
    open_rows: dict[BoardKey, list[dict[str, Any]]] = {key: [] for key in faults}
    for row in before.values():
        if row["status"] == "open":
            open_rows[BoardKey(row["source"], row["board"])].append(row)
    return [_outcome(fault, boards[key], open_rows[key], after) for key, fault in faults.items()]


def _outcome(
    fault: Fault, board: Mapping[str, Any], open_rows: list[dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> Outcome:
    kept = values = same = changed = 0
    for row in open_rows:
        now = after.get(row["listing_id"], {})
        kept += now.get("status") == "open"
        stated = [name for name in VALUES if row[name] not in (None, "unknown")]
        unchanged = sum(now.get(name) == row[name] for name in stated)
        values, same, changed = values + len(stated), same + unchanged, changed + (unchanged < len(stated))
    return Outcome(fault, board["verdict"], board["error"] or "", len(open_rows), kept, values, same, changed)


def _rows(snapshot: Path, dataset: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    names = ["source", "board", *(("verdict", "error") if dataset == "boards" else ("listing_id", "status", *VALUES))]
    rows: list[dict[str, Any]] = pq.read_table(snapshot / dataset, columns=names).to_pylist()
    return rows


def _compare(server: Drill) -> int:
    """Run both days as a user would, with all politeness, and compare the published snapshots."""
    now = datetime.datetime.now(datetime.UTC)
    days = []
    with tempfile.TemporaryDirectory(prefix="internfeed-drill-") as folder:
        save_boards(Path(folder) / "boards.csv", server.boards)
        message = "day {}: {} boards {}; the crawl is as polite as a real one (about {})"
        for day, doing, time in ((1, "behave", "a minute"), (2, "play their faults", "two minutes")):
            server.day = day
            ERRORS.print(message.format(day, len(server.boards), doing, time), markup=False)
            _crawl(Path(folder), server, now - (2 - day) * _BETWEEN)
            days.append((Path(folder) / "latest").resolve())
        rows = outcomes(days[0], days[1], {board.key: fault for board, fault in server.faults.items()})
    show(rows)
    unexpected = sum(not row.expected for row in rows)
    OUT.print(
        f"{unexpected} of {len(rows)} boards did not end as expected" if unexpected else "every board ended as expected"
    )
    return 3 if unexpected else 0


def _crawl(data: Path, server: Drill, today: datetime.datetime) -> None:
    """Run `internfeed run` on all boards of the server, and print its progress.

    Raises:
        UsageError: the run published nothing.
    """
    names = [str(board.key) for board in server.boards]
    command = [sys.executable, "-m", "pipeline.cli", "run", "--data", str(data), "--boards", ",".join(names)]
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    before, ended, lines = (data / "latest").resolve(), 0, [""]
    with subprocess.Popen(
        [*command, "--today", f"{today:%Y-%m-%dT%H:%M}"],
        env=os.environ | {"INTERNFEED_STAND_IN": server.origin, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if line.partition(": ")[0] in names:
                ended += 1
                if ended % 50 == 0:
                    ERRORS.print(f"{ended} of {len(names)} boards", markup=False)
    if (data / "latest").resolve() == before:
        raise UsageError(f"day {server.day} of the drill published nothing: {lines[-1].strip()}")


def show(rows: Iterable[Outcome]) -> None:
    """Print the outcome of each board as a table."""
    _table(
        ("fault", "expected", "verdict", "listings kept", "values kept", "why"),
        [
            (
                ("" if row.expected else "! ") + row.fault.name,
                " ".join(
                    filter(
                        None,
                        (row.fault.verdict, _proved(row.fault.closes, "closes"), _proved(row.fault.changes, "changes")),
                    )
                ),
                row.verdict,
                f"{row.kept}/{row.listings}",
                f"{row.same}/{row.values}",
                row.error,
            )
            for row in rows
        ],
    )


def _proved(count: int, doing: str) -> str:
    return f"({count} {doing})" if count else ""


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*names, box=None)
    for row in rows:
        table.add_row(*row)
    OUT.print(table, markup=False)
