"""Files of the user's cache folder: read only where nobody else can have written them, and never needed."""

import os
import stat
import subprocess
import sys

import pytest

from normalize import cache
from normalize.cache import cached


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The cache folder of a test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "internfeed"


class Maker:
    """Makes the bytes and counts how often."""

    def __init__(self, payload=b"made " * 50):
        self.payload, self.made = payload, 0

    def __call__(self):
        self.made += 1
        return self.payload


def ask(make, kind="example", key="1"):
    assert cached(kind, key, make) == make.payload
    return make.made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_once_is_found_again(home):
    make = Maker()
    assert [ask(make), ask(make)] == [1, 1]
    (file,) = home.iterdir()
    assert (mode(home), mode(file)) == (0o700, 0o600)
    assert cached("example", "2", Maker(b"of another key")) == b"of another key"
    assert ask(make) == 1


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (cache, "NORMALIZER_VERSION", "next"),
        (cache.platform, "machine", lambda: "other"),
        (cache.sys, "platform", "other"),
    ],
)
def test_another_version_or_machine_makes_its_own(home, monkeypatch, module, name, value):
    make = Maker()
    ask(make)
    monkeypatch.setattr(module, name, value)
    assert ask(make) == 2


def test_torn_and_changed_files_are_made_again(home):
    make = Maker()
    ask(make)
    (file,) = home.iterdir()
    whole = file.read_bytes()
    torn = [whole[:length] for length in range(0, len(whole), 7)] + [whole + b"x", whole[:-1] + b"?"]
    torn += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    for times, content in enumerate(torn, start=2):
        file.write_bytes(content)
        assert ask(make) == times
        assert file.read_bytes() == whole


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_is_not_used(home, bits):
    make = Maker()
    ask(make)
    home.chmod(bits)
    assert [ask(make), ask(make)] == [2, 3]
    home.chmod(0o755)
    assert ask(make) == 3


def test_a_folder_that_is_a_link_is_not_used(home, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.parent.mkdir()
    home.symlink_to(tmp_path / "elsewhere")
    make = Maker()
    assert [ask(make), ask(make)] == [1, 2]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_left_alone(home):
    home.parent.mkdir()
    home.write_text("mine")
    make = Maker()
    assert [ask(make), ask(make)] == [1, 2]
    assert home.read_text() == "mine"


@pytest.mark.parametrize("bits", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_made_again(home, bits):
    make = Maker()
    ask(make)
    (file,) = home.iterdir()
    file.chmod(bits)
    assert [ask(make), ask(make)] == [2, 2]
    assert mode(file) == 0o600


def test_a_file_that_is_a_link_or_a_pipe_is_made_again(home, tmp_path):
    make = Maker()
    ask(make)
    (file,) = home.iterdir()
    file.rename(tmp_path / "whole")
    file.symlink_to(tmp_path / "whole")
    assert [ask(make), ask(make)] == [2, 2]
    assert not file.is_symlink()
    file.unlink()
    os.mkfifo(file)
    assert [ask(make), ask(make)] == [3, 3]


def test_a_folder_or_a_file_of_another_owner_is_not_used(home, monkeypatch):
    make = Maker()
    ask(make)
    own = os.geteuid()
    real = os.fstat

    def owned(by_another):
        def status(descriptor):
            found = real(descriptor)
            if not by_another(found.st_mode):
                return found
            values = list(found)
            values[stat.ST_UID] = own + 1
            return os.stat_result(values)

        return status

    monkeypatch.setattr(cache.os, "fstat", owned(stat.S_ISREG))
    assert ask(make) == 2
    monkeypatch.setattr(cache.os, "fstat", owned(stat.S_ISDIR))
    assert ask(make) == 3
    monkeypatch.setattr(cache.os, "fstat", real)
    assert ask(make) == 3


def test_where_nothing_can_be_written_it_is_made_every_time(home, monkeypatch):
    def full(*arguments, **names):
        raise OSError(28, "No space left on device")

    make = Maker()
    monkeypatch.setattr(cache.os, "replace", full)
    assert [ask(make), ask(make)] == [1, 2]
    assert list(home.iterdir()) == []
    monkeypatch.setattr(cache.os, "mkdir", full)
    home.rmdir()
    assert [ask(make), ask(make)] == [3, 4]


@pytest.mark.parametrize("value", ["relative", "", None])
def test_without_an_absolute_folder_it_is_in_the_home_folder(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if value is None:
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    make = Maker()
    assert [ask(make), ask(make)] == [1, 1]
    assert len(list((tmp_path / "home" / ".cache" / "internfeed").iterdir())) == 1
    monkeypatch.setenv("HOME", "nowhere")
    assert ask(make) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_only_the_newest_files_of_a_kind_are_kept(home):
    other = Maker()
    ask(other, "other")
    for key in range(9):
        ask(Maker(), key=str(key))
    assert sorted(path.name.partition("-")[0] for path in home.iterdir()) == ["example"] * 4 + ["other"]
    (home / "notes").write_text("mine")
    assert ask(other, "other") == 1
    assert (home / "notes").read_text() == "mine"


def test_processes_at_once_all_get_it_whole(home):
    code = (
        "from normalize.cache import cached\n"
        "for key in range(60):\n"
        "    assert cached('example', str(key % 3), lambda: b'payload ' * 100_000) == b'payload ' * 100_000\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(list(home.iterdir())) == 3


def test_the_scanner_reads_a_torn_database_as_if_it_were_absent(home):
    code = (
        "from normalize.text.contacts import has_contact\n"
        "from normalize.text.scanner import scan\n"
        "print(has_contact(scan('a@b.org')))"
    )

    def run():
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert run() == "True\n"
    (file,) = home.glob("scanner-*")
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], b"\0" * len(whole)):
        file.write_bytes(content)
        assert run() == "True\n"
        assert file.read_bytes() == whole


def test_places_are_the_same_from_a_torn_cache(home):
    code = (
        "from normalize.place.gazetteer import city_of, state_of\n"
        "print(city_of('Lyon'), state_of('Bayern'), state_of('TX'))"
    )

    def run():
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    first = run()
    assert "country='FR'" in first
    for file in [*home.glob("cities-*"), *home.glob("countries-*")]:
        torn = file.read_bytes()[:-1000]
        file.write_bytes(torn)
        assert run() == first
        assert len(file.read_bytes()) > len(torn)
