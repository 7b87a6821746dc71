"""`internfeed run`: crawl boards and publish a snapshot."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import sys
import time
from functools import partial
from pathlib import Path

from crawlers.contract.board import Board
from crawlers.contract.clock import microseconds, run_id_of
from crawlers.contract.errors import Corrupt, UsageError
from crawlers.politeness.proxies import check_proxies
from pipeline.cli import crawling
from pipeline.cli.arguments import (
    PUBLISHED,
    add_budget,
    add_choice_of_boards,
    add_data,
    add_publishing,
    add_stale_days,
    whole_number,
)
from pipeline.cli.choose import choose_boards, known_boards
from pipeline.cli.console import Reporter
from pipeline.cli.ledger import read_ledger
from pipeline.cli.outcome import print_outcome
from pipeline.lifecycle.night import Budget, plan_night, summary
from pipeline.products import catalogue
from pipeline.products.metrics import Run, write_run_metrics
from pipeline.run import cycle
from pipeline.store.manifest import Manifest
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
    add_budget(parser)
    parser.add_argument("--record", type=Path, metavar="DIR", help="also store every response in this folder")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="read responses from this folder, not the network")
    parser.add_argument("--resume", action="store_true", help="continue the interrupted run; fail if there is none")
    for name, default, text in _NUMBERS:
        parser.add_argument(name, type=whole_number, default=default, metavar="N", help=f"{text} (default: {default})")
    add_stale_days(parser)
    parser.add_argument(
        "--keep-history-months", type=whole_number, metavar="N", help="keep history for N months (default: all)"
    )
    add_publishing(parser)


def _are_named(options: argparse.Namespace) -> bool:
    """Tell whether the options name the boards to crawl."""
    return options.replay is not None or options.boards is not None or options.sources is not None


def _is_planned(options: argparse.Namespace) -> bool:
    """Tell whether the ledger decides which of the boards are crawled."""
    return options.minutes is not None or options.requests is not None or not _are_named(options)


def _boards(options: argparse.Namespace, reporter: Reporter) -> list[Board]:
    """Return the boards to crawl: those that are named, or those that are due within the budget.

    Raises:
        UsageError: the options name something that does not exist, or no board is due.
    """
    named = choose_boards(known_boards(options.data, options.replay), options) if _are_named(options) else None
    ledger = read_ledger(options.data, named)
    budget = Budget(options.minutes, options.requests)
    now = microseconds(options.today or datetime.datetime.now(datetime.UTC))
    night = plan_night(ledger.entries, ledger.host_of, now if _is_planned(options) else sys.maxsize, budget)
    if not night.chosen and (night.asleep or night.postponed):
        raise UsageError("no board is due within the budget; run `internfeed plan` to see when boards are due")
    if options.replay is None and night.chosen:
        reporter({"stage": "note", "text": summary(night, budget)})
    return [ledger.boards[entry.key] for entry in night.chosen]


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
        boards = _boards(options, reporter)
        run_options = cycle.Options(
            data=options.data,
            boards=boards,
            all_boards=not _are_named(options),
            planned=_is_planned(options),
            scope=options.scope,
            today=options.today,
            resume=options.resume,
            force=options.force,
            replay=options.replay,
            record=options.record,
            unconfirmed_days=options.unconfirmed_days,
            stale_days=options.stale_days,
            feed_days=options.feed_days,
            page_days=options.page_days,
            retention=Retention(
                options.keep_snapshots, options.keep_hours, options.keep_raw_days, options.keep_history_months
            ),
            progress=reporter,
            products=catalogue.PRODUCTS,
        )
        begun = time.monotonic()
        try:
            published = cycle.run(run_options, partial(crawling.crawl_boards, run_options))
        except (Corrupt, OSError) as error:
            run_id = run_id_of(options.today or datetime.datetime.now(datetime.UTC), "failed")
            _note_metrics(options, Manifest(run_id, f"nothing published: {error}", 2), begun)
            raise
    _note_metrics(options, published.manifest, begun, published.path is not None)
    return print_outcome(published, options)


def _note_metrics(options: argparse.Namespace, manifest: Manifest, begun: float, published: bool = False) -> None:
    """Write the metrics of a run that ended; a disk that is full must not hide how it ended."""
    with contextlib.suppress(OSError, Corrupt):
        write_run_metrics(options.data, Run(manifest, published, time.monotonic() - begun))
