"""The crawl of a run: its options as a plan for the crawlers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from crawlers import settings
from crawlers.contract.board import Board
from crawlers.contract.errors import UsageError
from crawlers.contract.plan import CrawlPlan
from crawlers.crawl import crawl
from pipeline.run.cycle import Known, Options, ProgressEvent, remember_signals


def crawl_boards(
    options: Options, boards: Sequence[Board], run_dir: Path, now: datetime.datetime, known: Known
) -> None:
    """Crawl boards into the journals of a run. With the options bound, this function is a `pipeline.run.cycle.Crawl`.

    Raises:
        UsageError: the folder to replay is not a recording.
    """
    if options.replay is None and not settings.CONTACT:
        text = "the User-Agent names no contact: set INTERNFEED_CONTACT to a page or an e-mail address"
        options.progress({"stage": "note", "text": text})

    def progress(event: ProgressEvent) -> None:
        remember_signals()  # now, because the crawl has installed its own handlers
        report_board(options.progress, event)

    plan = CrawlPlan(
        boards=list(boards),
        run_dir=run_dir,
        now=now,
        scope_all=options.scope == "all",
        replay=options.replay,
        record=options.record,
        validators=known.validators,
        pages=known.pages,
        page_days=options.page_days,
        progress=progress,
    )
    try:
        crawl(plan)
    except ValueError as error:
        raise UsageError(str(error)) from error


def report_board(progress: Callable[[ProgressEvent], None], event: ProgressEvent) -> None:
    """Pass on those events of the crawl that report a finished board."""
    if event.get("verdict"):
        progress({"stage": "board"} | event)
