"""``internfeed show``: what the dataset holds, as tables in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table
from rich.text import Text

from pipeline import snapshot
from pipeline.console import OUT
from pipeline.publish import CALM

_COLUMNS = "status kind source pay_status remote_status duration_weeks_min pay_min country".split()
_SAMPLE = (
    "title hiring_organization city country duration_text pay_text pay_min pay_max pay_currency pay_period"
    " remote_status url first_seen status"
).split()


def show_listings(path: Path, limit: int) -> None:
    """Print counts of a snapshot's open listings and the newest of them."""
    manifest = snapshot.read_manifest(path)
    rows = read(path, "listings", _COLUMNS)
    still_open = rows.filter(pc.equal(rows["status"], "open"))
    OUT.print(
        f"{path.name}: {still_open.num_rows} open listings, {rows.num_rows - still_open.num_rows} closed,", end=" "
    )
    OUT.print(f"{manifest['boards']} boards, result {manifest['result']}")
    changes = {name: count for name, count in manifest["listings"].items() if isinstance(count, int) and count}
    OUT.print(", ".join(f"{name} {count}" for name, count in changes.items()))
    table = Table("column", "values, most frequent first", box=None)
    for name in ("kind", "source", "country", "remote_status", "pay_status"):
        counts = sorted(
            pc.value_counts(still_open[name]).to_pylist(), key=lambda row: (-row["counts"], str(row["values"]))
        )
        table.add_row(name, ", ".join(f"{row['values'] or 'not stated'} {row['counts']}" for row in counts[:8]))
    for name in ("duration_weeks_min", "pay_min"):
        stated = still_open.num_rows - still_open[name].null_count
        table.add_row(name, f"stated by {stated} of {still_open.num_rows}")
    OUT.print(table)
    newest = read(path, "listings", _SAMPLE)
    newest = newest.filter(pc.equal(newest["status"], "open")).sort_by(
        [("first_seen", "descending"), ("url", "ascending")]
    )
    sample = Table(box=None)
    for name in ("title", "employer", "place", "duration", "pay", "remote"):
        sample.add_column(name, no_wrap=True, overflow="ellipsis", min_width=7)
    for row in newest.slice(0, limit).to_pylist():
        place = ", ".join(word for word in (row["city"], row["country"]) if word)
        words = (row["title"], row["hiring_organization"], place, row["duration_text"], _pay(row))
        sample.add_row(*(Text(_short(word)) for word in words), row["remote_status"])
    OUT.print(sample)


def show_boards(path: Path, ill: bool) -> None:
    """Print a snapshot's boards: all, or those that somebody should look at."""
    names = (
        "source board verdict complete postings listings_open consecutive_failures last_ok empties gone_since held"
        " error"
    ).split()
    table = Table("board", "verdict", "postings", "open", "failures", "last ok", "why", box=None)
    shown = 0
    for row in read(path, "boards", names).to_pylist():
        why = _why_ill(row)
        if ill and not why:
            continue
        shown += 1
        last = f"{row['last_ok']:%Y-%m-%d %H:%M}" if row["last_ok"] else "never"
        table.add_row(
            f"{row['source']}/{row['board']}",
            row["verdict"] or "",
            *(str(row[name] or 0) for name in ("postings", "listings_open", "consecutive_failures")),
            last,
            Text(why),
        )
    OUT.print(table if shown else "every board is well")


def _pay(row: dict[str, Any]) -> str:
    """Return pay as it was written, or as it was read where a board wrote a record."""
    if not (row["pay_text"] or "").startswith(("{", "[")):
        return row["pay_text"] or ""
    amounts = [f"{row[name]:,g}" for name in ("pay_min", "pay_max") if row[name] is not None]
    return f"{row['pay_currency'] or ''} {'–'.join(dict.fromkeys(amounts))} / {row['pay_period'] or '?'}".strip()


def _why_ill(row: dict[str, object]) -> str:
    why = []
    if row["verdict"] not in CALM and not (row["verdict"] == "unchanged" and row["complete"]):
        why.append(str(row["error"] or row["verdict"]))
    if held := row["held"]:
        why.append(f"{len(held)} closings held")  # type: ignore[arg-type] # a list column
    if (empties := row["empties"] or 0) and empties >= 3:  # type: ignore[operator] # an integer column
        why.append(f"{empties} empty answers in a row")
    if row["gone_since"]:
        why.append(f"gone since {row['gone_since']:%Y-%m-%d %H:%M}")
    return "; ".join(why)


def read(path: Path, dataset: str, columns: list[str]) -> pa.Table:
    """Return columns of a dataset of a snapshot."""
    return pa.concat_tables([pq.read_table(part, columns=columns) for part in snapshot.parts(path, dataset)])


def _short(text: str | None, width: int = 38) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= width else line[: width - 1] + "…"
