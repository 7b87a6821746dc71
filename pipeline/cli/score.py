"""`internfeed score`: how well the extractors read labelled postings."""

from __future__ import annotations

import argparse
import contextlib
import datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from crawlers.contract.errors import UsageError
from pipeline.cli.arguments import DONE, INTERRUPTED
from pipeline.cli.console import OUT
from pipeline.cli.streams import fail
from pipeline.extract import to_json
from pipeline.run.today import parse_today
from pipeline.score import JUDGED, JUDGMENTS, SILENT, Score, score_files, to_dict, wilson

EXAMPLE = "internfeed score tests/gold/remote.jsonl --errors"
STATUSES = {
    **DONE,
    1: "a field is below its bar, a line is not a labelled posting, usage error, or an internal error",
    **INTERRUPTED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file of labelled postings as JSON lines")
    parser.add_argument("--errors", action="store_true", help="also print each disagreement with the posting's words")
    parser.add_argument("--json", action="store_true", help="print the score as JSON")
    parser.add_argument(
        "--min-precision", type=share, metavar="X", help="fail if the precision of a field is below X, from 0 to 1"
    )
    parser.add_argument(
        "--min-recall", type=share, metavar="X", help="fail if the recall of a field is below X, from 0 to 1"
    )
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD",
        help="resolve relative dates from this day, for postings without `fetched_at` (default: today)",
    )


def share(text: str) -> float:
    """Return the share, from 0 to 1, that an argument states.

    >>> share("0.95")
    0.95
    """
    with contextlib.suppress(ValueError):
        if 0 <= (value := float(text)) <= 1:
            return value
    raise argparse.ArgumentTypeError(f"expected a number from 0 to 1; got {text}")


def run(options: argparse.Namespace) -> int:
    """Score the files together; return the exit status.

    Raises:
        UsageError: a file cannot be read, or no file contains a labelled posting.
    """
    score = score_files(options.files, (options.today or datetime.datetime.now(datetime.UTC)).date())
    for problem in score.problems:
        fail(problem)
    if not score.rows and not score.problems:
        raise UsageError(f"no labelled posting in {', '.join(map(str, options.files))}")
    if options.json:
        print(to_json(to_dict(score)).decode(), end="")
    else:
        OUT.print(f"{score.rows} labelled postings", markup=False)
        OUT.print(table(score))
        if options.errors:
            OUT.print(errors_table(score))
    below = score.below(options.min_precision, options.min_recall)
    for line in below:
        fail(line)
    return 1 if below or score.problems or not score.rows else 0


def table(score: Score, title: str | None = None) -> Table:
    """Return the tallies as a table for the terminal."""
    tallies = Table(title=title, title_justify="left", box=None)
    tallies.add_column("field")
    for heading in ("labelled", "said", "right", "wrong", "invented", "precision", "95 %", "recall", "95 %"):
        tallies.add_column(heading, justify="right")
    for name, tally in score.fields.items():
        tallies.add_row(
            Text(name, style="dim" if name in JUDGED and name not in JUDGMENTS else ""),
            *(str(getattr(tally, count)) for count in ("labelled", "said", "right", "wrong", "invented")),
            _ratio(tally.precision),
            _interval(wilson(tally.right, tally.said)),
            _ratio(tally.recall),
            _interval(wilson(tally.right, tally.labelled)),
        )
    return tallies


def errors_table(score: Score) -> Table:
    """Return every disagreement as a table for the terminal."""
    errors = Table("id", "field", "outcome", "labelled", "said", "words", box=None)
    for error in score.errors:
        cells = (_values(error.labelled), _values(error.said), " ".join(error.words.split()))
        errors.add_row(error.id, error.field, error.outcome, *map(Text, cells))
    return errors


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.3f}-{ends[1]:.3f}"


def _values(values: dict[str, Any]) -> str:
    shown = ("-" if value in SILENT else str(value) for value in values.values())
    return ", ".join(shown)
