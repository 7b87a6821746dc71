"""Feeds from listings: survey, guard, shards, index.

Importers take a feed for the whole truth, so one that lost entries without a proof is not
published: the last good one stands until the next run finds the same, or until somebody forces it.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from pipeline.products.feeds.files import Sink, link
from pipeline.products.feeds.formats.base import FEED_VERSION, PUBLISHER, Publisher
from pipeline.products.feeds.plan import plan, render, tasks
from pipeline.products.feeds.shards import FORMATS, Shard, Written, file_name, file_names, packed
from pipeline.products.feeds.survey import PROVEN, SHARD, SHORT, Survey, Where, survey

GUARDED = 50  # entries; a smaller feed changes by more than a fifth every day
SHRINK = 0.2
DELTAS = 30  # deltas kept
ENTRIES = "entries.csv"


@dataclasses.dataclass(frozen=True)
class Earlier:
    """The feeds published before.

    Attributes:
        entries: listing_id and hash of each entry.
    """

    folder: Path
    index: dict[str, Any]
    entries: pa.Table


@dataclasses.dataclass(frozen=True)
class FeedOptions:
    """What a set of feeds holds and how it is published.

    Attributes:
        generated: the run's clock, UTC.
        previous: the folder of the feeds published before, or None.
        unconfirmed: boards (source, board) without a complete answer for too long; their listings stay out.
        force: publish even what the guard would hold.
        where: which rows a sub-feed wants.
        also: columns that ``where`` looks at.
        publisher: the publisher that the feeds name.
        unchanged: whether neither a listing nor what stays out has changed since ``previous``.
    """

    generated: datetime.datetime
    previous: Path | None = None
    unconfirmed: Iterable[tuple[str, str]] = ()
    force: bool = False
    where: Where | None = None
    also: Iterable[str] = ()
    publisher: Publisher = PUBLISHER
    unchanged: bool = False


def write_feeds(paths: Iterable[Path], out_dir: Path, options: FeedOptions) -> dict[str, Any]:
    """Write every feed of a dataset into a folder; return its index.

    Args:
        paths: the Parquet files of the listings, in order.
        out_dir: a folder that is made; its ``index.json`` is written last.
        options: the clock, the earlier feeds, the selection and the publisher.

    Returns:
        The content of ``index.json``. ``held`` in it is null, or says why the feeds are those of before.

    Raises:
        OSError: a file could not be read or written.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    earlier = read_earlier(options.previous)
    stamp = f"{options.generated:%Y-%m-%dT%H:%M:%SZ}"
    if earlier and options.unchanged and not options.force and not earlier.index["held"]:
        return _repeat(out_dir, earlier, None, stamp, earlier.index["listings"])
    found = survey(paths, frozenset(options.unconfirmed), options.where, options.also)
    if earlier and not options.force and (held := guard(found, earlier, stamp)):
        return _repeat(out_dir, earlier, held, stamp, len(found.codes))
    return _write(out_dir, found, earlier, stamp, options.publisher, anew=options.force)


def guard(found: Survey, earlier: Earlier, stamp: str) -> dict[str, Any] | None:
    """Return why the feeds are held at the last good ones, or None.

    What a run lost is held once: where a later run lost as much again, it is true. A run that lost still more is held
    anew.
    """
    before = earlier.entries["listing_id"]
    if len(before) < GUARDED:
        return None
    lost = before.filter(pc.invert(pc.is_in(before, value_set=found.chosen))).to_pylist()
    reasons = {name: reason for name, reason in found.why(lost).items() if reason not in PROVEN}
    held = earlier.index.get("held") or {}
    confirmed = held["lost"] if held and held["since"] < stamp else 0
    if len(reasons) - confirmed <= SHRINK * len(before):
        return None
    return {
        "since": stamp,
        "entries": len(found.chosen),
        "lost": len(reasons),
        "reasons": dict(sorted(Counter(reasons.values()).items())),
        "note": f"{len(reasons)} of {len(before)} entries would vanish without proof that they closed;"
        " the next run, or internfeed feeds --force, publishes it if it is so",
    }


def read_earlier(folder: Path | None) -> Earlier | None:
    """Return the feeds in a folder, or None where there are none that can be read."""
    if folder is None or not (folder / "index.json").exists() or not (folder / ENTRIES).exists():
        return None
    index = json.loads((folder / "index.json").read_text("utf-8"))
    if index.get("feed_version") != FEED_VERSION:
        return None
    types = {"listing_id": pa.string(), "hash": pa.string()}
    options = pyarrow.csv.ConvertOptions(column_types=types)
    return Earlier(folder, index, pyarrow.csv.read_csv(folder / ENTRIES, convert_options=options))


def _write(
    out_dir: Path, found: Survey, earlier: Earlier | None, stamp: str, publisher: Publisher, anew: bool
) -> dict[str, Any]:
    chosen = found.chosen
    wanted = plan(found, publisher)
    same = {} if earlier is None or anew else {shard.number: _linked(out_dir, shard, earlier) for shard in wanted}
    fresh = [shard for shard in wanted if not same.get(shard.number)]
    todo = list(tasks(out_dir, found, fresh, _known(chosen, earlier), publisher))
    rendered = {shard.number: shard for shard in render(todo)}
    done = [same.get(shard.number) or rendered[shard.number] for shard in wanted]
    hashes = np.concatenate([shard.hashes for shard in done])
    files: dict[str, Any] = {}
    for shard in done:
        files |= shard.files
    if len(done) == 1:
        files |= _short_names(out_dir, done[0])
    files[ENTRIES] = _entries_file(out_dir, chosen, hashes)
    operations = Counter({"ADD": 0, "MOD": 0, "DEL": 0})
    for shard in done:
        operations.update(shard.operations)
    gone = _gone(found, chosen, earlier)
    operations["DEL"] += len(gone)
    files["changes.ndjson"] = _changes_file(out_dir, [shard.changes for shard in done if shard.changes], gone)
    index = _index(found, done, stamp) | {
        "version": stamp,
        "held": None,
        "changes": {"from": earlier.index["version"] if earlier else None, "to": stamp, **operations},
    }
    if earlier and not any(operations.values()):
        index["version"] = index["changes"]["to"] = earlier.index["version"]
    index["files"] = files
    index["deltas"], kept = _deltas(out_dir, index, earlier)
    index["files"] = dict(sorted((files | kept).items()))
    return _save(out_dir, index)


def _linked(out_dir: Path, shard: Shard, earlier: Earlier) -> Written | None:
    """Give the files of an earlier shard a second name where they say what this one would say."""
    told: dict[str, Any] = next((told for told in earlier.index["shards"] if told["number"] == shard.number), {})
    if told.get("fingerprint") != shard.fingerprint:
        return None
    files = {name: earlier.index["files"].get(name) for name in file_names(shard.number)}
    if not all(facts and (earlier.folder / name).exists() for name, facts in files.items()):
        return None
    for name in files:
        link(earlier.folder / name, out_dir / name)
    hashes = packed(
        [bytes.fromhex(said) for said in earlier.entries["hash"].slice(shard.start, shard.entries).to_pylist()]
    )
    return Written(shard.number, hashes, told["places"], files, None, Counter(), shard.fingerprint)


def _known(chosen: pa.Array, earlier: Earlier | None) -> pa.Array | None:
    """Return, for each entry, the hash it had before, or null where it is new.

    A first feed of several shards has no changes: they would only say all of it once more.
    """
    if earlier is None:
        return pa.nulls(len(chosen), pa.string()) if len(chosen) <= SHARD else None
    places = pc.index_in(chosen, value_set=earlier.entries["listing_id"].combine_chunks())
    return earlier.entries["hash"].combine_chunks().take(places)


def _short_names(out_dir: Path, shard: Written) -> dict[str, Any]:
    """Give the only shard the format's plain name too."""
    names = {}
    for name, facts in shard.files.items():
        short = name.replace("-0001.", ".")
        link(out_dir / name, out_dir / short)
        names[short] = facts | {"gzip": facts["gzip"] | {"file": f"{short}.gz"}}
    return names


def _entries_file(out_dir: Path, chosen: pa.Array, hashes: np.ndarray) -> dict[str, Any]:
    with Sink(out_dir / ENTRIES) as sink:
        sink.write(b"listing_id,hash\n")
        for start in range(0, len(chosen), SHARD):
            rows = zip(chosen.slice(start, SHARD).to_pylist(), hashes[start : start + SHARD].tolist(), strict=True)
            sink.write("".join([f"{name},{said:016x}\n" for name, said in rows]).encode())
    return sink.facts() | {"entries": len(chosen)}


def _gone(found: Survey, chosen: pa.Array, earlier: Earlier | None) -> dict[str, str]:
    """Return the entries of before that are no more, with the reason."""
    if earlier is None:
        return {}
    before = earlier.entries["listing_id"].combine_chunks()
    return found.why(sorted(before.filter(pc.invert(pc.is_in(before, value_set=chosen))).to_pylist()))


def _changes_file(out_dir: Path, parts: list[Path], gone: dict[str, str]) -> dict[str, Any]:
    entries = len(gone)
    with Sink(out_dir / "changes.ndjson") as sink:
        for part in parts:
            with part.open("rb") as lines:
                for line in lines:
                    sink.write(line)
                    entries += 1
            part.unlink()
        for name, reason in gone.items():
            sink.write(json.dumps({"op": "DEL", "id": name, "reason": reason}).encode() + b"\n")
    return sink.facts() | {"entries": entries}


def _deltas(out_dir: Path, index: dict[str, Any], earlier: Earlier | None) -> tuple[list[Any], dict[str, Any]]:
    """Keep this delta and the earlier ones under names of their own, for consumers that missed some."""
    if earlier is None:
        return [], {}
    deltas = [delta for delta in earlier.index["deltas"] if (earlier.folder / delta["file"]).exists()]
    files = {delta["file"]: earlier.index["files"][delta["file"]] for delta in deltas}
    for name in files:
        link(earlier.folder / name, out_dir / name)
    changes = index["changes"]
    if changes["from"] != changes["to"]:
        name = f"changes-{changes['to'].replace(':', '').replace('-', '')}.ndjson"
        link(out_dir / "changes.ndjson", out_dir / name)
        deltas.append({"file": name, **changes})
        gzip = {"gzip": index["files"]["changes.ndjson"]["gzip"] | {"file": f"{name}.gz"}}
        files[name] = index["files"]["changes.ndjson"] | gzip
    for old in deltas[:-DELTAS]:
        files.pop(old["file"], None)
        (out_dir / old["file"]).unlink()
        (out_dir / f"{old['file']}.gz").unlink()
    return deltas[-DELTAS:], files


def _index(found: Survey, done: list[Written], stamp: str) -> dict[str, Any]:
    entries = sum(len(shard.hashes) for shard in done)
    places = sum(shard.places for shard in done)
    return {
        "feed_version": FEED_VERSION,
        "generated": stamp,
        "listings": len(found.codes),
        "entries": entries,
        "left_out": found.left_out(),
        "short_descriptions": found.short,
        "formats": {
            form.name: {
                "files": [file_name(form, shard.number) for shard in done],
                "expected": places if form.per_place else entries,
            }
            for form in FORMATS
        },
        "shards": [
            {"number": shard.number, "places": shard.places, "fingerprint": shard.fingerprint} for shard in done
        ],
        "help": "Each file says how many entries it holds; fewer mean that it was cut off. changes.ndjson leads from"
        " version `changes.from` to `changes.to`; one who missed some follows `deltas` from the version last read,"
        " or, where none begins there, reads the full files again. short_descriptions counts entries of fewer than"
        f" {SHORT} characters, which some importers refuse.",
    }


def _repeat(out_dir: Path, earlier: Earlier, held: dict[str, Any] | None, stamp: str, listings: int) -> dict[str, Any]:
    """Publish the earlier feeds again: the same is to be said, or they are held at the last good ones."""
    for name in earlier.index["files"]:
        if name != "changes.ndjson":
            link(earlier.folder / name, out_dir / name)
    nothing = _changes_file(out_dir, [], {})
    version = earlier.index["version"]
    index = earlier.index | {
        "generated": stamp,
        "listings": listings,
        "held": held,
        "changes": {"from": version, "to": version, "ADD": 0, "MOD": 0, "DEL": 0},
        "files": earlier.index["files"] | {"changes.ndjson": nothing},
    }
    return _save(out_dir, index)


def _save(out_dir: Path, index: dict[str, Any]) -> dict[str, Any]:
    (out_dir / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return index
