"""Numbers and units of time as postings write them, in every language of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from normalize.text.lexicon import languages, values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.scanner import Text, anchors
from normalize.text.tokens import tokens
from normalize.vocabulary import DurationUnit

WEEKS_PER_MONTH = 365.25 / 12 / 7
NUMBERS: dict[str, float] = values("numbers", "words")
KINDS = tuple(unit.value for unit in DurationUnit)
WORKDAYS = frozenset(words("lengths", "workdays"))
UNITS: dict[str, str] = dict.fromkeys(WORKDAYS, "day") | {word: kind for kind in KINDS for word in words("units", kind)}


def any_of(entries: Iterable[str]) -> str:
    r"""Return a pattern for any of some literal words, the longest that fits, so that none hides another.

    Words that begin alike share their beginning, which `re` reads much faster than a list of them.

    >>> any_of(["min", "min.", "max"])
    'm(?:ax|in(?:\\.|))'
    """
    tree: dict[str, Any] = {}
    for word in entries:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    branches = [re.escape(char) + _branches(rest) for char, rest in sorted(tree.items()) if char]
    if "" in tree and branches:
        branches.append("")  # the word that ends here, after those that go on
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""


_IN_WORDS = any_of(NUMBERS)
NUMBER = rf"(?:[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?|(?:{_IN_WORDS})(?![a-zà-ÿ]))"


@lru_cache(maxsize=4096)
def number(text: str) -> float:
    """Return the value of a number in digits or words.

    >>> number("six"), number("2,5"), number("1.700")
    (6.0, 2.5, 1700.0)
    """
    if text in NUMBERS:
        return float(NUMBERS[text])
    if len(text) > 4 and text[-4] in ".,":
        return float(text[:-4] + text[-3:])
    return float(text.replace(",", "."))


def weeks(value: float, unit: str) -> float | None:
    """Return a length in weeks, None for a unit that has no fixed length.

    >>> weeks(2, "month"), weeks(10, "day"), weeks(1, "semester")
    (8.7, 1.4, None)
    """
    if unit == "week":
        return round(value, 1)
    if unit == "day":
        return round(value / 7, 1)
    if unit == "month":
        return round(value * WEEKS_PER_MONTH, 1)
    if unit == "year":
        return round(value * 12 * WEEKS_PER_MONTH, 1)
    return None


class Measure(NamedTuple):
    """A number, or several, and a unit.

    Attributes:
        start, end: where it stands.
        low, high: the ends of a range, equal for one number; high is None after a plus: "3+".
        unit: the unit's word as it stands, lower case.
        attributive: "a 12-week", "a 12 week": it waits for its noun.
        working: it counts working days, of which a week has five.
    """

    start: int
    end: int
    low: float
    high: float | None
    unit: str
    attributive: bool
    working: bool = False


_DIGITS = r"[0-9]{1,4}(?:[.,][0-9]{1,3})?"
NUMERAL = rf"(?:{_DIGITS}|(?:{_IN_WORDS}))"
_AGAIN = r"(?:[\s-]?\([0-9a-z-]{1,9}\))?"  # "six (6)"
_BETWEEN = any_of(words("duration", "joiners"))
JOIN = rf"(?:\s?\+)?(?:\s{{0,2}}[-/~]{{1,2}}\s{{0,2}}|-?\s{{1,2}}(?:{_BETWEEN})\s{{1,2}}|-(?:{_BETWEEN})-\s?)"
"""What stands between the ends of a range: " to ", "-", "- or "."""
_GLUED = any_of([*words("duration", "of"), *words("duration", "for"), *words("duration", "about")])
_FIRST = lazy_pattern(
    lambda: (
        rf"(?:(?<![a-zà-ÿ0-9])(?P<first>{NUMERAL}){_AGAIN}|(?<![a-zà-ÿ0-9])(?:{_GLUED})(?P<glued>[0-9]{{1,2}})|[a-zà-ÿ]\s?\((?P<digits>[0-9]{{1,2}})\))"
        rf"(?:,\s?[0-9]{{1,2}}){{0,3}}(?P<join>{JOIN})$"
    )
)
_JOINS = frozenset(word.rpartition(" ")[2] for word in words("duration", "joiners"))
_MONEY = frozenset("$€£₹#")


_ADDED: dict[str, float] = {word.replace("-", " "): part for word, part in values("lengths", "added").items()} | {
    "½": 0.5,
    "¼": 0.25,
    "¾": 0.75,
}
_ARTICLES = frozenset(words("lengths", "articles"))
_FRACTION = r"[½¼¾]|[13]/[24]"
_FRACTIONS = ("½", "¼", "¾", "1/2", "1/4", "3/4")
_ADDED_WORDS = any_of(_ADDED).replace("\\ ", "[\\s-]")  # "and-a-half"
_MIXED = rf"\s?[½¼¾]|\s[13]/[24]|[\s-]?(?:{_ADDED_WORDS})(?:\s(?:{any_of(words('duration', 'of'))}))?(?![a-zà-ÿ])"
_MEASURE = lazy_pattern(
    lambda: (
        rf"(?P<last>{_FRACTION}|{NUMERAL}|{any_of(_ARTICLES)})(?P<added>{_MIXED})?{_AGAIN}(?P<plus>\s?\+)?"
        rf"(?:[\s-]{{0,3}}|\s?\()(?P<unit>[a-zß-ÿ]+\.?)"
    )
)
_ADDED_AFTER = lazy_pattern(lambda: rf"\s(?P<added>{_ADDED_WORDS})(?![a-zà-ÿ])")
_ADDED_BEGINS = frozenset(f" {word[:2]}" for word in _ADDED)
_NEXT_WORD = lazy_pattern(r"\s([a-zß-ÿ]+\.?)")
_PLURAL = lazy_pattern(r"\((?:s|n|e|en|es)\)")
_WORKING = frozenset(words("lengths", "working"))
_ADJECTIVES = frozenset(words("duration", "adjectives")) | _WORKING
_WORKING_AFTER = lazy_pattern(lambda: rf"\s(?:{any_of(words('lengths', 'working_after'))})(?![a-zà-ÿ])")
_ATTRIBUTIVE = frozenset(words("units", "attributive"))
_IN_PARTS = frozenset(("year", "day", "hour"))  # half of one is meant: "1/2 year", but "1/2 months" is one or two

# "for a week", but "twenty hours a week" and "$20 an hour"
_ARTICLE_LEAD = lazy_pattern(
    lambda: rf"(?:^|[(,:;.\n]\s?|(?<![a-zà-ÿ])(?P<word>{any_of(words('lengths', 'leads'))})\s)$"
)
_UNIT_BEFORE = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(UNITS)})\s$")
_PARTS = any_of(words("lengths", "parts"))
_TIMES = any_of([*words("lengths", "times"), "×", "*"])
# "2 x" before "6 weeks"; "three rotations of" before "four weeks"; "two" before "5-week rotations"
_TIMES_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ0-9.,/])(?P<count>{NUMERAL})\s?(?:(?:{_TIMES})|(?:[a-zß-ÿ-]{{3,14}}\s)?(?:{_PARTS})\s"
        rf"(?:{any_of(words('lengths', 'parts_of'))})(?:\s(?:{any_of(words('duration', 'each'))}))?)\s?$"
    )
)
_COUNT_BEFORE = lazy_pattern(lambda: rf"(?<![a-zà-ÿ0-9.,/-])(?P<count>{NUMERAL})\s$")
_PARTS_AFTER = lazy_pattern(lambda: rf"[\s-](?:[a-zß-ÿ-]{{3,14}}\s)?(?:{_PARTS})(?![a-zà-ÿ])")
_CHOICE_BEFORE = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{NUMERAL})\s(?:{any_of(words('lengths', 'parts_of'))})\s$")
_TIMES_ENDS = frozenset(word[-1] for word in (*words("lengths", "times"), "×", "*"))
_OF_WORDS = frozenset((*words("lengths", "parts_of"), *words("duration", "each")))
_TIMES_AT_MOST = 12


def _beginnings(units: list[str]) -> str:
    entries = [word for word in units if not word.endswith(".")]
    dotted = [word for word in units if word.endswith(".") and word[:-1] not in entries]
    long = [word for word in entries if len(word) > 3]
    stems = [word for word in long if not any(word != other and word.startswith(other) for other in long)]
    return "|".join(
        [*map(re.escape, (*stems, *dotted)), *(rf"{re.escape(word)}\b" for word in entries if len(word) < 4)]
    )


def _pattern(tables: dict[str, Any]) -> str:
    """Return where numbers may stand with units, of one language: "six (6) weeks", "12-week", "2½ months".

    Numbers in words stand before units of their own language, and of units only the beginnings are looked for, which
    keeps the patterns small enough for the scanner.
    """
    own = tables["duration"]
    numerals = any_of(tables["numbers"]["words"])
    lengths = tables["lengths"]
    between = any_of([*own.get("adjectives", ()), *lengths["working"], *lengths["added"], *_FRACTIONS])
    between = between.replace("\\ ", "[\\s-]") + rf"(?:\s(?:{any_of(own['of'])}))?"
    units = _beginnings([*(word for kind in KINDS for word in tables["units"][kind]), *lengths["workdays"]])
    numerals = "|".join(filter(None, (_DIGITS, numerals, any_of(lengths["articles"]))))
    again = r"(?:[\s-]?\([0-9a-z]{1,6}\))?"
    return rf"(?:\b(?:{numerals})|[½¼¾]|\b[13]/[24]){again}(?:\s?\+)?[\s-]{{0,3}}\(?(?:(?:{between})[\s-])?(?:{units})"


_HITS = anchors("quantities.measure", lambda: map(_pattern, languages().values()), apart=True)
_READ = 100  # numbers with a unit looked at in one text


def measured(text: Text, *kinds: str) -> list[Measure]:
    """Return the numbers with some kinds of unit, in order.

    >>> from normalize.text.scanner import scan
    >>> [(measure.low, measure.high, measure.unit) for measure in measured(scan("six to eight weeks, 9 hours a day"), "week")]
    [(6.0, 8.0, 'weeks')]
    """
    return [measure for measure in _measures(text) if UNITS[measure.unit] in kinds] if text.hits(_HITS) else []


@lru_cache(maxsize=8)  # who looks for weeks and who looks for hours read the same texts one after another
def _measures(text: Text) -> list[Measure]:
    measures: list[Measure] = []
    done = 0
    for start, _ in sorted(text.hits(_HITS))[:_READ]:
        if start < done:
            continue
        match = _MEASURE.match(text.norm, start)
        measure = _read(text, match) if match else None
        if match and measure is None and match["last"] in _ARTICLES:  # "a ½ hour call"
            match = _MEASURE.match(text.norm, match.end("last") + 1)
            measure = _read(text, match) if match else None
        if measure is not None:
            done = measure.end
            measures.append(measure)
    return measures


def _part_of_more(norm: str, at: int) -> bool:
    """Tell whether the number at a place is the tail of a sum of money, a date, a time or a longer number."""
    lead = norm[max(0, at - 2) : at]
    if lead[-1:] in ".,:/+-":
        return lead[:1].isdigit()
    return lead.rstrip()[-1:] in _MONEY


_PLAIN = lazy_pattern(
    lambda: rf"(?P<first>{NUMERAL}){_AGAIN}(?:{JOIN}(?P<last>{NUMERAL}){_AGAIN})?(?P<plus>\s?\+)?(?![0-9a-zà-ÿ])"
)


def plain(text: Text, at: int) -> Measure | None:
    """Return the number or range that stands at a place, without a unit; None if it falls or there is none.

    >>> from normalize.text.scanner import scan
    >>> plain(scan("Hours per week: 20-25"), 16)[2:4]
    (20.0, 25.0)
    """
    match = _PLAIN.match(text.norm, at)
    if match is None:
        return None
    low = number(match["first"])
    high = number(match["last"]) if match["last"] else low
    if low > high:
        return None
    return Measure(at, match.end(), low, None if match["plus"] else high, "", False)


def _read(text: Text, match: re.Match[str]) -> Measure | None:
    """Return what a match says, with the range it may end; None where it is something else's."""
    norm = text.norm
    start, end = match.span()
    last, added, plus, unit = match.groups()
    at = end - len(unit)
    working = unit in _WORKING
    if unit in _ADJECTIVES and (more := _NEXT_WORD.match(norm, end)):
        unit, at, end = more[1], more.start(1), more.end()
    if unit not in UNITS:
        unit = _word_of(unit, text.raw[at:end])
        if not unit:
            return None
        end = at + len(unit)
    if norm[at - 1] == "(":  # "3 (months)"
        if norm[end : end + 1] != ")":
            return None
        end += 1
    if norm.startswith("(", end) and (more := _PLURAL.match(norm, end)):
        end = more.end()
    if last in _ARTICLES and not _counts(norm, start):
        return None
    low, high = _value(last, UNITS[unit])
    if added:
        low += _part(added)
        high = low
    elif low == high:
        start, low, high = _with_first(norm, start, low)
    if high <= 0 or (start == match.start() and _part_of_more(norm, start)):
        return None
    half_after = norm[end : end + 3] in _ADDED_BEGINS and _ADDED_AFTER.match(norm, end)
    if half_after:
        end = half_after.end()
        half = _ADDED[half_after["added"].replace("-", " ")]
        low, high = (low + half if low == high else low), high + half
    attributive = norm[at - 1] == "-" or (high > 1 and not half_after and unit in _ATTRIBUTIVE)
    working = working or unit in WORKDAYS or (UNITS[unit] == "day" and _WORKING_AFTER.match(norm, end) is not None)
    if unit not in WORKDAYS and working and (more := _WORKING_AFTER.match(norm, end)):
        end = more.end()
    if norm[end : end + 1] == "+" and not norm[end + 1 : end + 3].strip()[:1].isdigit():
        plus, end = "+", end + 1  # "3 months+"
    start, times = _times(norm, start, end, attributive)
    return Measure(start, end, low * times, None if plus else high * times, unit, attributive, working)


def _part(added: str) -> float:
    """Return what "and a half", "½" or "1/4 of" add to a number."""
    part = added.strip(" -").replace("-", " ")
    return _ADDED.get(part) or _ADDED.get(part.rpartition(" ")[0]) or _value(part, "year")[0]


def _value(word: str, kind: str) -> tuple[float, float]:
    """Return the ends of a number in digits, words or as a fraction, before a unit of some kind."""
    if word in _ADDED:
        return _ADDED[word], _ADDED[word]
    if "/" in word:
        over, under = float(word[0]), float(word[2])
        return (over / under, over / under) if kind in _IN_PARTS else (over, under)
    value = 1.0 if word in _ARTICLES else number(word)
    return value, value


def _counts(norm: str, at: int) -> bool:
    """Tell whether the article at a place counts a unit: "for a week", not "twice a week"."""
    lead = norm[max(0, at - 24) : at]
    match = _ARTICLE_LEAD.search(lead)
    return match is not None and (match["word"] is None or not _UNIT_BEFORE.search(lead, 0, match.start("word")))


def _with_first(norm: str, start: int, last: float) -> tuple[int, float, float]:
    """Return where the range begins of which a number is the end, and both its ends; equal ones if there is none."""
    lead = norm[max(0, start - 10) : start].rstrip()
    if not lead or not (lead[-1] in "-/~" or lead.rpartition(" ")[2].rpartition("-")[2] in _JOINS):
        return start, last, last
    match = _FIRST.search(norm, max(0, start - 40), start)
    if match is None:
        return start, last, last
    group = "first" if match["first"] else "glued" if match["glued"] else "digits"
    at = match.start(group)
    if group == "first" and _part_of_more(norm, at):
        return start, last, last
    low = number(match[group])
    if low <= last:
        return at, low, last
    if low < 100 and match["join"].strip(" -/~+"):
        return at, last, low  # "6 or 4 months"
    return start, last, last  # "2026 - 12 weeks"


def _times(norm: str, start: int, end: int, attributive: bool) -> tuple[int, float]:
    """Return where a length begins with the number of times it is stated for, and the number: "2 x 6 weeks"."""
    lead = norm[max(0, start - 12) : start].rstrip()
    if lead and (lead[-1] in _TIMES_ENDS or lead.rpartition(" ")[2] in _OF_WORDS):
        match = _TIMES_BEFORE.search(norm, max(0, start - 48), start)
    elif attributive and lead != norm[max(0, start - 12) : start] and _PARTS_AFTER.match(norm, end):
        match = _COUNT_BEFORE.search(norm, max(0, start - 16), start)
    else:
        return start, 1
    if (
        match is None
        or _part_of_more(norm, match.start())
        or _CHOICE_BEFORE.search(norm, max(0, match.start() - 16), match.start())
    ):
        return start, 1  # "one of two 6-week blocks"
    count = number(match["count"])
    return (match.start(), count) if 1 < count <= _TIMES_AT_MOST and count.is_integer() else (start, 1)


def _word_of(found: str, raw: str) -> str:
    """Return the unit that a word begins with, if the rest is a sentence's end or was glued to it: "monthsLocation"."""
    if found[-1] == "." and found[:-1] in UNITS:
        return found[:-1]
    for cut in range(1, min(len(raw), 14)):
        if raw[cut].isupper() and found[:cut] in UNITS:
            return found[:cut]
    return ""


def _sides(minimum: str, maximum: str) -> dict[str, str]:
    return {
        " ".join(tokens(phrase)): side
        for key, side in ((minimum, "min"), (maximum, "max"))
        for phrase in words("duration", key)
    }


_OPENS = _sides("minimum", "maximum")
_OPENS_AFTER = _sides("minimum_after", "maximum_after") | {"+": "min"}
_LAST_WORDS = frozenset(phrase.rpartition(" ")[2] for phrase in _OPENS)
_FIRST_WORDS = frozenset(phrase.partition(" ")[0] for phrase in _OPENS_AFTER)
_LONGEST = max(phrase.count(" ") for phrase in _OPENS | _OPENS_AFTER) + 1
_ABOUT = frozenset(words("duration", "about"))
_EMPHASIS = frozenset(("*", "**", "_"))
_SIGNS = {">": "min", "≥": "min", "<": "max", "≤": "max"}


def opened_before(lead: list[str]) -> tuple[str | None, int]:
    """Return which side the words right before a number open, and how many they are.

    Args:
        lead: as `normalize.text.tokens.before` returns them.

    >>> opened_before(["to", "up", "lasts"]), opened_before(["about", "least", "at"]), opened_before(["a"])
    (('max', 2), ('min', 3), (None, 0))
    """
    skip = 0
    while skip < len(lead) and lead[skip] in _EMPHASIS:  # "at least **15 hours**"
        skip += 1
    skip += len(lead) > skip and lead[skip] in _ABOUT
    if len(lead) <= skip:
        return None, 0
    if lead[skip] in _SIGNS:
        return _SIGNS[lead[skip]], skip + 1
    if lead[skip] not in _LAST_WORDS:
        return None, 0
    for count in range(min(_LONGEST, len(lead) - skip), 0, -1):
        side = _OPENS.get(" ".join(lead[skip + count - 1 : skip - 1 if skip else None : -1]))
        if side:
            return side, skip + count
    return None, 0


def opened_after(rest: list[str]) -> tuple[str | None, int]:
    """Return which side the words right after a unit open, and how many they are.

    >>> opened_after(["minimum", "."]), opened_after(["(", "or", "more", ")"]), opened_after(["of"])
    (('min', 1), ('min', 3), (None, 0))
    """
    skip = 1 if rest and rest[0] in "(," else 0
    if len(rest) <= skip or rest[skip] not in _FIRST_WORDS:
        return None, 0
    for count in range(min(_LONGEST, len(rest) - skip), 0, -1):
        side = _OPENS_AFTER.get(" ".join(rest[skip : skip + count]))
        if side:
            following = rest[skip + count : skip + count + 1]
            if following and (
                following[0].isdigit() or following[0] in NUMBERS or (rest[skip] == "+" and following[0].isalpha())
            ):
                return None, 0  # "10 weeks plus 1 week", "6 months, at least 3 days a week", "6 months + an extension"
            return side, skip + count
    return None, 0
