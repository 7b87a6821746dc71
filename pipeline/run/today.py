"""The instant that `--today` states; imports nothing heavy."""

from __future__ import annotations

import datetime

from crawlers.contract.errors import UsageError


def parse_today(words: str) -> datetime.datetime:
    """Return the instant of ``--today`` in UTC; a date without a time means noon.

    Raises:
        UsageError: the words are neither a date nor a date with a time.

    >>> parse_today("2026-11-23").isoformat()
    '2026-11-23T12:00:00+00:00'
    """
    try:
        instant = datetime.datetime.fromisoformat(words.removesuffix("Z"))
    except ValueError:
        raise UsageError(f"--today {words}: write YYYY-MM-DD or YYYY-MM-DDTHH:MM") from None
    if len(words) == 10:
        instant = instant.replace(hour=12)
    return instant.replace(tzinfo=datetime.UTC, microsecond=0)
