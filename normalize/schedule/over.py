"""The day after which a job is over, by the days, lengths and terms that its posting states."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from normalize.schedule.duration import Duration
from normalize.schedule.period import Period
from normalize.schedule.season import last_season
from normalize.text.scanner import Text


def parse_over_after(period: Period | None, duration: Duration | None, fields: Iterable[Text | None]) -> date | None:
    """Return the day after which the job is over, None where the posting does not date it.

    The end outranks the start with the longest stated length, this the later of the last day to start and the end of
    the season. A start alone says nothing: a job that has begun may be open for a long time.

    Args:
        fields: the board's own fields for the term, which may name several terms.

    >>> eight = Duration(8, 8, 8, 8, "week", "8 weeks", "description")
    >>> starts = Period(date(2027, 6, 1), None, None, None, "from 1 June", "description")
    >>> parse_over_after(starts, eight, ()), parse_over_after(starts, None, ())
    (datetime.date(2027, 7, 27), None)
    """
    if period is None:
        return None
    if period.end is not None:
        return period.end
    start = period.latest or period.start
    weeks = duration.weeks_max if duration is not None else None
    if start is not None and weeks is not None:
        return start + timedelta(weeks=weeks)
    season = last_season(fields, period.season)
    return max((day for day in (period.latest, season) if day is not None), default=None)
