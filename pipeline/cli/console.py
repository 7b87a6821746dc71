"""What a run says while it works: bars on a terminal, plain lines in a log."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from typing import Any, ClassVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Event = dict[str, Any]
ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
OUT = Console(highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 160)


class Outlet(io.FileIO):
    """A standard stream that outlasts its reader: after the first failed write, output is discarded.

    Attributes:
        streaming: a failed write is raised, since the command has nothing to do but to write.
        failed: the error of the first failed write of the process, None while all was written.
    """

    streaming: ClassVar[bool] = False
    failed: ClassVar[OSError | None] = None

    def write(self, data: Any, /) -> int:
        """Write bytes; discard them, and all that follow, where nobody can read them."""
        try:
            return super().write(data)
        except OSError as error:
            Outlet.failed = Outlet.failed or error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if Outlet.streaming:
                raise
            return len(data)


def prepare_streams(streaming: bool = False) -> None:
    """Let standard output and error outlast a closed reader, and replace letters that they cannot encode.

    Streams that are not files of the process, as in tests, are left as they are.
    """
    Outlet.streaming, Outlet.failed = streaming, None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: no file of the data may take its number
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a stream of the process
    for name, errors in (("stdout", "replace"), ("stderr", "backslashreplace")):
        stream = getattr(sys, name)
        if type(stream) is not io.TextIOWrapper:
            continue
        raw = getattr(stream.buffer, "raw", stream.buffer)
        if not isinstance(raw, io.FileIO) or isinstance(raw, Outlet):
            continue
        stream.flush()
        buffer = io.BufferedWriter(Outlet(stream.fileno(), "w", closefd=False))
        at_once = stream.line_buffering or stream.write_through
        setattr(sys, name, io.TextIOWrapper(buffer, stream.encoding, errors, line_buffering=at_once))


def flush_streams() -> str:
    """Write out what is buffered; return the reason why output was lost, empty where the reader only stopped."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    error = Outlet.failed
    return "" if error is None or error.errno == errno.EPIPE else error.strerror or str(error)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, with escapes for letters where the output is not UTF-8."""
    print(json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "utf-8").lower().startswith("utf")))


class Reporter:
    """Shows events of a run; standard output stays free for what was asked for."""

    def __init__(self, quiet: bool = False) -> None:
        self._bars = ERRORS.is_terminal and not quiet
        self._quiet = quiet
        self._skipped: set[str] = set()
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=ERRORS
        )

    def __enter__(self) -> Reporter:
        if self._bars:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        if self._bars:
            self._finish()
            self._progress.stop()
            self._bars = False

    def __call__(self, event: Event) -> None:
        """Show one event: a stage with ``done`` and ``of``, a note, a board that ended, or the ``end`` of it all."""
        stage = event.get("stage", "")
        if stage == "note":
            self.say(event["text"])
        elif stage == "board":
            self._board(event)
        elif stage == "end":
            self._end()
        elif self._bars:
            self._stage(stage, event)
        elif not event.get("done") and not self._quiet:
            self.say(f"{stage}: {event['boards']} boards" if "boards" in event else stage)

    def _stage(self, stage: str, event: Event) -> None:
        if stage not in self._tasks:
            self._finish()
            self._tasks[stage] = self._progress.add_task(stage, total=event.get("boards") or event.get("of"))
        if "done" in event:
            self._progress.update(self._tasks[stage], completed=event["done"], total=event.get("of"))

    def _finish(self) -> None:
        """Fill the bar of the stage that ended, where it was not known how much there was to do."""
        for task in self._progress.tasks:
            if task.total is None:
                self._progress.update(task.id, completed=1, total=1)

    def advance(self, event: Event) -> None:
        """Count a board that ended, where another place says how."""
        if self._bars and "crawl" in self._tasks:
            self._progress.advance(self._tasks["crawl"])

    def _board(self, event: Event) -> None:
        self.advance(event)
        if event["verdict"] == "skipped":  # a source that cannot be read is named once, not board by board
            if event["source"] not in self._skipped and not self._quiet:
                self.say(f"{event['source']}: skipped, {event.get('error') or 'no reason given'}")
            self._skipped.add(event["source"])
            return
        detail = event.get("error") or f"{event.get('postings', 0)} postings"
        if not self._quiet and (not self._bars or event.get("error")):
            self.say(f"{event['source']}/{event['board']}: {event['verdict']}, {detail}")

    def say(self, text: str) -> None:
        """Print one line for people."""
        ERRORS.print(text, markup=False)


def fail(message: str) -> None:
    """Print one line that says what is wrong and what would be right."""
    ERRORS.print(f"internfeed: {message}", markup=False)
