"""The command that plays boards with faults on this machine; the server is handed in."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from pipeline.console import OUT
from pipeline.run import Usage

HELP = "a local board server with faults"
EXAMPLE = "internfeed drill --check"


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
    parser.add_argument("--check", action="store_true", help="crawl every board once and compare (about two minutes)")
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
        return _compare(server, tools) if options.check else _serve(options, server, tools)


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


def _compare(server: Any, tools: Tools) -> int:
    """Crawl every board once and compare its verdict with the one it must have."""
    rows, wrong = [], 0
    for board, commit in zip(server.boards, tools.check(server.boards, server.origin), strict=True):
        due = server.expected(board)
        wrong += due is not None and commit["verdict"] != due
        rows.append((f"{board.source}/{board.board}", due or "", commit["verdict"], commit["error"] or ""))
    _table(("board", "due", "verdict", "why"), rows)
    if not any(due for _, due, _, _ in rows):
        OUT.print("how recorded boards must end is not known: see what each says", markup=False)
    else:
        said = f"{wrong} of {len(rows)} verdicts are wrong" if wrong else "every verdict is as it must be"
        OUT.print(said, markup=False)
    return 3 if wrong else 0


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*names, box=None)
    for row in rows:
        table.add_row(*row)
    OUT.print(table, markup=False)
