"""How many hours a week, and how many in all."""

from __future__ import annotations

import re
from typing import NamedTuple

from normalize.quantities import NUMBER, any_of, number
from normalize.text import Text, anchors
from normalize.vocabulary import words

_READ = 30


class Hours(NamedTuple):
    """Stated hours.

    Attributes:
        week_min, week_max: hours a week; one of them is None on an open side.
        total_min, total_max: hours in all.
        text: the words they were read from.
        basis: field, title or description.
    """

    week_min: float | None
    week_max: float | None
    total_min: float | None
    total_max: float | None
    text: str
    basis: str


_HOUR_HITS = anchors("hours.unit", [rf"\b(?:{any_of(words('units', 'hour'))}|h)\b", r"[0-9]h\b", r"wochenstunden\b"])
_MINIMUM, _MAXIMUM = any_of(words("duration", "minimum")), any_of(words("duration", "maximum"))
_WEEKLY = any_of(words("hours", "weekly"))
_RANGE = (
    rf"(?:(?<![a-zà-ÿ])(?P<bound>{_MINIMUM}|{_MAXIMUM})\s{{0,2}})?(?<![0-9$€£₹.,/:])(?<![a-zà-ÿ])"
    rf"(?P<low>{NUMBER})(?:\s?\([0-9]{{1,3}}\))?"
    rf"(?:\s{{0,2}}(?:-|to|or|and|bis|à|a|ou|o|tot|/)\s{{0,2}}(?P<high>{NUMBER})(?:\s?\([0-9]{{1,3}}\))?)?(?P<plus>\s?\+)?"
)
_BEFORE = re.compile(rf"{_RANGE}[\s-]{{0,3}}(?:working |work |paid |volunteer |contact )?$")
_AFTER_WEEK = re.compile(
    rf"^s?\.?\s{{0,2}}(?:of work |work |on average )?(?:{_WEEKLY}|(?:par|por|pro|per|a|each)?[\s/-]{{0,2}}(?:semaine|semana|woche|settimana|week|wk))(?![a-zà-ÿ])"
    r"|^[\s-]{0,2}(?:work[- ]?)?week(?![a-z])"
)
_AFTER_TOTAL = re.compile(
    r"^\s{0,2}(?:in )?total(?![a-z])|^\s{0,2}(?:over|across|within|spread over|during)\s{1,2}(?:the course of |a period of )?"
    rf"(?:{NUMBER}|the)|^\s{{0,2}}of (?:work|project work|effort)(?![a-z])|^\s{{0,2}}(?:insgesamt|au total|en total|in totale|in totaal|no total)"
    r"|^[\s-]{0,2}(?:project|micro-internship|internship|commitment|engagement)(?![a-z])"
)
_BEFORE_TOTAL = re.compile(
    r"(?:total(?: of| hours| time| effort)?|estimated (?:hours|effort|time)|project hours)\s?[:(]?\s{0,2}(?:of |approximately |about |~)?$"
)
_LABEL = re.compile(
    rf"(?:hours\s?(?:per|/|a|each)\s?week|weekly hours|work(?:ing)? hours(?: per week)?|time commitment|hours/wk|hours|wochenstunden|arbeitszeit|horas semanales|temps de travail)"
    rf"\s{{0,2}}[:=-]\s{{0,3}}(?:approximately |about |around |average |avg\.? |~|full[- ]time[,:(]? ?|part[- ]time[,:(]? ?){{0,2}}{_RANGE}"
    r"(?!\s?(?::|am|pm|a\.m|p\.m|days|day|/[0-9]|years|[0-9]))"
)
_NEVER_BEFORE = re.compile(
    r"(?:open|support|call|training|credit|continuing education|ceu|pto|overtime|within|every|next|first|last|least every|advance|accru\w{0,4}|notice|vacation|sick|holiday|flight|clinical|supervised)\s(?:[a-z]{1,8}\s){0,2}$"
)


def _interval(match: re.Match[str]) -> tuple[float | None, float | None] | None:
    low = number(match["low"])
    high = number(match["high"]) if match["high"] else None
    bound = match["bound"]
    if high is None and bound and re.fullmatch(_MAXIMUM, bound):
        return None, low
    if high is None and ((bound and re.fullmatch(_MINIMUM, bound)) or match["plus"]):
        return low, None
    high = low if high is None else high
    return (low, high) if 0 < low <= high else None


def _weekly(found: tuple[float | None, float | None] | None) -> bool:
    return found is not None and max(found[0] or 0, found[1] or 0) <= 80


def _read(text: Text, basis: str) -> Hours | None:
    week: tuple[float | None, float | None] | None = None
    total: tuple[float | None, float | None] | None = None
    said = ""
    norm = text.norm
    for label in (
        _LABEL.finditer(norm[:20_000])
        if "hours" in norm or "stunden" in norm or "arbeitszeit" in norm or "time commitment" in norm
        else ()
    ):
        found = _interval(label)
        if _weekly(found):
            week, said = found, text.raw[label.start() : label.end()]
            break
    for start, end in text.hits(_HOUR_HITS)[:_READ]:
        if norm[start].isdigit():
            start += 1
        before = _BEFORE.search(norm, max(0, start - 44), start)
        if before is None:
            continue
        lead = norm[max(0, before.start() - 40) : before.start()]
        after = norm[end : end + 40]
        if _NEVER_BEFORE.search(lead):
            continue
        found = _interval(before)
        if found is None:
            continue
        per_week = _AFTER_WEEK.search(after)
        if per_week and week is None and _weekly(found):
            week, said = found, said or text.raw[before.start() : end + per_week.end()]
        elif not per_week and total is None and (max(found[0] or 0, found[1] or 0) <= 2000):
            in_all = _AFTER_TOTAL.search(after)
            if in_all or _BEFORE_TOTAL.search(lead):
                total, said = found, said or text.raw[before.start() : end]
    if week is None and total is None:
        return None
    return Hours(*(week or (None, None)), *(total or (None, None)), said, basis)


def parse_hours(field: Text | None, title: Text, description: Text) -> Hours | None:
    """Return the hours a week or in all, None if the posting states neither.

    Opening hours, shifts, leave and training are no hours of the job.

    >>> from normalize.text import scan
    >>> parse_hours(None, scan(""), scan("8-10 hrs/week for six weeks"))[:2]
    (8.0, 10.0)
    >>> parse_hours(None, scan(""), scan("about 40 hours in total"))[2:4]
    (40.0, 40.0)
    >>> parse_hours(None, scan(""), scan("open 24 hours, reply within 48 hours")) is None
    True
    """
    for text, basis in ((field, "field"), (title, "title"), (description, "description")):
        if text is not None and (found := _read(text, basis)):
            return found
    return None
