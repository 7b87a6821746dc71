"""How long it lasts, read from the words of the posting.

The scanner finds numbers with a unit of time; the few words on either side tell whether it is the length of the job
(`normalize.cues.duration`).
"""

from __future__ import annotations

import json
from typing import NamedTuple

from normalize.cues.decide import Decision, signs_beside, weights
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
from normalize.cues.rules import Phrases, phrases
from normalize.text.lengths import Length, iso_length, lengths, lettered_length
from normalize.text.quantities import UNITS, opened_after, opened_before, weeks
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


FIELD = "duration"
JOBS = "the job's"
"""The meaning of a length that is the job's."""
# How likely a length in a title must be the job's; a title speaks of nothing else, but years and days are mostly not.
_IN_TITLE = {"week": 0.1, "month": 0.1, "semester": 0.1, "day": 0.5, "year": 0.5}
_OF_TERM = 0.1  # so much less likely is enough where the title names a job that has a term, an internship
_LONG, _SHORT = 53, 1  # weeks


class Candidate(NamedTuple):
    """A length of time that may be the job's.

    Attributes:
        duration: it, as read.
        unit: its unit.
        decision: how likely it is the job's.
    """

    duration: Duration
    unit: str
    decision: Decision


def _sides(text: Text, length: Length) -> tuple[list[str], list[str], str | None, int, int]:
    """Return the words before and after a length without those that open one of its ends, that end, and its place."""
    rest = after(text, length.end)
    side, used = opened_after(rest)
    end = length.end if not used else text.norm.find(rest[used - 1], length.end) + len(rest[used - 1])
    lead = before(text, length.start)
    opened, words_before = opened_before(lead)
    start = length.start if not words_before else text.norm.rfind(lead[words_before - 1], 0, length.start)
    return lead[words_before:], rest[used:], opened or side or opened_by_label(lead), start, end


def candidates(text: Text, basis: str, codes: frozenset[str] | None = None) -> list[Candidate]:
    """Return the lengths of time in a title or a text, each with how likely it is the job's.

    Args:
        basis: title or description.
        codes: the languages to read with, None for all.

    >>> from normalize.text.scanner import scan
    >>> [one.decision.likely > 0.5 for one in candidates(scan("A 12-week internship; 2 years of experience"), "title")]
    [True, False]
    """
    spans = lengths(text)
    if not spans:
        return []
    fitted, table = weights(FIELD), phrases(FIELD, codes)
    read = []
    for length in spans:
        lead, rest, side, start, end = _sides(text, length)
        duration = _stated(length, side, start, end, text, basis)
        if duration is None:
            continue
        signs = _signs(text, length, lead, rest, table)
        signs |= _facts(length, duration, side, rest)
        read.append(Candidate(duration, length.unit, fitted.decide(signs)))
    return read


def _signs(text: Text, length: Length, lead: list[str], rest: list[str], table: Phrases) -> dict[str, str]:
    """Return the signs beside a length: its words, and how clearly the nearest of them call it the job's."""
    signs = signs_beside(text, length.start, length.end, length.unit, table)
    settled = another(text, length.end, length.attributive)
    noun = None if settled else 4 if length.job else named_after(rest, length.attributive)
    label = None if noun is None else 0 if length.job else named_before(lead, noun, length.attributive)
    total = "against it" if noun is None or label is None else str(noun + label)
    for sign in (f"nouns: {noun}", f"labels: {label}", f"nouns and labels: {total}"):
        signs[sign] = ""
        signs[f"{length.unit}: {sign}"] = ""
    return signs


def _facts(length: Length, duration: Duration, side: str | None, rest: list[str]) -> dict[str, str]:
    """Return the signs that are facts of a length rather than words beside it."""
    size = duration.weeks_max or duration.weeks_min or 0
    facts = {
        "a range": length.low != length.high,
        "waits for its noun": length.attributive,
        "names the job": length.job,
        f"{side} is open": side is not None,
        "days of a week": length.unit == "day" and length.low <= _WORKDAYS,
        "repeats": repeats(rest),
        "shorter than a week": size < _SHORT,
        "longer than a year": size > _LONG,
    }
    return {fact: "" for fact, holds in facts.items() if holds}


def _in_title(text: Text) -> Duration | None:
    """Return the first length in a title that is no less likely the job's than titles ask for."""
    for candidate in candidates(text, "title"):
        if candidate.decision.likely >= _IN_TITLE[candidate.unit]:
            return candidate.duration
    return None


def _in_description(text: Text, of_term: bool, codes: frozenset[str] | None) -> Duration | None:
    """Return the length that is most likely the job's, the first of equals, None if none is likely enough."""
    best = max(candidates(text, "description", codes), key=lambda one: one.decision.likely, default=None)
    enough = weights(FIELD).threshold - (_OF_TERM if of_term else 0)
    return best.duration if best and best.decision.likely >= enough else None


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
        lead, rest, side, start, end = _sides(text, length)
        duration = _stated(length, side, start, end, text, "field")
        if duration is not None and not (repeats(rest) or qualified(rest[:4], OTHER) or qualified(lead[:3])):
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


def parse_duration(
    field: Text | None, title: Text, description: Text, codes: frozenset[str] | None = None
) -> Duration | None:
    """Return how long it lasts, None if the posting does not say.

    A board's own field outranks the title, the title outranks the text. "At least" and "3+" leave the
    upper end open, "up to" the lower. What bounds anything else, such as experience, notice, leave or
    the age of the posting, is no length of the job.

    Args:
        codes: the languages to read the text with, as ISO 639-1 codes; None for all.

    >>> from normalize.text.scanner import scan
    >>> parse_duration(None, scan("Intern"), scan("A paid 10-12 week internship; 2 years of experience."))[:2]
    (10.0, 12.0)
    >>> parse_duration(None, scan("Intern"), scan("Posted 3 weeks ago, 2 days per week")) is None
    True
    """
    if field is not None and (found := _in_field(field)):
        return found
    if found := _in_title(title):
        return found
    return _in_description(description, of_a_term(title.raw), codes)
