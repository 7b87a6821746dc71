"""The command that plays boards with faults on this machine; the server is handed in."""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from normalize.columns import COLUMNS
from pipeline.cli.console import ERRORS, OUT
from pipeline.run.cycle import Usage

HELP = "a local board server with faults"
EXAMPLE = "internfeed drill --check"
VALUES = ("description_text", *(column.name for column in COLUMNS if column.group in ("duration", "pay", "remote")))
_BETWEEN = datetime.timedelta(days=8)  # from the first day to the second: by then every posting's page is due


class Tools(NamedTuple):
    """What the crawlers can do.

    Attributes:
        faults: what a board can do wrong, by name.
        server: makes the server, of port, replay folder and fault.
        save: writes boards to a registry file.
        check: crawls boards once, asking the server at an origin in every host's place.
    """

    faults: Mapping[str, Any]
    server: Callable[[int, Path | None, str], Any]
    save: Callable[[Path, Iterable[Any]], None]
    check: Callable[[Sequence[Any], str], Iterable[dict[str, Any]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--list", action="store_true", help="name the faults and the verdict each must have")
    parser.add_argument("--check", action="store_true", help="play both days and compare what was published")
    parser.add_argument(
        "--day", type=int, choices=(1, 2), default=2, help="1: every board behaves; 2: each plays its fault (2)"
    )
    parser.add_argument("--fault", default="none", metavar="NAME", help="with --replay: what every board does")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="play the recorded boards of a folder")
    parser.add_argument("--port", type=int, default=8700, metavar="N", help="where to listen, 0 for any (8700)")
    parser.add_argument(
        "--data", type=Path, default=Path("data/drill"), metavar="DIR", help="where its boards.csv goes (data/drill)"
    )


def run(options: argparse.Namespace, tools: Tools) -> int:
    """Run the command; return the exit status.

    Raises:
        Usage: there is no such fault or folder, or nobody can listen there.
    """
    if options.list:
        _table(
            ("fault", "verdict", "what the board does"), [(f.name, f.verdict, f.about) for f in tools.faults.values()]
        )
        return 0
    if options.fault not in tools.faults:
        raise Usage(f"unknown fault {options.fault}; internfeed drill --list names them")
    if options.replay and not (options.replay / "boards.csv").is_file():
        raise Usage(f"--replay {options.replay}: no boards.csv there; a recorded folder has boards.csv and index.jsonl")
    try:
        server = tools.server(0 if options.check else options.port, options.replay, options.fault)
    except (ValueError, OSError, OverflowError) as error:
        raise Usage(f"drill: {error}") from error
    with server:
        if not options.check:
            server.day = options.day
            return _serve(options, server, tools)
        return _try_recorded(server, tools) if options.replay else _compare(server, tools)


def _serve(options: argparse.Namespace, server: Any, tools: Tools) -> int:
    tools.save(options.data / "boards.csv", server.boards)
    names = ",".join(f"{board.source}/{board.board}" for board in server.boards)
    OUT.print(f"{len(server.boards)} boards at {server.origin}, until Ctrl-C; crawl them with", markup=False)
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


def _try_recorded(server: Any, tools: Tools) -> int:
    """Crawl every recorded board once and show how each ends."""
    commits = zip(server.boards, tools.check(server.boards, server.origin), strict=True)
    rows = [(f"{board.source}/{board.board}", commit["verdict"], commit["error"] or "") for board, commit in commits]
    _table(("board", "verdict", "why"), rows)
    OUT.print("how recorded boards must end is not known: see what each says", markup=False)
    return 0


class Outcome(NamedTuple):
    """How the second day of a drill left one board.

    Attributes:
        fault: what the board did.
        verdict: how its crawl ended.
        error: why.
        listings: listings that were open after the first day.
        kept: those that still are.
        values: values that these listings stated after the first day.
        same: those that they still state.
        changed: listings of which some value is another one or none.
    """

    fault: Any
    verdict: str
    error: str
    listings: int
    kept: int
    values: int
    same: int
    changed: int

    @property
    def expected(self) -> bool:
        """Tell whether the board ended as its fault demands, with nothing lost."""
        fault = self.fault
        return (
            self.verdict == fault.verdict
            and self.error.startswith(fault.cause)
            and self.listings > 0
            and self.listings - self.kept == fault.closes
            and self.changed == fault.changes
        )


def outcomes(first: Path, second: Path, faults: Mapping[tuple[str, str], Any]) -> list[Outcome]:
    """Compare the snapshots of both days, board by board.

    Args:
        first: the snapshot of the first day.
        second: the snapshot of the second.
        faults: what the boards do, by source and board.
    """
    before, after = ({row["listing_id"]: row for row in _rows(day, "listings")} for day in (first, second))
    boards = {(row["source"], row["board"]): row for row in _rows(second, "boards")}
    known: dict[tuple[str, str], list[dict[str, Any]]] = {key: [] for key in faults}
    for row in before.values():
        if row["status"] == "open":
            known[row["source"], row["board"]].append(row)
    return [_outcome(fault, boards[key], known[key], after) for key, fault in faults.items()]


def _outcome(
    fault: Any, board: Mapping[str, Any], known: list[dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> Outcome:
    kept = values = same = changed = 0
    for row in known:
        now = after.get(row["listing_id"], {})
        kept += now.get("status") == "open"
        stated = [name for name in VALUES if row[name] not in (None, "unknown")]
        unchanged = sum(now.get(name) == row[name] for name in stated)
        values, same, changed = values + len(stated), same + unchanged, changed + (unchanged < len(stated))
    return Outcome(fault, board["verdict"], board["error"] or "", len(known), kept, values, same, changed)


def _rows(snapshot: Path, dataset: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    names = ["source", "board", *(("verdict", "error") if dataset == "boards" else ("listing_id", "status", *VALUES))]
    rows: list[dict[str, Any]] = pq.read_table(snapshot / dataset, columns=names).to_pylist()
    return rows


def _compare(server: Any, tools: Tools) -> int:
    """Run both days with everything on, as a user would, and compare what was published."""
    now = datetime.datetime.now(datetime.UTC)
    days = []
    with tempfile.TemporaryDirectory(prefix="internfeed-drill-") as folder:
        tools.save(Path(folder) / "boards.csv", server.boards)
        said = "day {}: {} boards {}, all manners on (about {})"
        for day, doing, time in ((1, "behave", "a minute"), (2, "play their faults", "two minutes")):
            server.day = day
            ERRORS.print(said.format(day, len(server.boards), doing, time), markup=False)
            _crawl(Path(folder), server, now - (2 - day) * _BETWEEN)
            days.append((Path(folder) / "latest").resolve())
        rows = outcomes(days[0], days[1], {board.key: fault for board, fault in server.faults.items()})
    show(rows)
    wrong = sum(not row.expected for row in rows)
    OUT.print(f"{wrong} of {len(rows)} boards ended otherwise" if wrong else "every board ended as expected")
    return 3 if wrong else 0


def _crawl(data: Path, server: Any, today: datetime.datetime) -> None:
    """Run `internfeed run` on all boards of the server, and say how far it is.

    Raises:
        Usage: it published nothing.
    """
    names = [f"{board.source}/{board.board}" for board in server.boards]
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
        raise Usage(f"day {server.day} of the drill published nothing: {lines[-1].strip()}")


def show(rows: Iterable[Outcome]) -> None:
    """Print how each board ended, as a table."""
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
