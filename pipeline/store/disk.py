"""Files that must survive a loss of power: brought to the disk before anything refers to them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path


def sync(folder: Path) -> None:
    """Wait until all files below a folder are on the disk."""
    paths = [*folder.rglob("*"), folder]
    links = Counter(path.stat().st_ino for path in paths)
    for path in paths:
        status = path.stat()
        if path.is_dir() or status.st_nlink == links[status.st_ino]:  # files of an earlier snapshot are on it already
            sync_path(path)


def sync_path(path: Path) -> None:
    """Wait until a file, or the list of a folder's files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
