"""The kind of a posting: a micro-internship, a longer internship, a beginner's job, or something else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from normalize.columns import THREE_MONTHS
from normalize.pay.choose import Pay
from normalize.schedule.duration import Duration
from normalize.schedule.hours import Hours
from normalize.schedule.period import Period
from normalize.text.language import parse_language
from normalize.text.lexicon import stands_alone, whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors, word_anchors

SHORTEST_WEEKS = 0.7  # five days; anything shorter is an event
MICRO_HOURS = 480.0
_MOST_FEE = 20_000  # the highest fixed fee of a project for beginners, in any currency with cents
_TOO_LITTLE = 60  # characters of title and text; with fewer the kind is unknown
_READ = 4000  # characters of a description; a posting says early what it is
_TOP, _HEADING = 400, 90  # characters: where a heading names the job, and its length
_LABELS = 2  # labels of a mentored project
_TITLE_READ = 400  # of a title, and of a board's employment type
_L = "a-zà-ÿ"


class Kind(NamedTuple):
    """The kind of a posting with its reasons, its time commitment and its scope."""

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
        rf"(?<![{_L}])(?:(?:{_any('intern', 'title')})|[{_L}]*(?:{_any('compounds')}))(?![{_L}])"
        rf"(?!(?:[\s-](?:{_any('program')})){{0,3}}[\s-](?:{_any('not_intern')})(?![{_L}]))"
    )
)
# What makes a title that names interns one of their recruiters', mentors' and coordinators'.
_STAFF_TITLE = _words("staff_title")
_STAFF = _words("staff")
_JOINED = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:{_any('staff')})(?:\s?[:/(][{_L}]{{1,5}}\)?)?[\s]?(?:\s(?:{_any('staff_of')})\s|[(,&/:|-]\s?)$"
    )
)
_JOINED_OF = lazy_pattern(lambda: rf"\s(?:{_any('staff_of')})\s$")
_LOOKED_AFTER = lazy_pattern(lambda: rf"[\s-](?:{_any('looked_after')})(?![{_L}])")
_RIGHT_AFTER = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('staff')})\s?[,(:|/-]?\s{{0,2}}$")
_MANY = _words("many_interns")
_DENIED = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('denied')})[\s-]$")
_MICRO, _ENTRY, _STUDENT, _PROJECT, _SENIOR = (
    _words(key) for key in ("micro", "entry", "student", "project", "senior")
)
_PART, _FULL = _words("part_time"), _words("full_time")
# "stage" is an internship in French, Dutch and Italian and a phase, or a theatre's floor, in English.
_STAGE_JOB = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('stage_before')})[- ]?(?:{_any('stage')})|(?:{_any('stage')})[ ]?(?:{_any('stage_after')}))(?![{_L}])"
    )
)
_COOPERATIVE = lazy_pattern(
    lambda: rf"(?:{_any('cooperative')})[ -]co-?op|co-?op (?:{_any('cooperative_after')})(?![{_L}])"
)
_A_CONTRACT = lazy_pattern(lambda: _any("contracts"))  # never a matter of weeks
_PROJECT_TITLE = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('project_word')})(?![a-z -]*(?:{_any('not_project')}))")
_FOR_STUDENTS = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('for_students')})\s(?:(?:{_any('which_students')})\s){{0,4}}(?:{_any('student')})|{_any('enrolled')})(?![{_L}])"
    )
)
_GRADUATE = lazy_pattern(lambda: rf"(?<![a-z])(?:{_any('graduate')})(?! (?:{_any('not_graduate')}))(?![a-z])")
_NOT_A_JOB = _words("not_a_job")

INTERN_WORDS = anchors(
    "kind.intern",
    lambda: [whole(words("kind", "intern")), *(rf"{re.escape(word)}\b" for word in words("kind", "compounds"))],
)
_ENTRY_HITS = word_anchors("kind.entry", words("kind", "entry_text"))
_MENTORED_HITS = anchors(
    "kind.mentored",
    lambda: [rf"[\n*-] ?(?:{'|'.join(re.escape(word) for word in words('kind', 'mentored'))})\*{{0,2}} ?:"],
)
_PROJECT_HITS = word_anchors("kind.project", words("kind", "project"))
_TIME_HITS = word_anchors("kind.time", words("kind", "part_time") + words("kind", "full_time"))

# Words before or after "internship" in a text that offers one, and in a text that mentions another one.
_OFFERED_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:(?:{_any('this', 'seeking', 'role')})\s(?:[{_L}0-9'/&+.,()-]{{1,18}}\s){{0,5}}|(?:{_any('label')})\s?[:|-]\W{{0,4}}(?:[{_L}-]{{1,14}}[\s/,]{{1,3}}){{0,3}})$"
    )
)
_OFFERED_AFTER = lazy_pattern(lambda: rf"(?:\s|\s?[/(]\w{{1,4}}[/)]{{0,3}}\s?|:\s?)(?:{_any('goes_on')})(?![{_L}])")
_OTHER_BEFORE = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('not_before')})\s(?:[{_L}0-9,/'-]{{1,14}}\s){{0,3}}$")
_CHARGES_BEFORE = lazy_pattern(lambda: rf"(?<![{_L}])(?:{_any('charges_after')})\s(?:[{_L}-]{{1,12}}\s){{0,2}}$")
_OTHER_AFTER = lazy_pattern(lambda: rf"[\s,/]{{1,2}}(?:{_any('not_after')})(?![{_L}])")


# A first, quick check: a title without any of these words hints at no kind.
_TELLING = lazy_pattern(
    lambda: (
        rf"(?<![{_L}])(?:{_any('intern', 'title', 'micro', 'entry', 'student', 'project', 'senior', 'not_a_job')}"
        rf"|[{_L}]*(?:{_any('compounds')})|{_any('graduate', 'project_word', 'staff_title')})"
    )
)


class _TitleFacts(NamedTuple):
    """The words of a title that hint at its kind; None for each hint that is absent.

    Attributes:
        contract: whether the title names a contract of years, such as an apprenticeship.
        course: a word for something that is not a job.
        staff: a word for staff who look after interns, or the words by which the title says that it is no internship.
    """

    contract: bool
    project: str | None = None
    intern: str | None = None
    senior: str | None = None
    course: str | None = None
    staff: str | None = None
    entry: str | None = None
    student: str | None = None
    micro: str | None = None


@lru_cache(maxsize=20_000)
def _title_facts(title: Text) -> _TitleFacts:
    """Return the hints of a title. Titles repeat from place to place, so the answers are kept."""
    raw, norm = title.raw, title.norm[:_TITLE_READ]
    contract = _A_CONTRACT.search(norm) is not None
    if not _TELLING.search(norm):
        return _TitleFacts(contract)

    def first(*patterns: re.Pattern[str]) -> str | None:
        match = next(filter(None, (pattern.search(norm) for pattern in patterns)), None)
        return raw[match.start() : match.end()] if match else None

    named = _STAGE_JOB.search(norm) or _COOPERATIVE.search(norm)
    intern, staff = (None, None) if named else _intern_of_title(norm)
    return _TitleFacts(
        contract,
        first(_PROJECT, _PROJECT_TITLE),
        raw[intern] if intern else None,
        first(_SENIOR),
        first(_NOT_A_JOB),
        raw[staff] if staff else None,
        first(_ENTRY, _GRADUATE),
        first(_STUDENT),
        first(_MICRO),
    )


def _intern_of_title(norm: str) -> tuple[slice | None, slice | None]:
    """Return where a title calls the job an internship, and where it names interns who are another's charges."""
    staff = _STAFF_TITLE.search(norm)
    for match in _INTERN.finditer(norm):
        before = norm[: match.start()]
        if (
            _DENIED.search(before)
            or (
                _JOINED.search(before)
                and (_JOINED_OF.search(before) or _MANY.fullmatch(match[0]) or _LOOKED_AFTER.match(norm, match.end()))
            )
            or (_RIGHT_AFTER.search(before) and _LOOKED_AFTER.match(norm, match.end()))
            or (staff and staff.start() <= match.start() < staff.end())
        ):
            staff = staff or match
            continue
        return slice(*match.span()), None
    return None, slice(*staff.span()) if staff else None


@lru_cache(maxsize=4096)
def _type_facts(norm: str) -> tuple[slice | None, slice | None]:
    """Return the positions of the words for an internship and for a beginner's job in a board's employment type."""
    intern, entry = (pattern.search(norm) for pattern in (_INTERN, _ENTRY))
    return slice(*intern.span()) if intern else None, slice(*entry.span()) if entry else None


@lru_cache(maxsize=4096)
def _time_in(norm: str) -> str | None:
    part, full = _PART.search(norm), _FULL.search(norm)
    return None if bool(part) == bool(full) else "part_time" if part else "full_time"


def _calls_itself(description: Text) -> str | None:
    """Return the word for an internship that the text offers; internships of others are passed over."""
    norm = description.norm
    for start, end in description.hits(INTERN_WORDS)[:16]:
        if start > _READ:
            break
        if not stands_alone(norm, start, end) and norm[start:end] not in words("kind", "compounds"):
            continue
        before, after = norm[max(0, start - 90) : start], norm[end : end + 30]
        if not (_OFFERED_BEFORE.search(before) or _OFFERED_AFTER.match(after) or _heads(norm, start, end)):
            continue
        if _OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after):
            continue
        if norm[start:end] in words("kind", "stage") and (
            parse_language(norm) == "en" or _STAGE_JOB.search(norm, start - 8, end + 8)
        ):
            continue
        return description.raw[start:end]
    return None


def _heads(norm: str, start: int, end: int) -> bool:
    """Tell whether a word begins a short line, a heading, at the top of a text."""
    if start > _TOP or (start and norm[start - 1] != "\n"):
        return False
    line = norm[end : end + _HEADING].partition("\n")[0]
    return 0 < len(line) < _HEADING and line[-1] not in ".!?,;"


def _mentored(description: Text) -> str | None:
    """Return the label by which a text shows a project that a beginner does with a mentor."""
    labels = {description.norm[start:end]: (start, end) for start, end in description.hits(_MENTORED_HITS)}
    if len({word.rstrip("s()") for word in labels}) < _LABELS:
        return None
    start, end = min(labels.values())
    return description.raw[start:end].strip("\n -*:")


class Facts(NamedTuple):
    """The length and the pay that other extractors read from the posting."""

    duration: Duration | None = None
    period: Period | None = None
    hours: Hours | None = None
    pay: Pay | None = None


def parse_kind(title: Text, employment_type: Text, description: Text, facts: Facts) -> Kind:
    """Return the kind of a posting, with the words it was judged by.

    >>> from normalize.text.scanner import scan
    >>> six_weeks = Duration(6, 6, 6, 6, "week", "Six weeks", "description")
    >>> kind = parse_kind(scan("Data Intern"), scan(""), scan("Six weeks."), Facts(six_weeks))
    >>> kind.kind, kind.reasons
    ('micro_internship', ['internship: Intern', 'short: Six weeks'])
    """
    time_commitment = _time(title, employment_type, description)
    length = len(title.raw) + len(description.raw) + len(employment_type.raw)
    from_title = _title_facts(
        title if title.raw or len(description.raw) > _TITLE_READ else description
    )  # a phrase alone is read as a title
    project = from_title.project or _stated_word(description, _PROJECT_HITS)
    scope = "project" if project else "role"
    intern = from_title.intern
    senior = (from_title.staff or from_title.senior) if intern is None else None
    typed, beginners = _type_facts(employment_type.norm[:_TITLE_READ])
    intern = intern or (employment_type.raw[typed] if typed else None)
    if intern is None and from_title.course:
        return Kind("other", [f"no internship: {from_title.course}"], time_commitment, scope)
    entry = None
    if senior is None:
        entry = from_title.entry or (employment_type.raw[beginners] if beginners else None)
    if intern is None and senior is None:
        intern = _calls_itself(description) or _mentored(description)
        entry = entry or _stated_word(description, _ENTRY_HITS, _CHARGES_BEFORE)
    if length < _TOO_LITTLE and not (intern or senior or entry):
        return Kind("unknown", ["too little text to tell"], time_commitment, "project" if project else "unknown")

    short, long = _length(facts.duration, facts.period, facts.hours)
    pay = facts.pay
    fee = pay.text if pay and pay.period == "total" and pay.min and pay.min < _MOST_FEE else None
    if project and not short and not long:
        short = fee
    student = None
    if intern is None and senior is None and short:
        student = from_title.student or _for_students(description)
    beginner = intern or student or entry
    reasons = [f"internship: {intern}"] if intern else [f"students: {student}"] if student else []
    if from_title.micro:
        return Kind("micro_internship", [f"called so: {from_title.micro}"], time_commitment, scope)
    if beginner and short and not from_title.contract:
        if not reasons:
            reasons = [f"beginners: {entry}"]
        return Kind("micro_internship", [*reasons, f"short: {short}"], time_commitment, scope)
    if intern:
        return Kind("internship", [*reasons, *([f"long: {long}"] if long else [])], time_commitment, scope)
    if entry:
        return Kind("entry_level", [f"beginners: {entry}"], time_commitment, scope)
    return Kind("other", [f"ongoing: {senior}"] if senior else [], time_commitment, scope)


def _stated_word(description: Text, group: str, not_after: re.Pattern[str] | None = None) -> str | None:
    """Return the first word of a group that is a whole word, unless the words before it refer it to somebody else."""
    for start, end in description.hits(group)[:6]:
        if not_after is not None and not_after.search(description.norm[max(0, start - 60) : start]):
            continue
        if stands_alone(description.norm, start, end):
            return description.raw[start:end]
    return None


def _for_students(description: Text) -> str | None:
    match = _FOR_STUDENTS.search(description.norm, 0, _READ)
    return description.raw[match.start() : match.end()] if match else None


def _length(duration: Duration | None, period: Period | None, hours: Hours | None) -> tuple[str | None, str | None]:
    """Return the words that state a short job, or a long one; neither for a few days or an unstated length."""
    if duration is not None:
        longest = duration.weeks_max if duration.weeks_max is not None else duration.weeks_min
        if longest is not None:
            if longest > THREE_MONTHS or duration.weeks_max is None:
                return None, duration.text
            return (duration.text, None) if longest >= SHORTEST_WEEKS else (None, None)
    if period is not None and period.weeks is not None:
        return (period.text, None) if period.weeks <= THREE_MONTHS else (None, period.text)
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
    """Return whether the job is full-time or part-time; studies, other staff and a later job do not count."""
    if stated := _time_in(employment_type.norm[:_TITLE_READ]) or (
        _time_in(title.norm[:_TITLE_READ]) if title.hits(_TIME_HITS) else None
    ):
        return stated
    norm = description.norm
    seen = {
        _PART.match(norm, start) is not None
        for start, end in description.hits(_TIME_HITS)[:8]
        if stands_alone(norm, start, end)
        and not _OTHERS_TIME_AFTER.match(norm, end)
        and not _OTHERS_TIME_BEFORE.search(norm[max(0, start - 40) : start])
    }
    return "unknown" if len(seen) != 1 else "part_time" if seen.pop() else "full_time"
