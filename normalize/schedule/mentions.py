"""The days that a text mentions, alone or in pairs: "June 3, 2027", "3. bis 28. Mai", "from 2 March until 31 July".

What happens on them is not looked at here.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from normalize.schedule.dates import (
    DATE,
    DATE_HERE,
    DAY,
    LETTER,
    MONTHS,
    OF,
    ORDINAL,
    YEAR,
    Day,
    date_of,
    day_of,
    full_year,
    next_date,
    order_of,
)
from normalize.text.lexicon import whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors

_READ = 40  # days looked at in one text
SHORTEST, LONGEST = 5, 1826  # days of a period of work


class Mention(NamedTuple):
    """One day, or a pair of days.

    Attributes:
        start, end: where it stands in the text.
        first, last: the days as written; `last` is None where the day stands alone.
        joint: what joins a pair: "-", "until", "and" or "or".
    """

    start: int
    end: int
    first: Day
    last: Day | None = None
    joint: str = ""

    @property
    def dated(self) -> bool:
        """Whether a year is written."""
        return (self.last or self.first).year is not None or self.first.year is not None


ARTICLE = rf"(?:(?:{any_of(words('dates', 'articles'))})\s)?"
WEEKDAY = rf"(?:(?:{any_of(words('dates', 'weekdays'))})[.,]{{0,2}} )?"
_UNTIL, _BOTH, _EITHER = words("dates", "until"), words("dates", "both"), words("dates", "either")
_JOINT = lazy_pattern(
    lambda: (
        rf"\s{{0,2}},?\s?(?:(?:(?P<until>{any_of(_UNTIL)})|(?P<both>{any_of(_BOTH)})|(?P<either>{any_of(_EITHER)}))"
        rf"(?![{LETTER}])|-|/(?=20[0-9]{{2}}-)|~)\s{{0,2}}{ARTICLE}{WEEKDAY}(?=[0-9{LETTER}])"
    )
)
_BARE_AFTER = lazy_pattern(lambda: rf"(?P<d>{DAY}){ORDINAL}(?![0-9:/.%]|\s?[{LETTER}])(?:,?\s{{1,2}}(?P<y>{YEAR}))?")
_BARE_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![0-9./-])(?P<d>{DAY}){ORDINAL}(?:[./](?P<m>1[0-2]|0?[1-9])(?![0-9])\.?)?\s{{0,2}}"
        rf"(?:-|(?P<until>{any_of(_UNTIL)})|(?P<both>{any_of(_BOTH)})|(?P<either>{any_of(_EITHER)}))\s{{0,2}}{ARTICLE}$"
    )
)
_BEFORE = 22  # characters before a date that may hold the first day of its pair
_ALL_MONTHS = whole(MONTHS)
_DAY_HITS = anchors(
    "dates.day",
    lambda: [
        rf"\b[0-3]?[0-9]{ORDINAL}(?:\s?(?:{OF})\s?|[\s-]|){_ALL_MONTHS}",
        rf"{_ALL_MONTHS}\.?\s{{0,2}}[0-9]",
        r"\b[0-3]?[0-9][./-]\s?[0-3]?[0-9][./-]\s?(?:20)?[0-9]{2}",
        r"\b20[0-9]{2}[./-][0-1]?[0-9][./-][0-3]?[0-9]",
    ],
)


@lru_cache(maxsize=4)  # a posting's deadline and its period are read from the same text
def mentions(text: Text, day_first: bool | None) -> tuple[Mention, ...]:
    """Return the days of a text in their order, at most 40.

    Args:
        day_first: whether the day stands before the month in numbers, where the text itself does not show it.

    >>> from normalize.text.scanner import scan
    >>> [mention.last for mention in mentions(scan("By 1 May, or from 3 to 28 June 2027."), True)]
    [None, Day(month=6, day=28, year=2027)]
    """
    hits = text.hits(_DAY_HITS)
    if not hits:
        return ()
    day_first = _order(text, hits, day_first)
    norm = text.norm
    mentioned: list[Mention] = []
    seen = -1
    for at, _ in hits[:_READ]:
        if at < seen or (match := DATE.match(norm, at)) is None:
            continue
        seen = match.end()
        if mention := _mention(norm, match, day_first, mentioned[-1].end if mentioned else 0):
            mentioned.append(mention)
            seen = mention.end
    return tuple(mentioned)


def _order(text: Text, hits: list[tuple[int, int]], day_first: bool | None) -> bool | None:
    """Return whether a text writes the day first; a day that it writes in words too decides: "03/09/2026 … March 9, 2026"."""
    shown = order_of(text, None)
    if shown is not None:
        return shown
    matches = [match for at, _ in hits[:_READ] if (match := DATE.match(text.norm, at))]
    numbers = {(int(match["a"]), int(match["b"]), full_year(match["y3"])) for match in matches if match["a"]}
    if not numbers or len(numbers) == len(matches):
        return day_first
    worded = {day for match in matches if not match["a"] and (day := day_of(match, None)) and day.year}
    for first, second, year in numbers:
        days = Day(second, first, year) in worded
        if days != (Day(first, second, year) in worded):
            return days
    return day_first


def _mention(norm: str, match: re.Match[str], day_first: bool | None, seen: int) -> Mention | None:
    """Return the day of a match, with the day that it is paired with; what comes before `seen` is read already."""
    joint = _JOINT.match(norm, match.end())
    second = DATE_HERE.match(norm, joint.end()) if joint else None
    first = day_of(match, day_first, second is not None)
    if first is None:
        return None
    start, end = match.span()
    if joint and second and (last := day_of(second, day_first, True)):
        return Mention(start, second.end(), first, last, joint.lastgroup or "-")
    if joint and match["m2"] and (bare := _BARE_AFTER.match(norm, joint.end())):
        last = Day(first.month, int(bare["d"]), full_year(bare["y"]) or first.year)
        return Mention(start, bare.end(), first, last, joint.lastgroup or "-")
    if not (match["m1"] or match["a"]):
        return Mention(start, end, first)
    window = max(seen, start - _BEFORE)
    bare = _BARE_BEFORE.search(norm[window:start])
    if bare is None or bool(bare["m"]) != bool(match["a"]):
        return Mention(start, end, first)
    day, month = int(bare["d"]), int(bare["m"] or first.month)
    if bare["m"] and not (match["s3"] == "." or day_first):
        if day_first is None:
            return Mention(start, end, first)
        day, month = month, day
    kind = next((name for name in ("until", "both", "either") if bare[name]), "-")
    return Mention(window + bare.start(), end, Day(month, day, None), first, kind)


def pair_of(first: Day, last: Day, today: date) -> tuple[date, date] | None:
    """Return the days of a pair, a year that is left out taken from the other day or from the future.

    None where they are no period: fewer than 5 days, more than 5 years, or the wrong way round.

    >>> pair_of(Day(11, 2, None), Day(1, 29, None), date(2026, 11, 23))
    (datetime.date(2026, 11, 2), datetime.date(2027, 1, 29))
    """
    end = next_date(last._replace(year=last.year or first.year), today)
    if end is None:
        return None
    if first.year is not None and last.year is None and end < (date_of(*_ymd(first), today) or end):
        end = date_of(end.year + 1, end.month, end.day, today) or end
    start = date_of(first.year or end.year, first.month, first.day, today)
    if start is not None and start > end and first.year is None:
        start = date_of(end.year - 1, first.month, first.day, today)
    if start is None or not 0 < (end - start).days < LONGEST:
        return None
    return start, end


def _ymd(day: Day) -> tuple[int, int, int]:
    return day.year or 0, day.month, day.day
