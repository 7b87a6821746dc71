"""Numbers and units of time as postings write them, in every language of the vocabulary."""

from __future__ import annotations

import re

from normalize.vocabulary import values, words

WEEKS_PER_MONTH = 365.25 / 12 / 7
NUMBERS: dict[str, int] = values("numbers", "words")
UNITS: dict[str, str] = {
    word: unit for unit in ("hour", "day", "week", "month", "year", "semester") for word in words("units", unit)
}


def any_of(entries: tuple[str, ...] | list[str]) -> str:
    """Return an alternation of literal words, longest first, so that none hides another.

    >>> any_of(["min", "min."])
    'min\\\\.|min'
    """
    return "|".join(re.escape(word) for word in sorted(set(entries), key=lambda word: (-len(word), word)))


NUMBER = rf"(?:[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?|(?:{any_of(list(NUMBERS))})(?![a-zà-ÿ]))"


def number(text: str) -> float:
    """Return the value of a number in digits or words.

    >>> number("six"), number("2,5")
    (6.0, 2.5)
    """
    return float(NUMBERS[text]) if text in NUMBERS else float(text.replace(",", "."))


def weeks(value: float, unit: str) -> float | None:
    """Return a length in weeks, None for a unit that has no fixed length.

    >>> weeks(2, "month"), weeks(10, "day"), weeks(1, "semester")
    (8.7, 1.4, None)
    """
    if unit == "week":
        return round(value, 1)
    if unit == "day":
        return round(value / 7, 1)
    if unit == "month":
        return round(value * WEEKS_PER_MONTH, 1)
    if unit == "year":
        return round(value * 12 * WEEKS_PER_MONTH, 1)
    return None
