"""The boards that a command's options select."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawlers.boards.sources import spiders
from crawlers.contract import registry
from crawlers.contract.board import Board
from crawlers.contract.errors import UsageError
from pipeline.cli.nearest import did_you_mean


def known_boards(data: Path, replay: Path | None = None) -> list[Board]:
    """Return the boards of a recorded folder, or else the shipped boards and those in the data folder's boards.csv.

    Raises:
        UsageError: the recorded folder has no boards.csv, or a registry cannot be read.
    """
    if replay is not None:
        files = [recorded_registry(replay)]
    else:
        files = [file for file in (registry.shipped(), data / "boards.csv") if file.is_file()]
    try:
        return registry.load_boards(*files)
    except ValueError as error:
        raise UsageError(str(error)) from error


def recorded_registry(replay: Path) -> Path:
    """Return the registry of a recorded folder.

    Raises:
        UsageError: the folder has none.
    """
    file = replay / "boards.csv"
    if not file.is_file():
        raise UsageError(f"--replay {replay}: no boards.csv there; name a folder that `internfeed run --record` made")
    return file


def choose_boards(known: list[Board], options: argparse.Namespace) -> list[Board]:
    """Return the boards that `--sources` and `--boards` select.

    Raises:
        UsageError: an option names a source or a board that does not exist.
    """
    chosen = known
    if options.sources is not None:
        sources = set(options.sources.split(","))
        readable = spiders().keys() | {board.source for board in known}
        if unknown := sources - readable:
            listed = ", ".join(sorted(unknown))
            hint = did_you_mean(min(unknown), readable) or f"; the sources are {', '.join(sorted(readable))}"
            raise UsageError(f"unknown source {listed}{hint}")
        chosen = [board for board in chosen if board.source in sources]
    if options.boards is not None:
        names = set(options.boards.split(","))
        if unknown := names - {str(board.key) for board in known}:
            listed = ", ".join(sorted(unknown)) + did_you_mean(min(unknown), (str(board.key) for board in known))
            raise UsageError(f"unknown board {listed}; run `internfeed boards list` to see each source/board")
        chosen = [board for board in chosen if str(board.key) in names]
    return chosen
