"""The workplace of a job: remote, hybrid or on site."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

from normalize.cues.decide import NOTHING, Decision, signs_beside, weights
from normalize.cues.rules import Phrases, fired, phrases
from normalize.place.workplace_spans import (
    DAY_NEAR,
    FIELD,
    KIND_OF,
    NAMED_OFFICE,
    STATUS_OF,
    Span,
    days_beside,
    onsite_days,
    spans,
    with_denials,
)  # fmt: skip
from normalize.text.lexicon import data_files
from normalize.text.patterns import lazy_pattern
from normalize.text.scanner import Text, scan
from normalize.text.tokens import tokens
from normalize.vocabulary import RemoteStatus

_SHORT = 400  # characters of a field or title that are read
_WORKING_WEEK = 5
_BESIDE = 240  # characters between workplace words that are signs for each other


class Remote(NamedTuple):
    """The workplace as stated.

    Attributes:
        status: remote, hybrid or onsite.
        text: the words it was read from.
        basis: field, title or description.
        days_min, days_max: days a week on site, where stated.
    """

    status: str
    text: str
    basis: str
    days_min: float | None = None
    days_max: float | None = None


class Candidate(NamedTuple):
    """A span with what it was decided to mean."""

    span: Span
    decision: Decision


def candidates(text: Text, languages: frozenset[str] | None = None) -> list[Candidate]:
    """Return every workplace word of a text with its likeliest meaning.

    Args:
        languages: those to read with, None for all.

    >>> [one.decision.meaning for one in candidates(scan("This is a fully remote internship."))]
    ['remote']
    """
    found = spans(text)
    if not found:
        return []
    table, fitted = phrases(FIELD, languages), weights(FIELD)
    found = with_denials(text, found, table)
    return [Candidate(span, fitted.decide(signs_of(text, span, found, table, fitted.words))) for span in found]


_DAYS_BESIDE = frozenset(
    f"{rule}, {distance} {side}"
    for rule in ("days", "some days", "five days")
    for distance in ("next", "near", "far", "wide")
    for side in ("before", "after")
)
"""Signs that days may be counted beside a span."""


def signs_of(
    text: Text, span: Span, found: list[Span], table: Phrases, known: frozenset[str] | None = None
) -> dict[str, str]:
    """Return the signs beside a workplace word: those of the words beside it, and the other workplace words."""
    signs = signs_beside(text, span.start, span.end, span.kind, table, known)
    for other in found:
        if other is not span and abs(other.start - span.start) < _BESIDE:
            said = text.norm[other.start : other.end]
            signs[f"beside {other.kind}"] = signs[f"{span.kind}: beside {other.kind}"] = said
    if not _DAYS_BESIDE.isdisjoint(signs) and (days := days_beside(text, span)):
        size = "a week" if days[0] >= _WORKING_WEEK else "some"
        signs[f"{size} of days beside"] = signs[f"{span.kind}: {size} of days beside"] = f"{days[0]:g}-{days[1]:g}"
    return signs


def _in_description(text: Text, languages: frozenset[str] | None) -> Remote | None:
    """Return what the likeliest statement about the workplace says, if any is likely enough."""
    read = candidates(text, languages)
    if not read:
        return None
    best = max(read, key=lambda one: one.decision.likely)
    if best.decision.meaning == NOTHING or best.decision.likely < weights(FIELD).threshold:
        return None
    status, span = best.decision.meaning, best.span
    low, high = onsite_days(text, [one.span for one in read]) or (None, None)
    if status == RemoteStatus.REMOTE:
        low = high = None
    return Remote(status, text.raw[span.start : span.end], "description", low, high)


@cache
def _codes() -> dict[str, str]:
    return {code: status for status, listed in data_files()["place/workplace.toml"]["codes"].items() for code in listed}


def _in_field(field: Text) -> Remote | None:
    said = field.norm.strip()
    status = _codes().get(said)
    if status == "silent":
        return None
    if status is not None:
        return Remote(status, field.raw.strip(), "field")
    if said[0] in "{[":
        try:
            return _in_record(json.loads(field.raw), field.raw)
        except (ValueError, RecursionError):
            return None
    return _in_short(field, "field")


def _in_record(record: Any, raw: str) -> Remote | None:
    """Read a board's flags: what is set says something, what is not set says nothing."""
    if not isinstance(record, dict):
        return None
    codes = _codes()
    flags = {str(key).lower(): value for key, value in record.items()}
    # A board's word outranks its flag: "isRemote" is often set beside "Hybrid".
    for value in flags.values():
        if isinstance(value, str) and not value.strip().isdigit():
            status = codes.get(value.strip().lower())
            if status not in (None, "silent"):
                return Remote(str(status), raw, "field")
    for status, keys in data_files()["place/workplace.toml"]["flags"].items():
        if status == RemoteStatus.ONSITE and flags.get("remote") is True:
            continue
        if any(flags.get(key) is True for key in keys):
            return Remote(status, raw, "field")
    return None


_DENIALS = frozenset(("denial", "ruled out"))
_PARTLY = frozenset(("partly", "some days", "a while"))
_SUBJECTS = frozenset(("a thing", "a meeting", "other people", "hybrid of things", "a perk"))
_APART = frozenset("()[]|,:/·-–\n")


def _in_short(text: Text, basis: str) -> Remote | None:
    """Read a few words that are all about the place: a location, a label, a title."""
    short = text if len(text.raw) <= _SHORT else scan(text.raw[:_SHORT])
    named: dict[str, Span] = {}
    found = spans(short)
    table = phrases(FIELD)
    for span in found:
        if span.kind not in STATUS_OF or span.kind == NAMED_OFFICE:
            continue
        status = _short_status(short, span, basis, table)
        if status is not None:
            named.setdefault(status, span)
    if not named:
        return None
    both = RemoteStatus.REMOTE in named and RemoteStatus.ONSITE in named
    status = RemoteStatus.HYBRID if both or RemoteStatus.HYBRID in named else next(iter(named))
    span = named.get(status) or named[RemoteStatus.REMOTE]
    days = onsite_days(short, found)
    low, high = days if days and status != RemoteStatus.REMOTE else (None, None)
    return Remote(str(status), short.raw[span.start : span.end], basis, low, high)


def _short_status(text: Text, span: Span, basis: str, table: Phrases) -> str | None:
    """Return what a workplace word of a field or title says; in a title it may name the subject."""
    before, after = tokens(text.raw[: span.start]), tokens(text.raw[span.end :])
    near = {name for one in fired(table, before[-4:]) for name in one.names}
    then = {name for one in fired(table, [word for word in after[:5] if word not in ":-="]) for name in one.names}
    first = {name for one in fired(table, after)[:1] if one.start == 0 for name in one.names}
    apart = (not before or before[-1] in _APART) and (not after or after[0] in _APART)
    status = STATUS_OF[span.kind]
    if basis == "field":
        if span.kind == "virtual" and len(text.raw) > 40 and not apart:
            return None
    elif first & _SUBJECTS or (
        span.kind in ("virtual", "anywhere", "hybrid", "in person") and not apart and "the job" not in first
    ):
        return None
    if (near | then) & _DENIALS and "denies nothing" not in near | then:
        return RemoteStatus.ONSITE if status == RemoteStatus.REMOTE else None
    if status == RemoteStatus.REMOTE and (
        (near | then) & _PARTLY or (span.kind == "home" and "a choice" in near | then)
    ):
        return RemoteStatus.HYBRID
    return status


_STRING = lazy_pattern(r'"([^"]{2,60})"')


def parse_remote(
    field: Text | None,
    location: Text | None,
    title: Text,
    description: Text,
    languages: frozenset[str] | None = None,
) -> Remote | None:
    """Return where the work is done, None if the posting does not say; a city alone says nothing.

    The board's field and its place outrank the title, the title the text.

    Args:
        languages: those to read the text with, as ISO 639-1 codes; None for all.

    >>> parse_remote(None, scan("Remote - US"), scan("Intern"), scan("")).status
    'remote'
    >>> parse_remote(None, None, scan("Intern"), scan("This role is not remote.")).status
    'onsite'
    >>> parse_remote(None, None, scan("Remote Sensing Intern"), scan("Experience with remote sensing.")) is None
    True
    """
    if field is not None and (found := _in_field(field)):
        return _with_days(found, description)
    if location is not None:
        shown = location if location.norm[:1] not in "[{" else scan(" | ".join(_STRING.findall(location.raw)))
        if location.norm.strip() in data_files()["place/workplace.toml"]["places"]["remote"]:
            return Remote(RemoteStatus.REMOTE, location.raw.strip(), "field")
        if found := _in_short(shown, "field"):
            if found.status == RemoteStatus.REMOTE:
                denied = _in_description(description, languages)
                if denied is not None and denied.status == RemoteStatus.ONSITE and _is_denial(denied):
                    return denied  # a place named "Remote" in a board's list, and a text that says it is not
            return _with_days(found, description)
    if found := _in_short(title, "title"):
        return _with_days(found, description)
    return _in_description(description, languages)


def _is_denial(found: Remote) -> bool:
    """Tell whether a text that says on site says so by denying a word for remote."""
    return STATUS_OF.get(KIND_OF.get(found.text.lower(), ""), "") == RemoteStatus.REMOTE


def _with_days(found: Remote, description: Text) -> Remote:
    if found.status != RemoteStatus.HYBRID or found.days_min is not None or not description.hits(DAY_NEAR):
        return found
    days = onsite_days(description, spans(description))
    return found._replace(days_min=days[0], days_max=days[1]) if days else found
