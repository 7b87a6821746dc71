"""Pay as boards' own records state it, whatever they call its parts."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from normalize.cues.pay_period import period_after
from normalize.pay.amounts import currency_of, read_side, start_of
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of


class Stated(NamedTuple):
    """Amounts, currency and period of a record."""

    low: float | None
    high: float | None
    currency: str | None
    period: str | None


# Names of the parts, without case and signs. Lever, Ashby, Recruitee, Torre, Adzuna, NEOGOV, Reed, USAJOBS, Pinpoint,
# Teamtailor, Himalayas, Jobicy, JOIN, Workable and schema.org name one and the same thing in these ways.
_LOW = (
    "min", "minvalue", "minamount", "minsalary", "salarymin", "minimum", "minimumrange", "minimumsalary", "compensationminimum",
    "salaryamountfrom", "salaryfrom", "payfrom", "from", "low", "percentile10",
)  # fmt: skip
_HIGH = (
    "max", "maxvalue", "maxamount", "maxsalary", "salarymax", "maximum", "maximumrange", "maximumsalary", "compensationmaximum",
    "salaryamountto", "salaryto", "payto", "to", "high", "percentile90",
)  # fmt: skip
_ONE = ("value", "amount", "price", "median", "salary")
_CURRENCY = ("currency", "currencycode", "currencytype", "salarycurrency", "pricecurrency", "compensationcurrency")
_PERIOD = (
    "interval", "unittext", "period", "frequency", "salaryperiod", "periodicity", "rateintervalcode", "salaryinterval",
    "salaryfrequency", "salarytimeunit", "salaryunit", "compensationfrequency", "compensationinterval", "compensationperiod",
    "compensationunit", "payperiod", "payunit", "payfrequency", "paytype", "payinterval", "unitcode", "unit", "timeunit",
    "per", "scale", "salarytype", "ratetype", "wagetype", "duration",
)  # fmt: skip
_SALARY_PARTS = ("summarycomponents", "components")
_INNER = ("compensationtiers", "data", "value", "basesalary", "salary", "compensation", "salaryrange")
_WORDS = (
    ("hour", ("hour", "hourly", "hr", "hrs", "ph", "hur", "pt1h", "timme", "stunde", "heure")),
    ("day", ("day", "daily", "pd", "p1d")),
    ("week", ("week", "weekly", "wk", "pw", "wee", "p1w", "p7d")),
    ("two_weeks", ("biweekly", "biweek", "fortnight", "fortnightly", "twoweeks", "2weeks", "everytwoweeks", "p2w", "p14d", "bw")),
    ("semester", ("semester", "persemester", "halfyear")),
    ("month", ("month", "monthly", "mo", "pm", "mon", "p1m", "permonth", "monat", "mois")),
    ("year", ("year", "yearly", "annual", "annually", "annum", "anum", "yr", "pa", "ann", "p1y", "peryear", "jahr")),
    ("total", ("total", "fixed", "lump", "lumpsum", "onetime", "once", "project")),
    ("unit", ("piece", "task", "unit")),
)  # fmt: skip
_PERIODS = {word: period for period, entries in _WORDS for word in entries}
_SPLIT = lazy_pattern(r"[^a-z0-9]+")
_MANY = lazy_pattern(
    r"(?:^|[^a-z0-9])(?:bi|semi|half|two|[2-9]|1[0-9]|quarter\w*)(?:$|[^a-z0-9])|biweek|bimonth|fortnight"
)
_BESIDE = frozenset(("per", "a", "an", "pay", "paid", "rate", "salary", "wage"))
_TO = lazy_pattern(lambda: rf"\s{{0,3}}(?:[-–—~〜/]|{any_of(words('pay', 'joiners') + words('pay', 'and'))})\s{{0,3}}")
_SWAPPED = 10  # ends that are further apart were not swapped: one of them says something else
_TEXT = 100  # characters of a value in words
_DEPTH = 6


def read_record(record: Any, country: str | None = None, depth: int = 0) -> Stated | None:
    """Return what a board's record of pay states, None if it states no amount.

    Several ranges of one currency and period are taken together; parts that are no salary, such as equity, are left.

    >>> read_record({"min": 30, "max": 40, "currency": "USD", "interval": "per-hour-wage"})
    Stated(low=30.0, high=40.0, currency='USD', period='hour')
    >>> read_record([{"min_cents": 3600, "max_cents": 4800, "currency_type": "USD", "title": "An hourly rate"}])
    Stated(low=36.0, high=48.0, currency='USD', period='hour')
    """
    if depth > _DEPTH:
        return None
    if isinstance(record, list):
        found = [stated for entry in record[:50] if (stated := read_record(entry, country, depth + 1))]
        if not found:
            return None
        first = found[0]
        same = [stated for stated in found if (stated.currency, stated.period) == (first.currency, first.period)]
        lows = [stated.low for stated in same if stated.low is not None]
        highs = [stated.high for stated in same if stated.high is not None]
        return first._replace(low=min(lows, default=None), high=max(highs, default=None))
    if not isinstance(record, dict):
        return None
    parts = {_SPLIT.sub("", str(key).lower()): value for key, value in record.items()}
    for key in _SALARY_PARTS:
        if parts.get(key) and isinstance(parts[key], list):
            salaries = [
                part for part in parts[key] if isinstance(part, dict) and part.get("compensationType") == "Salary"
            ]
            return read_record(salaries, country, depth + 1)
    ends = _first(parts, _LOW), _first(parts, _HIGH)
    low, high = _number(ends[0]), _number(ends[1])
    texts = [_words(value) for value in (*ends, _first(parts, _ONE))]
    if low is None and high is None:
        for key in _INNER:
            inner = parts.get(key)
            if isinstance(inner, dict):
                outer = {name: parts[name] for name in _CURRENCY + _PERIOD if isinstance(parts.get(name), str)}
                return read_record({**outer, **inner}, country, depth + 1)
            if isinstance(inner, list):
                return read_record(inner, country, depth + 1)
        cents = (_number(parts.get(key)) for key in ("mincents", "maxcents"))
        low, high = (value / 100 if value is not None else None for value in cents)
    if low is None and high is None:
        low, high = _one(_first(parts, _ONE))
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        if low > high * _SWAPPED:
            return None
        low, high = high, low
    inside: dict[str, Any] = next((parts[key] for key in _LOW + _HIGH if isinstance(parts.get(key), dict)), {})
    said = str(_first(parts, _CURRENCY) or inside.get("currency") or "").strip()
    if not said:
        currency = next((code for text in texts if (code := _currency_of(text, country))), None)
    else:
        currency = said.upper() if re.fullmatch(r"[A-Za-z]{3}", said) else currency_of(said.lower(), country)
    period = _period_of(parts) or next((period for text in texts if (period := _period_in(text))), None)
    return Stated(low, high, currency, period or _period(f"{parts.get('title') or ''} {parts.get('blurb') or ''}"))


def _period_of(parts: dict[str, Any]) -> str | None:
    """Return the period that a record's own part for it names; a `type` must name nothing else."""
    for name in _PERIOD:
        said = parts.get(name)
        if isinstance(said, str) and said.strip():
            if period := _period(said):
                return period
            if _MANY.search(said.lower()):
                return None
    kind = parts.get("type")
    if isinstance(kind, str) and all(
        word in _PERIODS or word in _BESIDE for word in _SPLIT.split(kind.lower()) if word
    ):
        return _period(kind)
    return None


def _first(parts: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((parts[name] for name in names if parts.get(name) not in (None, "", 0, "0", 0.0)), None)


def _period(said: str) -> str | None:
    """Return the period that a code or words name: "per-year-salary", "1 HOUR", "BI_WEEKLY", "hourly rate"."""
    said = said.lower()
    compact = _SPLIT.sub("", said)
    if compact in _PERIODS:
        return _PERIODS[compact]
    if _MANY.search(said):
        return None
    return next((_PERIODS[word] for word in _SPLIT.split(said) if word in _PERIODS), None)


def _number(value: Any) -> float | None:
    if isinstance(value, dict):
        value = value.get("amount") or value.get("value")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 < value < 1e12 else None
    found = _sums(_words(value))
    return (found[0].value or None) if found else None


def _one(value: Any) -> tuple[float | None, float | None]:
    """Read a value that is given alone, which some boards fill with a range: "45000 - 55000"."""
    if isinstance(value, str):
        text, found = _words(value), _sums(_words(value))
        if len(found) == 2 and _TO.fullmatch(text, found[0].end, found[1].start):
            low, high = found[0].value, found[1].value
            if found[1].factor > 1 == found[0].factor and low < 1000:  # "20 - 25 万"
                low *= found[1].factor
            if low and high:
                return low, high
    one = _number(value)
    return one, one


class _Sum(NamedTuple):
    value: float
    factor: float
    currency: str
    start: int
    end: int


def _words(value: Any) -> str:
    return value[:_TEXT].lower() if isinstance(value, str) else ""


def _sums(text: str) -> list[_Sum]:
    """Return the amounts of a text."""
    found: list[_Sum] = []
    for digit in re.finditer("[0-9]", text):
        if found and digit.start() < found[-1].end:
            continue
        start = start_of(text, digit.start())
        if (side := read_side(text, start)) and side.value < 1e12:
            found.append(_Sum(side.value, side.factor, side.before or side.after, start, side.end))
    return found


def _currency_of(text: str, country: str | None) -> str | None:
    return next((code for one in _sums(text) if (code := currency_of(one.currency, country))), None)


def _period_in(text: str) -> str | None:
    """Return the period of a value in words.

    >>> _period_in("20 - 25 per hour"), _period_in("$5/hr"), _period_in("900 every two weeks"), _period_in("hour")
    ('hour', 'hour', 'two_weeks', None)
    """
    found = _sums(text)
    period = period_after(text, found[-1].end)[0] if found else None
    return period if period != "other" else None
