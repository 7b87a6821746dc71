"""Hours a week, and hours in all, as the posting states them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from normalize.cues.duration import BARE, DATE, EACH, FOR, JOB, LABEL, LASTS, LINK, LOOSE, NEVER, OF, UNIT, WORK, role
from normalize.text.lexicon import languages, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import (
    EMPHASIS,
    NUMBERS,
    NUMERAL,
    UNITS,
    Measure,
    any_of,
    measured,
    number,
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
_WEEKLY, _TOTAL, _OVER, _EFFORT, _FULL, _ELIGIBLE, _DAILY, _CONTRACTS = (
    frozenset(words("hours", key))
    for key in ("weekly", "total", "over", "effort", "full", "eligible", "daily", "contracts")
)


class _Others(NamedTuple):
    """Words that make hours those of something or somebody else.

    Attributes:
        counted: what else is counted in hours.
        before: what hours a week belong to that are not the job's.
        things: what takes some hours of a week.
        endings: of compounds of things.
        staff: who else works so much.
        we: the employer, of whom the job may be.
    """

    counted: frozenset[str]
    before: frozenset[str]
    things: frozenset[str]
    endings: tuple[str, ...]
    staff: frozenset[str]
    we: frozenset[str]


@cache
def _others(codes: frozenset[str] | None) -> _Others:
    """Return these words of some languages, None for all: "als" is "if" in Dutch and "as" in German."""
    counted, before_it, things, staff, we = (
        frozenset(
            word
            for code, tables in languages().items()
            if codes is None or code in codes
            for word in tables["hours"][key]
        )
        for key in ("other", "never", "things", "staff", "we")
    )
    endings = tuple(sorted(word for word in things if len(word) > 3))
    return _Others(counted, before_it, things, endings, staff, we)


_WEEKLY_SIGNS = [tokens(sign) for sign in words("hours", "weekly_signs")]  # "p.w."
_LABELS = words("hours", "labels")
_LABEL_WORDS = frozenset(word for label in _LABELS for word in label.split())
# "Hours per week: at least 20": a label, and a number that has no unit.
_LABEL_REST = r"[^:=\n0-9]{0,24}[:=][\s*]{0,4}(?:[a-zß-ÿ.~≥><(]{1,14}\s){0,4}"
_LABEL_HITS = anchors("hours.label", lambda: [rf"\b(?:{any_of(_LABELS)}){_LABEL_REST}[0-9]"])
_LABELLED = lazy_pattern(lambda: rf"(?:{any_of(_LABELS)}){_LABEL_REST}(?={NUMERAL})")
_PASSED = frozenset(":-(~=,")
_AT_MOST_A_WEEK = 80
_A_DAY = 2, 12  # hours, at least and at most
_DAYS = 7
_CONTRACT = 15, 48  # hours of "contrat 35h"
_IN_ALL = 4, 2_500  # at least, at most
_READ = 40


def _weekly_after(rest: list[str], others: _Others) -> int | None:
    """Return how many words say that it is so much a week, 0 if none do, None if it is so much in something else."""
    used = _weekly_right_after(rest, others)
    if used == 0 and rest[:1] == ["("] and ")" in rest[:6]:  # "16 hours (2 days) a week"
        inside = rest.index(")") + 1
        beyond = _weekly_right_after(rest[inside:], others)
        return inside + beyond if beyond else 0
    return used


def _weekly_right_after(rest: list[str], others: _Others) -> int | None:
    if sign := next((sign for sign in _WEEKLY_SIGNS if rest[: len(sign)] == sign), None):
        return len(sign)
    each = bool(rest) and role(rest[0]) & (EACH | LINK) == EACH  # "per pay period"
    over = bool(rest) and rest[0] in _OVER
    for index, word in enumerate(rest[:7]):
        if "-" in word and word.rpartition("-")[2] in _WEEKS:
            return index + 1  # "20-hours-a-week"
        last = rest[index - 1] if index else "-"
        beside = (
            len(word) > 1 or last == "/" or (index < 2 and rest[index + 1 : index + 2] != ["/"])
        )  # "8 h/w", "w/ a mentor"
        if word in _WEEKLY and beside:
            return index + 1
        if over and not index:
            continue
        if over and (word.isdigit() or word in NUMBERS or UNITS.get(word) == "day" or role(word) & LINK):
            continue  # "16 hours over 2 days each week"
        if role(word) & UNIT:
            if word in _WEEKS and (last in "/-(" or role(last) & (EACH | WORK)):
                return index + 1
            return 0 if over else None
        if (word == "," and not index) or (over and role(word) & EACH):
            continue
        other = word in others.counted or _is_thing(word, others)
        if word in ENDS or word in ",:" or word.isdigit() or other:
            return 0 if over else None if each or other else 0
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
        roles = role(word)
        if word in _TOTAL or roles & JOB:
            return True
        if word in _OVER:
            beyond = rest[index + 1 : index + 6]
            return any(role(other) & (JOB | LOOSE | DATE) or UNITS.get(other, "hour") != "hour" for other in beyond)
        if word in ENDS or word in ",:" or word in _FULL:
            break
    for word in lead[:5]:
        roles = role(word)
        if word in _TOTAL or word in _EFFORT or roles & (JOB | LABEL | LASTS):
            return True
        if not (roles & (LINK | OF | FOR) or word in _PASSED or word in _LABEL_WORDS):
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


def _labelled(text: Text, others: _Others) -> Iterator[tuple[bool, _Interval, str]]:
    """Yield "Hours per week: 20-25", "Expected hours: 20 per week", "Total hours: 60", as `_counted` does."""
    done = 0
    for start, end in text.hits(_LABEL_HITS)[:_READ]:
        if start < done:
            continue
        done = end
        match = _LABELLED.match(text.norm, start)
        count = plain(text, match.end()) if match else None
        if match is None or count is None:
            continue
        lead, rest = before(text, count.start), after(text, count.end)
        if (
            rest
            and (UNITS.get(rest[0]) is not None or rest[0] in (":", "am", "pm", "%", "/"))
            and rest[0] not in _WEEKS
            and not (rest[0] == "/" and rest[1:2] and rest[1] in _WEEKS)
        ):
            continue  # a number of hours, or a time of the day
        side, _ = opened_before(lead)
        side_after, used_after = opened_after(rest)
        weekly = _weekly_after(rest[used_after:], others)
        if weekly is None or _spoken_of(lead, others.before):
            continue
        labels = _label_words(text, start, match[0])
        interval = _opened(count.low, count.high, side or side_after)
        most = max(interval[0] or 0, interval[1] or 0)
        evidence = text.raw[start : _end(text.norm, count.end, rest[: used_after + weekly])]
        if weekly or any(word in _WEEKLY or word in _WEEKS for word in labels) or _bare(count, labels, rest, others):
            if most <= _AT_MOST_A_WEEK:
                yield True, interval, evidence
        elif not _TOTAL.isdisjoint(labels) and others.counted.isdisjoint(labels) and _IN_ALL[0] <= most <= _IN_ALL[1]:
            yield False, interval, evidence


def _label_words(text: Text, start: int, label: str) -> list[str]:
    """Return the words of a label, also those of its line before the word that it was found by: "Total hours:"."""
    words_before = itertools.takewhile(lambda word: word not in ENDS and word not in ",:", before(text, start)[:4])
    return [*tokens(label), *words_before]


def _bare(number: Measure, labels: list[str], rest: list[str], others: _Others) -> bool:
    """Tell whether a label that names no week is a week's: "Standard hours: 40", not "Hours: 9-5"."""
    return (
        number.low == number.high
        and number.low >= 12
        and (not rest or rest[0] in ENDS or rest[0] == ")")
        and not any(word in _TOTAL or word in _EFFORT or word in others.counted for word in labels)
    )


def _counted(text: Text, others: _Others) -> Iterator[tuple[bool, _Interval, str]]:
    """Yield hours with a unit that are the job's: whether a week's or all, how many, the words; those of everybody last."""
    floor: tuple[float, int, int] | None = None  # "at least 15 hours", where it stands
    of_all: list[tuple[bool, _Interval, str]] = []
    for measure in measured(text, "hour"):
        low, high, end = measure.low, measure.high, measure.end
        if measure.unit == "h" and (minutes := text.norm[end : end + 2]).isdecimal():  # "24h30"
            low, end = low + int(minutes) / 60, end + 2
            high = low
        rest = list(itertools.dropwhile(EMPHASIS.__contains__, after(text, end)))
        side_after, used = opened_after(rest)
        weekly = 0 if measure.unit in _WEEKLY else _weekly_after(rest[used:], others)
        if weekly is None:
            continue
        used += weekly
        if side_after is None and weekly:
            side_after, more = opened_after(rest[used:])
            used += more
        lead = before(text, measure.start)
        side, opening = opened_before(lead)
        if not _ELIGIBLE.isdisjoint(rest[used : used + 4]) or _of_a_thing(lead[opening:], rest[used:], others):
            continue
        if lead[1:2] and lead[0] in others.counted and role(lead[1]) & LINK:
            continue  # "the museum is open 40 hours a week"
        interval = _opened(low, high, side or side_after)
        most = max(interval[0] or 0, interval[1] or 0)
        start, end = measure.start, _end(text.norm, end, rest[:used]) if weekly else end
        if floor and interval[0] is None and start - floor[2] < 40 and floor[0] <= most:
            interval, start = (floor[0], interval[1]), floor[1]  # ", but not more than 40 hours a week"
        floor = (low, measure.start, measure.end) if interval[1] is None else None
        if (
            weekly
            or measure.unit in _WEEKLY
            or _weekly_before(lead)
            or (most >= 5 and _full_time(lead, rest))
            or (_CONTRACT[0] <= most <= _CONTRACT[1] and _by_contract(lead))
        ):
            if most <= _AT_MOST_A_WEEK and not _spoken_of(lead, others.before):
                statement = True, interval, text.raw[start:end]
                who = _says_who(lead, others)
                if who is None:
                    yield statement
                    continue
                if interns := _INTERNS.search(text.norm, end, end + 40):  # "we work 40 hours a week; interns work 30."
                    hours = number(interns["hours"])
                    yield True, (hours, hours), text.raw[start : interns.end()]
                if who is others.we:
                    of_all.append(statement)
        elif _spoken_of(lead, others.counted) or not _DAILY.isdisjoint(rest[used : used + 1]):
            continue
        elif _IN_ALL[0] <= most <= _IN_ALL[1] and _in_all(lead, rest[used:]):
            yield False, interval, text.raw[measure.start : measure.end]
    yield from of_all


_INTERN_WORDS = frozenset(words("hours", "interns"))
_INTERNS = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?:{any_of(_INTERN_WORDS)})(?:\s[a-zß-ÿ]{{2,12}})?\s(?P<hours>[0-9]{{1,2}})(?=\s?(?:[.;,)\n]|$))"
    )
)


def _says_who(lead: list[str], others: _Others) -> frozenset[str] | None:
    """Return `others.staff` or `others.we` if the clause before speaks of them, None if it does not, or of interns."""
    clause = list(itertools.takewhile(lambda word: word not in ENDS and word not in ",:(", lead[:5]))
    if any(word in _INTERN_WORDS or role(word) & JOB for word in clause):
        return None
    return next((who for who in (others.staff, others.we) if not who.isdisjoint(clause)), None)


def _of_a_thing(lead: list[str], rest: list[str], others: _Others) -> bool:
    """Tell whether hours are those of something that takes some of a week: "team meeting (1 hour a week)"."""
    if lead and lead[0] in _PASSED:
        for word in lead[1 : 5 if lead[0] == "(" else 2]:
            if _is_thing(word, others):
                return True
            if word in ENDS or word in ",:" or role(word) & JOB:
                break
    return bool(rest) and bool(role(rest[0]) & (FOR | OF)) and any(_is_thing(word, others) for word in rest[1:4])


def _is_thing(word: str, others: _Others) -> bool:
    """Tell whether a word, or the end of a compound, is something that takes some hours of a week."""
    return word in others.things or (len(word) > 7 and word.endswith(others.endings))


def _by_contract(lead: list[str]) -> bool:
    """Tell whether a contract is of so many hours: "contrat 35h", "alternance en 35h"."""
    for word in lead[:3]:
        if word in _CONTRACTS:
            return True
        if not role(word) & (LINK | OF | FOR | BARE) and word not in _PASSED:
            return False
    return False


_WEEKDAYS: dict[str, int] = {
    name: index
    for tables in languages().values()
    for index, day in enumerate(tables["dates"]["weekdays"][:5])
    for name in (day, day.partition("-")[0], *(short for short in tables["dates"]["weekdays"] if day.startswith(short)))
}
_FROM_TO = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?P<first>{any_of(_WEEKDAYS)})s?\.?\s?(?:-|/|{any_of([*words('dates', 'until'), *words('duration', 'joiners')])})"
        rf"\s?(?P<last>{any_of(_WEEKDAYS)})"
    )
)
_BESIDE = 80  # characters between hours a day and the days of a week


def _by_day(text: Text, others: _Others) -> tuple[_Interval, str] | None:
    """Return the hours a week that follow from hours a day and days a week, where both are stated."""
    for measure in measured(text, "hour"):
        if not _A_DAY[0] <= (measure.high or measure.low) <= _A_DAY[1]:
            continue
        rest = after(text, measure.end)
        daily = rest[:1] and rest[0] in _DAILY
        each = len(rest) > 1 and (rest[0] == "/" or role(rest[0]) & EACH) and UNITS.get(rest[1]) == "day"
        lead = before(text, measure.start)
        if not (daily or each) or _spoken_of(lead, others.before) or _spoken_of(lead, others.counted):
            continue
        start, end = max(0, measure.start - _BESIDE), measure.end + _BESIDE
        days = _days_a_week(text, start, end, others)
        if days is not None:
            side, _ = opened_before(lead)
            low, high = _opened(measure.low, measure.high, side)
            interval = low and low * days, high and high * days
            if max(interval[0] or 0, interval[1] or 0) <= _AT_MOST_A_WEEK:
                return interval, text.raw[measure.start : _end(text.norm, measure.end, rest[: 1 if daily else 2])]
    return None


def _days_a_week(text: Text, start: int, end: int, others: _Others) -> float | None:
    """Return how many days a week are stated between two places: "Monday to Friday", "3 days a week"."""
    match = _FROM_TO.search(text.norm, start, end)
    following = text.raw[match.end() : match.end() + 1] if match else ""
    if match and not following.islower():
        days = _WEEKDAYS[match["last"]] - _WEEKDAYS[match["first"]] + 1
        return days if days > 1 else None
    for measure in measured(text, "day"):
        near = start <= measure.start and measure.end <= end
        if (
            near
            and measure.low == measure.high
            and measure.low <= _DAYS
            and _weekly_after(after(text, measure.end), others)
        ):
            return measure.low
    return None


def _closed(week: _Interval, other: _Interval) -> _Interval | None:
    """Return what another statement makes of an open one: "at least 40", and below "40 hours a week"."""
    low, high = week
    if high is None and low is not None and other[1] == low:
        return low, low
    if low is None and high is not None and other[0] == high:
        return high, high
    return None


def _read(text: Text, basis: str, others: _Others) -> Hours | None:
    week: _Interval | None = None
    total: _Interval | None = None
    evidence = ""
    for weekly, interval, stated in itertools.chain(_labelled(text, others), _counted(text, others)):
        if weekly and week is None:
            week, evidence = interval, stated
        elif weekly and week and (closed := _closed(week, interval)):
            week, evidence = closed, stated
        elif not weekly and total is None:
            total, evidence = interval, evidence or stated
    if week is None and (by_day := _by_day(text, others)):
        week, evidence = by_day
    if week is None and total is None:
        return None
    return Hours(*(week or (None, None)), *(total or (None, None)), evidence, basis)


def parse_hours(
    field: Text | None, title: Text, description: Text, codes: frozenset[str] | None = None
) -> Hours | None:
    """Return the hours a week or in all, None if the posting states neither.

    Opening hours, shifts, leave and training are no hours of the job.

    Args:
        codes: the languages to read the text with, as ISO 639-1 codes; None for all.

    >>> from normalize.text.scanner import scan
    >>> parse_hours(None, scan(""), scan("8-10 hrs/week for six weeks"))[:2]
    (8.0, 10.0)
    >>> parse_hours(None, scan(""), scan("about 40 hours in total"))[2:4]
    (40.0, 40.0)
    >>> parse_hours(None, scan(""), scan("open 24 hours, reply within 48 hours")) is None
    True
    """
    for text, basis, known in ((field, "field", None), (title, "title", None), (description, "description", codes)):
        if text is not None and (hours := _read(text, basis, _others(known))):
            return hours
    return None
