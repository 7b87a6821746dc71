"""What the words beside a day, or beside a pair of days, tell: what happens on it.

A pair of days is the job's only where its words say so: a word of the job ("internship", "contract"), a label of known
words alone ("Dates", "Duration"), or no words at all. A label of an unknown thing ("Legislature period") is enough
for silence, so that no list has to name everything that has dates.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from normalize.schedule.dates import LETTER, MONTH
from normalize.schedule.mentions import ARTICLE, WEEKDAY
from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import UNITS, any_of

REACH = 90  # characters before a day that are looked at
_AFTER = 60
_HEADING = 5  # words; a line above a day that is longer is no label of it
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
_NEW_SUBJECT = lazy_pattern(r"[,:)/|\n]|\s-\s")
_SUBJECT = lazy_pattern(lambda: listed("subjects", "job"))
_LATEST_AFTER = lazy_pattern(lambda: rf"[\s,(]{{0,2}}{listed('latest_after')}")
_EARLIEST_AFTER = lazy_pattern(lambda: rf"[\s,(]{{0,2}}{listed('earliest_after')}")
_WORD = lazy_pattern(rf"[{LETTER}]+(?:'[{LETTER}]+)?")
_STOPS = (". ", "; ", "? ", "! ", " | ", "• ", ".\n", "\n\n")
_AFTER_STOP = lazy_pattern(r"[.;!?](?:\s|$)|[\n|•]")
_MONTH_WORD = lazy_pattern(lambda: rf"(?<![{LETTER}]){MONTH}")


class Lead(NamedTuple):
    """What the words beside a day make of it.

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

    @property
    def of_job(self) -> bool:
        """Whether a pair of days beside these words is the job's."""
        return not self.other and (self.job or self.start or self.end or self.label or self.bare)


def clause_before(norm: str, at: int) -> str:
    """Return the words before a position, back to the beginning of their sentence, or the label on the line above.

    >>> clause_before("we row. start date: 1 may", 20)
    'start date: '
    """
    before = norm[max(0, at - REACH) : at]
    head, newline, line = before.rpartition("\n")
    if newline:
        if len(line.strip()) > _PREPOSITION:
            before = line
        else:
            above = head.rstrip().rpartition("\n")[2].strip()
            label = above and above[-1] not in ".!?;" and not _has_value(above)
            before = f"{above}\n{line}" if label else line
    stop = max(before.rfind(sign) + len(sign) for sign in _STOPS if sign in before) if _has_stop(before) else 0
    return before[stop:] if stop and len(before) - stop > 2 else before if not stop else ""


def _has_stop(before: str) -> bool:
    return any(sign in before for sign in _STOPS)


def _has_value(line: str) -> bool:
    """Tell whether a label of a line has its value on the same line: "Location: Leeds"."""
    colon = line.find(":")
    return 0 <= colon < len(line) - 1


def clause_after(norm: str, at: int) -> str:
    """Return the words after a position, up to the end of their sentence or line."""
    after = norm[at : at + _AFTER]
    stop = _AFTER_STOP.search(after)
    return after[: stop.start()] if stop else after


@cache
def _known() -> frozenset[str]:
    keys = ("runs", "fill", "from", "between", "articles", "weekdays", "job", "start", "end", "one")
    entries = [word for key in keys for word in words("dates", key)] + [*_SEASONS, *UNITS]
    return frozenset(word for entry in entries for word in _WORD.findall(entry))


@lru_cache(maxsize=1024)
def lead(before: str, after: str) -> Lead:
    """Return what the words before and after a day make of it.

    >>> lead("the internship runs from ", "").job, lead("legislature period: ", "").of_job
    (True, False)
    """
    other: int | None = None
    cues: list[str] = []
    for match in _CUE.finditer(before):
        cue = match.lastgroup or ""
        if cue == "verb":
            cue = "start"
            begin = max(before.rfind(sign, 0, match.start()) for sign in ",:;(") + 1
            subject = before[begin : match.start()]
            if _WORD.search(subject) and not _SUBJECT.search(subject):  # "the exhibition begins"
                other = match.end()
        if cue == "other":
            other = match.end()
        elif other is not None and cue in ("start", "runs", "job") and _NEW_SUBJECT.search(before, other, match.start()):
            other = None  # "Applications due May 1, start date June 7"
        cues.append(cue)
    names = _WORD.findall(before)
    plain = [name for name in names if not _MONTH_WORD.fullmatch(name)]
    known = all(name in _known() for name in plain)
    follows = [match.lastgroup for match in _CUE.finditer(after)]
    said = next((cue for cue in follows if cue in ("other", "verb", "start", "job")), None)
    job = "job" in cues or (said in ("verb", "start", "job") and not _unknown(plain))
    ends = not _WORD.search(after) or not after[:1].strip() and after.strip()[:1] in ",(-:" or after[:1] in ",(:)"
    latest, earliest = _last_of(cues, "latest"), _last_of(cues, "earliest")
    return Lead(
        other=other is not None or (said == "other" and not cues),
        last=cues[-1] if cues else "",
        start="start" in cues or said in ("verb", "start"),
        end="end" in cues,
        between="between" in cues,
        earliest=earliest > latest or bool(_EARLIEST_AFTER.match(after)),
        latest=latest > earliest or bool(_LATEST_AFTER.match(after)),
        job=job,
        label=known and "runs" in cues,
        bare=known and not cues and ends and said != "other" or (not plain and ends),
        vague=bool(_VAGUE.search(before)),
        near=bool(_NEAR.search(before)),
    )


def _unknown(names: list[str]) -> bool:
    """Tell whether words before a pair of days name something that is not known."""
    return any(name not in _known() for name in names)


def _last_of(cues: list[str], cue: str) -> int:
    return max((place for place, word in enumerate(cues) if word == cue), default=-1)
