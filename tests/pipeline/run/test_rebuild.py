"""Retention, rebuilding, and stored postings that newer extractors read again."""

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawlers.contract.errors import Corrupt
from normalize import version
from pipeline.cli.show import read
from pipeline.run import cycle as runs
from pipeline.run import judging, publish, rebuild
from pipeline.run.today import parse_today
from pipeline.store import snapshot
from pipeline.store.manifest import FileFacts, read_manifest, write_manifest
from pipeline.store.schema import DATASETS, RENAMED
from tests.support.folder import answer, content, posting

ROOT = Path(__file__).resolve().parents[3]
ACME, NORTH, SOUTH = ("lever", "acme"), ("greenhouse", "north"), ("greenhouse", "south")
THREE = [posting(number) for number in range(3)]
DOWN = answer(verdict="timeout", error="no answer")


def facts_of(part):
    """The facts of a part for the manifest."""
    return FileFacts(part.stat().st_size, snapshot.sha256(part), pq.read_metadata(part).num_rows)


def test_two_snapshots_and_48_hours_are_kept(world):
    for day in range(1, 7):
        world.run(f"2026-11-0{day}", {ACME: answer(THREE[: 1 + day % 2])})
    kept = sorted(path.name[:8] for path in (world.data / "snapshots").iterdir())
    assert kept == ["20261104", "20261105", "20261106"]


def test_raw_runs_are_kept_as_long_as_the_newest_snapshot_needs_them(world):
    keep = snapshot.Retention(raw_days=2)
    world.run("2026-11-01", {ACME: answer(THREE), NORTH: answer(THREE)}, retention=keep)
    for day in range(2, 8):
        boards = {ACME: answer([posting(number) for number in range(day)]), NORTH: answer(verdict="unchanged")}
        world.run(f"2026-11-0{day}", boards, retention=keep)
    assert sorted(path.name[:8] for path in (world.data / "raw").iterdir()) == [
        "20261101",
        "20261105",
        "20261106",
        "20261107",
    ]


def test_history_is_kept_as_long_as_the_newest_snapshot_needs_it(world):
    keep = snapshot.Retention(history_months=1)
    world.run("2026-01-10", {ACME: answer(THREE)}, retention=keep)
    for day in ("2026-02-10", "2026-05-10"):
        world.run(day, {ACME: answer(THREE)}, retention=keep)
    assert [path.name for path in sorted(world.data.glob("history/*"))] == [
        "month=2026-01",  # when the three opened
        "month=2026-02",
        "month=2026-05",
    ]
    changed = [posting(number, description="An 8-week internship, unpaid.") for number in range(3)]
    world.run("2026-06-10", {ACME: answer(changed)}, retention=keep)
    assert [path.name for path in sorted(world.data.glob("history/*"))] == ["month=2026-05", "month=2026-06"]
    before = content(world).to_pylist()
    shutil.rmtree(world.data / "snapshots")
    runs.rebuild(world.data)
    assert content(world).to_pylist() == before


def test_a_rebuilt_snapshot_equals_the_published_one(world):
    many = [posting(number) for number in range(20)]
    changed = [posting("0", description="An 8-week internship, unpaid."), *many[1:15]]
    world.run("2026-11-01", {ACME: answer(many), NORTH: answer(THREE), SOUTH: answer(THREE)})
    world.run("2026-11-02", {ACME: answer(changed), NORTH: DOWN, SOUTH: answer(verdict="unchanged")})
    world.run("2026-11-03", {ACME: answer(changed[:3]), NORTH: answer(THREE[1:])})
    world.run("2026-11-04", {ACME: answer(verdict="unchanged"), SOUTH: answer([], "ok_empty"), NORTH: answer(THREE)})
    before = {name: content(world, name) for name in ("listings", "boards", "changes")}
    name = world.latest.name
    shutil.rmtree(world.data / "snapshots")
    assert runs.rebuild(world.data).name == name
    for dataset, table in before.items():
        assert content(world, dataset).to_pylist() == table.to_pylist()
    assert world.run("2026-11-05", {ACME: answer(changed[:3])}).status == 0


def test_a_rebuilt_snapshot_knows_which_answer_was_doubted(world):
    many = [posting(number) for number in range(20)]
    world.run("2026-11-01", {ACME: answer(many)})
    assert world.run("2026-11-02", {ACME: answer(many[:3])}).status == 3
    before = world.board("acme")
    assert before["doubted_ids"] == ["0", "1", "2"]
    shutil.rmtree(world.data / "snapshots")
    runs.rebuild(world.data)
    assert world.board("acme") == before


def test_stored_postings_are_read_again_by_newer_extractors(world, monkeypatch):
    world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)})
    normalize = judging.normalize
    monkeypatch.setattr(version, "NORMALIZER_VERSION", "next")
    monkeypatch.setattr(
        judging,
        "normalize",
        lambda record, today: (
            normalize(record, today)
            | {"normalizer_version": "next"}
            | ({"season": "summer 2027"} if record.posting_id == "1" else {})
        ),
    )
    world.run("2026-11-21", {ACME: answer(verdict="unchanged")})
    assert world.changes() == {"1": "renormalized"}
    assert {row["board"] for row in world.table("listings") if row["normalizer_version"] == "next"} == {"acme"}
    runs.normalize(runs.Options(data=world.data, today=parse_today("2026-11-22")))
    assert {row["normalizer_version"] for row in world.table("listings")} == {"next"}
    assert [(row["board"], row["change"]) for row in world.table("changes")] == [("north", "renormalized")]
    assert {row["run_id"][:8] for row in world.table("listings")} == {"20261120"}


RUN = """
import sys
from pathlib import Path
from tests.support.folder import World, answer, posting
answered = answer([posting(1)]) if sys.argv[2] == "2026-11-20" else answer(verdict="unchanged")
World(Path(sys.argv[1])).run(sys.argv[2], {("lever", "acme"): answered})
"""


def test_a_changed_rule_reaches_the_stored_postings_of_an_unchanged_board(world, tmp_path):
    code = tmp_path / "code"
    shutil.copytree(ROOT / "normalize", code / "normalize", ignore=shutil.ignore_patterns("__pycache__"))
    for package in ("crawlers", "pipeline", "tests"):
        (code / package).symlink_to(ROOT / package)

    def run(day):
        subprocess.run([sys.executable, "-c", RUN, world.data, day], cwd=code, check=True)
        (row,) = world.table("listings")
        return row

    before = run("2026-11-20")
    assert (before["skills"], before["normalizer_version"]) == ([], version.NORMALIZER_VERSION)
    rules = code / "normalize" / "skills.toml"
    rules.write_text(rules.read_text("utf-8").replace('"Python" = [', '"Python" = ["summer", ', 1), "utf-8")
    after = run("2026-11-21")
    assert after["skills"] == ["Python"]
    assert after["normalizer_version"] == version.digest(code / "normalize") != before["normalizer_version"]
    assert world.changes() == {"1": "renormalized"}
    run("2026-11-22")
    assert world.changes() == {}


def test_a_snapshot_without_a_newer_column_is_carried_over(world):
    world.run("2026-11-20", {ACME: answer(THREE), NORTH: answer(THREE)})
    manifest = read_manifest(world.latest)
    files = dict(manifest.files)
    for dataset, column in (("listings", "apply_url"), ("boards", "timezone")):
        (part,) = snapshot.parts(world.latest, dataset)
        pq.write_table(pq.ParquetFile(part).read().drop([column]), part)
        files[f"{dataset}/{part.name}"] = facts_of(part)
    write_manifest(world.latest, dataclasses.replace(manifest, files=files))
    assert snapshot.verify(world.latest) == []
    assert world.run("2026-11-21", {ACME: answer(THREE), NORTH: answer(THREE[:2])}).status == 0
    assert world.changes() == {"2": "closed_at_source"}
    for dataset, schema in DATASETS.items():
        assert [pq.read_schema(part) for part in snapshot.parts(world.latest, dataset)] == [schema]


def test_a_snapshot_of_another_schema_is_refused_until_it_is_rebuilt(world, monkeypatch):
    world.run("2026-11-20", {ACME: answer(THREE)})
    for module in (snapshot, runs, publish, rebuild):
        monkeypatch.setattr(module, "SCHEMA_VERSION", "3")
    monkeypatch.setattr(runs, "READABLE_VERSIONS", {"3"})
    with pytest.raises(Corrupt, match=r"its schema is version 2, not 3; nothing was touched\. Repair it with"):
        world.run("2026-11-21", {ACME: answer(THREE)})
    runs.rebuild(world.data)
    assert world.run("2026-11-21", {ACME: answer(THREE)}).status == 0


def as_version_one(world):
    """Rewrite the stored data as schema version 1 had it, with other names for two columns."""
    old = {today: name for name, today in RENAMED.items()}
    manifest = read_manifest(world.latest)
    files = dict(manifest.files)
    parts = [part for dataset in ("boards", "changes") for part in snapshot.parts(world.latest, dataset)]
    for part in (*parts, *world.data.glob("history/*/*.parquet")):
        table = pq.ParquetFile(part).read()
        table = table.rename_columns([old.get(name, name) for name in table.column_names])
        if "state" in table.column_names:
            state = [row and row.replace('"listing_window"', '"window"') for row in table["state"].to_pylist()]
            table = table.set_column(table.schema.get_field_index("state"), "state", pa.array(state, pa.string()))
        part.unlink()  # a file that another snapshot links to must not change
        pq.write_table(table, part)
        if part in parts:
            files[f"{part.parent.name}/{part.name}"] = facts_of(part)
    write_manifest(world.latest, dataclasses.replace(manifest, schema_version="1", files=files))


@pytest.mark.parametrize("rebuilt", [False, True])
def test_a_snapshot_of_version_one_is_read_and_rebuilt(world, rebuilt):
    world.run("2026-11-20", {ACME: answer(THREE, verdict="partial", window="its newest")})
    as_version_one(world)
    (named,) = read(world.latest, "boards", ["board", "listing_window"]).to_pylist()
    assert named == {"board": "acme", "listing_window": "its newest"}
    if rebuilt:
        shutil.rmtree(world.data / "snapshots")
        runs.rebuild(world.data)
        assert world.board("acme")["listing_window"] == "its newest"
    assert world.run("2026-11-21", {ACME: answer(THREE[:2])}).status == 0
    assert world.changes() == {"2": "closed_at_source"}
    shutil.rmtree(world.data / "snapshots")
    runs.rebuild(world.data)
    assert world.status() == {"0": "open", "1": "open", "2": "closed_at_source"}


def test_a_posting_whose_own_page_could_not_be_read_confirms_its_listing_and_changes_nothing(world):
    listed = [{**posting(number), "description": None, "whole": False} for number in (0, 9)]
    world.run("2026-11-20", {ACME: answer(THREE)})
    before = {row["posting_id"]: row for row in world.table("listings")}
    world.run("2026-11-21", {ACME: answer([listed[0], *THREE[1:]])})
    assert world.changes() == {}
    world.run("2026-11-22", {ACME: answer([listed[0], THREE[1], listed[1]])})
    assert world.changes() == {"2": "closed_at_source", "9": "opened"}
    assert next(row for row in world.table("listings") if row["posting_id"] == "0") == before["0"]
    tables = {name: content(world, name).to_pylist() for name in ("listings", "boards", "changes")}
    shutil.rmtree(world.data / "snapshots")
    runs.rebuild(world.data)
    assert {name: content(world, name).to_pylist() for name in tables} == tables
    world.run("2026-11-23", {ACME: answer([THREE[0], THREE[1], posting(9)])})
    assert world.changes() == {"9": "changed"}
