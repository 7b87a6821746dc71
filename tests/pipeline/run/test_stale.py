"""Warnings of listings that are out of date: when they begin, what they change, and what a quiet day leaves alone."""

import shutil

import pytest

from pipeline.run import cycle as runs
from pipeline.store.manifest import read_manifest
from tests.support.folder import answer, posting

LIST, NORTH = ("simplify", "kelp/Summer2026-Internships"), ("lever", "north")
OVER, OLD = "dates are over", "posted long ago"
QUIET = answer(verdict="unchanged")


def warned(world):
    return {row["posting_id"]: row["warnings"] for row in world.table("listings") if row["warnings"]}


def parts(world):
    return {path.name.split("-")[-1]: path.stat().st_ino for path in (world.latest / "listings").iterdir()}


def test_a_season_is_over_on_the_day_after_its_last_and_only_then(world):
    world.run("2026-09-30", {LIST: answer([posting(1, "Summer 2026 Intern"), posting(2)])})
    assert warned(world) == {}
    before = parts(world)
    world.run("2026-10-01T11:59", {LIST: QUIET})
    assert (warned(world), parts(world)) == ({}, before)  # somewhere it is still September
    world.run("2026-10-02", {LIST: QUIET})
    assert warned(world) == {"1": [OVER]}
    assert world.changes() == {}
    assert parts(world) != before
    before = parts(world)
    world.run("2026-10-03", {LIST: QUIET})
    assert (warned(world), parts(world)) == ({"1": [OVER]}, before)
    world.run("2026-10-04", {LIST: answer([posting(1, "Summer 2027 Intern"), posting(2)])})
    assert warned(world) == {}


AGES = [  # days of posting, further postings without a date, a setting, which are warned of
    (["2025-01-01"] * 3, 0, {}, ["0", "1", "2"]),
    (["2025-01-01"] * 3 + ["2026-11-01"], 0, {}, ["0", "1", "2"]),
    (["2025-01-01"] * 2, 0, {}, []),
    (["2025-01-01"] * 3, 28, {}, []),
    (["2025-01-01"] * 3, 27, {}, ["0", "1", "2"]),
    (["2026-06-01"] * 3, 0, {}, []),
    (["2026-06-01"] * 3, 0, {"stale_days": 90}, ["0", "1", "2"]),
]


@pytest.mark.parametrize(("posted", "more", "options", "old"), AGES)
def test_old_listings_are_warned_of_where_a_board_neglects_its_list(world, posted, more, options, old):
    listed = [posting(number, date_posted=day) for number, day in enumerate(posted)]
    listed += [posting(100 + number) for number in range(more)]
    world.run("2026-11-23", {NORTH: answer(listed)}, **options)
    assert warned(world) == {name: [OLD] for name in old}


def test_listings_that_are_over_show_that_a_board_neglects_its_list(world):
    over = [posting(number, "Summer 2025 Intern") for number in range(2)]
    world.run("2026-11-23", {NORTH: answer([*over, posting(2, date_posted="2025-01-01")])})
    assert warned(world) == {"0": [OVER], "1": [OVER], "2": [OLD]}


def test_a_run_over_some_boards_leaves_the_others_as_they_are(world):
    over = answer([posting(1, "Summer 2026 Intern")])
    world.run("2026-09-01", {LIST: over, NORTH: over})
    world.run("2026-11-23", {NORTH: QUIET})
    assert {row["board"]: row["warnings"] for row in world.table("listings")} == {LIST[1]: [], NORTH[1]: [OVER]}


def test_a_closed_listing_has_no_such_warning_and_signs_of_a_scam_stay(world):
    scam = "A 10-week paid summer internship. Pay a registration fee of $50."
    listed = [posting(1, "Summer 2026 Intern", description=scam), posting(2)]
    world.run("2026-11-01", {NORTH: answer(listed)})
    assert warned(world) == {"1": ["asks for money", OVER]}
    world.run("2026-11-02", {NORTH: answer(listed[1:])})
    assert world.status()["1"] == "closed_at_source"
    assert warned(world) == {"1": ["asks for money"]}


def test_newer_extractors_that_read_the_same_change_nothing(world, monkeypatch):
    world.run("2026-11-01", {NORTH: answer([posting(1, "Summer 2026 Intern")])})
    monkeypatch.setattr("normalize.version.NORMALIZER_VERSION", "newer")
    world.run("2026-11-02", {NORTH: QUIET})
    assert world.changes() == {}
    assert warned(world) == {"1": [OVER]}


def test_a_rebuilt_snapshot_has_the_same_warnings(world):
    world.run("2026-09-01", {NORTH: answer([posting(1, "Summer 2026 Intern"), posting(2)])})
    world.run("2026-11-23", {NORTH: QUIET})
    listings = world.table("listings")
    shutil.rmtree(world.latest / "listings")
    runs.rebuild(world.data)
    assert read_manifest(world.latest).result == "rebuilt"
    assert warned(world) == {"1": [OVER]}
    assert [row["warnings"] for row in world.table("listings")] == [row["warnings"] for row in listings]
