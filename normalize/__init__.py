"""Read a posting into a listing: `normalize` turns a `RawPosting`, a board's words, into a `Listing`, typed values.

>>> from datetime import date
>>> from normalize import RawPosting, normalize
>>> normalize(RawPosting(description="A paid 10-week internship"), date(2026, 11, 23))["duration_weeks_min"]
10.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from normalize.build import normalize
    from normalize.columns import Listing
    from normalize.posting import RawPosting

__all__ = ["Listing", "RawPosting", "normalize"]


def __getattr__(name: str) -> object:
    """Import a name on first use, so that importing `RawPosting` alone does not load the extractors."""
    if name == "normalize":
        from normalize.build import normalize

        return normalize
    if name == "Listing":
        from normalize.columns import Listing

        return Listing
    if name == "RawPosting":
        from normalize.posting import RawPosting

        return RawPosting
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
