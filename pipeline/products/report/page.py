"""The report of a run: one self-contained page about durations, pay, remote work, failing boards and changes.

It is made from the staged snapshot and the history and reads no clock, so the same run gives the same bytes.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import from_microseconds, instant_of
from pipeline.lifecycle.state import BoardState
from pipeline.products.report import plots
from pipeline.products.report import statistics as figures
from pipeline.store import phrases, snapshot
from pipeline.store.boards import further_counts, load_boards
from pipeline.store.manifest import ListingCounts, Manifest, read_manifest
from pipeline.store.staged import Staged

NAME = "report.html"
NAMED = 12  # listings that are named for each kind of change


def write_report(staged: Staged) -> None:
    """Write report.html into a staged snapshot.

    A run that changed neither a listing nor the failing boards keeps the previous report. An error in the report does
    not stop the run; the manifest's notes record it.
    """
    target = staged.path / NAME
    try:
        if not _same_as_before(staged):
            earlier = figures.history(staged.path.parent.parent, staged.run_id)
            target.write_text(page(staged.path, staged.manifest, earlier, staged.previous), "utf-8")
        elif staged.previous:
            os.link(staged.previous / NAME, target)
    except Exception as error:  # an error in a plot must not stop the publication
        target.unlink(missing_ok=True)
        staged.add_note(f"{NAME} was not made: {type(error).__name__}: {' '.join(str(error).split())}")


def page(path: Path, manifest: Manifest, earlier: Sequence[Path] = (), previous: Path | None = None) -> str:
    """Return the report of a snapshot.

    Args:
        earlier: the history's parts of the earlier runs, oldest first.
        previous: the previous snapshot, with which changed listings are compared.

    Raises:
        OSError, pyarrow.ArrowException: the datasets cannot be read.
    """
    rows = figures.open_listings(path)
    boards = load_boards(path, ["listings_open", "coverage", "last_ok", "consecutive_failures"])
    sections = [
        _tiles(manifest, rows.num_rows),
        *_measures(rows),
        _section("Remote work", _remote(rows)),
        _section("What listings state, by source", _coverage(boards.values())),
        _failing(manifest, boards),
        _section("The last runs", _trend(figures.trend(manifest, rows.num_rows, earlier))),
        _section("In this run", _named(path, previous)),
    ]
    when = f"{instant_of(manifest.run_id):%-d %B %Y, %H:%M} UTC"
    head = f"<h1>{rows.num_rows:,} open internships</h1><p class=sub>Run {_e(manifest.run_id)}, {when}</p>"
    notes = "".join(f"<li>{_e(note)}</li>" for note in manifest.notes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>internfeed report {_e(manifest.run_id)}</title><style>{_STYLE}</style></head><body>"
        f"<header>{head}</header><main>{f'<ul class=notes>{notes}</ul>' if notes else ''}{''.join(sections)}</main>"
        "<footer>Only values that postings state are counted. Pay a week is stated, or computed from pay an hour and"
        " hours a week, or from a fixed sum and a number of weeks. In the plots, a line extends from the 10th to the"
        " 90th percentile, a bar shows the middle half, a dot is the median, and the number of listings is in brackets."
        "</footer>"
        "</body></html>\n"
    )


def _same_as_before(staged: Staged) -> bool:
    if staged.changed or staged.previous is None or not (staged.previous / NAME).exists():
        return False
    before, now = read_manifest(staged.previous), staged.manifest
    return (before.failing, before.boards, before.notes, before.feeds_held) == (
        now.failing,
        now.boards,
        now.notes,
        now.feeds_held,
    )


def _tiles(manifest: Manifest, still_open: int) -> str:
    counts = manifest.listings or ListingCounts()
    tiles = [
        ("postings read", manifest.postings.postings if manifest.postings else None),
        ("open listings", still_open),
        *((name.replace("reopened", "re-opened"), counts.of_change(name)) for name in figures.CHANGES),
        ("boards", manifest.boards),
        ("failing boards", len(manifest.failing or ())),
    ]
    shown = [(name, value) for name, value in tiles if value is not None and (value or name != "renormalized")]
    cells = "".join(f"<div><dt>{_e(name)}</dt><dd>{value:,}</dd></div>" for name, value in shown)
    closed = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in (counts.closed_reasons or {}).items())
    held = counts.held or 0
    notes = [f"Closed: {closed}." if closed else "", f"A guard held back {held:,} closings." if held else ""]
    if feeds := manifest.feeds_held:
        notes.append(f"The guard held the last good feeds: {feeds['note']}.")
    return f"<dl class=tiles>{cells}</dl>" + "".join(f"<p>{_e(note)}</p>" for note in notes if note)


def _failing(manifest: Manifest, boards: Mapping[BoardKey, BoardState]) -> str:
    if not manifest.failing:
        return _section("Boards", "<p>No board failed.</p>")
    rows = []
    for failing in manifest.failing:
        board = boards.get(failing.key)
        last = f"{from_microseconds(board.last_ok):%Y-%m-%d}" if board and board.last_ok else "never"
        why = "; ".join(filter(None, (phrases.short(failing.error, 160), *further_counts(failing))))
        failures = (board and board.consecutive_failures) or 0
        cells = (failing.key, failing.verdict, why, last, failures)
        rows.append([_e(str(cell)) for cell in cells])
    return _section("Failing boards", _table(("board", "verdict", "why", "last ok", "failures"), rows))


def _measures(rows: pa.Table) -> list[str]:
    by_title: dict[str, list[str]] = {"How long": [], "Pay an hour": [], "Pay a week": []}
    for measure in figures.measures(rows):
        pictures = []
        for by, groups in measure.groups.items():
            if groups:
                text = "; ".join(f"{group.name} median {group.quantiles[2]:g} of {group.listings}" for group in groups)
                unit = f"{measure.unit}, at least"
                picture = plots.spreads(f"{measure.unit}-{by}".replace(" ", "-").lower(), groups, unit)
                pictures.append(_figure(f"{measure.caption}, by {by}", f"{unit}, by {by}: {text}", picture))
        if pictures:
            by_title[measure.title].append(f"<div class=pair>{''.join(pictures)}</div>")
    too_few = "<p>Too few listings state it.</p>"
    return [_section(title, "".join(pairs) or too_few) for title, pairs in by_title.items()]


def _remote(rows: pa.Table) -> str:
    pictures = []
    for by in figures.BY:
        bars = figures.remote(rows, by)
        if bars:
            text = "; ".join(
                f"{name} " + ", ".join(f"{status} {counts[status]}" for status in plots.SHADES if status in counts)
                for name, counts in bars
            )
            pictures.append(_figure(f"By {by}", f"Remote work by {by}: {text}", plots.shares(f"remote-{by}", bars)))
    return f"<div class=pair>{''.join(pictures)}</div>" if pictures else "<p>No listing is open.</p>"


def _coverage(boards: Iterable[BoardState]) -> str:
    sources = figures.coverage(boards)
    if not sources:
        return "<p>No listing is open.</p>"
    text = "; ".join(
        f"{row.source}: " + ", ".join(f"{name} {share:.0%}" for name, share in row.shares.items() if share)
        for row in sources
    )
    labels = [f"{row.source}  ({row.listings:,})" for row in sources]
    fields = [name.replace("_", " ") for name in sources[0].shares]
    picture = plots.heat("coverage", labels, fields, [list(row.shares.values()) for row in sources])
    return _figure("Percentage of open listings that state a field", f"Coverage: {text}", picture, "wide")


def _trend(runs: Sequence[figures.Run]) -> str:
    labels = [f"{instant_of(run.run_id):%-d %b}" for run in runs]
    series = {name: [run.changes[name] for run in runs] for name in plots.LINES}
    text = "; ".join(
        f"{run.run_id} opened {run.changes['opened']}, changed {run.changes['changed']},"
        f" closed {run.changes['closed']}, open {run.open}"
        for run in runs[-5:]
    )
    opens = plots.bars("open", labels, [run.open for run in runs])
    return (
        "<div class=pair>"
        + _figure("Open after each run", f"Open listings: {text}", opens)
        + _figure("Changes in each run", f"Changes: {text}", plots.trend("trend", labels, series))
        + "</div>"
    )


def _named(path: Path, previous: Path | None) -> str:
    """Return tables of some listings that opened, changed or closed."""
    changes = pa.concat_tables([pq.read_table(part) for part in snapshot.parts(path, "changes")])
    selected: dict[str, list[dict[str, Any]]] = {}
    for change in map(str, figures.CHANGES):
        of_kind = changes.filter(pc.equal(changes["change"], change))
        if of_kind.num_rows:
            selected[change] = of_kind.slice(0, NAMED).select(["listing_id", "reason"]).to_pylist()
    now = _facts(path, [row["listing_id"] for rows in selected.values() for row in rows])
    before = _facts(previous, [row["listing_id"] for row in selected.get("changed", ())]) if previous else {}
    blocks = []
    for change, rows in selected.items():
        cells = []
        for row in rows:
            name, fact = row["listing_id"], now.get(row["listing_id"])
            if fact is None:
                continue
            why = (row["reason"] or "").replace("_", " ")
            if change == "changed" and name in before:
                why = phrases.differences(before[name], fact)
            words = (phrases.short(fact["hiring_organization"], 48), phrases.lasts(fact), phrases.pay(fact), why)
            cells.append([link(fact), *map(_e, words)])
        total = pc.sum(pc.equal(changes["change"], change)).as_py()
        shown_of = f", {len(rows)} of {total:,}" if total > len(rows) else ""
        names = ("title", "employer", "lasts", "pay", {"changed": "what", "closed": "why"}.get(change, ""))
        shown = names if names[-1] else names[:-1]
        table = _table(shown, [row[: len(shown)] for row in cells])
        blocks.append(f"<h3>{_e(change.replace('reopened', 're-opened').capitalize())}{shown_of}</h3>{table}")
    return "".join(blocks) or "<p>No listing opened, changed or closed.</p>"


def _facts(path: Path, ids: list[str]) -> dict[str, dict[str, Any]]:
    columns = ["listing_id", "hiring_organization", "url", *phrases.COLUMNS]
    chosen = pc.field("listing_id").isin(pa.array(ids, pa.string()))
    parts = snapshot.parts(path, "listings") if ids else []
    rows = (row for part in parts for row in pq.read_table(part, columns=columns, filters=chosen).to_pylist())
    return {row["listing_id"]: row for row in rows}


def link(fact: dict[str, Any]) -> str:
    """Return a listing's title as HTML: a link to its posting, if the address is http(s).

    >>> link({"title": "Intern", "url": "https://a.example/"})
    '<a rel="noreferrer nofollow" href="https://a.example/">Intern</a>'
    """
    title, url = _e(phrases.short(fact.get("title"), 80)), fact.get("url") or ""
    if url.startswith(("https://", "http://")):
        return f'<a rel="noreferrer nofollow" href="{_e(url)}">{title}</a>'
    return title


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{_e(title)}</h2>{inner}</section>"


def _figure(caption: str, text: str, picture: str, kind: str = "") -> str:
    """Return a picture with its caption; screen readers read the text in place of the picture."""
    box = f'<div role="img" tabindex="0" aria-label="{_e(text)}">{picture}</div>'
    return f'<figure class="{kind}"><figcaption>{_e(caption)}</figcaption>{box}</figure>'


def _table(names: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose cells are already HTML."""
    head = "".join(f'<th scope="col">{_e(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class=scroll tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


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
td:nth-child(2){min-width:7.5rem}
a{color:#0b5394}
:focus-visible{outline:3px solid #d9a441;outline-offset:2px}
footer{margin-top:3rem;font-size:.85rem;border-top:1px solid var(--line);padding-top:1rem}
@media print{body{max-width:none;padding:0;font-size:10.5pt}.pair,.tiles,figure,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.pair{grid-template-columns:1fr 1fr}.wide svg{min-width:0}a{color:inherit}}
"""
