"""How long it lasts, read from the words of the posting.

The scanner finds numbers with a unit of time; the few words on either side tell whether it is the length of the job
(`normalize.cues.duration`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from normalize.cues.duration import another, named_after, named_before, of_a_term, opened_by_label, qualified, repeats
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import (
    JOIN,
    UNITS,
    any_of,
    measured,
    opened_after,
    opened_before,
    plain,
    weeks,
)
from normalize.text.scanner import Text, anchors
from normalize.text.tokens import after, before

MAX_WEEKS = 260.9  # five years; what is longer is no internship
_SEMESTERS = 12  # "fall 2027 semester" is none
_WORKDAYS = 5  # so few days are mostly those of a week
_READ = 60  # lengths of time looked at in one text


class Duration(NamedTuple):
    """A length in the posting's own numbers and in weeks.

    Attributes:
        weeks_min, weeks_max: in weeks, None on an open side or for a unit without a fixed length.
        min_value, max_value: in `unit`; None too where the ends have different units.
        unit: day, week, month, year or semester.
        text: the words it was read from.
        basis: field, title or description.
    """

    weeks_min: float | None
    weeks_max: float | None
    min_value: float | None
    max_value: float | None
    unit: str
    text: str
    basis: str


class _Length(NamedTuple):
    """A length of time in a text, whatever it is the length of."""

    start: int
    end: int
    low: float
    high: float | None
    low_unit: str
    unit: str
    attributive: bool
    job: bool = False  # its own words name the job


_FIXED: dict[str, list[Any]] = values("duration", "fixed")
_FIXED_HITS = anchors("duration.fixed", lambda: [rf"\b(?:{any_of(_FIXED)})\b"])
# "Duration (in weeks): 10"
_LABELS = any_of(word for word in words("duration", "labels") if word.isalpha())
_UNIT_FIRST = lazy_pattern(lambda: rf"(?:{_LABELS})[^:=\n]{{0,24}}[\s(](?P<unit>[a-zß-ÿ]+)\)?\s?[:=]\s{{0,3}}(?=[0-9])")
_UNIT_FIRST_HITS = anchors("duration.unit_first", lambda: [rf"\b(?:{_LABELS})[^:=\n]{{0,36}}[:=]\s{{0,3}}[0-9]"])
_AT_MOST = rf"(?:{any_of(words('duration', 'maximum'))})"
# "3 weeks to 2 months", "3 weeks, 2 months", "at least 3 weeks (max. 2 months)"
_JOINED = lazy_pattern(lambda: rf"(?:{JOIN})(?:{_AT_MOST}\s)?|\s{{0,2}},\s{{0,2}}|\s?[,;(]?\s?{_AT_MOST}\.?:?\s")


def _lengths(text: Text) -> list[_Length]:
    """Return the lengths of time in a text, those that belong together as one: "3 weeks to 2 months"."""
    found: list[_Length] = []
    for part in measured(text, "day", "week", "month", "year", "semester"):
        unit = UNITS[part.unit]
        length = _Length(part.start, part.end, part.low, part.high, unit, unit, part.attributive)
        if found and part.start - found[-1].end < 24 and _JOINED.fullmatch(text.norm, found[-1].end, part.start):
            length = _one(found.pop(), length)
        found.append(length)
    for start, _ in text.hits(_UNIT_FIRST_HITS)[:_READ]:
        match = _UNIT_FIRST.match(text.norm, start)
        number = plain(text, match.end()) if match else None
        named = UNITS.get(match["unit"], "hour") if match else "hour"
        if number is not None and named != "hour":
            found.append(_Length(start, number.end, number.low, number.high, named, named, False, True))
    for start, end in text.hits(_FIXED_HITS)[:_READ]:
        value, unit = _FIXED[text.norm[start:end]]
        job = of_a_term(text.norm[start:end])  # "Jahresvertrag"
        found.append(_Length(start, end, value, value, unit, unit, False, job))
    return found


def _one(first: _Length, second: _Length) -> _Length:
    """Return two lengths as the span from the shorter to the longer; the second where their units cannot be compared."""
    lows = [weeks(one.low, one.low_unit) for one in (first, second)]
    highs = [weeks(one.high or one.low, one.unit) for one in (first, second)]
    if None in lows or None in highs:
        return second
    least = first if (lows[0] or 0) <= (lows[1] or 0) else second
    most = first if (highs[0] or 0) > (highs[1] or 0) else second
    high = None if first.high is None or second.high is None else most.high
    return _Length(first.start, second.end, least.low, high, least.low_unit, most.unit, second.attributive)


def _stated(length: _Length, side: str | None, start: int, end: int, text: Text, basis: str) -> Duration | None:
    """Return a length as read, None if it is longer than any internship; `side` is the one that is opened."""
    low: float | None = length.low or None  # "0-3 months" is up to three
    high = length.high
    if side and low == high:
        low, high = (low, None) if side == "min" else (None, high)
    least = None if low is None else weeks(low, length.low_unit)
    most = None if high is None else weeks(high, length.unit)
    if max(least or 0, most or 0) > MAX_WEEKS or (length.unit == "semester" and (high or low or 0) > _SEMESTERS):
        return None
    low = low if length.low_unit == length.unit else None
    return Duration(least, most, low, high, length.unit, text.raw[start:end], basis)


# How clearly it must be the job's. Years and days are mostly of something else; a title speaks of nothing else.
_ENOUGH = {"week": 2, "month": 2, "semester": 3, "day": 4, "year": 4}
_IN_TITLE = {"week": 0, "month": 0, "semester": 0, "day": 3, "year": 3}
_IN_FIELD = dict.fromkeys(_ENOUGH, -10)


def _judged(text: Text, basis: str, enough: dict[str, int], of_term: bool = False) -> Iterator[tuple[int, Duration]]:
    """Yield every length of time that may be the job's, with how clearly its words say so.

    Args:
        enough: how clear it must be, by unit.
        of_term: the title names a job that has a term, an internship; less clear words are enough.
    """
    for length in _lengths(text):
        if basis != "field" and another(text, length.end, length.attributive):
            continue
        rest = after(text, length.end)
        side, used = opened_after(rest)
        if basis == "field":
            noun = None if repeats(rest) or qualified(rest[used : used + 4]) else 0
        else:
            noun = named_after(rest[used:], length.attributive)
        if noun is None:
            continue
        if length.job:
            noun = 4
        end = length.end if not used else text.norm.find(rest[used - 1], length.end) + len(rest[used - 1])
        lead = before(text, length.start)
        said, used = opened_before(lead)
        label = 0 if length.job else named_before(lead[used:], noun, length.attributive)
        if label is None:
            continue
        score = noun + label
        score += of_term and (length.unit in ("week", "month") or noun > 2)
        score -= length.unit == "day" and length.low <= _WORKDAYS
        if score < enough[length.unit]:
            continue
        start = length.start if not used else text.norm.rfind(lead[used - 1], 0, length.start)
        found = _stated(length, said or side or opened_by_label(lead), start, end, text, basis)
        if found is not None:
            yield score, found


def _best(text: Text, basis: str, enough: dict[str, int], of_term: bool = False) -> Duration | None:
    """Return the length that is the job's most clearly, the first of equals."""
    best: tuple[int, Duration] | None = None
    for score, found in _judged(text, basis, enough, of_term):
        if best is None or score > best[0]:
            best = (score, found)
    return best[1] if best else None


_ISO = lazy_pattern(r"p(?P<value>[0-9]{1,3})(?P<unit>[dwmy])")
_ISO_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_CODES = {"wee": "week", "mon": "month", "ann": "year"}  # schema.org takes the codes of UN/CEFACT


def _in_field(text: Text) -> Duration | None:
    """Return the first length in a board's own field, which speaks of nothing else, but how often."""
    norm = text.norm.strip()
    if match := _ISO.fullmatch(norm):  # ISO 8601, as in schema.org's jobDuration
        value, unit = float(match["value"]), _ISO_UNITS[match["unit"]]
        length = _Length(0, 0, value, value, unit, unit, False)
        return _stated(length, None, 0, len(text.raw), text, "field") if value else None
    if norm[:1] == "{":
        return _in_record(text)
    return next((found for _, found in _judged(text, "field", _IN_FIELD)), None)


def _in_record(text: Text) -> Duration | None:
    """Read schema.org's QuantitativeValue: value, or minValue and maxValue, and unitText or unitCode."""
    try:
        record = json.loads(text.raw)
    except (ValueError, RecursionError):
        return None
    said = str(record.get("unitText") or record.get("unitCode") or "").lower()
    unit = UNITS.get(said) or _CODES.get(said)
    ends = [record.get(key, record.get("value")) for key in ("minValue", "maxValue")]
    low, high = (float(end) if isinstance(end, int | float) and 0 < end < 2_000 else None for end in ends)
    if unit is None or unit == "hour" or (low or high) is None or (low and high and low > high):
        return None
    side = None if low and high else "min" if low else "max"
    length = _Length(0, 0, low or high or 0, high or low, unit, unit, False)
    return _stated(length, side, 0, len(text.raw), text, "field")


def parse_duration(field: Text | None, title: Text, description: Text) -> Duration | None:
    """Return how long it lasts, None if the posting does not say.

    A board's own field outranks the title, the title outranks the text. "At least" and "3+" leave the
    upper end open, "up to" the lower. What bounds anything else, such as experience, notice, leave or
    the age of the posting, is no length of the job.

    >>> from normalize.text.scanner import scan
    >>> parse_duration(None, scan("Intern"), scan("A paid 10-12 week internship; 2 years of experience."))[:2]
    (10.0, 12.0)
    >>> parse_duration(None, scan("Intern"), scan("Posted 3 weeks ago, 2 days per week")) is None
    True
    """
    if field is not None and (found := _in_field(field)):
        return found
    if found := _best(title, "title", _IN_TITLE):
        return found
    return _best(description, "description", _ENOUGH, of_a_term(title.raw))
