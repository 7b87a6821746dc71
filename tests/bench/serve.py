"""Milliseconds of responses of `internfeed serve` over HTTP: the first page, filters and facets.

``--rows=1000000`` is the real figure; the bars there are 200 ms for a page and 500 ms for the facets.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.bench.feeds import dataset

ASKED = (
    ("first page", "/listings"),
    ("by pay", "/listings?paid=true&sort=pay"),
    ("remote, at most 12 weeks", "/listings?remote=remote&weeks_max=12"),
    ("text", "/listings?q=analyst"),
    ("facets", "/facets"),
    ("facets of a filter", "/facets?remote=remote"),
)
TIMES = 5


def main() -> None:
    """Print the milliseconds of the first and of the median response."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        dataset(Path(folder), rows)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "pipeline.cli", "serve", "--data", folder, "--port", str(port)]
        start = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                _wait(f"http://127.0.0.1:{port}/openapi.json")
                print(f"  {rows:,} listings; ready after {time.monotonic() - start:.1f} s")
                for name, path in ASKED:
                    took = [_milliseconds(f"http://127.0.0.1:{port}{path}") for _ in range(TIMES)]
                    print(f"  {name:26} first {took[0]:6.0f} ms   median {sorted(took)[TIMES // 2]:6.0f} ms")
            finally:
                process.terminate()


def _milliseconds(url: str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


def _wait(url: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            _milliseconds(url)
            return
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main()
