"""The data folder: snapshots that appear whole or not at all.

A snapshot is written under ``tmp``, verified, renamed into ``snapshots`` and only then pointed at
by ``latest``. Whatever a killed run left behind is newer than ``latest`` and is cleaned away by the
next run, which holds the folder's lock.
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
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.contract.clock import instant_of
from crawlers.contract.errors import Corrupt, Locked
from pipeline.store.schema import DATASETS, SCHEMA_VERSION

UTC = datetime.UTC
RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}")


class Retention(NamedTuple):
    """What is kept; nothing that the newest snapshot needs is ever removed.

    Attributes:
        snapshots: how many at least.
        hours: every snapshot younger than this.
        raw_days: raw runs, in days.
        history_months: months of history beside the running one, or None for all.
    """

    snapshots: int = 2
    hours: int = 48
    raw_days: int = 90
    history_months: int | None = None


KEEP = Retention()


class DataFolder:
    """The folder of ``--data``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.snapshots = root / "snapshots"
        self.raw = root / "raw"
        self.history = root / "history"
        self.tmp = root / "tmp"
        self.rejected = root / "rejected"

    def latest(self) -> Path | None:
        """Return the newest published snapshot, its real path, or None where nothing was published."""
        link = self.root / "latest"
        if not link.is_symlink():
            return None
        return Path(os.path.realpath(link))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process; the lock ends with it, however it ends.

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
        """Remove what killed runs left; return what was removed. Call under the lock.

        A snapshot and a part of the history were left by a killed run when they are newer than what
        ``latest`` names and their run says that it did not end.
        """
        latest = self.latest()
        newest = latest.name if latest else ""
        left = list(self.tmp.iterdir()) if self.tmp.exists() else []
        if self.snapshots.exists():
            left += [path for path in self.snapshots.iterdir() if path.name > newest and self._killed(path.name)]
        for path in self.history.glob("month=*/part-*.parquet"):
            run_id = run_of_part(path)
            if run_id > newest and self._killed(run_id):
                left.append(path)
        if self.raw.exists():  # a run that did not come so far as to say what it is
            unborn = (path for path in self.raw.iterdir() if RUN_ID.fullmatch(path.name))
            left += [path for path in unborn if not (path / "run.json").exists() and not any(path.glob("*.jsonl"))]
        for path in left:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        if latest and _pointed(self.root / "latest.json") != latest.name:
            self._point_json(latest.name)
        return sorted(path.relative_to(self.root).as_posix() for path in left)

    def _killed(self, run_id: str) -> bool:
        try:
            record = json.loads((self.raw / run_id / "run.json").read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return record.get("ended") is None

    def stage(self, run_id: str) -> Path:
        """Return an empty folder to write a snapshot in, on the same file system."""
        staged = self.tmp / run_id
        if staged.exists():
            shutil.rmtree(staged)
        staged.mkdir(parents=True)
        return staged

    def publish(self, staged: Path, run_id: str, history: Path | None = None, month: str = "") -> Path:
        """Make a staged snapshot the latest, and append a staged part to the history."""
        sync(staged)
        target = self.snapshots / run_id
        self.snapshots.mkdir(exist_ok=True)
        staged.rename(target)
        sync_path(self.snapshots)
        if history is not None:
            folder = self.history / f"month={month}"
            folder.mkdir(parents=True, exist_ok=True)
            sync_path(history)
            history.rename(folder / f"part-{run_id}-00000.parquet")
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
        """Remove what is older than the retention says; return what was removed.

        Args:
            needed_runs: raw runs that the newest snapshot rests on.
            needed_since: when the oldest event happened that it rests on, which the history keeps.
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
    """Return the run in the name of a part.

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
    schema = DATASETS[dataset]
    pq.write_table(table.cast(schema), folder / f"part-{run_id}-00000.parquet", compression="zstd")


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(staged: Path, previous: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return bytes, SHA-256 and, of Parquet, rows of every file below a folder but its manifest.

    Feeds were counted while they were written, all of them, and are not read again.

    Args:
        previous: an earlier snapshot, in whose manifest the files are described that are hard links to its own.
    """
    known = _counted(staged) | (_by_inode(previous) if previous else {})
    files: dict[str, dict[str, Any]] = {}
    for path in sorted(staged.rglob("*")):
        name = path.relative_to(staged).as_posix()
        if path.is_dir() or name == "manifest.json":
            continue
        status = path.stat()
        if facts := known.get((status.st_dev, status.st_ino)):
            files[name] = facts
            continue
        files[name] = {"bytes": status.st_size, "sha256": sha256(path)}
        if path.suffix == ".parquet":
            files[name]["rows"] = pq.read_metadata(path).num_rows
    return files


def _counted(staged: Path) -> dict[tuple[int, int], dict[str, Any]]:
    """Return what the index of the feeds says of its files, by device and inode."""
    folder, found = staged / "feeds", {}
    index = folder / "index.json"
    for name, facts in (json.loads(index.read_text("utf-8"))["files"] if index.exists() else {}).items():
        for file, told in ((name, facts), (facts["gzip"]["file"], facts["gzip"])):
            status = (folder / file).stat()
            found[status.st_dev, status.st_ino] = {"bytes": told["bytes"], "sha256": told["sha256"]}
    return found


def _by_inode(snapshot: Path) -> dict[tuple[int, int], dict[str, Any]]:
    """Return what a snapshot's manifest says of its files, by device and inode."""
    found = {}
    for name, facts in read_manifest(snapshot)["files"].items():
        with contextlib.suppress(OSError):
            status = (snapshot / name).stat()
            found[status.st_dev, status.st_ino] = facts
    return found


def write_manifest(staged: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, the last file of a snapshot."""
    (staged / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """Return a snapshot's manifest.

    Raises:
        Corrupt: it is missing or unreadable.
    """
    try:
        manifest: dict[str, Any] = json.loads((snapshot / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Corrupt(f"{snapshot.name} has no readable manifest.json") from error
    return manifest


def verify(snapshot: Path, only: Iterable[str] = (), checksums: bool = True) -> list[str]:
    """Return what is wrong with a snapshot; nothing is the answer one hopes for.

    Args:
        only: folders to look at; all by default.
        checksums: whether to read every byte.
    """
    if not snapshot.is_dir():
        return [f"{snapshot.name} does not exist"]
    try:
        manifest = read_manifest(snapshot)
    except Corrupt as error:
        return [str(error)]
    problems = []
    listed: dict[str, dict[str, Any]] = manifest.get("files", {})
    wanted = tuple(only)
    present = {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file()}
    for name, facts in listed.items():
        if wanted and name.split("/")[0] not in wanted:
            continue
        path = snapshot / name
        if name not in present:
            problems.append(f"{name} is missing")
        elif path.stat().st_size != facts["bytes"] or (checksums and sha256(path) != facts["sha256"]):
            problems.append(f"{name} is not what the manifest says")
        elif path.suffix == ".parquet":
            problems += _parquet_problems(path, name, facts, manifest)
    if not wanted:
        problems += [f"{name} is not in the manifest" for name in sorted(present - listed.keys() - {"manifest.json"})]
    for dataset in DATASETS:
        if not any(name.startswith(f"{dataset}/") for name in listed):
            problems.append(f"{dataset}/ is missing")
        problems += [
            f"{name} is no Parquet file of {dataset}/"
            for name in sorted(present)
            if name.startswith(f"{dataset}/") and not name.endswith(".parquet")
        ]
    return problems


def _parquet_problems(path: Path, name: str, facts: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowException as error:
        return [f"{name} cannot be read: {str(error).splitlines()[0]}"]
    problems = []
    if file.metadata.num_rows != facts["rows"]:
        problems.append(f"{name} has {file.metadata.num_rows} rows, not {facts['rows']}")
    schema = DATASETS.get(name.split("/")[0]) if manifest.get("schema_version") == SCHEMA_VERSION else None
    if schema is not None and not _older(file.schema_arrow, schema):
        problems.append(f"{name} has another schema")
    return problems


def _older(file: pa.Schema, schema: pa.Schema) -> bool:
    """Tell whether a file has today's schema, or one of before that had fewer columns."""
    return bool(file == pa.schema([field for field in schema if field.name in file.names]))


def sync(folder: Path) -> None:
    """Make sure that all files below a folder are on the disk."""
    paths = [*folder.rglob("*"), folder]
    names = Counter(path.stat().st_ino for path in paths)
    for path in paths:
        status = path.stat()
        if path.is_dir() or status.st_nlink == names[status.st_ino]:  # an earlier snapshot's file is on it already
            sync_path(path)


def sync_path(path: Path) -> None:
    """Make sure that a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pointed(pointer: Path) -> str | None:
    try:
        run_id: str | None = json.loads(pointer.read_text())["run_id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return run_id
