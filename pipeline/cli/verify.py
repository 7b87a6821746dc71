"""`internfeed verify`: check the published snapshot."""

from __future__ import annotations

import argparse

from pipeline.cli.arguments import INTERRUPTED, add_data
from pipeline.cli.console import OUT
from pipeline.cli.latest import latest_snapshot
from pipeline.cli.streams import fail
from pipeline.store import snapshot
from pipeline.store.manifest import read_manifest

EXAMPLE = "internfeed verify --data data"
STATUSES = {
    0: "the snapshot is intact",
    1: "the snapshot is damaged, usage error, or an internal error",
    **INTERRUPTED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Compare the newest snapshot with its manifest; return the exit status.

    Raises:
        UsageError: there is no snapshot.
    """
    path = latest_snapshot(options.data)
    problems = snapshot.verify(path)
    for problem in problems:
        fail(f"{path.name}: {problem}")
    if problems:
        return 1
    files = read_manifest(path).files or {}
    OUT.print(f"{path.name} is intact: {len(files)} files with matching checksums and schemas", markup=False)
    return 0
