"""The report of a run: one page, complete in itself, of what was found, what it pays, how long it lasts and who is ill.

It reads the staged snapshot and the history, and holds no clock: the same run gives the same bytes.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import plots, snapshot
from pipeline.publish import Staged

NAME = "report.html"
ROWS = 10  # sources or countries in a plot
RUNS = 30  # runs in the trend
NAMED = 12  # listings named of each change
LEAST = 3  # values that make a spread
_COLUMNS = (
    "source country remote_status pay_status duration_weeks_min pay_hourly_min pay_min pay_currency pay_period status"
).split()
_TOLD = ("opened", "changed", "renormalized", "reopened", "closed")


def write_report(staged: Staged) -> None:
    """Write report.html into a staged snapshot.

    A run that changed nothing, neither a listing nor who is ill, keeps the report of before. A report that cannot be
    made stops nothing, and the manifest's notes say so.
    """
    target = staged.path / NAME
    try:
        if not _same_as_before(staged):
            target.write_text(page(staged.path, staged.manifest, _history(staged)), "utf-8")
        elif staged.previous:
            os.link(staged.previous / NAME, target)
    except Exception as error:  # a picture is no reason to publish nothing
        target.unlink(missing_ok=True)
        staged.manifest["notes"].append(f"{NAME} was not made: {type(error).__name__}: {' '.join(str(error).split())}")


def page(path: Path, manifest: dict[str, Any], history: Sequence[Path] = ()) -> str:
    """Return the report of a snapshot.

    Args:
        history: the parts of earlier runs, oldest first.

    Raises:
        OSError, pyarrow.ArrowException: the datasets cannot be read.
    """
    rows = pa.concat_tables([pq.read_table(part, columns=_COLUMNS) for part in snapshot.parts(path, "listings")])
    rows = rows.filter(pc.equal(rows["status"], "open")).combine_chunks()
    boards = [row for part in snapshot.parts(path, "boards") for row in pq.read_table(part).to_pylist()]
    counts = manifest["listings"]
    sections = [
        _tiles(manifest, rows.num_rows),
        _ill(manifest, boards),
        _measures(rows),
        _section("Remote work", _remote(rows)),
        _section("What listings state, by source", _coverage(boards)),
        _section("The last runs", _trend(manifest["run_id"], counts, rows.num_rows, history)),
        _section("In this run", _named(path)),
    ]
    when = f"{snapshot.instant_of(manifest['run_id']):%-d %B %Y, %H:%M} UTC"
    head = f"<h1>{_e(str(rows.num_rows))} open internships</h1><p class=sub>Run {_e(manifest['run_id'])}, {when}</p>"
    notes = "".join(f"<li>{_e(note)}</li>" for note in manifest.get("notes", ()))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>internfeed report {_e(manifest['run_id'])}</title><style>{_STYLE}</style></head><body>"
        f"<header>{head}</header><main>{f'<ul class=notes>{notes}</ul>' if notes else ''}{''.join(sections)}</main>"
        "<footer>Only what postings state is counted; silence is no value. Lines in the plots reach from the 10th to"
        " the 90th percentile, bars hold the middle half, dots are medians; in brackets, how many listings.</footer>"
        "</body></html>\n"
    )


def _same_as_before(staged: Staged) -> bool:
    if staged.changed or staged.previous is None or not (staged.previous / NAME).exists():
        return False
    before = snapshot.read_manifest(staged.previous)
    return all(before.get(name) == staged.manifest.get(name) for name in ("ill", "boards", "notes", "feeds_held"))


def _history(staged: Staged) -> list[Path]:
    root = staged.path.parent.parent / "history"
    parts = [path for path in root.glob("month=*/part-*.parquet") if snapshot.run_of_part(path) < staged.run_id]
    return sorted(parts, key=snapshot.run_of_part)[-RUNS:]


def _tiles(manifest: dict[str, Any], still_open: int) -> str:
    counts, postings = manifest["listings"], manifest.get("postings", {})
    tiles = [
        ("postings read", postings.get("postings")),
        ("open listings", still_open),
        *((name.replace("reopened", "re-opened"), counts.get(name, 0)) for name in _TOLD),
        ("boards", manifest.get("boards")),
        ("boards ill", len(manifest.get("ill", ()))),
    ]
    shown = [(name, value) for name, value in tiles if value is not None and (value or name != "renormalized")]
    cells = "".join(f"<div><dt>{_e(name)}</dt><dd>{value:,}</dd></div>" for name, value in shown)
    closed = ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in counts.get("closed_reasons", {}).items()
    )
    held = counts.get("held") or 0
    said = [f"Closed: {closed}." if closed else "", f"{held:,} closings are held by a guard." if held else ""]
    if feeds := manifest.get("feeds_held"):
        said.append(f"The feeds are held at the last good ones: {feeds['note']}.")
    return f"<dl class=tiles>{cells}</dl>" + "".join(f"<p>{_e(line)}</p>" for line in said if line)


def _ill(manifest: dict[str, Any], boards: list[dict[str, Any]]) -> str:
    ill = manifest.get("ill", ())
    if not ill:
        return _section("Boards", "<p>Every board that was asked answered well.</p>")
    facts = {(board["source"], board["board"]): board for board in boards}
    rows = []
    for one in ill:
        board = facts.get((one["source"], one["board"]), {})
        last = f"{board['last_ok']:%Y-%m-%d}" if board.get("last_ok") else "never"
        name = f"{one['source']}/{one['board']}"
        cells = (name, one["verdict"], one["error"] or "", last, board.get("consecutive_failures") or 0)
        rows.append([_e(str(cell)) for cell in cells])
    return _section("Boards that are ill", _table(("board", "verdict", "why", "last well", "failures"), rows))


def _measures(rows: pa.Table) -> str:
    hourly = rows.filter(pc.is_valid(rows["pay_hourly_min"]))
    weekly = rows.filter(pc.and_(pc.is_valid(rows["pay_min"]), pc.equal(rows["pay_period"], "week")))
    found = [_section("How long, in weeks", _spread("duration", rows, "duration_weeks_min", "weeks, at least"))]
    for title, table, column, name in (
        ("Pay an hour", hourly, "pay_hourly_min", "hour"),
        ("Pay a week", weekly, "pay_min", "week"),
    ):
        blocks = []
        for currency, count in _largest(table["pay_currency"], 3):
            if currency and count >= LEAST:
                some = table.filter(pc.equal(table["pay_currency"], currency))
                blocks.append(_spread(f"{name}-{currency}", some, column, f"{currency} a {name}, at least"))
        found.append(_section(title, "".join(blocks) or "<p>Too few listings state it.</p>"))
    return "".join(found)


def _spread(name: str, rows: pa.Table, column: str, unit: str) -> str:
    figures = []
    for by in ("source", "country"):
        groups = []
        for group, _ in _largest(rows[by], ROWS):
            chosen = pc.equal(rows[by], group) if group is not None else pc.is_null(rows[by])
            values = rows[column].filter(chosen).drop_null().to_numpy()
            if len(values) >= LEAST:
                low, first, median, third, high = np.percentile(values, (10, 25, 50, 75, 90)).tolist()
                groups.append(plots.Spread(group or "not stated", (low, first, median, third, high), len(values)))
        if groups:
            told = "; ".join(f"{group.name} median {group.quantiles[2]:g} of {group.listings}" for group in groups)
            picture = plots.spreads(f"{name}-{by}".lower(), groups, unit)
            figures.append(_figure(f"By {by}", f"{unit}, by {by}: {told}", picture))
    return f"<div class=pair>{''.join(figures)}</div>" if figures else "<p>Too few listings state it.</p>"


def _remote(rows: pa.Table) -> str:
    figures = []
    for by in ("source", "country"):
        counts: dict[str | None, dict[str, int]] = {}
        for row in rows.group_by([by, "remote_status"]).aggregate([([], "count_all")]).to_pylist():
            counts.setdefault(row[by], {})[row["remote_status"]] = row["count_all"]
        bars = [(group or "not stated", counts[group]) for group, _ in _largest(rows[by], ROWS)]
        if bars:
            told = "; ".join(
                f"{name} " + ", ".join(f"{status} {found[status]}" for status in plots.SHADES if status in found)
                for name, found in bars
            )
            figures.append(_figure(f"By {by}", f"Remote work by {by}: {told}", plots.shares(f"remote-{by}", bars)))
    return f"<div class=pair>{''.join(figures)}</div>" if figures else "<p>No listing is open.</p>"


def _coverage(boards: list[dict[str, Any]]) -> str:
    """Weigh the coverage of a source's boards by their open listings."""
    stated: dict[str, dict[str, float]] = {}
    total: dict[str, int] = {}
    for board in boards:
        weight = board["listings_open"] or 0
        if board["coverage"] and weight:
            total[board["source"]] = total.get(board["source"], 0) + weight
            sums = stated.setdefault(board["source"], {})
            for name, share in orjson.loads(board["coverage"]).items():
                sums[name] = sums.get(name, 0.0) + share * weight
    if not stated:
        return "<p>No listing is open.</p>"
    sources = sorted(stated, key=lambda source: (-total[source], source))
    fields = sorted({name for sums in stated.values() for name in sums})
    values = [
        [stated[source][name] / total[source] if name in stated[source] else None for name in fields]
        for source in sources
    ]
    told = "; ".join(
        f"{source}: " + ", ".join(f"{name} {value:.0%}" for name, value in zip(fields, row, strict=True) if value)
        for source, row in zip(sources, values, strict=True)
    )
    labels = [f"{source}  ({total[source]:,})" for source in sources]
    picture = plots.heat("coverage", labels, [name.replace("_", " ") for name in fields], values)
    return _figure("Percent of open listings that state a field", f"Coverage: {told}", picture, "wide")


def _trend(run_id: str, counts: dict[str, Any], still_open: int, history: Sequence[Path]) -> str:
    """Count back from what is open now: each run says what it opened and closed."""
    runs = [(snapshot.run_of_part(path), _changes(path)) for path in history[-(RUNS - 1) :]]
    runs.append((run_id, {name: counts.get(name) or 0 for name in _TOLD}))
    opens = [still_open]
    for _, found in runs[:0:-1]:
        opens.append(opens[-1] - found["opened"] - found["reopened"] + found["closed"])
    opens.reverse()
    labels = [f"{snapshot.instant_of(name):%-d %b}" for name, _ in runs]
    series = {name: [found[name] for _, found in runs] for name in plots.LINES}
    told = "; ".join(
        f"{name} opened {found['opened']}, changed {found['changed']}, closed {found['closed']}, open {total}"
        for (name, found), total in zip(runs[-5:], opens[-5:], strict=True)
    )
    return (
        "<div class=pair>"
        + _figure("Open after each run", f"Open listings: {told}", plots.bars("open", labels, opens))
        + _figure("What each run changed", f"Changes: {told}", plots.trend("trend", labels, series))
        + "</div>"
    )


def _changes(path: Path) -> dict[str, int]:
    column = pq.read_table(path, columns=["change"], partitioning=None)["change"]
    found = {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()}
    return {name: found.get(name, 0) for name in _TOLD}


def _named(path: Path) -> str:
    """Name some of the listings that changed."""
    changes = pa.concat_tables([pq.read_table(part) for part in snapshot.parts(path, "changes")])
    wanted: dict[str, list[dict[str, Any]]] = {}
    for change in _TOLD:
        some = changes.filter(pc.equal(changes["change"], change))
        if some.num_rows:
            wanted[change] = some.slice(0, NAMED).select(["listing_id", "reason"]).to_pylist()
    ids = pa.array([row["listing_id"] for rows in wanted.values() for row in rows], pa.string())
    facts: dict[str, dict[str, Any]] = {}
    columns = ["listing_id", "title", "hiring_organization", "duration_text", "pay_text", "url"]
    for part in snapshot.parts(path, "listings"):
        for row in pq.read_table(part, columns=columns, filters=pc.field("listing_id").isin(ids)).to_pylist():
            facts[row["listing_id"]] = row
    blocks = []
    for change, rows in wanted.items():
        cells = []
        for row in rows:
            fact = facts.get(row["listing_id"], {})
            words = [_short(fact.get(name)) for name in columns[2:5]]
            cells.append([_link(fact), *map(_e, words), _e((row["reason"] or "").replace("_", " "))])
        total = pc.sum(pc.equal(changes["change"], change)).as_py()
        few = f", {len(rows)} of {total:,}" if total > len(rows) else ""
        table = _table(("title", "employer", "duration", "pay", "reason"), cells)
        blocks.append(f"<h3>{_e(change.replace('reopened', 're-opened').capitalize())}{few}</h3>{table}")
    return "".join(blocks) or "<p>No listing opened, changed or closed.</p>"


def _link(fact: dict[str, Any]) -> str:
    title, url = _e(_short(fact.get("title"), 80)), fact.get("url") or ""
    if url.startswith(("https://", "http://")):
        return f'<a rel="noreferrer nofollow" href="{_e(url)}">{title}</a>'
    return title


def _largest(column: pa.ChunkedArray, most: int) -> list[tuple[str | None, int]]:
    counts = [(row["values"], row["counts"]) for row in pc.value_counts(column).to_pylist()]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))[:most]


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{_e(title)}</h2>{inner}</section>"


def _figure(caption: str, told: str, picture: str, kind: str = "") -> str:
    box = f'<div role="img" tabindex="0" aria-label="{_e(told)}">{picture}</div>'
    return f'<figure class="{kind}"><figcaption>{_e(caption)}</figcaption>{box}</figure>'


def _table(names: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are HTML already."""
    head = "".join(f'<th scope="col">{_e(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class=scroll tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _short(text: str | None, most: int = 48) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _e(text: str) -> str:
    return html.escape(text, quote=True)


_STYLE = """
:root{color-scheme:light;--ink:#1d2733;--soft:#52606d;--line:#d5dbe1;--blue:#0b3c5d}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1.5rem clamp(1rem,4vw,3rem);color:var(--ink);background:#fff;
font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
h1{font-size:clamp(1.7rem,5vw,2.6rem);line-height:1.15;margin:.3em 0 0;color:var(--blue)}
.sub,footer{color:var(--soft)}
.sub{margin:.3em 0 1.6em}
h2{font-size:1.3rem;margin:2.4em 0 .6em;padding-top:.7em;border-top:2px solid var(--blue)}
h3{font-size:1rem;margin:1.6em 0 .4em}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7rem,1fr));gap:1rem;margin:0 0 1rem}
.tiles div{border-left:3px solid var(--blue);padding-left:.7rem}
.tiles dt{color:var(--soft);font-size:.85rem}
.tiles dd{margin:0;font-size:1.6rem;font-variant-numeric:tabular-nums}
.notes{border:1px solid #9a6a00;padding:.8rem .8rem .8rem 2rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem 2rem;
align-items:start;margin-bottom:1rem}
figure{margin:0;min-width:0}
figcaption{font-weight:600;font-size:.95rem;margin-bottom:.3rem}
figure div,.scroll{overflow-x:auto}
svg{display:block;width:100%;height:auto;max-width:36rem}
svg text{font-family:system-ui,"DejaVu Sans",sans-serif!important}
.wide svg{max-width:58rem;min-width:40rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line)}
td{overflow-wrap:anywhere;min-width:5rem}
td:first-child{min-width:11rem}
a{color:#0b5394}
:focus-visible{outline:3px solid #d9a441;outline-offset:2px}
footer{margin-top:3rem;font-size:.85rem;border-top:1px solid var(--line);padding-top:1rem}
@media print{body{max-width:none;padding:0;font-size:10.5pt}section,figure,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.pair{grid-template-columns:1fr 1fr}.wide svg{min-width:0}a{color:inherit}}
"""
