"""The decision what a span of text means: the weights of the rules that fire beside it, added up.

Beside every span stand signs: a rule that fires on one side at some distance, and the punctuation next to the span. Each
sign has a weight for each meaning; the meaning with the largest sum wins if it is likely enough. The weights are fitted
from labelled rows by ``make fit`` and kept as a table in ``weights/<field>.toml``; reading looks them up and adds.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from normalize.cues.rules import Phrases, fired
from normalize.text.lexicon import data_files
from normalize.text.scanner import Text
from normalize.text.tokens import ENDS, tokens

WINDOW = 80
"""Characters that are looked at on either side of a span."""
_REACH = 14  # words
_NEAR, _FAR = 3, 7
_MANY = 8  # words of a sentence beyond which they are many
_SINGLE = 5  # words on either side that are signs by themselves too
_PAIRED = 3  # rules on either side, in the span's own sentence, that are signs in pairs
_SHORT = 6  # words of a sentence that says little else
_CLAUSE = ENDS - {"|"}
_SIGNS = {
    "\n": "a line's end", ".": "a full stop", "!": "a full stop", ";": "a full stop", "?": "a question mark",
    "|": "a bar", "•": "a bullet", "·": "a bullet", "*": "a bullet", "**": "bold", ":": "a colon", ",": "a comma",
    "(": "a bracket", ")": "a bracket", "[": "a bracket", "]": "a bracket", "-": "a dash", "/": "a slash", "#": "a hash",
    "%": "a per cent sign", "&": "an ampersand", "+": "a plus", '"': "a quotation mark", "'": "an apostrophe",
}  # fmt: skip
_OPENING = frozenset(("bold", "a bullet", "a bracket", "a dash", "a line's end"))
NOTHING = "nothing"
"""The meaning of a span that says nothing of the job."""


class Reason(NamedTuple):
    """A sign beside a span and what it was worth.

    Attributes:
        sign: what it is: the rule, the side, the distance.
        words: the words that fired it, empty for punctuation.
        weight: its weight for the meaning that was decided.
    """

    sign: str
    words: str
    weight: float


class Decision(NamedTuple):
    """The meaning of a span.

    Attributes:
        meaning: one of the field's meanings, or `NOTHING`.
        likely: how likely, from 0 to 1: the mean of how likely it says anything and how likely it says this.
        signs: what spoke, with the words of each.
        weight: the sum of their weights for the meaning.
    """

    meaning: str
    likely: float
    signs: dict[str, str]
    weight: float = 0.0


class Weights(NamedTuple):
    """The fitted table of a field.

    Attributes:
        threshold: how likely a meaning must be to be believed.
        meanings: the meanings, in the order of the weights; `NOTHING` has weight 0 throughout.
        base: their weights before any sign speaks.
        signs: the weights of each sign.
        words: the single words that are signs.
    """

    threshold: float
    meanings: tuple[str, ...]
    base: tuple[float, ...]
    signs: dict[str, tuple[float, ...]]
    words: frozenset[str] = frozenset()

    def decide(self, signs: dict[str, str]) -> Decision:
        """Return the likeliest meaning but `NOTHING`, with how likely it is.

        >>> table = Weights(0.5, ("remote",), (-1.0,), {"fully, next before": (3.0,)})
        >>> round(table.decide({"fully, next before": "fully"}).likely, 2)
        0.88
        """
        known = self.signs
        rows = [row for sign in signs if (row := known.get(sign))]
        sums = [base + sum([row[at] for row in rows]) for at, base in enumerate(self.base)]
        top = max(0.0, *sums)
        shares = [math.exp(value - top) for value in sums]
        best = max(range(len(sums)), key=sums.__getitem__)
        spoken, silent = sum(shares), math.exp(-top)
        return Decision(self.meanings[best], (shares[best] + spoken) / 2 / (spoken + silent), signs, sums[best])

    def reasons(self, decision: Decision) -> list[Reason]:
        """Return the signs that spoke, the heaviest first.

        >>> table = Weights(0.5, ("remote",), (-1.0,), {"fully, next before": (3.0,)})
        >>> table.reasons(table.decide({"fully, next before": "fully", "a comma after": ""}))
        [Reason(sign='fully, next before', words='fully', weight=3.0)]
        """
        at = self.meanings.index(decision.meaning)
        said = [
            Reason(sign, words, self.signs[sign][at]) for sign, words in decision.signs.items() if sign in self.signs
        ]
        return sorted(said, key=lambda reason: -abs(reason.weight))


@cache
def weights(field: str) -> Weights:
    """Return the fitted table of a field.

    >>> weights("workplace").meanings
    ('hybrid', 'onsite', 'remote')
    """
    table = data_files()[f"cues/weights/{field}.toml"]
    signs = {sign: tuple(row[:-1]) for sign, row in table["signs"].items()}  # the last is the number of rows
    words = frozenset(sign[1 : sign.index("”")] for sign in signs if sign[0] == "“")
    return Weights(table["threshold"], tuple(table["meanings"]), tuple(table["base"]), signs, words)


def _distance(words_between: int, clauses: int) -> str:
    if clauses:
        return "beyond"
    return (
        "next" if words_between == 0 else "near" if words_between < _NEAR else "far" if words_between < _FAR else "wide"
    )


def _how_many(words: int) -> str:
    return "no" if not words else "few" if words <= _NEAR else "some" if words <= _MANY else "many"


def _side(
    table: Phrases, words: list[str], side: str, kind: str, signs: dict[str, str], known: frozenset[str] | None
) -> int:
    """Add the signs of one side and return how many words of the span's own sentence it holds.

    Args:
        words: the words and signs of the side in the order of the text.
    """
    size = len(words)
    before = side == "before"
    order = range(size - 1, -1, -1) if before else range(size)
    passed, clauses = [0] * size, [0] * size  # the words and the ends of clauses between each token and the span
    word_count = clause_count = sentence = 0
    first = ""
    for place, at in enumerate(order):
        word = words[at]
        passed[at], clauses[at] = word_count, clause_count
        if word in known if known is not None else word[0].isalpha():
            signs[f"“{word}” around"] = word
            if place < _SINGLE:
                signs[f"“{word}” {side}"] = signs[f"“{word}” {'near' if place else 'next'} {side}"] = word
        if word[0].isalnum():
            word_count += 1
            sentence += not clause_count
        else:
            clause_count += word in _CLAUSE
            first = first or _SIGNS.get(word, "another sign")
    phrases_here = fired(table, words)
    if before:
        phrases_here.reverse()
    paired: list[str] = []
    for start, end, names in phrases_here:
        at = end - 1 if before else start
        if clauses[at] > 1 or passed[at] >= _REACH:
            break
        distance = _distance(passed[at], clauses[at])
        said = words[start] if end - start == 1 else " ".join(words[start:end])
        if not clauses[at]:
            for name in names:
                signs[f"{name}, in the sentence"] = said
            if paired:
                inner = paired[-1]
                pair = f"{names[0]} then {inner}" if before else f"{inner} then {names[0]}"
                signs[f"{pair}, {side}"] = said
            if len(paired) < _PAIRED:
                paired.append(names[0])
        for name in names:
            beside_kind = f"{kind}: {name}, {side}"
            if beside_kind not in signs:
                signs[f"{name}, {distance} {side}"] = signs[beside_kind] = said
    nearest = words[-1:-3:-1] if before else words[:2]
    named = [_SIGNS.get(word, "a number" if word[0].isdigit() else "a word") for word in nearest] or ["a line's end"]
    signs[f"{named[0]} {side}"] = signs[f"{kind}: {named[0]} {side}"] = ""
    if len(named) > 1 and named[0] in _OPENING:
        signs[f"{named[0]} and {named[1]} {side}"] = ""
    first = first or "a line's end"
    signs[f"first {first} {side}"] = signs[f"{_how_many(sentence)} words {side} in the sentence"] = ""
    return sentence


def signs_beside(
    text: Text, start: int, end: int, kind: str, table: Phrases, known: frozenset[str] | None = None
) -> dict[str, str]:
    """Return the signs beside a span, each with the words that fired it.

    Args:
        kind: what kind of span it is; some signs mean something else beside each kind.
        table: the phrases that fire rules, of `normalize.cues.rules.phrases`.
        known: the single words that are signs, None for all words, as a fit asks for.

    >>> from normalize.cues.rules import phrases
    >>> from normalize.text.scanner import scan
    >>> signs = signs_beside(scan("This role is fully remote."), 19, 25, "remote", phrases("workplace"))
    >>> signs["fully, next before"], "a full stop after" in signs
    ('fully', True)
    """
    signs = {f"the span is {kind}": text.norm[start:end]}
    before = _side(table, tokens(text.raw[max(0, start - WINDOW) : start]), "before", kind, signs, known)
    after = _side(table, tokens(text.raw[end : end + WINDOW]), "after", kind, signs, known)
    if before + after < _SHORT:
        signs[f"{kind}: in a short sentence with {_how_many(before)} words before"] = ""
    return signs
