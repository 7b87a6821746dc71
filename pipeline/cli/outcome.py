"""The outcome of a run, as a few lines for people or as JSON."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from pipeline.cli.console import OUT
from pipeline.cli.streams import fail, print_json
from pipeline.run.publish import Published


def print_outcome(published: Published, options: argparse.Namespace) -> int:
    """Print the outcome of a run; return its exit status."""
    manifest = {name: value for name, value in published.manifest.items() if name != "files"}
    if options.json:
        print_json(manifest)
    elif published.path is None:
        _print_failure(manifest)
    else:
        _print_summary(manifest)
        OUT.print(f"listings: {options.data / 'latest' / 'listings'}", markup=False)
    return int(published.status)


def _print_failure(manifest: dict[str, Any]) -> None:
    failing = manifest.get("ill", [])  # each board was printed when it failed; these lines count them
    for verdict, count in Counter(board["verdict"] for board in failing).most_common():
        first = next(board for board in failing if board["verdict"] == verdict)
        fail(f"{count} boards {verdict}: {first['source']}/{first['board']}: {first['error'] or 'no reason given'}")
    for check in manifest.get("checks", []):
        if not check["ok"]:
            fail(f"check failed: {check['name']}: {check['detail']}")
    fail(f"{manifest['result']}; the previous snapshot is unchanged")


def _print_summary(manifest: dict[str, Any]) -> None:
    listings = manifest["listings"]
    counts = ", ".join(
        f"{listings[name]} {name}" for name in ("opened", "changed", "renormalized", "closed", "reopened")
    )
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in manifest["verdicts"].items())
    OUT.print(f"published {manifest['run_id']}: {listings['open']} open listings; {counts}", markup=False)
    OUT.print(f"boards: {verdicts}", markup=False)
    if (pages := manifest["pages"])["requests"]:
        OUT.print(f"postings' own pages: {pages['requests']} requests, {pages['seconds']:.1f} s", markup=False)
    if listings["held"]:
        OUT.print(f"held back: {listings['held']} closings, until the next complete run confirms them", markup=False)
