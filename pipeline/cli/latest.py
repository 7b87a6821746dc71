"""The snapshot that a command reads."""

from __future__ import annotations

from pathlib import Path

from crawlers.contract.errors import UsageError
from pipeline.store.snapshot import DataFolder


def latest_snapshot(data: Path) -> Path:
    """Return the newest snapshot of a data folder.

    Raises:
        UsageError: the folder contains no snapshot.
    """
    latest = DataFolder(data).latest()
    if latest is None:
        raise UsageError(f"no snapshot in {data}; run `internfeed run --data {data}` first")
    return latest
