"""Amounts and currencies, as postings of many places write them."""

import pytest

from normalize.pay.amounts import amount, currency_near, currency_of, read_side, start_of

AMOUNTS = [
    ("1,200.50", 1200.5), ("1.200,50", 1200.5), ("1 200", 1200), ("4'500", 4500), ("1,20,000", 120_000),
    ("3.000.000", 3_000_000), ("21.1250", 21.125), ("12,50", 12.5), ("0.125", 0.125), ("600", 600),
]  # fmt: skip


@pytest.mark.parametrize(("digits", "value"), AMOUNTS)
def test_digits_of_every_locale(digits, value):
    assert amount(digits) == value


SIDES = [
    ("$18", 18), ("$60k", 60_000), ("45k€", 45_000), ("€1.200,00", 1200), ("₹1,20,000", 120_000), ("chf 25.-", 25),
    ("€450,-", 450), ("inr 25000/-", 25_000), ("3.5 lpa", 350_000), ("6 lakhs", 600_000), ("r$ 2 mil", 2000),
    ("450-euro", 450),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SIDES)
def test_an_amount_is_read_with_its_signs(text, value):
    assert read_side(text, 0).value == value


@pytest.mark.parametrize("text", ["$40 million", "€2m", "$1.5bn", "3 mrd. €", "15 %", "$20m+", "€ a", "5 l"])
def test_millions_shares_and_liters_are_no_amount_a_person_is_paid(text):
    assert read_side(text, 0) is None


def test_the_amount_around_a_digit_begins_with_its_sign():
    for text in ("$1,200", "us$ 1,200", "cad 1,200", "1,200", "12 000"):
        assert start_of(f"pay: {text} a month", len("pay: " + text) - 1) == 5


CURRENCIES = [
    ("$", None, "USD"), ("$", "AU", "AUD"), ("$", "CA", "CAD"), ("us$", "CA", "USD"), ("c$", None, "CAD"),
    ("£", None, "GBP"), ("€", "CH", "EUR"), ("₹", None, "INR"), ("$ cad", None, "CAD"), ("r$", None, "BRL"),
    ("kr", "SE", "SEK"), ("kr", "NO", "NOK"), ("kr", None, None), ("¥", "JP", "JPY"), ("¥", "CN", "CNY"),
    ("¥", None, None), ("pesos", "MX", "MXN"), ("pesos", None, None), ("", "US", None),
    ("rs.", "IN", "INR"), ("rs", "PK", "PKR"), ("rs", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "country", "code"), CURRENCIES)
def test_a_sign_names_a_currency_alone_or_with_a_place(sign, country, code):
    assert currency_of(sign, country) == code


def test_words_around_a_sum_tell_one_dollar_from_another():
    assert currency_near("salary (aud): $65,000", 14, 21) == "AUD"
    assert currency_near("$20 (cad) an hour", 0, 3) == "CAD"
    assert currency_near("the canadian base salary is $60,000", 28, 35) == "CAD"
    assert currency_near("salary: $65,000", 8, 15) is None
