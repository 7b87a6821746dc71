"""`internfeed extract`: read postings into listings."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Mapping
from typing import Any

from pipeline.cli.arguments import DONE, INTERRUPTED
from pipeline.cli.posting import posting_of
from pipeline.extract import extract, extract_lines, to_json
from pipeline.run.today import parse_today

EXAMPLE = 'internfeed extract "Paid 10-week internship, $25 per hour, fully remote"'
STATUSES = {**DONE, 1: "a line is not a posting, usage error, or an internal error", **INTERRUPTED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "text",
        nargs="?",
        metavar="TEXT|FILE",
        help="the text of one posting, or a file that holds it (default: postings as JSON lines from standard input)",
    )
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD",
        help="resolve relative dates from this day, for postings without `fetched_at` (default: today)",
    )


def run(options: argparse.Namespace) -> int:
    """Write one listing per posting, as JSON lines; return the exit status."""
    today = (options.today or datetime.datetime.now(datetime.UTC)).date()
    if options.text is not None:
        listing = extract(posting_of(options.text), today)
        if sys.stdout.isatty():
            _print(listing)
        else:
            sys.stdout.buffer.write(to_json(listing))
        return 0
    return 1 if extract_lines(sys.stdin.buffer, sys.stdout.buffer, today) else 0


def _print(listing: Mapping[str, Any]) -> None:
    """Print what a listing states as a table; columns without a value are left out."""
    from rich.table import Table

    from pipeline.cli.console import OUT

    table = Table("column", "value")
    for column, value in listing.items():
        if value not in (None, "", []):
            words = " ".join(str(value).split())
            table.add_row(column, words if len(words) <= 100 else f"{words[:97]}…")
    OUT.print(table)
