"""What the demo says at its end: what it did, what it found, where it lies, what to paste next."""

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
from pipeline.store import phrases as wording
from pipeline.store.manifest import ListingCounts, Manifest, PostingCounts

Row = dict[str, Any]
SHOWN = 14
WIDTHS = (80, 120)  # narrowest and widest; a log is as wide as a terminal that does not say
ROOMY = 100
_COLUMNS = [
    "listing_id", "canonical_id", "hiring_organization", "language", "kind", "status", "closed_reason", "warnings",
    *wording.COLUMNS,
]  # fmt: skip
_TOLD = {
    "opened": "opened",
    "reopened": "re-opened",
    "changed": "changed",
    "renormalized": "read anew",
    "closed": "closed",
}


def report(
    data: Path, day: int, boards: Sequence[Board], published: Published, before: Path | None, seconds: float
) -> None:
    """Print what the run of one day did."""
    width = min(max(shutil.get_terminal_size((WIDTHS[1], 24)).columns, WIDTHS[0]), WIDTHS[1])
    console = Console(width=width, highlight=False)
    manifest = published.manifest
    console.rule(f"[bold]Day {day} of 2", align="left")
    _did(console, boards, manifest, seconds)
    if published.path is None:
        console.print(f"[bold]{manifest.result}")
        for board in manifest.failing or ():
            console.print(f"  {board.board}: {board.verdict} {board.error or ''}".rstrip(), markup=False)
        return
    rows = _rows(published.path)
    found = [row for row in rows if row["status"] == "open"]
    told = [boards_table(pq.read_table(published.path / "boards").to_pylist(), width), counts_table(found)]
    if before is not None:
        told.append(changes_table(published.path, rows, {row["listing_id"]: row for row in _rows(before)}, width))
    told.append(listings_table(found, width))
    for table in told:
        console.print()
        console.print(table)
    if twice := sum(row["canonical_id"] != row["listing_id"] for row in found):
        console.print(f"\n{twice} of them are also on another board: they keep their rows and share a canonical_id.")
    _where(console, data, day)


def _did(console: Console, boards: Sequence[Board], manifest: Manifest, seconds: float) -> None:
    counts, postings = manifest.listings or ListingCounts(), manifest.postings or PostingCounts()
    sources = len({board.source for board in boards})
    left = [
        f"{count} {words}"
        for count, words in (
            (postings.out_of_scope, "are other jobs"),
            (postings.dropped, "could not be read"),
            (postings.expired, "were over"),
        )
        if count
    ]
    console.print(
        f"Crawled {len(boards)} recorded boards of {sources} sources without a network: {postings.postings} postings"
        f"{', of which ' if left else ''}{', '.join(left)}."
    )
    done = [f"{count} {words}" for name, words in _TOLD.items() if (count := counts.of_change(ChangeKind(name)))]
    console.print(f"Published {counts.open} open listings in {seconds:.1f} s: {', '.join(done) or 'nothing changed'}.")
    for note in manifest.notes:
        console.print(f"Note: {note}.", markup=False)


def listings_table(rows: list[Row], width: int) -> Table:
    """Return a table of some listings, chosen so that every way to be paid and to work shows once first."""
    table = _table(f"Some of what was found, {min(SHOWN, len(rows))} of {len(rows)}")
    roomy = width >= ROOMY
    for name in ("listing", *(("employer",) if roomy else ()), "lasts", "pay", "where"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in varied(rows)[:SHOWN]:
        warned = f"  ! {row['warnings'][0]}" if row["warnings"] else ""
        title = Text(wording.short(row["title"], (44 if roomy else 34) - len(warned)))
        title.append(warned, style="red")
        employer = [wording.short(row["hiring_organization"], 25)] if roomy else []
        cells = (*employer, wording.lasts(row), wording.pay(row), wording.where(row))
        table.add_row(title, *(Text(cell or "–") for cell in cells))
    return table


def varied(rows: Iterable[Row]) -> list[Row]:
    """Order listings so that those unlike the ones before come first.

    >>> [row["listing_id"] for row in varied([
    ...     {"listing_id": number, "canonical_id": number, "pay_status": "paid", "pay_period": period,
    ...      "remote_status": "remote", "language": "en", "duration_weeks_min": None, "warnings": []}
    ...     for number, period in [("a", "hour"), ("b", "hour"), ("c", "total")]])]
    ['a', 'c', 'b']
    """
    seen: Counter[Any] = Counter()
    ranked: list[tuple[int, int, Row]] = []
    for row in sorted(rows, key=lambda row: (row["duration_weeks_min"] is None, row["listing_id"])):
        like = (row["pay_status"], row["pay_period"], row["remote_status"], row["language"], bool(row["warnings"]))
        ranked.append((seen[like] + (row["canonical_id"] != row["listing_id"]), len(ranked), row))
        seen[like] += 1
    return [row for _, _, row in sorted(ranked, key=lambda entry: entry[:2])]


def counts_table(rows: list[Row]) -> Table:
    """Return how many listings there are of each kind, by place of work, by pay and by language."""
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
    """Return the boards with their verdicts."""
    table = _table("Boards")
    for name in ("board", "verdict"):
        table.add_column(name, no_wrap=True)
    for name in ("postings", "other jobs", "unreadable", "open"):
        table.add_column(name, justify="right")
    for board in sorted(boards, key=lambda board: (board["source"], board["board"])):
        numbers = (board[name] for name in ("postings", "out_of_scope", "dropped", "listings_open"))
        name = wording.short(f"{board['source']}/{board['board']}", 48 if width >= ROOMY else 29)
        table.add_row(name, board["verdict"], *(str(number or "") for number in numbers))
    return table


def changes_table(snapshot: Path, rows: list[Row], before: dict[str, Row], width: int) -> Table:
    """Return what opened, changed and closed, and why."""
    now = {row["listing_id"]: row for row in rows}
    table = _table("Since the day before")
    roomy = width >= ROOMY
    for name in ("", "listing", *(("employer",) if roomy else ())):
        table.add_column(name, no_wrap=True)
    table.add_column("why")
    order = list(_TOLD)
    changes = pq.read_table(snapshot / "changes").to_pylist()
    for change in sorted(
        changes, key=lambda change: (order.index(change["change"]), change["source"], change["listing_id"])
    ):
        row = now.get(change["listing_id"]) or before.get(change["listing_id"]) or {}
        why = (change["reason"] or "").replace("_", " ")
        if change["change"] == "changed" and change["listing_id"] in before:
            why = wording.differences(before[change["listing_id"]], row)
        employer = [wording.short(row.get("hiring_organization"), 25)] if roomy else []
        title = wording.short(row.get("title"), 44 if roomy else 34)
        table.add_row(*(Text(cell) for cell in (_TOLD[change["change"]], title, *employer, why)))
    return table


def _where(console: Console, data: Path, day: int) -> None:
    again = "The next call shows the day after." if day == 1 else "The next call starts over."
    here = Path(sys.executable).parent
    with contextlib.suppress(ValueError):
        here = here.relative_to(Path.cwd())
    console.print(
        f"\n[bold]It lies in {data}/latest:[/] listings, boards, changes, feeds, manifest, report.html. {again}"
    )
    print(f"Browse it: {here}/internfeed serve --data {data}")
    console.print("\n[bold]Next, paste:[/]")
    parquet, columns = f"{data}/latest/listings", ["title", "pay_min", "pay_period"]
    wanted = ", ".join([*columns, "duration_weeks_min", "remote_status"])
    duck = f"duckdb.read_parquet('{parquet}/*.parquet').project('{wanted}').show()"
    print(f"  {here}/python -c \"import pandas; print(pandas.read_parquet('{parquet}')[{columns}])\"")
    print(f'  {here}/python -c "import duckdb; {duck}"')
    print(f"  {here}/internfeed run")


def _rows(snapshot: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(snapshot / "listings", columns=_COLUMNS).to_pylist()
    return rows


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", header_style="", pad_edge=False, box=None)
