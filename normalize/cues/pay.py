"""The words around a sum, and their roles: pay, a bonus, a price, a budget, somebody else's money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.pay_period import ADVERBS, unit_before
from normalize.text.lexicon import whole, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import anchors

_TOKEN = lazy_pattern(r"[^\W\d_]+(?:['&-][^\W\d_]+)*|[0-9][0-9.,]*|\n|[^\w\s]")
# CUE: names pay ("salary"). SAY: also used of pay ("earn"). NEVER: names a sum that is not pay ("budget"). BESIDE: the same,
# but only next to the sum. LUMP: names a sum paid once. STIPEND: names a stipend. OTHERS: somebody else is paid, or pays.
# LATER: the job after the internship. PERKS: the heading of a list of benefits.
CUE, SAY, NEVER, BESIDE, LUMP, STIPEND, OTHERS, LATER, PERKS = (
    "cue",
    "say",
    "never",
    "beside",
    "lump",
    "stipend",
    "others",
    "later",
    "perks",
)
_KEYS = (
    (SAY, "says"), (CUE, "cues"), (STIPEND, "stipend"), (LUMP, "lump"), (BESIDE, "beside"), (NEVER, "never"), (OTHERS, "others"),
    (LATER, "later"), (PERKS, "perks"),
)  # fmt: skip
_PAYING = frozenset((CUE, LUMP, STIPEND))
_ENDINGS = ((NEVER, words("pay", "never_endings")), (CUE, words("pay", "cue_endings")))
_RATES = words("pay", "rate_endings")
_OTHERS_DO = frozenset(words("pay", "others_do"))
_ON_TOP = frozenset(words("pay", "plus"))
_STOPS = frozenset((*words("pay", "stops"), *";|•*.\n"))
_BOUND = lazy_pattern(
    lambda: (
        rf"[\s*•:\"-]{{0,6}}(?:{any_of(words('pay', 'low_from') + words('pay', 'high_to') + words('pay', 'or_more'))}|mid|low|high)?[\s*:\"-]{{0,6}}"
    )
)
_ENDS = frozenset(";|•.!?\n")
_CUT = lazy_pattern(r"[.!?;|] |[\n•]")
_BRACKETS = lazy_pattern(r"\([^()]{0,60}\)")
_ABBREVIATION = lazy_pattern(
    lambda: rf"(?:^|[^a-zà-ÿ])(?:[a-zà-ÿ]|(?<![0-9])[0-9]|{any_of(words('pay', 'abbreviations'))})$"
)


CUES = anchors("pay.cue", lambda: [whole(words("pay", "cues") + words("pay", "stipend"))])


def _table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, dict[tuple[str, ...], str]] = {}
    for role, key in _KEYS:
        for entry in words("pay", key):
            tokens = tuple(_TOKEN.findall(entry))
            table.setdefault(tokens[0], {})[tokens] = role
    return {first: sorted(phrases.items(), key=lambda phrase: -len(phrase[0])) for first, phrases in table.items()}


_TABLE = _table()
_IMPERATIVES = [tuple(_TOKEN.findall(entry)) for entry in words("pay", "imperatives")]
_LABEL_ONLY = frozenset(words("pay", "label_only"))
_PLAIN_CUE = words("pay", "cues")[0]
_PARTS = frozenset(';|•*.\n)(]`"-/#')
_HOURS = frozenset(words("units", "hour"))


class Word(NamedTuple):
    """A word or phrase with a role, and its position among the tokens."""

    start: int
    end: int
    role: str


class Lead(NamedTuple):
    """The words before a sum.

    Attributes:
        score: how clearly it says that pay follows, 0 to 4.
        never: a word says that the sum is no pay.
        perhaps: one says so, with a comma between.
        period: hour, day, … where a word before the sum says it.
        lump: a sum paid once, `stipend` where it is only called that.
        cue: the nearest word for pay.
        label: nothing but the sum's own words stands between the word for pay and the sum.
        later: the sentence is about the job after the internship.
        asked: the reader is told to pay: "Pay $49 to enroll".
        signs: the names of the signs that the decision weighs.
    """

    score: int
    never: bool
    perhaps: bool
    period: str | None
    lump: str | None
    cue: str | None = None
    label: bool = False
    later: bool = False
    asked: bool = False
    signs: tuple[str, ...] = ()


def roles(tokens: list[str]) -> Iterator[Word]:
    """Yield the meaningful words and phrases, the longest first where several begin.

    >>> [word.role for word in roles(["sign-on", "bonus", "and", "salary"])]
    ['never', 'never', 'cue']
    """
    at = 0
    while at < len(tokens):
        token = tokens[at]
        for phrase, role in _TABLE.get(token, ()):
            if len(phrase) == 1 or tuple(tokens[at : at + len(phrase)]) == phrase:
                yield Word(at, at + len(phrase), role)
                at += len(phrase)
                break
        else:
            if len(token) > 8 and (meant := _compound(token)):
                yield Word(at, at + 1, meant)
            at += 1


def _compound(token: str) -> str | None:
    """Return what a word put together means: "Fahrtkostenzuschuss", "auxílio-creche"."""
    for role, endings in _ENDINGS:
        if token.endswith(endings):
            return role
    if "-" not in token:
        return None
    phrase = tuple(token.split("-"))
    whole = next((role for other, role in _TABLE.get(phrase[0], ()) if other == phrase), None)  # "fixed-price"
    parts = {role for part in token.split("-") for phrase, role in _TABLE.get(part, ()) if len(phrase) == 1}
    return whole or (NEVER if NEVER in parts else CUE if CUE in parts else None)


def clauses(text: str) -> list[tuple[str, str]]:
    """Return the sentence or line that a text ends in and the two before it, each with the mark that ends it.

    Lines that only say which end of a range follows, "Minimum:", are left out.

    >>> clauses("we are big. pay range\\nmin:\\n approx. ")
    [(' approx. ', ''), (' pay range', '\\n'), ('we are big', '.')]
    """
    found: list[tuple[str, str]] = []
    end, mark = len(text), ""
    for at in (*reversed([cut.start() for cut in _CUT.finditer(text)]), -1):
        if at >= 0 and text[at] == "." and _ABBREVIATION.search(text, max(0, at - 8), at):
            continue
        piece = text[at + 1 : end]
        if not found or not _BOUND.fullmatch(piece):
            found.append((piece, mark))
        if len(found) == 3:
            break
        mark, end = text[at : at + 1], at
    return found


class _Found(NamedTuple):
    cue: Word | None
    said: Word | None
    never: bool
    perhaps: bool
    all: list[Word]


def _nearest(tokens: list[str]) -> _Found:
    """Return the nearest words before a sum that make it pay, or something else."""
    found = list(roles(tokens))
    said: Word | None = None
    perhaps = False
    for at in range(len(found) - 1, -1, -1):
        word = found[at]
        between = tokens[word.end :]
        beside = found[at - 1] if at and found[at - 1].end == word.start else None
        if beside and beside.role in (NEVER, BESIDE) and word.role in (SAY, *_PAYING):
            return _Found(None, said, True, perhaps, found)  # "relocation package", "gym stipend"
        if word.role in _PAYING:
            if (
                between[:1]
                and (between[0] in _ON_TOP or between[0] == ",")
                and any(token[0].isdecimal() for token in tokens[max(0, word.start - 2) : word.start])
            ):
                return _Found(None, said, False, perhaps, found)  # "$40,000 base with a $60,000 …"
            theirs = any(
                other.role == OTHERS and _OTHERS_DO.intersection(tokens[other.end : other.end + 4]) for other in found
            )
            return _Found(None if theirs else word, said, theirs, perhaps, found)
        if word.role == SAY:
            said = said or word
        elif word.role == LATER:
            continue
        elif word.role == OTHERS:
            if _OTHERS_DO.intersection(between[:4]):
                return _Found(None, said, True, perhaps, found)
        elif word.role in (NEVER, PERKS) or len(between) <= 2:
            paid = any(other.role in _PAYING for other in found[:at])
            if paid and word.start and (tokens[word.start - 1] in _ON_TOP or tokens[word.start - 1] == "/"):
                continue  # "salary plus bonus: $50,000"
            if "," in between or ")" in between or (between and between[-1] in _ON_TOP):
                perhaps = True  # "housing, meals and $350"
                continue
            return _Found(None, said, True, perhaps, found)
    return _Found(None, said, False, perhaps, found)


def lead_of(text: str) -> Lead:
    """Weigh the words before a sum.

    >>> lead_of("the salary range for this role is ")[:2], lead_of("we raised ")[:2]
    ((4, False), (0, True))
    """
    (here, _), *earlier = clauses(_BRACKETS.sub(" ", text).replace("**", '"'))
    tokens = _TOKEN.findall(here)
    if (
        tokens[-1:] == [":"]
        and tokens[-2:-1]
        and tokens[-2] in _LABEL_ONLY
        and (len(tokens) < 3 or tokens[-3] in _PARTS)
    ):
        tokens[-2] = _PLAIN_CUE  # "Budget: $100" is what a client pays
    near = _nearest(tokens)
    before, mark = earlier[0] if earlier else ("", "")
    above_tokens = _TOKEN.findall(before)
    above = _nearest(above_tokens)
    signs = [
        *_signs(near.all, len(tokens), "before"),
        *_signs(above.all, len(above_tokens), "in the line above" if mark == "\n" else "in the sentence before"),
    ]
    if tokens[-1:] == [":"] and len(tokens) <= 8:
        signs.append(f"{near.all[-1].role} as label" if near.all and near.all[-1].end == len(tokens) - 1 else "colon")
    later = any(word.role == LATER for word in near.all)
    asked = tokens[:1] != [] and len(tokens) <= 5 and ":" not in tokens and _asked(tokens)
    lead = _weighed((tokens, near), (above_tokens, above), before if earlier else None, mark)
    return lead._replace(signs=tuple(signs), later=later, asked=asked)


def _asked(tokens: list[str]) -> bool:
    return any(tuple(tokens[: len(phrase)]) == phrase for phrase in _IMPERATIVES)


def _signs(found: list[Word], size: int, side: str) -> list[str]:
    """Return the nearest word of each role with how far it is from the sum: "cue, next before"."""
    nearest = {word.role: size - word.end for word in found}  # the last of a role is the nearest
    return [f"{role}, {_bucket(distance)} {side}" for role, distance in nearest.items()]


def _bucket(distance: int) -> str:
    return "next" if distance <= 0 else "near" if distance <= 3 else "mid" if distance <= 8 else "far"


def _weighed(own: tuple[list[str], _Found], other: tuple[list[str], _Found], before: str | None, mark: str) -> Lead:
    """Weigh a sum's own sentence or line, and the one before where the sum begins its own.

    Args:
        own, other: the tokens and meaningful words of the sum's own sentence or line, and of the one before.
        before, mark: the sentence or line before, None where there is none, and the mark that ends it.
    """
    (tokens, near), (above_tokens, above) = own, other
    if near.never:
        return Lead(0, True, False, None, None)
    size, score, lump, period = len(tokens), 0, None, None
    cue = " ".join(tokens[near.cue.start : near.cue.end]) if near.cue else None
    if near.cue:
        far = size - near.cue.end
        score = 4 if far <= 4 or (far <= 9 and near.cue.end <= 6) else 3 if far <= 9 else 2
        lump = _lump(near)
        period = _period(tokens, near.all)
    elif near.said:
        far = size - near.said.end
        score = 3 if far <= 2 else 2 if far <= 8 else 1
        period = _period(tokens, near.all)
    elif size and tokens[0] in ADVERBS and size <= 2:
        period = ADVERBS[tokens[0]]
    if period is None and size and len(tokens[-1]) > 4:
        period = ADVERBS.get(tokens[-1])  # "an annual $27,500 stipend"
    if score == 4 or size > 5 or before is None:
        beside = tokens[near.cue.end :] if near.cue else [","]
        label = len(beside) <= 5 and not any(token in _ON_TOP or token in ",)." for token in beside)
        return Lead(score, False, near.perhaps, period, lump, cue, label)
    # A sum that begins its line or sentence is what the line or sentence before it announces.
    label = above_tokens[-1:] == [":"]
    if above.never:
        return Lead(score, label and not near.cue and not near.said, near.perhaps, period, lump)
    if above.cue:
        close = len(above_tokens) - above.cue.end <= 6
        alone = len(above_tokens) <= 6 if label else mark == "\n" and above.cue.end == len(above_tokens) <= 4
        score = max(score, (2 if mark == "\n" or label else 1) + close + alone)
        lump = lump or (_lump(above) if close else None)
        if close and mark == "\n":
            period = period or unit_before(before, len(before)) or _period(above_tokens, above.all)
        cue = cue or " ".join(above_tokens[above.cue.start : above.cue.end])
    return Lead(score, False, near.perhaps, period, lump, cue, label or mark == "\n")


def _lump(near: _Found) -> str | None:
    """Return how the nearest word for pay, or the one before it, says that it is paid once: "one-time payment"."""
    if near.cue is None:
        return None
    once = any(word.role == LUMP and 0 <= near.cue.start - word.end <= 1 for word in near.all)
    return LUMP if once else near.cue.role if near.cue.role != CUE else None


def _period(tokens: list[str], found: list[Word]) -> str | None:
    """Return the period an adjective gives a word for pay: "the annual base salary range for this role is"."""
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token[0].isdecimal():
            return None
        period = ADVERBS.get(token)
        if period is None or len(token) < 3:  # "5 pm", "Scranton, PA"
            continue
        if _HOURS.intersection(tokens[max(0, at - 2) : at]):
            continue  # "35 hours weekly"
        if token.endswith(_RATES) or at >= len(tokens) - 2:
            return period
        for word in found:
            if word.role in (CUE, STIPEND) and word.end <= at <= word.end + 1:
                return period  # "salaire mensuel"
            if (
                at < word.end
                and word.start <= at + 4
                and word.role in (CUE, STIPEND, SAY)
                and "," not in tokens[at : word.start]
            ):
                return period
    return None


class Tail(NamedTuple):
    """The words after a sum: words for pay, words against it, a sum paid once, and the signs that the decision weighs."""

    cue: bool
    never: bool
    lump: str | None
    signs: tuple[str, ...] = ()


def tail_of(text: str, side: str = "after") -> Tail:
    """Weigh the words right after a sum and its period.

    >>> tail_of(" sign-on bonus")[:3], tail_of(" stipend plus a bonus")[:3]
    ((False, True, None), (True, False, 'stipend'))
    """
    tokens = _TOKEN.findall(text)
    limit = 0
    while limit < len(tokens) and limit < 6:
        token = tokens[limit]
        if (
            token in _STOPS
            or token in _ON_TOP
            or token in ",)"
            or (token == ":" and limit)
            or (token in "-/" and limit > 2)
        ):
            break
        limit += 1
    line = next((at for at, token in enumerate(tokens) if token in _ENDS), len(tokens))
    after = list(roles(tokens[: min(max(limit + 3, line), 12)]))
    nearest: dict[str, int] = {}
    for word in after:
        if word.start < line:
            nearest.setdefault(word.role, word.start)
    signs = tuple(f"{role}, {_bucket(distance)} {side}" for role, distance in nearest.items())
    cue, lump = False, None
    for word in after:
        if word.start >= limit:
            lump = LUMP if word.role == LUMP and word.start == limit else lump  # "$500 on completion"
            break
        if word.role == SAY and word.start == 0:
            cue = True  # "$45,000 base"
        if word.role in _PAYING and word.end - 1 <= 3:
            cue, lump = True, word.role if word.role != CUE else None
        elif word.start <= (3 if word.role in (NEVER, PERKS) else 2 if word.role == BESIDE else -1):
            return Tail(False, True, None, signs)
    return Tail(cue, False, lump, signs)
