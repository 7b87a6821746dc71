"""The countries from which an applicant may do a job, as far as the posting says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from normalize.place.location import Place, says_anywhere
from normalize.text.lexicon import data_files, stands_alone, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, word_anchors
from normalize.vocabulary import RemoteStatus

ANYWHERE = "anywhere"
"""Stands for all countries."""
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    tables = data_files()["place/regions.toml"]
    return {
        name: tuple(sorted({code for group in groups for code in tables["countries"][group]}))
        for name, groups in tables["names"].items()
    }


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(_regions())})(?!\w)")


_ANYWHERE_HITS = word_anchors("place.anywhere", words("place", "work_anywhere"))
_UNITS = ("day", "week", "month", "year")
_A_WHILE = lazy_pattern(
    lambda: rf"(?<!\w)(?:{any_of([word for unit in _UNITS for word in words('units', unit)])})(?!\w)"
)
_NEAR = 80  # characters on either side, within the sentence


def says_work_anywhere(location: str | None, description: Text) -> bool:
    """Tell whether a posting says that its work may be done from any country; some weeks a year are no such word.

    >>> from normalize.text.scanner import scan
    >>> says_work_anywhere(None, scan("You can work from anywhere in the world."))
    True
    >>> says_work_anywhere(None, scan("Work from anywhere in the world for up to four weeks a year."))
    False
    """
    if location is not None and says_anywhere(location):
        return True
    for start, end in description.hits(_ANYWHERE_HITS)[:6]:
        before = description.norm[max(0, start - _NEAR) : start].rpartition(". ")[2].rpartition("\n")[2]
        after = _SENTENCE_END.split(description.norm[end : end + _NEAR], 1)[0]
        if stands_alone(description.norm, start, end) and not _A_WHILE.search(f"{before}\n{after}"):
            return True
    return False


def eligible_countries(
    status: str | None, requirements: Sequence[str], places: Sequence[Place], anywhere: bool
) -> list[str] | None:
    """Return the countries from which the job may be done, `ANYWHERE` alone, or None where the posting does not say.

    Work on site and hybrid work is done in the countries of its places. Remote work is done where an applicant must
    live: in countries, or in regions, which stand for all their countries.

    Args:
        status: where the work is done, None where it is not stated.
        requirements: where an applicant must live, as country codes or words.
        places: the places of work.
        anywhere: whether the posting says that the work may be done from any country.

    >>> eligible_countries("remote", ["DE", "DACH"], (), False), eligible_countries("remote", [], (), True)
    (['AT', 'CH', 'DE'], ['anywhere'])
    >>> eligible_countries("remote", [], (), False) is None
    True
    """
    if status != RemoteStatus.REMOTE:
        return sorted({place.country for place in places if place.country}) or None
    codes: set[str] = set()
    for name in requirements:
        if len(name) == 2 and name.isupper() and name.lower() not in _regions():
            codes.add(name)
        else:
            for region in _named().findall(name.lower()):
                codes.update(_regions()[region])
    if codes:
        return sorted(codes)
    return [ANYWHERE] if anywhere and not requirements else None
