"""The duration of a job: lengths that are the job's, lengths of something else, and how often they are told apart."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.cues.duration import KEYS
from normalize.schedule.duration import MAX_WEEKS, parse_duration
from normalize.text.lexicon import words
from normalize.text.scanner import scan
from normalize.text.tokens import tokens
from pipeline.score import score_files
from tests.tools.score import BARS, missed

GOLD = Path(__file__).parents[2] / "gold" / "duration.jsonl"
TODAY = date(2026, 11, 23)
NOTHING = scan("")


def read(text, title="", field=None):
    return parse_duration(scan(field) if field else None, scan(title), scan(text))


SAID = [  # a new bug adds its row here, or to NOT_SAID, before it is fixed
    ("a 10-week internship", (10, 10)),
    ("an internship of six (6) weeks", (6, 6)),
    ("the internship lasts a fortnight", (2, 2)),
    ("Duration: 10-12 wks", (10, 12)),
    ("Dauer: 8–10 Wochen", (8, 10)),
    ("stage de 2 à 4 mois", (8.7, 17.4)),
    ("Duration: 3+ months", (13.0, None)),
    ("Contract: up to 12 weeks", (None, 12)),
    ("Work term: 4 or 8 month", (17.4, 34.8)),
    ("Duration: 3 months (extendable)", (13.0, 13.0)),
    ("a placement of 3 weeks to 2 months", (3, 8.7)),
    ("8 weeks, 10 hrs/week", (8, 8)),
    ("~30 hours over 3 weeks", (3, 3)),
    ("12-month placement", (52.2, 52.2)),
    ("half a year internship", (26.1, 26.1)),
    ("six-month internship", (26.1, 26.1)),
    ("24-Monate Traineeprogramm", (104.4, 104.4)),
    ("The contract is 6 months minimum.", (26.1, None)),
    ("Minimum duration: 12 weeks", (12, None)),
    ("internships of 3, 6 or 12 months", (13.0, 52.2)),
    ("Duration: 0-3 months", (None, 13.0)),
    ("2½ months of internship", (10.9, 10.9)),
    ("We pay $3,000 for 10 weeks.", (10, 10)),
    ("6 weeks, May to July 2027", (6, 6)),
    ("The minimum commitment is\nfour months.", (17.4, None)),
    ("Duration\n\n6 weeks", (6, 6)),
    ("housed for the eight-week periodSalary: none", (8, 8)),
]
NOT_SAID = [
    "",
    "The internship lasts one semester.",
    "At least 3 months of experience; 2 years in a similar role.",
    "within 6 months of hire, after a trial period of 2 weeks",
    "Probation: 3 months. Notice period: 4 weeks.",
    "12 weeks of fully paid parental leave and 2 weeks PTO",
    "Posted 3 weeks ago",
    "Founded 10 years ago, growing for 9 years",
    "You are 18 years of age or older.",
    "Net 30 days. We answer within two weeks.",
    "2 days per week, every 2 weeks on Monday, 1 week per month",
    "a 4-year degree, two semesters of statistics, a course of 6 weeks",
    "up to 4 weeks per year from anywhere",
    "Long hours during the 5-week harvest",
    "during the first 3 months of the internship",
    "mindestens 2 Jahre Berufserfahrung, Probezeit von 6 Monaten, 30 Tage Urlaub",
    "une expérience de 6 mois, préavis d'un mois, 5 semaines de congés",
    "6 meses de experiencia, período de prueba de 2 meses",
    "6 mesi di esperienza, preavviso di 30 giorni",
    "2 jaar werkervaring, proeftijd van 1 maand",
    "6 meses de experiência, 30 dias de férias",
    "internship of 300 weeks",  # no internship lasts so long
    "Summer 2026, 2026 semester",
]


@pytest.mark.parametrize(("text", "weeks"), SAID)
def test_the_length_is_read(text, weeks):
    assert read(text)[:2] == weeks


@pytest.mark.parametrize("text", NOT_SAID)
def test_nothing_is_made_up(text):
    found = read(text)
    assert found is None or found[:2] == (None, None)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("internship of two and a half months", (2.5, 2.5, "month", "two and a half months")),
        ("internship, at least 10 weeks", (10, None, "week", "at least 10 weeks")),
        ("Duration: 6 months minimum", (6, None, "month", "6 months minimum")),
        ("Duration: 3 weeks to 2 months", (None, 2, "month", "3 weeks to 2 months")),
        ("The internship lasts one semester.", (1, 1, "semester", "one semester")),
    ],
)
def test_the_posting_s_own_numbers_unit_and_words_are_kept(text, stated):
    assert read(text)[2:6] == stated


def test_the_field_outranks_the_title_and_the_title_the_text():
    text, title = "a 10-week internship", "Intern, 3 months"
    assert read(text, title, "6 Weeks")[::6] == (6, "field")
    assert read(text, title, "Permanent")[::6] == (13.0, "title")
    assert read(text, "Intern", "Permanent")[::6] == (10, "description")


def test_the_clearest_statement_counts_not_the_first():
    assert read("You commit to 6 weeks at first. Contract duration: 5 months.")[:2] == (21.7, 21.7)


def test_a_title_that_names_an_internship_lets_plainer_words_tell():
    text = "For six months you film our bees."
    assert read(text, "Beekeeping Intern")[:2] == (26.1, 26.1)


FIELDS = [
    ("8 weeks, 10 hrs/week", (8, 8)),
    ("One year (after a three-month probationary period)", (52.2, 52.2)),
    ("2-3 days per week", None),
    ("Long-term, with 1 month probation period", None),
    ("P12W", (12, 12)),
    ('{"value": 3, "unitCode": "MON"}', (13.0, 13.0)),
    ('{"minValue": 6, "unitText": "week"}', (6, None)),
    ('{"minValue": 9, "maxValue": 6, "unitText": "week"}', None),
    ('{"value": "long"}', None),
    ("{", None),
    ("Mission intérimaire - 3 Mois", (13.0, 13.0)),
]


@pytest.mark.parametrize(("field", "weeks"), FIELDS)
def test_a_board_s_own_field_is_read(field, weeks):
    found = read("", "Helper", field)
    assert (found and found[:2]) == weeks


def test_our_labelled_rows_are_read():
    tally = score_files([GOLD], TODAY).fields["duration"]
    assert tally.rows >= 120
    assert tally.precision >= 0.98
    assert tally.recall >= 0.98


@pytest.mark.parametrize("name", ["duration_phrases.jsonl", "duration_fields.jsonl", "gold.jsonl"])
def test_real_postings_are_read_to_the_bar(labelled, name):
    tally = score_files([labelled / name], TODAY).fields["duration"]
    assert not missed(tally, BARS[name]["duration"]), tally


def test_every_word_of_the_tables_can_be_met_in_a_text():
    """Words are looked up one or two at a time, as a text is cut into them."""
    for key in KEYS:
        for word in words("duration", key):
            assert tokens(word) == word.split(" ")
            assert word.count(" ") <= 1


PIECES = st.sampled_from(
    "12 six (6) 3+ - to or , . : ( ) \n weeks month Monate mois years days 20h for of in per a internship stage "
    "Praktikum duration Dauer at least up to leave experience 2026 $ ½ ** • summer June".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14), st.booleans())
def test_a_length_is_never_upside_down_and_its_words_are_the_posting_s(pieces, spaced):
    text = (" " if spaced else "").join(pieces)
    found = read(text, "Intern", text)
    if found is not None:
        low, high = found.weeks_min, found.weeks_max
        assert low is None or low > 0
        assert (low or 0) <= (high or MAX_WEEKS) <= MAX_WEEKS
        assert found.text in text


HOSTILE = [
    "1", "9 ", "1 to ", "- ", "12 weeks ", "(6) ", "six (6) weeks, ", "3 months to 2 years or ", "a fortnight ", "½ ",
    "**", "for 2 months in ", "Duration: 6 weeks\n", "aB", "{", '{"value":', "up to ", "1-", "week",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_answered_in_a_second(piece):
    text = scan(piece * (500_000 // len(piece)))
    start = time.process_time()
    parse_duration(text, text, text)
    parse_duration(None, NOTHING, text)
    assert time.process_time() - start < 1


def test_a_line_of_two_megabytes_is_answered_in_a_second():
    text = scan("This six-week internship pays well and lasts 6 weeks; " * 40_000)
    start = time.process_time()
    assert parse_duration(None, NOTHING, text)[:2] == (6, 6)
    assert time.process_time() - start < 1
