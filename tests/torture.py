"""Kill the real command at many moments, and look whether anything was lost: ``make torture``.

Each round runs the second day of the demo's recordings on a copy of the first day's data, kills the
command with SIGKILL after a little longer than the round before, runs it again, and compares what
was published with an undisturbed run. Readers look at ``latest`` all the while.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.demo import DAYS
from pipeline.snapshot import verify

COMMAND = (sys.executable, "-m", "pipeline.cli")
ROOT = Path(__file__).resolve().parent.parent


def run(data: Path, day: int, command: Sequence[str] = COMMAND) -> subprocess.Popen[bytes]:
    """Start the command on a day of the recordings."""
    clock = f"{DAYS[day].clock:%Y-%m-%dT%H:%M}"
    arguments = ["run", "--replay", str(DAYS[day].folder), "--today", clock, "--data", str(data)]
    return subprocess.Popen([*command, *arguments], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)


def content(data: Path) -> dict[str, list[dict[str, object]]]:
    """Return what was published: rows of listings and changes."""
    return {name: pq.read_table(data / "latest" / name).to_pylist() for name in ("listings", "changes")}


class Readers(threading.Thread):
    """Read ``latest`` again and again, resolved once and through the link."""

    def __init__(self, data: Path, known: dict[int, str]) -> None:
        super().__init__(daemon=True)
        self._data = data
        self._known = known  # rows of each snapshot that may be seen, to its name
        self.failures: list[str] = []
        self.looks = 0
        self.stop = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.is_set():
            self.looks += 1
            try:
                resolved = (self._data / "latest").resolve(strict=True)
                rows = pq.read_table(resolved / "listings", columns=["listing_id"]).num_rows
                if rows not in self._known:
                    self.failures.append(f"{rows} rows in {resolved.name}")
            except Exception as error:  # whatever it is, a reader must not meet it
                self.failures.append(f"resolved: {error}")
            try:
                rows = pq.read_table(self._data / "latest" / "listings", columns=["listing_id"]).num_rows
                if rows not in self._known:
                    self.failures.append(f"through the link: a mix of {rows} rows")
            except OSError:
                pass  # allowed in the instant of the flip


def torture(moments: int, say: Callable[[str], None] = print, command: Sequence[str] = COMMAND) -> list[str]:
    """Kill at so many moments; return what went wrong."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        first, calm = Path(folder, "first"), Path(folder, "calm")
        if run(first, 0, command).wait() != 0:
            return ["the first day did not end well"]
        shutil.copytree(first, calm, symlinks=True)
        began = time.monotonic()
        if run(calm, 1, command).wait() != 0:
            return ["the second day did not end well"]
        whole = time.monotonic() - began
        expected = content(calm)
        known = {len(expected["listings"]): "second", len(content(first)["listings"]): "first"}
        for moment in range(moments):
            data = Path(folder, "data")
            shutil.copytree(first, data, symlinks=True)
            readers = Readers(data, known)
            readers.start()
            after = whole * 1.05 * (moment + 1) / moments
            process = run(data, 1, command)
            time.sleep(after)
            process.kill()
            process.communicate()
            wrong = [f"after the kill: {problem}" for problem in verify((data / "latest").resolve())]
            if (data / "latest").resolve().name != (calm / "latest").resolve().name:
                again = run(data, 1, command)
                _, error = again.communicate()
                if again.returncode != 0:
                    wrong.append(f"the next run exits {again.returncode}: {error.decode()[-300:]}")
            readers.stop.set()
            readers.join()
            if content(data) != expected:
                wrong.append("the dataset is another than that of an undisturbed run")
            wrong += readers.failures[:3]
            problems += [f"killed after {after:.2f} s of {whole:.2f}: {problem}" for problem in wrong]
            how = "; ".join(wrong) or "well"
            say(f"{moment + 1}/{moments} killed after {after:.2f} s, {readers.looks} looks: {how}")
            shutil.rmtree(data)
    return problems


if __name__ == "__main__":
    found = torture(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    print("\n".join(found) or "nothing lost, nothing doubled, nothing wrongly closed")
    sys.exit(bool(found))
