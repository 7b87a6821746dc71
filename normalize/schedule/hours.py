"""How many hours a week, and how many in all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.duration import DATE, EACH, FOR, JOB, LABEL, LASTS, LINK, LOOSE, NEVER, OF, UNIT, WORK, role
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import (
    NUMERAL,
    UNITS,
    Measure,
    any_of,
    measured,
    opened_after,
    opened_before,
    plain,
)
from normalize.text.scanner import Text, anchors
from normalize.text.tokens import ENDS, after, before, tokens


class Hours(NamedTuple):
    """Stated hours.

    Attributes:
        week_min, week_max: hours a week; one of them is None on an open side.
        total_min, total_max: hours in all.
        text: the words they were read from.
        basis: field, title or description.
    """

    week_min: float | None
    week_max: float | None
    total_min: float | None
    total_max: float | None
    text: str
    basis: str


_Interval = tuple[float | None, float | None]

_WEEKS = frozenset(word for word, unit in UNITS.items() if unit == "week")
_WEEKLY, _TOTAL, _OVER, _EFFORT, _OTHER, _NEVER, _FULL, _ELIGIBLE = (
    frozenset(words("hours", key))
    for key in ("weekly", "total", "over", "effort", "other", "never", "full", "eligible")
)
_LABELS = words("hours", "labels")
_LABEL_WORDS = frozenset(word for label in _LABELS for word in label.split())
# "Hours per week: at least 20": a label, and a number that has no unit.
_LABEL_REST = r"[^:=\n]{0,24}[:=][\s*]{0,4}(?:[a-zß-ÿ.~≥><(]{1,14}\s){0,4}"
_LABEL_HITS = anchors("hours.label", lambda: [rf"\b(?:{any_of(_LABELS)}){_LABEL_REST}[0-9]"])
_LABELLED = lazy_pattern(lambda: rf"(?:{any_of(_LABELS)}){_LABEL_REST}(?={NUMERAL})")
_PASSED = frozenset(":-(~=,")
_AT_MOST_A_WEEK = 80
_IN_ALL = 4, 2_500  # at least, at most
_READ = 40


def _weekly_after(rest: list[str]) -> int | None:
    """Return how many words say that it is so much a week, 0 if none do, None if it is so much in something else."""
    each = bool(rest) and role(rest[0]) & (EACH | LINK) == EACH  # "per pay period"
    for index, word in enumerate(rest[:7]):
        if "-" in word and word.rpartition("-")[2] in _WEEKS:
            return index + 1  # "20-hours-a-week"
        beside = len(word) > 1 or (index < 2 and rest[index + 1 : index + 2] != ["/"])  # "8 h/w", but "w/ a mentor"
        if word in _WEEKLY and beside:
            return index + 1
        if not index and word in _OVER:
            return 0
        if role(word) & UNIT:
            last = rest[index - 1] if index else "-"
            if word in _WEEKS and (last in "/-(" or role(last) & (EACH | WORK)):
                return index + 1
            return None
        if word == "," and not index:
            continue
        if word in ENDS or word in ",:" or word.isdigit() or word in _OTHER:
            return None if each or word in _OTHER else 0
    return None if each else 0


def _weekly_before(lead: list[str]) -> bool:
    """Tell whether a label says that it is so much a week: "weekly commitment of", "work week:"."""
    for index, word in enumerate(lead[:8]):
        if word in _WEEKLY:
            return True
        if word in _WEEKS:
            return bool(lead[index + 1 :]) and (lead[index + 1] in "/-" or bool(role(lead[index + 1]) & (EACH | WORK)))
        if not (role(word) & (LINK | OF | WORK) or word in ":-(~=\n" or word in _LABEL_WORDS):
            return False
    return False


def _full_time(lead: list[str], rest: list[str]) -> bool:
    """Tell whether it says how much full or part time is: "full-time (40 hours)", "20 Stunden (Teilzeit)"."""
    for beside, step in ((lead, -1), (rest, 1)):
        for index, word in enumerate(beside[:3]):
            if word in _FULL or " ".join(beside[index : index + 2][::step]) in _FULL:
                return True
            if word not in _PASSED:
                break
    return False


def _in_all(lead: list[str], rest: list[str]) -> bool:
    """Tell whether it is all the hours there are: "30 hours over 3 weeks", "150-hour internship", "total of 40 hours"."""
    if any(role(word) & NEVER for word in lead[:2]):
        return False  # "within 48 hours"
    for index, word in enumerate(rest[:4]):
        told = role(word)
        if word in _TOTAL or told & JOB:
            return True
        if word in _OVER:
            beyond = rest[index + 1 : index + 6]
            return any(role(other) & (JOB | LOOSE | DATE) or UNITS.get(other, "hour") != "hour" for other in beyond)
        if word in ENDS or word in ",:" or word in _FULL:
            break
    for word in lead[:5]:
        told = role(word)
        if word in _TOTAL or word in _EFFORT or told & (JOB | LABEL | LASTS):
            return True
        if not (told & (LINK | OF | FOR) or word in _PASSED or word in _LABEL_WORDS):
            return False
    return False


def _spoken_of(lead: list[str], others: frozenset[str]) -> bool:
    """Tell whether the nearest words before speak of other hours: shifts, notice, overtime."""
    for word in lead[:5]:
        if word in ENDS or word == ",":
            return False
        if word in others:
            return True
    return False


def _opened(low: float, high: float | None, side: str | None) -> _Interval:
    if side and low == high:
        return (low, None) if side == "min" else (None, high)
    return low, high


def _end(norm: str, at: int, rest: list[str]) -> int:
    """Return where the words end that follow a place."""
    for word in rest:
        at = max(at, norm.find(word, at) + len(word))
    return at


def _labelled(text: Text) -> tuple[_Interval, str] | None:
    """Read "Hours per week: 20-25" and "Expected hours: 20 per week"."""
    done = 0
    for start, end in text.hits(_LABEL_HITS)[:_READ]:
        if start < done:
            continue
        done = end
        match = _LABELLED.match(text.norm, start)
        number = plain(text, match.end()) if match else None
        if match is None or number is None:
            continue
        lead, rest = before(text, number.start), after(text, number.end)
        if (
            rest
            and (UNITS.get(rest[0]) is not None or rest[0] in (":", "am", "pm", "%", "/"))
            and rest[0] not in _WEEKS
        ):
            continue  # a number of hours, or a time of the day
        side, _ = opened_before(lead)
        side_after, used_after = opened_after(rest)
        weekly = _weekly_after(rest[used_after:])
        if weekly is None or _spoken_of(lead, _NEVER):
            continue
        labels = tokens(match[0])
        if weekly or any(word in _WEEKLY or word in _WEEKS for word in labels) or _bare(number, labels, rest):
            low, high = _opened(number.low, number.high, side or side_after)
            if max(low or 0, high or 0) <= _AT_MOST_A_WEEK:
                return (low, high), text.raw[start : _end(text.norm, number.end, rest[: used_after + weekly])]
    return None


def _bare(number: Measure, labels: list[str], rest: list[str]) -> bool:
    """Tell whether a label that names no week is a week's: "Standard hours: 40", not "Hours: 9-5"."""
    return (
        number.low == number.high
        and number.low >= 12
        and (not rest or rest[0] in ENDS or rest[0] == ")")
        and not any(word in _TOTAL or word in _EFFORT or word in _OTHER for word in labels)
    )


def _counted(text: Text) -> Iterator[tuple[bool, _Interval, str]]:
    """Yield hours with a unit that are the job's: whether a week's or all, how many, the words."""
    floor: tuple[float, int, int] | None = None  # "at least 15 hours", where it stands
    for one in measured(text, "hour"):
        low, high, end = one.low, one.high, one.end
        if one.unit == "h" and (minutes := text.norm[end : end + 2]).isdecimal():  # "24h30"
            low, end = low + int(minutes) / 60, end + 2
            high = low
        rest = after(text, end)
        side_after, used = opened_after(rest)
        weekly = 0 if one.unit in _WEEKLY else _weekly_after(rest[used:])
        if weekly is None:
            continue
        used += weekly
        if side_after is None and weekly:
            side_after, more = opened_after(rest[used:])
            used += more
        lead = before(text, one.start)
        side, _ = opened_before(lead)
        if not _ELIGIBLE.isdisjoint(rest[used : used + 4]):
            continue
        interval = _opened(low, high, side or side_after)
        most = max(interval[0] or 0, interval[1] or 0)
        start, end = one.start, _end(text.norm, end, rest[:used]) if weekly else end
        if floor and interval[0] is None and start - floor[2] < 40 and floor[0] <= most:
            interval, start = (floor[0], interval[1]), floor[1]  # ", but not more than 40 hours a week"
        floor = (low, one.start, one.end) if interval[1] is None else None
        if weekly or one.unit in _WEEKLY or _weekly_before(lead) or (most >= 5 and _full_time(lead, rest)):
            if most <= _AT_MOST_A_WEEK and not _spoken_of(lead, _NEVER):
                yield True, interval, text.raw[start:end]
        elif _spoken_of(lead, _OTHER):
            continue
        elif _IN_ALL[0] <= most <= _IN_ALL[1] and _in_all(lead, rest[used:]):
            yield False, interval, text.raw[one.start : one.end]


def _closed(week: _Interval, other: _Interval) -> _Interval | None:
    """Return what another statement makes of an open one: "at least 40", and below "40 hours a week"."""
    low, high = week
    if high is None and low is not None and other[1] == low:
        return low, low
    if low is None and high is not None and other[0] == high:
        return high, high
    return None


def _read(text: Text, basis: str) -> Hours | None:
    week: _Interval | None = None
    total: _Interval | None = None
    said = ""
    if labelled := _labelled(text):
        week, said = labelled
    for weekly, interval, evidence in _counted(text):
        if weekly and week is None:
            week, said = interval, evidence
        elif weekly and week and (closed := _closed(week, interval)):
            week, said = closed, evidence
        elif not weekly and total is None:
            total, said = interval, said or evidence
    if week is None and total is None:
        return None
    return Hours(*(week or (None, None)), *(total or (None, None)), said, basis)


def parse_hours(field: Text | None, title: Text, description: Text) -> Hours | None:
    """Return the hours a week or in all, None if the posting states neither.

    Opening hours, shifts, leave and training are no hours of the job.

    >>> from normalize.text.scanner import scan
    >>> parse_hours(None, scan(""), scan("8-10 hrs/week for six weeks"))[:2]
    (8.0, 10.0)
    >>> parse_hours(None, scan(""), scan("about 40 hours in total"))[2:4]
    (40.0, 40.0)
    >>> parse_hours(None, scan(""), scan("open 24 hours, reply within 48 hours")) is None
    True
    """
    for text, basis in ((field, "field"), (title, "title"), (description, "description")):
        if text is not None and (found := _read(text, basis)):
            return found
    return None
