"""The workplace of a job: remote, hybrid or on site."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

from normalize.cues.decide import NOTHING, Decision, signs_beside, weights
from normalize.cues.rules import Phrases, fired, phrases
from normalize.text.lexicon import data_files, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import NUMBERS, any_of
from normalize.text.scanner import Text, anchors, scan
from normalize.text.tokens import ENDS, tokens
from normalize.vocabulary import RemoteStatus

FIELD = "workplace"
_OFFICES = 10  # named offices looked at in one text
_READ = 60  # workplace words looked at in one text
_SHORT = 400  # characters of a field or title that are read
_DAYS_WINDOW = 60  # characters on either side of an office in which its days are looked for
_WORKING_WEEK = 5
_BESIDE = 240  # characters between workplace words that are signs for each other

# Which words may tell of the workplace, by the rule that lists them: the kind of span that they are.
KINDS = {
    "says remote": "remote", "says from home": "home", "says from anywhere": "anywhere", "says home": "a home",
    "says virtual": "virtual", "says hybrid": "hybrid", "says on site": "on site", "says in person": "in person",
    "says office": "office",
}  # fmt: skip
"""The kinds of spans, by the rule that lists their words."""
_OFFICE = "an office"  # a bare one counts where days are counted beside it
_NAMED_OFFICE = "a named office"
STATUS_OF = {
    **dict.fromkeys(("remote", "home", "anywhere", "virtual"), RemoteStatus.REMOTE),
    "hybrid": RemoteStatus.HYBRID,
    **dict.fromkeys(("on site", "in person", "office"), RemoteStatus.ONSITE),
}
"""The status that a kind of span says by itself."""
DENIED = {
    **dict.fromkeys(("remote", "home", "anywhere", "a home", "virtual"), "not away"),
    "hybrid": "not hybrid",
    **dict.fromkeys(("on site", "in person", "office"), "not on site"),
}
"""The kind of a span that is denied."""
STATUS_OF |= dict.fromkeys(("not away", _NAMED_OFFICE), RemoteStatus.ONSITE)
_KIND_OF = {word: kind for rule, kind in KINDS.items() for word in words(FIELD, rule)}
_WORDS = anchors("workplace.word", lambda: [rf"(?:{any_of(_KIND_OF)})"])
_DAY_NEAR = anchors(
    "workplace.days",
    lambda: [
        rf"(?:{any_of(words(FIELD, 'days'))})[^.;\n]{{0,{_DAYS_WINDOW}}}(?:{any_of(words(FIELD, 'office'))})",
        rf"(?:{any_of(words(FIELD, 'office'))})[^.;\n]{{0,40}}(?:{any_of(words(FIELD, 'days'))})",
    ],
)
_IN_OFFICE = anchors(
    "workplace.in_office",
    lambda: [
        rf"(?:{any_of(words(FIELD, 'leads to an office'))}) (?:[^\s.;|,]{{1,16}} ){{0,3}}"
        rf"(?:{any_of(words(FIELD, 'office'))})"
    ],
)
_OFFICE_WORD = lazy_pattern(lambda: rf"(?<![\w])(?:{any_of(words(FIELD, 'office'))})(?!\w)")


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


class Span(NamedTuple):
    """Words that may tell of the workplace.

    Attributes:
        start, end: their place in the text.
        kind: what they are: remote, home, anywhere, a home, virtual, hybrid, on site, in person, office, an office,
            a named office; in the signs also not away, not hybrid, not on site.
    """

    start: int
    end: int
    kind: str


def _is_whole(text: Text, start: int, end: int) -> bool:
    """Tell whether a word is no part of a longer one, but for one it was glued to: "RemoteDuration"."""
    norm, raw = text.norm, text.raw
    if end < len(norm) and norm[end].isalnum() and not (raw[end].isupper() and raw[end - 1].islower()):
        return False
    return not (start and norm[start - 1].isalnum() and not (raw[start].isupper() and raw[start - 1].islower()))


def spans(text: Text) -> list[Span]:
    """Return the words of a text that may tell of the workplace, in order; of those that overlap, the longest.

    >>> [(span.kind, span.start) for span in spans(scan("Fully remote, or in the office."))]
    [('remote', 0), ('office', 17)]
    """
    best: list[Span] = []
    for start, end in sorted(text.hits(_WORDS)[: 8 * _READ], key=lambda hit: (hit[0], -hit[1])):
        kind = _KIND_OF.get(text.norm[start:end])
        if kind is None or (best and start < best[-1].end) or not _is_whole(text, start, end):
            continue
        best.append(Span(start, end, kind))
        if len(best) == _READ:
            break
    if text.hits(_DAY_NEAR):
        best.extend(_offices(text, best))
        best.sort()
    if text.hits(_IN_OFFICE):
        best.extend(_named_offices(text, best))
        best.sort()
    return best


def _named_offices(text: Text, others: list[Span]) -> list[Span]:
    """Return the offices of the employer that are named: "at our Lyon office"; in order, the first that fits."""
    found: list[Span] = []
    for start, end in sorted(text.hits(_IN_OFFICE)[:_READ]):
        if (found and start < found[-1].end) or not _is_whole(text, start, end):
            continue
        if not any(other.start < end and start < other.end for other in others):
            found.append(Span(start, end, _NAMED_OFFICE))
    return found[:_OFFICES]


def _offices(text: Text, others: list[Span]) -> list[Span]:
    """Return the bare offices beside which days are counted: "3 days a week at our Lyon office"."""
    found: dict[int, Span] = {}
    for start, end in text.hits(_DAY_NEAR)[:12]:
        for match in _OFFICE_WORD.finditer(text.norm, start, end + 12):
            span = Span(match.start(), match.end(), _OFFICE)
            if not any(other.start < span.end and span.start < other.end for other in others) and _days_beside(
                text, span
            ):
                found[span.start] = span
    return list(found.values())


def _days_in(listed: list[str]) -> list[tuple[int, int, float, float]]:
    """Return the numbers of days a week among some tokens: where they begin and end, and the fewest and the most."""
    days = _day_words()
    said = []
    for at, word in enumerate(listed):
        if word not in days or not at:
            continue
        numbers: list[float] = []
        back = at - 1
        while back >= 0 and len(numbers) < 2:
            value = _number(listed[back])
            if value is not None:
                numbers.insert(0, value)
            elif not _goes_on(listed[back], bool(numbers)):
                break
            back -= 1
        if numbers and 0 < numbers[0] <= numbers[-1] <= 7:
            said.append((back + 1, at + 1, numbers[0], numbers[-1]))
    return said


def _goes_on(word: str, in_range: bool) -> bool:
    """Tell whether a token may precede the days, or between the ends of their range."""
    return word in "-/" or word in _joins() if in_range else word in ("(", ")", "+", "-")


def _number(word: str) -> float | None:
    if word in NUMBERS:
        return float(NUMBERS[word])
    return float(word) if len(word) == 1 and word.isdecimal() else None


@cache
def _day_words() -> frozenset[str]:
    return frozenset(words(FIELD, "days"))


@cache
def _joins() -> frozenset[str]:
    return frozenset(words("duration", "joiners"))


def _days_beside(text: Text, span: Span) -> tuple[float, float] | None:
    """Return how many days a week are counted right beside a span."""
    before = tokens(text.raw[max(0, span.start - _DAYS_WINDOW) : span.start])
    after = tokens(text.raw[span.end : span.end + _DAYS_WINDOW])
    for _start, end, low, high in reversed(_days_in(before)):
        if not ENDS.intersection(before[end:]):
            return low, high
    for start, _end, low, high in _days_in(after):
        if not ENDS.intersection(after[:start]):
            return low, high
    return None


def _onsite_days(text: Text, found: list[Span]) -> tuple[float, float] | None:
    """Return the days a week on site that a text counts beside an office."""
    for span in found:
        if span.kind in ("office", "on site", "in person", _OFFICE, _NAMED_OFFICE) and (
            days := _days_beside(text, span)
        ):
            return days
    return None


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
    if not _DAYS_BESIDE.isdisjoint(signs) and (days := _days_beside(text, span)):
        size = "a week" if days[0] >= _WORKING_WEEK else "some"
        signs[f"{size} of days beside"] = signs[f"{span.kind}: {size} of days beside"] = f"{days[0]:g}-{days[1]:g}"
    return signs


_ANSWER = lazy_pattern(r"[^.:?!;|\n]{0,28}(?:[:?\n]|\s[-–])[\s*_:?–-]*([^\s*_:?–-][^\n.;|]{0,24})")
_BARE_ANSWER = lazy_pattern(r"[ \t]+([A-ZÀ-Þ]\w{1,5})(?=\s+[A-ZÀ-Þ]|\s*\Z)")  # of a form: "Remote No Salary Range"
_ANSWER_WORDS = 3
_WORD = lazy_pattern(r"[^\W\d_]+")
_DENIED_BEFORE, _DENIED_AFTER = 40, 48  # characters in which a word beside a span denies it
_WORDS_BEFORE, _WORDS_AFTER = 2, 6  # words that may stand between


def denied(text: Text, span: Span, table: Phrases) -> bool:
    """Tell whether a workplace word is denied: by a word beside it, or by the answer to the label that it is.

    >>> from normalize.cues.rules import phrases
    >>> text = scan("Remote option: no. The work is not hybrid, but on site.")
    >>> [denied(text, span, phrases("workplace")) for span in spans(text)]
    [True, True, False]
    """
    before = max(0, span.start - _DENIED_BEFORE)
    deniers = _deniers()
    if not deniers.isdisjoint(_WORD.findall(text.norm, before, span.start)):
        words_before = tokens(text.raw[before : span.start])
        for one in reversed(fired(table, words_before)):
            between = words_before[one.end :]
            if _count(between) > _WORDS_BEFORE or ENDS.intersection(between) or "however" in one.names:
                break
            if "denies nothing" in one.names:
                return False
            if "denial" in one.names:
                return True
    if deniers.isdisjoint(_WORD.findall(text.norm, span.end, span.end + _DENIED_AFTER)):
        return False
    words_after = tokens(text.raw[span.end : span.end + _DENIED_AFTER])
    for one in fired(table, words_after):
        between = words_after[: one.start]
        if _count(between) > _WORDS_AFTER or ENDS.intersection(between) or "however" in one.names:
            break
        if "ruled out" in one.names:
            return True
    if not (answer := _ANSWER.match(text.norm, span.end) or _BARE_ANSWER.match(text.raw, span.end)):
        return False
    said = tokens(answer[1])
    return len(said) <= _ANSWER_WORDS and any("denial" in one.names for one in fired(table, said)[:1] if not one.start)


def _count(listed: list[str]) -> int:
    return sum(word[0].isalnum() for word in listed)


@cache
def _deniers() -> frozenset[str]:
    """Return the words with which a denial begins, in any language: where none stands, nothing is denied."""
    return frozenset(tokens(entry)[0] for rule in ("denial", "ruled out") for entry in words(FIELD, rule))


def with_denials(text: Text, found: list[Span], table: Phrases) -> list[Span]:
    """Return the spans of a text, those that are denied with the kind that the denial makes of them."""
    return [
        span._replace(kind=DENIED[span.kind]) if span.kind in DENIED and denied(text, span, table) else span
        for span in found
    ]


def _in_description(text: Text, languages: frozenset[str] | None) -> Remote | None:
    """Return what the likeliest statement about the workplace says, if any is likely enough."""
    read = candidates(text, languages)
    if not read:
        return None
    best = max(read, key=lambda one: one.decision.likely)
    if best.decision.meaning == NOTHING or best.decision.likely < weights(FIELD).threshold:
        return None
    status, span = best.decision.meaning, best.span
    believed = {one.decision.meaning for one in read if one.decision.likely >= weights(FIELD).threshold}
    if believed >= {RemoteStatus.REMOTE, RemoteStatus.ONSITE}:
        status = RemoteStatus.HYBRID  # at one place and from elsewhere, each said by itself
    low, high = _onsite_days(text, [one.span for one in read]) or (None, None)
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
        if span.kind not in STATUS_OF or span.kind == _NAMED_OFFICE:
            continue
        status = _short_status(short, span, basis, table)
        if status is not None:
            named.setdefault(status, span)
    if not named:
        return None
    both = RemoteStatus.REMOTE in named and RemoteStatus.ONSITE in named
    status = RemoteStatus.HYBRID if both or RemoteStatus.HYBRID in named else next(iter(named))
    span = named.get(status) or named[RemoteStatus.REMOTE]
    days = _onsite_days(short, found)
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
    return STATUS_OF.get(_KIND_OF.get(found.text.lower(), ""), "") == RemoteStatus.REMOTE


def _with_days(found: Remote, description: Text) -> Remote:
    if found.status != RemoteStatus.HYBRID or found.days_min is not None or not description.hits(_DAY_NEAR):
        return found
    days = _onsite_days(description, spans(description))
    return found._replace(days_min=days[0], days_max=days[1]) if days else found
