"""What a posting is: a micro-internship, a longer internship, a beginner's job, or something else."""

from __future__ import annotations

import re
from typing import NamedTuple

from normalize.dates import Period
from normalize.duration import Duration
from normalize.hours import Hours
from normalize.pay import Pay
from normalize.quantities import any_of
from normalize.text import Text, anchors
from normalize.vocabulary import words

MICRO_WEEKS = 13.1  # twelve weeks, and three months counted in
MICRO_HOURS = 480.0
_TOO_LITTLE = 60  # characters of title and text below which nothing can be told


class Kind(NamedTuple):
    """The kind and why, time commitment and scope."""

    kind: str
    reasons: list[str]
    time_commitment: str
    scope: str


def _words(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-zà-ÿ])(?:{any_of(words('kind', key))})(?![a-zà-ÿ])")


_INTERN = re.compile(
    rf"(?<![a-zà-ÿ])(?:{any_of(words('kind', 'intern'))}|[a-zà-ÿ]*praktik(?:um|ant|antin|anten|a)|werkstudent\w*|stag(?:e|iaire)s?)(?![a-zà-ÿ])"
)
_STAGE_JOB = re.compile(
    r"(?:late|early|growth|seed|stage)[- ]stage|stage (?:manager|hand|crew|technician)|multi-?stage|on stage|stage[sd]? of"
)
_ENTRY, _STUDENT, _PROJECT, _SENIOR = (_words(key) for key in ("entry", "student", "project", "senior"))
_PART, _FULL = _words("part_time"), _words("full_time")
_SHORT_TERM = re.compile(
    r"(?<![a-z])(?:temporary|temp|seasonal|short[- ]term|fixed[- ]term|summer|befristet|cdd|saison\w*|volunteer)(?![a-z])"
)
_INTERN_HITS = anchors(
    "kind.intern",
    [rf"\b(?:{any_of([word for word in words('kind', 'intern') if word[0].isascii()])})\b", r"praktik(?:um|ant)"],
)
_ENTRY_HITS = anchors("kind.entry", [rf"\b(?:{any_of([word for word in words('kind', 'entry') if word.isascii()])})\b"])
_STUDENT_HITS = anchors(
    "kind.student", [rf"\b(?:{any_of([word for word in words('kind', 'student') if word.isascii()])})\b"]
)
_PROJECT_HITS = anchors(
    "kind.project", [rf"\b(?:{any_of([word for word in words('kind', 'project') if word.isascii()])})\b"]
)
_TIME_HITS = anchors("kind.time", [rf"\b(?:{any_of(words('kind', 'part_time') + words('kind', 'full_time'))})"])
_THIS_IS = re.compile(
    r"(?:this|our|the|an?|paid|unpaid|summer|fall|spring|winter|virtual|remote|week|month|title|position|role|as an?|hire|hiring|seeking|seeks|looking for|for|zum|ein|eine[nrm]?|dein|un|une|de|du|en|votre|el|las|il|een|um|o)\s(?:[a-z0-9-]{1,14}\s){0,2}$"
)
_PAST = re.compile(
    r"(?:previous|prior|relevant|past|completed|experience|including|through|or|former|including|years?|manage|mentor|supervise|coordinate|lead|train|recruit\w*|other)\s(?:[a-z0-9,/-]{1,14}\s){0,3}$"
)


def _first(text: Text, pattern: re.Pattern[str]) -> str | None:
    match = pattern.search(text.norm)
    return text.raw[match.start() : match.end()] if match else None


def _calls_itself(description: Text) -> str | None:
    """Return the word by which a text calls what it offers an internship, not somebody's past or charges."""
    hits = description.hits(_INTERN_HITS)[:12]
    for start, end in hits:
        before = description.norm[max(0, start - 40) : start]
        if (
            start < 2500
            and _THIS_IS.search(before)
            and not _PAST.search(before)
            and not _STAGE_JOB.search(description.norm[max(0, start - 8) : end + 10])
        ):
            return description.raw[start:end]
    return None


def parse_kind(
    title: Text,
    employment_type: Text,
    description: Text,
    duration: Duration | None,
    period: Period | None,
    hours: Hours | None,
    pay: Pay | None,
) -> Kind:
    """Return what a posting is, with the words it rests on.

    >>> from normalize.text import scan
    >>> kind = parse_kind(scan("Data Intern"), scan(""), scan("Six weeks."), Duration(6, 6, 6, 6, "week", "Six weeks", "description"), None, None, None)
    >>> kind.kind, kind.reasons
    ('micro_internship', ['internship: Intern', 'short: Six weeks'])
    """
    time_commitment = _time(title, employment_type, description)
    project_hit = description.hits(_PROJECT_HITS)
    project = _first(title, _PROJECT) or (description.raw[slice(*project_hit[0])] if project_hit else None)
    if _first(
        title, re.compile(r"(?<![a-z])project(?![a-z -]*(?:manag|engineer|coordinat|lead|direct))")
    ) and not _first(title, _SENIOR):
        project = project or "project"
    scope = "project" if project else "unknown"
    if (
        len(title.raw) + len(description.raw) + len(employment_type.raw) < _TOO_LITTLE
        and not _first(title, _INTERN)
        and not _first(employment_type, _INTERN)
    ):
        return Kind("unknown", ["too little text to tell"], time_commitment, scope)
    intern = None
    if not _STAGE_JOB.search(title.norm):
        intern = _first(title, _INTERN)
    senior = _first(title, _SENIOR) if intern is None else None
    intern = intern or _first(employment_type, _INTERN)
    if intern is None and senior is None:
        intern = _calls_itself(description)
    student = _first(title, _STUDENT) or (
        description.raw[slice(*description.hits(_STUDENT_HITS)[0])]
        if description.hits(_STUDENT_HITS) and senior is None
        else None
    )
    short, long = _length(duration, period, hours)
    reasons = []
    if intern:
        reasons.append(f"internship: {intern}")
    elif student:
        reasons.append(f"students: {student}")
    fee = pay is not None and pay.period == "total" and pay.min is not None and pay.min < 20_000
    beginner = intern or (student and _SHORT_TERM.search(f"{title.norm} {employment_type.norm}"))
    if beginner and short:
        return Kind(
            "micro_internship", [*reasons, f"short: {short}"], time_commitment, scope if scope == "project" else "role"
        )
    if beginner and project and fee and not long:
        return Kind("micro_internship", [*reasons, f"fixed fee: {pay.text if pay else ''}"], time_commitment, "project")
    if intern:
        return Kind(
            "internship",
            [*reasons, *([f"long: {long}"] if long else [])],
            time_commitment,
            "role" if scope == "unknown" else scope,
        )
    if project and (short or fee) and student and not senior:
        return Kind("micro_internship", [*reasons, f"project: {project}"], time_commitment, "project")
    entry = _first(title, _ENTRY) or _first(employment_type, _ENTRY)
    if entry is None and senior is None and description.hits(_ENTRY_HITS):
        entry = description.raw[slice(*description.hits(_ENTRY_HITS)[0])]
    if entry and senior is None:
        return Kind("entry_level", [f"beginners: {entry}"], time_commitment, scope)
    return Kind("other", [f"ongoing: {senior}"] if senior else [], time_commitment, scope)


def _length(duration: Duration | None, period: Period | None, hours: Hours | None) -> tuple[str | None, str | None]:
    """Return the words that make it short, or long."""
    if duration is not None:
        longest = duration.weeks_max if duration.weeks_max is not None else duration.weeks_min
        if longest is not None:
            return (
                (duration.text, None)
                if longest <= MICRO_WEEKS and duration.weeks_max is not None
                else (None, duration.text)
            )
    if period is not None and period.weeks is not None:
        return (period.text, None) if period.weeks <= MICRO_WEEKS else (None, period.text)
    if hours is not None and hours.total_max is not None and hours.total_max <= MICRO_HOURS:
        return hours.text, None
    return None, None


def _time(title: Text, employment_type: Text, description: Text) -> str:
    for text in (employment_type, title):
        part, full = _PART.search(text.norm), _FULL.search(text.norm)
        if bool(part) != bool(full):
            return "part_time" if part else "full_time"
    seen = {bool(_PART.match(description.norm, start)) for start, _ in description.hits(_TIME_HITS)[:6]}
    return "unknown" if len(seen) != 1 else "part_time" if seen.pop() else "full_time"
