"""The version of the extractors, computed from the files of this package."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(package: Path) -> str:
    """Return eight hex digits of a package's code and data files: their names below it and their bytes.

    A wheel holds the same `.py` and `.toml` files as a checkout, and files that an installer or Python adds (compiled
    files, metadata) are left out, so both have the same digest. Comments count too: reading a posting again without
    need costs less than never reading it again.

    >>> digest(Path(__file__).parent) == NORMALIZER_VERSION, len(NORMALIZER_VERSION)
    (True, 8)
    """
    checksum = hashlib.blake2b(digest_size=4)
    files = {path.relative_to(package).as_posix(): path for path in package.rglob("*") if path.suffix in _SUFFIXES}
    for name in sorted(files):
        content = files[name].read_bytes()
        checksum.update(f"{name}\0{len(content)}\0".encode() + content)
    return checksum.hexdigest()


_SUFFIXES = (".py", ".toml")

NORMALIZER_VERSION = digest(Path(__file__).parent)
