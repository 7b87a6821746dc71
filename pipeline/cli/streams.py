"""Standard streams that outlast their readers, and the one way to print an error; imports nothing heavy."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from typing import Any, ClassVar


class Outlet(io.FileIO):
    """A standard stream that outlasts its reader: after the first failed write, output is discarded.

    Attributes:
        streaming: a failed write is raised, since the command has nothing to do but to write.
        failed: the error of the first failed write of the process, None while all was written.
    """

    streaming: ClassVar[bool] = False
    failed: ClassVar[OSError | None] = None

    def write(self, data: Any, /) -> int:
        """Write bytes; discard them, and all that follow, where nobody can read them."""
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
    """Let standard output and error outlast a closed reader, and replace letters that they cannot encode.

    Streams that are not files of the process, as in tests, are left as they are.
    """
    Outlet.streaming, Outlet.failed = streaming, None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: no file of the data may take its number
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
        at_once = stream.line_buffering or stream.write_through
        setattr(sys, name, io.TextIOWrapper(buffer, stream.encoding, errors, line_buffering=at_once))


def flush_streams() -> str:
    """Write out what is buffered; return the reason why output was lost, empty where the reader only stopped."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    error = Outlet.failed
    return "" if error is None or error.errno == errno.EPIPE else error.strerror or str(error)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, with escapes for letters where the output is not UTF-8."""
    print(json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "utf-8").lower().startswith("utf")))


def fail(message: str) -> None:
    """Print one line that states what is wrong, where, and what to do."""
    print(f"internfeed: {message}", file=sys.stderr)
