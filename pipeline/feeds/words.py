"""Numbers and dates in the words of the formats."""

from __future__ import annotations

import datetime
import functools


def number(value: float | None) -> str | None:
    """Return a number as text, without an empty fraction.

    >>> number(12.0), number(17.5), number(None)
    ('12', '17.5', None)
    """
    if value is None:
        return None
    return str(int(value)) if value == int(value) else repr(value)


def span(low: float | None, high: float | None, currency: str | None = None) -> str:
    """Return a range as people write it.

    >>> span(10.0, 12.0), span(8.0, 8.0), span(None, 500.0, "EUR"), span(20.0, None)
    ('10-12', '8', 'up to EUR 500', 'from 20')
    """
    before = f"{currency} " if currency else ""
    if low is None:
        return f"up to {before}{number(high)}"
    if high is None:
        return f"from {before}{number(low)}"
    return f"{before}{number(low)}" if low == high else f"{before}{number(low)}-{number(high)}"


def european(iso: str | None) -> str | None:
    """Return an ISO date as DD.MM.YYYY.

    >>> european("2026-11-05")
    '05.11.2026'
    """
    return f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}" if iso else None


@functools.lru_cache(4096)
def rfc_822(iso: str) -> str:
    """Return an ISO date or instant as RSS writes it.

    >>> rfc_822("2026-11-05")
    'Thu, 05 Nov 2026 00:00:00 +0000'
    """
    moment = datetime.datetime.fromisoformat(iso)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[moment.weekday()]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} +0000"
