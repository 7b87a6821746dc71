"""The last day to apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from normalize.schedule.dates import LETTER, Day, next_date, parse_date
from normalize.schedule.day_roles import APPLY, clause_after, clause_before, listed
from normalize.schedule.mentions import ARTICLE, WEEKDAY, Mention, mentions
from normalize.text.lexicon import stands_alone, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, word_anchors


class Deadline(NamedTuple):
    """The last day to apply, the words, and where they stood."""

    day: date
    text: str
    basis: str


class _Candidate(NamedTuple):
    """A day that may be the deadline.

    Attributes:
        start, end: the words it was read from.
        preliminary: a later one follows: "priority deadline".
        clear: its words speak of applying, or of the last of several deadlines.
    """

    day: Day
    start: int
    end: int
    preliminary: bool
    clear: bool


_READ = 20
_CUE_HITS = word_anchors("dates.deadline", words("dates", "deadline"))
_BEHIND, _A_WORD = 30, 12  # characters
_GAP = 80  # characters between a cue and its day
_GAP_WORDS = 8
_APART = lazy_pattern(lambda: rf"[{LETTER}]{{5,}}[.;]\s|[.;]\n|\n[^:\n]{{3,40}}:|\n\n")
_OTHER_DAY = lazy_pattern(lambda: listed("start", "start_verbs", "deadline_other"))
_NOT = lazy_pattern(
    lambda: rf"{listed('not_deadline')}|(?<![{LETTER}])(?:{any_of(words('dates', 'not_deadline_stems'))})"
)
_PRELIMINARY = lazy_pattern(lambda: listed("preliminary"))
_AGAIN = lazy_pattern(lambda: listed("again"))
_SUPERSEDED = lazy_pattern(lambda: rf"{listed('superseded')}[\s:]{{0,2}}{ARTICLE}{WEEKDAY}$")
_CLOCK = rf"(?:(?:[0-9]{{1,2}}(?:[:.h][0-9]{{2}})?|{any_of(words('dates', 'clock'))}),?\s?){{0,5}}"
_BY_REACH = 48  # characters before a day that may hold "by", a time and a weekday
_BY = lazy_pattern(lambda: rf"{listed('deadline_by')}[\s:*]{{1,4}}{_CLOCK}{ARTICLE}{WEEKDAY}$")
_WINDOW = lazy_pattern(lambda: listed("apply_window"))
_WINDOW_REACH = 40
_CLEAR = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?:{any_of([*words('dates', 'apply_stems'), *words('dates', 'again'), *words('dates', 'closing')])})"
    )
)
_WORK = lazy_pattern(lambda: listed("start", "start_verbs", "working"))


def parse_deadline(field: str | None, description: Text, today: date, day_first: bool | None = None) -> Deadline | None:
    """Return the last day to apply; of several, the last that is the job's and not a preliminary one.

    >>> from normalize.text.scanner import scan
    >>> parse_deadline(None, scan("Apply by 5 Dec."), date(2026, 11, 23)).day
    datetime.date(2026, 12, 5)
    >>> text = scan("Priority deadline: 1 December 2026. Final deadline: 15 January 2027.")
    >>> parse_deadline(None, text, date(2026, 11, 23)).day
    datetime.date(2027, 1, 15)
    """
    if field and (day := parse_date(field, today, day_first)):
        return Deadline(day, field, "field")
    latest: tuple[tuple[bool, bool, date], _Candidate] | None = None
    for candidate in _candidates(description, day_first):
        if not candidate.preliminary and (dated := next_date(candidate.day, today)):
            key = (candidate.clear, candidate.day.year is not None, dated)
            if latest is None or key > latest[0]:
                latest = key, candidate
    if latest is None:
        return None
    (_, _, day), chosen = latest
    return Deadline(day, description.raw[chosen.start : chosen.end], "description")


def _candidates(text: Text, day_first: bool | None) -> Iterator[_Candidate]:
    days = mentions(text, day_first)
    if not days:
        return
    cues = [hit for hit in text.hits(_CUE_HITS) if stands_alone(text.norm, *hit)][:_READ]
    after: int | None = None  # the end of the candidate before
    for mention in days:
        candidate = _after_cue(text.norm, mention, cues) or _after_word(text.norm, mention, after)
        after = candidate.end if candidate else None
        if candidate:
            yield candidate


def _last(mention: Mention) -> Day:
    last = mention.last or mention.first
    return last._replace(year=last.year or mention.first.year)


def _after_cue(norm: str, mention: Mention, cues: list[tuple[int, int]]) -> _Candidate | None:
    """Return the day if a word for a deadline comes before it: "closing date", "Bewerbungsschluss"."""
    near = [(start, end) for start, end in cues if 0 <= mention.start - end <= _GAP]
    if not near:
        return None
    start, end = near[-1]
    between = norm[end : mention.start]
    if len(between.split()) > _GAP_WORDS or _APART.search(between) or _OTHER_DAY.search(between):
        return None
    return _judged(norm, mention, start)


def _after_word(norm: str, mention: Mention, before: int | None) -> _Candidate | None:
    """Return the day if its sentence speaks of applying until then, or goes on about a deadline."""
    if before is not None and 0 <= mention.start - before <= _GAP:  # "(extended to 20 December)"
        between = norm[before : mention.start]
        if _AGAIN.search(between) and not _APART.search(between) and not _OTHER_DAY.search(between):
            return _judged(norm, mention, mention.start)
    clause = clause_before(norm, mention.start)
    if mention.last is not None and mention.joint != "either":
        lead = clause[-_WINDOW_REACH:]
        if _WINDOW.search(lead) and not _OTHER_DAY.search(lead):
            return _judged(norm, mention, mention.start)
        return None
    if not (by := _BY.search(clause, max(0, len(clause) - _BY_REACH))):
        return None
    sentence = clause[: by.start()]
    stems = list(APPLY.finditer(sentence))
    if stems and not _WORK.search(sentence, stems[-1].end()):
        return _judged(norm, mention, norm.rfind(stems[-1][0], 0, mention.start))
    after = clause_after(norm, mention.end)
    if not sentence.strip(" *-\n") and APPLY.search(after[:40]):
        return _judged(norm, mention, norm.rfind(by[0].strip(), 0, mention.start))
    return None


def _judged(norm: str, mention: Mention, start: int) -> _Candidate | None:
    """Return the day as a candidate; None where the deadline is another thing's, or a former one."""
    nearest = _nearest(clause_before(norm, mention.start))
    if _NOT.search(nearest) or _SUPERSEDED.search(norm, max(0, mention.start - _GAP), mention.start):
        return None
    after = clause_after(norm, mention.end)[:_BEHIND].lstrip(" (,-")
    preliminary = bool(_PRELIMINARY.search(nearest) or _PRELIMINARY.match(after))
    clear = bool(_CLEAR.search(nearest) or _CLEAR.search(norm, start, mention.start))
    return _Candidate(_last(mention), start, mention.end, preliminary, clear)


def _nearest(clause: str) -> str:
    """Return the last part of a clause that has more than a word."""
    cut = max(clause.rfind(","), clause.rfind("(")) + 1
    return clause[cut:] if cut and len(clause) - cut > _A_WORD else clause
