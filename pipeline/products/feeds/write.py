"""Writing the feeds of a dataset: survey, guard, shards, index.

Importers delete every job that a feed no longer contains. A feed that lost entries without proof is therefore not
published: the last good one is kept until the next run confirms the loss, or until somebody forces it.
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

GUARDED = 50  # entries from which a feed is guarded; a smaller one changes by more than a fifth every day
SHRINK = 0.2  # share of the entries that may be lost without proof
DELTAS = 30  # maximum number of deltas that are kept
ENTRIES = "entries.csv"


@dataclasses.dataclass(frozen=True)
class Earlier:
    """The feeds of the previous snapshot.

    Attributes:
        entries: listing_id and hash of each entry.
    """

    folder: Path
    index: dict[str, Any]
    entries: pa.Table


@dataclasses.dataclass(frozen=True)
class FeedOptions:
    """The selection of listings for a set of feeds, and how the feeds are published.

    Attributes:
        generated: the run's clock, UTC.
        previous: the folder of the previous feeds, or None.
        unconfirmed: boards (source, board) without a complete answer for too long; their listings are left out.
        force: publish the feeds even if the guard would hold them back.
        where: returns the rows that a filter selects.
        also: columns that ``where`` reads.
        publisher: the publisher that the feeds name.
        unchanged: whether neither the listings nor ``unconfirmed`` have changed since ``previous``.
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
        out_dir: the folder to create; its ``index.json`` is written last.
        options: the clock, the previous feeds, the selection and the publisher.

    Returns:
        The content of ``index.json``. Its ``held`` is null, or states why the previous feeds were kept.

    Raises:
        OSError: a file could not be read or written.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    earlier = read_earlier(options.previous)
    stamp = f"{options.generated:%Y-%m-%dT%H:%M:%SZ}"
    if earlier and options.unchanged and not options.force and not earlier.index["held"]:
        return _repeat(out_dir, earlier, None, stamp, earlier.index["listings"])
    surveyed = survey(paths, frozenset(options.unconfirmed), options.where, options.also)
    if earlier and not options.force and (held := guard(surveyed, earlier, stamp)):
        return _repeat(out_dir, earlier, held, stamp, len(surveyed.codes))
    return _write(out_dir, surveyed, earlier, stamp, options.publisher, from_scratch=options.force)


def guard(surveyed: Survey, earlier: Earlier, stamp: str) -> dict[str, Any] | None:
    """Return why the last good feeds must be kept, or None.

    A loss is held back once: if a later run lost as much, it is confirmed. If a later run lost even more, that loss is
    held back again.
    """
    before = earlier.entries["listing_id"]
    if len(before) < GUARDED:
        return None
    lost = before.filter(pc.invert(pc.is_in(before, value_set=surveyed.chosen))).to_pylist()
    reasons = {name: reason for name, reason in surveyed.why(lost).items() if reason not in PROVEN}
    held = earlier.index.get("held") or {}
    confirmed = held["lost"] if held and held["since"] < stamp else 0
    if len(reasons) - confirmed <= SHRINK * len(before):
        return None
    return {
        "since": stamp,
        "entries": len(surveyed.chosen),
        "lost": len(reasons),
        "reasons": dict(sorted(Counter(reasons.values()).items())),
        "note": f"{len(reasons)} of {len(before)} entries would vanish without proof that they closed;"
        " if the next run confirms it, or you run `internfeed feeds --force`, they are removed",
    }


def read_earlier(folder: Path | None) -> Earlier | None:
    """Return the feeds in a folder, or None if it contains none of this version."""
    if folder is None or not (folder / "index.json").exists() or not (folder / ENTRIES).exists():
        return None
    index = json.loads((folder / "index.json").read_text("utf-8"))
    if index.get("feed_version") != FEED_VERSION:
        return None
    types = {"listing_id": pa.string(), "hash": pa.string()}
    options = pyarrow.csv.ConvertOptions(column_types=types)
    return Earlier(folder, index, pyarrow.csv.read_csv(folder / ENTRIES, convert_options=options))


def _write(
    out_dir: Path, surveyed: Survey, earlier: Earlier | None, stamp: str, publisher: Publisher, from_scratch: bool
) -> dict[str, Any]:
    chosen = surveyed.chosen
    shards = plan(surveyed, publisher)
    reused = {} if earlier is None or from_scratch else {each.number: _reuse(out_dir, each, earlier) for each in shards}
    to_render = [shard for shard in shards if not reused.get(shard.number)]
    todo = list(tasks(out_dir, surveyed, to_render, _known(chosen, earlier), publisher))
    rendered = {shard.number: shard for shard in render(todo)}
    written = [reused.get(shard.number) or rendered[shard.number] for shard in shards]
    hashes = np.concatenate([shard.hashes for shard in written])
    files: dict[str, Any] = {}
    for shard in written:
        files |= shard.files
    if len(written) == 1:
        files |= _short_names(out_dir, written[0])
    files[ENTRIES] = _entries_file(out_dir, chosen, hashes)
    operations = Counter({"ADD": 0, "MOD": 0, "DEL": 0})
    for shard in written:
        operations.update(shard.operations)
    gone = _gone(surveyed, chosen, earlier)
    operations["DEL"] += len(gone)
    files["changes.ndjson"] = _changes_file(out_dir, [shard.changes for shard in written if shard.changes], gone)
    index = _index(surveyed, written, stamp) | {
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


def _reuse(out_dir: Path, shard: Shard, earlier: Earlier) -> Written | None:
    """Link the files of the earlier shard of this number if their content would be the same; else return None."""
    facts: dict[str, Any] = next((facts for facts in earlier.index["shards"] if facts["number"] == shard.number), {})
    if facts.get("fingerprint") != shard.fingerprint:
        return None
    files = {name: earlier.index["files"].get(name) for name in file_names(shard.number)}
    if not all(described and (earlier.folder / name).exists() for name, described in files.items()):
        return None
    for name in files:
        link(earlier.folder / name, out_dir / name)
    digits = earlier.entries["hash"].slice(shard.start, shard.entries).to_pylist()
    hashes = packed([bytes.fromhex(text) for text in digits])
    return Written(shard.number, hashes, facts["places"], files, None, Counter(), shard.fingerprint)


def _known(chosen: pa.Array, earlier: Earlier | None) -> pa.Array | None:
    """Return for each entry the hash that it had before, or null if it is new.

    Return None for the first feeds if they have several shards: their changes would only repeat all entries.
    """
    if earlier is None:
        return pa.nulls(len(chosen), pa.string()) if len(chosen) <= SHARD else None
    places = pc.index_in(chosen, value_set=earlier.entries["listing_id"].combine_chunks())
    return earlier.entries["hash"].combine_chunks().take(places)


def _short_names(out_dir: Path, shard: Written) -> dict[str, Any]:
    """Link the only shard to a name without a number."""
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
            sink.write("".join([f"{name},{digest:016x}\n" for name, digest in rows]).encode())
    return sink.facts() | {"entries": len(chosen)}


def _gone(surveyed: Survey, chosen: pa.Array, earlier: Earlier | None) -> dict[str, str]:
    """Return the entries of the earlier feeds that are no longer there, with the reason."""
    if earlier is None:
        return {}
    before = earlier.entries["listing_id"].combine_chunks()
    return surveyed.why(sorted(before.filter(pc.invert(pc.is_in(before, value_set=chosen))).to_pylist()))


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
    """Keep this delta and the earlier ones under their own names, for importers that missed some."""
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


def _index(surveyed: Survey, written: list[Written], stamp: str) -> dict[str, Any]:
    entries = sum(len(shard.hashes) for shard in written)
    places = sum(shard.places for shard in written)
    return {
        "feed_version": FEED_VERSION,
        "generated": stamp,
        "listings": len(surveyed.codes),
        "entries": entries,
        "left_out": surveyed.left_out(),
        "short_descriptions": surveyed.short,
        "formats": {
            form.name: {
                "files": [file_name(form, shard.number) for shard in written],
                "expected": places if form.per_place else entries,
            }
            for form in FORMATS
        },
        "shards": [
            {"number": shard.number, "places": shard.places, "fingerprint": shard.fingerprint} for shard in written
        ],
        "help": "Each file states its number of entries; if it has fewer, it was truncated. changes.ndjson leads from"
        " version `changes.from` to `changes.to`. If you missed some versions, apply the `deltas` from the version that"
        " you read last; if no delta begins there, read the full files again. short_descriptions counts entries with"
        f" fewer than {SHORT} characters, which some importers reject.",
    }


def _repeat(out_dir: Path, earlier: Earlier, held: dict[str, Any] | None, stamp: str, listings: int) -> dict[str, Any]:
    """Publish the previous feeds again, because nothing changed or because the guard holds the last good ones."""
    for name in earlier.index["files"]:
        if name != "changes.ndjson":
            link(earlier.folder / name, out_dir / name)
    no_changes = _changes_file(out_dir, [], {})
    version = earlier.index["version"]
    index = earlier.index | {
        "generated": stamp,
        "listings": listings,
        "held": held,
        "changes": {"from": version, "to": version, "ADD": 0, "MOD": 0, "DEL": 0},
        "files": earlier.index["files"] | {"changes.ndjson": no_changes},
    }
    return _save(out_dir, index)


def _save(out_dir: Path, index: dict[str, Any]) -> dict[str, Any]:
    (out_dir / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return index
