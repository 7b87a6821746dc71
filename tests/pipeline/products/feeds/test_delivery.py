"""Feeds from run to run: shards, changes, the guard, and `internfeed feeds`."""

import json

import pytest

from pipeline.cli import command_line as cli
from pipeline.products import catalogue as beside
from pipeline.products.feeds import survey as surveys
from pipeline.store import snapshot
from pipeline.store.manifest import read_manifest
from tests.support.feeds import DAY, NOW, ROWS, assert_valid, lines, listing, write, xml
from tests.support.folder import World, answer, posting


@pytest.fixture
def _small_shards(monkeypatch):
    monkeypatch.setattr(surveys, "SHARD", 10)
    for module in ("plan", "write"):
        monkeypatch.setattr(f"pipeline.products.feeds.{module}.SHARD", 10)
    monkeypatch.setattr("pipeline.products.feeds.plan.IN_PROCESS", 99)


@pytest.mark.usefixtures("_small_shards")
def test_many_listings_are_divided_into_shards(tmp_path):
    rows = [listing(number) for number in range(25)]
    feeds, index = write(tmp_path, rows)
    assert index["formats"]["indeed"]["files"] == ["indeed-0001.xml", "indeed-0002.xml", "indeed-0003.xml"]
    assert not (feeds / "indeed.xml").exists()
    counts = [int(xml(feeds / name).findtext("expectedJobCount")) for name in index["formats"]["indeed"]["files"]]
    assert counts == [10, 10, 5]
    pages, name = [], "feed-0001.json"
    while name:
        page = json.loads((feeds / name).read_text())
        pages += [item["id"] for item in page["items"]]
        name = page.get("next_url")
    assert pages == [row["listing_id"] for row in rows]
    assert_valid(feeds)


@pytest.mark.usefixtures("_small_shards")
def test_other_processes_write_the_same_bytes(tmp_path, monkeypatch):
    rows = [listing(number) for number in range(25)]
    here, _ = write(tmp_path, rows, "here")
    monkeypatch.setattr("pipeline.products.feeds.plan.IN_PROCESS", 0)
    there, _ = write(tmp_path, rows, "there")
    assert {path.name for path in here.iterdir()} == {path.name for path in there.iterdir()}
    assert all(path.read_bytes() == (there / path.name).read_bytes() for path in here.iterdir())


@pytest.mark.usefixtures("_small_shards")
def test_an_unchanged_shard_is_the_same_file(tmp_path):
    rows = [listing(number) for number in range(25)]
    first, _ = write(tmp_path, rows, "first")
    rows[12] |= {"title": "Another title", "content_hash": "new", "updated_at": NOW}
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    same = [(first / f"indeed-000{number}.xml").samefile(second / f"indeed-000{number}.xml") for number in (1, 2, 3)]
    assert same == [True, False, True]
    assert index["changes"] | {"from": None, "to": None} == {"from": None, "to": None, "ADD": 0, "MOD": 1, "DEL": 0}
    anew, _ = write(tmp_path, rows, "anew", generated=NOW + DAY)
    for path in anew.glob("*-000*"):
        assert path.read_bytes() == (second / path.name).read_bytes()
    assert_valid(second)


def test_changes_lead_from_one_feed_to_the_next(tmp_path):
    first, index = write(tmp_path, ROWS, "first")
    assert index["changes"]["from"] is None
    rows = [dict(row) for row in ROWS[1:]] + [listing(7)]
    rows[0] |= {"title": "Changed", "updated_at": NOW, "content_hash": "changed"}
    rows[1] |= {"status": "closed", "closed_reason": "deadline_passed", "closed_at": NOW}
    rows[2] |= {"redistribution": "none"}
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    changes = lines(second / "changes.ndjson")
    assert [(change["op"], change["id"], change.get("reason")) for change in changes if change["op"] != "DEL"] == [
        ("MOD", ROWS[1]["listing_id"], None),
        ("ADD", rows[-1]["listing_id"], None),
    ]
    assert {change["id"]: change["reason"] for change in changes if change["op"] == "DEL"} == {
        ROWS[0]["listing_id"]: "removed",
        ROWS[2]["listing_id"]: "deadline_passed",
        ROWS[3]["listing_id"]: "redistribution",
    }
    third, index = write(tmp_path, rows[1:], "third", previous=second, generated=NOW + 2 * DAY)
    state = {line["identifier"]["value"]: line for line in lines(first / "jobposting.ndjson")}
    for delta in index["deltas"]:  # who missed one follows the deltas
        for change in lines(third / delta["file"]):
            state.pop(change["id"], None)
            if "entity" in change:
                state[change["id"]] = change["entity"]
    assert state == {line["identifier"]["value"]: line for line in lines(third / "jobposting.ndjson")}
    assert index["deltas"][0]["from"] == "2026-11-23T12:00:00Z"


MANY = [listing(number) for number in range(60)]
CLOSED = {"status": "closed", "closed_at": NOW}


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([row | CLOSED | {"closed_reason": "closed_at_source"} for row in MANY[:40]] + MANY[40:], False),
        ([row | CLOSED | {"closed_reason": "unconfirmed"} for row in MANY[:13]] + MANY[13:], True),
        ([row | {"redistribution": "none"} for row in MANY[:13]] + MANY[13:], True),
        (MANY[13:], True),
        (MANY[12:], False),  # a fifth, not more
    ],
    ids=["proven closings", "silent boards", "rights", "vanished", "a fifth vanished"],
)
def test_a_feed_that_shrinks_without_proof_is_held(tmp_path, rows, held):
    first, _ = write(tmp_path, MANY, "first")
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    assert bool(index["held"]) == held
    if held:
        assert (second / "indeed.xml").read_bytes() == (first / "indeed.xml").read_bytes()
        assert (second / "changes.ndjson").read_text() == ""
        assert_valid(second)


def test_a_held_feed_is_published_when_the_next_run_confirms_it(tmp_path):
    first, _ = write(tmp_path, MANY, "first")
    held, index = write(tmp_path, MANY[20:], "held", previous=first, generated=NOW + DAY)
    assert index["held"]["lost"] == 20
    assert index["entries"] == 60
    _, index = write(tmp_path, MANY[20:], "confirmed", previous=held, generated=NOW + 2 * DAY)
    assert (index["held"], index["entries"], index["changes"]["DEL"]) == (None, 40, 20)
    assert index["changes"]["from"] == "2026-11-23T12:00:00Z"
    _, index = write(tmp_path, MANY, "recovered", previous=held, generated=NOW + 2 * DAY)
    assert (index["held"], index["changes"]["DEL"]) == (None, 0)


def test_a_held_feed_that_lost_even_more_is_held_again(tmp_path):
    folder, index = write(tmp_path, MANY, "0")
    for day, (kept, held) in enumerate([(MANY[20:], True), (MANY[45:], True), (MANY[45:], False)], 1):
        folder, index = write(tmp_path, kept, str(day), previous=folder, generated=NOW + day * DAY)
        assert bool(index["held"]) == held
    assert index["entries"] == 15


def test_the_same_run_does_not_confirm_itself(tmp_path):
    first, _ = write(tmp_path, MANY, "first")
    held, _ = write(tmp_path, MANY[20:], "held", previous=first, generated=NOW + DAY)
    _, index = write(tmp_path, MANY[20:], "again", previous=held, generated=NOW + DAY)
    assert index["held"]


def test_force_publishes_what_the_guard_would_hold(tmp_path):
    first, _ = write(tmp_path, MANY, "first")
    _, index = write(tmp_path, MANY[20:], "second", previous=first, generated=NOW + DAY, force=True)
    assert (index["held"], index["entries"]) == (None, 40)


def test_small_feeds_are_not_guarded(tmp_path):
    first, _ = write(tmp_path, MANY[:49], "first")
    _, index = write(tmp_path, MANY[:5], "second", previous=first, generated=NOW + DAY)
    assert index["held"] is None


# ---- in a run, and by command

ACME = ("lever", "acme")
SHOWN = [posting(number, date_posted="2026-11-05") for number in range(52)]
SHOWN[0] |= {"description": "A 4-week micro-internship. Unpaid. This position is fully remote."}
NAMELESS = [record | {"hiring_organization": None} for record in SHOWN[:12]] + SHOWN[12:]


def run(world, day, postings):
    return world.run(day, {ACME: answer(postings)}, products=(beside.feeds,))


def ids(folder):
    return {line["identifier"]["value"] for line in lines(folder / "jobposting.ndjson")}


def feeds(world, *options):
    return cli.main(["feeds", "--data", str(world.data), *map(str, options)])


def test_a_run_with_held_feeds_exits_3_until_the_next_run_confirms_the_loss(world, capsys):
    assert run(world, "2026-11-20", SHOWN).status == 0
    good = ids(world.latest / "feeds")
    published = run(world, "2026-11-21", NAMELESS)
    assert (published.status, published.manifest.result) == (3, "partial")
    assert published.manifest.feeds_held["reasons"] == {"missing company": 12}
    assert ids(world.latest / "feeds") == good
    assert snapshot.verify(world.latest) == []
    assert feeds(world) == 3
    assert "12 of 52 entries would vanish" in capsys.readouterr().err
    assert run(world, "2026-11-22", NAMELESS).status == 0
    assert len(ids(world.latest / "feeds")) == 40


def test_a_run_without_changes_publishes_the_previous_feeds(world):
    run(world, "2026-11-20", SHOWN[:3])
    before = world.latest / "feeds"
    run(world, "2026-11-21", SHOWN[:3])
    after = world.latest / "feeds"
    assert (after / "indeed.xml").samefile(before / "indeed.xml")
    assert lines(after / "changes.ndjson") == []
    first, second = (json.loads((folder / "index.json").read_text()) for folder in (before, after))
    assert second["version"] == first["version"]
    assert_valid(after)


def test_force_publishes_held_feeds_of_a_snapshot(world, capsys):
    run(world, "2026-11-20", SHOWN)
    run(world, "2026-11-21", NAMELESS)
    assert feeds(world, "--force") == 0
    assert "40 entries" in capsys.readouterr().out
    assert len(ids(world.latest / "feeds")) == 40
    assert read_manifest(world.latest).feeds_held is None
    assert snapshot.verify(world.latest) == []


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("published") / "data")
    run(world, "2026-11-20", SHOWN)
    return world


def test_a_filtered_feed_contains_the_selected_listings(published, tmp_path, capsys):
    world = published
    rows = world.table("listings")
    for words, wanted in (
        ("kind=micro_internship remote_status=remote", lambda row: row["remote_status"] == "remote"),
        ("pay_status=paid,unpaid pay_hourly_min>=20", lambda row: (row["pay_hourly_min"] or 0) >= 20),
        ("date_posted<=2026-11-04", lambda row: False),
        ("remote_status!=remote", lambda row: row["remote_status"] != "remote"),
        ('warnings!="dates are over"', lambda row: "dates are over" not in row["warnings"]),
    ):
        out = tmp_path / words.split("=")[0]
        assert feeds(world, "--where", words, "--out", out) == 0
        assert ids(out) == {row["listing_id"] for row in rows if wanted(row)}
        index = json.loads((out / "index.json").read_text())
        assert index["left_out"].get("filter", 0) == len(rows) - index["entries"]
        assert_valid(out)
    assert feeds(world, "--where", "kind=micro_internship", "--out", world.data) == 1
    assert "contains other files" in capsys.readouterr().err


INVALID = [  # a filter, and part of the error
    ("colour=red", "unknown column colour; the columns are listing_id, "),
    ("kind=gig", "kind has no value gig; it has micro_internship, internship"),
    ("source=monster", "no listing has source=monster; its values are lever"),
    ("skills=Alchemy", "no listing has skills=Alchemy; its values are "),
    ("pay_min>=much", "cannot compare pay_min with much: expected a number"),
    ("pay_min>=nan", "cannot compare pay_min with nan: expected a number"),
    ("date_posted>=soon", "cannot compare date_posted with soon: expected a date; write it as 2026-11-30"),
    ("kind>=internship", "kind can only be compared with = or !="),
    ("remote", "remote is not a condition; write column=value"),
    ('title="Intern', "No closing quotation"),
]


@pytest.mark.parametrize(("words", "message"), INVALID)
def test_an_invalid_filter_is_refused_in_one_line(published, tmp_path, capsys, words, message):
    assert feeds(published, "--where", words, "--out", tmp_path / "out") == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_snapshot_or_option_is_stated_in_one_line(world, published, capsys):
    assert feeds(world) == 1
    assert "no snapshot in" in capsys.readouterr().err
    assert feeds(published, "--where", "kind=other") == 1
    assert "add --out DIR" in capsys.readouterr().err
