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
# Units of several units: a quarter of a year is three months.
_SEVERAL: dict[str, list[Any]] = values("units", "several")
_WORKDAYS = frozenset(words("units", "workdays"))
WORKDAY = "working day"
"""The unit of working days: five make a week."""
UNITS: dict[str, str] = {
    **{word: kind for kind in KINDS for word in words("units", kind)},
    **{word: kind for word, (_, kind) in _SEVERAL.items()},
    **dict.fromkeys(_WORKDAYS, "day"),
}


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
    found = [re.escape(char) + _branches(rest) for char, rest in sorted(tree.items()) if char]
    if "" in tree and found:
        found.append("")  # the word that ends here, after those that go on
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})" if found else ""


_FRACTION_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_IN_WORDS = any_of(NUMBERS)
NUMBER = rf"(?:[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?|(?:{_IN_WORDS})(?![a-zà-ÿ]))"


@lru_cache(maxsize=4096)
def number(text: str) -> float:
    """Return the value of a number in digits or words.

    >>> number("six"), number("2,5"), number("1.700"), number("½")
    (6.0, 2.5, 1700.0, 0.5)
    """
    if text in NUMBERS:
        return float(NUMBERS[text])
    if text in _FRACTION_SIGNS:
        return _FRACTION_SIGNS[text]
    if len(text) > 4 and text[-4] in ".,":
        return float(text[:-4] + text[-3:])
    return float(text.replace(",", "."))


def weeks(value: float, unit: str) -> float | None:
    """Return a length in weeks, None for a unit that has no fixed length.

    >>> weeks(2, "month"), weeks(10, "day"), weeks(10, "working day"), weeks(1, "semester")
    (8.7, 1.4, 2.0, None)
    """
    if unit == "week":
        return round(value, 1)
    if unit == "day":
        return round(value / 7, 1)
    if unit == WORKDAY:
        return round(value / 5, 1)
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
        working: days are working days.
    """

    start: int
    end: int
    low: float
    high: float | None
    unit: str
    attributive: bool
    working: bool = False


_DIGITS = r"[0-9]{1,4}(?:[.,][0-9]{1,3})?"
NUMERAL = rf"(?:{_DIGITS}|[½¼¾]|(?:{_IN_WORDS}))"
_AGAIN = rf"(?:[\s-]?\((?:[0-9][0-9a-z-]{{0,8}}|{_IN_WORDS})\))?"  # "six (6)"
_BETWEEN = any_of(words("duration", "joiners"))
JOIN = rf"(?:\s?\+)?(?:\s{{0,2}}[-/~]{{1,2}}\s{{0,2}}|-?\s{{1,2}}(?:{_BETWEEN})\s{{1,2}}|-(?:{_BETWEEN})-\s?)"
"""The words and signs between the ends of a range: " to ", "-", "- or "."""
_AT_MOST = any_of(words("duration", "maximum"))
# The number before a range's join; digits may be glued to a word ("de4 à 6"), and only those in brackets be legible.
_FIRST = lazy_pattern(
    lambda: (
        rf"(?:(?<![a-zà-ÿ0-9])(?P<first>{NUMERAL}){_AGAIN}|(?<=[a-zà-ÿ]{{2}})(?P<glued>[0-9]{{1,2}}){_AGAIN}"
        rf"|\((?P<again>[0-9]{{1,3}})\))(?:,\s?[0-9]{{1,2}}){{0,3}}(?P<join>{JOIN}|\s?\+\s?|(?:,|\s(?:{_BETWEEN}))?\s(?:{_AT_MOST})\.?\s)$"
    )
)
_JOINS = frozenset(
    word.rpartition(" ")[2] for key in ("joiners", "maximum", "abbreviations") for word in words("duration", key)
)
_MONEY = frozenset("$€£₹#")

_FRACTIONS: dict[str, float] = values("duration", "fractions")
_FRACTION = any_of(_FRACTIONS)
_ARTICLES = frozenset(words("units", "articles"))
# "for a week", but "twenty hours a week" and "$20 an hour"
_ARTICLE_LEAD = lazy_pattern(
    lambda: rf"(?:^|[(,:;.\n]\s?|(?<![a-zà-ÿ])(?P<word>{any_of(words('units', 'before_articles'))})\s)$"
)
_UNIT_BEFORE = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(UNITS)})\s$")
_FRACTION_AFTER = lazy_pattern(lambda: rf"\s(?P<fraction>{_FRACTION})(?![a-zà-ÿ])")
_FRACTION_BEGINS = frozenset(f" {word[:2]}" for word in _FRACTIONS)
_WRITTEN = {"1/2": 0.5, "1/4": 0.25, "3/4": 0.75}
_SINGULAR = frozenset(words("units", "singular"))
_OF_UNITS = any_of(words("duration", "of"))  # "one and a quarter of an hour"
_MEASURE = lazy_pattern(
    lambda: (
        rf"(?P<last>{NUMERAL}|{any_of(_ARTICLES)})\)?"
        rf"(?:\s?(?P<sign>[½¼¾])|\s(?P<written>[13]/[24])|[\s-](?P<fraction>{_FRACTION})(?:\s(?:{_OF_UNITS})(?![a-zà-ÿ]))?)?"
        rf"{_AGAIN}(?P<plus>\s?\+)?[\s-]{{0,3}}(?P<bracket>\()?(?P<unit>[a-zß-ÿ]+\.?)"
    )
)
_AFTER_ADJECTIVE = lazy_pattern(r"[\s-]([a-zß-ÿ]+\.?)")
_PLURAL = lazy_pattern(r"\((?:s|n|e|en|es)\)")
_WORKING = frozenset(words("units", "working"))
_WORKING_AFTER = frozenset(words("units", "working_after"))
_ADJECTIVES = frozenset(words("duration", "adjectives")) | _WORKING
# "two terms of", "3 x": how many times the length that follows.
_OF = frozenset(words("duration", "of")) | frozenset(words("duration", "of_each"))
_OF_LAST = frozenset(phrase.rpartition(" ")[2] for phrase in _OF)
_COUNTED = frozenset(words("duration", "times"))
_PARTS = any_of(words("duration", "parts"))
_TIMES = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ0-9.,/-])(?P<count>{NUMERAL}){_AGAIN}"
        rf"(?:\s?[x×]\s?|\s(?:{any_of(_COUNTED)})\s|\s(?:[a-zß-ÿ-]{{2,14}}\s)?(?:{_PARTS})\s(?:{any_of(_OF)})\s|\s(?=[^\s]*$))$"
    )
)
_PARTS_AFTER = lazy_pattern(lambda: rf"\s(?:[a-zß-ÿ-]{{2,14}}\s)?(?:{_PARTS})(?![a-zà-ÿ])")
_MOST_TIMES = 12
_ATTRIBUTIVE = frozenset(words("units", "attributive"))


def _beginnings(units: list[str]) -> str:
    entries = [word for word in units if not word.endswith(".")]
    dotted = [word for word in units if word.endswith(".") and word[:-1] not in entries]
    long = [word for word in entries if len(word) > 3]
    stems = [word for word in long if not any(word != other and word.startswith(other) for other in long)]
    return "|".join(
        [*map(re.escape, (*stems, *dotted)), *(rf"{re.escape(word)}\b" for word in entries if len(word) < 4)]
    )


def _pattern(tables: dict[str, Any]) -> str:
    """Return a pattern for numbers with units of one language: "six (6) weeks", "12-week", "2½ months".

    Numbers in words stand before units of their own language, and of units only the beginnings are looked for, which
    keeps the patterns small enough for the scanner.
    """
    own, units = tables["duration"], tables["units"]
    numerals = any_of([*tables["numbers"]["words"], *units.get("articles", ())])
    between = any_of(
        [*own.get("adjectives", ()), *own.get("fractions", ()), *units.get("working", ()), "½", "¼", "¾", *_WRITTEN]
    )
    known = [word for kind in (*KINDS, "workdays", "several") for word in units.get(kind, ())]
    of = any_of(own["of"])
    again = r"(?:[\s-]?\([0-9a-z]{1,6}\))?"
    lead = rf"(?:{_DIGITS}\)?|[½¼¾]|\b(?:{numerals}))"  # digits may be glued to the word before: "Logistik12-wöchig"
    return (
        rf"{lead}{again}(?:\s?\+)?[\s-]{{0,3}}(?:(?:{between})[\s-]){{0,2}}(?:(?:{of})\s)?\(?(?:{_beginnings(known)})"
    )


_HITS = anchors("quantities.measure", lambda: map(_pattern, languages().values()), apart=True)
_READ = 100  # numbers with a unit looked at in one text


def measured(text: Text, *kinds: str) -> list[Measure]:
    """Return the numbers with some kinds of unit, in order.

    >>> from normalize.text.scanner import scan
    >>> [(one.low, one.high, one.unit) for one in measured(scan("six to eight weeks, 9 hours a day"), "week")]
    [(6.0, 8.0, 'weeks')]
    """
    return [one for one in _measures(text) if UNITS[one.unit] in kinds] if text.hits(_HITS) else []


@lru_cache(maxsize=8)  # who looks for weeks and who looks for hours read the same texts one after another
def _measures(text: Text) -> list[Measure]:
    measures: list[Measure] = []
    done = 0
    for start, _ in sorted(text.hits(_HITS))[:_READ]:
        if start < done or not _begins(text, start):
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


def _begins(text: Text, at: int) -> bool:
    """Tell whether a number begins at a place: not inside a longer one, and behind a letter only if glued to a word."""
    last = text.norm[at - 1 : at]
    if not last.isalnum():
        return True
    return last.isalpha() and text.norm[at].isdigit() and at > 1 and text.raw[at - 2 : at].islower()


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
    """Return the number or range without a unit at this position; None if there is none or its ends are in descending order.

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
    unit, plus = match["unit"], match["plus"]
    at = end - len(unit)
    working = unit in _WORKING
    if unit in _ADJECTIVES and (more := _AFTER_ADJECTIVE.match(norm, end)):
        unit, at, end = more[1], more.start(1), more.end()
        if unit in _WORKING and (more := _AFTER_ADJECTIVE.match(norm, end)):
            working, unit, at, end = True, more[1], more.start(1), more.end()
    if unit not in UNITS:
        unit = _word_of(unit, text.raw[at:end])
        if not unit:
            return None
        end = at + len(unit)
    if norm.startswith("(", end) and (more := _PLURAL.match(norm, end)):
        end = more.end()
    if match["bracket"] and norm.startswith(")", end):
        end += 1  # "8 (weeks)"
    day = UNITS[unit] == "day"
    if day and (more := _AFTER_ADJECTIVE.match(norm, end)) and more[1].rstrip(".") in _WORKING_AFTER:
        working, end = True, end + len(more[0].rstrip("."))
    working = day and (working or unit in _WORKDAYS)
    article = match["last"] in _ARTICLES
    if article and not _counts(norm, start):
        return None
    high = 1.0 if article else number(match["last"])
    high += _FRACTION_SIGNS.get(match["sign"] or "", 0) or _WRITTEN.get(match["written"] or "", 0)
    high += _FRACTIONS.get(match["fraction"] or "", 0)
    start, low, high = (start, high, high) if article else _ranged(text, match, high, unit)
    if high <= 0 or (start == match.start() and _part_of_more(norm, start)):
        return None
    if norm[end : end + 3] in _FRACTION_BEGINS and (more := _FRACTION_AFTER.match(norm, end)):
        end, extra = more.end(), _FRACTIONS[more["fraction"]]
        low, high = (low + extra if low == high else low), high + extra
    attributive = norm[at - 1] == "-" or (high > 1 and not article and unit in _ATTRIBUTIVE)
    start, count = _times(norm, start, end, attributive)
    if unit in _SEVERAL:
        count *= _SEVERAL[unit][0]
    return Measure(start, end, low * count, None if plus else high * count, unit, attributive, working)


def _counts(norm: str, at: int) -> bool:
    """Tell whether the article at a place counts a unit: "for a week", not "twice a week"."""
    lead = norm[max(0, at - 24) : at]
    match = _ARTICLE_LEAD.search(lead)
    return match is not None and (match["word"] is None or not _UNIT_BEFORE.search(lead, 0, match.start("word")))


def _ranged(text: Text, match: re.Match[str], high: float, unit: str) -> tuple[int, float, float]:
    """Return where a number with a unit begins and both its ends: it may be the last of several."""
    start, norm = match.start(), text.norm
    lead = norm[max(0, start - 10) : start].rstrip()
    if not lead or not (lead[-1] in "-/~+" or lead.rpartition(" ")[2].rpartition("-")[2] in _JOINS):
        return start, high, high
    first = _FIRST.search(norm, max(0, start - 40), start)
    if first is None or _part_of_more(norm, first.start()):
        return start, high, high
    begin = first.start()
    if first["glued"] and not text.raw[begin - 2 : begin].islower():
        return start, high, high  # "Q4 to 6 weeks"
    low, join = number(first["first"] or first["glued"] or first["again"]), first["join"].strip()
    if join == "+":
        return begin, low + high, low + high  # "2+2 months"
    if join == "/" and unit in _SINGULAR and (part := _WRITTEN.get(f"{low:g}/{high:g}")):
        return begin, part, part  # "1/2 year"
    if low <= high:
        return begin, low, high
    if low < 100 and join.strip("-/~+"):
        return begin, high, low  # "6 or 4 months"
    return start, high, high  # "2026 - 12 weeks"


def _times(norm: str, start: int, end: int, attributive: bool) -> tuple[int, float]:
    """Return the start of a length that is repeated, and how often: "2 x 6 weeks", "two 6-week phases"."""
    lead = norm[max(0, start - 10) : start].rstrip()
    last = lead.rpartition(" ")[2]
    of_parts = last in _OF_LAST or last in _COUNTED
    beside = attributive and (last.isdigit() or last in NUMBERS) and _PARTS_AFTER.match(norm, end)
    if not (of_parts or beside or lead[-1:] in ("x", "×")):
        return start, 1
    times = _TIMES.search(norm, max(0, start - 44), start)
    if times is None:
        return start, 1
    outer = norm[max(0, times.start() - 20) : times.start()].split()
    if outer[-1:] and outer[-1] in _OF_LAST and outer[-2:-1] and outer[-2] in NUMBERS:
        return start, 1  # "one of two 6-week phases"
    count = number(times["count"])
    return (times.start(), count) if count in range(2, _MOST_TIMES + 1) else (start, 1)


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
_ADDS = frozenset(words("duration", "plus")) | {"+"}
_LAST_WORDS = frozenset(phrase.rpartition(" ")[2] for phrase in _OPENS)
_FIRST_WORDS = frozenset(phrase.partition(" ")[0] for phrase in _OPENS_AFTER)
_LONGEST = max(phrase.count(" ") for phrase in _OPENS | _OPENS_AFTER) + 1
_ABOUT = frozenset(words("duration", "about"))
EMPHASIS = frozenset(("*", "**", "_"))
"""Tokens around bold text in Markdown."""
_SIGNS = {">": "min", "≥": "min", "<": "max", "≤": "max"}


def opened_before(lead: list[str]) -> tuple[str | None, int]:
    """Return which side the words right before a number open, and how many they are.

    Args:
        lead: as `normalize.text.tokens.before` returns them.

    >>> opened_before(["to", "up", "lasts"]), opened_before(["about", "least", "at"]), opened_before(["a"])
    (('max', 2), ('min', 3), (None, 0))
    """
    skip = 0
    while skip < len(lead) and lead[skip] in EMPHASIS:  # "at least **15 hours**"
        skip += 1
    skip += len(lead) > skip and lead[skip] in _ABOUT
    if len(lead) <= skip:
        return None, 0
    if lead[skip] == "=" and lead[skip + 1 : skip + 2] and lead[skip + 1] in _SIGNS:
        return _SIGNS[lead[skip + 1]], skip + 2  # ">= 6 months"
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
        phrase = " ".join(rest[skip : skip + count])
        side = _OPENS_AFTER.get(phrase)
        following = rest[skip + count : skip + count + 1]
        if side and following:
            adds = phrase in _ADDS and (following[0].isdigit() or following[0] in NUMBERS)
            if adds or (phrase == "+" and following[0].isalpha() and following[0] not in UNITS):
                return None, 0  # "10 weeks plus 1 week of training", "6 months + an extension"
        if side:
            return side, skip + count
    return None, 0
