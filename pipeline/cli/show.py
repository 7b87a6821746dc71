"""`internfeed show`: print the dataset as tables, with the figures of the report."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table
from rich.text import Text

from crawlers.contract.clock import from_microseconds
from normalize.vocabulary import RemoteStatus
from pipeline.cli.arguments import CORRUPT, DONE, INTERRUPTED, USAGE, add_data, whole_number
from pipeline.cli.console import OUT
from pipeline.cli.latest import latest_snapshot
from pipeline.lifecycle.state import BoardState
from pipeline.products.report import statistics as figures
from pipeline.store import phrases, snapshot
from pipeline.store.boards import further_counts, load_boards
from pipeline.store.manifest import ListingCounts, Manifest, read_manifest
from pipeline.store.schema import DATASETS, RENAMED, conform

EXAMPLE = "internfeed show boards --ill"
STATUSES = {**DONE, **USAGE, **CORRUPT, **INTERRUPTED}
_COUNTED = "kind pay_status remote_status source country".split()
_NAMED = ["hiring_organization", "city", "country", "first_seen", "status", "listing_id", *phrases.COLUMNS]
_SHOWN_RUNS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=["listings", "boards"],
        default="listings",
        help="print listings or boards (default: %(default)s)",
    )
    add_data(parser)
    parser.add_argument("--ill", action="store_true", help="print only failing boards, with the reason")
    parser.add_argument(
        "--limit", type=whole_number, default=20, metavar="N", help="print at most N listings (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the newest snapshot; return the exit status.

    Raises:
        UsageError: there is no snapshot.
    """
    path = latest_snapshot(options.data)
    if options.what == "boards" or options.ill:
        show_boards(path, failing=options.ill)
    else:
        show_listings(path, options.limit)
    return 0


def show_listings(path: Path, limit: int) -> None:
    """Print a snapshot's counts, its figures, and its newest open listings."""
    manifest = read_manifest(path)
    counts = manifest.listings or ListingCounts()
    rows = read(path, "listings", ["status", *_COUNTED])
    still_open = rows.filter(pc.equal(rows["status"], "open"))
    OUT.print(
        f"{path.name}: {still_open.num_rows} open listings, {rows.num_rows - still_open.num_rows} closed,"
        f" {manifest.boards} boards, result {manifest.result}"
    )
    changes = {name: counts.of_change(name) for name in figures.CHANGES}
    OUT.print(", ".join(f"{count} {name}" for name, count in changes.items() if count) or "nothing changed")
    if failing := len(manifest.failing or ()):
        boards = "board is" if failing == 1 else "boards are"
        OUT.print(f"{failing} {boards} failing; run `internfeed show boards --ill` for the reasons")
    for table in _tables(path, manifest, still_open):
        if table.row_count:
            OUT.print()
            OUT.print(table)
    if limit > 0 and still_open.num_rows:
        OUT.print()
        OUT.print(_newest(path, limit))


def _tables(path: Path, manifest: Manifest, still_open: pa.Table) -> Iterator[Table]:
    yield _counts(still_open)
    rows = figures.open_listings(path)
    for measure in figures.measures(rows):
        yield _spreads(measure)
    for by in figures.BY:
        yield _remote(by, figures.remote(rows, by))
    boards = load_boards(path, ["listings_open", "coverage"])
    yield _coverage(figures.coverage(boards.values()))
    earlier = figures.history(path.parent.parent, path.name)
    yield _trend(figures.trend(manifest, rows.num_rows, earlier))


def _table(title: str, *names: str) -> Table:
    """Return a table whose first column is words and whose others are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if place else "left")
    return table


def _counts(still_open: pa.Table) -> Table:
    table = Table(title="Open listings", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("values, the most common first")
    for name in _COUNTED:
        counts = figures.largest(still_open[name], 8)
        cells = (f"{(value or 'not stated').replace('_', ' ')} {count:,}" for value, count in counts)
        table.add_row(name.replace("_", " "), ", ".join(cells))
    return table


def _spreads(measure: figures.Measure) -> Table:
    names = ("listings", "10 %", "25 %", "median", "75 %", "90 %")
    table = _table(f"{measure.caption}, at least", "", *names)
    for groups in measure.groups.values():
        for group in groups:
            table.add_row(group.name, f"{group.listings:,}", *(phrases.span(end, end) for end in group.quantiles))
        table.add_section()
    return table


def _remote(by: str, counted: list[tuple[str, dict[str, int]]]) -> Table:
    table = _table(f"Remote work by {by}, %", "", "listings", *RemoteStatus)
    for name, counts in counted:
        total = sum(counts.values())
        shares = (f"{100 * counts.get(status, 0) / total:.0f}" for status in RemoteStatus)
        table.add_row(name, f"{total:,}", *shares)
    return table


def _coverage(sources: list[figures.Coverage]) -> Table:
    """Return the coverage of the largest sources: a row for each field, so that many fields fit a narrow terminal."""
    shown = sources[:6]
    table = _table("What listings state, %", "", *(row.source for row in shown))
    for name in shown[0].shares if shown else ():
        shares = (row.shares[name] for row in shown)
        table.add_row(name.replace("_", " "), *("" if share is None else f"{100 * share:.0f}" for share in shares))
    return table


def _trend(runs: list[figures.Run]) -> Table:
    table = _table("The last runs", "run", "open", "opened", "changed", "closed", "re-opened")
    for run in runs[-_SHOWN_RUNS:]:
        numbers = (run.open, *(run.changes[name] for name in ("opened", "changed", "closed", "reopened")))
        table.add_row(run.run_id, *(f"{number:,}" for number in numbers))
    return table


def _newest(path: Path, limit: int) -> Table:
    rows = read(path, "listings", _NAMED)
    rows = rows.filter(pc.equal(rows["status"], "open")).sort_by(
        [("first_seen", "descending"), ("listing_id", "ascending")]
    )
    narrow = {"title": 22, "employer": 14}
    widths = narrow if OUT.width < 100 else {"title": 40, "employer": 26, "place": 20}
    table = Table(title="Newest", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in (*widths, "lasts", "pay", "where"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows.slice(0, limit).to_pylist():
        place = ", ".join(word for word in (row["city"], row["country"]) if word)
        words = {"title": row["title"], "employer": row["hiring_organization"], "place": place}
        cells = [Text(phrases.short(words[name], most)) for name, most in widths.items()]
        table.add_row(*cells, phrases.lasts(row), phrases.pay(row), phrases.where(row))
    return table


def show_boards(path: Path, failing: bool) -> None:
    """Print a snapshot's boards: all of them, or only those that are failing."""
    names = (
        "verdict complete postings listings_open consecutive_failures last_ok empties gone_since held"
        " error listing_window unread repeated odd_fields"
    ).split()
    table = Table("board", "verdict", "postings", "open", "failures", "last ok", "why", box=None)
    shown = 0
    for board in load_boards(path, names).values():
        why = _why_failing(board)
        if failing and not why:
            continue
        shown += 1
        why = "; ".join(filter(None, (why, *further_counts(board))))
        table.add_row(
            str(board.key),
            board.verdict or "",
            *(str(number or 0) for number in (board.postings, board.listings_open, board.consecutive_failures)),
            _minute(board.last_ok) if board.last_ok else "never",
            Text(why),
        )
    OUT.print(table if shown else "no board is failing")


def _why_failing(board: BoardState) -> str:
    why = []
    if not board.is_healthy:
        why.append(str(board.error or board.verdict))
    if board.held:
        why.append(f"{len(board.held)} closings held")
    if board.empties and board.empties >= 3:
        why.append(f"{board.empties} empty answers in a row")
    if board.gone_since:
        why.append(f"gone since {_minute(board.gone_since)}")
    return "; ".join(why)


def _minute(instant: int) -> str:
    return f"{from_microseconds(instant):%Y-%m-%d %H:%M}"


def read(path: Path, dataset: str, columns: list[str]) -> pa.Table:
    """Return columns of a dataset of a snapshot, which may have the current schema or an earlier one."""
    schema = pa.schema([DATASETS[dataset].field(name) for name in columns])
    tables = []
    for part in snapshot.parts(path, dataset):
        file = pq.ParquetFile(part)
        stored = [name for name in file.schema_arrow.names if RENAMED.get(name, name) in columns]
        tables.append(conform(file.read(stored), schema))
    return pa.concat_tables(tables)
