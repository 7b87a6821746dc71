"""What the demo says at its end: what it did, what it found, where it lies, what to paste next."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.publish import Published
from pipeline.run import Board

Row = dict[str, Any]
SHOWN = 14
_PERIODS = {"total": "in all", "unit": "a piece"}
_SHOWN_COLUMNS = [
    "listing_id", "source", "board", "title", "hiring_organization", "language", "kind", "status", "closed_reason",
    "duration_weeks_min", "duration_weeks_max", "duration_text", "pay_status", "pay_min", "pay_max", "pay_currency",
    "pay_period", "pay_text", "remote_status", "valid_through", "canonical_id", "warnings", "date_posted", "city",
]  # fmt: skip


def report(
    data: Path, day: int, boards: Sequence[Board], published: Published, before: Path | None, seconds: float
) -> None:
    """Print what the run of one day did to the terminal, in plain lines where it is none."""
    width = None if sys.stdout.isatty() else 128
    console = Console(width=width, highlight=False, soft_wrap=False)
    counts, postings = published.manifest.get("listings", {}), published.manifest.get("postings", {})
    sources = len({board.source for board in boards})
    console.rule(f"[bold]Day {day} of 2")
    console.print(
        f"Crawled {len(boards)} recorded boards of {sources} sources without a network: "
        f"{postings.get('postings', 0)} postings, of which {postings.get('out_of_scope', 0)} are no internships, "
        f"{postings.get('dropped', 0)} could not be read and {postings.get('expired', 0)} were over."
    )
    console.print(
        f"Published {counts.get('open', 0)} open listings in {seconds:.1f} s: {counts.get('opened', 0)} opened, "
        f"{counts.get('changed', 0)} changed, {counts.get('closed', 0)} closed."
    )
    for note in published.manifest.get("notes", []):
        console.print(f"Note: {note}.")
    if published.path is None:
        console.print(f"[bold]{published.manifest.get('result', 'nothing published')}")
        for ill in published.manifest.get("ill", []):
            console.print(f"  {ill['board']}: {ill['verdict']} {ill.get('error') or ''}".rstrip())
        return
    rows = _rows(published.path)
    found = [row for row in rows if row["status"] == "open"]
    console.print(listings_table(found))
    console.print(counts_table(found))
    console.print(boards_table(pq.read_table(published.path / "boards").to_pylist()))
    if before is not None:
        console.print(changes_table(published.path, rows, {row["listing_id"]: row for row in _rows(before)}))
    _where(console, data, published, day)


def listings_table(rows: list[Row]) -> Table:
    """Return a table of some listings, chosen so that every way to be paid and to work shows once first."""
    table = _table(f"Some of what was found, {min(SHOWN, len(rows))} of {len(rows)}")
    for name, justify in (
        ("listing", "left"),
        ("employer", "left"),
        ("weeks", "right"),
        ("pay", "left"),
        ("where", "left"),
    ):
        table.add_column(name, justify=justify, no_wrap=name in ("weeks", "where"))  # type: ignore[arg-type]
    for row in varied(rows)[:SHOWN]:
        title = Text(row["title"])
        if row["warnings"]:
            title.append(f"  ! {row['warnings'][0]}", style="red")
        table.add_row(
            title, row["hiring_organization"] or "", weeks(row), pay(row), row["remote_status"].replace("unknown", "–")
        )
    return table


def varied(rows: Iterable[Row]) -> list[Row]:
    """Order listings so that those unlike the ones before come first.

    >>> [row["listing_id"] for row in varied([
    ...     {"listing_id": number, "canonical_id": number, "pay_status": "paid", "pay_period": period,
    ...      "remote_status": "remote", "language": "en", "duration_weeks_min": None}
    ...     for number, period in [("a", "hour"), ("b", "hour"), ("c", "total")]])]
    ['a', 'c', 'b']
    """
    seen: Counter[Any] = Counter()
    ranked: list[tuple[int, int, Row]] = []
    for row in sorted(rows, key=lambda row: (row["duration_weeks_min"] is None, row["listing_id"])):
        like = ((row["pay_status"], row["pay_period"]), row["remote_status"], row["language"])
        ranked.append((seen[like] + (row["canonical_id"] != row["listing_id"]), len(ranked), row))
        seen[like] += 1
    return [row for _, _, row in sorted(ranked, key=lambda entry: entry[:2])]


def weeks(row: Row) -> str:
    """Return a listing's length in weeks for the eye.

    >>> weeks({"duration_weeks_min": 4.0, "duration_weeks_max": 6.0}), weeks({"duration_weeks_min": None})
    ('4–6', '–')
    """
    low, high = row["duration_weeks_min"], row.get("duration_weeks_max")
    if low is None and high is None:
        return "–"
    ends = [f"{end:.0f}" for end in (low, high) if end is not None]
    return "–".join(dict.fromkeys(ends))


def pay(row: Row) -> str:
    """Return a listing's pay for the eye.

    >>> pay({"pay_status": "paid", "pay_min": 600.0, "pay_max": 600.0, "pay_currency": "USD", "pay_period": "total"})
    'USD 600 in all'
    """
    amounts = [f"{end:,.2f}".removesuffix(".00") for end in (row["pay_min"], row["pay_max"]) if end is not None]
    if not amounts:
        return "–" if row["pay_status"] == "unknown" else row["pay_status"].replace("_", " ")
    period = _PERIODS.get(row["pay_period"], f"a {row['pay_period']}") if row["pay_period"] else ""
    return " ".join(part for part in (row["pay_currency"], "–".join(dict.fromkeys(amounts)), period) if part).replace(
        "a hour", "an hour"
    )


def counts_table(rows: list[Row]) -> Table:
    """Return how many listings there are of each kind, by place of work and by pay."""
    table = _table("How many")
    columns = [("kind", "kind"), ("where", "remote_status"), ("pay", "pay_status"), ("language", "language")]
    counted = []
    for title, column in columns:
        table.add_column(title)
        table.add_column("", justify="right", style="bold")
        counted.append(Counter(row[column] or "–" for row in rows).most_common(7))
    for line in range(max(map(len, counted), default=0)):
        cells = [counts[line] if line < len(counts) else ("", "") for counts in counted]
        table.add_row(*(str(cell).replace("_", " ") for pair in cells for cell in pair))
    return table


def boards_table(boards: list[Row]) -> Table:
    """Return the boards with their verdicts."""
    table = _table("Boards")
    for name in ("source", "board", "verdict"):
        table.add_column(name)
    for name in ("postings", "no internship", "unreadable", "listings"):
        table.add_column(name, justify="right")
    for board in sorted(boards, key=lambda board: (board["source"], board["board"])):
        numbers = (board[name] for name in ("postings", "out_of_scope", "dropped", "listings_open"))
        table.add_row(board["source"], board["board"], board["verdict"], *(str(number or 0) for number in numbers))
    return table


def changes_table(snapshot: Path, rows: list[Row], before: dict[str, Row]) -> Table:
    """Return what opened, changed and closed, and why."""
    now = {row["listing_id"]: row for row in rows}
    table = _table("Since the day before")
    for name in ("", "listing", "employer", "why"):
        table.add_column(name, overflow="fold")
    order = {"opened": 0, "reopened": 1, "changed": 2, "renormalized": 3, "closed": 4}
    changes = pq.read_table(snapshot / "changes").to_pylist()
    for change in sorted(changes, key=lambda change: (order[change["change"]], change["source"], change["listing_id"])):
        row = now.get(change["listing_id"]) or before.get(change["listing_id"]) or {}
        why = (change["reason"] or "").replace("_", " ")
        if change["change"] == "changed" and change["listing_id"] in before:
            why = differences(before[change["listing_id"]], row)
        table.add_row(change["change"], row.get("title", ""), row.get("hiring_organization") or "", why)
    return table


def differences(old: Row, new: Row) -> str:
    """Say what changed of a listing, for the eye.

    >>> before = dict(title="Intern", pay_status="paid", pay_min=24.0, pay_max=24.0, pay_currency="CAD",
    ...     pay_period="hour",
    ...     duration_weeks_min=16.0, duration_weeks_max=16.0, remote_status="hybrid", valid_through=None)
    >>> differences(before, before | {"pay_min": 26.0, "pay_max": 26.0})
    'pay: CAD 24 an hour → CAD 26 an hour'
    """

    def said(row: Row) -> dict[str, str]:
        return {
            "title": row["title"],
            "pay": pay(row),
            "weeks": weeks(row),
            "where": row["remote_status"],
            "deadline": f"{row['valid_through'] or '–'}",
        }

    before, now = said(old), said(new)
    return (
        "; ".join(f"{name}: {before[name]} → {now[name]}" for name in now if before[name] != now[name]) or "re-worded"
    )


def _where(console: Console, data: Path, published: Published, day: int) -> None:
    again = "internfeed demo once more shows the next day" if day == 1 else "internfeed demo once more starts over"
    console.print(f"It lies in [bold]{data}/latest[/]: listings, boards, changes, feeds and the manifest. {again}.")
    console.print("\n[bold]Next, paste:[/]")
    here = Path(sys.executable).parent
    with contextlib.suppress(ValueError):
        here = here.relative_to(Path.cwd())
    duck = f"from '{data}/latest/listings/*.parquet' select title, duration_text, pay_text, remote_status limit 9"
    print(f"  {here}/python -c \"import pandas; print(pandas.read_parquet('{data}/latest/listings').head())\"")
    print(f'  {here}/python -c "import duckdb; duckdb.sql(\\"{duck}\\").show()"')
    print(f"  {here}/internfeed run")


def _rows(snapshot: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(snapshot / "listings", columns=_SHOWN_COLUMNS).to_pylist()
    return rows


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", header_style="", pad_edge=False, box=None)
