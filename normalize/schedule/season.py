"""The term of a job as its posting states it: "summer 2027"."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from normalize.schedule.dates import LETTER, OF, full_year
from normalize.schedule.day_roles import clause_before, lead
from normalize.text.lexicon import values, whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors, fold

SEASONS: dict[str, str] = values("dates", "seasons")
MONTHS_OF = {"spring": range(1, 7), "summer": range(5, 10), "fall": range(8, 13)}
"""Months in which a term may begin or end; a winter belongs to two years."""
_WINTER = (12, 1, 2, 3)  # it ends in the year after the one that it is named after
_NEXT_BEGINS = {"spring": 3, "summer": 6, "fall": 9, "winter": 12}  # months in which the seasons begin

_NEAR = 30  # characters before a term that are looked at
_AND = any_of([*words("dates", "both"), *words("dates", "either")])
_SEASON_NOUN = rf"(?:s?{any_of([*words('dates', 'season_nouns'), *words('kind', 'intern')])})"
_SEASON_YEAR = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?<!{' )(?<!'.join(words('dates', 'not_season_before'))} )(?P<s>{any_of(SEASONS)})"
        rf"(?:\s?(?:[/&+-]|{_AND})\s?(?:{any_of(SEASONS)}))?(?:[\s-]?{_SEASON_NOUN}){{0,3}}"
        rf"[\s,(:|-]{{0,3}}(?:(?:{OF}) )?(?:(?P<y>20[0-9]{{2}})|'(?P<y1>[0-9]{{2}}))(?![0-9%])"
        rf"|(?<![0-9])(?P<y2>20[0-9]{{2}})\s(?P<s2>{any_of(SEASONS)})(?![{LETTER}])"
    )
)
_HITS = anchors(
    "dates.season",
    lambda: [
        rf"{whole(SEASONS, open_end=True)}[^\n]{{0,40}}20[0-9]{{2}}",
        rf"{whole(SEASONS)}[^\n]{{0,40}}'[0-9]{{2}}",
        rf"20[0-9]{{2}} {whole(SEASONS)}",
    ],
)


# A season without a year: beside the word for the job in a title, or as all of a field.
_SEASON_ALONE = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?P<s>{any_of(SEASONS)})[\s-]{_SEASON_NOUN}(?![{LETTER}])"
        rf"|(?<![{LETTER}])(?:{any_of(words('kind', 'intern'))})[\s,(:|-]{{1,4}}(?P<s1>{any_of(SEASONS)})\W{{0,3}}$"
    )
)
_SEASON_ONLY = lazy_pattern(lambda: rf"\W{{0,3}}(?P<s>{any_of(SEASONS)})\W{{0,3}}")
_IN_A_NAME = lazy_pattern(
    lambda: rf"(?<![{LETTER}])(?P<s>{any_of(SEASONS)})[^{LETTER}0-9]{{0,2}}(?P<y>20[0-9]{{2}})(?![0-9])"
)
_TITLE = 200  # characters of a title that are read


@lru_cache(maxsize=4096)
def _alone(norm: str) -> str | None:
    """Return the season that a title states without a year; titles repeat from place to place."""
    match = _SEASON_ALONE.search(norm, 0, _TITLE)
    return SEASONS[match["s"] or match["s1"]] if match else None


def dated_season(field: Text | None, title: Text, board: str, posted: date | None) -> tuple[str, int] | None:
    """Return the season that a posting states without a year, with the year that its board or its date gives.

    The year is that in the board's name, where it names the same season, else that of the first such season that
    begins after the day of posting. A posting of a season of the same months tells no year.

    Args:
        field: the board's word for the term.
        posted: the day on which it was posted.

    >>> from normalize.text.scanner import scan
    >>> dated_season(scan("Summer"), scan("Intern"), "kelp/Summer2025-Internships", None)
    ('summer', 2025)
    >>> dated_season(None, scan("Fall Internship"), "kelppost", date(2026, 4, 2))
    ('fall', 2026)
    """
    only = _SEASON_ONLY.fullmatch(field.norm) if field else None
    season = SEASONS[only["s"]] if only else _alone(title.norm)
    if season is None:
        return None
    named = _IN_A_NAME.search(fold(board))
    if named and SEASONS[named["s"]] == season:
        return season, int(named["y"])
    if posted is None or posted.month in MONTHS_OF.get(season, _WINTER):
        return None
    year = posted.year + (posted.month >= _NEXT_BEGINS[season])
    return season, year


def last_day(season: str, year: int) -> date:
    """Return the last day on which a term may end.

    >>> last_day("summer", 2025), last_day("winter", 2025)
    (datetime.date(2025, 9, 30), datetime.date(2026, 3, 31))
    """
    months = MONTHS_OF.get(season)
    month, year = (months[-1], year) if months else (_WINTER[-1], year + 1)
    return date(year, month, calendar.monthrange(year, month)[1])


def _seasons(text: Text) -> Iterator[tuple[str, int]]:
    for match in _SEASON_YEAR.finditer(text.norm):
        yield SEASONS[match["s"] or match["s2"]], full_year(match["y"] or match["y1"] or match["y2"]) or 0


def last_season(texts: Iterable[Text | None], season: str | None) -> date | None:
    """Return the last day of the latest term that the board's fields name, else of the season that was read.

    >>> from normalize.text.scanner import scan
    >>> last_season([scan("Summer 2026, Fall 2026")], "summer 2026"), last_season([None], "spring 2027")
    (datetime.date(2026, 12, 31), datetime.date(2027, 6, 30))
    """
    terms = [term for text in texts if text is not None for term in _seasons(text)]
    if season:
        name, year = season.split()
        terms.append((name, int(year)))
    return max((last_day(*term) for term in terms), default=None)


def parse_season(text: Text) -> tuple[str, int] | None:
    """Return the season and the year of the first term that a text states; None if it states none.

    >>> from normalize.text.scanner import scan
    >>> parse_season(scan("Stage d'été 2027"))
    ('summer', 2027)
    """
    for start, _ in text.hits(_HITS)[:6]:
        match = _SEASON_YEAR.match(text.norm, start) or _SEASON_YEAR.search(text.norm, start, start + 60)
        if (
            match and not lead(clause_before(text.norm, match.start())[-_NEAR:], "").other
        ):  # "a junior in the fall of 2026"
            year = full_year(match["y"] or match["y1"] or match["y2"])
            return SEASONS[match["s"] or match["s2"]], year or 0
    return None
