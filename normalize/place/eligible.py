"""The countries from which an applicant may do a job, as far as the posting says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from normalize.place.location import Place, says_anywhere
from normalize.text.lexicon import data_files
from normalize.text.quantities import any_of
from normalize.vocabulary import RemoteStatus

ANYWHERE = "anywhere"
"""Stands for all countries."""


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


def eligible_countries(
    status: str | None, requirements: Sequence[str], places: Sequence[Place], location: str | None
) -> list[str] | None:
    """Return the countries from which the job may be done, `ANYWHERE` alone, or None where the posting does not say.

    Work on site and hybrid work is done in the countries of its places. Remote work is done where an applicant must
    live: in countries, or in regions, which stand for all their countries.

    Args:
        status: where the work is done, None where it is not stated.
        requirements: where an applicant must live, as country codes or words.
        places: the places of work.
        location: the board's words for the place.

    >>> eligible_countries("remote", ["DE", "DACH"], (), None), eligible_countries("remote", [], (), "Remote - Worldwide")
    (['AT', 'CH', 'DE'], ['anywhere'])
    >>> eligible_countries("remote", [], (), "Remote") is None
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
    return [ANYWHERE] if not requirements and location is not None and says_anywhere(location) else None
