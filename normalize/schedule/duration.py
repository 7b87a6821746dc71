"""How long it lasts, read from the words of the posting.

The scanner finds numbers with a unit of time; the few words on either side tell whether it is the length of the job
(`normalize.cues.duration`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

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
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import (
    JOIN,
    NUMERAL,
    UNITS,
    WEEKS_PER_MONTH,
    any_of,
    measured,
    number,
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
_NEAR = 48  # characters between two lengths that may be one


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
# "Duration (in weeks): 10", "Number of weeks: 10"
_LABELS = any_of(word for word in words("duration", "labels") if word.isalpha())
_COUNTS = any_of(words("lengths", "counts"))
_UNIT_FIRST_IS = rf"(?:(?:{_LABELS})[^:=\n]{{0,24}}[\s(]|(?:{_COUNTS})\s)"
_UNIT_FIRST = lazy_pattern(lambda: rf"{_UNIT_FIRST_IS}(?P<unit>[a-zß-ÿ]+)\)?\s?[:=]\s{{0,3}}(?=[0-9])")
_UNIT_FIRST_HITS = anchors(
    "duration.unit_first",
    lambda: [rf"\b(?:(?:{_LABELS})[^:=\n]{{0,36}}|(?:{_COUNTS})\s[^:=\n]{{2,14}})[:=]\s{{0,3}}[0-9]"],
)
_AT_MOST = rf"(?:{any_of(words('duration', 'maximum'))})"
_AT_LEAST_AFTER = lazy_pattern(lambda: rf"\s?\(?(?:{any_of(words('duration', 'minimum_after'))})\)?\s?[,;]\s?")
_MODES = rf"(?:{any_of(words('lengths', 'modes'))})"
# "3 weeks to 2 months", "3 weeks, 2 months", "at least 3 weeks (max. 2 months)"
_JOINED = lazy_pattern(lambda: rf"(?:{JOIN})(?:{_AT_MOST}\s)?|\s{{0,2}},\s{{0,2}}|\s?[,;(]?\s?{_AT_MOST}\.?:?\s")
# "2 months and 2 weeks", "1 year, 3 months"
_ADDED = lazy_pattern(lambda: rf"\s{{1,2}}|\s?[+,]\s?|,?\s(?:{any_of(words('lengths', 'adds'))})\s")
# "3 months full-time or 6 months part-time", "full-time 3 months, part-time 6 months"
_BY_MODE = lazy_pattern(
    lambda: (
        rf"\s?\(?{_MODES}\)?(?:{JOIN}|\s?[,;/|]\s?|\s)(?:{_MODES}\)?:?\s)?"
        rf"|(?:{JOIN}|\s?[,;/|]\s?|\s)\(?{_MODES}\)?:?\s"
    )
)
_MODE = lazy_pattern(lambda: _MODES)
_MODE_AFTER = lazy_pattern(lambda: rf"\s?\(?{_MODES}")
_BETWEEN_BEFORE = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('dates', 'between'))})\s$")
# "2 days a week", which is no length
_A_UNIT = lazy_pattern(lambda: rf"\s?(?:/|(?:{any_of(words('duration', 'each'))})\s)\s?(?:{any_of(UNITS)})(?![a-zà-ÿ])")
_LESS = 0.9  # of the larger unit; "1 month, 4 weeks" states it twice
_CALENDAR_DAYS = 7 / 5  # of each working day
_IN_SMALLER = {  # how many of the smaller unit the larger one has
    ("year", "month"): 12, ("year", "week"): 12 * WEEKS_PER_MONTH, ("year", "day"): 365.25,
    ("month", "week"): WEEKS_PER_MONTH, ("month", "day"): 7 * WEEKS_PER_MONTH, ("week", "day"): 7,
}  # fmt: skip


def _lengths(text: Text) -> list[_Length]:
    """Return the lengths of time in a text, those that belong together as one.

    >>> from normalize.text.scanner import scan
    >>> [(length.low, length.high, length.unit) for length in _lengths(scan("1 year and 6 months, or 3 weeks to 2 months"))]
    [(18.0, 18.0, 'month'), (3.0, 2.0, 'month')]
    """
    lengths: list[_Length] = []
    for part in measured(text, "day", "week", "month", "year", "semester"):
        unit = UNITS[part.unit]
        scale = _CALENDAR_DAYS if part.working else 1
        high = None if part.high is None else round(part.high * scale, 2)
        length = _Length(part.start, part.end, round(part.low * scale, 2), high, unit, unit, part.attributive)
        if lengths and part.start - lengths[-1].end < _NEAR and (whole := _together(text, lengths[-1], length)):
            lengths[-1] = whole
        else:
            lengths.append(length)
    for start, _ in text.hits(_UNIT_FIRST_HITS)[:_READ]:
        match = _UNIT_FIRST.match(text.norm, start)
        count = plain(text, match.end()) if match else None
        named = UNITS.get(match["unit"], "hour") if match else "hour"
        if count is not None and named != "hour":
            lengths.append(_Length(start, count.end, count.low, count.high, named, named, False, True))
    for start, end in text.hits(_FIXED_HITS)[:_READ]:
        around = [length for length in lengths if length.start < end and start < length.end]
        if any(length.end - length.start > end - start for length in around):
            continue  # "6 months and a half year" holds no half year
        lengths = [length for length in lengths if length not in around]
        value, unit = _FIXED[text.norm[start:end]]
        job = of_a_term(text.norm[start:end])  # "Jahresvertrag"
        lengths.append(_Length(start, end, value, value, unit, unit, False, job))
    return lengths


def _together(text: Text, first: _Length, second: _Length) -> _Length | None:
    """Return two lengths that follow each other as one: their sum or their span; None if they are two."""
    norm = text.norm
    gap = norm[first.end : second.start]
    if (whole := _sum(first, second)) is not None and _ADDED.fullmatch(gap):
        if not _A_UNIT.match(norm, second.end) and not _BETWEEN_BEFORE.search(
            norm, max(0, first.start - 12), first.start
        ):
            return whole
    elif first.unit == second.unit and _ADDED.fullmatch(gap) and "+" in gap and first.high and second.high:
        return None  # "3 months + 3 months": the second is an option
    if _JOINED.fullmatch(gap):
        return None if _A_UNIT.match(norm, second.end) else _one(first, second)
    if first.high == first.low and _AT_LEAST_AFTER.fullmatch(gap):
        if _A_UNIT.match(norm, second.end):
            return None
        most = _one(first, second)
        side, _ = opened_after(after(text, second.end))
        return most if side == "max" else most._replace(high=None)  # "4 months minimum, 6 months ideally"
    if _BY_MODE.fullmatch(gap) and (_MODE_AFTER.match(norm, second.end) or not _ADDED.fullmatch(gap)):
        modes = len(_MODE.findall(gap)) + (_MODE_AFTER.match(norm, second.end) is not None)
        either = any(sign in gap for sign in "/|") or _JOINED.search(gap) is not None
        if (modes > 1 or either) and not _A_UNIT.match(norm, second.end):
            return _one(first, second)
    return None


def _sum(first: _Length, second: _Length) -> _Length | None:
    """Return a length in two units, "2 months and 2 weeks", in the smaller one; None if it cannot be one."""
    scale = _IN_SMALLER.get((first.unit, second.unit))
    if scale is None or first.low != first.high or second.low != second.high or second.low >= _LESS * scale:
        return None
    value = round(first.low * scale + second.low, 1)
    return _Length(first.start, second.end, value, value, second.unit, second.unit, second.attributive)


def _one(first: _Length, second: _Length) -> _Length:
    """Return two lengths as the span from the shorter to the longer; the second where their units cannot be compared."""
    lows = [weeks(length.low, length.low_unit) for length in (first, second)]
    highs = [weeks(length.high or length.low, length.unit) for length in (first, second)]
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


_ISO = lazy_pattern(
    r"p(?:(?P<year>[0-9]{1,3})y)?(?:(?P<month>[0-9]{1,3})m)?(?:(?P<week>[0-9]{1,3})w)?(?:(?P<day>[0-9]{1,4})d)?"
)
_CODES = {"wee": "week", "mon": "month", "ann": "year"}  # schema.org takes the codes of UN/CEFACT
_LETTERS: dict[str, str] = values("lengths", "letters")
# "12w", "3-6 m", "1y 6m"
_LETTERED = lazy_pattern(
    lambda: (
        rf"(?P<first>{NUMERAL})(?:\s?[-/~]\s?(?P<last>{NUMERAL}))?(?P<plus>\+)?\s?(?P<unit>{any_of(_LETTERS)})(?![a-zà-ÿ0-9])"
    )
)


def _in_field(text: Text) -> Duration | None:
    """Return the first length in a board's own field, which speaks of nothing else, but how often."""
    norm = text.norm.strip()
    if norm[:1] == "{":
        return _in_record(text)
    if (length := _iso(norm) or _lettered(text)) is not None:
        side, _ = opened_before(before(text, length.start))
        return _stated(length, side, 0, len(text.raw), text, "field")
    for length in _lengths(text):
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


def _iso(norm: str) -> _Length | None:
    """Return a length in ISO 8601, as in schema.org's jobDuration, None if it is something else.

    >>> _iso("p1y6m")[2:6], _iso("p")
    ((18.0, 18.0, 'month', 'month'), None)
    """
    match = _ISO.fullmatch(norm)
    whole: _Length | None = None
    for unit, value in match.groupdict().items() if match else ():
        if value and float(value):
            length = _Length(0, 0, float(value), float(value), unit, unit, False)
            whole = length if whole is None else _sum(whole, length) or whole
    return whole


def _lettered(text: Text) -> _Length | None:
    """Return a length whose unit is one letter: "12w", "3-6 m", "1y 6m"; None if a word stands beside it."""
    whole: _Length | None = None
    end = 0
    for match in _LETTERED.finditer(text.norm[:40]):
        low = number(match["first"])
        high = number(match["last"]) if match["last"] else low
        unit = _LETTERS[match["unit"]]
        if low > high or not high or (whole is None and text.norm[: match.start()].strip(" ~<>≤≥")):
            return None
        length = _Length(match.start(), match.end(), low, None if match["plus"] else high, unit, unit, False)
        gap = text.norm[end : match.start()]
        if whole is not None:
            added = _sum(whole, length) if _ADDED.fullmatch(gap) or not gap else None
            if added is None and not _JOINED.fullmatch(gap):
                return None
            length = added or _one(whole, length)
        whole, end = length, match.end()
    return whole if whole is not None and not text.norm[end:].strip(" .+") else None


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
