"""What every test shares: no network beyond the loopback, and where recordings of real boards may lie."""

from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


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
