"""`internfeed demo`: the whole cycle on recorded boards, without a network.

The recordings show invented employers on two days. The first call publishes the first day, the second call publishes
what opened, changed and closed until the next day, and the third call starts over.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from functools import partial

from crawlers.contract.errors import UsageError
from pipeline.cli import crawling
from pipeline.cli.arguments import PUBLISHED, add_data
from pipeline.cli.console import Reporter
from pipeline.demo.days import latest, next_day, recorded_boards, start_over, unknown_content
from pipeline.demo.report import report
from pipeline.products import catalogue
from pipeline.run import cycle

EXAMPLE = "internfeed demo"
STATUSES = PUBLISHED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser, "data/demo")


def run(options: argparse.Namespace) -> int:
    """Run the next day of the demo and print a report; return the exit status.

    Raises:
        UsageError: the folder contains something that the demo did not make.
        As `pipeline.run.cycle.run`.
    """
    with Reporter() as reporter:
        if unknown := unknown_content(options.data):
            raise UsageError(f"{options.data} contains {unknown}; name a folder for the demo alone with --data")
        day = next_day(options.data)
        if day.number == 1:
            start_over(options.data)
        before = latest(options.data)
        run_options = cycle.Options(
            data=options.data,
            boards=recorded_boards(day.folder),
            all_boards=True,
            today=day.clock,
            replay=day.folder,
            progress=reporter,
            products=catalogue.PRODUCTS,
        )
        began = datetime.now(UTC)
        published = cycle.run(run_options, partial(crawling.crawl_boards, run_options))
        seconds = (datetime.now(UTC) - began).total_seconds()
        reporter({"stage": "end"})
        report(options.data, day.number, run_options.boards, published, before, seconds)
    return published.status
