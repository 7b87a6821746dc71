"""Guards: the answers that must be confirmed before listings close, and the bounds of the lifecycle."""

from __future__ import annotations

import datetime
from functools import lru_cache
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawlers.contract.clock import DAY, HOUR, SECOND
from pipeline.lifecycle.state import BoardState

YIELDS_KEPT = 5
"""Good runs whose yields are remembered."""


class Settings(NamedTuple):
    """The bounds of the lifecycle.

    Attributes:
        unconfirmed_days: days after which a listing closes that no complete answer has confirmed.
        closed_days: days for which a closed listing stays in the dataset.
        yield_share: the share of the usual yield below which an answer is doubted.
        yield_runs: good runs that are needed to know the usual yield.
        gone_share: the share of the known ids whose absence makes an answer doubtful.
        gone_ids: known ids that are needed to judge by that share.
        empty_runs: empty answers in a row after which an empty board is believed.
        stale_days: days after its posting from which a listing is old.
        neglected_listings: open listings that are over or old, from which a board may be one that neglects its list.
        neglected_share: the share of a board's open listings that they must be.
        gone_hours: hours between the first and the last answer that a board is gone, before it is believed.
    """

    unconfirmed_days: int = 30
    closed_days: int = 90
    yield_share: float = 0.7
    yield_runs: int = 3
    gone_share: float = 0.5
    gone_ids: int = 10
    empty_runs: int = 6
    gone_hours: int = 6
    stale_days: int = 365
    neglected_listings: int = 3
    neglected_share: float = 0.1


DEFAULTS = Settings()


def is_doubtful(before: BoardState, postings: int, shown: set[str], settings: Settings = DEFAULTS) -> bool:
    """Tell whether a complete answer shows so little that it must be confirmed by the next one.

    Args:
        before: the board before the run.
        postings: the postings of the answer, in scope or not.
        shown: their ids.

    >>> known = BoardState("lever", "acme", ids=[str(number) for number in range(20)])
    >>> is_doubtful(known, 4, {"0", "1", "2", "3"}), is_doubtful(known, 12, set(map(str, range(12))))
    (True, False)
    """
    yields = before.yields or []
    if len(yields) >= settings.yield_runs:
        usual = median(yields[-YIELDS_KEPT:])
        if postings < settings.yield_share * usual:
            return True
    known = set(before.ids or ())
    return len(known) >= settings.gone_ids and len(known - shown) > settings.gone_share * len(known)


def is_gone_for_good(gone_since: int, now: int, settings: Settings = DEFAULTS) -> bool:
    """Tell whether a board that first answered at `gone_since` that it is gone is now believed.

    >>> is_gone_for_good(0, 6 * HOUR), is_gone_for_good(0, 6 * HOUR - 1)
    (True, False)
    """
    return now - gone_since >= settings.gone_hours * HOUR


def last_day_over(now: int, zone: str | None = None) -> int:
    """Return the last day that is over in a zone; without a zone, everywhere on Earth (twelve hours behind UTC).

    >>> last_day_over(36 * HOUR - 1), last_day_over(36 * HOUR)
    (-1, 0)
    >>> last_day_over(24 * HOUR, "Europe/Paris"), last_day_over(24 * HOUR, "America/New_York")
    (0, -1)
    """
    return (now - 12 * HOUR) // DAY - 1 if zone is None else _day_in(now // SECOND, zone) - 1


@lru_cache(maxsize=1024)
def _day_in(second: int, zone: str) -> int:
    local = datetime.datetime.fromtimestamp(second, ZoneInfo(zone))
    return local.toordinal() - datetime.date(1970, 1, 1).toordinal()
