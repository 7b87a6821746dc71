"""`internfeed normalize`: read the stored postings again with the current extractors."""

from __future__ import annotations

import argparse

from pipeline.cli.arguments import PUBLISHED, add_data, add_publishing, add_stale_days
from pipeline.cli.console import Reporter
from pipeline.cli.latest import latest_snapshot
from pipeline.cli.outcome import print_outcome
from pipeline.products import catalogue
from pipeline.run import cycle

EXAMPLE = "internfeed normalize --data data"
STATUSES = PUBLISHED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    add_stale_days(parser)
    add_publishing(parser)


def run(options: argparse.Namespace) -> int:
    """Read stored postings again and publish a snapshot; return the exit status.

    Raises:
        UsageError: there is no snapshot.
        As `pipeline.run.cycle.normalize`.
    """
    latest_snapshot(options.data)
    with Reporter(quiet=options.json) as reporter:
        published = cycle.normalize(
            cycle.Options(
                data=options.data,
                scope=options.scope,
                today=options.today,
                force=options.force,
                stale_days=options.stale_days,
                progress=reporter,
                products=catalogue.PRODUCTS,
            )
        )
    return print_outcome(published, options)
