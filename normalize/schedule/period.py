"""Days: when it was posted, until when to apply, when it starts and ends.

`normalize.schedule.dates` reads a day; here the words around it say what happens on it.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from normalize.schedule.dates import (
    A_DATE,
    DATE,
    DATE_HERE,
    DAY,
    LENGTH,
    LETTER,
    MONTH,
    MONTH_YEAR,
    MONTHS,
    MONTHS_TOO,
    ORDINAL,
    YEAR,
    Day,
    date_of,
    day_of,
    full_year,
    next_date,
    order_of,
    parse_date,
    plausible,
)
from normalize.text.html import printable
from normalize.text.lexicon import stands_alone, values, whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import UNITS, any_of, number
from normalize.text.scanner import Text, anchors, fold, scan, word_anchors


class Period(NamedTuple):
    """When it starts and ends.

    Attributes:
        start, end: first and last day, where they can be dated; of a month alone its first or last day.
        weeks: length by its days, where both were stated as days.
        season: the term as stated: "summer 2027".
        text: the words start and end were read from.
        basis: field, title or description.
    """

    start: date | None
    end: date | None
    weeks: float | None
    season: str | None
    text: str
    basis: str


class Posted(NamedTuple):
    """The day it was posted; relative: counted back from today."""

    day: date
    relative: bool


class Deadline(NamedTuple):
    """The last day to apply, the words, and where they stood."""

    day: date
    text: str
    basis: str


SEASONS: dict[str, str] = values("dates", "seasons")
_RELATIVE: dict[str, int] = values("dates", "relative")
_AGO_WORDS = words("dates", "ago")
_AGO = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}0-9])(?P<n>[0-9]{{1,3}}|an?|one|two|three|four|five|six|eine[mr]?|une?|una?|een|uma?)\s?\+?\s?(?P<unit>{any_of(list(UNITS))}|minutes?|min|[hdw])\b"
    )
)
_AGO_ALONE = lazy_pattern(r"(?P<n>[0-9]{1,3})\s?\+?\s?(?P<unit>[hdw])")
_DAYS_OF = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
_SHORT_UNITS = {"h": "hour", "d": "day", "w": "week", "min": "hour", "minute": "hour", "minutes": "hour"}


def parse_posted(field: str | None, today: date, day_first: bool | None = None) -> Posted | None:
    """Return the day a board says it was posted, relative forms included.

    >>> parse_posted("Posted 30+ Days Ago", date(2026, 11, 23))
    Posted(day=datetime.date(2026, 10, 24), relative=True)
    >>> parse_posted("Few hours ago", date(2026, 11, 23)).day
    datetime.date(2026, 11, 23)
    """
    if not field:
        return None
    latest = today + timedelta(days=366)
    if field[4:5] == "-":  # ISO 8601, which most boards send
        try:
            day = plausible(date.fromisoformat(field[:10]), today)
            return Posted(day, False) if day and day <= latest else None
        except ValueError:
            pass
    stated = field.lstrip()[:4].isdigit()  # an epoch, or a year first: no words to look for
    if not stated:
        text = fold(field[:200]).strip().strip(".!")
        for word in (text, text.partition(" ")[2], text.partition(" ")[2].partition(" ")[2]):  # "Posted today"
            if word in _RELATIVE:
                return Posted(today - timedelta(days=_RELATIVE[word]), True)
        if match := (_AGO.search(text) if any(word in text for word in _AGO_WORDS) else _AGO_ALONE.fullmatch(text)):
            count = int(number(match["n"])) if match["n"].isdigit() or match["n"] in _COUNTS else 1
            days = _DAYS_OF[_SHORT_UNITS.get(match["unit"]) or UNITS[match["unit"]]]
            day = plausible(today - timedelta(days=days * count), today)
            return Posted(day, True) if day else None
        stated = re.search(YEAR, text) is not None
    found = parse_date(field, today, day_first)
    if found is None or found > latest:
        return None
    if not stated and found > today:  # a posting is of the past
        found = date_of(found.year - 1, found.month, found.day, today) or found
    return Posted(found, False)


_COUNTS = frozenset(("two", "three", "four", "five", "six"))
_CUE_HITS = word_anchors("dates.deadline", words("dates", "deadline"))
_APART = lazy_pattern(lambda: rf"[{LETTER}]{{5,}}[.;]\s|[.;]\n|\n[^:\n]{{3,40}}:|\n\n")
_OTHER_DAY = lazy_pattern(
    lambda: rf"(?<![{LETTER}])(?:{any_of(words('dates', 'start'))}|published|posted|opens?|interviews?)(?![{LETTER}])"
)


def parse_deadline(field: str | None, description: Text, today: date, day_first: bool | None = None) -> Deadline | None:
    """Return the last day to apply.

    >>> from normalize.text.scanner import scan
    >>> parse_deadline(None, scan("Apply by 5 Dec."), date(2026, 11, 23)).day
    datetime.date(2026, 12, 5)
    """
    if field and (found := parse_date(field, today, day_first)):
        return Deadline(found, field, "field")
    norm = description.norm
    day_first = order_of(description, day_first)
    for start, end in description.hits(_CUE_HITS)[:20]:
        match = DATE.search(norm, end, end + 80) if stands_alone(norm, start, end) else None
        if match is None:
            continue
        between = norm[end : match.start()]
        if len(between.split()) > 6 or _APART.search(between) or _OTHER_DAY.search(between):
            continue
        if (day := day_of(match, day_first)) and (found := next_date(day, today)):
            return Deadline(found, description.raw[start : match.end()], "description")
    return None


_UNTIL, _BOTH = words("dates", "until"), words("dates", "both")
_ARTICLE = r"(?:the |le |la |el |il |o |den |dem |de )?"
_WEEKDAY = rf"(?:(?:{any_of(words('dates', 'weekdays'))})[.,]{{0,2}} )?"
_TO = lazy_pattern(
    lambda: (
        rf"\s{{0,2}}(?:-|(?P<strong>{any_of(_UNTIL)})|(?P<both>{any_of(_BOTH)}))\s{{0,2}}{_ARTICLE}{_WEEKDAY}(?=[0-9{LETTER}])"
    )
)
_BARE_AFTER = lazy_pattern(lambda: rf"(?P<d>{DAY}){ORDINAL}(?![0-9:/.%]|\s?[{LETTER}])(?:,?\s{{1,2}}(?P<y>{YEAR}))?")
_BARE_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![0-9./-])(?P<d>{DAY}){ORDINAL}(?:[./](?P<m>1[0-2]|0?[1-9])(?![0-9])\.?)?\s{{0,2}}(?:-|{any_of([*_UNTIL, *_BOTH])})\s{{0,2}}{_ARTICLE}$"
    )
)
_CUE = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?:(?P<other>{any_of(words('dates', 'other'))})|(?P<start>{any_of(words('dates', 'start'))})|(?P<end>{any_of(words('dates', 'end'))})"
        rf"|(?P<between>{any_of(words('dates', 'between'))})|(?P<from>{any_of(words('dates', 'from'))})|(?P<runs>{any_of([*words('dates', 'runs'), *SEASONS])}))(?![{LETTER}])"
    )
)
_VAGUE = lazy_pattern(lambda: rf"(?<![{LETTER}])(?:{any_of(words('dates', 'vague'))})[\s-]{{0,2}}{_ARTICLE}{_WEEKDAY}$")
_OR_ANOTHER = lazy_pattern(lambda: rf",?\s(?:{any_of(words('dates', 'either'))})\s{_ARTICLE}{_WEEKDAY}{A_DATE}")
_NEW_SUBJECT = lazy_pattern(r"[,:)/|\n]|\s-\s")
_OTHER_AFTER = lazy_pattern(lambda: rf"[ )]{{0,2}}(?:{any_of(words('dates', 'other'))})(?![{LETTER}])")
_SHORTEST, _LONGEST = 5, 1826  # days
_A_WHILE, _SIX_WEEKS = 14, 42  # days: shorter than the first is an event where no word says what it is


class _Lead(NamedTuple):
    """What the words before a date make of it.

    Attributes:
        cue: the last word that tells: other, start, end, between, from, runs.
        starts, between, job: whether such words stood there, the last for a word of the job itself.
    """

    cue: str | None
    starts: bool = False
    between: bool = False
    job: bool = False


def _lead(norm: str, at: int) -> _Lead:
    before = norm[max(0, at - 70) : at]
    line = before.rfind("\n")
    if line >= 0 and len(before) - line > 8:  # the line of a label counts, but no line before that
        before = before[line + 1 :]
    if stop := max(before.rfind(sign) for sign in (". ", "; ", "? ", "! ")) + 1:
        before = before[stop:] if len(before) - stop > 3 else before
    if _VAGUE.search(before):
        return _Lead("other")
    cues: list[str | None] = []
    other = None
    for match in _CUE.finditer(before):
        cue = match.lastgroup
        if cue == "other":
            other = match.end()
        elif other is not None and cue in ("start", "runs") and _NEW_SUBJECT.search(before, other, match.start()):
            other = None  # "Applications due May 1, start date June 7"
        cues.append(cue)
    if other is not None or ("between" in cues and LENGTH.search(before)):  # "six weeks between May and July"
        return _Lead("other")
    return _Lead(cues[-1] if cues else None, "start" in cues, "between" in cues, "runs" in cues)


class _Span(NamedTuple):
    """Two days and where they stand; strong: joined by a word such as "until"."""

    start: date
    end: date
    at: int
    to: int
    strong: bool


def _span(norm: str, match: re.Match[str], lead: _Lead, today: date, day_first: bool | None) -> _Span | None:
    """Return the period that begins, or ends, with a date; None if it stands alone."""
    joint = _TO.match(norm, match.end())
    second = DATE_HERE.match(norm, joint.end()) if joint else None
    first = day_of(match, day_first, second is not None)
    if first is None:
        return None
    if joint:
        if joint["both"] and not lead.between:
            return None
        if second:
            last = day_of(second, day_first, True)
            return _dated(first, last, match.start(), second.end(), bool(joint["strong"]), today) if last else None
        if match["m2"] and (bare := _BARE_AFTER.match(norm, joint.end())):
            last = Day(first.month, int(bare["d"]), full_year(bare["y"]) or first.year)
            return _dated(first, last, match.start(), bare.end(), bool(joint["strong"]), today)
    if (match["m1"] or match["a"]) and (bare := _BARE_BEFORE.search(norm[max(0, match.start() - 18) : match.start()])):
        if bool(bare["m"]) != bool(match["a"]):
            return None
        day, month = int(bare["d"]), int(bare["m"] or first.month)
        if bare["m"] and not (match["s3"] == "." or day_first):
            if day_first is None:
                return None
            day, month = month, day
        return _dated(
            Day(month, day, None), first, max(0, match.start() - 18) + bare.start(), match.end(), False, today
        )
    return None


def _dated(first: Day, last: Day, at: int, to: int, strong: bool, today: date) -> _Span | None:
    end = next_date(last._replace(year=last.year or first.year), today)
    if end is None:
        return None
    if (
        first.year is not None
        and last.year is None
        and end < (date_of(first.year, first.month, first.day, today) or end)
    ):
        end = date_of(end.year + 1, end.month, end.day, today) or end
    start = date_of(first.year or end.year, first.month, first.day, today)
    if start is not None and start > end and first.year is None:
        start = date_of(end.year - 1, first.month, first.day, today)
    if start is None or not _SHORTEST <= (end - start).days + 1 <= _LONGEST:
        return None
    return _Span(start, end, at, to, strong)


def _is_the_job(span: _Span, lead: _Lead, in_title: bool) -> bool:
    """Tell a period of work from an event, a deadline or the days between which one may start."""
    days = (span.end - span.start).days + 1
    if lead.cue == "other":
        return False
    if lead.starts and (lead.between or (not span.strong and days < _SIX_WEEKS)):
        return False
    return in_title or lead.cue is not None or days >= _A_WHILE


_ALL_MONTHS = whole(MONTHS)
_DAY_HITS = anchors(
    "dates.day",
    lambda: [
        rf"\b[0-3]?[0-9](?:st|nd|rd|th|\.|er|º|ª|°)?(?:\s?(?:of|de|do|di|del|d')\s?|[\s-]|){_ALL_MONTHS}",
        rf"{_ALL_MONTHS}\.?\s{{0,2}}[0-9]",
        r"\b[0-3]?[0-9][./-]\s?[0-3]?[0-9][./-]\s?(?:20)?[0-9]{2}",
        r"\b20[0-9]{2}[./-][0-1]?[0-9][./-][0-3]?[0-9]",
    ],
)


def parse_period(
    start_field: str | None, title: Text, description: Text, today: date, day_first: bool | None = None
) -> Period | None:
    """Return start, end and season, as far as the posting dates them.

    Days give a length; months alone give start and end, but no weeks.

    >>> from normalize.text.scanner import scan
    >>> period = parse_period(None, scan("Intern"), scan("Runs June 3 - August 9, 2027."), date(2026, 11, 23))
    >>> period.start, period.end, period.weeks
    (datetime.date(2027, 6, 3), datetime.date(2027, 8, 9), 9.7)
    """
    field = scan(printable(start_field[:200])) if start_field else None
    season = (field and _season(field)) or _season(title) or _season(description)
    if field and (found := _in_field(field, today, day_first)):
        return found._replace(season=season)
    day_first = order_of(description, day_first)
    for text, basis in ((title, "title"), (description, "description")):
        period = _days(text, basis, today, day_first)
        if period is None or period.start is None:
            period = _months(text, basis, today) or _first_month(text, basis, today) or period
        if period is not None:
            return period._replace(season=season)
    return Period(None, None, None, season, "", "description") if season else None


def _in_field(text: Text, today: date, day_first: bool | None) -> Period | None:
    field = text.raw
    if (period := _days(text, "title", today, day_first)) and period.end:
        return period._replace(basis="field")
    if found := parse_date(field, today, day_first):
        return Period(found, None, None, None, field, "field")
    month = MONTH_YEAR.search(text.norm)
    if month is None or _VAGUE.search(text.norm[: month.start()]):
        return None
    start = _first_of(month, today)
    return Period(start, None, None, None, field, "field") if start else None


def _days(text: Text, basis: str, today: date, day_first: bool | None) -> Period | None:
    """Return the first period of work between two days, else a start or an end that stands alone."""
    norm, raw = text.norm, text.raw
    seen = -1
    start: tuple[date, int, int] | None = None
    end: tuple[date, int, int] | None = None
    for at, _ in text.hits(_DAY_HITS)[:40]:
        if at < seen or (match := DATE.match(norm, at)) is None:
            continue
        seen = match.end()
        lead = _lead(norm, at)
        if span := _span(norm, match, lead, today, day_first):
            seen = span.to
            if _is_the_job(span, lead, basis == "title"):
                weeks = round(((span.end - span.start).days + 1) / 7, 1)
                return Period(span.start, span.end, weeks, None, raw[span.at : span.to], basis)
        elif lead.cue not in ("start", "end") or lead.between or (day := day_of(match, day_first)) is None:
            continue
        elif _OR_ANOTHER.match(norm, match.end()):
            seen = match.end() + 24  # "May 11 or June 15": neither is the day
        else:
            found = next_date(day, today)
            if found and lead.cue == "start" and start is None:
                start = found, at, match.end()
            elif found and lead.cue == "end" and end is None:
                end = found, at, match.end()
    if start and end and _SHORTEST <= (end[0] - start[0]).days + 1 <= _LONGEST:
        words_of = raw[start[1] : end[2]] if 0 < end[2] - start[1] <= 120 else raw[start[1] : start[2]]
        return Period(start[0], end[0], round(((end[0] - start[0]).days + 1) / 7, 1), None, words_of, basis)
    if one := start or end:
        first, last = (one[0], None) if start else (None, one[0])
        return Period(first, last, None, None, raw[one[1] : one[2]], basis)
    return None


_JOINTS = any_of(["-", *_UNTIL, *_BOTH])
_MONTHS = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?P<m1>{MONTH})(?:,?\s(?:of |de )?(?P<y1>{YEAR}))?\s?(?:-|(?P<strong>{any_of(_UNTIL)})|(?P<both>{any_of(_BOTH)}))\s?(?P<m2>{MONTH})(?:,?\s(?:of |de )?(?P<y2>{YEAR}))?(?!\s?[0-9])"
    )
)
_MONTHS_HITS = anchors(
    "dates.months", lambda: [rf"{_ALL_MONTHS}\.?(?:,?\s(?:of |de )?20[0-9]{{2}})?\s?(?:{_JOINTS})\s?[a-zà-ÿ]"]
)


def _months(text: Text, basis: str, today: date) -> Period | None:
    """Return the period between two months."""
    for at, _ in text.hits(_MONTHS_HITS)[:12]:
        match = _MONTHS.match(text.norm, at)
        if match is None:
            continue
        lead = _lead(text.norm, at)
        if lead.cue == "other" or (match["both"] and not lead.between) or (lead.starts and not match["strong"]):
            continue
        first, last = MONTHS[match["m1"].rstrip(".")], MONTHS[match["m2"].rstrip(".")]
        year = match["y2"] or match["y1"]
        if _OTHER_AFTER.match(text.norm, match.end()) or (year is None and basis != "title" and not lead.job):
            continue
        if match["y2"] or year is None:
            end_year = int(year) if year else today.year + (last < today.month)
            start_year = int(match["y1"]) if match["y1"] else end_year - (first > last)
        else:
            start_year = int(match["y1"])
            end_year = start_year + (last < first)
        start = date_of(start_year, first, 1, today)
        end = date_of(end_year, last, calendar.monthrange(end_year, last)[1], today)
        if start and end and 0 < (end - start).days < _LONGEST:
            return Period(start, end, None, None, text.raw[match.start() : match.end()], basis)
    return None


_START = any_of(words("dates", "start"))
_START_MONTH = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?:{_START})(?![{LETTER}])(?P<gap>[^\n.;0-9]{{0,20}}?)(?<![{LETTER}])(?P<m>{MONTH})(?:[\s,]{{1,2}}(?:of |de )?(?P<y>{YEAR}))?(?!\s?[0-9])"
    )
)
_OR_ANOTHER_MONTH = lazy_pattern(
    lambda: (
        rf"[\s,/]{{0,2}}(?:{any_of(words('dates', 'either'))}|{_JOINTS}|/)\s?(?:(?:{any_of(words('dates', 'vague'))})[\s-])?(?:{MONTH}|[0-9])"
    )
)
_IN = lazy_pattern(lambda: rf"(?:[:(,|-]|(?<![{LETTER}])(?:in|of|im|en|à|a|da|de|di|em|ab))\s?$")
_START_HITS = anchors("dates.start", lambda: [rf"{whole(words('dates', 'start'))}[^\n.;0-9]{{0,20}}{_ALL_MONTHS}"])


def _first_month(text: Text, basis: str, today: date) -> Period | None:
    """Return the month in which it starts, by its first day."""
    for at, _ in text.hits(_START_HITS)[:6]:
        match = _START_MONTH.match(text.norm, at)
        if (
            match is None
            or len(match["gap"].split()) > 3
            or _VAGUE.search(match["gap"])
            or _OR_ANOTHER_MONTH.match(text.norm, match.end())
            or (match["y"] is None and match["m"] in MONTHS_TOO and not _IN.search(match["gap"]))
        ):
            continue
        if _lead(text.norm, at).cue != "other" and (start := _first_of(match, today)):
            return Period(start, None, None, None, text.raw[match.start("m") : match.end()], basis)
    return None


def _first_of(month: re.Match[str], today: date) -> date | None:
    """Return the first day of a month; without a year of the next such month, this one counted in."""
    number_of = MONTHS[month["m"].rstrip(".")]
    year = int(month["y"]) if month["y"] else today.year + (number_of < today.month)
    return date_of(year, number_of, 1, today)


_SEASON_NOUN = (
    rf"(?:s?semester|term|session|season|program(?:me)?|cohort|analyst|associate|{any_of(words('kind', 'intern'))})"
)
_SEASON_YEAR = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?<!real )(?P<s>{any_of(list(SEASONS))})(?:\s?(?:[/&+-]|and|or|und|et)\s?(?:{any_of(list(SEASONS))}))?(?:[\s-]?{_SEASON_NOUN}){{0,3}}[\s,(:|-]{{0,3}}(?:of |de )?(?:(?P<y>20[0-9]{{2}})|'(?P<y1>[0-9]{{2}}))(?![0-9%])"
        rf"|(?<![0-9])(?P<y2>20[0-9]{{2}})\s(?P<s2>{any_of(list(SEASONS))})(?![{LETTER}])"
    )
)
_SEASON_HITS = anchors(
    "dates.season",
    lambda: [
        rf"{whole(SEASONS, open_end=True)}[^\n]{{0,40}}20[0-9]{{2}}",
        rf"{whole(SEASONS)}[^\n]{{0,40}}'[0-9]{{2}}",
        rf"20[0-9]{{2}} {whole(SEASONS)}",
    ],
)


def _season(text: Text) -> str | None:
    for start, _ in text.hits(_SEASON_HITS)[:6]:
        if match := _SEASON_YEAR.match(text.norm, start) or _SEASON_YEAR.search(text.norm, start, start + 60):
            if _lead(text.norm, match.start()).cue == "other":  # "a junior in the fall of 2026"
                continue
            year = full_year(match["y"] or match["y1"] or match["y2"])
            return f"{SEASONS[match['s'] or match['s2']]} {year}"
    return None


# Countries whose short dates begin with the month, by CLDR's date patterns.
_MONTH_FIRST = frozenset(("US", "PH", "PR", "GU", "AS", "MP", "VI", "UM", "MH", "FM", "PW"))


def day_first_of(country: str | None) -> bool | None:
    """Return whether a country writes the day before the month; None where that is not known: Canada does both.

    >>> day_first_of("GB"), day_first_of("US"), day_first_of("CA"), day_first_of(None)
    (True, False, None, None)
    """
    return None if country in (None, "CA") else country not in _MONTH_FIRST
