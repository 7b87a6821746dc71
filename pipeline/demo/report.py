"""The report that the demo prints: what it did, what it found, where the data is, and commands to try next."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawlers.contract.board import Board
from normalize.vocabulary import ChangeKind
from pipeline.run.publish import Published
from pipeline.store import phrases
from pipeline.store.manifest import ListingCounts, Manifest, PostingCounts

Row = dict[str, Any]
SHOWN = 14
WIDTHS = (80, 120)  # columns at least and at most; also 120 where the width is unknown, as in a log
ROOMY = 100  # columns from which employers are shown
_COLUMNS = [
    "listing_id", "canonical_id", "hiring_organization", "language", "kind", "status", "closed_reason", "warnings",
    *phrases.COLUMNS,
]  # fmt: skip
_CHANGES = {
    "opened": "opened",
    "reopened": "re-opened",
    "changed": "changed",
    "renormalized": "read again",
    "closed": "closed",
}


def report(
    data: Path, day: int, boards: Sequence[Board], published: Published, before: Path | None, seconds: float
) -> None:
    """Print the report of one day's run."""
    width = min(max(shutil.get_terminal_size((WIDTHS[1], 24)).columns, WIDTHS[0]), WIDTHS[1])
    console = Console(width=width, highlight=False)
    manifest = published.manifest
    console.rule(f"[bold]Day {day} of 2", align="left")
    _print_summary(console, boards, manifest, seconds)
    if published.path is None:
        console.print(f"[bold]{manifest.result}")
        for board in manifest.failing or ():
            console.print(f"  {board.board}: {board.verdict} {board.error or ''}".rstrip(), markup=False)
        return
    rows = _rows(published.path)
    open_rows = [row for row in rows if row["status"] == "open"]
    tables = [boards_table(pq.read_table(published.path / "boards").to_pylist(), width), counts_table(open_rows)]
    if before is not None:
        tables.append(changes_table(published.path, rows, {row["listing_id"]: row for row in _rows(before)}, width))
    tables.append(listings_table(open_rows, width))
    for table in tables:
        console.print()
        console.print(table)
    if copies := sum(row["canonical_id"] != row["listing_id"] for row in open_rows):
        console.print(
            f"\n{copies} of them are also on another board: each keeps its row, and they share a canonical_id."
        )
    _print_next_steps(console, data, day)


def _print_summary(console: Console, boards: Sequence[Board], manifest: Manifest, seconds: float) -> None:
    counts, postings = manifest.listings or ListingCounts(), manifest.postings or PostingCounts()
    sources = len({board.source for board in boards})
    left_out = [
        f"{count} {words}"
        for count, words in (
            (postings.out_of_scope, "are other jobs"),
            (postings.dropped, "could not be read"),
            (postings.expired, "had expired"),
        )
        if count
    ]
    console.print(
        f"Crawled {len(boards)} recorded boards of {sources} sources without a network: {postings.postings} postings"
        f"{', of which ' if left_out else ''}{', '.join(left_out)}."
    )
    changes = [f"{count} {words}" for name, words in _CHANGES.items() if (count := counts.of_change(ChangeKind(name)))]
    console.print(
        f"Published {counts.open} open listings in {seconds:.1f} s: {', '.join(changes) or 'nothing changed'}."
    )
    for note in manifest.notes:
        console.print(f"Note: {note}.", markup=False)


def listings_table(rows: list[Row], width: int) -> Table:
    """Return a table of some listings, one for each combination of pay and workplace first."""
    table = _table(f"A selection, {min(SHOWN, len(rows))} of {len(rows)} listings")
    roomy = width >= ROOMY
    for name in ("listing", *(("employer",) if roomy else ()), "lasts", "pay", "where"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in varied(rows)[:SHOWN]:
        warned = f"  ! {row['warnings'][0]}" if row["warnings"] else ""
        title = Text(phrases.short(row["title"], (44 if roomy else 34) - len(warned)))
        title.append(warned, style="red")
        employer = [phrases.short(row["hiring_organization"], 25)] if roomy else []
        cells = (*employer, phrases.lasts(row), phrases.pay(row), phrases.where(row))
        table.add_row(title, *(Text(cell or "–") for cell in cells))
    return table


def varied(rows: Iterable[Row]) -> list[Row]:
    """Return the listings in an order that puts those unlike the previous ones first.

    >>> [row["listing_id"] for row in varied([
    ...     {"listing_id": number, "canonical_id": number, "pay_status": "paid", "pay_period": period,
    ...      "remote_status": "remote", "language": "en", "duration_weeks_min": None, "warnings": []}
    ...     for number, period in [("a", "hour"), ("b", "hour"), ("c", "total")]])]
    ['a', 'c', 'b']
    """
    seen: Counter[Any] = Counter()
    ranked: list[tuple[int, int, Row]] = []  # how many similar listings come before, and the place in the list
    for row in sorted(rows, key=lambda row: (row["duration_weeks_min"] is None, row["listing_id"])):
        traits = (row["pay_status"], row["pay_period"], row["remote_status"], row["language"], bool(row["warnings"]))
        ranked.append((seen[traits] + (row["canonical_id"] != row["listing_id"]), len(ranked), row))
        seen[traits] += 1
    return [row for _, _, row in sorted(ranked, key=lambda entry: entry[:2])]


def counts_table(rows: list[Row]) -> Table:
    """Return a table that counts listings by kind, by workplace, by pay and by language."""
    table = _table("Open listings")
    columns = [("kind", "kind"), ("where", "remote_status"), ("pay", "pay_status"), ("language", "language")]
    counted = []
    for title, column in columns:
        table.add_column(title)
        table.add_column("", justify="right", style="bold")
        words = ((row[column] or "unknown").replace("_", " ").replace("unknown", "not stated") for row in rows)
        counted.append(Counter(words).most_common(7))
    for line in range(max(map(len, counted), default=0)):
        cells = [counts[line] if line < len(counts) else ("", "") for counts in counted]
        table.add_row(
            *(str(cell).replace("_", " ").replace("unknown", "not stated") for pair in cells for cell in pair)
        )
    return table


def boards_table(boards: list[Row], width: int) -> Table:
    """Return a table of the boards with their verdicts."""
    table = _table("Boards")
    for name in ("board", "verdict"):
        table.add_column(name, no_wrap=True)
    for name in ("postings", "other jobs", "unreadable", "open"):
        table.add_column(name, justify="right")
    for board in sorted(boards, key=lambda board: (board["source"], board["board"])):
        numbers = (board[name] for name in ("postings", "out_of_scope", "dropped", "listings_open"))
        name = phrases.short(f"{board['source']}/{board['board']}", 48 if width >= ROOMY else 29)
        table.add_row(name, board["verdict"], *(str(number or "") for number in numbers))
    return table


def changes_table(snapshot: Path, rows: list[Row], before: dict[str, Row], width: int) -> Table:
    """Return a table of the listings that opened, changed and closed, with the reason."""
    now = {row["listing_id"]: row for row in rows}
    table = _table("Since the day before")
    roomy = width >= ROOMY
    for name in ("", "listing", *(("employer",) if roomy else ())):
        table.add_column(name, no_wrap=True)
    table.add_column("why")
    order = list(_CHANGES)
    changes = pq.read_table(snapshot / "changes").to_pylist()
    for change in sorted(
        changes, key=lambda change: (order.index(change["change"]), change["source"], change["listing_id"])
    ):
        row = now.get(change["listing_id"]) or before.get(change["listing_id"]) or {}
        why = (change["reason"] or "").replace("_", " ")
        if change["change"] == "changed" and change["listing_id"] in before:
            why = phrases.differences(before[change["listing_id"]], row)
        employer = [phrases.short(row.get("hiring_organization"), 25)] if roomy else []
        title = phrases.short(row.get("title"), 44 if roomy else 34)
        table.add_row(*(Text(cell) for cell in (_CHANGES[change["change"]], title, *employer, why)))
    return table


def _print_next_steps(console: Console, data: Path, day: int) -> None:
    next_call = "Run the demo again to see the next day." if day == 1 else "Run the demo again to start over."
    binaries = Path(sys.executable).parent
    with contextlib.suppress(ValueError):
        binaries = binaries.relative_to(Path.cwd())
    console.print(
        f"\n[bold]The snapshot is in {data}/latest:[/] listings, boards, changes, feeds, manifest, report.html."
        f" {next_call}"
    )
    print(f"Browse it: {binaries}/internfeed serve --data {data}")
    console.print("\n[bold]Commands to try next:[/]")
    parquet, columns = f"{data}/latest/listings", ["title", "pay_min", "pay_period"]
    projection = ", ".join([*columns, "duration_weeks_min", "remote_status"])
    query = f"duckdb.read_parquet('{parquet}/*.parquet').project('{projection}').show()"
    print(f"  {binaries}/python -c \"import pandas; print(pandas.read_parquet('{parquet}')[{columns}])\"")
    print(f'  {binaries}/python -c "import duckdb; {query}"')
    print(f"  {binaries}/internfeed run")


def _rows(snapshot: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(snapshot / "listings", columns=_COLUMNS).to_pylist()
    return rows


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", header_style="", pad_edge=False, box=None)
