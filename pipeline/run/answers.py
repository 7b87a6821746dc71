"""The input of a publication: the boards of a run, their answers, and the postings that were read from them."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import microseconds
from crawlers.contract.commit import Commit
from crawlers.contract.journal import SourceJournal, read
from crawlers.contract.plan import ProgressEvent
from crawlers.contract.verdict import Verdict
from normalize import version
from normalize.posting import listing_id
from normalize.vocabulary import ClosedReason, RunScope
from pipeline.lifecycle.guards import DEFAULTS, Settings
from pipeline.lifecycle.merge import Outcome, ReadPosting
from pipeline.lifecycle.state import BoardState
from pipeline.run.judging import NOTHING_CARRIED_OVER, CarriedOver
from pipeline.run.reading import JournalSlice, TaskResult
from pipeline.store.listings import Previous, ranges
from pipeline.store.snapshot import KEEP, DataFolder, Retention
from pipeline.store.staged import Product


@dataclasses.dataclass(frozen=True, slots=True)
class PublishInput:
    """The input of a publication.

    Attributes:
        now: the run's clock.
        names: the boards of the run, with their names for people.
        journals: the journals of the crawl; empty if stored runs are read again.
        reread_all: read every stored posting again, even if its words are the same.
        all_boards: whether the run asked all boards that exist, so that the listings of removed boards grow old too.
        enforce_minimums: whether to check each source's least number of postings, which recordings do not show.
        feed_days: days without a complete answer after which the listings of a board leave the feeds.
        products: the functions that write feeds, descriptors and the report into the staged snapshot.
        notes: notes for the manifest.
    """

    folder: DataFolder
    run_id: str
    now: datetime.datetime
    scope: str = RunScope.INTERNSHIPS
    names: Mapping[BoardKey, str] = dataclasses.field(default_factory=dict)
    journals: Sequence[SourceJournal] = ()
    reread_all: bool = False
    all_boards: bool = False
    enforce_minimums: bool = False
    force: bool = False
    settings: Settings = DEFAULTS
    retention: Retention = KEEP
    feed_days: int = 14
    products: Sequence[Product] = ()
    progress: Callable[[ProgressEvent], None] = lambda event: None
    notes: Sequence[str] = ()

    @property
    def instant(self) -> int:
        """The clock in microseconds since 1970."""
        return microseconds(self.now)


class _StoredAnswer(NamedTuple):
    """An answer in the journals of an earlier run, and its listings that are to be read again, or None for all."""

    key: BoardKey
    run_id: str
    wanted: dict[str, CarriedOver] | None


class CrawlAnswers:
    """The answers of the boards that a run asked.

    Attributes:
        facts: the facts of the sources, by source.
        commits: the commit record of each board that was asked.
    """

    def __init__(self, given: PublishInput, boards: Mapping[BoardKey, BoardState]) -> None:
        self._given = given
        self._boards = boards
        self._committed = {
            BoardKey(journal.source, name): board
            for journal in given.journals
            for name, board in journal.boards.items()
        }
        self.facts = {journal.source: journal.facts for journal in given.journals if journal.facts}
        unfinished = Commit(Verdict.INTERRUPTED, error="the run ended before this board did")
        self.commits = {
            key: self._committed[key].commit if key in self._committed else unfinished for key in given.names
        }

    def slices(self, previous: Previous) -> list[JournalSlice]:
        """Return the slices to read, by source and board: this run's answers, and stored ones to be read again."""
        slices = []
        paths = {journal.source: journal.path for journal in self._given.journals}
        for key, commit in self.commits.items():
            if commit.verdict.was_read and key in self._committed:
                offsets = self._committed[key].offsets.tobytes()
                slices.append(JournalSlice(paths[key.source], key, self._given.run_id, offsets))
        journals: dict[tuple[str, str], SourceJournal] = {}
        for key, run_id, wanted in self._stored_answers(previous):
            if (run_id, key.source) not in journals:
                journals[run_id, key.source] = read(self._given.folder.raw / run_id / f"{key.source}.jsonl")
            journal = journals[run_id, key.source]
            if key.board in journal.boards:
                offsets = journal.boards[key.board].offsets.tobytes()
                slices.append(JournalSlice(journal.path, key, run_id, offsets, wanted))
        return sorted(slices, key=lambda piece: piece.key)

    def known_out(self) -> tuple[str, ...]:
        """Return the files with the words that were out of scope in the last answers before this run."""
        if self._given.scope == RunScope.ALL:
            return ()
        runs = {run for key in self.commits if key in self._boards and (run := self._boards[key].answered_run)}
        paths = (_out_of_scope_file(self._given.folder.raw / run_id) for run_id in sorted(runs))
        return tuple(str(path) for path in paths if path.exists())

    def _stored_answers(self, previous: Previous) -> Iterator[_StoredAnswer]:
        """Yield the stored answers that newer extractors should read again.

        A board's last answer is read completely; of an earlier answer, only the listings that no later answer showed.
        """
        for key, board in self._boards.items():
            commit = self.commits.get(key)
            kept = {listing_id(*key, name) for name in commit.kept} if commit else set()
            in_force = kept or (commit is not None and commit.verdict is Verdict.UNCHANGED)
            is_outdated = board.normalizer_version != version.NORMALIZER_VERSION
            if not self._given.reread_all and not (in_force and is_outdated):
                continue
            if board.answered_run:
                yield _StoredAnswer(key, board.answered_run, _wanted(kept) if kept else None)
            start, stop = previous.ranges.get(key, (0, 0))
            rows = previous.plan.slice(start, stop - start)
            left_scope = pc.fill_null(pc.equal(rows["closed_reason"], ClosedReason.LEFT_SCOPE), False)
            rows = rows.filter(pc.invert(left_scope))  # the words by which a listing left are not those of its row
            by_run: dict[str, list[str]] = {}
            for run_id, listing in zip(rows["run_id"].to_pylist(), rows["listing_id"].to_pylist(), strict=True):
                if run_id != board.answered_run and (not kept or listing in kept):
                    by_run.setdefault(run_id, []).append(listing)
            for run_id, listings in sorted(by_run.items()):
                yield _StoredAnswer(key, run_id, _wanted(listings))


def _wanted(listings: set[str] | list[str]) -> dict[str, CarriedOver]:
    return dict.fromkeys(listings, NOTHING_CARRIED_OVER)


class PostingsByBoard:
    """The postings that tasks read, by board."""

    def __init__(self, results: Sequence[TaskResult]) -> None:
        self._tables: dict[BoardKey, list[tuple[pa.Table, int]]] = {}  # with the position of the task's first row
        first = 0
        for result in results:
            table = read_table(result)
            for key, (start, stop) in ranges(table).items():
                self._tables.setdefault(key, []).append((table.slice(start, stop - start), first))
            first += result.rows

    def __contains__(self, key: BoardKey) -> bool:
        return key in self._tables

    def of(self, key: BoardKey) -> list[ReadPosting]:
        """Return the postings of a board; positions count the rows of all tasks."""
        return [posting for table, first in self._tables.get(key, ()) for posting in postings_of(table, first)]


def read_table(result: TaskResult) -> pa.Table:
    """Return the postings of a task as a table."""
    with pa.memory_map(str(result.files.postings)) as source:
        return pa.ipc.open_file(source).read_all()


def postings_of(table: pa.Table, first: int) -> Iterator[ReadPosting]:
    """Yield the postings of a table.

    Args:
        first: the position of the task's first row among the rows of all tasks.
    """
    columns = (table[name].to_pylist() for name in ReadPosting._fields)
    for values in zip(*columns, strict=True):
        posting = ReadPosting(*values)
        position = posting.position + first if posting.position >= 0 else -1
        yield posting._replace(outcome=Outcome(posting.outcome), position=position)


def _out_of_scope_file(raw_run: Path) -> Path:
    """Return the file with the words of a raw run that today's extractors found out of scope."""
    return raw_run / f"out-of-scope-{version.NORMALIZER_VERSION}.npy"


def keep_out_of_scope(given: PublishInput, results: Sequence[TaskResult], work: Path) -> None:
    """Write the words that are out of scope next to their raw journals, so that they are not read again."""
    if given.scope == RunScope.ALL:
        return
    by_run: dict[str, list[np.ndarray]] = {}
    for result in results:
        by_run.setdefault(result.run_id, []).append(np.load(result.files.out_of_scope))
    for run_id, hashes in by_run.items():
        path = _out_of_scope_file(given.folder.raw / run_id)
        if path.exists():
            hashes.append(np.load(path))
        np.save(work / path.name, np.unique(np.concatenate(hashes)))
        os.replace(work / path.name, path)
        for other in path.parent.glob("out-of-scope-*.npy"):  # of other extractors; nothing reads them any more
            if other != path:
                other.unlink()


def keep_rejected(given: PublishInput, results: Sequence[TaskResult]) -> None:
    """Keep the records of rejected postings with their reasons, so that somebody can repair the cause."""
    if not any(result.rejected for result in results):
        return
    given.folder.rejected.mkdir(exist_ok=True)
    with (given.folder.rejected / f"{given.run_id}.jsonl").open("wb") as kept:
        for result in results:
            kept.write(result.files.rejected.read_bytes())
