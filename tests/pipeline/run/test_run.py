"""Whole runs: exit statuses, atomic snapshots, resuming, retention, rebuilding."""

import json
import os
import shutil
import signal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from crawlers.contract.board import Board
from crawlers.contract.errors import Corrupt, Interrupted, Locked, UsageError
from normalize.columns import COLUMNS
from pipeline.products.catalogue import PRODUCTS
from pipeline.run import cycle as runs
from pipeline.run import judging, publish, reading
from pipeline.run.today import parse_today
from pipeline.store import snapshot
from pipeline.store.snapshot import DataFolder, verify
from tests.support.folder import answer, content, posting, tree

ACME, NORTH, SOUTH = ("lever", "acme"), ("greenhouse", "north"), ("greenhouse", "south")
THREE = [posting(number) for number in range(3)]
DOWN = answer(verdict="timeout", error="no answer")


def test_a_run_publishes_what_the_boards_show(world):
    published = world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE[:1])})
    assert published.status == 0
    assert world.latest.name.startswith("20261120T120000Z-")
    assert [row["posting_id"] for row in world.table("listings")].count("0") == 2
    assert {row["change"] for row in world.table("changes")} == {"opened"}
    assert world.board("acme")["listings_open"] == 3
    assert json.loads((world.data / "latest.json").read_text())["run_id"] == world.latest.name


def test_all_boards_down_publish_nothing(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    before = tree(world.latest)
    assert world.run("2026-11-21", {ACME: DOWN}).status == 2
    assert tree(world.latest) == before


def test_nothing_is_published_where_nothing_ever_answered(world):
    assert world.run("2026-11-20", {ACME: DOWN}).status == 2
    assert world.latest is None


def test_one_board_of_three_down_is_carried_forward(world):
    boards = {ACME: answer(THREE), NORTH: answer(THREE), SOUTH: answer(THREE)}
    world.run("2026-11-20", boards)
    before = content(world)
    published = world.run("2026-11-21", boards | {NORTH: DOWN})
    assert published.status == 3
    assert content(world) == before
    assert (world.board("north")["verdict"], world.board("north")["consecutive_failures"]) == ("timeout", 1)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        *((verdict, 0) for verdict in ("ok_empty", "skipped", "robots_denied", "tdm_reserved")),
        *(
            (verdict, 3)
            for verdict in ("unchanged", "partial", "blocked", "rate_limited", "robots_unreachable", "gone")
        ),
        *((verdict, 3) for verdict in ("parse_error", "timeout")),
    ],
)
def test_the_exit_status_states_whether_a_board_needs_attention(world, verdict, status):
    assert world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(verdict=verdict)}).status == status


def test_a_run_that_held_closings_exits_3(world):
    many = [posting(number) for number in range(20)]
    world.run("2026-11-20", {ACME: answer(many)})
    assert world.run("2026-11-21", {ACME: answer(many[:4])}).status == 3
    assert set(world.status().values()) == {"open"}
    assert world.run("2026-11-22", {ACME: answer(many[:4])}).status == 0
    assert list(world.status().values()).count("closed_at_source") == 16


def test_a_run_over_some_boards_leaves_all_others_as_they_are(world):
    world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)})
    board, rows = world.board("north"), [row for row in world.table("listings") if row["board"] == "north"]
    world.run("2027-11-20", {ACME: answer(THREE[:1])})
    assert world.board("north") == board
    assert [row for row in world.table("listings") if row["board"] == "north"] == rows


def test_two_runs_at_once_are_refused(world):
    with DataFolder(world.data).lock(), pytest.raises(Locked):
        world.run("2026-11-20", {ACME: answer(THREE)})


def test_the_same_input_gives_the_same_bytes_and_no_changes(world):
    boards = {ACME: answer(THREE), NORTH: answer(THREE)}
    world.run("2026-11-20", boards)
    first = world.latest
    world.run("2026-11-21", boards)
    old, new = (snapshot.parts(path, "listings") for path in (first, world.latest))
    assert [path.read_bytes() for path in old] == [path.read_bytes() for path in new]
    assert [path.stat().st_ino for path in old] == [path.stat().st_ino for path in new], (
        "a part without change is a link"
    )
    assert {path.name for path in old}.isdisjoint(path.name for path in new)
    assert world.table("changes") == []


def test_the_feeds_of_a_run_without_changes_are_linked(world):
    def feeds(day, *answers):
        world.run(day, dict(zip((ACME, NORTH), answers, strict=True)), products=PRODUCTS)
        folder = world.latest / "feeds"
        return json.loads((folder / "index.json").read_text()), {
            path.name: path.stat().st_ino for path in folder.iterdir()
        }

    here, there = (answer([posting(number, date_posted="2026-11-01")]) for number in (1, 2))
    before, old = feeds("2026-11-20", here, there)
    index, new = feeds("2026-11-21", here, there)
    made = {name for name in old if old[name] != new[name]}
    assert made == {"index.json", "changes.ndjson", "changes.ndjson.gz"}
    assert (index["version"], index["entries"], index["changes"]["ADD"]) == (before["version"], 2, 0)
    assert index["generated"] > before["generated"]
    silent, _ = feeds("2026-12-10", here, DOWN)  # down for too long: no row changed, but a listing leaves the feeds
    assert (world.table("changes"), silent["entries"], silent["changes"]["DEL"]) == ([], 1, 1)


def test_two_folders_agree_byte_for_byte(world, tmp_path):
    other = type(world)(tmp_path / "other")
    for place in (world, other):
        place.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)})
        place.run("2026-11-21", {ACME: answer(THREE[1:]), NORTH: answer(THREE)})
    assert tree(world.latest) == tree(other.latest)


def test_an_unchanged_board_is_not_read_again(world, monkeypatch):
    world.run("2026-11-20", {ACME: answer(THREE, validators={"https://boards.example": {"etag": "1"}})})
    monkeypatch.setattr(reading, "read_slices", lambda task: pytest.fail("read again"))
    assert world.run("2026-11-21", {ACME: answer(verdict="unchanged")}).status == 0
    assert world.validators == {ACME: {"https://boards.example": {"etag": "1"}}}
    assert world.board("acme")["postings"] == 3


def test_validators_are_withheld_when_another_scope_is_asked(world):
    world.run("2026-11-20", {ACME: answer(THREE, validators={"u": {"etag": "1"}})})
    world.run("2026-11-21", {ACME: answer(THREE)}, scope="all")
    assert world.validators == {}


def test_only_internships_are_published_unless_the_scope_is_all(world):
    shown = [*THREE, posting("ceo", "Chief Executive Officer", description="Lead the company. Permanent, full-time.")]
    world.run("2026-11-20", {ACME: answer(shown)})
    assert "ceo" not in world.status()
    assert world.board("acme")["out_of_scope"] == 1
    world.run("2026-11-21", {ACME: answer(shown)}, scope="all")
    assert world.status()["ceo"] == "open"
    world.run("2026-11-22", {ACME: answer(shown)})
    assert world.status()["ceo"] == "left_scope"


def test_a_posting_that_is_known_to_be_out_of_scope_is_not_read_again(world, monkeypatch):
    ceo = posting("ceo", "Chief Executive Officer", description="Lead the company. Permanent, full-time.")
    world.run("2026-11-20", {ACME: answer([*THREE, ceo])})
    read = []
    normalize = judging.normalize
    monkeypatch.setattr(judging, "normalize", lambda *given: read.append(given[0].posting_id) or normalize(*given))
    world.run("2026-11-21", {ACME: answer([*THREE, ceo, posting("3")])})
    world.run("2026-11-22", {ACME: answer([*THREE, ceo])})
    assert read == ["3"]
    assert world.board("acme")["out_of_scope"] == 1
    world.run("2026-11-23", {ACME: answer([*THREE, ceo | {"description": "A 10-week paid internship, all the same."}])})
    assert "ceo" in read


def test_one_job_in_several_places_is_one_listing_with_all_of_them(world):
    shown = [posting("7", location=place) for place in ("Lyon, France", "Berlin, Germany", "Lyon, France")]
    world.run("2026-11-20", {ACME: answer(shown)})
    (row,) = world.table("listings")
    assert sorted(place["text"] for place in row["locations"]) == ["Berlin, Germany", "Lyon, France"]


def test_a_posting_that_cannot_be_read_is_rejected_and_the_others_are_published(world, monkeypatch):
    normalize = judging.normalize

    def fails(record, today):
        if record.posting_id == "1":
            raise RuntimeError("an extractor stumbled")
        return normalize(record, today)

    monkeypatch.setattr(judging, "normalize", fails)
    published = world.run("2026-11-20", {ACME: answer(THREE)})
    assert published.manifest.postings.rejected == 1
    assert set(world.status()) == {"0", "2"}
    (aside,) = (world.data / "rejected").iterdir()
    assert json.loads(aside.read_text())["reason"] == "RuntimeError: an extractor stumbled"


def test_a_row_that_does_not_fit_its_columns_is_rejected(world, monkeypatch):
    normalize = judging.normalize

    def misfit(record, today):
        return normalize(record, today) | ({"pay_min": "plenty"} if record.posting_id == "1" else {})

    monkeypatch.setattr(judging, "normalize", misfit)
    assert world.run("2026-11-20", {ACME: answer(THREE)}).manifest.postings.rejected == 1
    assert set(world.status()) == {"0", "2"}


def test_pandas_polars_and_duckdb_open_the_listings_without_options(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    folder = world.data / "latest" / "listings"
    names = [column.name for column in COLUMNS]
    assert list(pd.read_parquet(folder).columns) == names
    assert pl.read_parquet(folder).columns == names
    assert duckdb.sql(f"from '{folder}/*.parquet'").columns == names
    assert len(pl.read_parquet(folder)) == 3


def test_every_column_has_a_description(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    for dataset in ("listings", "boards", "changes"):
        (part,) = snapshot.parts(world.latest, dataset)
        assert all(field.metadata[b"description"] for field in pq.read_schema(part))


# The clock.


def test_a_clock_that_was_set_back_becomes_a_second_after_the_last_run(world):
    world.run("2026-11-20T12:00", {ACME: answer(THREE)})
    published = world.run("2026-11-01", {ACME: answer(THREE[1:])})
    assert published.manifest.run_id.startswith("20261120T120001Z-")
    assert "the clock says" in published.manifest.notes[0]


@pytest.mark.parametrize(
    ("words", "instant"), [("2026-11-23", "2026-11-23T12:00:00"), ("2026-11-23T06:30", "2026-11-23T06:30:00")]
)
def test_today_is_utc_and_noon_if_only_a_day(words, instant):
    assert parse_today(words).isoformat() == instant + "+00:00"


@pytest.mark.parametrize("words", ["yesterday", "2026-13-01", "23.11.2026"])
def test_today_is_a_day_or_a_minute(words):
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        parse_today(words)


# Killed, interrupted, broken.


class Killed(BaseException):
    """Ends a run as a kill does: no staged file is removed."""


@pytest.mark.parametrize("resume", [True, False])
def test_a_killed_crawl_is_resumed_without_the_boards_that_ended(world, resume):
    boards = {ACME: answer(THREE), NORTH: answer(THREE)}
    with pytest.raises(Killed):
        world.run("2026-11-20", boards, fail=Killed())
    raw = next((world.data / "raw").iterdir())
    journal = raw / "greenhouse.jsonl"
    journal.write_bytes(journal.read_bytes()[:-60])  # the commit was cut off
    assert world.run("2026-11-20T13:00", boards, resume=resume).status == 0
    assert world.asked == [NORTH]
    assert world.latest.name == raw.name
    assert len(world.status()) == 3


def test_a_resumed_run_keeps_the_options_with_which_it_began(world):
    boards = {ACME: answer(THREE), NORTH: answer(THREE)}
    with pytest.raises(Killed):
        world.run("2026-11-20", boards, scope="all", all_boards=False, fail=Killed())
    journal = next((world.data / "raw").iterdir()) / "greenhouse.jsonl"
    journal.write_bytes(journal.read_bytes()[:-60])
    others = boards | {SOUTH: answer(THREE)}
    options = runs.Options(world.data, [Board(*key, "") for key in others], all_boards=True, resume=True)
    seen = []
    runs.run(options, lambda remaining, *_: seen.append([board.board for board in remaining]))
    assert seen == [["north"]]
    assert (options.scope, options.all_boards, options.replay) == ("all", False, Path("recorded").resolve())


def test_an_old_or_different_run_is_not_resumed_without_being_asked(world):
    boards = {ACME: answer(THREE), NORTH: answer(THREE)}
    with pytest.raises(Killed):
        world.run("2026-11-20", boards, fail=Killed())
    world.run("2026-11-21T12:00", boards)
    assert world.asked == [NORTH, ACME]


def test_resuming_without_an_interrupted_run_is_an_error(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    with pytest.raises(UsageError, match="no interrupted run"):
        world.run("2026-11-21", {ACME: answer(THREE)}, resume=True)


def test_an_interrupted_board_ends_the_run_which_can_be_resumed(world):
    with pytest.raises(Interrupted) as ended:
        world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(verdict="interrupted")})
    assert ended.value.exit_status == 143
    assert world.latest is None
    assert world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)}).status == 0
    assert world.asked == [NORTH]


def test_a_crawl_that_ends_before_a_board_began_is_interrupted(world):
    world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)})
    before = world.latest
    with pytest.raises(Interrupted):
        world.run("2026-11-21", {ACME: answer(THREE), NORTH: None})
    assert world.latest == before
    assert world.run("2026-11-21", {ACME: answer(THREE), NORTH: answer(THREE)}).status == 0
    assert world.asked == [NORTH]


def test_a_signal_while_publishing_leaves_the_last_snapshot(world, monkeypatch):
    boards = {ACME: answer(THREE)}
    world.run("2026-11-20", boards)
    before = world.latest
    monkeypatch.setattr(publish, "write_manifest", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(Interrupted) as ended:
        world.run("2026-11-21", {ACME: answer(THREE[1:])})
    assert ended.value.exit_status == 130
    assert world.latest == before
    assert verify(before) == []


def test_a_signal_while_a_posting_is_read_loses_no_posting(world, monkeypatch):
    monkeypatch.setattr(judging, "normalize", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(Interrupted) as ended:
        world.run("2026-11-20", {ACME: answer(THREE)})
    assert (ended.value.exit_status, world.latest) == (143, None)
    monkeypatch.undo()
    world.run("2026-11-20", {ACME: answer(THREE)})
    assert len(world.table("listings")) == 3


STEPS = ["rename", "replace", "symlink_to", "mkdir", "write_text"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", [Killed(), OSError(28, "No space left on device")], ids=["killed", "full"])
def test_after_a_failure_at_any_step_the_last_snapshot_stays_and_the_next_run_succeeds(
    world, tmp_path, monkeypatch, step, error
):
    first, second = {ACME: answer(THREE), NORTH: answer(THREE)}, {ACME: answer(THREE[1:]), NORTH: answer(THREE)}
    undisturbed = type(world)(tmp_path / "undisturbed")
    for place in (world, undisturbed):
        place.run("2026-11-20", first)
    undisturbed.run("2026-11-21", second)
    owner = os if step == "replace" else Path
    original, remove = getattr(owner, step), shutil.rmtree
    for place in range(1, 30):
        left = [place]

        def fails(*arguments, left=left, **options):
            left[0] -= 1
            if left[0] == 0:
                raise error
            return original(*arguments, **options)

        def removes(*arguments, left=left, **options):
            if left[0] > 0 or not isinstance(error, Killed):  # a killed run removes nothing
                remove(*arguments, **options)

        before = world.latest
        with monkeypatch.context() as patch:
            patch.setattr(owner, step, fails)
            patch.setattr(shutil, "rmtree", removes)
            try:
                world.run("2026-11-21", second)
                break
            except (Killed, OSError):
                assert verify(world.latest) == []
                if world.latest != before:  # it ended after it was published
                    break
    assert place > 1, "the step was reached"
    assert place < 29
    if world.latest.name != undisturbed.latest.name:
        world.run("2026-11-21", second)
    assert content(world) == content(undisturbed)
    assert content(world, "changes") == content(undisturbed, "changes")
    world.run("2026-11-22", second)
    assert list((world.data / "tmp").iterdir()) == []


def test_a_damaged_last_snapshot_is_refused_with_the_command_that_repairs_it(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    (part,) = snapshot.parts(world.latest, "listings")
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.raises(Corrupt, match="internfeed rebuild"):
        world.run("2026-11-21", {ACME: answer(THREE)})


def test_a_missing_link_does_not_start_a_new_dataset(world):
    world.run("2026-11-20", {ACME: answer(THREE)})
    (world.data / "latest").unlink()
    with pytest.raises(Corrupt, match="internfeed rebuild"):
        world.run("2026-11-21", {ACME: answer(THREE)})
    runs.rebuild(world.data)
    assert len(world.status()) == 3


def test_a_failed_check_publishes_nothing_unless_forced(world, monkeypatch):
    world.run("2026-11-20", {ACME: answer(THREE)})
    before = world.latest
    monkeypatch.setattr(publish.checks, "check", lambda *_: [publish.checks.Check("all is well", False, "it is not")])
    refused = world.run("2026-11-21", {ACME: answer(THREE[1:])})
    assert (refused.status, world.latest) == (2, before)
    assert refused.manifest.checks == (publish.checks.Check("all is well", False, "it is not"),)
    forced = world.run("2026-11-22", {ACME: answer(THREE[1:])}, force=True)
    assert (forced.status, forced.manifest.forced) == (0, True)


def test_a_source_that_shows_only_its_newest_postings_is_healthy(world):
    newest = {"window": "the last seven days"}
    world.run("2026-11-20", {ACME: answer(THREE, "partial", **newest)})
    assert world.run("2026-11-21", {ACME: answer(THREE[1:], "partial", **newest)}).status == 0
    assert world.changes() == {}
    assert world.run("2026-11-22", {ACME: answer(verdict="unchanged")}).status == 0
    assert world.board("acme")["consecutive_failures"] == 0
    late = world.run("2026-12-15", {ACME: answer(THREE[1:], "partial", **newest)})
    assert (late.status, late.manifest.stale_boards) == (0, ())
    broken = world.run("2026-12-16", {ACME: answer(THREE[1:], "partial")})
    assert (broken.status, broken.manifest.stale_boards) == (3, ("lever/acme",))
