"""The test before a detail page is fetched: nothing that would be listed may be dropped."""

import json
from datetime import date
from pathlib import Path

import pytest

from normalize.build import normalize
from normalize.posting import RawPosting
from normalize.scope import in_scope

GOLD = Path(__file__).parents[1] / "gold"
IN = [
    "Data Intern", "Internship: Design", "Praktikant (m/w/d)", "Schülerpraktikum Labor", "Stage - comptabilité",
    "Becario de datos", "Tirocinio in biblioteca", "Estágio de verão", "Stagiair communicatie", "Summer Law Clerk",
    "Micro-internship", "Co-op Student", "Werkstudentin Einkauf", "Stáž v marketingu", "6-week field assistant",
    "Volunteer translator", "Prakti\u00adkum Einkauf", "Data In<b>tern</b>", "Est&aacute;gio", "Designer<br>Intern",
]  # fmt: skip
OUT = [
    "Senior Backend Engineer", "Head of Internal Audit", "International Sales Manager", "Internist (m/w/d)",
    "Stage Manager", "Internet Marketing Lead", "Account Executive",
]  # fmt: skip


@pytest.mark.parametrize("title", IN)
def test_titles_of_beginners_pass(title):
    assert in_scope(title)


@pytest.mark.parametrize("title", OUT)
def test_titles_of_ongoing_jobs_do_not(title):
    assert not in_scope(title, "Full-time", "You run our ledgers and mentor a team of five.")


def test_the_text_is_asked_where_the_title_says_nothing():
    assert in_scope("Designer", None, "We are looking for an intern who likes to draw.")
    assert in_scope("Field assistant", None, "Students join us for eight weeks on the island.")
    assert not in_scope("Senior Designer", None, "We are looking for an intern who likes to draw.")


def test_every_posting_of_the_gold_set_that_is_listed_passes():
    for file in ("kind", "postings"):
        for line in (GOLD / f"{file}.jsonl").read_text("utf-8").splitlines():
            posting = RawPosting.from_dict(json.loads(line)["posting"])
            if normalize(posting, date(2026, 11, 23))["kind"] in ("micro_internship", "internship"):
                assert in_scope(posting.title, posting.employment_type, posting.description), posting.title
