"""Numbers and dates as the formats write them."""

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


def european(iso: str | None) -> str | None:
    """Return an ISO date as DD.MM.YYYY.

    >>> european("2026-11-05")
    '05.11.2026'
    """
    return f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}" if iso else None


@functools.lru_cache(4096)
def rfc_822(iso: str) -> str:
    """Return an ISO date or instant as RSS writes it (RFC 822).

    >>> rfc_822("2026-11-05")
    'Thu, 05 Nov 2026 00:00:00 +0000'
    """
    moment = datetime.datetime.fromisoformat(iso)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[moment.weekday()]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} +0000"
