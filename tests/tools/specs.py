"""How other readers' public test suites are read: `python -m tests.tools.specs [FOLDER] [--differences]`.

The suites of Recognizers-Text and Duckling stand in a folder beside the project and are never copied into it. A case is
in scope if it states a length of time in hours, days, weeks, months or years; the others are counted by reason.
Money is the subject of `tests.tools.specs_money`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import itertools
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from normalize.schedule.duration import lengths
from normalize.text.quantities import WORKDAY, measured
from normalize.text.scanner import scan
from pipeline.cli.console import OUT

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "specs"
BAR = 0.95  # the least share of the cases in scope that is read as the suites read them
MONEY = "tests.tools.specs_money"


class Case(NamedTuple):
    """One case of a suite.

    Attributes:
        suite: the suite's name.
        text: the text to read.
        expected: what the suite reads, as words.
        read: what the project reads, in the same words.
        reason: why the case is out of scope, empty if it is in scope.
    """

    suite: str
    text: str
    expected: str
    read: str
    reason: str


HOURS = {"H": 1.0, "D": 24.0, "BD": 24 * 7 / 5, "W": 7 * 24.0, "M": 365.25 * 2, "Y": 365.25 * 24}
_UNITS = {WORKDAY: "BD", "hour": "H", "day": "D", "week": "W", "month": "M", "year": "Y"}
_ENOUGH = 0.02  # lengths that differ by less are the same

MINUTES, OTHER_UNIT, VAGUE, EXTENT, DAYS = (
    "minutes or seconds",
    "units that are not read: quarters, decades, nights, weekends",
    "no number: a few, some, several",
    "no number: all day, the whole week, another month",
    "days, times of day and what repeats",
)
_MINUTES = re.compile(
    r"(?<![^\W\d])(?:min|mins|mn|sec|sek|seg|minut\w*|second\w*|segund\w*|sekund\w*|.*viertelstund\w*)(?!\w)"
    r"|\d[\"']|\d ?m$|(?:hours?|heures?) (?:and )?(?:ten|fifteen|thirty|\d+)$",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(r"(?<!\w)(?:quarters|trimestres|semestre|decades?|nights?|weekends?)(?!\w)", re.IGNORECASE)
_VAGUE = re.compile(r"(?<!\w)(?:a )?(?:few|some|several|quelques)(?!\w)|^for (?:months)$", re.IGNORECASE)
_EXTENT = re.compile(
    r"(?<!\w)(?:all|full|whole|another|the|toute?|ple?ine?|entière?|entier|encore|ganzen?|tod[oa])(?!\w)", re.IGNORECASE
)


def reason_of(text: str, words: Iterable[str]) -> str:
    """Return why a stated length is out of scope, empty if it is in scope.

    Args:
        text: the whole text.
        words: the words that the suite reads as lengths.

    >>> reason_of("two weeks", ["two weeks"]), reason_of("for 3 min", ["3 min"])
    ('', 'minutes or seconds')
    """
    for stated in words:
        for pattern, reason in ((_MINUTES, MINUTES), (_OTHER_UNIT, OTHER_UNIT), (_VAGUE, VAGUE)):
            if pattern.search(stated):
                return reason
        if _EXTENT.search(stated) and not re.search(r"\d", stated):
            return EXTENT
    return MINUTES if _MINUTES.fullmatch(text) else ""


def hours_of(timex: str) -> float | None:
    """Return the hours of a length in TIMEX, a form of ISO 8601 with decimal parts; None for other units.

    >>> hours_of("P1W3D"), hours_of("PT1.5H"), hours_of("P3WE")
    (240.0, 1.5, None)
    """
    total, rest = 0.0, timex.removeprefix("P")
    while rest:
        match = re.match(r"T?([0-9.]+)(BD|[HDWMYS])(?!E)", rest)
        if match is None or (match[2] in "MS" and "T" in timex and timex.index("T") < timex.index(match[0].strip("T"))):
            return None
        total += float(match[1]) * HOURS[match[2]]
        rest = rest[match.end() :]
    return total


def lengths_of(text: str) -> list[tuple[float, str]]:
    """Return the lengths that the project reads in a text, in hours, and their words; a range has two.

    >>> lengths_of("two weeks, 3 h")
    [(336.0, 'two weeks'), (3.0, '3 h')]
    """
    scanned = scan(text)
    spans = [
        (span.start, span.end, ends)
        for span in lengths(scanned)
        if (ends := {(span.low, span.low_unit), (span.low if span.high is None else span.high, span.unit)})
    ]
    spans += [
        (hours.start, hours.end, {(hours.low, "hour"), (hours.high or hours.low, "hour")})
        for hours in measured(scanned, "hour")
    ]
    return [
        (value * HOURS[_UNITS[unit]], text[start:end])
        for start, end, ends in sorted(spans)
        for value, unit in sorted(ends)
        if unit in _UNITS
    ]


def _words(hours: Iterable[float]) -> str:
    return ", ".join(f"{value / 24:g} d" if value >= 24 else f"{value:g} h" for value in sorted(hours))


def _case(suite: str, text: str, expected: list[float], reason: str) -> Case:
    """Return a case whose lengths are compared; those that differ by less than two percent are the same."""
    expected = sorted(expected)
    read = [] if reason else sorted(hours for hours, _ in lengths_of(text))
    if len(read) == len(expected) and all(
        abs(ours - theirs) <= _ENOUGH * max(ours, theirs) for ours, theirs in zip(read, expected, strict=True)
    ):
        read = expected
    return Case(suite, text, _words(expected), _words(read), reason)


def recognizers(path: Path) -> Iterator[Case]:
    """Yield the cases of one file of Recognizers-Text."""
    suite = f"Recognizers-Text {path.stem.removeprefix('DateTime_').replace('_', ' ')}"
    for row in json.loads(path.read_text("utf-8-sig")):
        text, results = row["Input"], row["Results"]
        if path.stem.endswith("DurationExtractor"):
            words = [result["Text"] for result in results]
            reason = reason_of(text, words)
            read = [] if reason else [words for _, words in lengths_of(text)]
            yield Case(suite, text, ", ".join(words).casefold(), ", ".join(dict.fromkeys(read)).casefold(), reason)
            continue
        stated = [result for result in results if _is_length(result)]
        if not stated and (results or not path.stem.endswith("DurationParser")):
            yield Case(suite, text, "", "", DAYS)
            continue
        hours = [hours_of(_timex(result)) for result in stated]
        reason = reason_of(text, (result["Text"] for result in stated))
        if not reason and None in hours:
            reason = OTHER_UNIT
        yield _case(suite, text, [value for value in hours if value is not None], reason)


def _is_length(result: dict[str, Any]) -> bool:
    return str(result.get("TypeName") or result.get("Type")).endswith("duration")


def _timex(result: dict[str, Any]) -> str:
    if "Resolution" in result:
        return str(result["Resolution"]["values"][0]["timex"])
    return str((result["Value"] or {})["Timex"])


_EXAMPLES = re.compile(r"examples \((?P<of>[^\n]*)\)\s*\[(?P<texts>.*?)\n\s*\]", re.DOTALL)
_NEGATIVE = re.compile(r"\n    examples =\s*\[(?P<texts>.*?)\n\s*\]", re.DOTALL)
_LENGTH = re.compile(r"DurationData (?P<value>[0-9]+) (?P<grain>[A-Z][a-z]+)")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_GRAINS = {"Second": 1 / 3600, "Minute": 1 / 60, "Hour": 1.0, "Day": 24.0, "Week": HOURS["W"], "Month": HOURS["M"]}
_GRAINS["Year"] = HOURS["Y"]


def duckling(path: Path) -> Iterator[Case]:
    """Yield the cases of one corpus of Duckling."""
    kind, language = path.stem.split("_")[:2]
    suite = f"Duckling {kind} {language}"
    source = re.sub(r"(?m)^\s*--.*$", "", path.read_text("utf-8"))
    for block in _NEGATIVE.finditer(source) if kind == "Duration" else ():
        for text in _strings(block["texts"]):
            yield _case(suite, text, [], reason_of(text, [text]))
    for block in _EXAMPLES.finditer(source):
        match = _LENGTH.match(block["of"])
        for text in _strings(block["texts"]):
            if match is None:
                yield Case(suite, text, block["of"], "", DAYS)
            elif match["grain"] not in _GRAINS:
                yield Case(suite, text, match[0], "", OTHER_UNIT)
            else:
                yield _case(suite, text, [float(match["value"]) * _GRAINS[match["grain"]]], reason_of(text, [text]))


def _strings(haskell: str) -> Iterator[str]:
    for match in _STRING.finditer(haskell):
        yield re.sub(r"\\(.)", r"\1", match[1])


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases on time of the suites in a folder."""
    for path in sorted(folder.glob("recognizers/DateTime_*.json")):
        yield from recognizers(path)
    for path in sorted(folder.glob("duckling/*_Corpus.hs")):
        if path.stem.startswith(("Duration_", "Time_")):
            yield from duckling(path)


def report(read: Iterable[Case]) -> tuple[Table, dict[str, list[Case]], Counter[str]]:
    """Return the table, the cases that are read otherwise by suite, and how many are out of scope by reason.

    >>> report([Case("a", "3 h", "3 h", "3 h", ""), Case("a", "2 h", "2 h", "", "")])[1]
    {'a': [Case(suite='a', text='2 h', expected='2 h', read='', reason='')]}
    """
    table = Table(title="public test suites", title_justify="left", box=None)
    table.add_column("suite")
    for heading in ("cases", "in scope", "as they do", "differ", "share"):
        table.add_column(heading, justify="right")
    by_suite: dict[str, list[Case]] = defaultdict(list)
    for case in read:
        by_suite[case.suite].append(case)
    differing: dict[str, list[Case]] = {}
    outside: Counter[str] = Counter()
    total = [0, 0, 0]
    for suite, several in by_suite.items():
        outside.update(case.reason for case in several if case.reason)
        inside = [case for case in several if not case.reason]
        if other := [case for case in inside if case.read != case.expected]:
            differing[suite] = other
        _add_row(table, suite, len(several), len(inside), len(other))
        total = [before + more for before, more in zip(total, (len(several), len(inside), len(other)), strict=True)]
    _add_row(table, "all", *total)
    return table, differing, outside


def _add_row(table: Table, suite: str, count: int, inside: int, other: int) -> None:
    share = f"{1 - other / inside:.3f}" if inside else "-"
    table.add_row(suite, str(count), str(inside), str(inside - other), str(other), share)


def readers() -> list[Callable[[Path], Iterator[Case]]]:
    """Return what yields the cases: this module's `cases`, and the money suites' where they exist."""
    if importlib.util.find_spec(MONEY) is None:
        return [cases]
    return [cases, importlib.import_module(MONEY).cases]


def _read(reader: Callable[[Path], Iterator[Case]], folder: Path) -> Iterator[Case]:
    """Yield a reader's cases up to the first suite that the folder has not."""
    with contextlib.suppress(FileNotFoundError):
        yield from reader(folder)


def below(read: Iterable[Case]) -> bool:
    """Tell whether fewer cases in scope than the bar are read as the suites read them.

    >>> below([Case("a", "3 h", "3 h", "3 h", ""), Case("a", "2 h", "2 h", "", "")]), below([])
    (True, False)
    """
    inside = [case for case in read if not case.reason]
    return sum(case.read != case.expected for case in inside) > (1 - BAR) * len(inside)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if the cases of time or those of money are below the bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.specs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="the suites (default: ../shared/specs)")
    parser.add_argument("--differences", action="store_true", help="list the cases that are read otherwise")
    options = parser.parse_args(arguments)
    by_reader = [list(_read(reader, options.folder)) for reader in readers()]
    if not any(by_reader):
        OUT.print(f"{options.folder}: no public test suites there; give their folder", markup=False, soft_wrap=True)
        return 0
    table, differing, outside = report(itertools.chain.from_iterable(by_reader))
    OUT.print(table)
    OUT.print("\nout of scope:")
    for reason, count in outside.most_common():
        OUT.print(f"{count:6} {reason}", markup=False)
    if options.differences:
        for suite, several in differing.items():
            OUT.print(f"\n{suite}", markup=False)
            for case in several:
                OUT.print(f"  {case.text!r}: expected {case.expected!r}, read {case.read!r}", markup=False)
    return 1 if any(map(below, by_reader)) else 0


if __name__ == "__main__":
    sys.exit(main())
