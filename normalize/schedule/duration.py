"""How long it lasts, read from the words of the posting.

The scanner finds numbers with a unit of time; the few words on either side tell whether it is the length of the job
(`normalize.cues.duration`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.duration import (
    OTHER,
    another,
    named_after,
    named_before,
    of_a_term,
    opened_by_label,
    qualified,
    repeats,
)
from normalize.text.lengths import Length, iso_length, lengths, lettered_length
from normalize.text.quantities import (
    UNITS,
    opened_after,
    opened_before,
    weeks,
)
from normalize.text.scanner import Text
from normalize.text.tokens import after, before

MAX_WEEKS = 260.9  # five years; what is longer is no internship
_SEMESTERS = 12  # "fall 2027 semester" is none
_WORKDAYS = 5  # so few days are mostly those of a week


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


def _stated(length: Length, side: str | None, start: int, end: int, text: Text, basis: str) -> Duration | None:
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


def _judged(text: Text, basis: str, enough: dict[str, int], of_term: bool = False) -> Iterator[tuple[int, Duration]]:
    """Yield every length of time that may be the job's, with how clearly its words say so.

    Args:
        enough: how clear it must be, by unit.
        of_term: the title names a job that has a term, an internship; less clear words are enough.
    """
    for length in lengths(text):
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


_CODES = {"wee": "week", "mon": "month", "ann": "year"}  # schema.org takes the codes of UN/CEFACT


def _in_field(text: Text) -> Duration | None:
    """Return the first length in a board's own field, which speaks of nothing else, but how often."""
    norm = text.norm.strip()
    if norm[:1] == "{":
        return _in_record(text)
    if (length := iso_length(norm) or lettered_length(text)) is not None:
        side, _ = opened_before(before(text, length.start))
        return _stated(length, side, 0, len(text.raw), text, "field")
    for length in lengths(text):
        rest = after(text, length.end)
        side, used = opened_after(rest)
        if repeats(rest) or qualified(rest[used : used + 4], OTHER):
            continue
        end = length.end if not used else text.norm.find(rest[used - 1], length.end) + len(rest[used - 1])
        lead = before(text, length.start)
        side_before, used = opened_before(lead)
        if qualified(lead[used : used + 3]):
            continue
        start = length.start if not used else text.norm.rfind(lead[used - 1], 0, length.start)
        side = side_before or side or opened_by_label(lead)
        if (duration := _stated(length, side, start, end, text, "field")) is not None:
            return duration
    return None


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
    length = Length(0, 0, low or high or 0, high or low, unit, unit, False)
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
