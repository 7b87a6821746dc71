"""The words of a text that may tell of the workplace: what kind each is, whether it is denied, and the days beside it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from normalize.cues.rules import Phrases, fired
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import NUMBERS, any_of
from normalize.text.scanner import Text, anchors
from normalize.text.tokens import ENDS, tokens
from normalize.vocabulary import RemoteStatus

FIELD = "workplace"
_OFFICES = 10  # named offices looked at in one text
_READ = 60  # workplace words looked at in one text
_DAYS_WINDOW = 60  # characters on either side of an office in which its days are looked for

# Which words may tell of the workplace, by the rule that lists them: the kind of span that they are.
KINDS = {
    "says remote": "remote", "says from home": "home", "says from anywhere": "anywhere", "says home": "a home",
    "says virtual": "virtual", "says hybrid": "hybrid", "says on site": "on site", "says in person": "in person",
    "says office": "office",
}  # fmt: skip
"""The kinds of spans, by the rule that lists their words."""
_OFFICE = "an office"  # a bare one counts where days are counted beside it
NAMED_OFFICE = "a named office"
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
STATUS_OF |= dict.fromkeys(("not away", NAMED_OFFICE), RemoteStatus.ONSITE)
KIND_OF = {word: kind for rule, kind in KINDS.items() for word in words(FIELD, rule)}
_WORDS = anchors("workplace.word", lambda: [rf"(?:{any_of(KIND_OF)})"])
DAY_NEAR = anchors(
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

    >>> from normalize.text.scanner import scan
    >>> [(span.kind, span.start) for span in spans(scan("Fully remote, or in the office."))]
    [('remote', 0), ('office', 17)]
    """
    best: list[Span] = []
    for start, end in sorted(text.hits(_WORDS)[: 8 * _READ], key=lambda hit: (hit[0], -hit[1])):
        kind = KIND_OF.get(text.norm[start:end])
        if kind is None or (best and start < best[-1].end) or not _is_whole(text, start, end):
            continue
        best.append(Span(start, end, kind))
        if len(best) == _READ:
            break
    if text.hits(DAY_NEAR):
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
            found.append(Span(start, end, NAMED_OFFICE))
    return found[:_OFFICES]


def _offices(text: Text, others: list[Span]) -> list[Span]:
    """Return the bare offices beside which days are counted: "3 days a week at our Lyon office"."""
    found: dict[int, Span] = {}
    for start, end in text.hits(DAY_NEAR)[:12]:
        for match in _OFFICE_WORD.finditer(text.norm, start, end + 12):
            span = Span(match.start(), match.end(), _OFFICE)
            if not any(other.start < span.end and span.start < other.end for other in others) and days_beside(
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


def days_beside(text: Text, span: Span) -> tuple[float, float] | None:
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


def onsite_days(text: Text, found: list[Span]) -> tuple[float, float] | None:
    """Return the days a week on site that a text counts beside an office."""
    for span in found:
        if span.kind in ("office", "on site", "in person", _OFFICE, NAMED_OFFICE) and (days := days_beside(text, span)):
            return days
    return None


_ANSWER = lazy_pattern(r"[^.:?!;|\n]{0,28}(?:[:?\n]|\s[-–])[\s*_:?–-]*([^\s*_:?–-][^\n.;|]{0,24})")
_BARE_ANSWER = lazy_pattern(r"[ \t]+([A-ZÀ-Þ]\w{1,5})(?=\s+[A-ZÀ-Þ]|\s*\Z)")  # of a form: "Remote No Salary Range"
_ANSWER_WORDS = 3
_WORD = lazy_pattern(r"[^\W\d_]+")
_DENIED_BEFORE, _DENIED_AFTER = 40, 48  # characters in which a word beside a span denies it
_WORDS_BEFORE, _WORDS_AFTER = 2, 6  # words that may stand between


def denied(text: Text, span: Span, table: Phrases) -> bool:
    """Tell whether a workplace word is denied: by a word beside it, or by the answer to the label that it is.

    >>> from normalize.cues.rules import phrases
    >>> from normalize.text.scanner import scan
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
