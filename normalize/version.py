"""The version of the reader, computed from the files of this package."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(package: Path) -> str:
    """Return eight hex digits of a package's code and data files: their names below it and their bytes.

    A wheel holds the same `.py` and `.toml` files as a checkout, unchanged, and what an installer or Python adds
    (compiled files, metadata) is left out, so both give the same digest. Comments count too: a posting that is read
    again without need costs less than one that is never read again.

    >>> digest(Path(__file__).parent) == NORMALIZER_VERSION, len(NORMALIZER_VERSION)
    (True, 8)
    """
    found = hashlib.blake2b(digest_size=4)
    files = {path.relative_to(package).as_posix(): path for path in package.rglob("*") if path.suffix in _SUFFIXES}
    for name in sorted(files):
        content = files[name].read_bytes()
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


_SUFFIXES = (".py", ".toml")

NORMALIZER_VERSION = digest(Path(__file__).parent)
