"""Numbers with units, the words around them, and which side of a range they open."""

import pytest

from normalize.text.quantities import (
    NUMBERS,
    UNITS,
    measured,
    number,
    opened_after,
    opened_before,
    plain,
    weeks,
)
from normalize.text.scanner import scan
from normalize.text.tokens import after, before, tokens

LENGTHS = ("day", "week", "month", "year")


def test_a_month_is_a_twelfth_of_a_year_of_365_days_and_a_quarter():
    assert [weeks(months, "month") for months in (1, 2, 3, 6, 12)] == [4.3, 8.7, 13.0, 26.1, 52.2]
    assert weeks(1, "year") == 52.2
    assert weeks(10, "day") == 1.4
    assert weeks(1, "semester") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("2,5", 2.5), ("1.5", 1.5), ("1,700", 1700), ("1.700", 1700), ("zwölf", 12), ("anderthalb", 1.5)],
)
def test_numbers_in_digits_and_words(text, value):
    assert number(text) == value


def test_every_language_counts_to_ten():
    for ten in "ten zehn dix diez dieci tien dez".split():
        assert NUMBERS[ten] == 10


def test_no_word_is_both_a_number_and_a_unit():
    assert not NUMBERS.keys() & UNITS.keys()


MEASURES = [
    ("12 weeks", [(12, 12, "weeks")]),
    ("12-week", [(12, 12, "week")]),
    ("six (6) weeks", [(6, 6, "weeks")]),
    ("6 (six) weeks", [(6, 6, "weeks")]),
    ("8–10 Wochen", [(8, 10, "wochen")]),
    ("10- to 12-week", [(10, 12, "week")]),
    ("10-to-12-week", [(10, 12, "week")]),
    ("six (6) to eight (8) weeks", [(6, 8, "weeks")]),
    ("3, 6 or 12 months", [(3, 12, "months")]),
    ("in 2026, 10 or 12 weeks", [(12, 12, "weeks")]),
    ("8- and 6-month", [(6, 8, "month")]),
    ("3+ months", [(3, None, "months")]),
    ("2½ months, 2 1/2 months", [(2.5, 2.5, "months"), (2.5, 2.5, "months")]),
    ("two and a half months", [(2.5, 2.5, "months")]),
    ("un mes y medio", [(1.5, 1.5, "mes")]),
    ("3 full weeks", [(3, 3, "weeks")]),
    ("1 Monat(e)", [(1, 1, "monat")]),
    ("dreimonatiges", [(3, 3, "monatiges")]),
    ("6 monthsLocation", [(6, 6, "months")]),
    ("2 weekdays, 3 monthly", []),
    ("$600 - 10 weeks", [(10, 10, "weeks")]),
    ("2026 - 12 weeks", [(12, 12, "weeks")]),
    ("01.06.12 weeks, 24/7 days", []),
    ("$12 weeks", []),
    ("sei weeks", []),  # a word counts in its own language
]


@pytest.mark.parametrize(("text", "expected"), MEASURES)
def test_numbers_with_units_are_found(text, expected):
    assert [(one.low, one.high, one.unit) for one in measured(scan(text), *LENGTHS)] == expected


def test_what_waits_for_a_noun_is_told():
    text = scan("a 12-week, a 12 week, 12 weeks, 1 week")
    assert [one.attributive for one in measured(text, *LENGTHS)] == [True, True, False, False]


def test_a_number_without_a_unit():
    assert plain(scan("20 - 25"), 0)[2:4] == (20, 25)
    assert plain(scan("20+"), 0)[2:4] == (20, None)
    assert plain(scan("25 - 20"), 0) is None
    assert plain(scan("none"), 0) is None


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("lasts up to", "max"), ("a minimum of", "min"), ("min.", "min"), ("not to exceed", "max"), ("≥", "min"),
        ("mindestens", "min"), ("bis zu", "max"), ("au moins", "min"), ("jusqu'à", "max"), ("al menos", "min"),
        ("hasta", "max"), ("almeno", "min"), ("fino a", "max"), ("minimaal", "min"), ("maximaal", "max"),
        ("pelo menos", "min"), ("no máximo", "max"), ("at least about", "min"), ("for", None), ("", None),
    ],
)  # fmt: skip
def test_words_before_open_a_side(words, side):
    assert opened_before(tokens(words)[::-1])[0] == side


@pytest.mark.parametrize(
    ("words", "side"),
    [("minimum", "min"), ("or more", "min"), ("(maximum)", "max"), ("+", "min"), ("oder länger", "min"), ("of", None)],
)
def test_words_after_open_a_side(words, side):
    assert opened_after(tokens(words))[0] == side


def test_words_around_a_place():
    text = scan("We pay well.\nIntern (full-time), 12 weeks\nof practice, housingIncluded approx. here")
    at = text.norm.index("12 weeks")
    assert before(text, at) == [",", ")", "full-time", "(", "intern", "\n", ".", "well", "pay", "we"]
    assert after(text, at + 8) == ["of", "practice", ",", "housing", "included", "approx", "here"]
