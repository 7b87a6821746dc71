"""The list of the feeds as a page for people; programs read the index, which contains more."""

from __future__ import annotations

from html import escape
from typing import Any

_FOR = {
    "indeed": "importers that read Indeed's XML",
    "jobs": "importers that read Jooble's XML",
    "jobposting": "schema.org JobPosting, one per line",
    "feed": "JSON Feed 1.1",
    "rss": "feed readers",
    "atom": "feed readers; marks removed listings",
    "wpjm": "WP Job Manager and spreadsheets",
}
_SHOWN = 12  # maximum number of files named for a format; index.json names all of them


def overview(index: dict[str, Any]) -> str:
    """Return the page for an index of feeds.

    >>> page = overview({"entries": 3, "generated": "2026-11-23T12:00:00Z", "held": None, "left_out": {"closed": 2},
    ...     "formats": {"rss": {"files": ["rss-0001.xml"], "expected": 3}}, "files": {"rss.xml": {}},
    ...     "changes": {"ADD": 3, "MOD": 0, "DEL": 0}})
    >>> "3 listings" in page, '<a href="/feeds/rss.xml">rss.xml</a>' in page
    (True, True)
    """
    rows = []
    for name, form in index["formats"].items():
        plain = form["files"][0].replace("-0001.", ".")
        files = [plain] if plain in index["files"] else form["files"]  # the only shard also has a name without a number
        rows.append((_links(files), _FOR.get(name, ""), f"{form['expected']:,}"))
    changes = index["changes"]
    changed = f"{changes['ADD']:,} to add, {changes['MOD']:,} to modify, {changes['DEL']:,} to delete"
    rows += [
        (_links(["changes.ndjson"]), "importers that follow changes", changed),
        (_links(["index.json"]), "programs: every file with its count and SHA-256", ""),
    ]
    table = "".join(f"<tr><td>{files}</td><td>{escape(use)}</td><td>{count}</td></tr>" for files, use, count in rows)
    left_out = ", ".join(f"{count:,} {escape(reason)}" for reason, count in index["left_out"].items())
    note = f"The guard held the last good feeds: {escape(index['held']['note'])}." if index["held"] else ""
    held = f"<p class=notice>{note}</p>" if note else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>internfeed: feeds</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/static/style.css">'
        '</head><body><header class="top"><h1><a href="/">intern<b>feed</b></a></h1><nav aria-label="Data">'
        '<a href="/report.html">Report</a> <a href="/feeds/" aria-current="page">Feeds</a>'
        f' <a href="/openapi.json">API</a></nav></header><main class="feeds"><h2>Feeds</h2>{held}'
        f"<p>{index['entries']:,} listings whose sources permit redistribution, as of {escape(index['generated'])}."
        f" {f'Left out, by reason: {left_out}.' if left_out else ''} Each file also exists as <code>.gz</code>."
        " ETag and Last-Modified let you download only files that changed.</p>"
        "<div class=wide><table><thead><tr><th>file</th><th>for</th><th>entries</th></tr></thead>"
        f"<tbody>{table}</tbody></table></div></main></body></html>"
    )


def _links(files: list[str]) -> str:
    links = [f'<a href="/feeds/{escape(name)}">{escape(name)}</a>' for name in files[:_SHOWN]]
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(links) + more
