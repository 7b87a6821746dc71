"""The outcome of a run, as a few lines for people or as JSON."""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter

from normalize.vocabulary import ChangeKind
from pipeline.cli.console import OUT
from pipeline.cli.streams import fail, print_json
from pipeline.run.publish import Published
from pipeline.store.manifest import ListingCounts, Manifest, PageCounts


def print_outcome(published: Published, options: argparse.Namespace) -> int:
    """Print the outcome of a run; return its exit status."""
    manifest = dataclasses.replace(published.manifest, files=None)
    if options.json:
        print_json(manifest.to_record())
    elif published.path is None:
        _print_failure(manifest)
    else:
        _print_summary(manifest)
        OUT.print(f"listings: {options.data / 'latest' / 'listings'}", markup=False)
        if failing := len(manifest.failing or ()):
            boards = "1 board needs" if failing == 1 else f"{failing} boards need"
            OUT.print(f"{boards} attention: internfeed show boards --ill --data {options.data}", markup=False)
    return int(published.status)


def _print_failure(manifest: Manifest) -> None:
    failing = manifest.failing or ()  # each board was printed when it failed; these lines count them
    for verdict, count in Counter(board.verdict for board in failing).most_common():
        first = next(board for board in failing if board.verdict == verdict)
        fail(f"{count} boards {verdict}: {first.key}: {first.error or 'no reason given'}")
    for check in manifest.failed_checks:
        fail(f"check failed: {check.name}: {check.detail}")
    fail(f"{manifest.result}; the previous snapshot is unchanged")


def _print_summary(manifest: Manifest) -> None:
    listings, pages = manifest.listings or ListingCounts(), manifest.pages or PageCounts()
    counts = ", ".join(f"{listings.of_change(change)} {change}" for change in ChangeKind)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in (manifest.verdicts or {}).items())
    OUT.print(f"published {manifest.run_id}: {listings.open} open listings; {counts}", markup=False)
    OUT.print(f"boards: {verdicts}", markup=False)
    if pages.requests:
        OUT.print(f"postings' own pages: {pages.requests} requests, {pages.seconds:.1f} s", markup=False)
    if listings.held:
        OUT.print(f"held back: {listings.held} closings, until the next complete run confirms them", markup=False)
