"""The ledger of an operator's boards: those of registries, the candidates, and what runs know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from crawlers.boards.sources import host_of
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.candidates import Candidate, load_candidates
from crawlers.contract.errors import UsageError
from pipeline.cli.choose import known_boards
from pipeline.lifecycle.ledger import Entry, entry_of
from pipeline.store import snapshot
from pipeline.store.boards import load_boards as load_board_states

_COLUMNS = (
    "verdict error run_id complete requests listings_open first_run last_ok consecutive_failures gone_since barren_runs"
)


class Ledger(NamedTuple):
    """The boards of a data folder.

    Attributes:
        boards: every board by its name, candidates included.
        entries: the entry of each.
    """

    boards: dict[BoardKey, Board]
    entries: list[Entry]

    def host_of(self, key: BoardKey) -> str:
        """Return the host that a board's requests go to."""
        return host_of(self.boards[key])


def candidates_file(data: Path) -> Path:
    """Return the file of the candidates that were found."""
    return data / "candidates.csv"


def candidates_of(data: Path) -> dict[BoardKey, Candidate]:
    """Return the candidates by their names.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        return {candidate.as_board.key: candidate for candidate in load_candidates(candidates_file(data))}
    except ValueError as error:
        raise UsageError(str(error)) from error


def read_ledger(data: Path, chosen: Iterable[Board] | None = None) -> Ledger:
    """Return the ledger of a data folder.

    Args:
        chosen: only these boards; None for all known boards and candidates.

    Raises:
        UsageError: a registry or the file of candidates cannot be read.
    """
    found: Mapping[BoardKey, Candidate] = candidates_of(data)
    if chosen is None:
        boards = {candidate.as_board.key: candidate.as_board for candidate in found.values()}
        boards |= {board.key: board for board in known_boards(data)}
    else:
        boards = {board.key: board for board in chosen}
    states = load_board_states(snapshot.DataFolder(data).latest(), _COLUMNS.split())
    return Ledger(boards, [entry_of(key, states.get(key), found.get(key)) for key in sorted(boards)])
