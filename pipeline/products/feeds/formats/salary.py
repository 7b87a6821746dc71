"""Pay in words, from the typed columns: currency, amount and period, in the posting's language.

The posting's own words often leave the period out ("$52 to $60"), because another sentence states it.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.products.feeds.formats.entry import Entry


class _Language(NamedTuple):
    """How a language writes amounts: words before an open range, separators, and a phrase for each period."""

    up_to: str
    at_least: str
    thousands: str
    decimal: str
    periods: tuple[str, ...]


_PERIODS = ("hour", "day", "week", "two_weeks", "month", "semester", "year", "total", "unit")


def _language(up_to: str, at_least: str, separators: str, periods: str) -> _Language:
    return _Language(up_to, at_least, separators[0], separators[1], tuple(periods.split(", ")))


_LANGUAGES = {
    "en": _language(
        "up to",
        "from",
        ",.",
        "an hour, a day, a week, every two weeks, a month, a semester, a year, in all, a piece",
    ),
    "de": _language(
        "bis zu",
        "ab",
        ".,",
        "pro Stunde, pro Tag, pro Woche, alle zwei Wochen, pro Monat, pro Semester, pro Jahr, insgesamt, pro Stück",
    ),
    "fr": _language(
        "jusqu’à",
        "à partir de",
        "\u202f,",
        "par heure, par jour, par semaine, toutes les deux semaines, par mois, par semestre, par an, au total,"
        " par unité",
    ),
    "es": _language(
        "hasta",
        "desde",
        ".,",
        "por hora, por día, por semana, cada dos semanas, al mes, por semestre, al año, en total, por unidad",
    ),
    "it": _language(
        "fino a",
        "da",
        ".,",
        "all’ora, al giorno, a settimana, ogni due settimane, al mese, a semestre, all’anno, in totale, per unità",
    ),
    "nl": _language(
        "tot",
        "vanaf",
        ".,",
        "per uur, per dag, per week, per twee weken, per maand, per semester, per jaar, in totaal, per stuk",
    ),
    "pt": _language(
        "até",
        "a partir de",
        ".,",
        "por hora, por dia, por semana, a cada duas semanas, por mês, por semestre, por ano, no total, por unidade",
    ),
}


def salary(entry: Entry) -> str | None:
    """Return the pay with its currency and period; without an amount or a period, the posting's words or None."""
    return amount_by_period(entry, entry.pay_currency) or entry.pay_words


def amount_by_period(entry: Entry, currency: str | None = None) -> str | None:
    """Return the amount, after a currency, and the period in the posting's language; None if one is unknown."""
    low, high, period = entry.pay_min, entry.pay_max, entry.pay_period
    if period not in _PERIODS or (low is None and high is None):
        return None
    language = _LANGUAGES.get(entry.language or "en", _LANGUAGES["en"])
    before = language.up_to if low is None else language.at_least if high is None else ""
    amounts = "–".join(dict.fromkeys(_amount(end, language) for end in (low, high) if end is not None))
    return " ".join(filter(None, (before, currency, amounts, language.periods[_PERIODS.index(period)])))


def _amount(value: float, language: _Language) -> str:
    whole, _, fraction = f"{value:,.2f}".partition(".")
    return whole.replace(",", language.thousands) + (f"{language.decimal}{fraction}" if fraction != "00" else "")
