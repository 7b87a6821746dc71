"""The files of words and phrases: each is well formed, so that a translator needs to touch no code."""

from __future__ import annotations

import re

import pytest

from crawlers.answers import words
from crawlers.answers.words import NAMES, definitions, languages, phrases

PLAIN = {"posting_gone", "before_posting_gone", "title_filler", "internship_word"}  # not regular expressions


@pytest.mark.parametrize("file", languages(), ids=lambda file: file.stem)
def test_a_language_defines_known_names_in_small_letters(file):
    for name, text in definitions(file).items():
        assert text.strip(), name
        assert text == text.lower() or name not in PLAIN, name


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_phrases_and_each_is_a_regular_expression(name):
    assert phrases(name)
    for phrase in phrases(name) if name not in PLAIN else ():
        re.compile(phrase)


def test_a_language_that_is_added_is_read_without_a_change_of_code(tmp_path, monkeypatch):
    danish = tmp_path / "da.toml"
    danish.write_text('posting_gone = "stillingen er besat"\n[links]\nnext_page = "næste"\n', "utf-8")
    before = set(phrases("posting_gone"))
    files = [*languages(), danish]
    monkeypatch.setattr(words, "languages", lambda: files)
    assert set(phrases.__wrapped__("posting_gone")) == before | {"stillingen er besat"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('posting_away = "stillingen er besat"', "unknown name 'posting_away'; known names are title_filler"),
        ("posting_gone = [", "Invalid value"),
    ],
)
def test_a_file_with_a_mistake_is_rejected_with_the_reason(tmp_path, text, reason):
    file = tmp_path / "da.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=reason) as error:
        definitions(file)
    assert str(file) in str(error.value)
