"""``internfeed drill``: an operator's own rehearsal of what can go wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawlers.drill import Drill
from crawlers.faults import FAULTS, Reply
from crawlers.registry import save_boards
from pipeline import cli
from pipeline.demo import DAYS

ROOT = Path(__file__).resolve().parents[2]

CRAWL = """
import sys
from pathlib import Path
from crawlers.crawl import CrawlPlan, crawl
from crawlers.registry import load_boards

folder, recorded, origin = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
how = {"stand_in": origin, "record": folder.parent / "recorded"} if origin else {"replay": recorded}
crawl(CrawlPlan(load_boards(recorded / "boards.csv"), folder, delay=0, **how))
"""


def crawled(folder, recorded, origin=""):
    command = [sys.executable, "-c", CRAWL, str(folder), str(recorded), origin]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]
    commits = {line["board"]: line for line in lines if line["type"] == "commit"}
    postings = [line["posting"] for line in lines if line["type"] == "posting"]
    return commits, sorted(json.dumps({**posting, "fetched_at": None}, sort_keys=True) for posting in postings)


def test_recorded_boards_of_any_source_are_played_over_http_as_they_are_replayed(tmp_path):
    recorded = DAYS[0].folder
    with Drill(replay=recorded) as drill:
        played, read = crawled(tmp_path / "played", recorded, drill.origin)
    replayed, expected = crawled(tmp_path / "replayed", recorded)
    assert len(replayed) > 10
    assert {name: commit["ids"] for name, commit in played.items()} == {
        name: commit["ids"] for name, commit in replayed.items()
    }
    assert read == expected


def test_what_is_recorded_over_http_is_replayed_alike(tmp_path):
    with Drill(replay=DAYS[0].folder) as drill:
        played, read = crawled(tmp_path / "played", DAYS[0].folder, drill.origin)
    replayed, again = crawled(tmp_path / "replayed", tmp_path / "recorded")
    assert read == again
    assert {name: commit["verdict"] for name, commit in played.items()} == {
        name: commit["verdict"] for name, commit in replayed.items()
    }


def test_one_fault_for_all_recorded_boards(tmp_path):
    with Drill(replay=DAYS[0].folder, fault="robots_deny") as drill:
        commits, postings = crawled(tmp_path / "run", DAYS[0].folder, drill.origin)
    assert {commit["verdict"] for commit in commits.values()} == {"robots_denied"}
    assert postings == []


def test_the_faults_are_listed(capsys):
    assert cli.main(["drill", "--list"]) == 0
    said = capsys.readouterr().out
    assert all(f" {name} " in said for name in FAULTS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "nosuch"], "unknown fault nosuch"),
        (["--replay", "nowhere"], "no boards.csv there"),
        (["--port", "99999"], "drill: "),
        (["--port", "many"], "invalid int value"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(capsys, arguments, said):
    assert cli.main(["drill", *arguments]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err


def test_only_this_machine_can_reach_it():
    with Drill() as drill:
        assert drill.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/v0/", "/robots.txt"])
def test_nobody_waits_out_a_pause_when_the_run_is_told_to_end(tmp_path, monkeypatch, path):
    def patient(ask, usual):
        return Reply(429, headers={"Retry-After": "300"}) if ask.path.startswith(path) else usual

    monkeypatch.setitem(FAULTS, "none_paged", FAULTS["none_paged"]._replace(answer=patient, robots=patient))
    with Drill() as drill:
        save_boards(tmp_path / "boards.csv", drill.boards)
        arguments = ["run", "--data", str(tmp_path), "--boards", "lever/none_paged,greenhouse/none"]
        environment = {**os.environ, "INTERNFEED_STAND_IN": drill.origin}

        def run():
            command = [sys.executable, "-m", "pipeline.cli", *arguments]
            return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)

        process = run()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            paths = {ask.path.partition("?")[0] for ask in list(drill.asks) if ask.host.startswith("none-paged")}
            if any(asked.startswith(path) for asked in paths) and any("/v1/" in ask.path for ask in list(drill.asks)):
                break
            time.sleep(0.1)
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        _, error = process.communicate(timeout=60)
        assert (process.returncode, b"resumes" in error) == (128 + signal.SIGTERM, True)
        assert time.monotonic() - told < 10
        monkeypatch.undo()
        asked = len([ask for ask in drill.asks if ask.host.startswith("none.")])
        again = run()
        again.communicate(timeout=60)
        assert again.returncode == 0
        assert len([ask for ask in drill.asks if ask.host.startswith("none.")]) == asked  # it was read and committed
