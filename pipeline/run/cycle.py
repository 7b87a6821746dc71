"""One run: crawl the boards, publish the postings that were read, and return the result.

The function that crawls is an argument, so that this package never fetches. Everything that a kill can interrupt is
either a raw journal, which the next run continues, or a staged file, which the next run removes.
"""

from __future__ import annotations

import datetime
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from crawlers.contract.board import Board, BoardKey
from crawlers.contract.commit import Commit
from crawlers.contract.errors import Corrupt, Interrupted, UsageError
from crawlers.contract.journal import SourceJournal, read_run
from crawlers.contract.plan import Pages, ProgressEvent, Validators
from crawlers.contract.verdict import Verdict
from normalize import version
from pipeline.lifecycle.guards import DEFAULTS
from pipeline.lifecycle.state import BoardState
from pipeline.run import rebuild as rebuilding
from pipeline.run.answers import PublishInput
from pipeline.run.publish import Published, publish
from pipeline.run.resume import Options, RunInProgress, begin_crawl, begin_normalize
from pipeline.run.signals import interrupted_by_signals, received_signals, remember_signals, take_signals
from pipeline.store.boards import load_boards
from pipeline.store.manifest import FailingBoard, Manifest, read_manifest
from pipeline.store.schema import READABLE_VERSIONS, SCHEMA_VERSION
from pipeline.store.snapshot import DataFolder, verify
from pipeline.store.staged import Product

__all__ = [
    "Crawl", "Known", "Options", "ProgressEvent", "normalize", "rebuild", "remember_signals", "run", "whole_latest"
]  # fmt: skip
_DATASETS = ("listings", "boards", "changes")


class Known(NamedTuple):
    """The knowledge from the boards' last answers that the crawl uses, by board.

    Attributes:
        validators: by address, the validators with which a host says whether its answer has changed.
        pages: by posting id, when its own page was last read.
    """

    validators: Validators
    pages: Pages


Crawl = Callable[[Sequence[Board], Path, datetime.datetime, Known], None]
"""Crawls boards into the journals of a folder by a clock; returns when each board has its commit record."""


def run(options: Options, crawl: Crawl) -> Published:
    """Crawl, normalize, merge, check and publish; return the result.

    Raises:
        UsageError: there is no run to resume, or no board to crawl.
        Locked: another run holds the data folder.
        Corrupt: the last snapshot is damaged; nothing was changed.
        Interrupted: a signal came; the run can be resumed.
        OSError: a file could not be written; the last snapshot stays as it is.
    """
    folder = DataFolder(options.data)
    with folder.lock(), interrupted_by_signals():
        removed = folder.clean()
        latest = whole_latest(folder)
        begun = begin_crawl(folder, options)
        if removed:
            begun.notes.append(f"removed the remains of an interrupted run: {', '.join(removed)}")
        for note in begun.notes:
            options.progress({"stage": "note", "text": note})
        journals = _crawl(folder, options, begun, latest, crawl)
        commits = {
            BoardKey(journal.source, name): board.commit
            for journal in journals
            for name, board in journal.boards.items()
        }
        if any(commit.verdict.answered for commit in commits.values()):
            published = publish(_publish_input(folder, options, begun, journals))
        else:
            published = _nothing_published(begun, commits)
        begun.end(published)
        return published


def _crawl(
    folder: DataFolder, options: Options, begun: RunInProgress, latest: Path | None, crawl: Crawl
) -> list[SourceJournal]:
    """Crawl the boards that the run's journals do not hold yet; return the journals.

    Raises:
        Interrupted: a signal ended the crawl.
    """
    boards = begun.state.boards
    journals = read_run(begun.raw)
    if remaining := _uncommitted(boards, journals):
        options.progress({"stage": "crawl", "boards": len(remaining), "of": len(boards)})
        known = _known(folder, load_boards(latest), options.scope)
        crawl(remaining, begun.raw, begun.state.started, known)
        take_signals()  # the crawl had handlers of its own
        journals = read_run(begun.raw)
    interrupted = any(
        board.commit.verdict is Verdict.INTERRUPTED for journal in journals for board in journal.boards.values()
    )
    # A signal may come before a board has begun.
    if interrupted or (received_signals and _uncommitted(remaining, journals)):
        raise Interrupted(received_signals[0] if received_signals else signal.SIGTERM)
    return journals


def _publish_input(
    folder: DataFolder, options: Options, begun: RunInProgress, journals: Sequence[SourceJournal]
) -> PublishInput:
    return PublishInput(
        folder=folder,
        run_id=begun.state.run_id,
        now=begun.state.started,
        scope=options.scope,
        names={board.key: board.name for board in begun.state.boards},
        journals=journals,
        all_boards=options.all_boards,
        enforce_minimums=options.replay is None,
        force=options.force,
        settings=DEFAULTS._replace(unconfirmed_days=options.unconfirmed_days, stale_days=options.stale_days),
        retention=options.retention,
        feed_days=options.feed_days,
        products=options.products,
        progress=options.progress,
        notes=begun.notes,
    )


def normalize(options: Options) -> Published:
    """Read all stored postings that the newest snapshot needs again, with today's extractors; return the result.

    Raises:
        UsageError: nothing has been published yet.
        Locked, Corrupt, Interrupted, OSError: as `run`.
    """
    folder = DataFolder(options.data)
    with folder.lock(), interrupted_by_signals():
        folder.clean()
        if whole_latest(folder) is None:
            raise UsageError(f"{options.data} holds no snapshot. Run `internfeed run --data {options.data}` first")
        begun = begin_normalize(folder, options)
        published = publish(
            PublishInput(
                folder=folder,
                run_id=begun.state.run_id,
                now=begun.state.started,
                scope=options.scope,
                reread_all=True,
                force=options.force,
                settings=DEFAULTS._replace(stale_days=options.stale_days),
                retention=options.retention,
                products=options.products,
                progress=options.progress,
                notes=begun.notes,
            )
        )
        begun.end(published)
        return published


def rebuild(data: Path, products: Sequence[Product] = (), stale_days: int = DEFAULTS.stale_days) -> Path:
    """Rebuild the newest snapshot from raw runs and history; return it.

    Args:
        stale_days: as in the run that made it; days after its posting from which a listing is old.

    Raises:
        UsageError: there is no history.
        Corrupt: history and raw runs do not hold the snapshot.
        Locked: another run holds the data folder.
    """
    folder = DataFolder(data)
    if not folder.history.is_dir():
        raise UsageError(f"{data} holds no history to rebuild from")
    with folder.lock(), interrupted_by_signals():
        folder.clean()
        return rebuilding.rebuild(folder, products, DEFAULTS._replace(stale_days=stale_days))


def whole_latest(folder: DataFolder) -> Path | None:
    """Return the newest snapshot after checking that it is intact; None if nothing has been published.

    Raises:
        Corrupt: it is damaged; the message says how to repair it.
    """
    latest = folder.latest()
    repair = f"Repair it with: internfeed rebuild --data {folder.root}"
    if latest is None:
        if any(folder.history.glob("month=*/part-*.parquet")):
            raise Corrupt(f"{folder.root} has a history but no latest snapshot; nothing was touched. {repair}")
        return None
    problems = verify(latest, only=_DATASETS)
    if not problems and (schema := read_manifest(latest).schema_version) not in READABLE_VERSIONS:
        problems = [f"its schema is version {schema}, not {SCHEMA_VERSION}"]
    if problems:
        raise Corrupt(f"the published snapshot {latest.name} is damaged: {problems[0]}; nothing was touched. {repair}")
    return latest


def _uncommitted(boards: Sequence[Board], journals: Sequence[SourceJournal]) -> list[Board]:
    """Return the boards whose crawl did not end in the run's journals."""
    ended = {
        BoardKey(journal.source, name)
        for journal in journals
        for name, board in journal.boards.items()
        if board.commit.verdict is not Verdict.INTERRUPTED
    }
    return [board for board in boards if board.key not in ended]


def _known(folder: DataFolder, boards: Mapping[BoardKey, BoardState], scope: str) -> Known:
    """Return the validators and pages of the boards whose last answer is still stored."""
    stored = {
        key: board
        for key, board in boards.items()
        if board.validators
        and board.scope == scope
        and (
            board.normalizer_version == version.NORMALIZER_VERSION
            or (folder.raw / (board.answered_run or "-") / f"{key.source}.jsonl").exists()
        )
    }
    return Known(
        {key: board.validators for key, board in stored.items() if board.validators},
        {key: board.pages for key, board in stored.items() if board.pages},
    )


def _nothing_published(begun: RunInProgress, commits: Mapping[BoardKey, Commit]) -> Published:
    failing = (FailingBoard(*key, str(commit.verdict), commit.error) for key, commit in commits.items())
    manifest = Manifest(
        run_id=begun.state.run_id,
        result="nothing published: no board answered",
        exit_status=2,
        notes=tuple(begun.notes),
        failing=tuple(failing),
    )
    return Published(2, manifest, None)
