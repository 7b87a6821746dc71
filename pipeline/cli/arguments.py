"""Arguments and exit statuses that several commands share; imports nothing heavy."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.run.today import parse_today

DONE = {0: "done"}
USAGE = {1: "wrong usage, or an internal error"}
CORRUPT = {2: "the published snapshot is damaged"}
LOCKED = {4: "another run holds the data folder"}
INTERRUPTED = {130: "interrupted"}
STOPPED = {130: "interrupted", 143: "terminated"}
PUBLISHED = {
    0: "published, and every board ended well",
    **USAGE,
    2: "nothing published: no board answered, a check failed, or the last snapshot is damaged",
    3: "published, but a board failed, or a guard held closings or feeds",
    **LOCKED,
    **STOPPED,
}


def whole_number(text: str) -> int:
    """Return a number of things or days.

    >>> whole_number("30")
    30
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0")
    return int(text)


def add_data(parser: argparse.ArgumentParser, default: str = "data") -> None:
    """Add the option that names the data folder."""
    parser.add_argument(
        "--data", type=Path, default=Path(default), metavar="DIR", help="the data folder (default: %(default)s)"
    )


def add_choice_of_boards(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose boards."""
    parser.add_argument("--sources", metavar="A,B", help="only boards of these sources")
    parser.add_argument("--boards", metavar="S/B,...", help="only these boards, as source/board")


def add_publishing(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that publish a snapshot."""
    parser.add_argument(
        "--scope",
        choices=["internships", "all"],
        default="internships",
        help="all: keep every kind of job; the feeds still hold internships only (default: %(default)s)",
    )
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD[THH:MM]",
        help="the run's clock, in UTC; noon if only a day is given (default: now)",
    )
    parser.add_argument(
        "--force", action="store_true", help="publish even if a check fails; the manifest records the failure"
    )
    parser.add_argument("--json", action="store_true", help="print the manifest's summary as JSON")
