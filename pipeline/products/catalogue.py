"""The products of a snapshot besides its datasets, in the order in which they are written before it is published."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from pipeline.products import export
from pipeline.products.descriptors import write_descriptors
from pipeline.products.employers import employers
from pipeline.products.feeds import FeedOptions, write_feeds
from pipeline.products.metrics import BOARDS_READ, write_metrics
from pipeline.products.openings import Openings
from pipeline.products.report.page import write_report
from pipeline.products.stats import stats
from pipeline.store import snapshot
from pipeline.store.boards import load_boards
from pipeline.store.manifest import read_manifest
from pipeline.store.schema import DERIVED
from pipeline.store.staged import Staged


def feeds(staged: Staged) -> None:
    """Write the feeds; if their guard holds the last good ones, record it in the manifest."""
    options = FeedOptions(
        staged.now,
        previous=staged.previous / "feeds" if staged.previous else None,
        unconfirmed=staged.stale_boards,
        force=staged.force,
        unchanged=not staged.changed and staged.manifest.stale_boards == _stale_before(staged.previous),
    )
    index = write_feeds(snapshot.parts(staged.path, "listings"), staged.path / "feeds", options)
    if held := index.get("held"):
        staged.hold_feeds(held)


def _stale_before(previous: Path | None) -> tuple[str, ...] | None:
    return read_manifest(previous).stale_boards if previous else None


def descriptors(staged: Staged) -> None:
    """Write the descriptions of the snapshot for machines and people."""
    write_descriptors(staged.path, staged.manifest)


def derived(staged: Staged) -> None:
    """Write the datasets that are computed from listings and history: employers and stats."""
    if staged.previous and not staged.changed and all(snapshot.parts(staged.previous, name) for name in DERIVED):
        for name in DERIVED:
            (staged.path / name).mkdir()
            for number, part in enumerate(snapshot.parts(staged.previous, name)):
                os.link(part, staged.path / name / f"part-{staged.run_id}-{number:05}.parquet")
        return
    with Openings(staged.path, staged.history, staged.run_id) as openings:
        snapshot.write_dataset(staged.path, "employers", employers(openings), staged.run_id)
        snapshot.write_dataset(staged.path, "stats", stats(openings), staged.run_id)


SHEET_LIMIT = 20_000
"""Listings up to which a snapshot has a sheet for Excel; more take minutes to write, and are exported on request."""


def sheets(staged: Staged) -> None:
    """Write the listings as CSV and, if they are not too many, as an Excel sheet."""
    names = ["listings.csv.gz", "listings.xlsx"]
    if staged.previous and not staged.changed:
        for name in names:
            if (staged.previous / name).exists():
                os.link(staged.previous / name, staged.path / name)
        return
    rows = partial(export.listings, staged.path, [], export.SHEET_COLUMNS)
    count = export.write_csv_file(rows(), staged.path / names[0])
    if count <= SHEET_LIMIT:
        export.write_xlsx(rows(), staged.path / names[1], staged.now)


def metrics(staged: Staged) -> None:
    """Write metrics.prom, last, because the other products decide the exit status."""
    boards = load_boards(staged.path, BOARDS_READ)
    write_metrics(staged.path, staged.manifest, boards.values())


PRODUCTS = (feeds, derived, sheets, write_report, descriptors, metrics)
"""The functions that write the products, in order."""
