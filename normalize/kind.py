"""What a posting is: a micro-internship, a longer internship, a beginner's job, or something else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from normalize.pay.choose import Pay
from normalize.schedule.duration import Duration
from normalize.schedule.hours import Hours
from normalize.schedule.period import Period
from normalize.text.language import parse_language
from normalize.text.lexicon import stands_alone, whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors, word_anchors

MICRO_WEEKS = 13.1  # twelve weeks, and three months counted in
SHORTEST_WEEKS = 0.7  # five days: what is shorter is an event
MICRO_HOURS = 480.0
_MOST_FEE = 20_000  # of a project for a beginner, in any currency with cents
_TOO_LITTLE = 60  # characters of title and text below which nothing can be told
_READ = 4000  # characters: a posting says early what it is
_TITLE_READ = 400  # of a title, and of a board's employment type
_L = "a-zà-ÿ"


class Kind(NamedTuple):
    """The kind and why, time commitment and scope."""

    kind: str
    reasons: list[str]
    time_commitment: str
    scope: str


def _any(*keys: str) -> str:
    return any_of([word for key in keys for word in words("kind", key)])


def _words(*keys: str) -> re.Pattern[str]:
    return lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any(*keys)})(?![{_L}])")


_INTERN = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('intern', 'title')})|[{_L}]*praktik(?:um|ant|antin|anten|a)|werkstudent\w*|stag(?:e|iaire)s?)(?![{_L}])"
        rf"(?!(?:[\s-](?:program(?:me)?s?|development|relations|experience|and|&|/)){{0,3}}[\s-](?:{_any('not_intern')})(?![{_L}]))"
    )
)
_MICRO, _ENTRY, _STUDENT, _PROJECT, _SENIOR = (
    _words(key) for key in ("micro", "entry", "student", "project", "senior")
)
_PART, _FULL = _words("part_time"), _words("full_time")
# "stage" is an internship in French, Dutch and Italian and a phase, or a theatre's floor, in English.
_STAGE_JOB = lazy_pattern(
    r"(?:late|early|growth|seed|series|mid|clinical|front|main|multi|first|second|next|any|every|each|this|stage)[- ]?stages?\b|\bstages? (?:manag|hand|crew|techn|direct|light|design|of|at|in)"
)
_COOPERATIVE = lazy_pattern(
    r"(?:food|grocery|housing|credit|farm\w*|consumer|worker|market|energy)[ -]co-?op|co-?op (?:store|market|grocer|food|bank)"
)
_A_CONTRACT = lazy_pattern(
    r"apprenti|alternan|ausbildung|azubi|volontariat|werkstud|working student"
)  # never a matter of weeks
_PROJECT_TITLE = lazy_pattern(
    r"(?<![a-z])project(?![a-z -]*(?:manag|engineer|coordinat|lead|direct|control|assist|officer|trainee|intern))"
)
_FOR_STUDENTS = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('for_students')})\s(?:(?:{_any('which_students')})\s){{0,4}}(?:{_any('student')})|{_any('enrolled')})(?![{_L}])"
    )
)
_GRADUATE = lazy_pattern(
    r"(?<![a-z])graduate(?! (?:research|teaching|assistant|student|school|studies|degree|work|fellow))(?![a-z])"
)
_NOT_A_JOB = _words("not_a_job")

_INTERN_HITS = anchors(
    "kind.intern", lambda: [whole(words("kind", "intern")), r"praktikum\b", r"praktikant(?:in|en)?\b"]
)
_ENTRY_HITS = word_anchors("kind.entry", words("kind", "entry_text"))
_PROJECT_HITS = word_anchors("kind.project", words("kind", "project"))
_TIME_HITS = word_anchors("kind.time", words("kind", "part_time") + words("kind", "full_time"))

# What stands before or after the word in a text that offers an internship, and in one that speaks of another.
_OFFERED_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('this', 'seeking', 'role')})\s(?:[{_L}0-9'/&+.,()-]{{1,18}}\s){{0,5}}|(?:{_any('label')})\s?[:|-]\W{{0,4}}(?:[{_L}-]{{1,14}}[\s/,]{{1,3}}){{0,3}})$"
    )
)
_OFFERED_AFTER = lazy_pattern(lambda: rf"(?:\s|\s?[/(]\w{{1,4}}[/)]{{0,3}}\s?|:\s?)(?:{_any('goes_on')})(?![{_L}])")
_OTHER_BEFORE = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('not_before')})\s(?:[{_L}0-9,/'-]{{1,14}}\s){{0,3}}$")
_OTHER_AFTER = lazy_pattern(lambda: rf"[\s,/]{{1,2}}(?:{_any('not_after')})(?![{_L}])")


# One look whether a title, which is short, has any of the words that make a kind.
_TELLING = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:{_any('intern', 'title', 'micro', 'entry', 'student', 'project', 'senior', 'not_a_job')}|[{_L}]*praktik|werkstudent|stag|graduate|project)"
    )
)


class _Told(NamedTuple):
    """The words by which a title tells what it is of, each None where there is none.

    Attributes:
        contract: whether it is of a contract of years, such as an apprenticeship.
        course: what is no job.
    """

    contract: bool
    project: str | None = None
    intern: str | None = None
    senior: str | None = None
    course: str | None = None
    entry: str | None = None
    student: str | None = None
    micro: str | None = None


@lru_cache(maxsize=20_000)
def _of_title(title: Text) -> _Told:
    """Return what a title tells; titles repeat from place to place."""
    raw, norm = title.raw, title.norm[:_TITLE_READ]
    contract = _A_CONTRACT.search(norm) is not None
    if not _TELLING.search(norm):
        return _Told(contract)

    def first(*patterns: re.Pattern[str]) -> str | None:
        match = next(filter(None, (pattern.search(norm) for pattern in patterns)), None)
        return raw[match.start() : match.end()] if match else None

    named = _STAGE_JOB.search(norm) or _COOPERATIVE.search(norm)
    return _Told(
        contract,
        first(_PROJECT, _PROJECT_TITLE),
        None if named else first(_INTERN),
        first(_SENIOR),
        first(_NOT_A_JOB),
        first(_ENTRY, _GRADUATE),
        first(_STUDENT),
        first(_MICRO),
    )


@lru_cache(maxsize=4096)
def _of_type(norm: str) -> tuple[slice | None, slice | None]:
    """Return where a board's employment type, of which there are few, names an internship, and a beginner's job."""
    intern, entry = (pattern.search(norm) for pattern in (_INTERN, _ENTRY))
    return slice(*intern.span()) if intern else None, slice(*entry.span()) if entry else None


@lru_cache(maxsize=4096)
def _time_of(norm: str) -> str | None:
    part, full = _PART.search(norm), _FULL.search(norm)
    return None if bool(part) == bool(full) else "part_time" if part else "full_time"


def _calls_itself(description: Text) -> str | None:
    """Return the word by which a text calls what it offers an internship, not somebody's past or charges."""
    norm = description.norm
    for start, end in description.hits(_INTERN_HITS)[:16]:
        if start > _READ:
            break
        if not stands_alone(norm, start, end) and not norm.startswith("praktik", start):
            continue
        before, after = norm[max(0, start - 90) : start], norm[end : end + 30]
        if not (_OFFERED_BEFORE.search(before) or _OFFERED_AFTER.match(after)):
            continue
        if _OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after):
            continue
        if norm.startswith("stage", start) and (
            parse_language(norm) == "en" or _STAGE_JOB.search(norm, start - 8, end + 8)
        ):
            continue
        return description.raw[start:end]
    return None


class Facts(NamedTuple):
    """The length and the pay that other extractors read from the posting."""

    duration: Duration | None = None
    period: Period | None = None
    hours: Hours | None = None
    pay: Pay | None = None


def parse_kind(title: Text, employment_type: Text, description: Text, facts: Facts) -> Kind:
    """Return what a posting is, with the words it rests on.

    >>> from normalize.text.scanner import scan
    >>> six_weeks = Duration(6, 6, 6, 6, "week", "Six weeks", "description")
    >>> kind = parse_kind(scan("Data Intern"), scan(""), scan("Six weeks."), Facts(six_weeks))
    >>> kind.kind, kind.reasons
    ('micro_internship', ['internship: Intern', 'short: Six weeks'])
    """
    time_commitment = _time(title, employment_type, description)
    length = len(title.raw) + len(description.raw) + len(employment_type.raw)
    told = _of_title(title if title.raw or len(description.raw) > _TITLE_READ else description)  # a phrase is its title
    project = told.project or _said(description, _PROJECT_HITS)
    scope = "project" if project else "role"
    intern = told.intern
    senior = told.senior if intern is None else None
    typed, beginners = _of_type(employment_type.norm[:_TITLE_READ])
    intern = intern or (employment_type.raw[typed] if typed else None)
    if intern is None and told.course:
        return Kind("other", [f"no internship: {told.course}"], time_commitment, scope)
    entry = None
    if senior is None:
        entry = told.entry or (employment_type.raw[beginners] if beginners else None)
    if intern is None and senior is None:
        intern = _calls_itself(description)
        entry = entry or _said(description, _ENTRY_HITS)
    if length < _TOO_LITTLE and not (intern or senior or entry):
        return Kind("unknown", ["too little text to tell"], time_commitment, "project" if project else "unknown")

    short, long = _length(facts.duration, facts.period, facts.hours)
    pay = facts.pay
    fee = pay.text if pay and pay.period == "total" and pay.min and pay.min < _MOST_FEE else None
    if project and not short and not long:
        short = fee
    student = None
    if intern is None and senior is None and short:
        student = told.student or _for_students(description)
    beginner = intern or student or entry
    reasons = [f"internship: {intern}"] if intern else [f"students: {student}"] if student else []
    if told.micro:
        return Kind("micro_internship", [f"called so: {told.micro}"], time_commitment, scope)
    if beginner and short and not told.contract:
        if not reasons:
            reasons = [f"beginners: {entry}"]
        return Kind("micro_internship", [*reasons, f"short: {short}"], time_commitment, scope)
    if intern:
        return Kind("internship", [*reasons, *([f"long: {long}"] if long else [])], time_commitment, scope)
    if entry:
        return Kind("entry_level", [f"beginners: {entry}"], time_commitment, scope)
    return Kind("other", [f"ongoing: {senior}"] if senior else [], time_commitment, scope)


def _said(description: Text, group: str) -> str | None:
    for start, end in description.hits(group)[:6]:
        if stands_alone(description.norm, start, end):
            return description.raw[start:end]
    return None


def _for_students(description: Text) -> str | None:
    match = _FOR_STUDENTS.search(description.norm, 0, _READ)
    return description.raw[match.start() : match.end()] if match else None


def _length(duration: Duration | None, period: Period | None, hours: Hours | None) -> tuple[str | None, str | None]:
    """Return the words that make it short, or long; neither where it lasts a few days or nobody says."""
    if duration is not None:
        longest = duration.weeks_max if duration.weeks_max is not None else duration.weeks_min
        if longest is not None:
            if longest > MICRO_WEEKS or duration.weeks_max is None:
                return None, duration.text
            return (duration.text, None) if longest >= SHORTEST_WEEKS else (None, None)
    if period is not None and period.weeks is not None:
        return (period.text, None) if period.weeks <= MICRO_WEEKS else (None, period.text)
    if hours is not None and hours.total_max is not None and hours.total_max <= MICRO_HOURS:
        return hours.text, None
    return None, None


_OTHERS_TIME_AFTER = lazy_pattern(
    lambda: rf"[\s,-]{{1,2}}(?:[{_L}]{{1,14}}\s){{0,2}}(?:{_any('not_commitment')})(?![{_L}])"
)
_OTHERS_TIME_BEFORE = lazy_pattern(
    lambda: rf"(?<![{_L}])(?:{_any('not_commitment_before')})\s(?:[{_L}]{{1,12}}\s){{0,2}}$"
)


def _time(title: Text, employment_type: Text, description: Text) -> str:
    """Return whether the job is full-time or part-time, not the studies, the staff or the job it may become."""
    if said := _time_of(employment_type.norm[:_TITLE_READ]) or (
        _time_of(title.norm[:_TITLE_READ]) if title.hits(_TIME_HITS) else None
    ):
        return said
    norm = description.norm
    seen = {
        _PART.match(norm, start) is not None
        for start, end in description.hits(_TIME_HITS)[:8]
        if stands_alone(norm, start, end)
        and not _OTHERS_TIME_AFTER.match(norm, end)
        and not _OTHERS_TIME_BEFORE.search(norm[max(0, start - 40) : start])
    }
    return "unknown" if len(seen) != 1 else "part_time" if seen.pop() else "full_time"
