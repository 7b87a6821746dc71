"""The fixtures of every test: no network beyond the loopback, and where recordings of real boards may lie."""

from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

# Modules that take many seconds: whole runs in processes of their own, a server with faults, every recorded board.
SLOW = (
    "normalize/text/scanner.py",
    "tests/crawlers/bases/test_histories.py",
    "tests/crawlers/boards/test_boards_command.py",
    "tests/crawlers/commands/test_genspider.py",
    "tests/crawlers/politeness/test_rude_spider.py",
    "tests/crawlers/replay/test_drill_command.py",
    "tests/crawlers/replay/test_faults.py",
    "tests/crawlers/test_wire.py",
    "tests/normalize/test_build.py",
    "tests/normalize/test_cache.py",
    "tests/pipeline/cli/test_streams.py",
    "tests/pipeline/demo/test_demo.py",
    "tests/pipeline/lifecycle/test_duplicates.py",
    "tests/pipeline/products/feeds/test_delivery.py",
    "tests/pipeline/products/report/test_page.py",
    "tests/pipeline/products/serve/test_browse.py",
    "tests/pipeline/products/test_descriptors.py",
    "tests/pipeline/run/test_failures.py",
    "tests/pipeline/run/test_rebuild.py",
    "tests/pipeline/run/test_torture.py",
    "tests/pipeline/store/test_folder.py",
)
RECORDED = {"wire", "labelled"}  # fixtures that only few machines have; their tests read much
ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow modules and of recordings, which `make quick` leaves out."""
    for item in items:
        recorded = RECORDED.intersection(getattr(item, "fixturenames", ()))
        if recorded or item.path.relative_to(ROOT).as_posix() in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _no_network():
    """Any connection but to the loopback raises, so no test can depend on the network."""
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def wire() -> Path:
    """The folder of recorded answers of real boards, which is not part of the project."""
    folder = SHARED / "wire"
    if not (folder / "index.jsonl").exists():
        pytest.skip(f"recordings of real boards are not beside the project: no {folder.parent.name}/{folder.name}")
    return folder


@pytest.fixture(scope="session")
def labelled() -> Path:
    """The folder of labelled real postings, which is not part of the project."""
    folder = SHARED / "gold"
    if not (folder / "gold.jsonl").exists():
        pytest.skip(f"labelled real postings are not beside the project: no {folder.parent.name}/{folder.name}")
    return folder
