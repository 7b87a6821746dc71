"""``internfeed extract``: postings in, listings out, one JSON object per line."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import orjson

from normalize.build import normalize
from normalize.columns import Listing
from normalize.posting import RawPosting


def extract(posting: RawPosting, today: datetime.date) -> Listing:
    """Return a posting's listing with every column.

    Args:
        today: the day from which relative dates are resolved, if the posting does not state when it was fetched.
    """
    fetched = posting.fetched_at
    listing = normalize(posting, datetime.date.fromisoformat(fetched[:10]) if fetched else today)
    listing["canonical_id"] = listing["listing_id"]
    return listing


def to_json(listing: Mapping[str, Any]) -> bytes:
    """Return a listing as one line of JSON; invalid characters are replaced, NaN becomes null."""
    try:
        return orjson.dumps(listing) + b"\n"
    except TypeError:  # a lone surrogate, which JSON from outside may contain
        return orjson.dumps(_clean(listing)) + b"\n"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list | tuple) else value


def extract_lines(lines: Iterable[bytes], out: BinaryIO, today: datetime.date) -> int:
    """Read postings and write listings, one per line; return the number of lines that are not postings.

    For such a line, ``{"error": ...}`` is written in its place.

    >>> import io
    >>> out = io.BytesIO()
    >>> extract_lines([b"[]"], out, datetime.date(2026, 11, 23)), out.getvalue()
    (1, b'{"error":"a posting is a JSON object, not list"}\\n')
    """
    rejected = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            listing: Mapping[str, Any] = extract(RawPosting.from_dict(orjson.loads(line)), today)
        except Exception as error:  # a bad line must not stop the others
            rejected += 1
            listing = {"error": str(error) or type(error).__name__}
        out.write(to_json(listing))
        out.flush()
    return rejected
