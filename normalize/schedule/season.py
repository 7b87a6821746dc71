"""The term of a job as its posting states it: "summer 2027"."""

from __future__ import annotations

from normalize.schedule.dates import LETTER, OF, full_year
from normalize.schedule.day_roles import clause_before, lead
from normalize.text.lexicon import values, whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors

SEASONS: dict[str, str] = values("dates", "seasons")
MONTHS_OF = {"spring": range(1, 7), "summer": range(5, 10), "fall": range(8, 13)}
"""Months in which a term may begin or end; a winter belongs to two years."""

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
