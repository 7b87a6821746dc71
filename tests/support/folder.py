"""A data folder, and boards whose answers the test chooses; the crawl writes journals as the real one does."""

import json
import os
import signal
from pathlib import Path

import pyarrow.parquet as pq

from crawlers.contract.board import Board
from pipeline.run import cycle as runs
from pipeline.run.today import parse_today
from pipeline.store.snapshot import DataFolder, verify


def posting(posting_id, title="Marketing Intern", **fields):
    """Return an invented posting that is clearly an internship."""
    return {
        "posting_id": str(posting_id),
        "url": f"https://boards.example/{posting_id}",
        "title": title,
        "hiring_organization": fields.pop("employer", "Northwind Example"),
        "description": f"A 10-week paid summer internship, number {posting_id}. You will earn $22 per hour.",
        "location": "Lyon, France",
        **fields,
    }


def answer(postings=(), verdict="ok", ids=None, **commit):
    """Return the answer of a board: its postings and its commit record."""
    ids = [record["posting_id"] for record in postings] if ids is None else ids
    return list(postings), {"verdict": verdict, "ids": ids, "postings": len(ids), **commit}


class World:
    """A data folder and its runs."""

    def __init__(self, root: Path) -> None:
        self.data = root
        self.asked: list[tuple[str, str]] = []  # the boards of the last crawl
        self.validators: dict = {}

    def run(self, today, boards, scope="internships", fail=None, **options):
        """Run with the boards' answers. At the answer None, SIGTERM is sent. `fail` is raised after the crawl."""

        def crawl(due, run_dir, now, known):
            self.asked = [(board.source, board.board) for board in due]
            self.validators = known.validators
            for board in due:
                if given := boards[board.source, board.board]:
                    write(run_dir, board, now, *given)
                else:
                    signal.signal(signal.SIGTERM, lambda *_: None)  # a crawl has its own handler, which ends it
                    runs.remember_signals()
                    os.kill(os.getpid(), signal.SIGTERM)
            if fail:
                raise fail

        asked = [Board(source, board, board.title()) for source, board in boards]
        return runs.run(
            runs.Options(
                data=self.data,
                boards=asked,
                scope=scope,
                today=parse_today(today),
                replay=Path("recorded"),
                **options,
            ),
            crawl,
        )

    @property
    def latest(self) -> Path:
        return DataFolder(self.data).latest()

    def table(self, dataset, where=None):
        """Return the rows of a dataset of the newest snapshot, after `verify` found it intact."""
        assert verify(where or self.latest) == []
        return pq.read_table((where or self.latest) / dataset).to_pylist()

    def status(self):
        return {row["posting_id"]: row["closed_reason"] or row["status"] for row in self.table("listings")}

    def changes(self):
        return {row["posting_id"]: row["reason"] or row["change"] for row in self.table("changes")}

    def board(self, name):
        return next(row for row in self.table("boards") if row["board"] == name)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def content(world, dataset="listings"):
    """Return a dataset of the newest snapshot as a table."""
    return pq.read_table(world.latest / dataset)


def write(run_dir, board, now, postings, commit):
    """Append a board's run to its source's journal."""
    attempt = {"board": board.board, "attempt": 1}
    lines = [
        {"type": "source", "source": board.source, "name": board.source, "redistribution": "feed", "attribution": None},
        {"type": "begin", **attempt, "at": now.isoformat(), "name": board.name},
    ]
    for record in postings:
        fields = {name: value for name, value in record.items() if name != "whole"}
        facts = {"source": board.source, "board": board.board, "fetched_at": now.isoformat(), **fields}
        whole = {} if record.get("whole", True) else {"whole": False}
        lines.append({"type": "posting", **attempt, **whole, "posting": facts})
    whole = commit["verdict"] in ("ok", "ok_empty")
    lines.append(
        {"type": "commit", **attempt, "complete": whole, "out_of_scope": 0, "dropped": 0, "error": None, **commit}
    )
    with (run_dir / f"{board.source}.jsonl").open("a") as journal:
        for line in lines:
            journal.write(json.dumps(line, separators=(",", ":")) + "\n")
