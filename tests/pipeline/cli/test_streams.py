"""Commands continue when standard output or error is closed, ends early, or cannot encode a character."""

import json
import os
import subprocess
import sys

import pytest

from pipeline.store import snapshot
from tests.support.folder import World, answer, posting

ACME = ("lever", "acme")
COMMAND = [sys.executable, "-m", "pipeline.cli"]
RECORDED = "source,board,name,url,request_json\nlever,acme,Zürich │ Łódź,https://api.lever.example/acme,\n"


def ended(*arguments, environment=None, **streams):
    """Run a command in a real process; return how it ended."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env={**os.environ, **(environment or {})}, timeout=120, check=False, **streams
    )


@pytest.fixture
def unread():
    """A pipe without a reader."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.fixture
def recorded(tmp_path):
    """A replay folder with one board."""
    folder = tmp_path / "recorded"
    folder.mkdir()
    job = {"id": "1", "text": "Łódź Intern │ …", "hostedUrl": "https://acme.example/1", "description": "An internship."}
    (folder / "1.json").write_text(json.dumps([job]))
    (folder / "boards.csv").write_text(RECORDED, "utf-8")
    asked = {"url": "https://api.lever.example/acme", "method": "GET", "request_json": None}
    reply = {"status": 200, "headers": {"content-type": "application/json"}, "body": "1.json"}
    (folder / "index.jsonl").write_text(json.dumps(asked | reply) + "\n")
    return folder


@pytest.fixture
def data(tmp_path):
    """A data folder with a listing and a board whose names few encodings can express."""
    world = World(tmp_path / "data")
    world.run("2026-11-20", {ACME: answer([posting(1, title="Łódź Intern │ 学生")])})
    (world.data / "boards.csv").write_text(RECORDED, "utf-8")
    return world.data


@pytest.mark.parametrize("streams", [("stdout",), ("stderr",), ("stdout", "stderr")], ids="+".join)
@pytest.mark.parametrize("where", ["unread", "full"])
def test_a_run_publishes_although_its_output_has_no_reader(tmp_path, recorded, unread, streams, where):
    with open("/dev/full", "wb") as full:
        given = dict.fromkeys(streams, unread if where == "unread" else full)
        run = ended("run", "--replay", recorded, "--data", tmp_path / "new", "--today", "2026-11-20", **given)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in (run.stderr or b"").decode()
    assert snapshot.verify(snapshot.DataFolder(tmp_path / "new").latest()) == []


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_run_publishes_with_closed_streams(tmp_path, recorded, closed):
    command = f'exec "$@" {closed}'
    arguments = [*COMMAND, "run", "--replay", str(recorded), "--data", str(tmp_path / "new"), "--today", "2026-11-20"]
    assert subprocess.run(["sh", "-c", command, "sh", *arguments], timeout=120, check=False).returncode == 0
    assert snapshot.verify(snapshot.DataFolder(tmp_path / "new").latest()) == []


PRINTING = [["show"], ["show", "boards"], ["boards", "list"], ["verify"], ["--help"], ["extract", "An internship"]]
DATA = {"show", "boards", "verify"}


def on(data, arguments):
    return [*arguments, "--data", data] if arguments[0] in DATA else arguments


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_printing_command_ends_quietly_without_a_reader(data, unread, arguments):
    said = ended(*on(data, arguments), stdout=unread)
    assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [["show"], ["boards", "list"], ["extract", "An internship"]], ids=" ".join)
def test_output_lost_to_a_full_disk_is_an_error(data, arguments):
    with open("/dev/full", "wb") as full:
        said = ended(*on(data, arguments), stdout=full)
    assert (said.returncode, said.stderr.count(b"\n")) == (1, 1)
    assert b"No space left on device" in said.stderr


def test_extract_ends_with_its_reader():
    """Standard input stays open: only the closed output can end the command."""
    line = json.dumps(posting(1)).encode() + b"\n"
    with subprocess.Popen([*COMMAND, "extract"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as command:
        command.stdin.write(line)
        command.stdin.flush()
        command.stdout.readline()
        command.stdout.close()
        command.stdin.write(line)
        command.stdin.flush()
        assert command.wait(60) == 0


NARROW = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"PYTHONIOENCODING": "cp1252"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
]


@pytest.mark.parametrize("environment", NARROW, ids=lambda value: value.get("PYTHONIOENCODING", "LC_ALL=C"))
@pytest.mark.parametrize("arguments", [["show"], ["show", "boards"], ["boards", "list"]], ids=" ".join)
def test_characters_that_the_output_cannot_encode_are_replaced(data, arguments, environment):
    said = ended(*on(data, arguments), environment=environment)
    assert (said.returncode, said.stderr) == (0, b"")
    if arguments == ["show"]:
        assert b"d? Intern" in said.stdout or b"\xf3d? Intern" in said.stdout


@pytest.mark.parametrize("environment", [*NARROW, {"PYTHONIOENCODING": "utf-8"}])
def test_json_preserves_every_character_in_every_encoding(data, environment):
    said = ended("boards", "list", "--data", data, "--json", environment=environment)
    rows = [json.loads(line) for line in said.stdout.decode("utf-8").splitlines()]
    assert "Zürich │ Łódź" in [row["name"] for row in rows]


@pytest.mark.parametrize("environment", NARROW, ids=lambda value: value.get("PYTHONIOENCODING", "LC_ALL=C"))
def test_a_run_publishes_although_its_output_cannot_encode_every_character(tmp_path, recorded, environment):
    new = tmp_path / ("new" if "LC_ALL" in environment else "Łódź")  # pyarrow opens no such path in that locale
    run = ended("run", "--replay", recorded, "--data", new, "--today", "2026-11-20", environment=environment)
    assert (run.returncode, b"Traceback" in run.stderr) == (0, False)
    assert snapshot.verify(snapshot.DataFolder(new).latest()) == []
