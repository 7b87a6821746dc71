"""The crawlers' modules stand in an order: none imports one that imports it."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def imported(path, known):
    """Return which of the known modules a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names & known


def test_no_module_imports_one_that_imports_it():
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "crawlers").rglob("*.py")}
    circles = TopologicalSorter({name: imported(path, paths.keys()) for name, path in paths.items()})
    assert len(list(circles.static_order())) == len(paths)  # a circle raises CycleError, which names it


def test_no_module_has_more_than_500_lines():
    long = {path.name: len(path.read_text("utf-8").splitlines()) for path in (ROOT / "crawlers").rglob("*.py")}
    assert {name for name, lines in long.items() if lines > 500} == set()
