"""Files of a feed: each written once with its gzip sibling, and described by size and SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from isal import isal_zlib

CHUNK = 1 << 16  # bytes gathered before they are hashed, compressed and written
GZIP_LEVEL = 2
_GZIP = 31  # zlib's `wbits` for a gzip container, whose header then contains neither name nor time


class Sink:
    """A file and its gzip sibling, written together in one pass.

    Args:
        path: the path of the file; that of the sibling has ``.gz`` appended.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plain = path.open("wb", buffering=0)
        self._packed = Path(f"{path}.gz").open("wb", buffering=0)  # noqa: SIM115 - closed in __exit__
        self._packer = isal_zlib.compressobj(GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP)
        self._parts: list[bytes] = []
        self._length = 0
        self._hashes = hashlib.sha256(), hashlib.sha256()
        self._bytes = [0, 0]

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
            self._write(1, self._packer.flush())
        self._plain.close()
        self._packed.close()

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._parts.append(data)
        self._length += len(data)
        if self._length > CHUNK:
            self._flush()

    def facts(self) -> dict[str, Any]:
        """Return size in bytes and SHA-256 of the file and of its sibling. Call this after the file is closed."""
        plain, packed = (digest.hexdigest() for digest in self._hashes)
        return {
            "bytes": self._bytes[0],
            "sha256": plain,
            "gzip": {"file": f"{self._path.name}.gz", "bytes": self._bytes[1], "sha256": packed},
        }

    def _flush(self) -> None:
        data = b"".join(self._parts)
        self._parts, self._length = [], 0
        self._write(0, data)
        self._write(1, self._packer.compress(data))

    def _write(self, which: int, data: bytes) -> None:
        (self._plain, self._packed)[which].write(data)
        self._hashes[which].update(data)
        self._bytes[which] += len(data)


def link(source: Path, target: Path) -> None:
    """Hard-link a finished file and its gzip sibling to a second name."""
    os.link(source, target)
    os.link(f"{source}.gz", f"{target}.gz")
