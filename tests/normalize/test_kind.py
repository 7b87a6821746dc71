"""The kind of a posting: to whom an internship is offered, and how long it lasts."""

import time

import pytest

from normalize.kind import Facts, parse_kind
from normalize.schedule.duration import Duration
from normalize.text.scanner import scan

NOTHING = scan("")


def kind(title, text="", type_="", weeks=None):
    duration = Duration(weeks, weeks, weeks, weeks, "week", f"{weeks} weeks", "description") if weeks else None
    return parse_kind(scan(title), scan(type_), scan(text + " " * 60), Facts(duration))


OFFERED = [
    "This internship takes place in our workshop.",
    "As an intern, you will sort seeds.",
    "We are looking for two interns for our archive.",
    "Employment Type: Internship / Part-time",
    "The intern will answer letters.",
    "Wir suchen eine Praktikantin für das Archiv.",
    "Dieses Praktikum beginnt im Mai.",
    "Nous recherchons un stagiaire pour notre atelier.",
    "Buscamos un becario para el taller.",
    "Cerchiamo uno stagista per il laboratorio.",
    "Wij zoeken een stagiair voor het archief.",
    "Procuramos um estagiário para o arquivo.",
]
ANOTHERS = [
    "You mentor interns and review their work.",
    "Four years of experience, not including internships or co-ops.",
    "If you are an intern, please use the other link.",
    "Prior internship experience is welcome.",
    "You support the internship recruitment of our house.",
    "We hired a handful of interns last year and now build the team.",
    "At this stage of growth every customer counts.",
    "Our internal and international teams work on the internet.",
    "Du betreust Praktikantinnen und Praktikanten.",
    "Vous encadrez deux stagiaires.",
    "Conoces las buenas prácticas del sector.",
]


@pytest.mark.parametrize("text", OFFERED)
def test_a_text_offers_an_internship(text):
    assert kind("Assistant", text).kind == "internship"


@pytest.mark.parametrize("text", ANOTHERS)
def test_a_text_speaks_of_others_internships(text):
    assert kind("Assistant", text).kind == "other"


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (0.4, "internship"),
        (1, "micro_internship"),
        (12, "micro_internship"),
        (13.0, "micro_internship"),
        (14, "internship"),
    ],
)
def test_one_to_twelve_weeks_make_it_micro_and_three_months_are_counted_in(weeks, expected):
    assert kind("Lab Intern", weeks=weeks).kind == expected


def test_a_floor_alone_does_not_make_it_short():
    at_least = Duration(8, None, 8, None, "week", "at least 8 weeks", "description")
    assert parse_kind(scan("Intern"), NOTHING, NOTHING, Facts(at_least)).kind == "internship"


def test_a_contract_of_training_is_never_a_matter_of_weeks():
    assert kind("Apprenticeship - Florist", weeks=3).kind == "internship"


def test_the_reasons_quote_the_words():
    assert kind("Data Intern", weeks=6).reasons == ["internship: Intern", "short: 6 weeks"]
    assert kind("Senior Nurse").reasons == ["ongoing: Senior"]


TIMES = [
    ("This is a full-time internship.", "full_time"),
    ("The position is part-time.", "part_time"),
    ("You must be a full-time student.", "unknown"),
    ("It may lead to a full-time offer.", "unknown"),
    ("Full-time employees receive a bus ticket.", "unknown"),
    ("Full-time or part-time, as you like.", "unknown"),
    ("Wir bieten die Stelle in Teilzeit an.", "part_time"),
    ("Contrat à temps plein.", "full_time"),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_the_time_commitment_is_that_of_the_job(text, expected):
    assert kind("Intern", text).time_commitment == expected


@pytest.mark.parametrize("piece", ["intern ", "this ", "for a student ", "stage ", "full-time ", "as an ", "project "])
def test_hostile_text_is_answered_in_a_second(piece):
    words = scan(piece * (500_000 // len(piece)))
    short = Duration(6, 6, 6, 6, "week", "6 weeks", "field")
    begun = time.process_time()
    parse_kind(words, words, words, Facts(short))
    parse_kind(NOTHING, NOTHING, words, Facts(short))
    assert time.process_time() - begun < 1
