"""``scrapy genspider``: from an address to a spider, its saved page, a failing expectation, and a passing test."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.replay.server import Drill

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "crawlers" / "templates"
SOURCES = {template.stem: f"my{template.stem}" for template in sorted((TEMPLATES / "spiders").glob("*.tmpl"))}
SITE = "https://jobs.fennelfinch.example"
# So long that ruff would move a comment after it to another line.
SEEN = "recorded answers of 2026"

# Each command runs in a process of its own, because a process can fetch only once; `scrapy` calls `execute`. They run
# one after the other, because Scrapy imports every spider, and a spider that is being written cannot be imported.
COMMANDS = """
import contextlib, functools, json, os, sys
from crawlers.boards import probe as fetch
from scrapy.cmdline import execute
from scrapy.utils.misc import walk_modules

for module in ("scrapy.commands", "crawlers.commands", "crawlers.spiders"):
    walk_modules(module)
# The site is on this machine: no delay between requests.
fetch.PoliteDownloader = functools.partial(fetch.PoliteDownloader, 0.0)

for number, arguments in enumerate(json.loads(sys.argv[1])):
    if os.fork() == 0:
        with (
            open(f"output-{number}", "w") as output,
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            execute(arguments)
    os.wait()
"""


def python(project, *arguments, **environment):
    environment = {**os.environ, "PYTHONPATH": str(project), **environment}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project with a new spider from each template, made from a site with a page of each kind."""
    root = tmp_path_factory.mktemp("genspider")
    pages, copy = root / "pages", root / "project"
    pages.mkdir()
    index = []
    for template in SOURCES:
        (page,) = (TEMPLATES / "pages").glob(f"{template}.*")
        served = page.read_text("utf-8").replace("Tide Pool Survey", "Herbarium")
        (pages / page.name).write_text(served, "utf-8")
        asked = {"url": f"{SITE}/{template}", "method": "GET", "request_json": None, "status": 200}
        index.append(json.dumps({**asked, "headers": {"content-type": "text/plain"}, "body": page.name}))
    (pages / "index.jsonl").write_text("\n".join(index))
    (pages / "boards.csv").write_text("source,board,name,url,request_json\n")
    for part in ("crawlers", "normalize", "scrapy.cfg", "tests/support/process.py", "tests/tools/sources.py"):
        how = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (copy / part).parent.mkdir(parents=True, exist_ok=True)
        how(ROOT / part, copy / part)
    (copy / "tests" / "crawlers").mkdir()
    (copy / "pipeline" / "cli").mkdir(parents=True)
    for name in ("__init__.py", "cli/__init__.py"):  # nothing is requested from it
        (copy / "pipeline" / name).touch()
    shutil.copy(ROOT / "tests/crawlers/test_sources.py", copy / "tests/crawlers")
    commands = [["scrapy", "genspider", "-t", name, source, f"{SITE}/{name}"] for name, source in SOURCES.items()]
    commands.append(["scrapy", "genspider", "mygone", f"{SITE}/gone"])
    commands.append(["scrapy", "genspider", "My-Jobs", SITE])
    commands.append(["scrapy", "genspider", "lever", SITE])
    with Drill(replay=pages) as drill:
        done = python(copy, "-c", COMMANDS, json.dumps(commands), INTERNFEED_STAND_IN=drill.origin)
    assert done.returncode == 0, done.stderr
    return copy


def output_of(project, number):
    return (project / f"output-{number}").read_text("utf-8")


def test_it_saves_the_page_and_warns_about_its_texts(project):
    for number, (template, source) in enumerate(SOURCES.items()):
        (page,) = (project / "tests/crawlers/fixtures" / source / "first").glob("01.*")
        assert "Herbarium Intern" in page.read_text("utf-8")
        assert f"Saved {SITE}/{template}. Its texts belong to their authors" in output_of(project, number)


def test_if_a_page_cannot_be_fetched_an_example_is_saved(project):
    page = project / "tests/crawlers/fixtures/mygone/first/01.json"
    assert page.read_bytes() == (TEMPLATES / "pages" / "json.json").read_bytes()
    assert f"Could not save {SITE}/gone (status 404)" in output_of(project, len(SOURCES))


def test_an_invalid_name_or_address_is_rejected(project):
    assert "My-Jobs is not a valid name" in output_of(project, len(SOURCES) + 1)
    assert "Spider 'lever' already exists" in output_of(project, len(SOURCES) + 2)
    assert not (project / "tests/crawlers/fixtures/lever").exists()


def test_the_expectation_fails_until_page_and_facts_are_complete(project):
    """The steps of the guide, for all templates at once."""
    names = [*SOURCES.values(), "mygone"]
    first = {source: project / "tests/crawlers/fixtures" / source / "first/expected.jsonl" for source in names}
    unknown = {source: path.read_text("utf-8") for source, path in first.items()}
    written = python(project, "-m", "tests.tools.sources", *names)
    assert written.returncode == 0, written.stderr
    for source, path in first.items():
        assert path.read_text("utf-8") != unknown[source]
        posting = json.loads(path.read_text("utf-8"))
        assert posting["title"] == ("Tide Pool Survey Intern" if source == "mygone" else "Herbarium Intern")
        spider = project / "crawlers/spiders" / f"{source}.py"
        if source != "myfeed":
            facts = {'verified = ""': f'verified = "{SEEN}"', 'terms = ""': 'terms = "own"'}
            stated = spider.read_text("utf-8")
            for empty, fact in facts.items():
                stated = stated.replace(empty, fact)
            spider.write_text(stated, "utf-8")
    asked = [
        "--import-mode=importlib",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        "tests/crawlers/test_sources.py",
    ]
    tested = python(project, "-m", "pytest", *asked, "-k", " or ".join(names))
    failed = re.findall("^FAILED .*::(.*?)(?: - .*)?$", tested.stdout, re.MULTILINE)
    assert failed == ["test_every_source_states_its_facts[myfeed]"], tested.stdout


def test_generated_spiders_are_formatted(project):
    written = [f"crawlers/spiders/{source}.py" for source in [*SOURCES.values(), "mygone"]]
    for action in (["check"], ["format", "--check"]):
        done = python(project, "-m", "ruff", *action, "--config", ROOT / "pyproject.toml", "--no-cache", *written)
        assert done.returncode == 0, done.stdout
