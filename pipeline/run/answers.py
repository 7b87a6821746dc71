"""What is to be published: what a run asked of which boards, what they said, and what was read of it."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import microseconds
from crawlers.contract.commit import Commit
from crawlers.contract.journal import SourceJournal, read
from crawlers.contract.verdict import Verdict
from normalize import version
from normalize.posting import listing_id
from normalize.vocabulary import ClosedReason
from pipeline.lifecycle.merge import DEFAULTS, Reading, Settings
from pipeline.run import reading as readings
from pipeline.store import listings as assemble
from pipeline.store import snapshot
from pipeline.store.boards import BoardState
from pipeline.store.staged import Staged


def _out_of_scope(run_dir: Path) -> Path:
    """Return the file with the words of a run that these extractors found out of scope."""
    return run_dir / f"out-of-scope-{version.NORMALIZER_VERSION}.npy"


@dataclasses.dataclass
class Cycle:
    """What is to be published.

    Attributes:
        now: the run's clock.
        names: the boards that were asked, with their names for people.
        journals: what the crawl wrote; empty where stored runs are read again.
        again: read every stored posting again, whatever its words.
        everything: whether all boards were asked, so that those no longer known grow old too.
        feed_days: listings of boards without a complete answer for so long leave the feeds.
        bounds: whether sources are held to their least number of postings; recordings are not.
        extras: what else is written into a staged snapshot: feeds, descriptors, the report.
    """

    folder: snapshot.DataFolder
    run_id: str
    now: datetime.datetime
    scope: str = "internships"
    names: dict[BoardKey, str] = dataclasses.field(default_factory=dict)
    journals: list[SourceJournal] = dataclasses.field(default_factory=list)
    again: bool = False
    everything: bool = False
    bounds: bool = False
    force: bool = False
    settings: Settings = DEFAULTS
    retention: snapshot.Retention = snapshot.KEEP
    feed_days: int = 14
    extras: Sequence[Callable[[Staged], None]] = ()
    progress: Callable[[dict[str, Any]], None] = lambda event: None
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def instant(self) -> int:
        """The clock in microseconds since 1970."""
        return microseconds(self.now)


class Asked:
    """What the run asked of which boards, and what they said."""

    def __init__(self, cycle: Cycle, boards: dict[BoardKey, BoardState]) -> None:
        self._cycle = cycle
        self._boards = boards
        self.facts = {journal.source: journal.facts for journal in cycle.journals if journal.facts}
        self.runs = {
            BoardKey(journal.source, name): run for journal in cycle.journals for name, run in journal.boards.items()
        }
        lost = Commit(Verdict.INTERRUPTED, error="the run ended before this board did")
        self.commits: dict[BoardKey, Commit] = {
            key: self.runs[key].commit if key in self.runs else lost for key in cycle.names
        }

    def slices(self, previous: assemble.Previous) -> list[tuple[Path, str, str, readings.Slice]]:
        """Return what there is to read, by source and board: this run's answers, and stored ones to be read again."""
        found = []
        paths = {journal.source: journal.path for journal in self._cycle.journals}
        for key, commit in self.commits.items():
            if commit.verdict.was_read and key in self.runs:
                piece = readings.Slice(key.board, self.runs[key].places.tobytes())
                found.append((key, paths[key.source], self._cycle.run_id, piece))
        stored: dict[tuple[str, str], SourceJournal] = {}
        for key, run_id, wanted in self._again(previous):
            if (run_id, key.source) not in stored:
                stored[run_id, key.source] = read(self._cycle.folder.raw / run_id / f"{key.source}.jsonl")
            journal = stored[run_id, key.source]
            if key.board in journal.boards:
                piece = readings.Slice(key.board, journal.boards[key.board].places.tobytes(), wanted)
                found.append((key, journal.path, run_id, piece))
        return [
            (path, key.source, run_id, piece) for key, path, run_id, piece in sorted(found, key=lambda entry: entry[0])
        ]

    def known_out(self) -> tuple[str, ...]:
        """Return the files with the words that were out of scope in the answers before this run's."""
        if self._cycle.scope == "all":
            return ()
        runs = {self._boards[key]["answered_run"] for key in self.commits if key in self._boards} - {None}
        paths = (_out_of_scope(self._cycle.folder.raw / run_id) for run_id in sorted(runs))
        return tuple(str(path) for path in paths if path.exists())

    def _again(self, previous: assemble.Previous) -> list[tuple[BoardKey, str, dict[str, readings.Kept] | None]]:
        """Return the stored board runs that newer extractors should read again, and which listings of them.

        A board's last answer is read whole; of an earlier one only what no later answer showed.
        """
        found: list[tuple[BoardKey, str, dict[str, readings.Kept] | None]] = []
        for key, board in self._boards.items():
            commit = self.commits.get(key)
            kept = {listing_id(*key, name) for name in commit.kept} if commit else set()
            stands = kept or (commit is not None and commit.verdict is Verdict.UNCHANGED)
            if not self._cycle.again and not (stands and board.get("normalizer_version") != version.NORMALIZER_VERSION):
                continue
            answered = board.get("answered_run")
            if answered:
                found.append((key, answered, dict.fromkeys(kept, readings.Kept()) if kept else None))
            start, stop = previous.ranges.get(key, (0, 0))
            rows = previous.plan.slice(start, stop - start)
            left = pc.fill_null(pc.equal(rows["closed_reason"], ClosedReason.LEFT_SCOPE), False)
            rows = rows.filter(pc.invert(left))  # it left by words that its row did not take
            own: dict[str, list[str]] = {}
            for run_id, listing in zip(rows["run_id"].to_pylist(), rows["listing_id"].to_pylist(), strict=True):
                if run_id != answered and (not kept or listing in kept):
                    own.setdefault(run_id, []).append(listing)
            found += [(key, run_id, dict.fromkeys(ids, readings.Kept())) for run_id, ids in sorted(own.items())]
        return found


class Readings:
    """What the tasks read, by board."""

    def __init__(self, done: list[readings.Done]) -> None:
        self._found: dict[BoardKey, list[tuple[pa.Table, int]]] = {}
        first = 0
        for result in done:
            with pa.memory_map(f"{result.out}.readings.arrow") as source:
                table = pa.ipc.open_file(source).read_all()
            for key, (start, stop) in assemble.ranges(table).items():
                self._found.setdefault(key, []).append((table.slice(start, stop - start), first))
            first += result.rows

    def __contains__(self, key: BoardKey) -> bool:
        return key in self._found

    def of(self, key: BoardKey) -> list[Reading]:
        """Return a board's readings."""
        found = []
        for table, first in self._found.get(key, ()):
            columns = [
                table[name].cast(pa.int32()) if name == "valid_through" else table[name] for name in Reading._fields
            ]
            for values in zip(*(column.to_pylist() for column in columns), strict=True):
                reading = Reading(*values)
                found.append(reading._replace(position=reading.position + first) if reading.position >= 0 else reading)
        return found


def keep_out_of_scope(cycle: Cycle, done: list[readings.Done], work: Path) -> None:
    """Note beside the raw journals which words are out of scope, so that they are not read again."""
    if cycle.scope == "all":
        return
    found: dict[str, list[np.ndarray]] = {}
    for result in done:
        found.setdefault(result.run_id, []).append(np.load(f"{result.out}.out.npy"))
    for run_id, hashes in found.items():
        path = _out_of_scope(cycle.folder.raw / run_id)
        if path.exists():
            hashes.append(np.load(path))
        np.save(work / path.name, np.unique(np.concatenate(hashes)))
        os.replace(work / path.name, path)
        for other in path.parent.glob("out-of-scope-*.npy"):  # of other extractors, which nothing reads any more
            if other != path:
                other.unlink()


def keep_rejected(cycle: Cycle, done: list[readings.Done]) -> None:
    """Keep what was set aside, for whoever mends it."""
    if not any(result.rejected for result in done):
        return
    cycle.folder.rejected.mkdir(exist_ok=True)
    with (cycle.folder.rejected / f"{cycle.run_id}.jsonl").open("wb") as kept:
        for result in done:
            kept.write(Path(f"{result.out}.rejected.jsonl").read_bytes())
