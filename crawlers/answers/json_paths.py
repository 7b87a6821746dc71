"""Values of JSON answers, looked up by dotted paths such as ``hits.total.value``."""

from __future__ import annotations

import re
from typing import Any

from crawlers.politeness.refusals import BrokenAnswer


def at(record: Any, path: str) -> Any:
    """Return the value at a dotted path; the path "" returns the record itself.

    Raises:
        KeyError: the record has no such path.

    >>> at({"hits": {"total": {"value": 2}}}, "hits.total.value")
    2
    """
    for key in path.split(".") if path else ():
        if isinstance(record, list) and key.isdigit() and int(key) < len(record):
            record = record[int(key)]
        elif isinstance(record, dict):
            record = record[key]
        else:
            raise KeyError(key)
    return record


def maybe(record: Any, path: str) -> Any:
    """Return the value at a dotted path, None without one.

    >>> maybe({"company": None}, "company.name") is None
    True
    """
    try:
        return at(record, path)
    except KeyError:
        return None


def required(record: Any, path: str) -> Any:
    """Return the value at a dotted path of a posting's own record.

    Raises:
        BrokenAnswer: the record has no such path, so the answer is not the requested record.

    >>> required({"error": "x"}, "job.text")
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the posting's record has no 'job.text'
    """
    try:
        return at(record, path)
    except KeyError:
        raise BrokenAnswer(f"the posting's record has no {path!r}") from None


def whole_number(value: Any) -> int | None:
    """Return a count that a source states as a number or as text, None for any other value.

    >>> [whole_number(value) for value in (40, "40", "1,234", 40.0, "many", -1, True, None)]
    [40, 40, 1234, 40, None, None, None, None]
    """
    if isinstance(value, str):
        digits = re.sub(r"(?<=[0-9])[\s.,'\u00a0\u202f](?=[0-9]{3}(?![0-9]))", "", value.strip())
        return int(digits) if digits.isdecimal() and digits.isascii() else None
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and value == value // 1
    return int(value) if whole else None
