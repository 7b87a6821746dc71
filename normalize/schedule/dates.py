"""A day as postings write it: "June 3, 2027", "3. Juni", "15-Dec-26", "03/06/2027".

Only words already known to be a date are read: a day has a number and a month, or three numbers. Free text
never reaches dateparser, since "may", "10 weeks" and "3 months" are no dates whatever a date library makes of them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from normalize.text.lexicon import languages, values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import UNITS, any_of
from normalize.text.scanner import Text, anchors, fold

# The days that a posting can state. Boards that know no date send the zero of a clock or of a table: 0001-01-01 (.NET),
# 1899-12-30 and 1900-01-01 (spreadsheets), 1970-01-01 or the evening before (Unix), 2000-01-01 (PostgreSQL), 2001-01-01
# (Apple); for "never" they send 2038-01-19, 2099-12-31 or 9999-12-31. No board that is read is older than the first
# day, and no job is planned longer ahead; Spark cannot read days before 1582.
FIRST_DAY = date(2002, 1, 1)
FARTHEST = timedelta(days=3653)


class Day(NamedTuple):
    """A day as written, its year perhaps left out."""

    month: int
    day: int
    year: int | None


def _month_numbers() -> dict[str, int]:
    found: dict[str, int] = values("dates", "months_more")
    for tables in languages().values():
        for key in ("months", "months_short"):
            found |= {name: index for index, name in enumerate(tables["dates"][key], 1)}
    return found


MONTHS = _month_numbers()
# Short months of one language that are everyday words of another ("set", "out"): after a number they need a year.
MONTHS_TOO = frozenset(words("dates", "not_months"))
_ENGLISH = frozenset(languages()["en"]["dates"]["months"])  # "may" and "march" beside a number are months
LETTER = "a-zà-ÿ"
MONTH = rf"(?:{any_of(list(MONTHS))})\.?(?![{LETTER}])"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
YEAR = r"(?:19|20)[0-9]{2}(?![0-9])"
ORDINAL = rf"(?:\.|{any_of(words('dates', 'ordinals'))})?"
OF = any_of(words("dates", "of"))
_NO_YEAR = rf"\s?(?:[$€£]|eur|usd|gbp|chf|{any_of(words('dates', 'clock_after'))})"  # behind a number of four digits
# "31 December 9999" and "Jan 01 00:00:00 UTC 1970" are not the next such day; "1 May 1800 EUR" may be.
_NO_OLD_YEAR = (
    r"(?!,?\s{1,2}(?:[0-9]{2}:[0-9]{2}(?::[0-9]{2})?\s(?:[a-z]{1,5}\s)?)?(?:0[0-9]{3}|1[6-9][0-9]{2}|9999)"
    rf"(?![0-9]|{_NO_YEAR}))"
)
_ISO = rf"(?P<y4>20[0-9]{{2}})(?P<s4>[./-])(?P<m4>1[0-2]|0?[1-9])(?P=s4)(?P<d4>{DAY})"
_NUMERIC = (
    r"(?P<a>[0-3]?[0-9])(?P<s3>[./-])\s?(?P<b>[0-3]?[0-9])(?P=s3)\s?"
    rf"(?P<y3>{YEAR}|[0-9]{{2}}(?![0-9]|[./][0-9]|-(?![0-3]?[0-9][./][0-3]?[0-9][./])[0-9]))"
)
_DASHED = rf"(?P<d5>{DAY})-(?P<m5>{MONTH})-(?P<y5>{YEAR}|[0-9]{{2}}(?![0-9]))"
_DAY_MONTH = (
    rf"(?P<d1>{DAY}){ORDINAL}(?:\s?(?:{OF})\s?|[\s-]{{1,2}}|(?<=\.))(?P<m1>{MONTH})"
    rf"(?:[\s,]{{1,3}}(?:(?:{OF}) )?(?P<y1>{YEAR}|[0-9]{{2}}(?=\s?(?:$|\n)))"
    rf"|\s?'\s?(?P<y6>[0-9]{{2}})(?![0-9:]))?{_NO_OLD_YEAR}"
)
_MONTH_DAY = (
    rf"(?P<m2>{MONTH})[ ]{{0,2}}(?P<d2>{DAY}){ORDINAL}"
    rf"(?!\s?(?:[:%+]|[ap]\.?m\b|(?:{any_of(list(UNITS))})(?![{LETTER}])))"
    rf"(?:,?\s{{0,2}}(?:(?:{OF}) )?(?P<y2>{YEAR})|,?\s?'(?P<y7>[0-9]{{2}})(?![0-9]))?{_NO_OLD_YEAR}"
)
A_DATE = rf"(?:{_ISO}|{_NUMERIC}|{_DASHED}|{_DAY_MONTH}|{_MONTH_DAY})"
DATE, DATE_HERE = lazy_pattern(lambda: rf"(?<![0-9{LETTER}./-]){A_DATE}"), lazy_pattern(lambda: A_DATE)
MONTH_YEAR = lazy_pattern(lambda: rf"(?P<m>{MONTH})(?:[\s,]{{1,2}}(?:(?:{OF}) )?(?P<y>{YEAR}))?(?!\s?[0-9])")


def day_of(match: re.Match[str], day_first: bool | None, beside: bool = False) -> Day | None:
    """Return the day that a match of `DATE` says; None where day and month cannot be told apart, or it is no date.

    Args:
        match: of `DATE`.
        day_first: whether the day stands before the month in numbers; None where that is not known.
        beside: another date stands beside it, so that a month which is an everyday word elsewhere is a month.

    >>> day_of(DATE.match("06/23/2027"), None)
    Day(month=6, day=23, year=2027)
    """
    group = match.groupdict()
    if group["y4"]:
        return Day(int(group["m4"]), int(group["d4"]), int(group["y4"]))
    if group["a"]:
        first, second = int(group["a"]), int(group["b"])
        if group["s3"] == "." or first > 12:
            day_first = True
        elif second > 12:
            day_first = False
        elif first != second and day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        return Day(month, day, full_year(group["y3"])) if 1 <= month <= 12 else None
    name = group["m5"] or group["m1"] or group["m2"]
    year = group["y5"] or group["y1"] or group["y6"] or group["y2"] or group["y7"]
    if name in MONTHS_TOO and name not in _ENGLISH and not beside and (year is None or len(year) == 2):
        return None  # "3 out of 10"
    return Day(MONTHS[name.rstrip(".")], int(group["d5"] or group["d1"] or group["d2"]), full_year(year))


def full_year(text: str | None) -> int | None:
    """Return a year of two or four digits as a number.

    >>> full_year("26"), full_year("2026"), full_year(None)
    (2026, 2026, None)
    """
    return None if text is None else int(text) + (2000 if len(text) == 2 else 0)


def plausible(day: date, today: date) -> date | None:
    """Return the day if a posting can state it; None for a placeholder.

    >>> [plausible(date(year, 1, 1), date(2026, 11, 23)) for year in (1, 1900, 1970, 9999)]
    [None, None, None, None]
    """
    return day if day >= FIRST_DAY and day - today <= FARTHEST else None


def date_of(year: int, month: int, day: int, today: date) -> date | None:
    """Return a day, None if there is no such day or no posting can state it.

    >>> date_of(2026, 11, 31, date(2026, 11, 23)) is None
    True
    """
    try:
        return plausible(date(year, month, day), today)
    except ValueError:
        return None


def next_date(day: Day, today: date) -> date | None:
    """Return the day; without a year the next such day.

    >>> next_date(Day(1, 12, None), date(2026, 11, 23))
    datetime.date(2027, 1, 12)
    """
    if day.year is not None:
        return date_of(day.year, day.month, day.day, today)
    this_year = date_of(today.year, day.month, day.day, today)
    if this_year is not None and this_year < today:
        return date_of(today.year + 1, day.month, day.day, today)
    return this_year


_EPOCH = lazy_pattern(
    r"(?:/date\()?(?P<seconds>[0-9]{9,10})(?P<milli>[0-9]{3})?(?:\.[0-9]{1,9})?(?:(?:[+-][0-9]{4})?\)/)?"
)
_COMPACT = lazy_pattern(r"(?P<y>20[0-9]{2})(?P<m>[01][0-9])(?P<d>[0-3][0-9])(?:t[0-9]{4,6}z?)?")
# The year of "Mon Nov 23 10:00:00 UTC 2026"; "+0000" is a time zone, "2359 hrs" a time.
_YEAR_APART = lazy_pattern(lambda: rf"(?<![0-9+:.,$€£-])[0-9]{{4}}(?![0-9:.]|{_NO_YEAR})")
LENGTH = lazy_pattern(lambda: rf"(?<![{LETTER}])(?:{any_of(list(UNITS))})(?![{LETTER}])")
_MORE_LANGUAGES = ("cs", "da", "fi", "nb", "pl", "sv")  # languages of boards whose words are not read otherwise


@lru_cache(maxsize=20_000)
def parse_date(text: str, today: date, day_first: bool | None = None) -> date | None:
    """Return the day that words known to be a date name; None if they leave it open.

    >>> parse_date("15 Dec' 26", date(2026, 11, 23))
    datetime.date(2026, 12, 15)
    >>> parse_date("05/06/2026", date(2026, 11, 23)) is None
    True
    """
    text = fold(text[:200]).strip()
    if epoch := _EPOCH.fullmatch(text):
        return plausible(datetime.fromtimestamp(int(epoch["seconds"]), UTC).date(), today)
    if compact := _COMPACT.fullmatch(text):
        return date_of(int(compact["y"]), int(compact["m"]), int(compact["d"]), today)
    if match := DATE.search(text):
        day = day_of(match, day_first)
        if day and day.year is None and (year := _YEAR_APART.search(text, match.end())):
            day = day._replace(year=int(year[0]))
        return next_date(day, today) if day else None
    # Months of other languages; a length of time is no date, and a number alone neither.
    if len(text) > 40 or not re.search(rf"[0-9].?\s?[{LETTER}]{{3}}", text) or LENGTH.search(text):
        return None
    import dateparser

    parsed = dateparser.parse(
        text,
        languages=[*languages(), *_MORE_LANGUAGES],
        settings={"RELATIVE_BASE": datetime.combine(today, datetime.min.time()), "REQUIRE_PARTS": ["day", "month"]},
    )
    return plausible(parsed.date(), today) if parsed else None


_PAIRS = r"[0-3]?[0-9]{sign}[0-3]?[0-9]{sign}(?:20)?[0-9]{{2}}"
_NUMERIC_HITS = anchors(
    "dates.numeric",
    lambda: [
        rf"\b(?:{_PAIRS.format(sign='/')}|{_PAIRS.format(sign='-')})\b",
        rf"\((?:mm[/-]dd|(?:{any_of(words('dates', 'day_sign'))})[/.-]mm)\b",
    ],
)


def order_of(text: Text, day_first: bool | None) -> bool | None:
    """Return whether a text writes the day first: by the order that it names, by its first date that leaves no choice.

    A text that shows neither writes as its country does.

    Args:
        day_first: how the country writes.

    >>> from normalize.text.scanner import scan
    >>> order_of(scan("Posted 06/23/2027, start 07/06/2027"), None)
    False
    >>> order_of(scan("Start (DD/MM/YYYY): 03/04/2027"), None)
    True
    """
    for at, _ in text.hits(_NUMERIC_HITS)[:20]:
        if text.norm[at] == "(":
            return text.norm[at + 1 : at + 3] != "mm"
        first, second = map(int, text.norm[at : at + 6].replace("-", "/").split("/")[:2])
        if (first > 12) != (second > 12):
            return first > 12
    return day_first
