"""Seconds and total memory of `internfeed feeds` for all feeds of a dataset.

``--rows=1000000`` is the real figure; the bar there is 180 seconds and 500 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.verdict import Verdict
from normalize.build import normalize
from pipeline.lifecycle.state import BoardState
from pipeline.store import snapshot
from pipeline.store.boards import boards_table
from pipeline.store.manifest import ListingCounts, Manifest, write_manifest
from pipeline.store.schema import CHANGES_SCHEMA, LISTINGS, SCHEMA_VERSION, fit
from tests.bench.corpus import postings

RUN = "20261001T120000Z-0a1b"
NOW = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)
DIFFERENT = 2_000  # postings that are read; the dataset repeats them with other identifiers
PART = 100_000
MB = 1_000_000


def dataset(data: Path, rows: int) -> Path:
    """Publish a snapshot with a number of open listings and without feeds; return its folder."""
    path = data / "snapshots" / RUN
    (path / "listings").mkdir(parents=True)
    base = _table([normalize(posting, NOW.date()) for posting in postings(DIFFERENT)])
    names = sorted(hashlib.sha256(str(number).encode()).hexdigest()[:24] for number in range(rows))
    for part, start in enumerate(range(0, rows, PART)):
        with pq.ParquetWriter(
            path / "listings" / f"part-{RUN}-{part:05d}.parquet", LISTINGS, compression="zstd"
        ) as out:
            for first in range(start, min(start + PART, rows), DIFFERENT):
                some = names[first : min(first + DIFFERENT, start + PART)]
                table = base.slice(0, len(some))
                urls = [f"https://example.org/{name}" for name in some]
                for name in ("listing_id", "canonical_id", "posting_id", "url"):
                    values = pa.array(urls if name == "url" else some)
                    table = table.set_column(table.schema.get_field_index(name), LISTINGS.field(name), values)
                out.write_table(table)
    instant = int(NOW.timestamp()) * MB
    board = BoardState(
        "bench",
        "bench",
        verdict=Verdict.OK,
        complete=True,
        listings_open=rows,
        last_ok=instant,
        first_run=instant,
        redistribution="feed",
    )
    snapshot.write_dataset(path, "boards", boards_table([board]), RUN)
    snapshot.write_dataset(path, "changes", CHANGES_SCHEMA.empty_table(), RUN)
    manifest = Manifest(
        RUN,
        "complete",
        0,
        schema_version=SCHEMA_VERSION,
        boards=1,
        listings=ListingCounts(rows, rows, opened=rows),
        files=snapshot.describe(path),
    )
    write_manifest(path, manifest)
    (data / "latest").symlink_to(Path("snapshots") / RUN)
    return path


def _table(rows: list[dict[str, object]]) -> pa.Table:
    told = {"first_seen": NOW, "last_seen": NOW, "updated_at": NOW, "status": "open", "run_id": RUN}
    told |= {"redistribution": "feed", "kind": "internship", "valid_through": None, "canonical_id": "0"}
    table, _, aside = fit([row | told for row in rows], LISTINGS)
    assert not aside
    return table


def measured(command: list[str], out: IO[str] | int = subprocess.DEVNULL) -> tuple[float, float]:
    """Run a command; return its seconds and the maximum of the memory of all its processes, in megabytes.

    Pages that processes share are counted once (proportional set size); pages of files, which the system drops when it
    needs the space, are not. Its output goes to `out`.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    start, most = time.monotonic(), 0
    with subprocess.Popen(command, stdout=out) as process:
        while process.poll() is None:
            most = max(most, sum(map(_held, _family(process.pid))))
            time.sleep(0.2)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.monotonic() - start, most / MB


def _family(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def _held(process: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))
    return 0


def main() -> None:
    """Print seconds, listings per second and memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        dataset(data, rows)
        out = data / "out"
        seconds, held = measured(
            [sys.executable, "-m", "pipeline.cli", "feeds", "--data", str(data), "--out", str(out)]
        )
        size = sum(path.stat().st_size for path in out.iterdir()) / MB
    print(f"  {rows:,} listings, {size:,.0f} MB of feeds: {seconds:.1f} s, {rows / seconds:,.0f}/s, {held:.0f} MB held")


if __name__ == "__main__":
    main()
