"""The data folder, in which a snapshot appears completely or not at all.

A snapshot is written under ``tmp``, verified, and renamed into ``snapshots``; only then does ``latest`` point at it.
The remains of a killed run are newer than ``latest``; the next run, which holds the folder's lock, removes them.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.clock import instant_of
from crawlers.contract.errors import Corrupt, Locked
from pipeline.store import manifest as manifests
from pipeline.store.disk import sync, sync_path
from pipeline.store.manifest import FileFacts, Manifest, read_manifest
from pipeline.store.run_state import NAME as RUN_STATE
from pipeline.store.run_state import read_run_state
from pipeline.store.schema import DATASETS, DERIVED, SCHEMA_VERSION

UTC = datetime.UTC
RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}")


class Retention(NamedTuple):
    """The bounds of what is kept; files that the newest snapshot needs are never removed.

    Attributes:
        snapshots: the least number of snapshots.
        hours: the age, in hours, up to which every snapshot is kept.
        raw_days: the days for which raw runs are kept.
        history_months: the months of history that are kept besides the current month, or None for all.
    """

    snapshots: int = 2
    hours: int = 48
    raw_days: int = 90
    history_months: int | None = None


KEEP = Retention()


class DataFolder:
    """The folder that ``--data`` names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.snapshots = root / "snapshots"
        self.raw = root / "raw"
        self.history = root / "history"
        self.archive = root / "archive"
        self.tmp = root / "tmp"
        self.rejected = root / "rejected"

    def latest(self) -> Path | None:
        """Return the real path of the newest published snapshot, or None if nothing was published."""
        link = self.root / "latest"
        if not link.is_symlink():
            return None
        return Path(os.path.realpath(link))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the folder for this process; the lock ends with the process, even when it is killed.

        Raises:
            Locked: another process holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Locked(f"another run holds {self.root}; wait until it ends") from error
            yield

    def clean(self) -> list[str]:
        """Remove the remains of killed runs; return their paths. Call under the lock.

        A snapshot or a part of the history or the archive is such a remain if it is newer than the snapshot that
        ``latest`` names and the state of its run says that the run did not end.
        """
        latest = self.latest()
        newest = latest.name if latest else ""
        remains = list(self.tmp.iterdir()) if self.tmp.exists() else []
        if self.snapshots.exists():
            remains += [path for path in self.snapshots.iterdir() if path.name > newest and self._killed(path.name)]
        for path in (*self.history.glob("month=*/part-*.parquet"), *self.archive.glob("month=*/part-*.parquet")):
            run_id = run_of_part(path)
            if run_id > newest and self._killed(run_id):
                remains.append(path)
        if self.raw.exists():  # runs that were killed before they wrote their state
            runs = (path for path in self.raw.iterdir() if RUN_ID.fullmatch(path.name))
            remains += [path for path in runs if not (path / RUN_STATE).exists() and not any(path.glob("*.jsonl"))]
        for path in remains:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        if latest and _pointed(self.root / "latest.json") != latest.name:
            self._point_json(latest.name)
        return sorted(path.relative_to(self.root).as_posix() for path in remains)

    def _killed(self, run_id: str) -> bool:
        """Tell whether the state of a run says that it did not end."""
        state = read_run_state(self.raw / run_id)
        return state is not None and state.ended is None

    def stage(self, run_id: str) -> Path:
        """Return an empty folder for a new snapshot, on the file system of the data folder."""
        staged = self.tmp / run_id
        if staged.exists():
            shutil.rmtree(staged)
        staged.mkdir(parents=True)
        return staged

    def publish(self, staged: Path, run_id: str, parts: Iterable[tuple[Path, Path]] = ()) -> Path:
        """Publish a staged snapshot: make it the latest, and append staged parts to the history and the archive.

        Args:
            parts: folders of a month, each with the file that becomes this run's part there.
        """
        sync(staged)
        target = self.snapshots / run_id
        self.snapshots.mkdir(exist_ok=True)
        staged.rename(target)
        sync_path(self.snapshots)
        for folder, part in parts:
            folder.mkdir(parents=True, exist_ok=True)
            sync_path(part)
            part.rename(folder / f"part-{run_id}-00000.parquet")
            sync_path(folder)
        self.tmp.mkdir(exist_ok=True)
        pointer = self.tmp / f"latest-{run_id}"
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(Path("snapshots") / run_id)
        os.replace(pointer, self.root / "latest")
        sync_path(self.root)
        self._point_json(run_id)
        return target

    def _point_json(self, run_id: str) -> None:
        self.tmp.mkdir(exist_ok=True)
        pointer = self.tmp / "latest.json"
        pointer.write_text(json.dumps({"run_id": run_id, "path": f"snapshots/{run_id}"}) + "\n")
        os.replace(pointer, self.root / "latest.json")

    def retain(
        self,
        now: datetime.datetime,
        needed_runs: set[str],
        needed_since: datetime.datetime | None,
        retention: Retention,
    ) -> list[str]:
        """Remove snapshots, raw runs and history beyond the retention; return their paths.

        Args:
            needed_runs: the raw runs that the newest snapshot needs.
            needed_since: the instant of the oldest event of the history that the newest snapshot needs.
        """
        latest = self.latest()
        if latest is None:
            return []
        runs = sorted((path for path in self.snapshots.iterdir() if RUN_ID.fullmatch(path.name)), reverse=True)
        young = now - datetime.timedelta(hours=retention.hours)
        old = [
            path
            for place, path in enumerate(runs)
            if place >= retention.snapshots and path != latest and instant_of(path.name) < young
        ]
        before = now - datetime.timedelta(days=retention.raw_days)
        if self.raw.exists():
            old += [
                path
                for path in self.raw.iterdir()
                if RUN_ID.fullmatch(path.name)
                and path.name not in needed_runs
                and path.name != latest.name
                and instant_of(path.name) < before
            ]
        if retention.history_months is not None:
            month = now.year * 12 + now.month - 1 - retention.history_months
            first = f"month={month // 12:04d}-{month % 12 + 1:02d}"
            needed = f"month={needed_since or now:%Y-%m}"
            old += [path for path in self.history.glob("month=*") if path.name < min(first, needed)]
        for path in old:
            shutil.rmtree(path)
        return sorted(path.relative_to(self.root).as_posix() for path in old)


def run_of_part(path: Path) -> str:
    """Return the id of the run that wrote a part, from the name of the part.

    >>> run_of_part(Path("part-20261123T120000Z-7f3a-00000.parquet"))
    '20261123T120000Z-7f3a'
    """
    return path.stem.removeprefix("part-").rsplit("-", 1)[0]


def parts(snapshot: Path, dataset: str) -> list[Path]:
    """Return the Parquet files of a dataset, in order."""
    return sorted((snapshot / dataset).glob("part-*.parquet"))


def write_dataset(staged: Path, dataset: str, table: pa.Table, run_id: str) -> None:
    """Write a small dataset as one part."""
    folder = staged / dataset
    folder.mkdir(parents=True, exist_ok=True)
    schema = (DATASETS | DERIVED)[dataset]
    pq.write_table(table.select(schema.names).cast(schema), folder / f"part-{run_id}-00000.parquet", compression="zstd")


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(staged: Path, previous: Path | None = None) -> dict[str, FileFacts]:
    """Return the facts of every file below a folder, except of its manifest.

    Feeds are not read again: their index has their facts.

    Args:
        previous: an earlier snapshot; its manifest has the facts of files that are hard links to its own.
    """
    known = _facts_of_feeds(staged) | (_facts_by_inode(previous) if previous else {})
    files: dict[str, FileFacts] = {}
    for path in sorted(staged.rglob("*")):
        name = path.relative_to(staged).as_posix()
        if path.is_dir() or name == manifests.NAME:
            continue
        status = path.stat()
        if facts := known.get((status.st_dev, status.st_ino)):
            files[name] = facts
            continue
        rows = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else None
        files[name] = FileFacts(status.st_size, sha256(path), rows)
    return files


def _facts_of_feeds(staged: Path) -> dict[tuple[int, int], FileFacts]:
    """Return the facts of the feeds from their index, by device and inode."""
    folder, facts = staged / "feeds", {}
    index = folder / "index.json"
    for name, feed in (json.loads(index.read_text("utf-8"))["files"] if index.exists() else {}).items():
        for file, stated in ((name, feed), (feed["gzip"]["file"], feed["gzip"])):
            status = (folder / file).stat()
            facts[status.st_dev, status.st_ino] = FileFacts(stated["bytes"], stated["sha256"])
    return facts


def _facts_by_inode(snapshot: Path) -> dict[tuple[int, int], FileFacts]:
    """Return the facts of a snapshot's files from its manifest, by device and inode."""
    facts = {}
    for name, file in (read_manifest(snapshot).files or {}).items():
        with contextlib.suppress(OSError):
            status = (snapshot / name).stat()
            facts[status.st_dev, status.st_ino] = file
    return facts


def verify(snapshot: Path, only: Iterable[str] = (), checksums: bool = True) -> list[str]:
    """Return the problems found in a snapshot; an empty list means that it is intact.

    Args:
        only: the folders to check; all by default.
        checksums: whether to read every byte.
    """
    if not snapshot.is_dir():
        return [f"{snapshot.name} does not exist"]
    try:
        manifest = read_manifest(snapshot)
    except Corrupt as error:
        return [str(error)]
    problems = []
    listed = manifest.files or {}
    wanted = tuple(only)
    present = {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file()}
    for name, facts in listed.items():
        if wanted and name.split("/")[0] not in wanted:
            continue
        path = snapshot / name
        if name not in present:
            problems.append(f"{name} is missing")
        elif path.stat().st_size != facts.bytes or (checksums and sha256(path) != facts.sha256):
            problems.append(f"{name} differs from the manifest")
        elif path.suffix == ".parquet":
            problems += _parquet_problems(path, name, facts, manifest)
    if not wanted:
        problems += [f"{name} is not in the manifest" for name in sorted(present - listed.keys() - {manifests.NAME})]
    for dataset in (*DATASETS, *DERIVED):
        if dataset in DATASETS and not any(name.startswith(f"{dataset}/") for name in listed):
            problems.append(f"{dataset}/ is missing")
        problems += [
            f"{name} is not a Parquet file of {dataset}/"
            for name in sorted(present)
            if name.startswith(f"{dataset}/") and not name.endswith(".parquet")
        ]
    return problems


def _parquet_problems(path: Path, name: str, facts: FileFacts, manifest: Manifest) -> list[str]:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowException as error:
        return [f"{name} cannot be read: {str(error).splitlines()[0]}"]
    problems = []
    if file.metadata.num_rows != facts.rows:
        problems.append(f"{name} has {file.metadata.num_rows} rows, not {facts.rows}")
    schema = (DATASETS | DERIVED).get(name.split("/")[0]) if manifest.schema_version == SCHEMA_VERSION else None
    if schema is not None and not _is_readable(file.schema_arrow, schema):
        problems.append(f"{name} has another schema")
    return problems


def _is_readable(file: pa.Schema, schema: pa.Schema) -> bool:
    """Tell whether a file has today's schema, or an earlier schema with fewer columns."""
    return bool(file == pa.schema([field for field in schema if field.name in file.names]))


def _pointed(pointer: Path) -> str | None:
    try:
        run_id: str | None = json.loads(pointer.read_text())["run_id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return run_id
