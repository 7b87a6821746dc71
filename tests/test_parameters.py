"""The shape of functions: six parameters at most."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = 6


def parameters(function):
    """Return the names of a function's parameters, without self and cls."""
    given = function.args
    names = [given.vararg, *given.posonlyargs, *given.args, *given.kwonlyargs, given.kwarg]
    return [name.arg for name in names if name and name.arg not in ("self", "cls")]


@pytest.mark.parametrize("package", ["crawlers", "normalize", "pipeline", "tests"])
def test_no_function_has_more_than_six_parameters(package):
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(parameters(node)) > MOST
    }
    assert long == set()
