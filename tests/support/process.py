"""A separate process for everything that can happen only once in a process: a crawl, a command.

Each process is forked from a server that has already imported everything, so it starts in a few milliseconds.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        "pytest",
        "crawlers.crawl",
        "crawlers.boards.probe",
        "pipeline.cli",
        "tests.support.process",
        "tests.support.preload",
    ]
)
_SECONDS = 300  # after this time, a process that has not ended is killed


class Said(NamedTuple):
    """The exit status of a command, and the lines that it wrote."""

    status: int
    out: list[str]
    errors: list[str]


def in_a_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of a module in a separate process; return its result, or raise its exception."""
    with ProcessPoolExecutor(1, _SERVER, signal.alarm, (_SECONDS,)) as process:
        return process.submit(function, *arguments).result()


def crawled(plan: Any, **patience: float) -> list[dict[str, Any]]:
    """Crawl in a separate process and return the journals' lines, each with its source.

    `patience` sets shorter constants of `crawlers.politeness.downloader`, such as ``TIMEOUT=2.0``.
    """
    in_a_process(_crawl, plan, patience)
    return journals(plan.run_dir)


def _crawl(plan: Any, patience: dict[str, float]) -> None:
    from crawlers.crawl import crawl
    from crawlers.politeness import downloader

    for name, value in patience.items():
        assert hasattr(downloader, name)
        setattr(downloader, name, value)
    crawl(plan)


def journals(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a run's journals, each with its source."""
    return [
        {"source": path.stem, **json.loads(line)}
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def internfeed(*arguments: Any, environment: Mapping[str, str] | None = None) -> Said:
    """Run a command and return its exit status and output."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("out", "errors")]
        status = in_a_process(_command, [*map(str, arguments)], dict(environment or {}), streams)
        return Said(status, *(stream.read_text("utf-8").splitlines() for stream in streams))


def _command(arguments: list[str], environment: dict[str, str], streams: list[Path]) -> int:
    from pipeline.cli import command_line as cli

    with saying(*streams):
        os.environ.update(environment)
        return cli.main(arguments)


@contextlib.contextmanager
def saying(out: Path, errors: Path):
    """Redirect the standard output and error of the process to files."""
    for number, path in ((1, out), (2, errors)):
        with path.open("wb") as stream:
            os.dup2(stream.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
