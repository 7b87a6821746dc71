"""The command line: help, errors of one line with their remedy, and exit statuses."""

import argparse
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers import __version__
from normalize.columns import NAMES
from pipeline.cli import command_line as cli
from pipeline.cli.outcome import print_outcome
from pipeline.store import snapshot
from tests.support.folder import answer, posting

ACME = ("lever", "acme")


WRONG = [
    (["fly"], "invalid choice: 'fly'"),
    (["run", "--scope", "some"], "invalid choice: 'some'"),
    (["run", "--sources", "zzz"], "unknown source zzz; the sources are"),
    (["run", "--sources", "greenhuose"], "unknown source greenhuose; did you mean greenhouse?"),
    (["run", "--boards", "QQQ"], "unknown board QQQ; run `internfeed boards list`"),
    (["run", "--source", "lever"], "unrecognized arguments: --source lever; did you mean --sources?"),
    (["rnu"], "did you mean run?; run `internfeed --help`"),
    (["boards", "lst"], "did you mean list?; run `internfeed boards --help`"),
    (["run", "--replay", "nowhere"], "no boards.csv there"),
    (["run", "--today", "soon"], "write YYYY-MM-DD"),
    (["show", "--data", "nowhere"], "no snapshot in nowhere; run `internfeed run --data nowhere` first"),
    (["verify", "--data", "nowhere"], "no snapshot in nowhere"),
    (["normalize", "--data", "nowhere"], "no snapshot in nowhere"),
    (["rebuild", "--data", "nowhere"], "nowhere holds no history"),
    (["verify", "--data", __file__], "test_cli.py is not a folder"),
    (["serve", "--port", "99999"], "--port 99999 is out of range; choose a port from 0 to 65535"),
    (["boards", "check", "--sources", "softgarden"], "no board to check; run `internfeed boards list`"),
    (["score", "gold.jsonl", "--min-recall", "all"], "expected a number from 0 to 1; got all"),
    (["score", "/dev/null"], "no labelled posting in /dev/null"),
    (["show", "--limit", "-5"], "expected a whole number, zero or more; got -5"),
    (["run", "--keep-snapshots", "-3"], "expected a whole number, zero or more; got -3"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_a_usage_error_is_stated_in_one_line_and_exits_1(arguments, message, capsys):
    assert cli.main(arguments) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("internfeed: error: ")
    assert message in error
    assert error.count("\n") == 1
    assert not Path("nowhere").exists()


ENDINGS = {  # command -> the exit statuses that its help lists
    "demo": [0, 1, 2, 3, 4, 130, 143],
    "run": [0, 1, 2, 3, 4, 130, 143],
    "normalize": [0, 1, 2, 3, 4, 130, 143],
    "rebuild": [0, 1, 2, 4, 130, 143],
    "feeds": [0, 1, 2, 3, 4, 130],
    "boards": [0, 1, 2, 3, 130],
    "show": [0, 1, 2, 130],
    "plan": [0, 1, 130],
    "drill": [0, 1, 3, 130],
    "verify": [0, 1, 130],
    "extract": [0, 1, 130],
    "explain": [0, 1, 130],
    "export": [0, 1, 130],
    "score": [0, 1, 130],
    "serve": [0, 1, 130],
}


def printed_help(capsys, *arguments):
    """Return the help that a command prints."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_help_of_a_command_has_a_sentence_an_example_and_its_exit_statuses(name, capsys):
    text = printed_help(capsys, name)
    assert f"{cli.COMMANDS[name].help}." in text
    assert f"internfeed {name}" in text.split("example:")[1].splitlines()[0]
    assert [int(number) for number in re.findall(r"^  (\d+) ", text, re.MULTILINE)] == ENDINGS[name]


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"internfeed {__version__}\n")


def test_the_help_lists_every_command(capsys):
    text = " ".join(printed_help(capsys).split())
    assert ENDINGS.keys() == cli.COMMANDS.keys()
    assert all(f" {name} {command.help}" in text for name, command in cli.COMMANDS.items())


HEAVY = {"crawlers.crawl", "dateparser", "hyperscan", "matplotlib", "numpy", "pandas", "pyarrow", "rich", "scrapy"}
LISTED = "import sys; from pipeline.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], [], ["fly"]], ids=" ".join)
def test_the_help_imports_nothing_heavy(arguments):
    done = subprocess.run([sys.executable, "-c", LISTED, *arguments], capture_output=True, text=True, check=False)
    imported = set(done.stderr.split())
    assert "pipeline.cli.command_line" in imported
    assert imported & (HEAVY | {command.module for command in cli.COMMANDS.values()}) == set()


@pytest.mark.parametrize(
    "arguments", [["show"], ["show", "--limit", "1"], ["show", "boards"], ["show", "boards", "--ill"]]
)
def test_show_prints_listings_and_boards(world, capsys, arguments):
    world.run(
        "2026-11-20", {ACME: answer([posting(1)]), ("lever", "north"): answer(verdict="blocked", error="no entry")}
    )
    assert cli.main([*arguments, "--data", str(world.data)]) == 0
    out = capsys.readouterr().out
    assert ("no entry" in out) == ("boards" in arguments)
    if "--ill" in arguments:
        assert "lever/acme" not in out


@pytest.mark.parametrize(
    ("pages", "line"),
    [
        ({"page_requests": 7, "page_seconds": 3.25}, "postings' own pages: 7 requests, 3.2 s"),
        ({"page_requests": 0}, ""),
    ],
)
def test_a_run_states_the_cost_of_postings_own_pages(world, capsys, pages, line):
    published = world.run("2026-11-20", {ACME: answer([posting(1)], **pages)})
    print_outcome(published, argparse.Namespace(json=False, data=world.data))
    lines = capsys.readouterr().out.splitlines()
    assert [said for said in lines if said.startswith("postings' own pages")] == ([line] if line else [])


def test_verify_finds_a_changed_byte_and_an_extra_file(world, capsys):
    world.run("2026-11-20", {ACME: answer([posting(1)])})
    assert cli.main(["verify", "--data", str(world.data)]) == 0
    (part,) = snapshot.parts(world.latest, "boards")
    damaged = bytearray(part.read_bytes())
    damaged[40] ^= 1
    part.write_bytes(damaged)
    (world.latest / "listings" / "README.md").write_text("a file that readers would stumble over")
    assert cli.main(["verify", "--data", str(world.data)]) == 1
    error = capsys.readouterr().err
    assert f"boards/{part.name} differs from the manifest" in error
    assert "listings/README.md is not in the manifest" in error


def test_extract_answers_every_line_even_if_some_are_not_postings(monkeypatch, capsysbinary):
    lines = [json.dumps(posting(7)), "nonsense", "[]", '{"colour": "blue"}', "{}", '{"title": "\\ud800 Intern"}']
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    assert cli.main(["extract", "--today", "2026-11-23"]) == 1
    found = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(found) == len(lines)
    assert ["error" in listing for listing in found] == [False, True, True, True, False, True]
    assert list(found[0]) == list(NAMES)
    assert found[0]["pay_min"] == 22


def test_extract_reads_one_text(capsysbinary):
    assert cli.main(["extract", "A 10-week internship, $25 per hour"]) == 0
    listing = json.loads(capsysbinary.readouterr().out)
    assert (listing["duration_weeks_min"], listing["pay_min"], listing["pay_period"]) == (10, 25, "hour")
