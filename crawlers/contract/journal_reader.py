"""Raw journals: what the crawl wrote, read back.

A journal is one file per source and run. A board's lines count from its last ``begin`` to the
``commit`` of the same attempt; everything else is an attempt that did not end. A line cut off by a
kill is dropped and counted. Postings stay in the file: only their places are kept in memory.
"""

from __future__ import annotations

import dataclasses
import re
from array import array
from mmap import mmap
from pathlib import Path
from typing import Any

import orjson

Record = dict[str, Any]
Buffer = bytes | mmap
_BODY = b',"posting":'
_POSTING_ID = re.compile(rb'[^\n]*?"posting_id":("(?:[^"\\\n]|\\.)*")')


def _places() -> array[int]:
    return array("Q")


@dataclasses.dataclass(slots=True)
class BoardRun:
    """One board's committed run in a journal.

    Attributes:
        begin: the begin record, with the board's name and address.
        commit: the commit record, with the verdict.
        places: where each posting's line begins in the file.
    """

    board: str
    begin: Record
    commit: Record = dataclasses.field(default_factory=dict)
    places: array[int] = dataclasses.field(default_factory=_places)


@dataclasses.dataclass(slots=True)
class Journal:
    """What a journal holds besides its postings.

    Attributes:
        facts: the source record: redistribution, attribution, terms.
        boards: the committed runs, by board.
        torn: lines that are no record, those that a resumed crawl cut off among them.
    """

    path: Path
    source: str
    facts: Record = dataclasses.field(default_factory=dict)
    boards: dict[str, BoardRun] = dataclasses.field(default_factory=dict)
    torn: int = 0


def read(path: Path) -> Journal:
    """Return the committed board runs of a journal; one that does not exist has none.

    >>> read(Path("/nowhere/lever.jsonl")).boards
    {}
    """
    journal = Journal(path, path.stem)
    if not path.exists():
        return journal
    begun: dict[str, BoardRun] = {}
    offset = 0
    with path.open("rb") as lines:
        for line in lines:
            place, offset = offset, offset + len(line)
            try:
                record = _head(line)
                kind = record["type"]
                if kind == "source":
                    journal.torn += record.pop("torn", 0)  # cut off when the crawl went on
                    journal.facts = record
                    continue
                board = record["board"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                journal.torn += 1
                continue
            if kind == "begin":
                begun[board] = BoardRun(board, record)
                journal.boards.pop(board, None)
                continue
            run = begun.get(board)
            if kind == "commit":
                if run is None:  # a skipped board was never begun
                    run = BoardRun(board, record)
                if run.begin.get("attempt") == record.get("attempt"):
                    run.commit = record
                    journal.boards[board] = run
            elif kind == "posting" and run and run.begin.get("attempt") == record.get("attempt"):
                run.places.append(place)
    return journal


def _head(line: bytes) -> Record:
    """Parse a line, of a posting only what stands before the posting itself."""
    if not line.endswith(b"\n"):
        raise orjson.JSONDecodeError("cut off", "", 0)
    body = line.find(_BODY, 0, 400) if line.startswith(b'{"type":"posting"') else -1
    record: Record = orjson.loads(line[:body] + b"}" if body > 0 else line)
    return record


def read_run(folder: Path) -> list[Journal]:
    """Return the journals of a raw run, by source.

    >>> read_run(Path("/nowhere"))
    []
    """
    return [read(path) for path in sorted(folder.glob("*.jsonl"))]


def line_at(journal: Buffer, place: int) -> tuple[Record, bool]:
    """Return the posting whose line begins at a place, and whether more of it than its list was read.

    Raises:
        ValueError: the line is no posting.
    """
    try:
        line = orjson.loads(journal[place : journal.find(b"\n", place)])
        return line["posting"], line.get("whole", True)
    except (KeyError, TypeError) as error:
        raise ValueError("not a posting") from error


def posting_id_at(journal: Buffer, place: int) -> str:
    """Return the id of the posting whose line begins at a place; it stands near its begin.

    Raises:
        ValueError: the line is no posting.

    >>> posting_id_at(b'{"type":"posting","posting":{"source":"lever","posting_id":"a\\\\"7","url":"u"}}\\n', 0)
    'a"7'
    """
    found = _POSTING_ID.match(journal, place, place + 2000)
    if found is not None:
        return str(orjson.loads(found[1]))
    return str(line_at(journal, place)[0].get("posting_id"))
