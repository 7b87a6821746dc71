"""The group of occupations that a posting is for, read from its department, its title or its text.

The words of each group are lists in the language files (tables ``[occupation]``). The group with most words wins; the
words in ``weak``, such as "engineer" or "project", count only where no other word names a group.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from normalize.kind import INTERN_WORDS
from normalize.text.lexicon import data_files, languages, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text
from normalize.vocabulary import OccupationGroup

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_LISTING = lazy_pattern(lambda: rf"[,;/|&+()]|\s[-–]\s|\s(?:{any_of(words('place', 'and'))})\s")
_STEM = 3  # letters by which the beginnings of words are kept
_TITLE, _BESIDE = 200, 28  # characters of a title, and of a text on each side of a word for the job
_HITS = 3  # words for the job that are read in a text
_CLAUSE_END = re.compile(r"[.\n]")
_WEAK = 0.1


class Occupation(NamedTuple):
    """The group of a posting's occupation.

    Attributes:
        group: a member of `OccupationGroup`.
        code: the code of ISCO-08.
        text: the words it was read from.
        basis: field, title or description.
    """

    group: str
    code: str
    text: str
    basis: str


class _Entry(NamedTuple):
    words: tuple[str, ...]
    begins: bool  # the last word is only the beginning of a word
    group: str
    weak: bool
    head_last: bool
    code: str


class _Match(NamedTuple):
    start: int
    end: int
    entry: _Entry

    @property
    def weight(self) -> float:
        return _WEAK if self.entry.weak else float(len(self.entry.words))


@cache
def _entries(codes: frozenset[str] | None) -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    """Return the entries by their first word, and those of one beginning by its first letters; the longest first."""
    whole: dict[str, list[_Entry]] = {}
    beginnings: dict[str, list[_Entry]] = {}
    for code, tables in languages().items():
        table = tables.get("occupation")
        if table is None or (codes is not None and code not in codes):
            continue
        weak = frozenset(table["weak"])
        for group in OccupationGroup:
            for phrase in table.get(str(group), ()):
                parts = tuple(phrase.rstrip("*").split())
                entry = _Entry(parts, phrase[-1] == "*", str(group), phrase in weak, table["head"] == "last", code)
                if len(parts) == 1 and entry.begins:
                    beginnings.setdefault(parts[0][:_STEM], []).append(entry)
                else:
                    whole.setdefault(parts[0], []).append(entry)
    for listed in (*whole.values(), *beginnings.values()):
        listed.sort(key=lambda entry: (-len(entry.words), -len(entry.words[-1])))
    return whole, beginnings


def _longest(text_words: list[str], at: int, codes: frozenset[str] | None) -> _Entry | None:
    """Return the longest entry that begins at a word."""
    whole, beginnings = _entries(codes)
    for entry in whole.get(text_words[at], ()):
        size = len(entry.words)
        here = text_words[at : at + size]
        if entry.begins:
            if len(here) == size and here[:-1] == list(entry.words[:-1]) and here[-1].startswith(entry.words[-1]):
                return entry
        elif size == 1 or tuple(here) == entry.words:
            return entry
    for entry in beginnings.get(text_words[at][:_STEM], ()):
        if text_words[at].startswith(entry.words[0]):
            return entry
    return None


def _matches(norm: str, codes: frozenset[str] | None) -> list[_Match]:
    spans = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(norm)]
    text_words = [word for _, _, word in spans]
    matches: list[_Match] = []
    at = 0
    while at < len(text_words):
        entry = _longest(text_words, at, codes)
        if entry is None:
            at += 1
            continue
        last = at + len(entry.words) - 1
        matches.append(_Match(spans[at][0], spans[last][1], entry))
        at = last + 1
    return matches


def _best(norm: str, matches: list[_Match]) -> _Match | None:
    """Return the match that names the group with most words; of equals, the noun that the other describes."""
    weights: dict[str, float] = {}
    for match in matches:
        weights[match.entry.group] = weights.get(match.entry.group, 0.0) + match.weight
    if not weights:
        return None
    most = max(weights.values())
    first, *others = [match for match in matches if weights[match.entry.group] == most and match.weight >= _WEAK]
    best = first
    for other in others:
        apart = _LISTING.search(norm, best.end, other.start)
        if other.entry.group != best.entry.group and other.entry.head_last and not apart:
            best = other
    strong = [match for match in matches if match.entry.group == best.entry.group]
    return max(strong, key=lambda match: match.weight)


@lru_cache(maxsize=20_000)
def _in_words(text: str, norm: str, codes: frozenset[str] | None) -> tuple[str, str, bool] | None:
    """Return the group that a title or a department names, its words, and whether they are weak."""
    best = _best(norm, _matches(norm[:_TITLE], codes))
    return None if best is None else (best.entry.group, text[best.start : best.end], best.entry.weak)


def _in_text(text: Text, codes: frozenset[str]) -> tuple[str, str] | None:
    """Return the group named beside the first words for the job: "a marketing internship", "internship in law"."""
    for start, end in text.hits(INTERN_WORDS)[:_HITS]:
        for begin, stop in ((max(0, start - _BESIDE), start), (end, end + _BESIDE)):
            beside = text.norm[begin:stop]
            clause = beside.rpartition(". ")[2].rpartition("\n")[2] if stop == start else _CLAUSE_END.split(beside)[0]
            at = stop - len(clause) if stop == start else begin
            matches = [match for match in _matches(clause, codes) if not match.entry.weak]
            if (best := _best(clause, matches)) is not None:
                return best.entry.group, text.raw[at + best.start : at + best.end]
    return None


def parse_occupation(
    department: Text | None, title: Text, description: Text, codes: frozenset[str] | None = None
) -> Occupation | None:
    """Return the group of occupations, None if nothing names one.

    The board's department outranks the title, the title the text; weak words of either are read after both.

    Args:
        codes: the languages to read with, as ISO 639-1 codes; None for all.

    >>> from normalize.text.scanner import scan
    >>> parse_occupation(None, scan("Marketing Intern (Summer)"), scan(""))
    Occupation(group='marketing', code='2431', text='Marketing', basis='title')
    >>> parse_occupation(scan("Engineering"), scan("Software Engineer Intern"), scan("")).group
    'software'
    >>> parse_occupation(None, scan("Music Teacher"), scan("")).group, parse_occupation(None, scan("Intern"), scan(""))
    ('education', None)
    """
    named = [
        (named_by, basis)
        for text, basis in ((department, "field"), (title, "title"))
        if text is not None and (named_by := _in_words(text.raw, text.norm, codes))
    ]
    named.sort(key=lambda entry: entry[0][2])  # a stable sort: weak words last
    if named:
        (group, written, _), basis = named[0]
    elif codes is not None and (beside := _in_text(description, codes)):
        (group, written), basis = beside, "description"
    else:
        return None
    return Occupation(group, data_files()["occupation.toml"]["codes"][group], written, basis)
