"""The duration of a job, read from the words of the posting.

The scanner finds numbers with a unit of time; the few words on either side tell whether it is the length of the job
(`normalize.cues.duration`).
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from normalize.cues.decide import Decision, signs_beside, weights
from normalize.cues.duration import (
    NEVER,
    OTHER,
    another,
    in_headline,
    named_after,
    named_before,
    of_a_term,
    opened_by_label,
    qualified,
    repeats,
    role,
)
from normalize.cues.rules import phrases
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import (
    JOIN,
    UNITS,
    WEEKS_PER_MONTH,
    WORKDAY,
    Measure,
    any_of,
    measured,
    number,
    opened_after,
    opened_before,
    plain,
    weeks,
)
from normalize.text.scanner import Hit, Text, anchors, scan
from normalize.text.tokens import after, before, tokens

MAX_WEEKS = 260.9  # five years; what is longer is no internship
_SEMESTERS = 12  # "fall 2027 semester" states no number of semesters
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


class Length(NamedTuple):
    """A length of time in a text, whatever it is the length of."""

    start: int
    end: int
    low: float
    high: float | None
    low_unit: str
    unit: str  # one of the vocabulary's, or `WORKDAY`
    attributive: bool
    job: bool = False  # its own words name the job


_FIXED: dict[str, list[Any]] = values("duration", "fixed")
_FIXED_HITS = anchors("duration.fixed", lambda: [rf"\b(?:{any_of(_FIXED)})\b"])
# "Duration (in weeks): 10", "number of weeks: 10"
_LABELS = any_of(word for word in words("duration", "labels") if word.isalpha())
_COUNTS = any_of(words("duration", "counts"))
_UNIT_FIRST = lazy_pattern(
    lambda: (
        rf"(?:(?:{_LABELS})[^:=\n]{{0,24}}?[\s(\[/]|(?:{_COUNTS})\s)(?P<unit>[a-zß-ÿ]+)\.?(?:\([a-z]{{1,2}}\))?[)\]]?"
        r"\s?[:=]\s{0,3}"
        r"(?=[0-9])"
    )
)
_UNIT_FIRST_HITS = anchors(
    "duration.unit_first", lambda: [rf"\b(?:{_LABELS}|{_COUNTS})[^:=\n]{{0,36}}[:=]\s{{0,3}}[0-9]"]
)
# "Weeks: 10" on a line of its own
_ALONE = any_of(words("duration", "alone"))
_UNIT_ALONE = lazy_pattern(lambda: rf"\n?[*•\s-]{{0,4}}(?P<unit>{_ALONE})\s?:\s{{0,3}}(?=[0-9])")
_UNIT_ALONE_HITS = anchors("duration.alone", lambda: [rf"(?:^|\n)[*•\s-]{{0,4}}(?:{_ALONE})\s?:\s{{0,3}}[0-9]"])
_AT_MOST = rf"(?:{any_of(words('duration', 'maximum'))})"
_FULL = rf"(?:\s?[(,]?\s?(?:[a-zà-ÿ]{{1,3}}\s)?(?:[a-z]{{4,7}}\s)?(?:{any_of(words('hours', 'full'))})\)?)?"
# "3 weeks to 2 months", "3 weeks, 2 months", "at least 3 weeks (max. 2 months)", "3 months full-time or 6 months part-time"
_JOINED = lazy_pattern(
    lambda: rf"{_FULL}(?:(?:{JOIN})(?:{_AT_MOST}\s)?|(?P<comma>\s{{0,2}},\s{{0,2}}))|\s?[,;(]?\s?{_AT_MOST}\.?:?\s"
)
_PLUS = any_of(words("duration", "plus"))
# "2 months and 2 weeks", "1 year, 6 months", "10 weeks plus 1 week"
_ADDED = lazy_pattern(
    lambda: (
        rf"\s{{0,2}}|\s?(?P<comma>,)\s?|,?\s(?:&|{any_of(words('duration', 'sums'))})\s"
        rf"|(?P<plus>\s?\+\s?|,?\s(?:{_PLUS})\s)"
    )
)
_BETWEEN = any_of(words("duration", "joiners"))
_AT_LEAST_AFTER = any_of(words("duration", "minimum_after"))
_IDEALLY = any_of(words("duration", "ideally"))
# "3 months minimum, 6 months maximum", "at least 3 months, ideally 6 months"
_BOUNDED = lazy_pattern(
    lambda: (
        rf"(?:\s\(?(?P<least>{_AT_LEAST_AFTER})\.?\)?)?(?:\s?[,;/(-]\s?|\s)(?:(?:{_BETWEEN})\s)?"
        rf"(?:(?P<most>{_AT_MOST}\.?\s)|(?P<ideal>{_IDEALLY})\s)?"
    )
)
_IDEAL = frozenset(phrase.rpartition(" ")[2] for phrase in words("duration", "ideally"))
_NEAR = 36  # characters between lengths that belong together
_DAYS = {"day": 1, WORKDAY: 7 / 5, "week": 7, "month": 7 * WEEKS_PER_MONTH, "year": 84 * WEEKS_PER_MONTH}
_RANKS = {"day": 0, WORKDAY: 0, "week": 1, "month": 2, "year": 3}


def lengths(text: Text) -> list[Length]:
    """Return the lengths of time in a text, those that belong together as one: "3 weeks to 2 months".

    >>> from normalize.text.scanner import scan
    >>> [(length.low, length.high, length.unit) for length in lengths(scan("1 year and 6 months; 3 to 4 weeks"))]
    [(18.0, 18.0, 'month'), (3.0, 4.0, 'week')]
    """
    spans: list[Length] = []
    for part in measured(text, "day", "week", "month", "year", "semester"):
        length = _length_of(part)
        if spans and part.start - spans[-1].end < _NEAR:
            length = _together(text, spans, length)
        spans.append(length)
    for hits, pattern in ((_UNIT_FIRST_HITS, _UNIT_FIRST), (_UNIT_ALONE_HITS, _UNIT_ALONE)):
        for start, _ in text.hits(hits)[:_READ]:
            match = pattern.match(text.norm, start)
            counted = plain(text, match.end()) if match else None
            named = UNITS.get(match["unit"], "hour") if match else "hour"
            if match is not None and counted is not None and named != "hour":
                start += len(match[0]) - len(match[0].lstrip("\n*• -"))
                spans.append(Length(start, counted.end, counted.low, counted.high, named, named, False, True))
    for start, end in _longest(text.hits(_FIXED_HITS)[:_READ]):
        around = [length for length in spans if length.start < end and start < length.end]
        if any(length.end - length.start > end - start for length in around):
            continue  # "mes y medio" of "un mes y medio"
        spans = [length for length in spans if length not in around]
        value, unit = _FIXED[text.norm[start:end]]
        job = of_a_term(text.norm[start:end])  # "Jahresvertrag"
        spans.append(Length(start, end, value, value, unit, unit, False, job))
    return spans


def _length_of(part: Measure) -> Length:
    unit = WORKDAY if part.working else UNITS[part.unit]
    if unit == "year" and part.high is not None and part.high < 1:  # "half a year"
        return Length(part.start, part.end, 12 * part.low, 12 * part.high, "month", "month", part.attributive)
    return Length(part.start, part.end, part.low, part.high, unit, unit, part.attributive)


def _longest(hits: list[Hit]) -> list[Hit]:
    """Return the places that lie in no longer one: "a year and a half", not also "for a year"."""
    kept: list[Hit] = []
    for start, end in sorted(hits, key=lambda hit: hit[0] - hit[1]):
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end))
    return sorted(kept)


def _together(text: Text, lengths: list[Length], length: Length) -> Length:
    """Return what a length makes of itself and the one right before it, which is taken from the list then."""
    last, norm = lengths[-1], text.norm
    gap = slice(last.end, length.start)
    added = _ADDED.fullmatch(norm, gap.start, gap.stop)
    joined = _JOINED.fullmatch(norm, gap.start, gap.stop)
    bounded = None if added or joined else _BOUNDED.fullmatch(norm, gap.start, gap.stop)
    if not (added or joined or bounded):
        return length
    rest = after(text, length.end)
    if repeats(rest):
        return length  # "3 months, 2 days a week"
    foreign = any(role(word) & (OTHER | NEVER) for word in rest[:2] if word.isalpha())  # "6 weeks' notice"
    if added is not None:
        total = None if foreign else _sum(last, length, norm, bool(added["plus"]), bool(added["comma"]))
        if total is not None:
            lengths.pop()
            return total
        if added["plus"] or (added["comma"] and _RANKS.get(length.unit, 9) == 0 and _RANKS.get(last.unit, 0) > 0):
            return length  # "3 months + 3 months extension", "8 weeks, 5 days"
    if joined and not (foreign and joined["comma"]):
        return _one(lengths.pop(), length)
    if bounded and (bounded["most"] or (bounded["least"] and opened_after(rest)[0] == "max")):
        return _one(lengths.pop(), length)
    if bounded and (bounded["ideal"] or (bounded["least"] and not _IDEAL.isdisjoint(rest[:3]))):
        return lengths.pop()  # what would be ideal is no end of it
    return length


def _sum(first: Length, second: Length, norm: str, plus: bool, comma: bool) -> Length | None:
    """Return a length and the smaller one that is added to it, None if the second is no part of a whole of the first.

    Args:
        norm: the text they stand in.
        plus: a sign says that they are added, so that the second may be of any size.
        comma: only a comma stands between, as between "8 weeks, 5 days".
    """
    if first.low != first.high or second.low != second.high:
        return None
    if "-" in norm[second.start : second.end] and "-" not in norm[first.start : first.end]:
        return None  # "1 year, a 12-week"
    if first.unit not in _RANKS or second.unit not in _RANKS:
        return None
    step = _RANKS[first.unit] - _RANKS[second.unit]
    whole, part = _DAYS[first.unit], _DAYS[second.unit] * second.low
    if not (plus and step >= 0) and (step < 1 or part >= whole or (comma and first.unit == "week")):
        return None
    value, unit = first.low, first.unit
    if unit == "year" and second.unit == "month":
        value, unit = 12 * value + second.low, "month"
    else:
        value += second.low if first.unit == second.unit else round(part / whole, 4)
    return Length(first.start, second.end, value, value, unit, unit, second.attributive)


def _one(first: Length, second: Length) -> Length:
    """Return two lengths as the span from the shorter to the longer; the second where their units cannot be compared."""
    lows = [weeks(one.low, one.low_unit) for one in (first, second)]
    highs = [weeks(one.high or one.low, one.unit) for one in (first, second)]
    if None in lows or None in highs:
        return second
    least = first if (lows[0] or 0) <= (lows[1] or 0) else second
    most = first if (highs[0] or 0) > (highs[1] or 0) else second
    high = None if first.high is None or second.high is None else most.high
    return Length(first.start, second.end, least.low, high, least.low_unit, most.unit, second.attributive)


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
    unit = "day" if length.unit == WORKDAY else length.unit
    return Duration(least, most, low, high, unit, text.raw[start:end], basis)


FIELD = "duration"
JOBS = "the job's"
"""The meaning of a length that is the job's."""
# How likely a length in a title must be the job's; a title speaks of nothing else, but years and days are mostly not.
_IN_TITLE = {"week": 0.1, "month": 0.1, "semester": 0.1, "day": 0.5, "year": 0.5}
_OF_TERM = 0.1  # so much less likely is enough where the title names a job that has a term, an internship
_OVERRULED = frozenset(("month",))  # units of which other words may outweigh nearest words that are against them
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
    if not words_before and (within := _within(lead)):
        opened, words_before = "max", within
    start = length.start if not words_before else text.norm.rfind(lead[words_before - 1], 0, length.start)
    return lead[words_before:], rest[used:], opened or side or opened_by_label(lead), start, end


_WITHIN = [tokens(phrase)[::-1] for phrase in words("duration", "within")]


def _within(lead: list[str]) -> int:
    """Return how many words right behind a label, or at the very start, say that it lasts no longer: "Duration: within"."""
    for phrase in _WITHIN:
        size = len(phrase)
        if lead[:size] == phrase and lead[size : size + 1] in ([], [":"], ["-"], ["="]):
            return size
    return 0


def candidates(
    text: Text, basis: str, codes: frozenset[str] | None = None, every_word: bool = False
) -> list[Candidate]:
    """Return the lengths of time in a title or a text, each with how likely it is the job's.

    Args:
        basis: title or description.
        codes: the languages to read with, None for all.
        every_word: every word is a sign, as a fit asks for, not only those with weights.

    >>> from normalize.text.scanner import scan
    >>> [one.duration.text for one in candidates(scan("A 12-week internship; 2 years of experience"), "title")]
    ['12-week']
    """
    spans = lengths(text)
    if not spans:
        return []
    fitted, table = weights(FIELD), phrases(FIELD, codes)
    known = None if every_word else fitted.words
    read = []
    for length in spans:
        settled = another(text, length.end, length.attributive)
        if settled and not every_word:
            continue  # most lengths are experience, and the next word shows it
        lead, rest, side, start, end = _sides(text, length)
        duration = _stated(length, side, start, end, text, basis)
        if duration is None:
            continue
        nearest = _nearest(length, lead, rest, settled)
        if nearest.total is None and length.unit not in _OVERRULED and not every_word:
            continue  # so sure that the rest of the words need not be weighed
        signs = signs_beside(text, length.start, length.end, length.unit, table, known)
        signs |= nearest.signs(length.unit)
        signs |= _facts(length, duration, side, rest)
        if in_headline(text.norm, start):
            signs["an item of a headline that names a job"] = ""
        read.append(Candidate(duration, length.unit, fitted.decide(signs)))
    return read


class _Nearest(NamedTuple):
    """The scores with which the nearest words call a length the job's; None where they refer it to something else."""

    noun: int | None
    label: int | None

    @property
    def total(self) -> int | None:
        return None if self.noun is None or self.label is None else self.noun + self.label

    def signs(self, unit: str) -> dict[str, str]:
        total = "against it" if self.total is None else str(self.total)
        general = (f"nouns: {self.noun}", f"labels: {self.label}", f"nouns and labels: {total}")
        return {sign: "" for name in general for sign in (name, f"{unit}: {name}")}


def _nearest(length: Length, lead: list[str], rest: list[str], settled: bool) -> _Nearest:
    noun = None if settled else 4 if length.job else named_after(rest, length.attributive)
    label = None if noun is None else 0 if length.job else named_before(lead, noun, length.attributive)
    return _Nearest(noun, label)


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


# ISO 8601, as in schema.org's jobDuration: P3M, P1Y6M, P10W, P90DT0H
_ISO = lazy_pattern(r"p(?:[0-9]{1,3}(?:[.,][0-9]{1,2})?[ymwd]){1,4}(?:t[0-9hms.,]{0,12})?")
_ISO_PART = lazy_pattern(r"(?P<value>[0-9.,]+)(?P<unit>[ymwd])")
_ISO_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_LETTERS: dict[str, str] = values("units", "letters")
_SHORTHAND = lazy_pattern(lambda: rf"(?<=[0-9+])\s?(?P<letter>{any_of(_LETTERS)})(?![a-zà-ÿ'])")
_WORDS = {kind: word for word, kind in reversed(UNITS.items())}  # any word of each unit
_CODES = {"wee": "week", "mon": "month", "ann": "year"}  # schema.org takes the codes of UN/CEFACT


def _in_field(text: Text) -> Duration | None:
    """Return the first length in a board's own field, which speaks of nothing else, but how often."""
    norm = text.norm.strip()
    if _ISO.fullmatch(norm):
        return _in_iso(text, norm)
    if norm[:1] == "{":
        return _in_record(text)
    spans = lengths(text)
    if not spans and _SHORTHAND.search(norm):
        return _in_shorthand(text)
    for length in spans:
        lead, rest, side, start, end = _sides(text, length)
        duration = _stated(length, side, start, end, text, "field")
        if duration is not None and not repeats(rest) and not qualified(rest[:4], OTHER) and not qualified(lead[:3]):
            return duration
    return None


def _in_iso(text: Text, norm: str) -> Duration | None:
    total: Length | None = None
    for part in _ISO_PART.finditer(norm.partition("t")[0]):
        value, unit = number(part["value"]), _ISO_UNITS[part["unit"]]
        if value:
            length = Length(0, 0, value, value, unit, unit, False)
            total = length if total is None else _sum(total, length, norm, True, False)
            if total is None:
                return None
    return _stated(total, None, 0, len(text.raw), text, "field") if total else None


def _in_shorthand(text: Text) -> Duration | None:
    """Read letters for units, which say nothing outside such a field: "3-6 m", "1y 6m"."""
    written = _SHORTHAND.sub(lambda match: f" {_WORDS[_LETTERS[match['letter']]]}", text.norm)
    duration = _in_field(scan(written))
    return None if duration is None else duration._replace(text=text.raw.strip())


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
