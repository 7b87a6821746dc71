"""Standard streams that survive the loss of their reader, and the one format of errors; imports nothing heavy."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from typing import Any, ClassVar


class Outlet(io.FileIO):
    """A standard stream that survives the loss of its reader: after the first failed write, output is discarded.

    Attributes:
        streaming: whether a failed write is raised, because writing is all that the command does.
        failed: the error of the first failed write of the process; None as long as every write succeeded.
    """

    streaming: ClassVar[bool] = False
    failed: ClassVar[OSError | None] = None

    def write(self, data: Any, /) -> int:
        """Write bytes; discard them and all later ones if they cannot be written."""
        try:
            return super().write(data)
        except OSError as error:
            Outlet.failed = Outlet.failed or error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if Outlet.streaming:
                raise
            return len(data)


def prepare_streams(streaming: bool = False) -> None:
    """Make standard output and error survive a closed reader, and replace characters that they cannot encode.

    Streams that are not files of the process, as in tests, are not changed.
    """
    Outlet.streaming, Outlet.failed = streaming, None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller; otherwise a data file could be opened with its number
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a stream of the process
    for name, errors in (("stdout", "replace"), ("stderr", "backslashreplace")):
        stream = getattr(sys, name)
        if type(stream) is not io.TextIOWrapper:
            continue
        raw = getattr(stream.buffer, "raw", stream.buffer)
        if not isinstance(raw, io.FileIO) or isinstance(raw, Outlet):
            continue
        stream.flush()
        buffer = io.BufferedWriter(Outlet(stream.fileno(), "w", closefd=False))
        line_buffering = stream.line_buffering or stream.write_through
        setattr(sys, name, io.TextIOWrapper(buffer, stream.encoding, errors, line_buffering=line_buffering))


def flush_streams() -> str:
    """Flush both streams; return why output was lost, or an empty string if none was or if its reader stopped."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    error = Outlet.failed
    return "" if error is None or error.errno == errno.EPIPE else error.strerror or str(error)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON; where the output is not UTF-8, characters outside ASCII are escaped."""
    print(json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "utf-8").lower().startswith("utf")))


def fail(message: str) -> None:
    """Print an error in one line: what is wrong, where, and what to do."""
    print(f"internfeed: error: {message}", file=sys.stderr)
