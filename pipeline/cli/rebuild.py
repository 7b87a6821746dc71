"""`internfeed rebuild`: rebuild the newest snapshot from raw runs and history."""

from __future__ import annotations

import argparse

from pipeline.cli.arguments import LOCKED, STOPPED, USAGE, add_data, add_stale_days
from pipeline.cli.console import OUT
from pipeline.products import catalogue
from pipeline.run import cycle

EXAMPLE = "internfeed rebuild --data data"
STATUSES = {
    0: "rebuilt",
    **USAGE,
    2: "nothing published: raw runs and history do not contain the snapshot, or a file could not be written",
    **LOCKED,
    **STOPPED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    add_stale_days(parser)


def run(options: argparse.Namespace) -> int:
    """Rebuild the newest snapshot; return the exit status.

    Raises:
        As `pipeline.run.cycle.rebuild`.
    """
    path = cycle.rebuild(options.data, catalogue.PRODUCTS, options.stale_days)
    OUT.print(f"rebuilt {path.name}", markup=False)
    return 0
