"""The words right before and right after a position in a text.

Who reads a number reads what it counts from a few words on either side, never from the whole text. A window
is cut into words, also where lines were glued together ("a six-month periodSalary").
"""

from __future__ import annotations

from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.scanner import Text, fold

_BEFORE, _AFTER = 60, 66  # characters looked at on either side
_LETTER = "A-Za-zÀ-ÿœ"
_WORD = lazy_pattern(
    lambda: (
        rf"[{_LETTER}][{_LETTER}‐‑-]*(?<![‐‑-])|[0-9]+"
        r"|(?<=\S)\*\*(?=[\s:,.)-]|\Z)|(?<=[:(=-] )\*\*|(?<=\n)\*\*"  # bold in Markdown, which is no bullet
        r"|[^\sA-Za-zÀ-ÿœ0-9]|\n"
    )
)
_INNER = lazy_pattern(
    r"[A-ZÀ-Þ](?:(?<=[a-zß-ÿ)].)|(?<=[A-Z].)(?=[a-z]))"
)  # begins with a capital, which is fast to find
_WRAPPED = lazy_pattern(r"\n(?=[a-zß-ÿ(])")
_ABBREVIATIONS = frozenset(word[:-1] for word in words("duration", "abbreviations"))
ENDS = frozenset(".!?;|\n•·●○▪■◦§*►▸✓✔→➢✅")
"""Tokens that end a clause; a comma, a colon, a dash or a bracket does not."""


def tokens(words: str) -> list[str]:
    """Return the words and signs of a text in lower case; words that were glued together are two.

    >>> tokens("Jusqu'à 3"), tokens("a six-month periodSalary: min. 5")
    (['jusqu', "'", 'à', '3'], ['a', 'six-month', 'period', 'salary', ':', 'min', '5'])
    """
    if _INNER.search(words):
        words = _INNER.sub(r" \g<0>", words)
    if "\n" in words:
        words = _WRAPPED.sub(" ", words)  # a line that only wraps is one line
    plain = words.isascii()  # most windows are, and need no folding
    found = _WORD.findall(words.lower() if plain else words)
    if found and not plain:
        found = fold("\x1f".join(found)).split("\x1f")
    if "." in found:
        found = [one for at, one in enumerate(found) if one != "." or not at or found[at - 1] not in _ABBREVIATIONS]
    return found


def before(text: Text, at: int) -> list[str]:
    r"""Return the words and signs before a place, the nearest first.

    >>> from normalize.text.scanner import scan
    >>> before(scan("A paid internship (six weeks)"), 19)
    ['(', 'internship', 'paid', 'a']
    """
    start = max(0, at - _BEFORE)
    stop = text.norm.rfind(". ", start, at)
    if stop >= 0 and text.raw[stop + 2 : stop + 3].isupper():
        start = stop + 1
    found = tokens(text.raw[start:at])
    if start and found and text.raw[start - 1].isalnum():
        del found[0]  # the tail of a word
    if found and found[-1] == "\n" and text.raw[at : at + 1].islower():
        del found[-1]
    found.reverse()
    return found


def after(text: Text, at: int) -> list[str]:
    """Return the words and signs after a place, the nearest first.

    >>> from normalize.text.scanner import scan
    >>> after(scan("six weeks of work, paidHousing is yours"), 9)
    ['of', 'work', ',', 'paid', 'housing', 'is', 'yours']
    """
    end = at + _AFTER
    stop = text.norm.find(". ", at, end)
    if stop >= 0 and text.raw[stop + 2 : stop + 3].isupper():
        end = stop + 1
    line = text.norm.find("\n", at, end)
    if line >= 0 and not text.raw[line + 1 : line + 2].islower():
        end = line + 1
    return tokens(text.raw[at:end])
