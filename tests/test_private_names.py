"""Tests reach into no private name: what they need is public, or is asked through what is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("crawlers", "normalize", "pipeline", "tests")
MEANT = {"_replace", "_asdict", "_fields", "_make", "_exit"}  # public, whatever they begin with


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in MEANT


def reached(source: str) -> list[str]:
    """Return the private names that a module takes from others, each with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr":  # of monkeypatch
            words = [word.value for word in node.args[:2] if isinstance(word, ast.Constant)]
            names = [str(word).rpartition(".")[2] for word in words]
        found += [f"{node.lineno}: {name}" for name in names if private(name)]
    return found


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("module._inner(1)", ["1: _inner"]),
        ("from pipeline.run import _inner", ["1: _inner"]),
        ("monkeypatch.setattr(module, '_inner', 1)", ["1: _inner"]),
        ("monkeypatch.setattr('pipeline.run._inner', 1)", ["1: _inner"]),
        ("self._inner = row._replace(board='x').__dict__", []),
    ],
)
def test_a_private_name_is_found_however_it_is_reached(source, names):
    assert reached(source) == names


def test_tests_reach_into_no_private_name():
    found = {path.relative_to(ROOT).as_posix(): reached(path.read_text("utf-8")) for path in ROOT.glob("tests/**/*.py")}
    assert {path: names for path, names in found.items() if names} == {}
