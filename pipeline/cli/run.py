"""`internfeed run`: crawl boards and publish a snapshot."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from crawlers.contract.errors import UsageError
from crawlers.politeness.proxies import check_proxies
from pipeline.cli import crawling
from pipeline.cli.arguments import PUBLISHED, add_choice_of_boards, add_data, add_publishing, whole_number
from pipeline.cli.choose import choose_boards, known_boards
from pipeline.cli.console import Reporter
from pipeline.cli.outcome import print_outcome
from pipeline.products import catalogue
from pipeline.run import cycle
from pipeline.store.snapshot import KEEP, Retention

EXAMPLE = "internfeed run --sources greenhouse,lever"
STATUSES = PUBLISHED
# Option, its default, and its help.
_NUMBERS = (
    (
        "--unconfirmed-days",
        cycle.Options.unconfirmed_days,
        "close listings that no complete answer has confirmed for N days",
    ),
    (
        "--feed-days",
        cycle.Options.feed_days,
        "drop a board's listings from the feeds after N days without a complete answer",
    ),
    ("--page-days", cycle.Options.page_days, "read a posting's own page again after N days"),
    ("--keep-snapshots", KEEP.snapshots, "keep at least N snapshots"),
    ("--keep-hours", KEEP.hours, "also keep every snapshot younger than N hours"),
    ("--keep-raw-days", KEEP.raw_days, "keep raw runs for N days"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    add_choice_of_boards(parser)
    parser.add_argument("--record", type=Path, metavar="DIR", help="also store every response in this folder")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="read responses from this folder, not the network")
    parser.add_argument("--resume", action="store_true", help="continue the interrupted run; fail if there is none")
    for name, default, text in _NUMBERS:
        parser.add_argument(name, type=whole_number, default=default, metavar="N", help=f"{text} (default: {default})")
    parser.add_argument(
        "--keep-history-months", type=whole_number, metavar="N", help="keep history for N months (default: all)"
    )
    add_publishing(parser)


def run(options: argparse.Namespace) -> int:
    """Crawl, normalize, merge, check and publish; return the exit status.

    Raises:
        UsageError: the options name something that does not exist, or the environment sets a proxy.
        As `pipeline.run.cycle.run`.
    """
    if options.replay is None:
        try:
            check_proxies()
        except ValueError as error:
            raise UsageError(str(error)) from error
    with Reporter(quiet=options.json) as reporter:
        known = known_boards(options.data, options.replay)
        boards = choose_boards(known, options)
        run_options = cycle.Options(
            data=options.data,
            boards=boards,
            all_boards=options.replay is None and len(boards) == len(known),
            scope=options.scope,
            today=options.today,
            resume=options.resume,
            force=options.force,
            replay=options.replay,
            record=options.record,
            unconfirmed_days=options.unconfirmed_days,
            feed_days=options.feed_days,
            page_days=options.page_days,
            retention=Retention(
                options.keep_snapshots, options.keep_hours, options.keep_raw_days, options.keep_history_months
            ),
            progress=reporter,
            products=catalogue.PRODUCTS,
        )
        published = cycle.run(run_options, partial(crawling.crawl_boards, run_options))
    return print_outcome(published, options)
