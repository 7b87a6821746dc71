"""Skills a posting names."""

import time

import pytest

from normalize.skills import parse_skills
from normalize.text.scanner import scan

NOTHING = scan("")
TEXTS = [
    ("You know Python, SQL and Git.", ["Git", "Python", "SQL"]),
    ("C++, C# or C/C++ code", ["C", "C#", "C++"]),
    ("React.js and React Native", ["React"]),
    ("Power BI or PowerBI dashboards", ["Power BI"]),
    ("Kenntnisse in Excel, SAP und SolidWorks", ["Excel", "SAP", "SolidWorks"]),
    ("You excel at tables and react quickly.", []),
    ("Excellent opportunities in a digital community", []),
    ("JavaScripting is no word, Javanese is a language.", []),
    ("A register of trust, a scalable industry", []),
]


@pytest.mark.parametrize(("text", "skills"), TEXTS)
def test_skills_are_read_from_the_text(text, skills):
    assert parse_skills(None, scan(text)) == skills


FIELDS = [
    ("SQL, Python; Public speaking", ["Public speaking", "Python", "SQL"]),
    ('["reactjs", "Loom weaving"]', ["Loom weaving", "React"]),
    ('[{"name": "MS Excel"}, {"id": 7}]', ["Excel"]),
    ("[broken", ["[broken"]),
]


@pytest.mark.parametrize(("field", "skills"), FIELDS)
def test_what_a_board_lists_outranks_the_text_and_keeps_unknown_names(field, skills):
    assert parse_skills(field, scan("Ruby on Rails")) == skills


@pytest.mark.parametrize("piece", ["python ", "sql,", "c++", '["', "r, "])
def test_hostile_text_is_answered_in_a_second(piece):
    words = piece * (500_000 // len(piece))
    text = scan(words)
    begun = time.process_time()
    parse_skills(words, text)
    parse_skills(None, text)
    assert time.process_time() - begun < 1


EMPLOYERS = [
    ("We are a leader in machine learning. You clean tide tables in Excel.", ["Excel"]),
    ("Our company builds robotics for lighthouses.\nYou will write Python.", ["Python"]),
    ("Wir sind ein führender Anbieter von Robotics. Deine Aufgaben: SQL schreiben.", ["SQL"]),
    ("Notre entreprise est un leader de la robotics. Vous maîtrisez Python.", ["Python"]),
    ("Somos una empresa líder en machine learning. Buscamos conocimientos de SQL.", ["SQL"]),
    ("Siamo una azienda leader nel machine learning. Requisiti: Python.", ["Python"]),
    ("Ons bedrijf is marktleider in machine learning. Je hebt kennis van SQL.", ["SQL"]),
    ("Somos uma empresa líder em machine learning. Você escreve Python.", ["Python"]),
    ("Our company uses SQL, and you will learn it with us.", ["SQL"]),
]


@pytest.mark.parametrize(("text", "skills"), EMPLOYERS)
def test_skills_are_those_of_the_job_not_of_the_employers_business(text, skills):
    assert parse_skills(None, scan(text)) == skills
