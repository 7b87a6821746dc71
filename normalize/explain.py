"""Why a value was read: for each field the spans that were weighed, the signs that spoke, and the decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from normalize.build import normalize
from normalize.cues.decide import Decision, Reason, weights
from normalize.pay import choose as pay
from normalize.place import workplace
from normalize.place.location import parse_places
from normalize.posting import RawPosting
from normalize.schedule import duration
from normalize.text.html import read_markup
from normalize.text.language import parse_language, reading_languages
from normalize.text.scanner import scan

_STRONGEST = 8  # signs shown of each span
_PLAIN = {
    "duration": ("duration_weeks_min", "duration_weeks_max", "duration_text", "duration_basis"),
    "workplace": ("remote_status", None, "remote_text", "remote_basis"),
    "pay": ("pay_min", "pay_max", "pay_text", "pay_basis"),
    "hours a week": ("hours_per_week_min", "hours_per_week_max", "hours_text", "hours_basis"),
    "start and end": ("start_date", "end_date", "dates_text", "dates_basis"),
    "kind": ("kind", None, None, None),
}


class Weighed(NamedTuple):
    """A span of a text that was weighed.

    Attributes:
        words: the span's own words.
        meaning: what it most likely means.
        likely: how likely, from 0 to 1.
        enough: how likely it has to be.
        reasons: the signs that spoke most, the heaviest first.
    """

    words: str
    meaning: str
    likely: float
    enough: float
    reasons: list[Reason]


class Explained(NamedTuple):
    """A field of a listing and why it was read so.

    Attributes:
        field: its name.
        value: what was read: one value, or the two ends of a range; None where the posting does not say.
        words: the words that the value was read from.
        basis: where they stood: field, title, description or derived.
        weighed: the spans of the text that were weighed; empty for fields that are read without weights.
    """

    field: str
    value: Any
    words: str | None
    basis: str | None
    weighed: list[Weighed]


def explain(posting: RawPosting, today: date) -> list[Explained]:
    """Return each field of a posting with the spans that were weighed for it.

    >>> told = explain(RawPosting(description="12 weeks of leave. The internship lasts 8 weeks."), date(2026, 11, 23))
    >>> [(one.field, one.value, len(one.weighed)) for one in told][:2]
    [('duration', '8.0', 2), ('workplace', None, 0)]
    """
    normalized = normalize(posting, today)
    listing: dict[str, Any] = {**normalized}
    spans = dict(_spans(posting))
    explained = []
    for field, (low, high, words, basis) in _PLAIN.items():
        value = _range(listing[low], listing[high] if high else None)
        explained.append(
            Explained(
                field,
                value,
                listing[words] if words else "; ".join(normalized["kind_reasons"]) or None,
                listing[basis] if basis else None,
                spans.get(field, []),
            )
        )
    return explained


def _range(low: Any, high: Any) -> str | None:
    if low in (None, "unknown") and high is None:
        return None
    if high is None or low == high:
        return str(low)
    return f"{low if low is not None else ''}..{high}"


def _spans(posting: RawPosting) -> Iterator[tuple[str, list[Weighed]]]:
    """Yield the fields that are weighed, each with its spans in the description."""
    description = scan(read_markup(posting.description or "").text)
    codes = reading_languages(parse_language(description.norm))
    yield (
        "duration",
        [
            _weighed(duration.FIELD, one.duration.text, one.decision)
            for one in duration.candidates(description, "description", codes)
        ],
    )
    yield (
        "workplace",
        [
            _weighed(workplace.FIELD, description.raw[one.span.start : one.span.end], one.decision)
            for one in workplace.candidates(description, codes)
        ],
    )
    country = next((place.country for place in parse_places(posting.location) if place.country), None)
    yield (
        "pay",
        [
            _weighed(pay.FIELD, one.pay.text, one.decision)
            for one in pay.candidates(description, country, "description")
        ],
    )


def _weighed(field: str, words: str, decision: Decision) -> Weighed:
    fitted = weights(field)
    reasons = fitted.reasons(decision)[:_STRONGEST]
    return Weighed(words, decision.meaning, decision.likely, fitted.threshold, reasons)
