"""A data folder for each test, and a served one for each module."""

import pytest

from pipeline.products.serve.store import Latest
from tests.support.folder import World
from tests.support.snapshots import publish


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "data")


@pytest.fixture(scope="module")
def latest(tmp_path_factory):
    data = tmp_path_factory.mktemp("served")
    publish(data)
    latest = Latest(data)
    yield latest
    latest.close()
