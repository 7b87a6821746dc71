"""`internfeed export`: the newest snapshot as CSV, an Excel sheet, a SQLite file or a DuckDB file."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawlers.contract.clock import instant_of
from crawlers.contract.errors import UsageError
from pipeline.cli.arguments import DONE, INTERRUPTED, USAGE, add_data
from pipeline.cli.latest import latest_snapshot
from pipeline.products import export
from pipeline.products.feeds.filters import UnknownTerm, parse_where

EXAMPLE = 'internfeed export --xlsx paid.xlsx --where "pay_status=paid remote_status=remote"'
STATUSES = {**DONE, **USAGE, **INTERRUPTED}
_FORMATS = {
    "csv": "listings as CSV, without descriptions; compressed if the name ends in .gz",
    "xlsx": "listings as an Excel sheet, without descriptions",
    "sqlite": "all datasets as tables of a SQLite file",
    "duckdb": "all datasets as tables of a DuckDB file",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    for name, text in _FORMATS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {text}")
    parser.add_argument(
        "--where",
        default="",
        metavar="CONDITIONS",
        help="include only listings that meet all conditions: column=value, column<=value or column>=value"
        " (default: all listings)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the files that the options name; return the exit status.

    Raises:
        UsageError: there is no snapshot, no format is named, a filter cannot be read, or a sheet has too few rows.
        OSError: a file cannot be written; the earlier file stays as it is.
    """
    wanted = {name: getattr(options, name) for name in _FORMATS if getattr(options, name)}
    if not wanted:
        raise UsageError(f"name a file to write: {', '.join(f'--{name} FILE' for name in _FORMATS)}")
    latest = latest_snapshot(options.data)
    try:
        terms = parse_where(options.where)
        for name, path in wanted.items():
            if path.is_dir():
                raise UsageError(f"--{name} {path} is a folder; name a file")
            count = export.replaced(path, lambda fresh, name=name: _write(name, fresh, latest, terms))  # type: ignore[misc]
            print(f"{count:,} listings in {path}")
    except UnknownTerm as error:
        raise UsageError(str(error)) from error
    except export.TooManyRows as error:
        raise UsageError(f"{error}; narrow them with --where, or write --csv, --sqlite or --duckdb") from error
    return 0


def _write(name: str, path: Path, latest: Path, terms: list[export.Term]) -> int:
    if name == "sqlite":
        return export.write_sqlite(path, latest, terms)
    if name == "duckdb":
        return export.write_duckdb(path, latest, terms)
    rows = export.listings(latest, terms, export.SHEET_COLUMNS)
    if name == "csv":
        return export.write_csv_file(rows, path)
    return export.write_xlsx(rows, path, instant_of(latest.name))
