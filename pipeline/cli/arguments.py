"""Arguments and exit statuses that several commands share; imports nothing heavy."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.lifecycle.guards import DEFAULTS
from pipeline.run.today import parse_today

DONE = {0: "done"}
USAGE = {1: "usage error, or an internal error"}
CORRUPT = {2: "the published snapshot is damaged"}
LOCKED = {4: "another run holds the data folder"}
INTERRUPTED = {130: "interrupted"}
STOPPED = {130: "interrupted", 143: "terminated"}
PUBLISHED = {
    0: "published, and no board failed",
    **USAGE,
    2: "nothing published: no board answered, a check failed, or the last snapshot is damaged",
    3: "published, but a board failed, or a guard held back closings or feeds",
    **LOCKED,
    **STOPPED,
}


def whole_number(text: str) -> int:
    """Return the whole number, zero or more, that an argument states.

    >>> whole_number("30")
    30
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, zero or more; got {text}")
    return int(text)


def add_data(parser: argparse.ArgumentParser, default: str = "data") -> None:
    """Add the option that names the data folder."""
    parser.add_argument(
        "--data", type=Path, default=Path(default), metavar="DIR", help="the data folder (default: %(default)s)"
    )


def add_choice_of_boards(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose boards."""
    parser.add_argument("--sources", metavar="A,B", help="use only boards of these sources (default: all sources)")
    parser.add_argument(
        "--boards", metavar="S/B,...", help="use only these boards, written as source/board (default: all boards)"
    )


def add_budget(parser: argparse.ArgumentParser) -> None:
    """Add the options that limit a night."""
    parser.add_argument(
        "--minutes",
        type=whole_number,
        metavar="N",
        help="take as many boards as N minutes allow (default: all that are due)",
    )
    parser.add_argument(
        "--requests", type=whole_number, metavar="N", help="take as many boards as N requests allow (default: no limit)"
    )


def add_publishing(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that publish a snapshot."""
    parser.add_argument(
        "--scope",
        choices=["internships", "all"],
        default="internships",
        help="which postings to keep; `all` keeps every kind of job, but only internships enter the feeds"
        " (default: %(default)s)",
    )
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD[THH:MM]",
        help="run as if it were this time (UTC); a date without a time means noon (default: now)",
    )
    parser.add_argument(
        "--force", action="store_true", help="publish even if a check fails, and record the failure in the manifest"
    )
    parser.add_argument("--json", action="store_true", help="print the manifest's summary as JSON")


def add_stale_days(parser: argparse.ArgumentParser) -> None:
    """Add the option that says from which age a listing is old."""
    parser.add_argument(
        "--stale-days",
        type=whole_number,
        default=DEFAULTS.stale_days,
        metavar="N",
        help="warn of listings posted more than N days ago, on boards that neglect their lists (default: %(default)s)",
    )
