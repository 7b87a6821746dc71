"""Days: when it was posted, until when to apply, when it starts and ends.

Only words already known to be a date are read; free text is searched for cue words and months first,
since "may", "10 weeks" and "3 months" are no dates whatever a date library makes of them.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import dateparser

from normalize.quantities import UNITS, any_of, number
from normalize.text import Text, anchors, fold
from normalize.vocabulary import languages, values, words


class Period(NamedTuple):
    """When it starts and ends.

    Attributes:
        start, end: first and last day, where they can be dated to the day.
        weeks: length by its days, where both are days.
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


def _month_numbers() -> dict[str, int]:
    found: dict[str, int] = {}
    for tables in languages().values():
        dates = tables.get("dates", {})
        for key in ("months", "months_short"):
            for index, name in enumerate(dates.get(key, ())):
                found.setdefault(name, min(index % 12, 11) + 1 if index < 12 else 9)
    return found


MONTHS = _month_numbers()
SEASONS: dict[str, str] = values("dates", "seasons")
_MONTH = rf"(?:{any_of(list(MONTHS))})\.?"
_MONTH_HITS = anchors("dates.month", [rf"\b(?:{any_of([name for name in MONTHS if name.isascii()])})\b"])
_CUE_HITS = anchors("dates.deadline", [rf"(?:{any_of(words('dates', 'deadline'))})"])
_SEASON_HITS = anchors("dates.season", [rf"\b(?:{any_of([name for name in SEASONS if name.isascii()])})\b"])
_ORDINAL = r"(?:st|nd|rd|th|\.|er|º|ª)?"
_DAY_MONTH = rf"(?P<d1>[0-3]?[0-9]){_ORDINAL}(?:\s?(?:of|de|do))?[\s-]{{1,2}}(?P<m1>{_MONTH})(?:[\s,'-]{{1,3}}(?:de |of )?(?P<y1>(?:20)?[0-9]{{2}})(?![0-9:]))?"
_MONTH_DAY = rf"(?P<m2>{_MONTH})\s{{0,2}}(?P<d2>[0-3]?[0-9]){_ORDINAL}(?![0-9:])(?:[\s,'-]{{1,3}}(?P<y2>20[0-9]{{2}}))?"
_NUMERIC = r"(?P<a>[0-3]?[0-9])[./-](?P<b>[0-3]?[0-9])[./-](?P<y3>(?:20)?[0-9]{2})(?![0-9])"
_ISO = r"(?P<y4>20[0-9]{2})-(?P<m4>[01][0-9])-(?P<d4>[0-3][0-9])"
_DATE = re.compile(rf"(?<![0-9a-zà-ÿ])(?:{_ISO}|{_NUMERIC}|{_DAY_MONTH}|{_MONTH_DAY})")
_MONTH_YEAR = re.compile(rf"(?<![a-zà-ÿ])(?P<m>{_MONTH})(?:\s{{1,2}}(?:of |de )?(?P<y>20[0-9]{{2}}))?(?![a-zà-ÿ0-9])")
_TO = re.compile(
    r"^\s{0,2}(?:-|to|until|till|through|thru|bis(?: zum)?|au|al|tot|até|hasta|and|and ends? (?:on )?)\s{0,2}(?:the |le |el |il |o )?$"
)
_RELATIVE: dict[str, int] = values("dates", "relative")
_AGO = re.compile(
    rf"(?P<n>[0-9]{{1,3}}|an?|few|one|two|three|four|five|six|eine[mr]?|un|une|una|een|um|uma)\s?\+?\s?(?P<unit>{any_of(list(UNITS))}|[hdw])\b"
)
_AGO_WORDS = tuple(words("dates", "ago"))
_DAYS = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365, "h": 0, "d": 1, "w": 7}


def _year(text: str | None) -> int | None:
    return None if text is None else int(text) + (2000 if len(text) == 2 else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(match: re.Match[str], today: date, day_first: bool | None) -> date | None:
    """Return the day of a match; without a year it is the next such day."""
    if match["y4"]:
        return _day(int(match["y4"]), int(match["m4"]), int(match["d4"]))
    if match["a"]:
        first, second, year = int(match["a"]), int(match["b"]), _year(match["y3"])
        if first > 12:
            day_first = True
        elif second > 12:
            day_first = False
        elif first != second and day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        return _day(year or today.year, month, day)
    name = (match["m1"] or match["m2"]).rstrip(".")
    month, day = MONTHS[name], int(match["d1"] or match["d2"])
    year = _year(match["y1"] or match["y2"])
    if year is not None:
        return _day(year, month, day)
    this_year = _day(today.year, month, day)
    if this_year is not None and this_year < today:
        return _day(today.year + 1, month, day)
    return this_year


@lru_cache(maxsize=20_000)
def parse_date(text: str, today: date, day_first: bool | None = None) -> date | None:
    """Return the day that words known to be a date name; None if they leave it open.

    >>> parse_date("15 Dec' 26", date(2026, 11, 23))
    datetime.date(2026, 12, 15)
    >>> parse_date("05/06/2026", date(2026, 11, 23)) is None
    True
    """
    text = fold(text).strip()
    if re.fullmatch(r"[0-9]{9,13}(?:\\.[0-9]+)?", text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).date()
    if iso := re.match(_ISO, text):
        return _day(int(iso["y4"]), int(iso["m4"]), int(iso["d4"]))
    if match := _DATE.search(text):
        return _dated(match, today, day_first)
    if len(text) > 40 or not any(char.isdigit() for char in text):
        return None
    parsed = dateparser.parse(
        text,
        languages=list(languages()),
        settings={"RELATIVE_BASE": datetime.combine(today, datetime.min.time()), "REQUIRE_PARTS": ["day", "month"]},
    )
    return parsed.date() if parsed else None


def parse_posted(field: str | None, today: date, day_first: bool | None = None) -> Posted | None:
    """Return the day a board says it was posted, relative forms included.

    >>> parse_posted("Posted 30+ Days Ago", date(2026, 11, 23))
    Posted(day=datetime.date(2026, 10, 24), relative=True)
    >>> parse_posted("Few hours ago", date(2026, 11, 23)).day
    datetime.date(2026, 11, 23)
    """
    if not field:
        return None
    text = fold(field).strip()
    for word, days in _RELATIVE.items():
        if text == word or text.removeprefix("posted ") == word:
            return Posted(today - timedelta(days=days), True)
    if any(word in text for word in _AGO_WORDS) and (match := _AGO.search(text)):
        unit = _DAYS[UNITS.get(match["unit"], match["unit"])] if match["unit"] not in _DAYS else _DAYS[match["unit"]]
        count = 3 if match["n"] == "few" else 1 if match["n"].startswith(("a", "e", "u")) else int(number(match["n"]))
        return Posted(today - timedelta(days=unit * count), True)
    found = parse_date(field, today, day_first)
    if found is None or found > today + timedelta(days=366):
        return None
    if not re.search(r"20[0-9]{2}|^[0-9]{9,}", text) and found > today:
        found = _day(found.year - 1, found.month, found.day) or found
    return Posted(found, False)


def parse_deadline(field: str | None, description: Text, today: date, day_first: bool | None = None) -> Deadline | None:
    """Return the last day to apply.

    >>> from normalize.text import scan
    >>> parse_deadline(None, scan("Apply by 5 Dec."), date(2026, 11, 23)).day
    datetime.date(2026, 12, 5)
    """
    if field:
        found = parse_date(field, today, day_first)
        return Deadline(found, field, "field") if found else None
    for start, end in description.hits(_CUE_HITS)[:20]:
        window = description.norm[end : end + 60].partition("\n\n")[0]
        match = _DATE.search(window)
        if match and len(window[: match.start()].split()) <= 5:
            found = _dated(match, today, day_first)
            if found:
                return Deadline(found, description.raw[start : end + match.end()], "description")
    return None


_START_CUE = re.compile(
    rf"(?<![a-zà-ÿ])(?:{any_of(words('dates', 'start'))}|from|dates?|duration|period|term|between|run|runs|schedule|timeline)\s?:?[^.;\n]{{0,24}}$"
)
_NOT_A_PERIOD = re.compile(
    r"(?:deadline|apply|applications?|closes?|posted|published|interviews?|updated|due|holiday|exam|founded|born|reviewed)[^.;\n]{0,24}$"
)


def parse_period(
    start_field: str | None, title: Text, description: Text, today: date, day_first: bool | None = None
) -> Period | None:
    """Return start, end and season, as far as the posting dates them.

    Days give a length; months alone give start and end, but no weeks.

    >>> from normalize.text import scan
    >>> period = parse_period(None, scan("Intern"), scan("Runs June 3 - August 9, 2027."), date(2026, 11, 23))
    >>> period.start, period.end, period.weeks
    (datetime.date(2027, 6, 3), datetime.date(2027, 8, 9), 9.7)
    """
    season = _season(title) or _season(description)
    if start_field and (found := parse_date(start_field, today, day_first)):
        return Period(found, None, None, season, start_field, "field")
    for text, basis in ((title, "title"), (description, "description")):
        if found_period := _days(text, basis, today, day_first, season) or _months(text, basis, today, season):
            return found_period
    return Period(None, None, None, season, "", "description") if season else None


def _days(text: Text, basis: str, today: date, day_first: bool | None, season: str | None) -> Period | None:
    norm = text.norm
    seen = -1
    single: Period | None = None
    for at, _ in text.hits(_MONTH_HITS)[:24]:
        if at < seen:
            continue
        first = _DATE.search(norm, max(0, at - 8), at + 26)
        if first is None:
            continue
        seen = first.end()
        lead = norm[max(0, first.start() - 40) : first.start()]
        if _NOT_A_PERIOD.search(lead):
            continue
        second = _DATE.search(norm, first.end(), first.end() + 40)
        if second and _TO.match(norm[first.end() : second.start()]):
            end = _dated(second, today, day_first)
            start = _dated(first, end or today, day_first)
            if start and end:
                if not (first["y1"] or first["y2"] or first["y3"] or first["y4"]):
                    start = _day(end.year, start.month, start.day) or start
                if start > end:
                    start = _day(start.year - 1, start.month, start.day) or start
                length = (end - start).days + 1
                if 3 <= length <= 1830:
                    return Period(
                        start, end, round(length / 7, 1), season, text.raw[first.start() : second.end()], basis
                    )
        elif single is None and _START_CUE.search(lead) and (start := _dated(first, today, day_first)):
            single = Period(start, None, None, season, text.raw[first.start() : first.end()], basis)
    return single


def _months(text: Text, basis: str, today: date, season: str | None) -> Period | None:
    norm = text.norm
    for at, _ in text.hits(_MONTH_HITS)[:24]:
        first = _MONTH_YEAR.match(norm, at)
        if first is None:
            continue
        second = _MONTH_YEAR.search(norm, first.end(), first.end() + 24)
        if not second or not _TO.match(norm[first.end() : second.start()]):
            continue
        year = second["y"] or first["y"]
        if year is None:
            continue
        start_month, end_month = MONTHS[first["m"].rstrip(".")], MONTHS[second["m"].rstrip(".")]
        end_year = int(year) + (1 if second["y"] is None and end_month < start_month else 0)
        start_year = int(first["y"]) if first["y"] else end_year - (1 if start_month > end_month else 0)
        start = date(start_year, start_month, 1)
        end = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
        if start < end:
            return Period(start, end, None, season, text.raw[first.start() : second.end()], basis)
    return None


_SEASON_YEAR = re.compile(
    rf"(?P<s>{any_of(list(SEASONS))})(?:semester| semester| term| of)?[\s,-]{{1,2}}'?(?P<y>20[0-9]{{2}}|[0-9]{{2}}(?![0-9%]))|(?P<y2>20[0-9]{{2}})\s(?P<s2>{any_of(list(SEASONS))})"
)


def _season(text: Text) -> str | None:
    for start, _ in text.hits(_SEASON_HITS)[:6]:
        match = _SEASON_YEAR.search(text.norm, max(0, start - 5), start + 30)
        if match:
            name = SEASONS[match["s"] or match["s2"]]
            year = _year(match["y"] or match["y2"])
            if year and 2000 <= year <= 2100:
                return f"{name} {year}"
    return None


def day_first_of(country: str | None) -> bool | None:
    """Return whether a country writes the day before the month; None where that is not known.

    >>> day_first_of("GB"), day_first_of("US"), day_first_of(None)
    (True, False, None)
    """
    if country is None:
        return None
    return country not in ("US", "PH", "FM", "PW", "CA") if country != "CA" else None
