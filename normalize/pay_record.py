"""Pay as boards' own records state it, whatever they call its parts."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from normalize.money import NUMBER, amount, currency_of


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
    "salaryfrequency", "salarytimeunit", "compensationfrequency", "unitcode", "unit", "scale", "salarytype", "duration",
)  # fmt: skip
_SALARY_PARTS = ("summarycomponents", "components")
_INNER = ("compensationtiers", "data", "value", "basesalary", "salary", "compensation", "salaryrange")
_WORDS = (
    ("hour", ("hour", "hourly", "hr", "hrs", "ph", "hur", "pt1h", "timme", "stunde", "heure")),
    ("day", ("day", "daily", "pd", "p1d")),
    ("week", ("week", "weekly", "wk", "pw", "wee", "p1w", "p7d")),
    ("month", ("month", "monthly", "mo", "pm", "mon", "p1m", "permonth", "monat", "mois")),
    ("year", ("year", "yearly", "annual", "annually", "annum", "anum", "yr", "pa", "ann", "p1y", "peryear", "jahr")),
    ("total", ("total", "fixed", "lump", "lumpsum", "onetime", "once", "project")),
    ("unit", ("piece", "task", "unit")),
)  # fmt: skip
_PERIODS = {word: period for period, words in _WORDS for word in words}
_SPLIT = re.compile(r"[^a-z0-9]+")
_MANY = re.compile(
    r"(?:^|[^a-z0-9])(?:bi|semi|half|two|[2-9]|1[0-9]|quarter\w*)(?:$|[^a-z0-9])|biweek|bimonth|fortnight"
)
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
        same = [stated for stated in found if stated[2:] == found[0][2:]]
        lows = [stated.low for stated in same if stated.low is not None]
        highs = [stated.high for stated in same if stated.high is not None]
        return found[0]._replace(low=min(lows, default=None), high=max(highs, default=None))
    if not isinstance(record, dict):
        return None
    parts = {_SPLIT.sub("", str(key).lower()): value for key, value in record.items()}
    for key in _SALARY_PARTS:
        if isinstance(parts.get(key), list):
            salaries = [
                part for part in parts[key] if isinstance(part, dict) and part.get("compensationType") == "Salary"
            ]
            return read_record(salaries, country, depth + 1)
    low, high = _number(_first(parts, _LOW)), _number(_first(parts, _HIGH))
    if low is None and high is None:
        for key in _INNER:
            inner = parts.get(key)
            if isinstance(inner, dict):
                outer = {name: parts[name] for name in _CURRENCY + _PERIOD if isinstance(parts.get(name), str)}
                return read_record({**outer, **inner}, country, depth + 1)
            if isinstance(inner, list):
                return read_record(inner, country, depth + 1)
        if cents := [_number(parts.get(key)) for key in ("mincents", "maxcents")]:
            low, high = (value / 100 if value is not None else None for value in cents)
    if low is None and high is None:
        low, high = _one(_first(parts, _ONE))
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    inside: dict[str, Any] = next((parts[key] for key in _LOW + _HIGH if isinstance(parts.get(key), dict)), {})
    said = str(_first(parts, _CURRENCY) or inside.get("currency") or "").strip()
    currency = said.upper() if re.fullmatch(r"[A-Za-z]{3}", said) else currency_of(said.lower(), country)
    period = _period(str(_first(parts, _PERIOD) or "")) or _period(
        f"{parts.get('title') or ''} {parts.get('blurb') or ''}"
    )
    return Stated(low, high, currency, period)


def _first(parts: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((parts[name] for name in names if parts.get(name) not in (None, "", 0, "0", 0.0)), None)


def _period(said: str) -> str | None:
    """Return the period that a code or words name: "per-year-salary", "1 HOUR", "PER_MONTH", "hourly rate"."""
    said = said.lower()
    if _MANY.search(said):
        return None
    compact = _SPLIT.sub("", said)
    if compact in _PERIODS:
        return _PERIODS[compact]
    return next((_PERIODS[word] for word in _SPLIT.split(said) if word in _PERIODS), None)


def _number(value: Any) -> float | None:
    if isinstance(value, dict):
        value = value.get("amount") or value.get("value")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 < value < 1e12 else None
    match = re.search(NUMBER, str(value)[:100])
    return (amount(match[0]) or None) if match else None


def _one(value: Any) -> tuple[float | None, float | None]:
    """Read a value that stands alone, which some boards fill with a range: "45000 - 55000"."""
    if isinstance(value, str) and (ends := re.findall(NUMBER, value[:100])) and len(ends) == 2:
        low, high = (amount(end) or None for end in ends)
        if low is not None and high is not None and low <= high:
            return low, high
    one = _number(value)
    return one, one
