"""Rules of reading: named lists of words, one list per language, and the phrases of a text that fire them.

A rule is a list in the table of its field in a language file: its key is the rule's name, the same in every language,
its entries are the words that fire it. Which rules there are, and what each is for, is stated in ``rules.toml``. What a
rule is worth, by the side of the span and the distance from it, is fitted (`normalize.cues.decide`).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from normalize.text.lexicon import data_files, languages
from normalize.text.tokens import tokens

Phrases = dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]


class Fired(NamedTuple):
    """A phrase of a text that fires rules.

    Attributes:
        start, end: its place among the tokens.
        names: the rules that it fires, in alphabetical order.
    """

    start: int
    end: int
    names: tuple[str, ...]


def rule_names(field: str) -> dict[str, str]:
    """Return the names of a field's rules, each with what it is for.

    >>> rule_names("workplace")["denial"]
    'denies what is beside it: "no remote work"'
    """
    return dict(data_files()["cues/rules.toml"][field])


@cache
def phrases(field: str, codes: frozenset[str] | None = None) -> Phrases:
    """Return the phrases that fire rules of a field by their first word, the longest first.

    Args:
        codes: the languages to read with, None for all.

    >>> phrases("workplace")["denied"] if "denied" in phrases("workplace") else []
    []
    """
    entries: dict[tuple[str, ...], set[str]] = {}
    for code, tables in languages().items():
        if codes is None or code in codes:
            listed = tables.get(field, {})
            for name in rule_names(field):
                for entry in listed.get(name, ()):
                    entries.setdefault(tuple(tokens(entry)), set()).add(name)
    table: Phrases = {}
    for phrase in sorted(entries, key=lambda phrase: (-len(phrase), phrase)):
        table.setdefault(phrase[0], []).append((phrase, tuple(sorted(entries[phrase]))))
    return table


def fired(table: Phrases, words: list[str]) -> list[Fired]:
    """Return the phrases among some tokens that fire rules, in order; where several begin, the longest.

    >>> [one.names for one in fired(phrases("workplace", frozenset(["en"])), ["no", "matter", "where", "remotely"])]
    [('denies nothing',), ('workplace label',), ('says remote',)]
    """
    said: list[Fired] = []
    last = 0
    for at, word in enumerate(words):
        if at < last or word not in table:
            continue
        for phrase, names in table[word]:
            size = len(phrase)
            if size == 1 or tuple(words[at : at + size]) == phrase:
                last = at + size
                said.append(Fired(at, last, names))
                break
    return said
