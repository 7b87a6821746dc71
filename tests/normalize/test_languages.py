"""The words of human languages are in the language files alone, and a new file is enough for a new language."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import normalize
from normalize import vocabulary
from normalize.columns import COLUMNS
from normalize.text.lexicon import data_files, languages

PACKAGE = Path(normalize.__file__).parent
SHORTEST = 4  # letters of a word that is looked for
TO_BE_CLEANED = frozenset((
    "pay/amounts.py", "pay/record.py", "pay/status.py",
    "schedule/dates.py", "schedule/duration.py", "scope.py",
))  # fmt: skip
"""Modules whose patterns still hold words of a language; one that no longer does must leave the list."""
OTHER_NAMES = {
    "columns.py": "sentences of the data dictionary, names of groups",
    "vocabulary.py": "values and the sentences about them",
    "text/balance.py": "names of tags",
    "text/html.py": "names of tags",
    "text/contacts.py": "names in addresses",
    "text/patterns.py": "names of methods",
    "place/gazetteer.py": "names of files",
    "text/quantities.py": "names of rules",
    "posting.py": "names of values in JSON and JavaScript",
    "cues/decide.py": "names of signs",
    "cues/duration.py": "names of signs",
    "cues/pay.py": "names of signs",
    "pay/choose.py": "names of signs",
    "place/workplace.py": "names of rules and of kinds of spans",
    "place/workplace_spans.py": "names of kinds of spans",
    "schedule/season.py": "values of the column season",
    "text/small.py": "names of tags and entities",
}
"""Modules whose literals are names of other things than a language's."""
OTHER_WORDS = frozenset("called internship students beginners short long ongoing little text tell district".split())
"""The words of `kind_reasons`, which are English as the columns are, and of keys in boards' records of places."""


def entries():
    """Return the words that are an entry of a language file."""
    found = set()

    def collect(value):
        if isinstance(value, str):
            found.add(value.lower())
        elif isinstance(value, dict):
            for name, inner in value.items():
                if isinstance(inner, int | float | str | list):
                    found.add(name.lower())  # a word with its meaning: `three = 3`
                collect(inner) if isinstance(inner, list | dict) else None
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    for tables in languages().values():
        for table in tables.values():
            for value in table.values() if isinstance(table, dict) else ():
                collect(value)
    return {word for word in found if len(word) >= SHORTEST and re.fullmatch(r"[^\W\d_]+", word)}


def keys():
    """Return what the code may name: keys of data files, columns and values of enumerations."""
    found = set()

    def collect(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                found.add(name.lower())
                collect(inner)

    for name, tables in data_files().items():
        if not name.startswith("languages/"):
            collect(tables)
    for tables in languages().values():
        found |= set(tables)
        for table in tables.values():
            for name in table if isinstance(table, dict) else ():
                found |= {name.lower(), *name.lower().split("_")}
    for column in COLUMNS:
        found |= {column.name, column.group, *column.name.split("_")}
    for values in vars(vocabulary).values():
        if isinstance(values, type) and issubclass(values, str) and values is not str:
            for value in getattr(values, "__members__", {}).values():
                found |= {str(value), *str(value).split("_")}
    return found


def literals(source):
    """Yield the string literals of a module that are no docstrings, no annotations and no keys of `__all__`."""
    tree = ast.parse(source)
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if annotation is not None:
                skipped |= {id(inner) for inner in ast.walk(annotation)}
        if isinstance(node, ast.Subscript):  # the name of a group or of a key
            skipped.add(id(node.slice))
        if isinstance(node, ast.Raise):
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


_GROUP = re.compile(r"\(\?P[<=][a-z0-9_]+[>)]")


def named(path, words, allowed):
    """Return the words of languages that the literals of a module hold, without the names of groups in patterns."""
    texts = (_GROUP.sub("(", text).lower() for text in literals(path.read_text("utf-8")))
    held = {word for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    return sorted((held & words) - allowed - OTHER_WORDS)


def test_no_code_names_a_language():
    words, allowed = entries(), keys()
    modules = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    held = {name: found for name, path in modules.items() if (found := named(path, words, allowed))}
    assert {name: found for name, found in held.items() if name not in TO_BE_CLEANED | OTHER_NAMES.keys()} == {}
    assert held.keys() >= TO_BE_CLEANED, "a clean module is no longer an exception"


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MADE_UP = str.maketrans(_LETTERS, "ovkdugtjezlmpraxcnsbiqwfyh")


def made_up(words):
    """Return English words in a language that nobody speaks."""
    return words.translate(_MADE_UP)


def in_toml(value):
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{in_toml(name)} = {in_toml(inner)}' for name, inner in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(in_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def eighth_language():
    """Return a language file: the English one with every word translated; names and meanings stay."""
    lines = ['name = "Tidal"']
    for name, table in languages()["en"].items():
        if isinstance(table, dict):
            lines.append(f"[{name}]")
            for key, value in table.items():
                words = {made_up(word): inner for word, inner in value.items()} if isinstance(value, dict) else None
                lines.append(f"{in_toml(key)} = {in_toml(words or list(map(made_up, value)))}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def eighth(tmp_path_factory):
    """Return what a copy of the package that has one more language file reads, in a process of its own."""
    folder = tmp_path_factory.mktemp("eighth")
    shutil.copytree(PACKAGE, folder / "normalize", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "normalize/languages/xt.toml").write_text(eighth_language(), "utf-8")
    code = (
        "import json, sys\n"
        "from datetime import date\n"
        "from normalize import RawPosting, normalize\n"
        "posting = RawPosting(title='Xx', description=sys.argv[1])\n"
        "listing = normalize(posting, date(2026, 11, 23))\n"
        "print(json.dumps({name: listing[name] for name in sys.argv[2:]}))\n"
    )

    def read(text, *names):
        environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
        answer = subprocess.run(
            [sys.executable, "-c", code, text, *names],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env=environment,
        )
        return json.loads(answer.stdout)

    return read


READ = [
    (made_up("duration: eight weeks."), {"duration_weeks_min": 8.0, "duration_weeks_max": 8.0}),
    (made_up("the salary is $21 per hour."), {"pay_min": 21.0, "pay_currency": "USD", "pay_period": "hour"}),
    (made_up("this internship is fully remote."), {"remote_status": "remote"}),
]


@pytest.mark.parametrize(("text", "values"), READ)
def test_a_language_is_added_by_one_file(eighth, text, values):
    assert eighth(text, *values) == values


@pytest.mark.parametrize(("text", "values"), READ)
def test_the_words_of_that_language_mean_nothing_without_its_file(text, values):
    listing = normalize.normalize(normalize.RawPosting(title="Xx", description=text), date(2026, 11, 23))
    assert {name: listing[name] for name in values} != values
