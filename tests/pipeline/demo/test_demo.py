"""The demo: its recordings are complete, and its two days publish the snapshots that it reports."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.cli import command_line as cli
from pipeline.demo.days import DAYS, next_day, recorded_boards, start_over
from tests.support.feeds import assert_valid

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"day{day.number}")
def test_the_recordings_are_complete(day):
    answers = [json.loads(line) for line in (day.folder / "index.jsonl").read_text("utf-8").splitlines()]
    bodies = {path.relative_to(day.folder).as_posix() for path in day.folder.glob("*/*") if path.is_file()}
    assert {answer["body"] for answer in answers} == bodies
    assert len({(answer["method"], answer["url"]) for answer in answers}) == len(answers)
    assert all(answer.keys() == {"url", "method", "request_json", "status", "headers", "body"} for answer in answers)
    assert sum(path.stat().st_size for path in day.folder.rglob("*") if path.is_file()) < 600_000


def test_both_days_show_the_same_boards_of_six_sources():
    first, second = (recorded_boards(day.folder) for day in DAYS)
    assert first == second
    assert {board.source for board in first} == {
        "greenhouse", "lever", "personio", "internshala", "hackernews", "jsonld",
    }  # fmt: skip
    with (DAYS[0].folder / "boards.csv").open(encoding="utf-8") as lines:
        assert next(csv.reader(lines)) == ["source", "board", "name", "url", "request_json"]


def test_employers_and_addresses_are_invented():
    """Hosts belong to board software or end in .example; there are no real e-mail addresses or telephone numbers."""
    known = re.compile(
        r"(boards-api\.greenhouse\.io|app\.greenhouse\.io|api\.lever\.co|jobs\.lever\.co|[a-z-]+\.jobs\.personio\.de|"
        r"internshala\.com|hn\.algolia\.com|news\.ycombinator\.com|schema\.org|www\.w3\.org|www\.sitemaps\.org|"
        r"[a-z0-9.-]+\.example)"
    )
    for day in DAYS:
        for path in day.folder.glob("*/*"):
            text = path.read_text("utf-8").replace("&#x2F;", "/")
            hosts = set(re.findall(r"https?://([a-zA-Z0-9.-]+)", text))
            assert {host for host in hosts if not known.fullmatch(host.rstrip("."))} == set(), path.name
            assert re.search(r"[\w.]+@[\w-]+\.[a-z]{2,}", text) is None, path.name


AWKWARD = {  # what the recordings must hold, and how one sees it in their text
    "unpaid": r"\bunpaid\b",
    "unpaid, in German": r"unvergütet",
    "academic credit": r"academic credit",
    "stipend": r"\bstipend of\b|[0-9] stipend\b",
    "fixed fee": r"\b(?:fixed|flat) fee of\b",
    "lump sum": r"[0-9] lump sum",
    "range of pay": r"[$€£] ?[0-9]+(?:\.[0-9]+)? ?(?:-|–|to) ?[$€£]?[0-9]+",
    "range of weeks": r"[0-9] ?(?:-|–|to) ?[0-9]+ weeks",
    "months": r"\b[0-9]+ months\b",
    "dates that bound a period": r"\bbetween January and March\b|from 1 June to|entre le [0-9]+ et le [0-9]+",
    "hybrid": r"\bhybrid\b",
    "not remote": r"\bnot a remote position\b",
    "German": r"\bPraktikum\b",
    "French": r"\bstagiaire\b|\bstage\b",
    "escaped HTML": r"&lt;p&gt;",
    "asks for money": r"\bdeposit\b",
}


@pytest.mark.parametrize("case", AWKWARD)
def test_the_recordings_contain_awkward_cases(case):
    texts = (path.read_text("utf-8") for path in DAYS[0].folder.glob("*/*"))
    assert any(re.search(AWKWARD[case], text, re.IGNORECASE) for text in texts)


def test_some_records_are_malformed():
    board = json.loads((DAYS[0].folder / "greenhouse" / "quillkeel__jobs_content.json").read_text("utf-8"))
    assert sum(not job.get("title") for job in board["jobs"]) == 1


def demo(data: Path, columns: str = "100") -> subprocess.CompletedProcess:
    """Run the demo as a user would: one process per day."""
    command = [sys.executable, "-m", "pipeline.cli", "demo", "--data", str(data)]
    environment = os.environ | {"COLUMNS": columns}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """The printed report and the published rows of the first and the second day."""
    data = tmp_path_factory.mktemp("demo")
    told = []
    for _, columns in zip(DAYS, ("80", "120"), strict=True):
        done = demo(data, columns)
        assert done.returncode == 0, done.stdout + done.stderr
        rows = {name: pq.read_table(data / "latest" / name).to_pylist() for name in ("listings", "boards", "changes")}
        told.append((done.stdout, rows))
    return data, *told


def test_first_day_publishes_many_kinds_of_listings(days):
    _, (told, rows), _ = days
    listings = rows["listings"]
    assert "Day 1 of 2" in told
    assert len(listings) >= 60
    assert sum(board["postings"] for board in rows["boards"]) >= 150
    assert sum(board["out_of_scope"] for board in rows["boards"]) >= 60
    assert {row["pay_status"] for row in listings} >= {"paid", "unpaid", "unknown"}
    assert {row["pay_period"] for row in listings} >= {"hour", "week", "month", "total"}
    assert {row["remote_status"] for row in listings} == {"remote", "hybrid", "onsite", "unknown"}
    assert {row["language"] for row in listings} >= {"en", "de", "fr", "es", "it"}
    assert {row["kind"] for row in listings} == {"micro_internship", "internship"}
    assert any(row["warnings"] for row in listings)
    assert any(row["canonical_id"] != row["listing_id"] for row in listings)
    assert sum(board["dropped"] for board in rows["boards"]) == 2


def test_the_report_states_what_was_done_and_found_and_where_it_is(days):
    data, *told = days
    for text, rows in told:
        words = " ".join(text.split())
        assert "Crawled 15 recorded boards of 6 sources without a network" in words
        assert f"Published {sum(row['status'] == 'open' for row in rows['listings'])} open listings" in words
        assert f"The snapshot is in {data}/latest" in words
        for board in rows["boards"]:
            assert f"{board['source']}/{board['board']}"[:28] in text


def test_no_table_is_wider_than_the_terminal(days):
    _, *told = days
    for (text, _), width in zip(told, (80, 120), strict=True):
        assert max(map(len, text.split("Browse it")[0].splitlines())) <= width


def test_no_board_fails_on_either_day(days):
    _, *told = days
    for _, rows in told:
        assert {board["verdict"] for board in rows["boards"]} <= {"ok", "unchanged"}


def test_the_second_day_shows_openings_changes_and_closings(days):
    _, _, (told, rows) = days
    changes = {(change["change"], change["reason"]) for change in rows["changes"]}
    assert changes >= {
        ("opened", None), ("changed", None), ("closed", "closed_at_source"), ("closed", "deadline_passed"),
        ("closed", "left_scope"),
    }  # fmt: skip
    assert "Day 2 of 2" in told
    assert "CAD 24 an hour → CAD 26 an hour" in " ".join(told.split())


def test_its_feeds_are_valid(days):
    data, *_ = days
    assert_valid(data / "latest" / "feeds")


@pytest.mark.parametrize("tool", ["pandas", "duckdb"])
def test_the_report_ends_with_three_commands_that_work(days, tool):
    _, (told, _), _ = days
    pandas, duckdb, live = told.rstrip().splitlines()[-3:]
    assert live.endswith("internfeed run")
    pasted = {"pandas": pandas, "duckdb": duckdb}[tool]
    assert tool in pasted
    done = subprocess.run(pasted, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "title" in done.stdout


def test_after_the_second_day_the_demo_starts_over(days):
    data, _, _ = days
    assert next_day(data) == DAYS[0]
    start_over(data)
    assert list(data.iterdir()) == []


def test_files_that_the_demo_did_not_make_are_not_removed(tmp_path, capsys):
    raw = tmp_path / "raw" / "20261122T120000Z-0000"
    raw.mkdir(parents=True)
    (raw / "run.json").write_text('{"options": {"replay": null}}')
    assert cli.main(["demo", "--data", str(tmp_path)]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert "name a folder for the demo alone" in error
    assert raw.exists()
