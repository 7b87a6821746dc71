"""The package's door: three names, each loaded when it is asked for."""

import subprocess
import sys

import pytest

import normalize
from normalize.build import normalize as build
from normalize.columns import Listing
from normalize.posting import RawPosting


def test_the_door_opens_what_it_names():
    assert (normalize.normalize, normalize.Listing, normalize.RawPosting) == (build, Listing, RawPosting)
    assert normalize.__all__ == ["Listing", "RawPosting", "normalize"]
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        normalize.other  # noqa: B018


@pytest.mark.parametrize("statement", ["from normalize import RawPosting", "from normalize import version"])
def test_the_posting_and_the_version_load_no_extractor(statement):
    code = f"{statement}\nimport sys; print([name for name in sys.modules if name.startswith('normalize.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout.strip() in ("['normalize.posting']", "['normalize.version']")
