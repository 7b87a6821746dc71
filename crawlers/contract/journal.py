"""The raw journal: what a crawl read, one line at a time, safe against a kill at any moment.

A board's lines count from its last ``begin`` to its ``commit``. Lines are appended with a single
write each and flushed; the commit is on the disk before it counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import orjson

from normalize.posting import RawPosting


class Journal:
    """The journal of one source in one run.

    Attributes:
        broken: why a journal of this process could not be written, such as a full disk; the crawl ends then.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder), "lever", {"redistribution": "feed"})
    ...     attempt = journal.begin("acme", {})
    ...     journal.commit("acme", attempt, {"verdict": "ok"})
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
        self._write({"type": "source", "source": source, **facts, **({"torn": 1} if torn else {})})

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
                if line.startswith(b'{"type":"begin"'):
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
            Journal.broken = error
            raise

    def begin(self, board: str, facts: dict[str, Any]) -> int:
        """Open a board's next attempt and return its number, from 1."""
        self._attempts[board] += 1
        self._write({"type": "begin", "board": board, "attempt": self._attempts[board], **facts})
        return self._attempts[board]

    def posting(self, board: str, attempt: int, posting: RawPosting, whole: bool = True) -> None:
        """Write one posting; not whole is what only the list said, where its own page could not be read."""
        head = {"type": "posting", "board": board, "attempt": attempt, **({} if whole else {"whole": False})}
        self._write({**head, "posting": posting.to_dict()})

    def commit(self, board: str, attempt: int, facts: dict[str, Any]) -> None:
        """End a board's attempt; when this returns, the attempt is on the disk."""
        self._write({"type": "commit", "board": board, "attempt": attempt, **facts})
        with self._noting():
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
