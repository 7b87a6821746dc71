"""The role of a day, or of a pair of days, judged by the words next to it.

A pair of days is the job's only where its words say so: a word of the job ("internship", "contract"), a label of known
words alone ("Dates", "Duration"), or no words at all. A label of an unknown thing ("Legislature period") is enough
for silence, so that no list has to name everything that has dates.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from normalize.schedule.dates import LETTER, MONTHS
from normalize.schedule.mentions import ARTICLE, WEEKDAY
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import UNITS, any_of

REACH = 90  # characters before a day that are looked at
_AFTER = 60
_TAIL = 40  # characters in which the word directly before a day begins
_PREPOSITION = 12  # characters before a day at the start of its line


def listed(*keys: str) -> str:
    """Return a pattern for the entries of lists of ``[dates]``, as whole words.

    >>> import re
    >>> bool(re.search(listed("both"), "sand")), bool(re.search(listed("both"), "and"))
    (False, True)
    """
    entries = [word for key in keys for word in words("dates", key)]
    return rf"(?<![{LETTER}])(?:{any_of(entries)})(?![{LETTER}])"


_SEASONS: dict[str, str] = values("dates", "seasons")
_CUE = lazy_pattern(
    lambda: (
        rf"(?<![{LETTER}])(?:(?P<other>(?:{any_of(words('dates', 'other'))})(?![{LETTER}])"
        rf"|(?:{any_of(words('dates', 'other_stems'))})[{LETTER}]*)"
        rf"|(?P<verb>{any_of(words('dates', 'start_verbs'))})(?![{LETTER}])"
        rf"|(?P<start>{any_of(words('dates', 'start'))})(?![{LETTER}])"
        rf"|(?P<end>{any_of(words('dates', 'end'))})(?![{LETTER}])"
        rf"|(?P<between>{any_of(words('dates', 'between'))})(?![{LETTER}])"
        rf"|(?P<earliest>{any_of(words('dates', 'earliest_before'))})(?![{LETTER}])"
        rf"|(?P<latest>{any_of(words('dates', 'latest_before'))})(?![{LETTER}])"
        rf"|(?P<job>(?:{any_of(words('dates', 'job'))})(?![{LETTER}])|(?:{any_of(words('dates', 'job_stems'))})[{LETTER}]*)"
        rf"|(?P<runs>{any_of([*words('dates', 'runs'), *_SEASONS])})(?![{LETTER}])"
        rf"|(?P<open>{any_of(words('dates', 'from'))})(?![{LETTER}]))"
    )
)
_VAGUE = lazy_pattern(lambda: rf"{listed('vague')}[\s-]{{0,2}}{ARTICLE}{WEEKDAY}$")
_NEAR = lazy_pattern(lambda: rf"{listed('start_near')}\s{ARTICLE}{WEEKDAY}$")
_START = lazy_pattern(lambda: listed("start", "start_verbs"))
_BEGINS = frozenset(words("dates", "vague")) & frozenset(words("dates", "start"))
_LABEL = lazy_pattern(
    lambda: (
        rf"{listed('runs', 'job', 'start', 'end')}(?:\s{listed('runs', 'job', 'start', 'end', 'fill')}){{0,3}}\s?:\s?$"
    )
)
_NEW_SUBJECT = lazy_pattern(r"[,:)/|\n]|\s-\s")
_SUBJECT = lazy_pattern(lambda: listed("subjects", "job"))
_NO_DAY = r"(?![^.;\n]{0,12}[0-9])"  # "1 March, latest 1 May": the word is the next day's
_LATEST_AFTER = lazy_pattern(lambda: rf"[\s,(]{{0,2}}{listed('latest_after')}{_NO_DAY}")
_EARLIEST_AFTER = lazy_pattern(lambda: rf"[\s,(]{{0,2}}{listed('earliest_after')}{_NO_DAY}")
APPLY = lazy_pattern(lambda: rf"(?<![{LETTER}])(?:{any_of(words('dates', 'apply_stems'))})[{LETTER}]*")
_CLOSE = lazy_pattern(lambda: rf"{listed('start', 'start_verbs')}(?:[\s:*-]+[^\s.;0-9]+){{0,4}}[\s:*(-]*$")
_PART = lazy_pattern(r"[,;:(]|\s-\s")
_WORD = lazy_pattern(rf"[{LETTER}]+(?:'[{LETTER}]+)?")
_DOT = r"(?:(?<![0-9])|(?<=[0-9]{3}))\."  # that of "3. Mai" ends no sentence
_STOP = lazy_pattern(rf"(?:{_DOT}|[;?!])\s|\s[|*]\s|[^\w\s\x21-\x7e€£¥°´’“”„«»§ªº]\s?|\n\n")
_AFTER_STOP = lazy_pattern(rf"(?:{_DOT}|[;!?])(?:\s|$)|[\n|•]")


class Lead(NamedTuple):
    """The role that the words next to a day give it.

    Attributes:
        other: something else happens on it.
        last: the last word before it that tells: start, end, between, earliest, latest, runs, job or open.
        start, end, between: whether such words come before it.
        earliest, latest: it bounds the start.
        job: a word of the job is beside it.
        label: the words before it are labels of a length of time and nothing else.
        bare: there are no words before it, and no sentence goes on after it.
        vague: a word makes it inexact: "mid".
        near: the word before it means a start where the sentence speaks of the job: "zum".
        close: a word for a start is a few words away at most.
        applies: the words before it speak of applying.
    """

    other: bool = False
    last: str = ""
    start: bool = False
    end: bool = False
    between: bool = False
    earliest: bool = False
    latest: bool = False
    job: bool = False
    label: bool = False
    bare: bool = False
    vague: bool = False
    near: bool = False
    close: bool = False
    applies: bool = False


def clause_before(norm: str, at: int) -> str:
    """Return the words before a position, back to the beginning of their sentence, or the label on the line above.

    >>> clause_before("we row. start date: 1 may", 20)
    'start date: '
    """
    before = norm[max(0, at - REACH) : at]
    head, newline, line = before.rpartition("\n")
    if newline:
        if len(line.strip()) > _PREPOSITION or ":" in line:
            before = line
        else:
            above = head.rstrip().rpartition("\n")[2].strip()
            label = above and above[-1] not in ".!?;" and not _has_value(above)
            before = f"{above}\n{line}" if label else line
    stop = 0
    for match in _STOP.finditer(before):
        stop = match.end()
    return before[stop:]


def _has_value(line: str) -> bool:
    """Tell whether a label of a line has its value on the same line: "Location: Leeds"."""
    colon = line.find(":")
    return 0 <= colon < len(line) - 1


def clause_after(norm: str, at: int) -> str:
    """Return the words after a position, up to the end of their sentence or line."""
    if norm[at - 1 : at] == "." and norm[at - 5 : at - 1].isalpha():  # the dot of "October." ends the sentence
        at -= 1
    after = norm[at : at + _AFTER]
    stop = _AFTER_STOP.search(after)
    return after[: stop.start()] if stop else after


@cache
def _known() -> frozenset[str]:
    keys = ("runs", "fill", "from", "between", "articles", "weekdays", "job", "start", "end", "one")
    entries = [word for key in keys for word in words("dates", key)] + [*_SEASONS, *UNITS]
    return frozenset(word for entry in entries for word in _WORD.findall(entry))


@lru_cache(maxsize=1024)
def lead(before: str, after: str, fresh: bool = False) -> Lead:
    """Return what the words before and after a day make of it.

    Args:
        fresh: a capital letter follows, as where a new sentence begins.

    >>> lead("the internship runs from ", "").job, lead("legislature period: ", "").label
    (True, False)
    """
    other: int | None = None
    cues: list[str] = []
    label = _LABEL.search(before)
    for match in _CUE.finditer(before):
        cue = match.lastgroup or ""
        if (
            other is not None
            and label
            and match.start() >= label.start()
            and _names_another(before, other, label.start())
        ):
            other = None  # "tuition waiver Project duration:"
        if cue == "verb":
            cue = "start"
            begin = max(before.rfind(sign, 0, match.start()) for sign in ",:;(") + 1
            subject = before[begin : match.start()]
            if _WORD.search(subject) and not _SUBJECT.search(subject):  # "the exhibition begins"
                other = match.end()
        if cue == "other":
            other = match.end()
        elif (
            other is not None and cue in ("start", "runs", "job") and _NEW_SUBJECT.search(before, other, match.start())
        ):
            other = None  # "Applications due May 1, start date June 7"
        cues.append(cue)
    plain = [name for name in _WORD.findall(before) if name not in MONTHS]
    known = all(name in _known() for name in plain)
    follows = _following(after)
    starts = follows == "start"
    tail = before[-_TAIL:]
    ends = (
        fresh
        or not after
        or after[0] in ",;:)(-|"
        or after[0].isalpha()
        or not _WORD.search(after)
        or after[:2] in _BREAKS
    )
    latest, earliest = _last_of(cues, "latest"), _last_of(cues, "earliest")
    return Lead(
        other=other is not None or (follows == "other" and not cues),
        last=cues[-1] if cues else "",
        start="start" in cues or starts,
        end="end" in cues,
        between="between" in cues,
        earliest=earliest > latest or bool(_EARLIEST_AFTER.match(after)),
        latest=latest > earliest or bool(_LATEST_AFTER.match(after)),
        job="job" in cues or (known and follows in ("start", "job")),
        label=known and "runs" in cues,
        bare=known and ends and follows != "other" and (not plain or set(cues) <= {"open", "between"}),
        vague=_is_vague(before),
        near=bool(_NEAR.search(tail)),
        close=starts or ("start" in cues and bool(_CLOSE.search(before))),
        applies="end" in cues and bool(APPLY.search(before)),
    )


def _names_another(before: str, other: int, label: int) -> bool:
    """Tell whether an unknown word is between a word for something else and a label."""
    return any(name not in _known() for name in _WORD.findall(before[other:label]))


_BREAKS = frozenset((" ,", " (", " -", " |", " ;"))
_NEXT_WORDS = 4


def _following(after: str) -> str:
    """Return the first role of the few words after a day, up to a comma: other, start, job or nothing."""
    part = _PART.split(after, maxsplit=1)[0]
    for match in _CUE.finditer(part):
        cue = {"verb": "start"}.get(match.lastgroup or "", match.lastgroup or "")
        if cue in ("other", "start", "job"):
            return cue if len(part[: match.start()].split()) <= _NEXT_WORDS else ""
    return ""


_STARTS = lazy_pattern(lambda: rf"{listed('start')}[\s:*-]{{0,3}}{ARTICLE}{WEEKDAY}$")


def _is_vague(before: str) -> bool:
    """Tell whether the word before a day makes it inexact: "begin september" in Dutch, not "it will begin September 1"."""
    match = _VAGUE.search(before, max(0, len(before) - _TAIL))
    if match is None:
        return False
    start = _STARTS.search(before)
    if start is not None and start.start() < match.start():  # "date de début septembre 2027"
        return False
    subject = before[: match.start()]
    begins = match[0].strip(" -") in _BEGINS and _SUBJECT.search(subject)
    return not begins or _START.search(subject) is not None


def _last_of(cues: list[str], cue: str) -> int:
    return max((place for place, word in enumerate(cues) if word == cue), default=-1)
