"""A listing's values in words for people, the same in the report, in `internfeed show` and in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]
COLUMNS = (
    "title duration_weeks_min duration_weeks_max duration_min duration_max duration_unit pay_status pay_min pay_max"
    " pay_currency pay_period remote_status valid_through"
).split()
"""The columns that these functions read."""

_PERIODS = {"hour": "an hour", "two_weeks": "every two weeks", "total": "in all", "unit": "a piece"}


def span(low: float | None, high: float | None) -> str:
    """Return a range of numbers.

    >>> span(4.0, 6.0), span(5.142857, 5.142857), span(None, 480.0), span(1250.5, None)
    ('4–6', '5.1', 'up to 480', 'from 1,250.5')
    """
    ends = dict.fromkeys(_number(end) for end in (low, high) if end is not None)
    before = "up to " if low is None else "from " if high is None else ""
    return before + "–".join(ends) if ends else ""


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def weeks(row: Row) -> str:
    """Return a listing's length in weeks; empty if it is not stated.

    >>> weeks({"duration_weeks_min": 4.0, "duration_weeks_max": 6.0})
    '4–6'
    """
    low, high = (end if end is None else round(end) for end in (row["duration_weeks_min"], row["duration_weeks_max"]))
    return span(low, high)


def lasts(row: Row) -> str:
    """Return a listing's length in its own unit, or in weeks; empty if it is not stated.

    >>> lasts({"duration_min": 3.0, "duration_max": 6.0, "duration_unit": "month"})
    '3–6 months'
    """
    low, high, unit = (row[f"duration_{name}"] for name in ("min", "max", "unit"))
    if unit is None or (low is None and high is None):
        counted, unit, high = weeks(row), "week", row["duration_weeks_max"]
    else:
        counted = span(low, high)
    return f"{counted} {unit}{'' if (high or low) == 1 else 's'}" if counted else ""


def pay(row: Row) -> str:
    """Return a listing's pay; empty if it is not stated.

    >>> pay({"pay_status": "paid", "pay_min": 600.0, "pay_max": 600.0, "pay_currency": "USD", "pay_period": "total"})
    'USD 600 in all'
    >>> pay({"pay_status": "academic_credit", "pay_min": None, "pay_max": None})
    'academic credit'
    """
    amount = "–".join(dict.fromkeys(_amount(end) for end in (row["pay_min"], row["pay_max"]) if end is not None))
    if not amount:
        return "" if row["pay_status"] == "unknown" else str(row["pay_status"]).replace("_", " ")
    before = "up to" if row["pay_min"] is None else "from" if row["pay_max"] is None else ""
    period = row["pay_period"]
    words = (before, row["pay_currency"], amount, _PERIODS.get(period, f"a {period}") if period else "")
    return " ".join(word for word in words if word)


def _amount(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def where(row: Row) -> str:
    """Return the place of work; empty if it is not stated.

    >>> where({"remote_status": "unknown"}), where({"remote_status": "onsite"})
    ('', 'on site')
    """
    return {"unknown": "", "onsite": "on site"}.get(row["remote_status"], str(row["remote_status"]))


def differences(old: Row, new: Row) -> str:
    """Return what changed in a listing, in words.

    >>> before = dict.fromkeys(COLUMNS) | dict(title="Intern", pay_status="paid", pay_min=24.0, pay_max=24.0,
    ...     pay_currency="CAD", pay_period="hour", remote_status="hybrid")
    >>> differences(before, before | {"pay_min": 26.0, "pay_max": 26.0, "remote_status": "unknown"})
    'pay: CAD 24 an hour → CAD 26 an hour; where: hybrid → not stated'
    """

    def phrases(row: Row) -> dict[str, str]:
        deadline = f"{row['valid_through']}" if row["valid_through"] else ""
        return {
            "title": row["title"],
            "pay": pay(row),
            "lasts": lasts(row),
            "where": where(row),
            "deadline": deadline,
        }

    before, after = phrases(old), phrases(new)
    changes = [
        f"{name}: {before[name] or 'not stated'} → {phrase or 'not stated'}"
        for name, phrase in after.items()
        if before[name] != phrase
    ]
    return "; ".join(changes) or "re-worded"


def short(text: str | None, most: int) -> str:
    """Return a text as one line, cut to at most so many characters.

    >>> short("Draw\\n maps of the tide", 9)
    'Draw map…'
    """
    line = " ".join((text or "").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
