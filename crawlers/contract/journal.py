"""Raw journals: the postings that a crawl read, written so that a kill at any moment loses no finished board.

A journal is one file for each source and run. The lines of a board count from its last ``begin`` to the ``commit`` of
the same attempt; all other lines belong to attempts that did not end. Each line is appended with a single write, and a
commit is on the disk before it counts. A line cut off by a kill is dropped and counted. Postings stay in the file: a
reader keeps only their offsets in memory.
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
from typing import Any, ClassVar, NamedTuple

import orjson

from crawlers.contract.board import Board
from crawlers.contract.commit import Commit
from crawlers.contract.source import SourceFacts
from normalize.posting import RawPosting

SOURCE, BEGIN, POSTING, COMMIT = "source", "begin", "posting", "commit"
"""The types of records."""
_BODY = "posting"
"""The last key of a posting's record; its value is the posting itself."""
_BEFORE_BODY = f',"{_BODY}":'.encode()
_HEAD_BYTES = 400
"""The most bytes of a posting's record before the posting itself."""
_POSTING_ID = re.compile(rb'[^\n]*?"posting_id":("(?:[^"\\\n]|\\.)*")')
_POSTING_ID_BYTES = 2000

Record = dict[str, Any]
Buffer = bytes | mmap


def _head(kind: str) -> bytes:
    """Return the beginning of every line with a record of this type."""
    return f'{{"type":"{kind}"'.encode()


_POSTING_HEAD = _head(POSTING)


class JournalWriter:
    """The journal of one source in one run, open for writing.

    Attributes:
        broken: the error with which a journal of this process could not be written, such as a full disk. It ends the
            crawl.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = JournalWriter(Path(folder), "lever", SourceFacts("Lever"))
    ...     attempt = journal.begin(Board("lever", "acme"), at="2026-11-23T12:00:00Z")
    ...     journal.commit("acme", attempt, Commit.from_record({"verdict": "ok"}))
    ...     (Path(folder) / "lever.jsonl").read_text().count("\\n")
    3
    """

    broken: ClassVar[OSError | None] = None

    def __init__(self, run_dir: Path, source: str, facts: SourceFacts) -> None:
        with self._remember_error():
            run_dir.mkdir(parents=True, exist_ok=True)
            path = run_dir / f"{source}.jsonl"
            self._attempts, torn = self._remove_torn_line(path)
            self._file = path.open("ab", buffering=0)
        self._write({"type": SOURCE, "source": source, **facts.to_record(), **({"torn": 1} if torn else {})})

    @staticmethod
    def _remove_torn_line(path: Path) -> tuple[Counter[str], bool]:
        """Cut the file back to its last newline; return the attempts of each board, and whether a line was torn."""
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

    def _write(self, record: Record) -> None:
        try:
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # a lone surrogate, which UTF-8 cannot encode, becomes a question mark
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            line = text.encode("utf-8", "replace") + b"\n"
        with self._remember_error():
            while line:  # an unbuffered write may be short when the disk is nearly full
                line = line[self._file.write(line) :]

    @staticmethod
    @contextmanager
    def _remember_error() -> Iterator[None]:
        try:
            yield
        except OSError as error:
            JournalWriter.broken = error
            raise

    def begin(self, board: Board, at: str) -> int:
        """Begin a board's next attempt at an instant in ISO 8601; return its number, which counts from 1."""
        self._attempts[board.board] += 1
        attempt = self._attempts[board.board]
        head = {"type": BEGIN, "board": board.board, "attempt": attempt}
        self._write({**head, "at": at, "name": board.name, "url": board.url})
        return attempt

    def posting(self, board: str, attempt: int, posting: RawPosting, detail_read: bool = True) -> None:
        """Write one posting.

        Args:
            detail_read: whether the posting's own page was read, where it has one; if not, only its list was.
        """
        head = {"type": POSTING, "board": board, "attempt": attempt, **({} if detail_read else {"whole": False})}
        self._write({**head, _BODY: posting.to_dict()})

    def commit(self, board: str, attempt: int, commit: Commit) -> None:
        """Write the commit record of a board's attempt, and wait until it is on the disk."""
        self._write({"type": COMMIT, "board": board, "attempt": attempt, **commit.to_record()})
        with self._remember_error():
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclasses.dataclass(slots=True)
class CommittedBoard:
    """One board's committed attempt in a journal.

    Attributes:
        offsets: the offset of each posting's line in the file, in bytes.
    """

    board: str
    commit: Commit
    offsets: array[int]


@dataclasses.dataclass(slots=True)
class SourceJournal:
    """A source's journal of one run, without its postings.

    Attributes:
        facts: the facts of the source; None if the journal does not state them.
        boards: the committed attempts, by board.
        torn: lines that could not be read, including those that a resumed crawl cut off.
    """

    path: Path
    source: str
    facts: SourceFacts | None = None
    boards: dict[str, CommittedBoard] = dataclasses.field(default_factory=dict)
    torn: int = 0


def read(path: Path) -> SourceJournal:
    """Return a journal's committed boards; a journal that does not exist has none.

    >>> read(Path("/nowhere/lever.jsonl")).boards
    {}
    """
    journal = SourceJournal(path, path.stem)
    if not path.exists():
        return journal
    begun: dict[str, tuple[int | None, array[int]]] = {}  # the attempt, and the offsets of its postings
    end = 0
    with path.open("rb") as lines:
        for line in lines:
            start, end = end, end + len(line)
            try:
                record = _parse(line)
                kind = record["type"]
                if kind == SOURCE:
                    journal.torn += record.pop("torn", 0)  # cut off when the crawl went on
                    journal.facts = SourceFacts.from_record(record)
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
            begun_attempt, offsets = begun.get(board, (None, None))
            if commit is not None:
                if offsets is None:  # a skipped board was never begun
                    journal.boards[board] = CommittedBoard(board, commit, array("Q"))
                elif begun_attempt == attempt:
                    journal.boards[board] = CommittedBoard(board, commit, offsets)
            elif kind == POSTING and offsets is not None and begun_attempt == attempt:
                offsets.append(start)
    return journal


def _parse(line: bytes) -> Record:
    """Parse a line; of a posting's record, only the keys before the posting itself."""
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


class StoredPosting(NamedTuple):
    """A posting in a journal.

    Attributes:
        record: its fields by name.
        detail_read: whether its own page was read, where it has one; if not, only its list was.
    """

    record: Record
    detail_read: bool


def posting_at(journal: Buffer, offset: int) -> StoredPosting:
    """Return the posting whose line begins at an offset.

    Raises:
        ValueError: the line is not a posting.
    """
    try:
        line = orjson.loads(journal[offset : journal.find(b"\n", offset)])
        return StoredPosting(line[_BODY], line.get("whole", True))
    except (KeyError, TypeError) as error:
        raise ValueError("not a posting") from error


def posting_id_at(journal: Buffer, offset: int) -> str:
    """Return the id of the posting whose line begins at an offset, without parsing the line where that is possible.

    Raises:
        ValueError: the line is not a posting.

    >>> posting_id_at(b'{"type":"posting","posting":{"source":"lever","posting_id":"a\\\\"7","url":"u"}}\\n', 0)
    'a"7'
    """
    posting_id = _POSTING_ID.match(journal, offset, offset + _POSTING_ID_BYTES)
    if posting_id is not None:
        return str(orjson.loads(posting_id[1]))
    return str(posting_at(journal, offset).record.get("posting_id"))
