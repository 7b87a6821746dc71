"""Lengths of time as postings write them, whatever they are the length of: "8 to 10 weeks", "1 year and 6 months"."""

from __future__ import annotations

from typing import Any, NamedTuple

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

_READ = 60  # lengths of time looked at in one text
_NEAR = 48  # characters between two lengths that may be one


class Length(NamedTuple):
    """A length of time in a text, whatever it is the length of.

    Attributes:
        start, end: its place.
        low, high: the ends of a range, equal for one number; high is None where it is open.
        low_unit, unit: the units of low and high.
        attributive: "a 12-week": it waits for its noun.
        job: its own words name the job: "Duration (weeks): 10", "Jahresvertrag".
    """

    start: int
    end: int
    low: float
    high: float | None
    low_unit: str
    unit: str
    attributive: bool
    job: bool = False


_FIXED: dict[str, list[Any]] = values("duration", "fixed")
_JOBS = words("duration", "jobs")
_OF_A_JOB = frozenset(phrase for phrase in _FIXED if any(word.endswith(_JOBS) for word in phrase.split()))
_FIXED_HITS = anchors("duration.fixed", lambda: [rf"\b(?:{any_of(_FIXED)})\b"])
# "Duration (in weeks): 10", "Number of weeks: 10"
_LABELS = any_of(word for word in words("duration", "labels") if word.isalpha())
_COUNTS = any_of(words("lengths", "counts"))
_UNIT_FIRST_IS = rf"(?:(?:{_LABELS})[^:=\n]{{0,24}}[\s(/\[]|(?:{_COUNTS})\s)"
_UNIT_FIRST = lazy_pattern(lambda: rf"{_UNIT_FIRST_IS}(?P<unit>[a-zß-ÿ]+)[)\]]?\s?[:=]\s{{0,3}}(?=[0-9])")
_UNIT_FIRST_HITS = anchors(
    "duration.unit_first",
    lambda: [rf"\b(?:(?:{_LABELS})[^:=\n]{{0,36}}|(?:{_COUNTS})\s[^:=\n]{{2,14}})[:=]\s{{0,3}}[0-9]"],
)
# "Weeks: 10" on a line of its own
_ALONE = any_of(words("lengths", "alone"))
_ALONE_IS = rf"[*•\s-]{{0,4}}(?P<unit>{_ALONE})\s?:\s{{0,3}}"
_ALONE_HITS = anchors("duration.alone", lambda: [rf"(?:^|\n)[*•\s-]{{0,4}}(?:{_ALONE})\s?:\s{{0,3}}[0-9]"])
_UNIT_ALONE = lazy_pattern(lambda: rf"\n?{_ALONE_IS}(?=[0-9])")
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


def lengths(text: Text) -> list[Length]:
    """Return the lengths of time in a text, those that belong together as one.

    >>> from normalize.text.scanner import scan
    >>> [(length.low, length.high, length.unit) for length in lengths(scan("1 year and 6 months, or 3 weeks to 2 months"))]
    [(18.0, 18.0, 'month'), (3.0, 2.0, 'month')]
    """
    spans: list[Length] = []
    for part in measured(text, "day", "week", "month", "year", "semester"):
        unit = UNITS[part.unit]
        scale = _CALENDAR_DAYS if part.working else 1
        high = None if part.high is None else round(part.high * scale, 2)
        length = Length(part.start, part.end, round(part.low * scale, 2), high, unit, unit, part.attributive)
        if spans and part.start - spans[-1].end < _NEAR and (whole := _together(text, spans[-1], length)):
            spans[-1] = whole
        else:
            spans.append(length)
    for hits, pattern in ((_UNIT_FIRST_HITS, _UNIT_FIRST), (_ALONE_HITS, _UNIT_ALONE)):
        for start, _ in text.hits(hits)[:_READ]:
            match = pattern.match(text.norm, start)
            count = plain(text, match.end()) if match else None
            named = UNITS.get(match["unit"], "hour") if match else "hour"
            if match is not None and count is not None and named != "hour":
                start += len(match[0]) - len(match[0].lstrip("\n*• -"))
                spans.append(Length(start, count.end, count.low, count.high, named, named, False, True))
    for start, end in text.hits(_FIXED_HITS)[:_READ]:
        around = [length for length in spans if length.start < end and start < length.end]
        if any(length.end - length.start > end - start for length in around):
            continue  # "6 months and a half year" holds no half year
        spans = [length for length in spans if length not in around]
        value, unit = _FIXED[text.norm[start:end]]
        spans.append(Length(start, end, value, value, unit, unit, False, text.norm[start:end] in _OF_A_JOB))
    return spans


def _together(text: Text, first: Length, second: Length) -> Length | None:
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


def _sum(first: Length, second: Length) -> Length | None:
    """Return a length in two units, "2 months and 2 weeks", in the smaller one; None if it cannot be one."""
    scale = _IN_SMALLER.get((first.unit, second.unit))
    if scale is None or first.low != first.high or second.low != second.high or second.low >= _LESS * scale:
        return None
    value = round(first.low * scale + second.low, 1)
    return Length(first.start, second.end, value, value, second.unit, second.unit, second.attributive)


def _one(first: Length, second: Length) -> Length:
    """Return two lengths as the span from the shorter to the longer; the second where their units cannot be compared."""
    lows = [weeks(length.low, length.low_unit) for length in (first, second)]
    highs = [weeks(length.high or length.low, length.unit) for length in (first, second)]
    if None in lows or None in highs:
        return second
    least = first if (lows[0] or 0) <= (lows[1] or 0) else second
    most = first if (highs[0] or 0) > (highs[1] or 0) else second
    high = None if first.high is None or second.high is None else most.high
    return Length(first.start, second.end, least.low, high, least.low_unit, most.unit, second.attributive)


_ISO = lazy_pattern(
    r"p(?:(?P<year>[0-9]{1,3})y)?(?:(?P<month>[0-9]{1,3})m)?(?:(?P<week>[0-9]{1,3})w)?(?:(?P<day>[0-9]{1,4})d)?"
)
_ABOUT = frozenset((*words("duration", "about"), "~"))
_LETTERS: dict[str, str] = values("lengths", "letters")
# "12w", "3-6 m", "1y 6m"
_LETTERED = lazy_pattern(
    lambda: (
        rf"(?P<first>{NUMERAL})(?:\s?[-/~]\s?(?P<last>{NUMERAL}))?(?P<plus>\+)?\s?(?P<unit>{any_of(_LETTERS)})(?![a-zà-ÿ])"
    )
)


def iso_length(norm: str) -> Length | None:
    """Return a length in ISO 8601, as in schema.org's jobDuration, None if it is something else.

    >>> iso_length("p1y6m")[2:6], iso_length("p")
    ((18.0, 18.0, 'month', 'month'), None)
    """
    match = _ISO.fullmatch(norm)
    whole: Length | None = None
    for unit, value in match.groupdict().items() if match else ():
        if value and float(value):
            length = Length(0, 0, float(value), float(value), unit, unit, False)
            whole = length if whole is None else _sum(whole, length) or whole
    return whole


def _opened_alone(text: Text, at: int) -> bool:
    """Tell whether nothing stands before a place but what opens a side or says "about"."""
    lead = before(text, at)
    _, used = opened_before(lead)
    return all(word in _ABOUT for word in lead[used:])


def lettered_length(text: Text) -> Length | None:
    """Return a length whose unit is one letter: "12w", "3-6 m", "1y 6m"; None if a word stands beside it."""
    whole: Length | None = None
    end = 0
    for match in _LETTERED.finditer(text.norm[:40]):
        low = number(match["first"])
        high = number(match["last"]) if match["last"] else low
        unit = _LETTERS[match["unit"]]
        if low > high or not high or (whole is None and not _opened_alone(text, match.start())):
            return None
        length = Length(match.start(), match.end(), low, None if match["plus"] else high, unit, unit, False)
        gap = text.norm[end : match.start()]
        if whole is not None:
            added = _sum(whole, length) if _ADDED.fullmatch(gap) or not gap else None
            if added is None and not _JOINED.fullmatch(gap):
                return None
            length = added or _one(whole, length)
        whole, end = length, match.end()
    return whole if whole is not None and not text.norm[end:].strip(" .+") else None
