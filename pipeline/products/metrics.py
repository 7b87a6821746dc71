"""``metrics.prom``: the figures of a snapshot, and of the last run, in the text format of Prometheus' node exporter."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crawlers.contract.clock import SECOND, instant_of
from normalize.vocabulary import ChangeKind
from pipeline.lifecycle.state import BoardState
from pipeline.store.boards import load_boards
from pipeline.store.manifest import ListingCounts, Manifest, PageCounts, read_manifest
from pipeline.store.snapshot import DataFolder

BOARDS_READ = (
    "source board verdict error postings repeated unread odd_fields listings_open consecutive_failures last_ok"
).split()
Sample = tuple[dict[str, str], float]


def write_metrics(folder: Path, manifest: Manifest, boards: Iterable[BoardState]) -> None:
    """Write ``metrics.prom`` into a snapshot's folder.

    Args:
        boards: the published boards, with the columns `BOARDS_READ`.

    Raises:
        OSError: the file cannot be written.
    """
    (folder / "metrics.prom").write_text(metrics(manifest, boards), "utf-8")


def write_run_metrics(data: Path, run: Run) -> None:
    """Write ``metrics.prom`` into a data folder after a run, whether or not it published anything.

    The file is replaced at once, so a collector that reads the folder never sees half of it.

    Raises:
        OSError: the file cannot be written.
    """
    latest = DataFolder(data).latest()
    manifest, boards = run.manifest, []
    if latest is not None:
        boards = list(load_boards(latest, (*BOARDS_READ, "requests", "bytes", "run_id")).values())
        if not run.published:  # the listings of the last snapshot are still open, and nothing changed
            manifest = dataclasses.replace(
                manifest,
                listings=ListingCounts(open=(read_manifest(latest).listings or ListingCounts()).open),
                normalizer_version=read_manifest(latest).normalizer_version,
            )
    run = run._replace(manifest=manifest)
    text = metrics(manifest, boards) + "".join(_family(*family) for family in _of_run(run, boards))
    fresh = data / "metrics.prom.tmp"
    fresh.write_text(text, "utf-8")
    os.replace(fresh, data / "metrics.prom")


class Run(NamedTuple):
    """A run that ended.

    Attributes:
        manifest: its manifest.
        published: whether it published a snapshot.
        seconds: how long it took.
    """

    manifest: Manifest
    published: bool
    seconds: float


def _of_run(run: Run, boards: Iterable[BoardState]) -> list[tuple[str, str, list[Sample]]]:
    """Return the metrics that only a run has: its duration, its requests, and its boards by verdict."""
    verdicts = Counter(run.manifest.verdicts or {})
    if not verdicts:
        verdicts = Counter(board.verdict for board in run.manifest.failing or ())
    read = [board for board in boards if board.run_id == run.manifest.run_id]
    version = {"normalizer_version": run.manifest.normalizer_version or ""}
    return [
        ("run_published", "Whether the last run published a snapshot.", [({}, int(run.published))]),
        ("run_duration_seconds", "Duration of the last run.", [({}, run.seconds)]),
        ("run_requests", "Requests of the last run.", [({}, sum(board.requests or 0 for board in read))]),
        ("run_bytes", "Bytes that the last run received.", [({}, sum(board.bytes or 0 for board in read))]),
        (
            "run_boards",
            "Boards of the last run by verdict.",
            [({"verdict": str(name)}, verdicts[name]) for name in sorted(verdicts)],
        ),
        ("reader_info", "The version of the extractors.", [(version, 1)]),
    ]


def metrics(manifest: Manifest, boards: Iterable[BoardState]) -> str:
    """Return the metrics as text: for each gauge its meaning, then a line per value.

    >>> manifest = Manifest("20261123T120000Z-7f3a", "complete", 0)
    >>> print(metrics(manifest, [BoardState("lever", "acme")]).splitlines()[2])
    internfeed_run_timestamp_seconds 1795435200
    """
    listings, pages = manifest.listings or ListingCounts(), manifest.pages or PageCounts()
    labelled = [({"source": board.source, "board": board.board}, board) for board in boards]

    def per_board(name: str) -> list[Sample]:
        return [(labels, getattr(board, name) or 0) for labels, board in labelled]

    families: list[tuple[str, str, list[Sample]]] = [
        ("run_timestamp_seconds", "The clock of the run.", [({}, instant_of(manifest.run_id).timestamp())]),
        ("run_exit_status", "0 complete, 3 partial.", [({}, manifest.exit_status)]),
        ("listings_open", "Open listings.", [({}, listings.open)]),
        ("closings_held", "Closings that a guard held back.", [({}, listings.held or 0)]),
        (
            "changes",
            "Listings by kind of change.",
            [({"change": name}, listings.of_change(name)) for name in ChangeKind],
        ),
        (
            "checks_failed",
            "Checks that failed and were overruled by --force.",
            [({}, len(manifest.failed_checks))],
        ),
        ("page_requests", "Requests for postings' own pages.", [({}, pages.requests)]),
        (
            "page_seconds",
            "Seconds spent on postings' own pages, summed over the boards.",
            [({}, pages.seconds)],
        ),
        (
            "board_verdict",
            "The verdict of the board's last run.",
            [({**labels, "verdict": str(board.verdict)}, 1) for labels, board in labelled],
        ),
        ("board_postings", "Distinct postings that the board showed.", per_board("postings")),
        ("board_repeated", "Repeated records of the same postings.", per_board("repeated")),
        (
            "board_unread",
            "Postings that could not be read in full; their listings keep every value.",
            per_board("unread"),
        ),
        (
            "board_odd_fields",
            "Optional fields of unexpected shape that were ignored.",
            [(labels, sum((board.odd_fields or {}).values())) for labels, board in labelled],
        ),
        (
            "board_cause",
            "The kind of page that the board showed instead of postings.",
            [({**labels, "cause": board.obstacle}, 1) for labels, board in labelled if board.obstacle],
        ),
        ("board_listings_open", "Open listings of the board.", per_board("listings_open")),
        ("board_consecutive_failures", "Runs since the last complete answer.", per_board("consecutive_failures")),
        (
            "board_last_ok_timestamp_seconds",
            "Time of the last complete answer; 0 means never.",
            [(labels, (board.last_ok or 0) / SECOND) for labels, board in labelled],
        ),
    ]
    return "".join(_family(*family) for family in families)


def _family(name: str, about: str, samples: list[Sample]) -> str:
    name = f"internfeed_{name}"
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        label_list = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{label_list}}} {value:.0f}" if label_list else f"{name} {value:.0f}")
    return "\n".join(lines) + "\n"


def _escaped(text: str | None) -> str:
    return (text or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
