"""The day a posting was posted, as its board states it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from normalize.schedule.dates import LETTER, YEAR, date_of, parse_date, plausible
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import NUMBERS, UNITS, any_of, number
from normalize.text.scanner import fold


class Posted(NamedTuple):
    """The day it was posted; relative: counted back from today."""

    day: date
    relative: bool


_RELATIVE: dict[str, int] = values("dates", "relative")
_AGO_WORDS = words("dates", "ago")
_ONE = words("dates", "one")
_MINUTES = words("dates", "minutes")
_AGO = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}0-9])(?P<n>[0-9]{{1,3}}|{any_of([*_ONE, *NUMBERS])})\s?\+?\s?"
        rf"(?P<unit>{any_of([*UNITS, *_MINUTES])}|[hdw])(?![{LETTER}0-9])"
    )
)
_AGO_ALONE = lazy_pattern(r"(?P<n>[0-9]{1,3})\s?\+?\s?(?P<unit>[hdw])")
_DAYS_OF = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
_SHORT_UNITS = {"h": "hour", "d": "day", "w": "week"} | dict.fromkeys(_MINUTES, "hour")
# "Updated 2 days ago" is not the day of posting; "Posted 9 days ago, updated 2 days ago" states both.
_OTHER_STAMP = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?:(?P<posted>{any_of(words('dates', 'posted'))})|{any_of(words('dates', 'not_posted'))})(?![{LETTER}])"
    )
)


def parse_posted(field: str | None, today: date, day_first: bool | None = None) -> Posted | None:
    """Return the day a board says it was posted, relative forms included; None for the day of an update.

    >>> parse_posted("Posted 30+ Days Ago", date(2026, 11, 23))
    Posted(day=datetime.date(2026, 10, 24), relative=True)
    >>> parse_posted("Few hours ago", date(2026, 11, 23)).day
    datetime.date(2026, 11, 23)
    >>> parse_posted("Updated 2 days ago", date(2026, 11, 23)) is None
    True
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
    stated = field.lstrip()[:5].lstrip("/").lower()  # an epoch, or a year first: no words to look for
    dated = stated[:4].isdigit() or stated == "date"
    if not dated:
        text = _of_posting(fold(field[:200]).strip().strip(".!"))
        if not text:
            return None
        for word in (text, text.partition(" ")[2], text.partition(" ")[2].partition(" ")[2]):  # "Posted today"
            if word in _RELATIVE:
                return Posted(today - timedelta(days=_RELATIVE[word]), True)
        if match := (_AGO.search(text) if any(word in text for word in _AGO_WORDS) else _AGO_ALONE.fullmatch(text)):
            count = int(number(match["n"])) if match["n"] not in _ONE else 1
            days = _DAYS_OF[_SHORT_UNITS.get(match["unit"]) or UNITS[match["unit"]]]
            day = plausible(today - timedelta(days=days * count), today)
            return Posted(day, True) if day else None
        dated = re.search(YEAR, text) is not None
        field = text
    day = parse_date(field, today, day_first)
    if day is None or day > latest:
        return None
    if not dated and day > today:  # a posting is of the past
        day = date_of(day.year - 1, day.month, day.day, today) or day
    return Posted(day, False)


def _of_posting(text: str) -> str:
    """Return the part of a stamp that is about the posting: nothing of "Updated 2 days ago"."""
    begin = 0
    for match in _OTHER_STAMP.finditer(text):
        if match["posted"]:
            begin = match.end()
        elif begin or not text[: match.start()].strip(" ,(:-·|•"):
            return text[begin : match.start()].strip(" ,(:-·|•")
        else:
            return text[: match.start()].strip(" ,(:-·|•")
    return text
