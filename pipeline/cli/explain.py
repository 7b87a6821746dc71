"""`internfeed explain`: print why each value of a posting was read."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING, Any

from pipeline.cli.arguments import DONE, INTERRUPTED
from pipeline.cli.posting import posting_of
from pipeline.run.today import parse_today

if TYPE_CHECKING:
    from normalize.explain import Explained

EXAMPLE = 'internfeed explain "12 weeks of parental leave. Your internship lasts 8 weeks, fully remote."'
STATUSES = {**DONE, 1: "the text or file cannot be read, wrong usage, or an internal error", **INTERRUPTED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "text", metavar="TEXT|FILE", help="the text of one posting, or a file with its text or with a posting as JSON"
    )
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD",
        help="the day for relative dates and for dates without a year (default: today)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")


def run(options: argparse.Namespace) -> int:
    """Print each field with the spans that were weighed for it; return the exit status."""
    from normalize.explain import explain

    today = (options.today or datetime.datetime.now(datetime.UTC)).date()
    explained = explain(posting_of(options.text), today)
    if options.json:
        import orjson

        sys.stdout.buffer.write(orjson.dumps(explained_as_data(explained)) + b"\n")
        return 0
    _print(explained)
    return 0


def explained_as_data(explained: list[Explained]) -> dict[str, Any]:
    """Return the explanation of each field as plain data, by field."""
    return {
        field.field: {
            **field._asdict(),
            "weighed": [
                {**span._asdict(), "reasons": [reason._asdict() for reason in span.reasons]} for span in field.weighed
            ],
        }
        for field in explained
    }


def _print(explained: list[Explained]) -> None:
    from rich.table import Table

    from pipeline.cli.console import OUT

    values = Table("field", "value", "words", "where")
    for field in explained:
        values.add_row(field.field, field.value or "not stated", _short(field.words or ""), field.basis or "")
    OUT.print(values)
    for field in explained:
        for span in field.weighed:
            taken = "taken" if span.likely >= span.enough else "not enough"
            table = Table("sign", "words", "weight", title_justify="left")
            table.title = (
                f"{field.field}: “{_short(span.words)}” is {span.meaning} with {span.likely:.2f} "
                f"({taken}; {span.enough:.2f} is asked for)"
            )
            for reason in span.reasons:
                table.add_row(reason.sign, _short(reason.words), f"{reason.weight:+.2f}")
            OUT.print(table)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:57]}…"
