"""Checks before publication: the signs of a crawler that broke without an error, and the runs that they refuse."""

import dataclasses
import json

import pytest

from crawlers.contract.board import BoardKey
from crawlers.contract.source import SourceFacts
from pipeline.lifecycle import checks
from pipeline.lifecycle.checks import Check, Contents, ReadCounts
from pipeline.lifecycle.state import BoardState
from pipeline.products.report.page import write_report
from pipeline.run import judging
from pipeline.store.manifest import read_manifest
from pipeline.store.schema import CHANGES_SCHEMA, LISTINGS
from tests.support.folder import answer, content, posting

ACME, NORTH = BoardKey("lever", "acme"), BoardKey("lever", "north")
THIRTY = [posting(number) for number in range(30)]


def checked(boards=None, before=None, facts=None, read=(0, 0)):
    """Return the results of all checks for boards without listings."""
    none = LISTINGS.empty_table()
    new, published = Contents(none, boards or {}), Contents(none, before or {})
    changes = CHANGES_SCHEMA.empty_table()
    return checks.check(new, published, changes, facts or {}, enforce_minimums=True, counts=ReadCounts(*read))


def named(checked, name):
    return [check for check in checked if check.name.endswith(name)]


def coverage(now, before, listings=40, listings_before=40):
    """Return the check of a source with one board, by the share of its listings that state a field."""
    boards = {ACME: BoardState(*ACME, listings_open=listings, coverage=now)}
    old = {ACME: BoardState(*ACME, listings_open=listings_before, coverage=before)}
    return named(checked(boards, old), "states its fields as often as before")


@pytest.mark.parametrize(
    ("now", "before", "ok"),
    [
        (0.9, 0.9, True),
        (0.3, 0.9, True),  # a third of the share before: rarer, but still read
        (0.2, 0.9, False),
        (0.0, 0.9, False),
        (0.0, 0.29, True),  # few listings stated it before
        (0.07, 0.3, False),
    ],
)
def test_a_field_below_a_quarter_of_its_share_before_fails_the_check(now, before, ok):
    (check,) = coverage({"pay_min": now}, {"pay_min": before})
    assert check.ok == ok
    assert ok or check.detail == f"lever: pay_min stated by {now:.0%}, {before:.0%} before"


@pytest.mark.parametrize(("now", "before"), [(19, 40), (40, 19)])
def test_a_source_with_too_few_listings_is_not_judged(now, before):
    assert coverage({"pay_min": 0.0}, {"pay_min": 1.0}, now, before) == []


def test_coverage_is_weighted_over_all_boards_of_a_source():
    boards = {
        ACME: BoardState(*ACME, listings_open=90, coverage={"pay_min": 0.9}),
        NORTH: BoardState(*NORTH, listings_open=10, coverage={"pay_min": 0.0}),
    }
    before = {key: dataclasses.replace(board, coverage={"pay_min": 0.9}) for key, board in boards.items()}
    assert [check.ok for check in named(checked(boards, before), "states its fields as often as before")] == [True]


@pytest.mark.parametrize(
    ("shown", "complete", "expected"),
    [
        (39, True, [Check("lever shows enough postings", False, "lever showed 39 postings, at least 40 are usual")]),
        (40, True, [Check("lever shows enough postings", True)]),
        (0, False, []),  # a source with a failed board is not judged
    ],
)
def test_a_source_shows_its_least_number_of_postings(shown, complete, expected):
    boards = {ACME: BoardState(*ACME, postings=shown, complete=complete)}
    assert named(checked(boards, facts={"lever": SourceFacts(min_postings=40)}), "shows enough postings") == expected
    assert named(checked(boards, facts={"lever": SourceFacts()}), "shows enough postings") == []


@pytest.mark.parametrize(("read", "aside", "ok"), [(100, 20, True), (100, 21, False), (9, 9, True), (0, 0, True)])
def test_more_than_a_fifth_of_unreadable_postings_fails_the_check(read, aside, ok):
    (check,) = named(checked(read=(read, aside)), "postings can be read")
    assert check.ok == ok


DAMAGES = {
    "every listing_id is unique": lambda plan: plan.take([*range(plan.num_rows), 0]),
    "every listing has its board": lambda plan: changed(plan, "board", "nowhere"),
    "every canonical_id is a listing": lambda plan: changed(plan, "canonical_id", "nobody"),
    "every closed listing has a time and a reason": lambda plan: changed(plan, "closed_reason", "left_scope"),
    "the changes lead from the last snapshot to this one": lambda plan: plan.slice(1),
}


def changed(plan, name, value):
    rows = plan.to_pylist()
    rows[0][name] = value
    return plan.from_pylist(rows, plan.schema)


@pytest.mark.parametrize("name", DAMAGES)
def test_inconsistent_rows_refuse_the_run(world, monkeypatch, name):
    world.run("2026-11-20", {ACME: answer(THIRTY)})
    before = world.latest
    check = checks.check
    monkeypatch.setattr(checks, "check", lambda new, *rest: check(new._replace(plan=DAMAGES[name](new.plan)), *rest))
    refused = world.run("2026-11-21", {ACME: answer(THIRTY)})
    assert (refused.status, world.latest) == (2, before)
    assert name in {check.name for check in refused.manifest.failed_checks}


def blind(monkeypatch, *names):
    """Make the extractors find nothing for these columns."""
    normalize = judging.normalize
    monkeypatch.setattr(judging, "normalize", lambda *given: normalize(*given) | dict.fromkeys(names))


def test_a_crawler_that_no_longer_reads_a_field_publishes_nothing_unless_forced(world, monkeypatch):
    world.run("2026-11-20", {ACME: answer(THIRTY)})
    before, published = content(world), world.latest
    blind(monkeypatch, "country", "pay_min")
    changed = answer([posting(number, location="Paris") for number in range(30)])
    refused = world.run("2026-11-21", {ACME: changed})
    assert (refused.status, refused.path, content(world)) == (2, None, before)
    (failed,) = refused.manifest.failed_checks
    assert failed.detail == "lever: country stated by 0%, 100% before; lever: pay_min stated by 0%, 100% before"
    record = json.loads((world.data / "raw" / refused.manifest.run_id / "run.json").read_text())
    assert (record["ended"], record["result"], record["failed_checks"]) == (2, "refused", [dataclasses.asdict(failed)])

    forced = world.run("2026-11-22", {ACME: changed}, force=True, products=[write_report])
    assert forced.status == 0
    manifest = read_manifest(world.latest)
    assert (world.latest > published, manifest.forced) == (True, True)
    assert failed in manifest.checks
    note = "published although a check failed: lever states its fields as often as before: lever: country stated by 0%"
    assert manifest.notes[0].startswith(note)
    assert "published although a check failed" in (world.latest / "report.html").read_text()
    assert world.run("2026-11-23", {ACME: changed}).manifest.forced is False  # the forced snapshot is the baseline now
