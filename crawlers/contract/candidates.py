"""Candidates: boards that were found and are in no registry, with where they were found and what they showed."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crawlers.contract.board import Board
from crawlers.contract.registry import problem_of
from crawlers.contract.tables import read_table, read_text


class Candidate(NamedTuple):
    """A board that was found; the fields are the columns of ``candidates.csv``.

    Attributes:
        source, board, name, url, request_json: the board, as in a registry.
        found_on: the day on which it was first found, as YYYY-MM-DD.
        found_in: the list, the page or the posting in which its address was.
        address: the address by which it was recognised.
        addresses: how many addresses of the list belong to it.
        probed_on: the day on which it was crawled once; empty if it was not.
        verdict: the verdict of that crawl.
        postings: the postings that the crawl showed.
        internships: those of the postings that may be internships.
        reason: the reason for a verdict other than ok, in one line.
    """

    source: str
    board: str
    name: str = ""
    url: str = ""
    request_json: str = ""
    found_on: str = ""
    found_in: str = ""
    address: str = ""
    addresses: int = 1
    probed_on: str = ""
    verdict: str = ""
    postings: int = 0
    internships: int = 0
    reason: str = ""

    @property
    def as_board(self) -> Board:
        """The board, as a registry states it.

        >>> Candidate("lever", "acme", "Acme").as_board.key
        BoardKey(source='lever', board='acme')
        """
        return Board(self.source, self.board, self.name, self.url or None, self.request_json or None)


_COUNTS = ("addresses", "postings", "internships")


def load_candidates(file: Path) -> list[Candidate]:
    """Return the candidates of a file, none where the file does not exist.

    Raises:
        ValueError: the file is not a list of candidates. The message is one line.
    """
    if not file.is_file():
        return []
    candidates = []
    for line, values, problem in read_table(read_text(file), str(file)).rows:
        known: dict[str, str | int] = {name: values[name] for name in Candidate._fields if values.get(name)}
        if wrong := next((name for name in _COUNTS if not str(known.get(name, 0)).isdecimal()), None):
            problem = problem or f'the column "{wrong}" is not a number'
        if problem := problem or problem_of({"source": "", "board": ""} | values):
            raise ValueError(f"{file}, line {line}: {problem}")
        known |= {name: int(known[name]) for name in _COUNTS if name in known}
        candidates.append(Candidate(**known))  # type: ignore[arg-type] # the values are texts but for the counts
    return candidates


def save_candidates(file: Path, candidates: Iterable[Candidate]) -> None:
    """Write candidates in order of their names; if writing fails, the earlier file stays as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Candidate._fields)
        writer.writerows(sorted(candidates))
    os.replace(fresh, file)
