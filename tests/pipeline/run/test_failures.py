"""Failures in a night: the command reports each in a line and by its exit status, and the last snapshot stays."""

import contextlib
import fcntl
import json
import os
import resource
import tempfile
from pathlib import Path

import pytest

from pipeline.cli import command_line as cli
from pipeline.cli import crawling
from pipeline.demo.days import DAYS
from pipeline.store import snapshot
from pipeline.store.snapshot import verify
from tests.support.folder import World, answer, content, posting, tree, write
from tests.support.process import in_a_process, internfeed, saying

KEYS = ACME, NORTH, SOUTH = ("lever", "acme"), ("greenhouse", "north"), ("personio", "south")
MANY = [posting(number) for number in range(20)]
DOWN = answer(verdict="timeout", error="no answer")


@pytest.fixture
def night(world, monkeypatch, capsys):
    """A function that runs the command with given answers; it returns the exit status and the lines of output."""
    folder = world.data.parent / "recorded"
    folder.mkdir()
    rows = [f"{source},{board},{board.title()},," for source, board in KEYS]
    (folder / "boards.csv").write_text("\n".join(["source,board,name,url,request_json", *rows]) + "\n")
    (folder / "index.jsonl").touch()

    def run(day, answers, *arguments):
        def crawl(options, chosen, run_dir, now, known):
            for board in chosen:
                write(run_dir, board, now, *answers[board.source, board.board])

        monkeypatch.setattr(crawling, "crawl_boards", crawl)
        boards = ",".join("/".join(key) for key in answers)
        command = ["run", "--data", world.data, "--replay", folder, "--boards", boards, "--today", day, *arguments]
        status = cli.main([*map(str, command)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err.splitlines()

    return run


ALL = dict.fromkeys(KEYS, answer(MANY))


def test_all_boards_down_publish_nothing_and_each_reason_is_named(night, world):
    night("2026-11-20", ALL)
    before = tree(world.latest)
    status, out, errors = night("2026-11-21", dict.fromkeys(KEYS, DOWN))
    assert (status, out) == (2, "")
    assert errors[-2].endswith("3 boards timeout: greenhouse/north: no answer")
    assert errors[-1].endswith("no board answered; the previous snapshot is unchanged")
    assert tree(world.latest) == before


def test_one_board_of_three_down_is_carried_forward(night, world):
    night("2026-11-20", ALL)
    before = content(world)
    status, out, _ = night("2026-11-21", ALL | {NORTH: DOWN})
    assert (status, content(world)) == (3, before)
    assert "boards: 2 ok, 1 timeout" in out


def test_a_board_at_two_fifths_of_its_yield_closes_nothing_and_the_summary_names_the_held_closings(night, world):
    for day in (18, 19, 20):
        night(f"2026-11-{day}", ALL)
    status, out, _ = night("2026-11-21", ALL | {NORTH: answer(MANY[:8])})
    assert status == 3
    assert "held back: 12 closings, until the next complete run confirms them" in out
    assert {row["status"] for row in world.table("listings")} == {"open"}
    assert len(world.board("north")["held"]) == 12


def test_the_summary_in_json_is_the_manifest_without_its_files(night, world):
    status, out, errors = night("2026-11-20", ALL, "--json")
    manifest = json.loads((world.latest / "manifest.json").read_text())
    del manifest["files"]
    assert (status, json.loads(out), errors) == (0, manifest, [])


def test_a_second_run_exits_4_at_once(night, world):
    night("2026-11-20", ALL)
    with (world.data / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, out, errors = night("2026-11-21", ALL)
    assert (status, out, len(errors)) == (4, "", 1)
    assert "another run holds" in errors[0]


def test_a_clock_that_was_set_back_is_reported_and_moved_forward(night):
    night("2026-11-20", ALL)
    status, out, errors = night("2026-11-01", ALL)
    assert status == 0
    assert "published 20261120T120001Z-" in out
    assert errors[0].startswith("the clock says 2026-11-01T12:00:00Z, not after the last run")


def test_a_damaged_last_snapshot_is_refused_with_the_command_that_repairs_it(night, world):
    night("2026-11-20", ALL)
    before = content(world)
    (part,) = snapshot.parts(world.latest, "listings")
    part.write_bytes(part.read_bytes()[:-9])
    status, _, errors = night("2026-11-21", ALL)
    assert (status, len(errors)) == (2, 1)
    assert f"nothing was touched. Repair it with: internfeed rebuild --data {world.data}" in errors[0]
    assert cli.main(["rebuild", "--data", str(world.data)]) == 0
    assert content(world) == before
    assert night("2026-11-21", ALL)[0] == 0


# The disk.


@contextlib.contextmanager
def disk_of(size):
    """Limit the size of every file that this process writes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("size", [3_000, 10_000, 30_000])
def test_a_full_disk_leaves_the_last_snapshot_and_the_next_run_succeeds(night, world, size):
    night("2026-11-20", ALL)
    before = tree(world.latest)
    changed = ALL | {ACME: answer(MANY[3:])}
    with disk_of(size):
        status, out, errors = night("2026-11-21", changed)
    assert (status, out) == (2, "")
    assert "File too large" in errors[-1]
    assert tree(world.latest) == before
    assert night("2026-11-21", changed)[0] == 0
    assert set(world.changes().values()) == {"closed_at_source"}
    assert list((world.data / "tmp").iterdir()) == []


def on_a_disk_of(size, arguments, errors):
    with disk_of(size), saying(errors.with_suffix(".out"), errors):
        return cli.main(arguments)


def test_a_full_disk_ends_the_crawl_and_the_next_run_resumes_it(tmp_path):
    run = ["run", "--replay", str(DAYS[0].folder), "--today", "2026-11-22", "--data", str(tmp_path / "data")]
    assert in_a_process(on_a_disk_of, 20_000, run, tmp_path / "errors") == 2
    assert (
        (tmp_path / "errors").read_text().endswith("internfeed: error: nothing published: [Errno 27] File too large\n")
    )
    assert not (tmp_path / "data" / "latest").exists()
    ended = internfeed(*run)
    assert (ended.status, ended.errors[0][:12]) == (0, "resuming run")
    assert verify((tmp_path / "data" / "latest").resolve()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="another user than the folder's is needed")
def test_a_folder_that_cannot_be_written_raises_and_stays_unchanged(world):
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        theirs = World(Path(place) / "data")
        theirs.run("2026-11-20", ALL)
        before = tree(theirs.data)
        os.seteuid(65534)  # nobody
        try:
            with pytest.raises(PermissionError):
                theirs.run("2026-11-21", ALL)
        finally:
            os.seteuid(0)
        assert tree(theirs.data) == before
