"""A data folder over random nights: answers, faults and kills, through the real run from journal to publication."""

import contextlib
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from crawlers.contract.clock import instant_of
from normalize.posting import listing_id
from pipeline.run import cycle as runs
from pipeline.store import disk, snapshot
from pipeline.store.manifest import read_manifest
from tests.support.feeds import listing, write
from tests.support.folder import World, answer, posting

BOARDS = (("lever", "acme"), ("greenhouse", "north"), ("personio", "south"))
NUMBERS = range(12)
FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)
OF_THE_RUN = {"last_seen", "run_id", "canonical_id"}  # may differ in a listing without a change
DATASETS = ("listings", "boards", "changes")
AS_ANSWER = {"opened": "open", "changed": "open", "renormalized": "open", "reopened": "open", "closed": "closed"}


class Killed(BaseException):
    """Ends a run as a kill does: no staged file is removed."""


def shown(number, version):
    """Return a posting in one of its wordings; some have a deadline, and a number is one vacancy on every board."""
    deadline = {"valid_through": f"2026-0{1 + number // 4}-15"} if number % 4 == 3 else {}
    return posting(number, description=f"A 10-week paid internship, number {number}, put in way {version}.", **deadline)


ANSWERS = st.one_of(
    st.builds(
        lambda numbers, version, whole: answer(
            [shown(number, version if number < 3 else 0) for number in sorted(numbers)],
            ("ok" if numbers else "ok_empty") if whole else "partial",
        ),
        st.sets(st.sampled_from(NUMBERS)),
        st.integers(0, 1),
        st.sampled_from([True, True, True, False]),
    ),
    st.sampled_from("unchanged unchanged timeout blocked gone".split()).map(lambda verdict: answer(verdict=verdict)),
)
LATER = st.sampled_from([0, 1, 1, 1, 2, 9, 31, 70])  # days; 0 is an hour
STEPS = ((os, "replace"), (os, "link"), *((Path, name) for name in "rename mkdir write_text symlink_to".split()))


class AnyFolder(RuleBasedStateMachine):
    """Boards that show any postings, in a folder whose runs are killed at any step."""

    def __init__(self):
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.disk = mock.patch("os.fsync")  # a killed process loses no file that it has written
        self.disk.start()
        self.world = World(self.place / "data")
        self.now = FIRST
        self.rows = {}  # the listings of the last snapshot by id
        self.boards = {}
        self.first_seen = {}
        self.commits = {}  # by board: run, instant and commit of all its published runs

    def teardown(self):
        self.disk.stop()
        shutil.rmtree(self.place)

    @rule(answers=st.tuples(*[ANSWERS] * 3), asked=st.sets(st.integers(0, 2), min_size=1), later=LATER)
    def night(self, answers, asked, later):
        self.go(later)
        self.run(self.world, answers := {BOARDS[place]: answers[place] for place in asked})
        self.look(answers)

    @rule(answers=st.tuples(*[ANSWERS] * 3), later=LATER, step=st.sampled_from((None, *STEPS)), place=st.integers(1, 9))
    def a_night_with_a_kill(self, answers, later, step, place):
        """A run that is killed and run again publishes the same as an undisturbed run."""
        self.go(later)
        answers = dict(zip(BOARDS, answers, strict=True))
        undisturbed = World(self.place / "undisturbed")
        if self.world.data.exists():
            shutil.copytree(self.world.data, undisturbed.data, symlinks=True)
        status = self.run(undisturbed, answers)
        before = self.world.latest
        self.killed(answers, step, place)
        if self.world.latest == before and status != 2:
            self.run(self.world, answers)
        assert tables(self.world) == tables(undisturbed)
        shutil.rmtree(undisturbed.data)
        self.look(answers)

    @rule()
    def rebuilt(self):
        """A rebuild from raw runs and history makes the same snapshot."""
        if self.world.latest:
            before = tables(self.world)
            shutil.rmtree(self.world.data / "snapshots")
            runs.rebuild(self.world.data)
            assert tables(self.world) == before

    @rule()
    def read_again(self):
        """The same extractors read the same values again."""
        if self.world.latest:
            self.go(0)
            runs.normalize(runs.Options(data=self.world.data, today=self.now))
            self.look({})
            assert {row["reason"] for row in self.world.table("changes")} <= {"deadline_passed", "unconfirmed"}

    def go(self, later):
        self.now += timedelta(days=later) or timedelta(hours=1)

    def run(self, world, answers):
        return world.run(f"{self.now:%Y-%m-%dT%H:%M}", answers).status

    def killed(self, answers, step, place):
        """Run until the step has been taken so many times, then kill the run, which removes nothing."""
        cut = Killed() if step is None else None
        owner, name = step or (os, "replace")
        original, remove = getattr(owner, name), shutil.rmtree
        left = [place if step else 1000]

        def fails(*arguments, **options):
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return original(*arguments, **options)

        with (
            mock.patch.object(owner, name, fails),
            mock.patch.object(shutil, "rmtree", lambda *given, **how: left[0] > 0 and remove(*given, **how)),
            contextlib.suppress(Killed),
        ):
            self.world.run(f"{self.now:%Y-%m-%dT%H:%M}", answers, fail=cut)
        if cut:  # in the middle of a line
            journal = max((self.world.data / "raw").glob("*/lever.jsonl"))
            journal.write_bytes(journal.read_bytes()[: -7 * place])

    def look(self, answers):
        """Check every snapshot."""
        latest = self.world.latest
        if latest is None or latest.name == self.boards.get("run"):
            return
        _, read = tables(self.world)
        before, rows = self.rows, {row["listing_id"]: row for row in read["listings"]}
        assert len(rows) == len(read["listings"])
        changes = {row["listing_id"]: row for row in read["changes"]}
        instant = instant_of(latest.name)
        for key, (_, commit) in answers.items():
            self.commits.setdefault(key, []).append((latest.name, instant, commit))
        self.counted(rows, changes, read["boards"], latest)
        for name, row in rows.items():
            assert name == listing_id(row["source"], row["board"], row["posting_id"])
            assert row["first_seen"] == self.first_seen.setdefault(name, row["first_seen"])
            assert row["canonical_id"] in rows
            assert rows[row["canonical_id"]]["canonical_id"] == row["canonical_id"]
            if name in changes:
                self.changed(before.get(name), row, changes[name], instant)
            else:
                assert same(before[name], row)
        for name in before.keys() - rows.keys():
            assert before[name]["closed_at"] <= instant - timedelta(days=90)
            del self.first_seen[name]  # should it come back, it is new
        self.rows, self.boards = rows, {"run": latest.name}

    def counted(self, rows, changes, boards, latest):
        manifest = read_manifest(latest).listings
        still_open = sum(row["status"] == "open" for row in rows.values())
        assert manifest.open == still_open == sum(board["listings_open"] for board in boards)
        assert manifest.rows == len(rows)
        for kind in AS_ANSWER:
            assert getattr(manifest, kind) == sum(row["change"] == kind for row in changes.values())
        assert manifest.held == 0 or read_manifest(latest).exit_status == 3
        history = pa.concat_tables(
            [pq.read_table(path, partitioning=None) for path in self.world.data.glob(f"history/*/part-{latest.name}-*")]
        ).to_pylist()
        assert {row["listing_id"] for row in history if row["record"] == "listing"} == changes.keys()

    def changed(self, before, row, change, instant):
        """Check that a change leads from the last snapshot to this one, and that a closing has its proof."""
        kind = change["change"]
        assert row["status"] == AS_ANSWER[kind]
        assert (before is None) == (kind == "opened")
        assert before is None or before["status"] == ("closed" if kind == "reopened" else "open")
        if kind == "changed":
            assert before["content_hash"] != row["content_hash"]
        if kind != "closed":
            return
        run, source, board = change["proof"].split("/")
        assert (source, board) == (row["source"], row["board"])
        commits = self.commits[source, board]
        assert change["reason"] == row["closed_reason"]
        if change["reason"] == "deadline_passed":
            assert instant >= datetime.combine(row["valid_through"], datetime.min.time(), UTC) + timedelta(hours=36)
            return
        at = [name for name, _, _ in commits].index(run)
        _, _, commit = commits[at]
        whole = [when for _, when, commit in commits if self.complete(commits, when)]
        if change["reason"] == "closed_at_source":
            assert self.complete(commits, instant)
            assert row["posting_id"] not in self.last_answer(commits)["ids"]
        elif change["reason"] == "board_gone":
            gone = [when for _, when, commit in commits if commit["verdict"] == "gone"]
            assert commit["verdict"] == "gone"
            assert gone[-1] - gone[0] >= timedelta(hours=6)
        else:
            assert change["reason"] == "unconfirmed"
            assert not whole or instant - whole[-1] >= timedelta(days=30)

    def complete(self, commits, when):
        """Tell whether the whole board was seen at an instant."""
        until = [commit for _, at, commit in commits if at <= when]
        answered = [commit["verdict"] for commit in until if commit["verdict"] in ("ok", "ok_empty", "partial")]
        return until[-1]["verdict"] in ("ok", "ok_empty", "unchanged") and answered[-1:] in (["ok"], ["ok_empty"])

    def last_answer(self, commits):
        return next(commit for _, _, commit in reversed(commits) if commit["verdict"] in ("ok", "ok_empty", "partial"))


def tables(world):
    """Return the newest run and its datasets."""
    if world.latest is None:
        return None
    assert snapshot.verify(world.latest) == []
    return world.latest.name, {name: parts(world.latest, name) for name in DATASETS}


def parts(latest, dataset):
    return [row for path in snapshot.parts(latest, dataset) for row in pq.ParquetFile(path).read().to_pylist()]


def same(before, row):
    return {name: value for name, value in before.items() if name not in OF_THE_RUN} == {
        name: value for name, value in row.items() if name not in OF_THE_RUN
    }


AnyFolder.TestCase.settings = settings(
    max_examples=8, stateful_step_count=7, deadline=None, derandomize=True, phases=[Phase.generate]
)
TestAnyFolder = AnyFolder.TestCase


def test_every_new_file_is_synced_and_files_of_an_earlier_snapshot_are_not(tmp_path, monkeypatch):
    earlier, staged = tmp_path / "earlier", tmp_path / "staged"
    earlier.mkdir()
    staged.mkdir()
    (earlier / "old").write_text("as it was")
    os.link(earlier / "old", staged / "old")
    (staged / "new").write_text("one")
    (staged / "two").write_text("names")
    os.link(staged / "two", staged / "too")
    synced = []
    monkeypatch.setattr(disk, "sync_path", lambda path: synced.append(path.name))
    disk.sync(staged)
    assert sorted(synced) == ["new", "staged", "too", "two"]


def test_the_facts_of_feeds_come_from_their_index(tmp_path, monkeypatch):
    index = write(tmp_path, [listing(1), listing(2)])[1]
    whole = {path.name: snapshot.sha256(path) for path in (tmp_path / "feeds").iterdir()}
    read = []
    monkeypatch.setattr(snapshot, "sha256", lambda path: read.append(path.name) or whole.get(path.name, ""))
    files = snapshot.describe(tmp_path)
    assert {name: files[f"feeds/{name}"].sha256 for name in whole} == whole
    assert len(index["files"]) > 10
    assert sorted(read) == ["feeds.parquet", "index.json"]
