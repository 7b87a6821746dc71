"""The beginning of a run: a new run, or the continuation of one that did not end."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from crawlers.contract.board import Board
from crawlers.contract.clock import instant_of, run_id_of
from crawlers.contract.errors import UsageError
from crawlers.contract.plan import PAGE_DAYS, ProgressEvent
from normalize import version
from normalize.vocabulary import RunScope
from pipeline.lifecycle.guards import DEFAULTS
from pipeline.run.publish import Published
from pipeline.store.run_state import NAME, RunKind, RunRequest, RunState, read_run_state, write_run_state
from pipeline.store.snapshot import KEEP, RUN_ID, DataFolder, Retention
from pipeline.store.staged import Product

_RESUMABLE_FOR = datetime.timedelta(days=1)


@dataclasses.dataclass
class Options:
    """The options of a run.

    Attributes:
        all_boards: whether the boards are all that exist, so that the listings of removed boards grow old.
        today: the run's clock; None means now.
        resume: continue the last run that did not end; it is an error if there is none.
        replay: the folder of recordings, None for a live crawl.
        record: the folder in which to keep every response, or None.
        unconfirmed_days: days after which a listing closes that no complete answer has confirmed.
        stale_days: days after its posting from which a listing is old.
        feed_days: days without a complete answer after which the listings of a board leave the feeds.
        page_days: days after which a posting's own page is read again, even if its list has not changed.
        planned: whether the ledger chose the boards, so that an interrupted run may have had others.
        products: the functions that write feeds, descriptors and the report into the staged snapshot.
    """

    data: Path
    boards: Sequence[Board] = ()
    all_boards: bool = False
    scope: str = RunScope.INTERNSHIPS
    today: datetime.datetime | None = None
    resume: bool = False
    force: bool = False
    replay: Path | None = None
    record: Path | None = None
    unconfirmed_days: int = DEFAULTS.unconfirmed_days
    stale_days: int = DEFAULTS.stale_days
    feed_days: int = 14
    page_days: int = PAGE_DAYS
    retention: Retention = KEEP
    progress: Callable[[ProgressEvent], None] = lambda event: None
    planned: bool = False
    products: Sequence[Product] = ()


@dataclasses.dataclass(slots=True)
class RunInProgress:
    """A run that has begun.

    Attributes:
        raw: the folder of its state and its journals.
        notes: notes for the manifest.
    """

    raw: Path
    state: RunState
    notes: list[str]

    def end(self, published: Published) -> None:
        """Store the result of the run, which is never resumed from then on."""
        manifest = published.manifest
        self.state = dataclasses.replace(
            self.state,
            ended=published.status,
            result=manifest.result,
            failed_checks=tuple(manifest.failed_checks),
        )
        write_run_state(self.raw, self.state)


def begin_crawl(folder: DataFolder, options: Options) -> RunInProgress:
    """Return the run to continue, or a new run.

    A run that is continued keeps the scope, the boards and the folders with which it began; they replace the options.

    Raises:
        UsageError: there is no run to resume, or no board to crawl.
    """
    boards = tuple(sorted(options.boards))
    request = RunRequest(options.scope, options.all_boards, _absolute(options.replay), _absolute(options.record))
    now, notes = _clock(folder, options.today)
    unfinished = _unfinished(folder)
    if unfinished is None and options.resume:
        raise UsageError(f"{options.data} holds no interrupted run to resume; run without --resume")
    if unfinished is not None and _is_resumed(unfinished, boards, request, options):
        _keep_request(unfinished, options)
        return RunInProgress(folder.raw / unfinished.run_id, unfinished, [f"resuming run {unfinished.run_id}"])
    if not boards:
        raise UsageError("no board to crawl. Run `internfeed boards list` to see the known boards")
    run_id = run_id_of(now, {"boards": [list(board) for board in boards], "options": request.to_record()})
    return _begin(folder, RunState(run_id, RunKind.CRAWL, now, boards, request), notes)


def begin_normalize(folder: DataFolder, options: Options) -> RunInProgress:
    """Return a new run that reads stored postings again."""
    now, notes = _clock(folder, options.today)
    run_id = run_id_of(now, {"normalize": version.NORMALIZER_VERSION})
    notes.append(f"stored postings were read again with normalizer {version.NORMALIZER_VERSION}")
    return _begin(folder, RunState(run_id, RunKind.NORMALIZE, now), notes)


def _begin(folder: DataFolder, state: RunState, notes: list[str]) -> RunInProgress:
    raw = folder.raw / state.run_id
    write_run_state(raw, state)
    return RunInProgress(raw, state, notes)


def _absolute(path: Path | None) -> str | None:
    return str(path.resolve()) if path else None


def _is_resumed(unfinished: RunState, boards: tuple[Board, ...], request: RunRequest, options: Options) -> bool:
    """Tell whether a run continues an unfinished one: on request, or by itself where it is recent and the same."""
    same = unfinished.options == request and (options.planned or unfinished.boards == boards)
    now = options.today or datetime.datetime.now(datetime.UTC)
    return options.resume or (same and now - unfinished.started < _RESUMABLE_FOR)


def _keep_request(unfinished: RunState, options: Options) -> None:
    """Replace the options by those with which the unfinished run began."""
    request = unfinished.options
    if request is None:
        return
    options.scope, options.all_boards = request.scope, request.all_boards
    options.replay = Path(request.replay) if request.replay else None
    options.record = Path(request.record) if request.record else None


def _runs(folder: DataFolder) -> list[str]:
    folders = (folder.raw, folder.snapshots)
    names = {path.name for parent in folders if parent.exists() for path in parent.iterdir()}
    return sorted(name for name in names if RUN_ID.fullmatch(name))


def _unfinished(folder: DataFolder) -> RunState | None:
    """Return the state of the newest run if it is a crawl that did not end, and no newer snapshot was published."""
    runs = [name for name in _runs(folder) if (folder.raw / name / NAME).exists()]
    latest = folder.latest()
    if not runs or (latest is not None and runs[-1] <= latest.name):  # a run may be killed after it has published
        return None
    state = read_run_state(folder.raw / runs[-1])
    return state if state and state.kind is RunKind.CRAWL and state.ended is None else None


def _clock(folder: DataFolder, today: datetime.datetime | None) -> tuple[datetime.datetime, list[str]]:
    """Return the run's clock, later than the clock of every earlier run, and a note if it had to be moved."""
    now = today or datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    runs = _runs(folder)
    if runs and now <= (last := instant_of(runs[-1])):
        later = last + datetime.timedelta(seconds=1)
        stated, taken = f"{now:%Y-%m-%dT%H:%M:%SZ}", f"{later:%Y-%m-%dT%H:%M:%SZ}"
        return later, [f"the clock says {stated}, not after the last run; taken as {taken}"]
    return now, []
