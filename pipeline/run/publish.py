"""The publication of a snapshot: read, merge, name duplicates, check, write, publish.

A crawl and a new reading of stored runs are published the same way; they differ only in their answers.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import instant_of, iso
from crawlers.contract.errors import Corrupt
from normalize import version
from normalize.vocabulary import ChangeKind, ClosedReason
from pipeline.lifecycle import checks
from pipeline.lifecycle.state import BoardState
from pipeline.run import reading
from pipeline.run.answers import CrawlAnswers, PostingsByBoard, PublishInput, keep_out_of_scope, keep_rejected
from pipeline.run.canonical import name_duplicates
from pipeline.run.merging import MergeResult, merge_boards
from pipeline.run.stale import warn_of_stale
from pipeline.store import archive, history, snapshot
from pipeline.store.boards import boards_table, load_boards, stale_boards
from pipeline.store.listings import Coverage, Previous, write_parts
from pipeline.store.manifest import FailingBoard, ListingCounts, Manifest, PageCounts, PostingCounts, write_manifest
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.store.staged import Staged


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """The result of a run.

    Attributes:
        status: the exit status.
        manifest: the manifest of the snapshot, published or not.
        path: the snapshot, or None if nothing was published.
    """

    status: int
    manifest: Manifest
    path: Path | None


def publish(given: PublishInput) -> Published:
    """Merge the postings of a run into the last snapshot, and publish the result unless a check fails.

    Raises:
        Corrupt: the last snapshot is damaged.
        OSError: a file could not be written; the last snapshot stays as it is.
    """
    work = given.folder.tmp / f"work-{given.run_id}-{os.getpid()}"  # workers of a killed run may still write elsewhere
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    staged = given.folder.stage(given.run_id)
    try:
        return _Publication(given, work, staged).publish()
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(staged, ignore_errors=True)


class _Publication:
    """The steps of one publication.

    Attributes:
        before: the last snapshot, or None.
        work: a folder for files that are not published.
        staged: the folder of the new snapshot.
    """

    def __init__(self, given: PublishInput, work: Path, staged: Path) -> None:
        self.given = given
        self.work = work
        self.staged = staged
        self.before = given.folder.latest()
        self.previous = Previous(snapshot.parts(self.before, "listings") if self.before else [])
        self.boards_before = load_boards(self.before)
        self.answers = CrawlAnswers(given, self.boards_before)

    def publish(self) -> Published:
        given = self.given
        results = self._read()
        given.progress({"stage": "merge"})
        merged = merge_boards(given, self.previous, self.boards_before, self.answers, PostingsByBoard(results))
        fresh_files = [result.files.rows for result in results]
        plan = name_duplicates(merged.plan, self.previous, fresh_files, merged.boards)
        plan = warn_of_stale(plan, self.previous, fresh_files, merged.boards, given.settings)
        given.progress({"stage": "write"})
        coverage = write_parts(plan, self.previous, fresh_files, self.staged / "listings", given.run_id)
        boards = _with_coverage(merged.boards, merged.merged, coverage)
        snapshot.write_dataset(self.staged, "boards", boards_table(boards.values()), given.run_id)
        snapshot.write_dataset(self.staged, "changes", merged.changes, given.run_id)
        merged = dataclasses.replace(merged, plan=plan, boards=boards)
        manifest = self._manifest(merged, results)
        if (failed := manifest.failed_checks) and not given.force:
            return Published(2, dataclasses.replace(manifest, result="refused", exit_status=2), None)
        overruled = [f"published although a check failed: {check.name}: {check.detail}" for check in failed]
        stale = stale_boards(boards, given.instant, given.feed_days)
        manifest = dataclasses.replace(
            manifest,
            forced=bool(failed),
            notes=(*manifest.notes, *overruled),
            stale_boards=tuple(sorted(map(str, stale))),
        )
        context = Staged(
            path=self.staged,
            previous=self.before,
            run_id=given.run_id,
            now=given.now,
            manifest=manifest,
            stale_boards=stale,
            changed=self.before is None or bool(coverage) or plan.num_rows != self.previous.plan.num_rows,
            force=given.force,
        )
        for write_product in given.products:
            write_product(context)
        keep_rejected(given, results)
        keep_out_of_scope(given, results, self.work)
        manifest = dataclasses.replace(context.manifest, files=snapshot.describe(self.staged, self.before))
        return self._flip(merged, manifest)

    def _read(self) -> list[reading.TaskResult]:
        """Read the postings of this run, and the stored postings that newer extractors should read again."""
        given = self.given
        parts = tuple(map(str, self.previous.paths))
        options = reading.ReadingOptions(given.scope, parts, given.reread_all, self.answers.known_out())
        todo = reading.tasks(self.answers.slices(self.previous), options, self.work)
        results: list[reading.TaskResult] = []
        if todo:
            given.progress({"stage": "normalize", "done": 0, "of": len(todo)})
        for result in reading.run(todo):
            results.append(result)
            given.progress({"stage": "normalize", "done": len(results), "of": len(todo)})
        return results

    def _manifest(self, merged: MergeResult, results: Sequence[reading.TaskResult]) -> Manifest:
        """Return the manifest, with the results of the checks."""
        given = self.given
        counts = checks.ReadCounts(
            sum(result.postings for result in results), sum(result.rejected for result in results)
        )
        new = checks.Contents(merged.plan, merged.boards)
        published = checks.Contents(self.previous.plan, self.boards_before)
        checked = checks.check(new, published, merged.changes, self.answers.facts, given.enforce_minimums, counts)
        ran = [merged.boards[key] for key in self.answers.commits]
        failing = tuple(_failing(board) for board in ran if not board.is_healthy)
        verdicts = Counter(str(board.verdict) for board in ran)
        torn_lines = sum(journal.torn for journal in given.journals)
        return Manifest(
            run_id=given.run_id,
            schema_version=SCHEMA_VERSION,
            normalizer_version=version.NORMALIZER_VERSION,
            at=iso(given.now),
            scope=given.scope,
            result="partial" if failing or merged.held else "complete",
            exit_status=3 if failing or merged.held else 0,
            forced=False,
            notes=tuple(given.notes),
            verdicts=dict(sorted(verdicts.items())),
            listings=_listing_counts(merged),
            postings=_posting_counts(ran, counts.rejected, torn_lines),
            pages=PageCounts(
                requests=sum(board.page_requests or 0 for board in ran),
                seconds=round(sum(board.page_seconds or 0 for board in ran), 3),
            ),
            boards=len(merged.boards),
            failing=failing,
            checks=tuple(checked),
        )

    def _flip(self, merged: MergeResult, manifest: Manifest) -> Published:
        """Complete the snapshot and its part of the history, and make the snapshot the latest."""
        given = self.given
        write_manifest(self.staged, manifest)
        if problems := snapshot.verify(self.staged, checksums=False):  # the checksums were computed a moment ago
            raise Corrupt(f"the staged snapshot is damaged: {problems[0]}")
        observed = self.answers.commits.keys() | merged.merged
        part = history.part(given.run_id, given.instant, merged.changes, merged.boards, observed, self.staged)
        month = f"month={given.now:%Y-%m}"
        parts = [(given.folder.history / month, self.work / "history.parquet")]
        history.write(part, self.work / "history.parquet")
        if archive.write_closed(merged.changes, self.staged, self.work / "archive.parquet"):
            parts.append((given.folder.archive / month, self.work / "archive.parquet"))
        given.progress({"stage": "publish"})
        published = given.folder.publish(self.staged, given.run_id, parts)
        given.folder.retain(given.now, *_needed(merged.plan, merged.boards), given.retention)
        return Published(manifest.exit_status, manifest, published)


def _with_coverage(
    boards: Mapping[BoardKey, BoardState], merged: frozenset[BoardKey], coverage: Coverage
) -> dict[BoardKey, BoardState]:
    """Return boards with the shares of their open listings that state a field, as far as they were merged."""
    covered = dict(boards)
    for key, counts in coverage.items():
        if key in merged and counts["open"]:
            shares = {name: round(count / counts["open"], 4) for name, count in counts.items() if name != "open"}
            covered[key] = dataclasses.replace(covered[key], coverage=shares)
    return covered


def _failing(board: BoardState) -> FailingBoard:
    return FailingBoard(
        source=board.source,
        board=board.board,
        verdict=str(board.verdict),
        error=board.error,
        unread=board.unread or None,
        repeated=board.repeated or None,
        odd_fields=board.odd_fields or None,
    )


def _listing_counts(merged: MergeResult) -> ListingCounts:
    changes, reasons = (
        Counter({row["values"]: row["counts"] for row in pc.value_counts(merged.changes[name]).to_pylist()})
        for name in ("change", "reason")
    )
    return ListingCounts(
        rows=merged.plan.num_rows,
        open=sum(board.listings_open or 0 for board in merged.boards.values()),
        opened=changes[ChangeKind.OPENED],
        changed=changes[ChangeKind.CHANGED],
        renormalized=changes[ChangeKind.RENORMALIZED],
        closed=changes[ChangeKind.CLOSED],
        reopened=changes[ChangeKind.REOPENED],
        closed_reasons={str(name): reasons[name] for name in ClosedReason if reasons[name]},
        held=merged.held,
    )


def _posting_counts(boards: Sequence[BoardState], rejected: int, torn_lines: int) -> PostingCounts:
    return PostingCounts(
        postings=sum(board.postings or 0 for board in boards),
        repeated=sum(board.repeated or 0 for board in boards),
        unread=sum(board.unread or 0 for board in boards),
        out_of_scope=sum(board.out_of_scope or 0 for board in boards),
        dropped=sum(board.dropped or 0 for board in boards),
        expired=sum(board.expired or 0 for board in boards),
        rejected=rejected,
        torn_lines=torn_lines,
    )


def _needed(plan: pa.Table, boards: Mapping[BoardKey, BoardState]) -> tuple[set[str], datetime.datetime | None]:
    """Return the raw runs that hold a snapshot's words, and the instant from which the history holds the rest."""
    runs = {
        run_id
        for board in boards.values()
        for run_id in (board.run_id, board.answered_run, board.ids_run, board.pages_run)
        if run_id
    }
    runs |= set(pc.unique(plan["run_id"]).to_pylist())
    since = [instant_of(board.run_id) for board in boards.values() if board.run_id]
    if oldest := pc.min(pc.coalesce(plan["closed_at"], plan["updated_at"])).as_py():
        since.append(oldest)
    return runs, min(since, default=None)
