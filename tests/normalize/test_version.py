"""The version of the extractors is the same however the package was installed, and changes with each of its files."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from normalize.version import NORMALIZER_VERSION, digest

ROOT = Path(__file__).parents[2]
BUILT_FROM = ("crawlers", "normalize", "pipeline", "pyproject.toml", "README.md", "LICENSE")
ASK = """
import site, sys
site.addsitedir(sys.argv[1])
from normalize import version
print(version.NORMALIZER_VERSION, version.__file__)
"""


@pytest.fixture
def package(tmp_path):
    """A copy of the package, as a checkout holds it."""
    copy = tmp_path / "normalize"
    shutil.copytree(ROOT / "normalize", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_compiled_files_and_metadata_do_not_count(package):
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "kind.cpython-311.pyc").write_bytes(b"compiled")
    (package / "py.typed").write_text("")
    assert digest(package) == NORMALIZER_VERSION


@pytest.mark.parametrize("name", ["kind.py", "skills.toml", "languages/en.toml"])
def test_a_change_to_any_file_of_code_or_data_counts(package, name):
    with (package / name).open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    assert digest(package) != NORMALIZER_VERSION


def test_a_new_a_renamed_and_a_missing_file_count(package):
    (package / "new.toml").write_text("")
    versions = {NORMALIZER_VERSION, digest(package)}
    (package / "new.toml").rename(package / "renamed.toml")
    versions.add(digest(package))
    (package / "renamed.toml").unlink()
    (package / "skills.toml").unlink()
    versions.add(digest(package))
    assert len(versions) == 4


@pytest.mark.slow
def test_a_wheel_and_an_editable_install_have_the_version_of_the_checkout(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in BUILT_FROM:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    for target, module in (("wheel:standard", "installed"), ("wheel:editable", "source")):
        wheels, installed = tmp_path / target.replace(":", "-"), tmp_path / module / "site"
        build = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(wheels)]
        subprocess.run(build, cwd=source, check=True, capture_output=True)
        (wheel,) = wheels.glob("*.whl")
        install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(installed)]
        subprocess.run([*install, str(wheel)], check=True, capture_output=True)
        # -S hides the packages of the environment that runs the tests.
        ask = [sys.executable, "-S", "-c", ASK, str(installed)]
        asked = subprocess.run(ask, cwd=tmp_path, check=True, capture_output=True, text=True)
        version, file = asked.stdout.split()
        assert version == NORMALIZER_VERSION
        assert Path(file).is_relative_to(tmp_path / module)
