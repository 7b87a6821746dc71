"""Rules of reading: each has a name, words in the languages, and a row of our own set for which it is a reason."""

import json
from pathlib import Path

import pytest

from normalize.cues.decide import weights
from normalize.cues.rules import rule_names
from normalize.place import workplace
from normalize.place.workplace_spans import KINDS as SPANS
from normalize.schedule import duration
from normalize.text.html import read_markup
from normalize.text.language import parse_language, reading_languages
from normalize.text.lexicon import languages
from normalize.text.scanner import scan

GOLD = Path(__file__).parents[2] / "gold"
FIELDS = {"workplace": "remote.jsonl", "duration": "duration.jsonl"}


def decisions(field, text):
    codes = reading_languages(parse_language(text.norm))
    if field == "workplace":
        return [one.decision for one in workplace.candidates(text, codes)]
    return [one.decision for one in duration.candidates(text, "description", codes)]


def reasons_in_our_rows(field):
    """Return the signs that had a weight in a decision about any of our rows."""
    spoke = set()
    for line in (GOLD / FIELDS[field]).read_text("utf-8").split("\n"):
        words = json.loads(line)["posting"].get("description") if line else None
        for decision in decisions(field, scan(read_markup(words).text)) if words else []:
            spoke |= {reason.sign for reason in weights(field).reasons(decision)}
    return spoke


@pytest.mark.parametrize("field", FIELDS)
def test_every_rule_is_a_reason_for_a_row_of_ours(field):
    spoke = reasons_in_our_rows(field)
    rules = [name for name in rule_names(field) if name not in SPANS]  # whose words are spans, so always a reason
    silent = [name for name in rules if not any(f"{name}, " in sign for sign in spoke)]
    assert not silent, " | ".join(silent)


@pytest.mark.parametrize("field", FIELDS)
def test_every_rule_has_words_in_english(field):
    assert [name for name in rule_names(field) if not languages()["en"][field].get(name)] == []


def test_the_workplace_lists_of_the_languages_are_rules():
    undeclared = {
        (code, name)
        for code, tables in languages().items()
        for name in tables["workplace"]
        if name not in rule_names("workplace")
    }
    assert undeclared == set()


@pytest.mark.parametrize("field", FIELDS)
def test_the_table_of_weights_is_whole(field):
    table = weights(field)
    assert 0 < table.threshold < 1
    assert {len(row) for row in table.signs.values()} == {len(table.meanings)}
