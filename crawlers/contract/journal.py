"""Raw journals: what a crawl read, one line at a time, safe against a kill at any moment.

There is one file for each source and run. A board's lines count from its last ``begin`` to the ``commit`` of the same
attempt; everything else is an attempt that did not end. Each line is appended with a single write; the commit is on
the disk before it counts. A line cut off by a kill is dropped and counted. Postings stay in the file: a reader keeps
only their places in memory.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from pathlib import Path
from typing import Any, ClassVar

import orjson

from crawlers.contract.commit import Commit
from normalize.posting import RawPosting

SOURCE, BEGIN, POSTING, COMMIT = "source", "begin", "posting", "commit"
"""The types of records."""
_BODY = "posting"
"""The last key of a posting's record, after which the posting itself stands."""
_BEFORE_BODY = f',"{_BODY}":'.encode()
_HEAD_BYTES = 400
"""A posting's record has no more bytes than these before the posting itself."""
_POSTING_ID = re.compile(rb'[^\n]*?"posting_id":("(?:[^"\\\n]|\\.)*")')
_POSTING_ID_BYTES = 2000

Record = dict[str, Any]
Buffer = bytes | mmap


def _head(kind: str) -> bytes:
    """Return how every line with a record of a type begins."""
    return f'{{"type":"{kind}"'.encode()


_POSTING_HEAD = _head(POSTING)


class JournalWriter:
    """The journal of one source in one run.

    Attributes:
        broken: why a journal of this process could not be written, such as a full disk; the crawl ends then.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = JournalWriter(Path(folder), "lever", {"redistribution": "feed"})
    ...     attempt = journal.begin("acme", {})
    ...     journal.commit("acme", attempt, Commit.from_record({"verdict": "ok"}))
    ...     (Path(folder) / "lever.jsonl").read_text().count("\\n")
    3
    """

    broken: ClassVar[OSError | None] = None

    def __init__(self, run_dir: Path, source: str, facts: dict[str, Any]) -> None:
        with self._noting():
            run_dir.mkdir(parents=True, exist_ok=True)
            path = run_dir / f"{source}.jsonl"
            self._attempts, torn = self._mend(path)
            self._file = path.open("ab", buffering=0)
        self._write({"type": SOURCE, "source": source, **facts, **({"torn": 1} if torn else {})})

    @staticmethod
    def _mend(path: Path) -> tuple[Counter[str], bool]:
        """Cut the file back to its last newline; return how often each board was begun, and whether a line was torn."""
        attempts: Counter[str] = Counter()
        if not path.exists():
            return attempts, False
        whole = 0
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                if line.startswith(_head(BEGIN)):
                    attempts[orjson.loads(line)["board"]] += 1
        torn = whole < path.stat().st_size
        if torn:
            os.truncate(path, whole)
        return attempts, torn

    def _write(self, record: dict[str, Any]) -> None:
        try:
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # half of a character, which JSON can escape and UTF-8 cannot hold, becomes a question mark
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            line = text.encode("utf-8", "replace") + b"\n"
        with self._noting():
            while line:  # an unbuffered write may be short when the disk is nearly full
                line = line[self._file.write(line) :]

    @staticmethod
    @contextmanager
    def _noting() -> Iterator[None]:
        try:
            yield
        except OSError as error:
            JournalWriter.broken = error
            raise

    def begin(self, board: str, facts: dict[str, Any]) -> int:
        """Open a board's next attempt and return its number, from 1."""
        self._attempts[board] += 1
        self._write({"type": BEGIN, "board": board, "attempt": self._attempts[board], **facts})
        return self._attempts[board]

    def posting(self, board: str, attempt: int, posting: RawPosting, whole: bool = True) -> None:
        """Write one posting; not whole is what only the list said, where its own page could not be read."""
        head = {"type": POSTING, "board": board, "attempt": attempt, **({} if whole else {"whole": False})}
        self._write({**head, _BODY: posting.to_dict()})

    def commit(self, board: str, attempt: int, commit: Commit) -> None:
        """End a board's attempt; when this returns, the attempt is on the disk."""
        self._write({"type": COMMIT, "board": board, "attempt": attempt, **commit.to_record()})
        with self._noting():
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclasses.dataclass(slots=True)
class BoardAnswer:
    """One board's committed run in a journal.

    Attributes:
        places: where each posting's line begins in the file.
    """

    board: str
    commit: Commit
    places: array[int]


@dataclasses.dataclass(slots=True)
class SourceJournal:
    """What a source's journal of one run holds besides its postings.

    Attributes:
        facts: the source record: redistribution, attribution, terms.
        boards: the committed runs, by board.
        torn: lines that are no record, those that a resumed crawl cut off among them.
    """

    path: Path
    source: str
    facts: Record = dataclasses.field(default_factory=dict)
    boards: dict[str, BoardAnswer] = dataclasses.field(default_factory=dict)
    torn: int = 0


def read(path: Path) -> SourceJournal:
    """Return the committed board runs of a journal; one that does not exist has none.

    >>> read(Path("/nowhere/lever.jsonl")).boards
    {}
    """
    journal = SourceJournal(path, path.stem)
    if not path.exists():
        return journal
    begun: dict[str, tuple[int | None, array[int]]] = {}  # the attempt, and the places of its postings
    offset = 0
    with path.open("rb") as lines:
        for line in lines:
            place, offset = offset, offset + len(line)
            try:
                record = _parse(line)
                kind = record["type"]
                if kind == SOURCE:
                    journal.torn += record.pop("torn", 0)  # cut off when the crawl went on
                    journal.facts = record
                    continue
                board = record["board"]
                commit = Commit.from_record(record) if kind == COMMIT else None
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                journal.torn += 1
                continue
            attempt = record.get("attempt")
            if kind == BEGIN:
                begun[board] = attempt, array("Q")
                journal.boards.pop(board, None)
                continue
            of, places = begun.get(board, (None, None))
            if commit is not None:
                if places is None:  # a skipped board was never begun
                    journal.boards[board] = BoardAnswer(board, commit, array("Q"))
                elif of == attempt:
                    journal.boards[board] = BoardAnswer(board, commit, places)
            elif kind == POSTING and places is not None and of == attempt:
                places.append(place)
    return journal


def _parse(line: bytes) -> Record:
    """Parse a line, of a posting only what stands before the posting itself."""
    if not line.endswith(b"\n"):
        raise orjson.JSONDecodeError("cut off", "", 0)
    body = line.find(_BEFORE_BODY, 0, _HEAD_BYTES) if line.startswith(_POSTING_HEAD) else -1
    record: Record = orjson.loads(line[:body] + b"}" if body > 0 else line)
    return record


def read_run(folder: Path) -> list[SourceJournal]:
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
        return line[_BODY], line.get("whole", True)
    except (KeyError, TypeError) as error:
        raise ValueError("not a posting") from error


def posting_id_at(journal: Buffer, place: int) -> str:
    """Return the id of the posting whose line begins at a place; it stands near its begin.

    Raises:
        ValueError: the line is no posting.

    >>> posting_id_at(b'{"type":"posting","posting":{"source":"lever","posting_id":"a\\\\"7","url":"u"}}\\n', 0)
    'a"7'
    """
    found = _POSTING_ID.match(journal, place, place + _POSTING_ID_BYTES)
    if found is not None:
        return str(orjson.loads(found[1]))
    return str(line_at(journal, place)[0].get("posting_id"))
