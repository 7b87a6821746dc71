"""The README: its commands exist, and its Python code runs unchanged."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from normalize.posting import RawPosting
from pipeline.cli.command_line import COMMANDS
from pipeline.extract import extract

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_every_command_is_in_the_readme_and_every_command_of_the_readme_exists():
    assert set(re.findall(r"^\| `internfeed ([a-z]+)", README, re.MULTILINE)) == COMMANDS.keys()
    assert set(re.findall(r"\binternfeed ([a-z]+)", README)) <= COMMANDS.keys() | {"reads", "needs"}


def test_the_opening_example_is_the_output_of_the_command():
    opening = README.split("\n## ")[0]
    text = re.search(r'^\$ internfeed extract "(.*)"$', opening, re.MULTILINE)[1].replace("\\$", "$")
    listing = extract(RawPosting(description=text), date(2026, 11, 23))
    rows = re.findall(r'^\| (`\w+`(?:, `\w+`)*) \| (.*?) \| `(\w+)` "(.*)" \|$', opening, re.MULTILINE)
    assert len(rows) == 5
    for columns, values, evidence, words in rows:
        assert [str(listing[column]) for column in re.findall(r"\w+", columns)] == values.split(", ")
        assert listing[evidence] in (words, [words])


@pytest.mark.parametrize("block", BLOCKS, ids=[block.splitlines()[0].strip("# ") for block in BLOCKS])
def test_python_of_the_readme_runs_on_the_sample(block, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "latest").symlink_to(ROOT / "data" / "sample")
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_linked_file_exists():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
