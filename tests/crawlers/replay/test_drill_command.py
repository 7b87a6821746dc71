"""``internfeed drill``: boards with faults, for operators to practise with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawlers.contract.plan import CrawlPlan
from crawlers.contract.registry import load_boards, save_boards
from crawlers.replay.faults import FAULTS
from crawlers.replay.plays import Reply
from crawlers.replay.server import Drill
from pipeline.cli import command_line as cli
from pipeline.cli.drill import Outcome
from pipeline.demo.days import DAYS
from tests.support.process import crawled, internfeed
from tests.tools.sources import FIXTURES

ROOT = Path(__file__).resolve().parents[3]

RECORDED = DAYS[0].folder


def crawl(folder, recorded, **how):
    """Crawl recorded boards; return their commits and postings by board."""
    lines = crawled(CrawlPlan(load_boards(recorded / "boards.csv"), folder, DAYS[0].clock, delay=0, **how))
    commits = {line["board"]: line for line in lines if line["type"] == "commit"}
    return commits, sorted(json.dumps(line["posting"], sort_keys=True) for line in lines if line["type"] == "posting")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Crawl recorded boards over HTTP and record them again."""
    root = tmp_path_factory.mktemp("played")
    with Drill(replay=RECORDED) as drill:
        return *crawl(root / "run", RECORDED, stand_in=drill.origin, record=root / "recorded"), root / "recorded"


def test_recorded_boards_of_any_source_are_played_over_http_as_they_are_replayed(played, tmp_path):
    over_http, read, _ = played
    replayed, expected = crawl(tmp_path / "replayed", RECORDED, replay=RECORDED)
    assert len(replayed) > 10
    assert {name: commit["ids"] for name, commit in over_http.items()} == {
        name: commit["ids"] for name, commit in replayed.items()
    }
    assert read == expected


def test_a_recording_over_http_is_replayed_with_the_same_result(played, tmp_path):
    over_http, read, recorded = played
    replayed, again = crawl(tmp_path / "replayed", recorded, replay=recorded)
    assert read == again
    assert {name: commit["verdict"] for name, commit in over_http.items()} == {
        name: commit["verdict"] for name, commit in replayed.items()
    }


def test_one_fault_for_all_recorded_boards(tmp_path):
    with Drill(replay=RECORDED, fault="robots_deny") as drill:
        commits, postings = crawl(tmp_path / "run", RECORDED, stand_in=drill.origin)
    assert {commit["verdict"] for commit in commits.values()} == {"robots_denied"}
    assert postings == []


def test_the_faults_are_listed(capsys):
    assert cli.main(["drill", "--list"]) == 0
    printed = capsys.readouterr().out
    assert all(f" {name} " in printed for name in FAULTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fault", "nosuch"], "unknown fault nosuch"),
        (["--replay", "nowhere"], "no boards.csv there"),
        (["--port", "99999"], "the drill cannot start: "),
        (["--port", "many"], "invalid int value"),
    ],
)
def test_a_usage_error_is_one_line(capsys, arguments, message):
    assert cli.main(["drill", *arguments]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert message in shown.err


def test_a_check_of_recorded_boards_shows_how_each_ends(tmp_path):
    recorded = FIXTURES / "lever" / "european-host"
    result = internfeed("drill", "--replay", recorded, "--fault", "html_for_json", "--check")
    assert result.status == 0
    assert any("lever/lanternmoss" in line and "parse_error" in line for line in result.out)
    assert result.out[-1] == "Recorded boards have no expected verdict; read the reasons."


def test_a_check_plays_both_days_through_whole_runs_and_compares_the_datasets(monkeypatch, capsys):
    """The second fault has an expectation that is wrong on purpose."""
    played = {"none": FAULTS["none"], "forbidden": FAULTS["forbidden"]._replace(verdict="ok")}
    monkeypatch.setattr("crawlers.replay.server.FAULTS", played)
    assert cli.main(["drill", "--check"]) == 3
    shown = capsys.readouterr()
    rows = [line.split() for line in shown.out.splitlines()]
    assert ["none", "ok", "ok", "15/15", "375/375"] in rows
    assert ["!", "forbidden", "ok", "blocked", "15/15", "375/375"] in [row[:6] for row in rows]
    assert shown.out.splitlines()[-1] == "1 of 2 boards did not end as expected"
    assert [line.partition(":")[0] for line in shown.err.splitlines()] == ["day 1", "day 2"]


OUTCOME = Outcome(FAULTS["detail_challenge"], "partial", "challenge: a page", 5, 5, 120, 120, 0)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (OUTCOME, True),
        (OUTCOME._replace(verdict="ok"), False),
        (OUTCOME._replace(error="unreadable: a page"), False),
        (OUTCOME._replace(kept=4), False),
        (OUTCOME._replace(same=119, changed=1), False),
        (OUTCOME._replace(listings=0, kept=0, values=0, same=0), False),
        (OUTCOME._replace(fault=FAULTS["detail_404"], verdict="ok"), False),
        (OUTCOME._replace(fault=FAULTS["detail_404"], verdict="ok", kept=4), True),
        (OUTCOME._replace(fault=FAULTS["old_detail_pays"], verdict="ok", same=115, changed=1), True),
    ],
)
def test_a_board_ended_as_expected_when_verdict_cause_listings_and_values_are_those_of_its_fault(outcome, expected):
    assert outcome.expected == expected


def test_on_the_first_day_every_board_behaves_and_on_the_second_its_list_is_another_one():
    with Drill() as drill:
        for fault in drill.faults.values():
            if fault.source == "greenhouse":
                asked = (
                    "GET",
                    f"{fault.name.replace('_', '-')}.drill.example",
                    f"/v1/boards/{fault.name}/jobs",
                    {},
                    b"",
                )
                drill.day = 1
                first = drill.reply(*asked)
                assert (first.status, len(json.loads(first.body)["jobs"])) == (200, 30)
                drill.day = 2
                assert drill.reply(*asked) != first


def test_only_this_machine_can_reach_it():
    with Drill() as drill:
        assert drill.server_address[0] == "127.0.0.1"


def test_an_interrupted_run_does_not_wait_out_a_pause(tmp_path, monkeypatch):
    """One board asks to wait at its postings, one at its robots.txt; a third is read meanwhile."""

    def patient(ask, usual):
        return Reply(429, headers={"Retry-After": "300"})

    monkeypatch.setitem(FAULTS, "none_paged", FAULTS["none_paged"]._replace(answer=patient))
    monkeypatch.setitem(FAULTS, "zipped", FAULTS["zipped"]._replace(robots=patient))
    with Drill() as drill:
        save_boards(tmp_path / "boards.csv", drill.boards)
        boards = "lever/none_paged,greenhouse/zipped,greenhouse/none"
        command = ["run", "--data", str(tmp_path), "--boards", boards]
        asking = {"INTERNFEED_STAND_IN": drill.origin, "INTERNFEED_CONTACT": ""}

        def asked():
            return {(ask.host.partition(".")[0], ask.path.partition("/")[2][:3]) for ask in list(drill.asks)}

        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", *command], cwd=ROOT, env=os.environ | asking, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not asked() >= {
            ("none", "v1/"),
            ("none-paged", "v0/"),
            ("zipped", "rob"),
        }:
            time.sleep(0.1)
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        interrupted = time.monotonic()
        _, error = process.communicate(timeout=60)
        assert (process.returncode, b"resumes" in error) == (128 + signal.SIGTERM, True)
        assert error.count(b"the User-Agent names no contact: set INTERNFEED_CONTACT") == 1
        assert time.monotonic() - interrupted < 10
        monkeypatch.undo()
        before = len([ask for ask in drill.asks if ask.host.startswith("none.")])
        assert internfeed(*command, environment=asking).status == 0
        assert (
            len([ask for ask in drill.asks if ask.host.startswith("none.")]) == before
        )  # the third board was read and committed
