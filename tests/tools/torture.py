"""``make torture``: kill the real command at many moments, and check that nothing is lost.

A server on this machine plays the recorded boards of the demo. Each round crawls their second day into a copy of the
first day's data, kills the command with SIGKILL, runs it again, and compares what was published with an undisturbed
run. Readers look at ``latest`` all the while. Moments are spread over every stage by the lines of the log; besides,
the command dies right before its n-th change of the data folder, for every n.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from crawlers.replay.server import Drill
from pipeline.demo.days import DAYS
from pipeline.store.manifest import read_manifest
from pipeline.store.snapshot import parts, verify

ROOT = Path(__file__).resolve().parents[2]
BOARDS = (
    "greenhouse/plumpixel greenhouse/quillkeel lever/brightpail lever/sattvaloom personio/kranich-mess"
    " personio/lindwurm-energie personio/papierfalter"
).split()
STAGES = {"crawl": 40, "normalize": 20, "merge": 20, "write": 40, "publish": 20}  # moments in each
STEPS = 100  # at least so many changes of the data folder, or all of them
AT_ONCE = 3  # rounds; a crawl mostly waits
WALL = ("started", "ended", "page_seconds")  # of the wall's clock, not of the run's
_NEVER = 10**9
_CHANGES = "os.rename os.mkdir os.remove os.rmdir os.symlink os.link os.truncate shutil.rmtree open".split()


class Moment(NamedTuple):
    """The moment to kill: some seconds after a line of the log, or right before the n-th change of the data folder.

    Attributes:
        step: counted from the last change where it is negative; 0 is none.
        number: the signal; one that can be caught ends the command with 128 and its number.
    """

    line: str = ""
    after: float = 0.0
    step: int = 0
    number: int = signal.SIGKILL

    def __str__(self) -> str:
        when = f"before change {self.step} of the data" if self.step else f"{self.after:.3f} s after {self.line}"
        return f"by {signal.Signals(self.number).name} {when}"


class Running(Protocol):
    """A command that was started."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...


Start = Callable[[list[str], dict[str, str], Path, int], Running]
"""Starts the command with arguments, environment, a log file, and the change before which it is killed (0: none)."""


def subprocesses(arguments: list[str], environment: dict[str, str], log: Path, step: int) -> Running:
    """Start the command as a user would."""
    module = ["tests.tools.torture", "dies", str(step)] if step else ["pipeline.cli"]
    with log.open("wb") as told:
        return subprocess.Popen(
            [sys.executable, "-m", *module, *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=told,
        )


def die_at(step: int, folder: str) -> Callable[[], int]:
    """Make this process kill itself right before its n-th change below a folder; return the counter of changes."""
    seen = itertools.count(1)
    last = [0]

    def hook(event: str, said: tuple[Any, ...]) -> None:
        if event not in _CHANGES or (event == "open" and not (isinstance(said[2], int) and said[2] & 3)):
            return
        if any(isinstance(word, str | os.PathLike) and os.fspath(word).startswith(folder) for word in said[:2]):
            last[0] = next(seen)
            if last[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return lambda: last[0]


def dies(step: int, arguments: list[str]) -> int:
    """Run the command with parts of a few rows; kill it at a change, or print the number of changes at the end."""
    from pipeline.cli import command_line as cli
    from pipeline.store import listings

    listings.PART_BEGINS = "0"
    count = die_at(step, arguments[arguments.index("--data") + 1])
    status = cli.main(arguments)
    print(f"changes {count()}", file=sys.stderr)
    return status


class Readers(threading.Thread):
    """Reads ``latest`` again and again, both resolved once and through the link."""

    def __init__(self, data: Path, known: dict[str, list[str]]) -> None:
        super().__init__(daemon=True)
        self._data = data
        self._known = known  # the listings of each snapshot that may be seen
        self.failures: list[str] = []
        self.looks = 0
        self._stop_now = threading.Event()

    def run(self) -> None:
        """Read until `stop` is called."""
        while not self._stop_now.is_set():
            self.looks += 1
            try:
                self._look(Path(os.path.realpath(self._data / "latest")))
            except Exception as error:  # whatever it is, a reader must not meet it
                self.failures.append(f"resolved: {error!r}")
            with contextlib.suppress(OSError, pa.ArrowInvalid):  # allowed in the instant of the flip
                if ids(self._data / "latest") not in self._known.values():
                    self.failures.append("through the link: a mix")
            time.sleep(0.02)

    def _look(self, resolved: Path) -> None:
        if ids(resolved) != self._known[resolved.name] or read_manifest(resolved).run_id != resolved.name:
            self.failures.append(f"{resolved.name} is not what it was published as")

    def end(self) -> list[str]:
        """Stop; return the problems found."""
        self._stop_now.set()
        self.join()
        return self.failures[:3]


def ids(snapshot: Path) -> list[str]:
    """Return the listings of a snapshot as a reader sees them."""
    found: list[str] = pq.read_table(snapshot / "listings", columns=["listing_id"])["listing_id"].to_pylist()
    return found


class Torture:
    """The first day's data, an undisturbed second day, and disturbed rounds.

    Args:
        place: an empty folder to work in.
        extras: further arguments of the command.
    """

    def __init__(self, place: Path, start: Start = subprocesses) -> None:
        self.place = place
        self._start = start
        self._servers = [Drill(replay=day.folder) for day in DAYS]
        self._calm = place / "calm"
        self.stages: dict[str, float] = {}
        self.changes = 0

    def __enter__(self) -> Torture:
        for server in self._servers:
            server.__enter__()
        first = self.place / "first"
        first.mkdir()
        shutil.copy(DAYS[0].folder / "boards.csv", first)
        self._ends_well(first, 0)
        shutil.copytree(first, self._calm, symlinks=True)
        began = time.monotonic()
        run, log = self.start(self._calm, 1, _NEVER)
        times = {line.partition(":")[0]: at - began for line, at in self._lines(run, log)}
        assert run.wait() == 0, log.read_text()
        ends = [*(times[stage] for stage in STAGES), time.monotonic() - began]
        self.stages = dict(zip(STAGES, (end - start for start, end in itertools.pairwise(ends)), strict=True))
        self.changes = int(log.read_text().split()[-1])
        self.known = {path.name: ids(path) for path in (self._calm / "snapshots").iterdir()}
        self.expected = self.content(self._calm)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.__exit__()

    def start(self, data: Path, day: int, step: int = 0) -> tuple[Running, Path]:
        """Start the command for a day; return the process and its log."""
        arguments = ["run", "--boards", ",".join(BOARDS), "--data", str(data)]
        arguments += ["--today", f"{DAYS[day].clock:%Y-%m-%dT%H:%M}"]
        log = data.with_name(f"{data.name}-{time.monotonic_ns()}.log")
        return self._start(
            arguments, {"INTERNFEED_STAND_IN": self._servers[day].origin, "INTERNFEED_CONTACT": "torture"}, log, step
        ), log

    def _ends_well(self, data: Path, day: int) -> None:
        run, log = self.start(data, day)
        assert run.wait() == 0, log.read_text()

    @staticmethod
    def _lines(run: Running, log: Path) -> Iterator[tuple[str, float]]:
        """Yield the lines of a log as they are written, with the time."""
        told = 0
        while True:
            ended = run.poll() is not None
            lines = log.read_text().split("\n")[:-1] if log.exists() else []
            yield from ((line, time.monotonic()) for line in lines[told:])
            told = len(lines)
            if ended:
                return
            time.sleep(0.005)

    def content(self, data: Path) -> dict[str, Any]:
        """Return what was published: the rows of all datasets, and their history."""
        latest = Path(os.path.realpath(data / "latest"))
        said = {
            name: [row for path in parts(latest, name) for row in pq.ParquetFile(path).read().to_pylist()]
            for name in ("listings", "boards", "changes")
        }
        said["boards"] = [{name: row[name] for name in row if name not in WALL} for row in said["boards"]]
        history = sorted(data.glob("history/*/*.parquet"), key=lambda path: path.name)
        return said | {
            "history": [(path.name, pq.read_metadata(path).num_rows) for path in history],
            "snapshots": sorted(path.name for path in (data / "snapshots").iterdir()),
            "left": sorted(path.name for path in (data / "tmp").iterdir()),
        }

    def round(self, moment: Moment) -> tuple[list[str], str]:
        """Disturb a run, then run again; return the problems and a summary."""
        data = self.place / f"data-{moment.step}-{moment.line}-{moment.after}-{moment.number}"
        shutil.copytree(self.place / "first", data, symlinks=True)
        readers = Readers(data, self.known)
        readers.start()
        step = moment.step if moment.step >= 0 else self.changes + 1 + moment.step
        run, log = self.start(data, 1, step)
        if not moment.step:
            if any(line.startswith(moment.line) for line, _ in self._lines(run, log)):
                time.sleep(moment.after)
            os.kill(run.pid, moment.number)
        status = run.wait()
        killed = status != 0
        latest = Path(os.path.realpath(data / "latest"))
        wrong = [f"after the kill: {problem}" for problem in verify(latest)]
        published = latest.name == Path(os.path.realpath(self._calm / "latest")).name
        uncaught = moment.number == signal.SIGKILL or published  # who has published no longer handles signals
        if status not in (0, 128 + moment.number, -moment.number if uncaught else 0):
            wrong.append(f"it ended with {status}: {log.read_text()[-300:]}")
        if not published:
            again, log = self.start(data, 1)
            if (ended := again.wait()) != 0:
                wrong.append(f"the next run exits {ended}: {log.read_text()[-300:]}")
        wrong += readers.end()
        said = self.content(data)
        if published:
            said["left"] = self.expected["left"]  # the next run removes it
        wrong += [f"{name} differ from an undisturbed run's" for name in said if said[name] != self.expected[name]]
        wrong += [f"{board} had ended and was crawled again" for board in crawled_again(data)]
        shutil.rmtree(data)
        how = f"{'killed' if killed else 'ended'} {moment}, {readers.looks} looks: {'; '.join(wrong) or 'well'}"
        return wrong, how


def crawled_again(data: Path) -> list[str]:
    """Return the boards that were started again after their commit."""
    found = []
    for journal in sorted(data.glob("raw/*/*.jsonl")):
        ended = set()
        for line in journal.read_bytes().splitlines():
            record = json.loads(line)
            if record["type"] == "commit" and record["verdict"] != "interrupted":
                ended.add(record["board"])
            elif record["type"] == "begin" and record["board"] in ended:
                found.append(f"{journal.stem}/{record['board']}")
    return found


def moments(torture: Torture) -> list[Moment]:
    """Return all moments: spread over every stage, and before every change of the data folder."""
    timed = [
        Moment(stage, torture.stages[stage] * (number + 0.5) / count)
        for stage, count in STAGES.items()
        for number in range(count)
    ]
    timed += [
        Moment(stage, torture.stages[stage] * part, number=number)
        for stage in STAGES
        for part in (0.3, 0.5, 0.8)
        for number in (signal.SIGTERM, signal.SIGINT)
    ]
    return timed + [Moment(step=step) for step in range(1, torture.changes + 1, max(torture.changes // STEPS, 1))]


def main(arguments: Sequence[str]) -> int:
    """Test all moments, or a portion of them such as 1/12."""
    portion, portions = map(int, arguments[0].split("/")) if arguments else (1, 1)
    with tempfile.TemporaryDirectory() as folder, Torture(Path(folder)) as torture:
        found = moments(torture)[portion - 1 :: portions]
        wrong: list[str] = []
        with ThreadPoolExecutor(AT_ONCE) as rounds:
            for number, (problems, how) in enumerate(rounds.map(torture.round, found), 1):
                print(f"{number}/{len(found)} {how}", flush=True)
                wrong += problems
    print("\n".join(wrong) or f"{len(found)} kills: nothing lost, nothing doubled, nothing wrongly closed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(dies(int(sys.argv[2]), sys.argv[3:]) if sys.argv[1:2] == ["dies"] else main(sys.argv[1:]))
