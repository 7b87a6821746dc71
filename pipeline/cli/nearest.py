"""The nearest of the known names to a misspelled one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to a word as the end of a message; empty if none is similar.

    >>> did_you_mean("greenhuose", ["greenhouse", "lever"]), did_you_mean("xyz", ["lever"])
    ('; did you mean greenhouse?', '')
    """
    nearest = get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {nearest[0]}?" if nearest else ""
