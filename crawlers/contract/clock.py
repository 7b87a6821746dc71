"""Instants, in the forms that runs, journals and snapshots store."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

SECOND = 1_000_000
"""A second in microseconds, the unit in which Arrow holds instants."""
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_STAMP = "%Y%m%dT%H%M%SZ"


def iso(instant: datetime.datetime) -> str:
    """Return an instant in UTC as ISO 8601, to the second.

    >>> iso(datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC))
    '2026-11-23T12:00:00Z'
    """
    return instant.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def microseconds(instant: datetime.datetime) -> int:
    """Return an instant as microseconds since 1970, cut to the second.

    >>> microseconds(datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)) == DAY
    True
    """
    return int(instant.timestamp()) * SECOND


def from_microseconds(instant: int) -> datetime.datetime:
    """Return an instant from its microseconds since 1970.

    >>> from_microseconds(DAY).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return datetime.datetime.fromtimestamp(instant / SECOND, datetime.UTC)


def microseconds_of_day(day: str) -> int:
    """Return the beginning of a day, written YYYY-MM-DD, in UTC as microseconds since 1970.

    >>> microseconds_of_day("1970-01-02") == DAY
    True
    """
    return microseconds(datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(), datetime.UTC))


def run_id_of(now: datetime.datetime, request: Any) -> str:
    """Return the id of a run: its clock, and a digest of its request, which is any JSON value.

    >>> run_id_of(datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC), {"boards": []})
    '20261123T120000Z-42f4'
    """
    digest = hashlib.sha256(json.dumps([now.isoformat(), request], sort_keys=True).encode()).hexdigest()
    return f"{now:{_STAMP}}-{digest[:4]}"


def instant_of(run_id: str) -> datetime.datetime:
    """Return the instant in a run's id.

    >>> instant_of("20261123T120000Z-7f3a").isoformat()
    '2026-11-23T12:00:00+00:00'
    """
    return datetime.datetime.strptime(run_id[:16], _STAMP).replace(tzinfo=datetime.UTC)
