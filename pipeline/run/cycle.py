"""One run: crawl what is due, publish what was read, and say how it went.

The crawl itself is handed in, so that this room never fetches. Everything that a kill could
interrupt is either a raw journal, which the next run continues, or staged, which it cleans away.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from crawlers.contract.board import Board, BoardKey
from crawlers.contract.clock import instant_of, run_id_of
from crawlers.contract.commit import Commit
from crawlers.contract.errors import Corrupt, Interrupted, UsageError
from crawlers.contract.journal import SourceJournal, read_run
from crawlers.contract.verdict import Verdict
from normalize import version
from pipeline.lifecycle.merge import DEFAULTS
from pipeline.run import publish
from pipeline.run import rebuild as rebuilding
from pipeline.run.answers import Cycle
from pipeline.store import snapshot
from pipeline.store.boards import load_boards
from pipeline.store.schema import READABLE_VERSIONS, SCHEMA_VERSION
from pipeline.store.staged import Staged

Event = dict[str, Any]
_RESUMES_FOR = datetime.timedelta(days=1)
_DATASETS = ("listings", "boards", "changes")


class Known(NamedTuple):
    """What the boards' last answers leave to the crawl, by board.

    Attributes:
        validators: by address, for asking whether anything changed.
        pages: by posting id, when its own page was read last.
    """

    validators: dict[BoardKey, dict[str, Any]]
    pages: dict[BoardKey, dict[str, Any]]


Crawl = Callable[[Sequence[Board], Path, datetime.datetime, Known], None]
"""Crawls boards into the journals of a folder by a clock, with what is known of their last answers; returns when each
board has its commit record."""


@dataclasses.dataclass
class Options:
    """What a run is asked to do.

    Attributes:
        everything: the boards are all there are; boards no longer among them grow old.
        today: the clock; now where it is None.
        resume: continue the last run that did not end, or fail.
        replay: the folder of recordings, if it is no live crawl.
        page_days: days after which a posting's own page is read again, even if its list has not changed.
        feed_days: listings of boards without a complete answer for so long leave the feeds.
    """

    data: Path
    boards: Sequence[Board] = ()
    everything: bool = False
    scope: str = "internships"
    today: datetime.datetime | None = None
    resume: bool = False
    force: bool = False
    replay: Path | None = None
    record: Path | None = None
    unconfirmed_days: int = DEFAULTS.unconfirmed_days
    feed_days: int = 14
    page_days: int = 7
    retention: snapshot.Retention = snapshot.KEEP
    progress: Callable[[Event], None] = lambda event: None
    extras: Sequence[Callable[[Staged], None]] = ()


def run(options: Options, crawl: Crawl) -> publish.Published:
    """Crawl, normalize, merge, check, publish.

    Raises:
        UsageError: nothing to resume, or no board to crawl.
        Locked: another run holds the data folder.
        Corrupt: the last snapshot is not whole; nothing was touched.
        Interrupted: a signal came; the run can be resumed.
        OSError: something could not be written; the last snapshot stays.
    """
    folder = snapshot.DataFolder(options.data)
    with folder.lock(), _signals():
        removed = folder.clean()
        latest = whole_latest(folder)
        state = _begin(folder, options)
        if removed:
            state.notes.append(f"removed what an interrupted run left: {', '.join(removed)}")
        for note in state.notes:
            options.progress({"stage": "note", "text": note})
        boards = load_boards(latest)
        journals = read_run(state.raw)
        if due := _uncommitted(state.boards, journals):
            options.progress({"stage": "crawl", "boards": len(due), "of": len(state.boards)})
            crawl(due, state.raw, state.now, _known(folder, boards, options.scope))
            _take_signals()  # the crawl had them
            journals = read_run(state.raw)
        commits = {
            BoardKey(found.source, name): board.commit for found in journals for name, board in found.boards.items()
        }
        cut = any(commit.verdict is Verdict.INTERRUPTED for commit in commits.values())
        if cut or (_came and _uncommitted(due, journals)):  # a signal may come before a board has begun
            raise Interrupted(_came[0] if _came else signal.SIGTERM)
        if not any(commit.verdict.answered for commit in commits.values()):
            published = _nothing(state, commits)
        else:
            published = publish.publish(
                Cycle(
                    folder=folder,
                    run_id=state.run_id,
                    now=state.now,
                    scope=options.scope,
                    names={board.key: board.name for board in state.boards},
                    journals=journals,
                    everything=options.everything,
                    bounds=options.replay is None,
                    force=options.force,
                    settings=DEFAULTS._replace(unconfirmed_days=options.unconfirmed_days),
                    retention=options.retention,
                    feed_days=options.feed_days,
                    extras=options.extras,
                    progress=options.progress,
                    notes=state.notes,
                )
            )
        state.end(published)
        return published


def normalize(options: Options) -> publish.Published:
    """Read all stored postings that the newest snapshot rests on again, with today's extractors.

    Raises:
        UsageError: nothing was published yet.
        As `run`.
    """
    folder = snapshot.DataFolder(options.data)
    with folder.lock(), _signals():
        folder.clean()
        latest = whole_latest(folder)
        if latest is None:
            raise UsageError(f"{options.data} holds no snapshot to read again; internfeed run makes one")
        now, notes = _clock(folder, options.today)
        run_id = run_id_of(now, {"normalize": version.NORMALIZER_VERSION})
        record: dict[str, Any] = {
            "run_id": run_id,
            "kind": "normalize",
            "started": now.isoformat(),
            "boards": [],
            "ended": None,
        }
        state = _State(folder.raw / run_id, record, notes)
        state.write()
        published = publish.publish(
            Cycle(
                folder=folder,
                run_id=run_id,
                now=now,
                scope=options.scope,
                again=True,
                force=options.force,
                retention=options.retention,
                extras=options.extras,
                progress=options.progress,
                notes=[*notes, f"stored postings were read again with normalizer {version.NORMALIZER_VERSION}"],
            )
        )
        state.end(published)
        return published


def rebuild(data: Path, extras: Sequence[Callable[[Staged], None]] = ()) -> Path:
    """Make the newest snapshot anew from raw runs and history alone; return it.

    Raises:
        Corrupt: history and raw runs do not hold it.
        Locked: another run holds the data folder.
    """
    folder = snapshot.DataFolder(data)
    if not folder.history.is_dir():
        raise UsageError(f"{data} holds no history to rebuild from")
    with folder.lock(), _signals():
        folder.clean()
        return rebuilding.rebuild(folder, extras)


def whole_latest(folder: snapshot.DataFolder) -> Path | None:
    """Return the newest snapshot after making sure that it is whole.

    Raises:
        Corrupt: it is not; the message says how to repair it.
    """
    latest = folder.latest()
    repair = f"Repair it with: internfeed rebuild --data {folder.root}"
    if latest is None:
        if any(folder.history.glob("month=*/part-*.parquet")):
            raise Corrupt(f"{folder.root} has a history but no latest snapshot; nothing was touched. {repair}")
        return None
    problems = snapshot.verify(latest, only=_DATASETS)
    if not problems and (schema := snapshot.read_manifest(latest)["schema_version"]) not in READABLE_VERSIONS:
        problems = [f"its schema is version {schema}, not {SCHEMA_VERSION}"]
    if problems:
        raise Corrupt(
            f"the published snapshot {latest.name} is not whole: {problems[0]}; nothing was touched. {repair}"
        )
    return latest


class _State:
    """A run's own record, kept beside its journals."""

    def __init__(self, raw: Path, record: dict[str, Any], notes: list[str]) -> None:
        self.raw = raw
        self.record = record
        self.notes = notes
        self.run_id: str = record["run_id"]
        self.now = datetime.datetime.fromisoformat(record["started"])
        self.boards = [Board(*board) for board in record["boards"]]

    def write(self) -> None:
        self.raw.mkdir(parents=True, exist_ok=True)
        path = self.raw / "run.json"
        path.with_suffix(".tmp").write_text(json.dumps(self.record, indent=1) + "\n", "utf-8")
        snapshot.sync_path(path.with_suffix(".tmp"))
        os.replace(path.with_suffix(".tmp"), path)

    def end(self, published: publish.Published) -> None:
        """Note how the run ended, so that it is never resumed, and what a run that published nothing has to say."""
        failed = [check for check in published.manifest.get("checks", ()) if not check["ok"]]
        self.record |= {"ended": published.status, "result": published.manifest["result"], "failed_checks": failed}
        self.write()


def _begin(folder: snapshot.DataFolder, options: Options) -> _State:
    """Return the run to continue, or a new one."""
    asked = {
        "scope": options.scope,
        "everything": options.everything,
        "replay": str(options.replay.resolve()) if options.replay else None,
        "record": str(options.record.resolve()) if options.record else None,
    }
    boards = [list(board) for board in sorted(options.boards)]
    now, notes = _clock(folder, options.today)
    unfinished = _unfinished(folder)
    if options.resume and unfinished is None:
        raise UsageError(f"{options.data} holds no interrupted run to resume; run without --resume")
    if unfinished is not None:
        started = datetime.datetime.fromisoformat(unfinished["started"])
        same = unfinished["options"] == asked and unfinished["boards"] == boards
        wall = options.today or datetime.datetime.now(datetime.UTC)
        if options.resume or (same and wall - started < _RESUMES_FOR):
            kept = unfinished["options"]
            options.scope, options.everything = kept["scope"], kept["everything"]
            options.replay, options.record = (kept[name] and Path(kept[name]) for name in ("replay", "record"))
            notes = [f"resuming run {unfinished['run_id']}"]
            return _State(folder.raw / unfinished["run_id"], unfinished, notes)
    if not boards:
        raise UsageError("no board to crawl: internfeed boards list shows those that are known")
    run_id = run_id_of(now, {"boards": boards, "options": asked})
    record = {"run_id": run_id, "kind": "crawl", "started": now.isoformat(), "boards": boards}
    state = _State(folder.raw / run_id, record | {"options": asked, "ended": None}, notes)
    state.write()
    return state


def _runs(folder: snapshot.DataFolder) -> list[str]:
    places = (folder.raw, folder.snapshots)
    names = {path.name for place in places if place.exists() for path in place.iterdir()}
    return sorted(name for name in names if snapshot.RUN_ID.fullmatch(name))


def _unfinished(folder: snapshot.DataFolder) -> dict[str, Any] | None:
    """Return the record of the newest run, if it did not end and nothing was published since."""
    runs = [name for name in _runs(folder) if (folder.raw / name / "run.json").exists()]
    latest = folder.latest()
    if not runs or (latest is not None and runs[-1] <= latest.name):  # one may be killed after it has published
        return None
    record: dict[str, Any] = json.loads((folder.raw / runs[-1] / "run.json").read_text("utf-8"))
    return record if record["kind"] == "crawl" and record["ended"] is None else None


def _clock(folder: snapshot.DataFolder, today: datetime.datetime | None) -> tuple[datetime.datetime, list[str]]:
    """Return the run's clock, later than every earlier run's."""
    now = today or datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    runs = _runs(folder)
    if runs and now <= (last := instant_of(runs[-1])):
        later = last + datetime.timedelta(seconds=1)
        said = f"the clock says {now:%Y-%m-%dT%H:%M:%SZ}, not after the last run; taken as {later:%Y-%m-%dT%H:%M:%SZ}"
        return later, [said]
    return now, []


def _uncommitted(boards: Sequence[Board], journals: Sequence[SourceJournal]) -> list[Board]:
    """Return the boards that the run's journals do not hold to their end."""
    ended = {
        (found.source, name)
        for found in journals
        for name, board in found.boards.items()
        if board.commit.verdict is not Verdict.INTERRUPTED
    }
    return [board for board in boards if board.key not in ended]


def _known(folder: snapshot.DataFolder, boards: dict[BoardKey, dict[str, Any]], scope: str) -> Known:
    """Return what to ask with whether anything changed, for boards whose answer is still at hand."""
    at_hand = {
        key: board
        for key, board in boards.items()
        if board.get("validators")
        and board.get("scope") == scope
        and (
            board.get("normalizer_version") == version.NORMALIZER_VERSION
            or (folder.raw / (board.get("answered_run") or "-") / f"{key.source}.jsonl").exists()
        )
    }
    return Known(
        {key: board["validators"] for key, board in at_hand.items()},
        {key: board["pages"] for key, board in at_hand.items() if board.get("pages")},
    )


def _nothing(state: _State, commits: Mapping[BoardKey, Commit]) -> publish.Published:
    ill = [key._asdict() | {"verdict": commit.verdict.value, "error": commit.error} for key, commit in commits.items()]
    manifest = {
        "run_id": state.run_id,
        "result": "nothing published: no board answered",
        "exit_status": 2,
        "notes": state.notes,
        "ill": ill,
    }
    return publish.Published(2, manifest, None)


_came: list[int] = []
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def remember_signals() -> None:
    """Note the signals that whoever handles them now will get, so that a run can say which one ended it."""
    for number in _SIGNALS:
        handler = signal.getsignal(number)
        if callable(handler) and not isinstance(handler, _Noted) and handler is not _interrupt:
            signal.signal(number, _Noted(handler))


class _Noted:
    def __init__(self, handler: Callable[[int, Any], Any]) -> None:
        self._handler = handler

    def __call__(self, number: int, frame: Any) -> Any:
        _came.append(number)
        return self._handler(number, frame)


def _interrupt(number: int, frame: object) -> NoReturn:
    _came.append(number)
    raise Interrupted(number)


@contextmanager
def _signals() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into `Interrupted`, so that what is staged is cleaned away."""
    _came.clear()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    _take_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _take_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
