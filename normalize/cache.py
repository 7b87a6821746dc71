"""Results that are costly to compute and always the same, kept as files in the user's cache folder.

A file is read only if nobody else can have written it: the folder and the file belong to this user, are not links,
and cannot be written by group or others. A file that is absent, torn, of another version or untrusted is made again.
Where the folder cannot be written, every process computes the result itself; callers notice only the time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator

from normalize.version import NORMALIZER_VERSION

_MAGIC = b"internfeed cache 1\n"
_CHECKSUM = 32  # bytes
_KEPT = 4  # files of a kind: those of other checkouts and versions may be used again
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cached(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """Return the bytes that `make` returns, read from the user's cache folder if they are there.

    Args:
        kind: the beginning of the file's name.
        key: what the bytes depend on besides the files of `normalize`, the machine and Python: a library's version.

    >>> cached("example", "1", lambda: b"made"), cached("example", "1", lambda: b"made")
    (b'made', b'made')
    """
    parts = (kind, key, NORMALIZER_VERSION, sys.implementation.cache_tag, sys.platform, platform.machine())
    name = f"{kind}-{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"
    with _folder() as folder:
        if folder is None:
            return make()
        payload = _read(folder, name)
        if payload is None:
            payload = make()
            with contextlib.suppress(OSError):
                _write(folder, name, payload)
                _remove_old(folder, kind)
        return payload


@contextlib.contextmanager
def _folder() -> Iterator[int | None]:
    """Open the cache folder, and make it if it is missing; None where others can write it or it cannot be made."""
    folder = None
    with contextlib.suppress(OSError):
        folder = _open_folder()
    try:
        yield folder
    finally:
        if folder is not None:
            os.close(folder)


def _open_folder() -> int | None:
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):  # the XDG specification says to ignore a relative path
        home = os.path.expanduser("~/.cache")
    if not os.path.isabs(home):
        return None
    path = os.path.join(home, "internfeed")
    if not os.path.lexists(path):
        os.makedirs(home, 0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    if _is_own(os.fstat(folder)):
        return folder
    os.close(folder)
    return None


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _read(folder: int, name: str) -> bytes | None:
    """Return the payload of a file; None where it is missing, torn or not this user's alone."""
    try:
        # Without O_NONBLOCK a pipe of that name would stop the process.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(file, "rb") as opened:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or not _is_own(status):
                return None
            content = opened.read()
    except OSError:
        return None
    start = len(_MAGIC) + _CHECKSUM
    payload = content[start:]
    return payload if content[:start] == _MAGIC + _checksum(payload) else None


def _write(folder: int, name: str, payload: bytes) -> None:
    """Write a file and move it into place, so that a reader finds a complete file or none."""
    temporary = f"{name}.{os.urandom(8).hex()}"
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(_MAGIC + _checksum(payload) + payload)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_CHECKSUM).digest()


def _remove_old(folder: int, kind: str) -> None:
    """Remove all but the newest files of a kind, and the temporary files of writers that were killed."""
    names = [name for name in os.listdir(folder) if name.startswith(f"{kind}-")]
    age = {name: os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime for name in names}
    for name in sorted(names, key=lambda name: -age[name])[_KEPT:]:
        os.unlink(name, dir_fd=folder)
