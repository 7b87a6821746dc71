"""CONTRIBUTING agrees with the code: its tree has every file, and its walks name functions that exist."""

import importlib
import re

import pytest

from tests.conftest import SLOW
from tests.tools.tree import GUIDE, LISTS, PACKAGES, ROOT, guide, summary

WALK = re.compile(r"`((?:crawlers|normalize|pipeline)(?:\.\w+)+):(\w+(?:\.\w+)*)`")
WALKS = GUIDE.read_text("utf-8").split("## Three walks")[1].split("\n## ")[0].split("\n### ")[1:]


def test_the_tree_has_every_file_with_its_summary():
    assert GUIDE.read_text("utf-8") == guide(), "python -m tests.tools.tree writes it anew"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_has_a_summary(package):
    silent = [path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py") if not summary(path)]
    assert silent == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_has_more_than_about_a_dozen_files(package):
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    lists = {*LISTS, "pipeline/cli"}  # a list of sources, and a list of commands
    counts = {
        folder.relative_to(ROOT).as_posix(): sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        for folder in folders
        if folder.relative_to(ROOT).as_posix() not in lists
    }
    assert {name: count for name, count in counts.items() if count > 13} == {}


@pytest.mark.parametrize("walk", WALKS, ids=[walk.partition("\n")[0] for walk in WALKS])
def test_every_function_of_a_walk_exists(walk):
    steps = WALK.findall(walk)
    assert len(steps) >= 5
    for module, name in steps:
        found = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        assert callable(found), f"{module}:{name}"


def test_there_are_three_walks():
    assert len(WALKS) == 3


def test_every_slow_module_exists():
    assert [path for path in SLOW if not (ROOT / path).exists()] == []
