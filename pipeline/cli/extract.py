"""`internfeed extract`: read postings into listings."""

from __future__ import annotations

import argparse
import datetime
import sys

from normalize.posting import RawPosting
from pipeline.cli.arguments import DONE, INTERRUPTED
from pipeline.extract import extract, extract_lines, to_json
from pipeline.run.today import parse_today

EXAMPLE = 'internfeed extract "Paid 10-week internship, $25 per hour, fully remote"'
STATUSES = {**DONE, 1: "a line is not a posting, usage error, or an internal error", **INTERRUPTED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "text", nargs="?", help="the text of one posting (default: read postings as JSON lines from standard input)"
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
        sys.stdout.buffer.write(to_json(extract(RawPosting(description=options.text), today)))
        return 0
    return 1 if extract_lines(sys.stdin.buffer, sys.stdout.buffer, today) else 0
