"""`internfeed feeds`: rebuild the feeds of the newest snapshot, or write a filtered feed to another folder."""

from __future__ import annotations

import argparse
import ctypes
import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.clock import instant_of, microseconds
from crawlers.contract.errors import UsageError
from pipeline.cli.arguments import CORRUPT, DONE, INTERRUPTED, LOCKED, USAGE, add_data
from pipeline.cli.latest import latest_snapshot
from pipeline.cli.streams import fail
from pipeline.products.feeds.filters import UnknownTerm, check_values, matches, parse_where
from pipeline.products.feeds.formats.base import Publisher
from pipeline.products.feeds.plan import limit_memory
from pipeline.products.feeds.write import FeedOptions, write_feeds
from pipeline.store import snapshot
from pipeline.store.boards import load_boards, stale_boards
from pipeline.store.disk import sync
from pipeline.store.manifest import read_manifest, write_manifest

EXAMPLE = 'internfeed feeds --where "kind=micro_internship remote_status=remote pay_status=paid" --out remote-feeds'
STATUSES = {**DONE, **USAGE, **CORRUPT, 3: "the guard held the last good feeds", **LOCKED, **INTERRUPTED}
_EXCHANGE = 2  # Linux: RENAME_EXCHANGE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    parser.add_argument(
        "--where",
        default="",
        metavar="CONDITIONS",
        help="include only listings that meet all conditions: column=value, column<=value or column>=value;"
        " requires --out (default: all listings)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write to this folder (default: feeds/ of the newest snapshot)"
    )
    parser.add_argument(
        "--publisher",
        default=Publisher().name,
        metavar="NAME",
        help="the name of the publisher in the feeds (default: %(default)s)",
    )
    parser.add_argument(
        "--publisher-url",
        default=Publisher().url,
        metavar="URL",
        help="the page of the publisher in the feeds (default: %(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="publish the feeds even if the guard would hold them back")


def run(options: argparse.Namespace) -> int:
    """Write feeds; return the exit status, which is 3 if the guard holds the last good feeds.

    Raises:
        UsageError: there is no snapshot, or a filter or a folder cannot be used.
        Locked: a run holds the data folder.
    """
    latest = latest_snapshot(options.data)
    if options.where and not options.out:
        raise UsageError("--where writes a filtered feed, which needs its own folder; add --out DIR")
    limit_memory()
    try:
        if options.out:
            index = _write(options, latest, options.out, None)
        else:
            folder = snapshot.DataFolder(options.data)
            with folder.lock():
                index = _replace_feeds(options, folder, latest)
    except UnknownTerm as error:
        raise UsageError(str(error)) from error
    left_out = ", ".join(f"{count} {reason}" for reason, count in index["left_out"].items())
    print(f"{index['entries']} entries in {options.out or latest / 'feeds'}; left out: {left_out or 'none'}")
    if held := index["held"]:
        fail(f"the guard held the last good feeds: {held['note']}")
        return 3
    return 0


def _replace_feeds(options: argparse.Namespace, folder: snapshot.DataFolder, latest: Path) -> dict[str, Any]:
    """Write new feeds into a copy of the snapshot, made of hard links, and exchange the two folders."""
    published = _index(latest)
    if published.get("held") and not options.force:
        return published
    runs = sorted(path for path in folder.snapshots.iterdir() if path.name < latest.name)
    base = latest if published.get("held") else runs[-1] if runs else None
    staged = folder.stage(f"feeds-{latest.name}")
    for path in latest.rglob("*"):
        name = path.relative_to(latest)
        if path.is_dir():
            (staged / name).mkdir(parents=True, exist_ok=True)
        elif name.parts[0] != "feeds" and name.name != "manifest.json":
            os.link(path, staged / name)
    index = _write(options, latest, staged / "feeds", base / "feeds" if base else None)
    files = snapshot.describe(staged, latest)
    write_manifest(staged, dataclasses.replace(read_manifest(latest), feeds_held=None, files=files))
    sync(staged)
    _exchange(staged, latest)
    shutil.rmtree(staged)
    return index


def _write(options: argparse.Namespace, latest: Path, out: Path, previous: Path | None) -> dict[str, Any]:
    terms = parse_where(options.where)
    columns = [*dict.fromkeys(term.column for term in terms)]
    parts = snapshot.parts(latest, "listings")
    check_values(terms, _read(parts, columns))
    now = instant_of(latest.name)
    new = out.with_name(f".{out.name}.new")
    if new.exists():
        shutil.rmtree(new)
    earlier = out if options.out and (out / "index.json").exists() else previous
    if options.out and out.exists() and any(out.iterdir()) and earlier != out:
        raise UsageError(f"{out} contains other files; name an empty folder, or a folder of earlier feeds")
    feed_options = FeedOptions(
        now,
        previous=earlier,
        unconfirmed=stale_boards(load_boards(latest), microseconds(now)),
        force=options.force or not options.out,
        where=(lambda rows: matches(terms, rows)) if terms else None,
        also=columns,
        publisher=Publisher(options.publisher, options.publisher_url),
    )
    index = write_feeds(parts, new, feed_options)
    if out.exists():
        _exchange(new, out)
        shutil.rmtree(new)
    else:
        new.rename(out)
    return index


def _read(parts: list[Path], columns: list[str]) -> Iterator[pa.Table]:
    for part in parts if columns else ():
        with pq.ParquetFile(part) as file:
            yield from (pa.table(batch) for batch in file.iter_batches(columns=columns))


def _index(latest: Path) -> dict[str, Any]:
    try:
        index: dict[str, Any] = orjson.loads((latest / "feeds" / "index.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return index


def _exchange(new: Path, old: Path) -> None:
    """Exchange two folders, in one step where the system can.

    The feeds and the manifest of a snapshot must change together, so a link to the feeds alone would not do. Python can
    only rename twice, and a kill between the two renames would leave `latest` without its snapshot.
    """
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here = -100  # AT_FDCWD: paths are relative to the working directory
    if exchange is not None and exchange(here, os.fsencode(new), here, os.fsencode(old), _EXCHANGE) == 0:
        return
    aside = old.with_name(f".{old.name}.old")
    old.rename(aside)
    new.rename(old)
    aside.rename(new)
