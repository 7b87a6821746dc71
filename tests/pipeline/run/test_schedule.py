"""The README's examples for cron and systemd are valid."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[3] / "README.md").read_text("utf-8")
THERE = "/srv/internfeed"


@pytest.fixture
def place(tmp_path):
    """A checkout whose command prints its arguments."""
    command = tmp_path / ".venv" / "bin" / "internfeed"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "asked to $*, contact $INTERNFEED_CONTACT"\n')
    command.chmod(0o755)
    (tmp_path / "data").mkdir()
    return tmp_path


def test_the_crontab_line_runs(place):
    variable, line = re.search(r"```\n(\w+=.*)\n([0-9].*)\n```", README).groups()
    *fields, command = line.split(None, 5)
    assert [re.fullmatch(r"[0-9]+|\*", field) is not None for field in fields] == [True] * 5
    assert "%" not in command, "to cron that is the end of the line"
    name, _, value = variable.partition("=")
    environment = {name: value, "PATH": "/usr/bin:/bin"}
    subprocess.run(["/bin/sh", "-c", command.replace(THERE, str(place))], env=environment, check=True)
    assert (place / "data" / "run.log").read_text() == f"asked to run, contact {value}\n"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_systemd_units_are_valid(place):
    service, timer = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)
    for name, unit in (("internfeed.service", service), ("internfeed.timer", timer)):
        (place / name).write_text(unit.replace(THERE, str(place)))
    units = [str(place / name) for name in ("internfeed.service", "internfeed.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
