"""When it starts and ends, and the days between which one may start.

`normalize.schedule.mentions` finds days, `normalize.schedule.day_roles` reads the words beside them; here they are chosen.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from normalize.schedule.dates import (
    LENGTH,
    LETTER,
    MONTH,
    MONTH_YEAR,
    MONTHS,
    MONTHS_TOO,
    OF,
    YEAR,
    Day,
    date_of,
    next_date,
    order_of,
    parse_date,
)
from normalize.schedule.day_roles import Lead, clause_after, clause_before, lead, listed
from normalize.schedule.mentions import LONGEST, SHORTEST, Mention, mentions, pair_of
from normalize.schedule.season import MONTHS_OF, parse_season
from normalize.text.html import printable
from normalize.text.lexicon import whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors, scan


class Period(NamedTuple):
    """When it starts and ends.

    Attributes:
        start, end: first and last day, where they can be dated; of a month alone its first or last day.
        weeks: length by its days, where both were stated as days.
        season: the term as stated: "summer 2027".
        text: the words start and end were read from.
        basis: field, title or description.
        latest: the last day on which it may start; `start` is then the first such day, if that is stated.
    """

    start: date | None
    end: date | None
    weeks: float | None
    season: str | None
    text: str
    basis: str
    latest: date | None = None


_GAP_WORDS = 4  # between a word for a start and its month
_READ = 30  # months looked at in one text
_A_WHILE, _SIX_WEEKS = 14, 42  # days: shorter than the first is an event where no word says what it is


def parse_period(
    start_field: str | None,
    title: Text,
    description: Text,
    today: date,
    day_first: bool | None = None,
    deadline: date | None = None,
) -> Period | None:
    """Return start, end and season, as far as the posting dates them.

    Days give a length; months alone give start and end, but no weeks.

    Args:
        deadline: the last day to apply; where it is over, a day without a year is the next one after it.

    >>> from normalize.text.scanner import scan
    >>> period = parse_period(None, scan("Intern"), scan("Runs June 3 - August 9, 2027."), date(2026, 11, 23))
    >>> period.start, period.end, period.weeks
    (datetime.date(2027, 6, 3), datetime.date(2027, 8, 9), 9.7)
    >>> period = parse_period(None, scan("Intern"), scan("Start between 1 and 15 June."), date(2026, 11, 23))
    >>> period.start, period.latest, period.end
    (datetime.date(2027, 6, 1), datetime.date(2027, 6, 15), None)
    """
    field = scan(printable(start_field[:200])) if start_field else None
    term = (field and parse_season(field)) or parse_season(title) or parse_season(description)
    season = f"{term[0]} {term[1]}" if term else None
    if field and (period := _in_field(field, today, day_first)):
        return period._replace(season=season)
    years = _Years(today, deadline, term)
    day_first = order_of(description, day_first)
    for text, basis in ((title, "title"), (description, "description")):
        period = _days(text, basis, years, day_first)
        if period is None or (period.start or period.latest) is None:
            period = _months(text, basis, years) or _first_month(text, basis, years) or period
        if period is not None:
            return period._replace(season=season)
    return Period(None, None, None, season, "", "description") if season else None


class _Years(NamedTuple):
    """The evidence for the year of a day that is written without a year."""

    today: date
    deadline: date | None = None
    term: tuple[str, int] | None = None

    def base(self, month: int) -> date:
        """Return the day after which the next such day is meant."""
        if self.deadline is not None and self.deadline < self.today:
            return self.deadline
        if self.term and self.term[1] <= self.today.year and month in MONTHS_OF.get(self.term[0], ()):
            return date(self.term[1], 1, 1)
        return self.today

    def date_of(self, day: Day) -> date | None:
        return next_date(day, self.base(day.month))


def _in_field(text: Text, today: date, day_first: bool | None) -> Period | None:
    field = text.raw
    period = _days(text, "field", _Years(today), day_first)
    if period and (period.end or period.latest):
        return period
    if day := parse_date(field, today, day_first):
        return Period(day, None, None, None, field, "field")
    month = MONTH_YEAR.search(text.norm)
    if month is None or lead(text.norm[: month.start()], "").vague:
        return None
    start = _first_of(month, today)
    return Period(start, None, None, None, field, "field") if start else None


class _Choice:
    """The first start, end and last day to start that a text gives without a pair."""

    def __init__(self) -> None:
        self.start: tuple[date, Mention] | None = None
        self.end: tuple[date, Mention] | None = None
        self.latest: tuple[date, Mention] | None = None

    def take(self, day: date, mention: Mention, cue: Lead) -> None:
        """Take a day for what its words say it is; the first of each kind counts."""
        name = _role(cue)
        if name and getattr(self, name) is None:
            setattr(self, name, (day, mention))

    def period(self, raw: str, basis: str) -> Period | None:
        start, end, latest = self.start, self.end, self.latest
        if start and end and SHORTEST <= (end[0] - start[0]).days + 1 <= LONGEST:
            length = end[1].end - start[1].start
            words_of = raw[start[1].start : end[1].end] if 0 < length <= 120 else raw[start[1].start : start[1].end]
            weeks = round(((end[0] - start[0]).days + 1) / 7, 1)
            return Period(start[0], end[0], weeks, None, words_of, basis)
        if latest and (start is None or start[0] < latest[0]):
            first, last = (start or latest)[1].start, latest[1].end
            near = 0 < last - first <= 120
            words_of = raw[first:last] if near else raw[latest[1].start : last]
            return Period(start[0] if start else None, None, None, None, words_of, basis, latest[0])
        if alone := start or end:
            words_of = raw[alone[1].start : alone[1].end]
            return Period(start[0] if start else None, None if start else alone[0], None, None, words_of, basis)
        return None


def _role(cue: Lead) -> str | None:
    """Return the role of a day without a pair: start, end or latest; None for any other."""
    if cue.other or cue.between:
        return None
    starts = cue.start or (cue.near and cue.job)
    if starts and cue.latest:
        return "latest"
    if cue.vague:
        return None
    if cue.last == "end":
        return "end"
    return "start" if starts else None


def _days(text: Text, basis: str, years: _Years, day_first: bool | None) -> Period | None:
    """Return the first period of work between two days, else the days of its start and its end that are given without a pair."""
    raw = text.raw
    choice = _Choice()
    window: Period | None = None
    for mention, cue, before in _cues(text, day_first):
        if basis == "field":
            cue = cue._replace(start=True, close=True)
        stated = raw[mention.start : mention.end]
        if mention.last is None or (mention.joint == "both" and not cue.between):
            day = years.date_of(mention.first)
            if day is not None and not (
                day == years.deadline and cue.applies and cue.last == "end"
            ):  # "reactions until 25 June"
                choice.take(day, mention, cue)
            continue
        if mention.joint == "either":  # "May 11 or June 15": neither is the day
            continue
        pair = pair_of(mention.first, mention.last, years.base(mention.first.month))
        of_end = mention.joint == "both" and cue.end and not cue.start  # "ends between 1 and 15 December"
        by_then = cue.latest and not cue.start  # "by 1-15 April"
        if pair is None or cue.other or cue.vague or of_end or by_then:
            continue
        days = (pair[1] - pair[0]).days + 1
        if _is_window(mention, cue, days, before):
            window = window or Period(pair[0], None, None, None, stated, basis, pair[1])
        elif cue.between and LENGTH.search(before):  # "six weeks between May and July"
            continue
        elif days >= SHORTEST and _is_the_job(cue, days, basis):
            return Period(*pair, round(days / 7, 1), None, stated, basis)
    alone = choice.period(raw, basis)
    return window if window and not (alone and alone.weeks) else alone


def _cues(text: Text, day_first: bool | None) -> Iterator[tuple[Mention, Lead, str]]:
    for mention in mentions(text, day_first):
        before = clause_before(text.norm, mention.start)
        cue = lead(before, clause_after(text.norm, mention.end), _fresh(text.raw, mention.end))
        if text.norm[mention.start - 1 : mention.start] == "(" and LENGTH.search(before):
            cue = cue._replace(job=True)  # "an eight-week stay (3 June - 26 July)"
        elif (heading := _HEADING.search(text.raw, max(0, mention.start - _HEADING_REACH), mention.start)) and (
            heading[1].lower() in _HEADINGS
        ):
            cue = cue._replace(other=False, label=True)
        yield mention, cue, before


# "DATES 2 June - 24 August": a heading of a text whose lines were joined
_HEADING = lazy_pattern(r"\b([A-Z]{4,})[\s:]{1,3}$")
_HEADING_REACH = 20
_HEADINGS = frozenset(words("dates", "runs"))


def _fresh(raw: str, at: int) -> bool:
    return raw[at : at + 1].isspace() and raw[at + 1 : at + 2].isupper()


def _is_window(mention: Mention, cue: Lead, days: int, before: str) -> bool:
    """Tell whether a pair of days bounds the start and is no period of work."""
    if not (cue.start and cue.close) or cue.end:
        return False
    labelled = before.rstrip().endswith(":")  # "Start dates: June 1 to June 21"
    short = days < _SIX_WEEKS and (mention.joint == "-" or labelled)
    return mention.joint == "both" or cue.between or short


def _is_the_job(cue: Lead, days: int, basis: str) -> bool:
    """Tell a period of work from an event, a deadline or the days of anything else."""
    if basis in ("title", "field"):
        return True
    if cue.job or cue.start or cue.end or cue.label:
        return True
    return cue.bare and days >= _A_WHILE


_ALL_MONTHS = whole(MONTHS)
_UNTIL, _BOTH, _EITHER = words("dates", "until"), words("dates", "both"), words("dates", "either")
_JOINTS = any_of(["-", "/", *_UNTIL, *_BOTH, *_EITHER])
_MONTHS = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?P<m1>{MONTH})(?:,?\s(?:(?:{OF}) )?(?P<y1>{YEAR}))?\s?"
        rf"(?:-|/|(?P<strong>{any_of(_UNTIL)})|(?P<both>{any_of(_BOTH)})|(?P<either>{any_of(_EITHER)}))\s?"
        rf"(?P<m2>{MONTH})(?:,?\s(?:(?:{OF}) )?(?P<y2>{YEAR}))?(?!\s?[0-9])"
    )
)
_MONTHS_HITS = anchors(
    "dates.months",
    lambda: [rf"{_ALL_MONTHS}\.?(?:,?\s(?:(?:{OF}) )?20[0-9]{{2}})?\s?(?:{_JOINTS})\s?[a-zà-ÿ]"],
)


def _months(text: Text, basis: str, years: _Years) -> Period | None:
    """Return the period between two months, or the months in which it may start."""
    for at, _ in text.hits(_MONTHS_HITS)[:12]:
        match = _MONTHS.match(text.norm, at)
        if match is None:
            continue
        before = clause_before(text.norm, at)
        cue = lead(before, clause_after(text.norm, match.end()))
        if (
            cue.other
            or (cue.latest and not cue.start)
            or (cue.between and LENGTH.search(before))
            or (pair := _month_pair(match, years)) is None
        ):
            continue
        stated = text.raw[match.start() : match.end()]
        if cue.start and cue.close and not cue.end and (not match["strong"] or cue.between):
            if _OR_ANOTHER_MONTH.match(text.norm, match.end()):
                continue
            return Period(pair[0], None, None, None, stated, basis, pair[1])
        joined = match["strong"] or text.norm[match.end("m1") : match.start("m2")].strip(" 0123456789.,") == "-"
        if not (joined or (match["both"] and cue.between)):
            continue
        dated = bool(match["y1"] or match["y2"])
        if basis in ("title", "field") or cue.job or (dated and (cue.start or cue.end or cue.label or cue.bare)):
            return Period(*pair, None, None, stated, basis)
    return None


def _month_pair(match: re.Match[str], years: _Years) -> tuple[date, date] | None:
    """Return the first day of the one month and the last of the other."""
    first, last = MONTHS[match["m1"].rstrip(".")], MONTHS[match["m2"].rstrip(".")]
    year = match["y2"] or match["y1"]
    if match["y2"] or year is None:
        base = years.base(first)
        end_year = int(year) if year else base.year + (last < base.month)
        start_year = int(match["y1"]) if match["y1"] else end_year - (first > last)
    else:
        start_year = int(match["y1"])
        end_year = start_year + (last < first)
    start = date_of(start_year, first, 1, years.today)
    end = date_of(end_year, last, calendar.monthrange(end_year, last)[1], years.today)
    return (start, end) if start and end and 0 < (end - start).days < LONGEST else None


# "Start: mid May" is found by its month; of the months that are everyday words elsewhere, those after "in" and the like.
_WORDS_TOO = [name for name in MONTHS if name in MONTHS_TOO]
_MONTH_HITS = anchors(
    "dates.month",
    lambda: [
        whole(name for name in MONTHS if name not in MONTHS_TOO),
        rf"{_ALL_MONTHS}\.?[\s,]{{1,2}}(?:(?:{OF}) )?20[0-9]{{2}}",
        rf"(?:[:(,|-]|\b(?:{any_of(words('dates', 'in'))}))\s?{whole(_WORDS_TOO)}",
    ],
)
_A_MONTH = lazy_pattern(
    lambda: rf"(?<![{LETTER}])(?P<m>{MONTH})(?:[\s,]{{1,2}}(?:(?:{OF}) )?(?P<y>{YEAR}))?(?!\s?[0-9])"
)
_START_BEFORE = lazy_pattern(lambda: rf"{listed('start', 'start_verbs')}(?P<gap>[^.;0-9]{{0,24}})$")
_OR_ANOTHER_MONTH = lazy_pattern(
    lambda: rf"[\s,/]{{0,2}}(?:{_JOINTS})\s?(?:(?:{any_of(words('dates', 'vague'))})[\s-])?(?:{MONTH}|[0-9])"
)


def _first_month(text: Text, basis: str, years: _Years) -> Period | None:
    """Return the month in which it starts, by its first day; of a latest month its last."""
    seen = -1
    for at, end in text.hits(_MONTH_HITS)[:_READ]:
        match = _A_MONTH.search(text.norm, at, end + 12) if at >= seen else None
        if match is None or _OR_ANOTHER_MONTH.match(text.norm, match.end()):
            continue
        seen = match.end()
        before = clause_before(text.norm, match.start())
        begun = _START_BEFORE.search(before)
        if begun is None or len(begun["gap"].split()) > _GAP_WORDS:
            continue
        cue = lead(before, "")
        start = _first_of(match, years.base(MONTHS[match["m"].rstrip(".")]))
        if start is None or cue.other or cue.vague or cue.last == "end":
            continue
        stated = text.raw[match.start() : match.end()]
        if cue.latest:
            last = calendar.monthrange(start.year, start.month)[1]
            return Period(None, None, None, None, stated, basis, start.replace(day=last))
        return Period(start, None, None, None, stated, basis)
    return None


def _first_of(month: re.Match[str], today: date) -> date | None:
    """Return the first day of a month; without a year of the next such month, this one counted in."""
    number_of = MONTHS[month["m"].rstrip(".")]
    year = int(month["y"]) if month["y"] else today.year + (number_of < today.month)
    return date_of(year, number_of, 1, today)


# Countries whose short dates begin with the month, by CLDR's date patterns.
_MONTH_FIRST = frozenset(("US", "PH", "PR", "GU", "AS", "MP", "VI", "UM", "MH", "FM", "PW"))


def day_first_of(country: str | None) -> bool | None:
    """Return whether a country writes the day before the month; None where that is not known: Canada does both.

    >>> day_first_of("GB"), day_first_of("US"), day_first_of("CA"), day_first_of(None)
    (True, False, None, None)
    """
    return None if country in (None, "CA") else country not in _MONTH_FIRST
