"""The facts of a source, as its spider states them and the journal carries them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self


@dataclasses.dataclass(frozen=True, slots=True)
class SourceFacts:
    """The facts of a source that hold for all its boards.

    Attributes:
        name: its name for people.
        verified: when and where the facts were verified.
        terms: where the terms were read.
        redistribution: whether the terms let listings enter a feed.
        attribution: the credit that the source asks for.
        aggregator: whether the source shows other employers' vacancies.
        min_postings: the least number of postings that all its boards together show.
        timezone: the zone in which the days of its deadlines end.
        robots: a note about its robots.txt.
    """

    name: str | None = None
    verified: str | None = None
    terms: str | None = None
    redistribution: str | None = None
    attribution: str | None = None
    aggregator: bool | None = None
    min_postings: int | None = None
    timezone: str | None = None
    robots: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the facts by name, as a journal writes them.

        >>> SourceFacts("Lever", redistribution="feed").to_record()["redistribution"]
        'feed'
        """
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the facts of a journal's record; unknown keys are ignored, absent facts are None.

        >>> SourceFacts.from_record({"type": "source", "source": "lever", "name": "Lever"}) == SourceFacts("Lever")
        True
        """
        return cls(**{name: record.get(name) for name in _NAMES})


_NAMES = tuple(field.name for field in dataclasses.fields(SourceFacts))
