"""The progress of a run: bars on a terminal, plain lines in a log."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from crawlers.contract.plan import ProgressEvent

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
OUT = Console(highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 160)


class Reporter:
    """Prints the events of a run on standard error; standard output is left to the command's result."""

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

    def __call__(self, event: ProgressEvent) -> None:
        """Print one event: a stage with ``done`` and ``of``, a note, a finished board, or the ``end`` of the run."""
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

    def _stage(self, stage: str, event: ProgressEvent) -> None:
        if stage not in self._tasks:
            self._finish()
            self._tasks[stage] = self._progress.add_task(stage, total=event.get("boards") or event.get("of"))
        if "done" in event:
            self._progress.update(self._tasks[stage], completed=event["done"], total=event.get("of"))

    def _finish(self) -> None:
        """Fill the bar of a finished stage whose total was not known."""
        for task in self._progress.tasks:
            if task.total is None:
                self._progress.update(task.id, completed=1, total=1)

    def advance(self, event: ProgressEvent) -> None:
        """Count a finished board without printing its verdict."""
        if self._bars and "crawl" in self._tasks:
            self._progress.advance(self._tasks["crawl"])

    def _board(self, event: ProgressEvent) -> None:
        self.advance(event)
        if event["verdict"] == "skipped":  # a source that cannot be read is named once, not for every board
            if event["source"] not in self._skipped and not self._quiet:
                self.say(f"{event['source']}: skipped, {event.get('error') or 'no reason given'}")
            self._skipped.add(event["source"])
            return
        detail = event.get("error") or f"{event.get('postings', 0)} postings"
        if not self._quiet and (not self._bars or event.get("error")):
            self.say(f"{event['source']}/{event['board']}: {event['verdict']}, {detail}")

    def say(self, text: str) -> None:
        """Print one line on standard error."""
        ERRORS.print(text, markup=False)
