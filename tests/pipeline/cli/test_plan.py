"""Runs within a budget, and ``internfeed plan``, which says beforehand what a run will do."""

import json
from pathlib import Path

import pytest

from pipeline import demo
from pipeline.cli import command_line as cli
from tests.support.process import internfeed

RECORDED = Path(demo.__file__).parent / "day1"


def run(data, day, *options):
    """Run on the recorded boards of the demo; return the manifest."""
    said = internfeed("run", "--replay", RECORDED, "--today", day, "--json", "--data", data, *options)
    assert said.status in (0, 3), said.errors
    return json.loads(said.out[-1])


def test_nights_with_a_budget_read_all_boards_in_turn_and_lose_nothing(tmp_path):
    counts = []
    for night in range(1, 6):
        manifest = run(tmp_path / "data", f"2026-11-{20 + night}", "--requests", "30")
        counts.append((sum(manifest["verdicts"].values()), manifest["listings"]["open"]))
    whole = run(tmp_path / "whole", "2026-11-25")
    assert counts[0][0] < sum(whole["verdicts"].values())
    assert counts[0][1] < whole["listings"]["open"]
    assert counts[-1][1] == whole["listings"]["open"]


def test_plan_tells_what_the_next_run_takes(tmp_path, capsys):
    run(tmp_path, "2026-11-20")
    assert cli.main(["plan", "--data", str(tmp_path), "--today", "2026-11-21", "--requests", "25", "--json"]) == 0
    taken = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert 0 < sum(row["requests"] or 4 for row in taken) <= 25
    assert cli.main(["plan", "--data", str(tmp_path), "--today", "2026-11-21", "--requests", "25"]) == 0
    printed = capsys.readouterr().out
    assert f"{len(taken)} board" in printed
    assert "due boards are postponed, because the budget is too small for them" in printed


def test_a_simulation_reports_each_night(tmp_path, capsys):
    arguments = ["plan", "--simulate", "3", "--boards", "500", "--minutes", "1", "--data", str(tmp_path), "--json"]
    assert cli.main(arguments) == 0
    nights = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [night["night"] for night in nights] == [1, 2, 3]
    assert all(night["busiest"][1] <= 60 for night in nights)
    assert cli.main(arguments[:-1]) == 0
    assert "No host received more than 60 requests in a night" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("option", [("--minutes", "0"), ("--requests", "0")])
def test_a_budget_of_nothing_is_refused_in_one_line(tmp_path, capsys, option):
    assert cli.main(["run", "--data", str(tmp_path), *option]) == 1
    assert "no board is due within the budget; run `internfeed plan`" in capsys.readouterr().err
