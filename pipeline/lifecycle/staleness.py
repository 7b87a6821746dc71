"""Staleness: which open listings are out of date by their own days, or by their age on a board that neglects its list.

A listing's staleness follows from its row and from the day of the last run that asked its board, so that a day on which
nothing changed changes only the rows whose warning begins. Days are days since 1970.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from normalize.vocabulary import WarningSign
from pipeline.lifecycle.guards import DEFAULTS, Settings

NO_DAY = np.iinfo(np.int32).max
"""Stands for a day that is not stated."""


class Dates(NamedTuple):
    """The days of some listings, each an array of days; `NO_DAY` where none is stated.

    Attributes:
        over_after: the days after which the jobs are over.
        posted: the days of posting.
        last_over: the last days that are over where the boards were last asked.
    """

    over_after: np.ndarray
    posted: np.ndarray
    last_over: np.ndarray


def staleness(
    is_open: np.ndarray, dates: Dates, boards: list[tuple[int, int]], settings: Settings = DEFAULTS
) -> np.ndarray:
    """Return the warning of each listing, None where it has none.

    A board neglects its list if enough of its open listings are over or old. On such a board, every old listing is
    warned of; elsewhere an employer may simply hire all the time.

    Args:
        is_open: for each listing, whether it is open.
        boards: the first and last position of each board's listings.

    >>> day = np.array([100, NO_DAY])
    >>> dates = Dates(over_after=day, posted=np.array([1, 1]), last_over=np.array([100, 100]))
    >>> staleness(np.array([True, True]), dates, [(0, 2)])[0]
    <WarningSign.DATES_OVER: 'dates are over'>
    """
    over = is_open & (dates.over_after <= dates.last_over)
    old = is_open & (dates.posted.astype(np.int64) < dates.last_over - settings.stale_days)
    overdue, all_open = (np.concatenate([[0], np.cumsum(flags)]) for flags in (over | old, is_open))
    neglected = np.zeros(len(is_open), bool)
    for start, stop in boards:
        late, listed = overdue[stop] - overdue[start], all_open[stop] - all_open[start]
        if late >= max(settings.neglected_listings, settings.neglected_share * listed):
            neglected[start:stop] = True
    warnings = np.full(len(is_open), None, dtype=object)
    warnings[old & neglected] = WarningSign.POSTED_LONG_AGO
    warnings[over] = WarningSign.DATES_OVER
    return warnings
