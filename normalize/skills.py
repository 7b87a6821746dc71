"""Skills that a posting names, under their usual names from the vocabulary in ``skills.toml``."""

from __future__ import annotations

import json
import re

from normalize.text.lexicon import data_files, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, word_anchors

_TABLES: dict[str, dict[str, list[str]]] = data_files()["skills.toml"]
_NAMES = {word: name for names in _TABLES.values() for name, words in names.items() for word in words}
_CAPITALS = frozenset(word for words in _TABLES["capitals"].values() for word in words)
_HITS = word_anchors("skills", _NAMES)
_MOST = 30
_BEGINS = lazy_pattern(r"(?:^|[.!?:\n•*·-])\s*$")
_LISTED = lazy_pattern(lambda: rf"\s?(?:[,;/)|&\n(]|$|(?:{any_of(words('place', 'and'))})\b)")
# A sentence about the employer's business states no skill of the job.
_EMPLOYER = lazy_pattern(lambda: rf"(?<!\w)(?:{any_of(words('skills', 'employer'))})(?!\w)")
_JOB = lazy_pattern(lambda: rf"(?<!\w)(?:{any_of(words('skills', 'job'))})(?!\w)")
_ENDS = lazy_pattern(r"[.!?]\s|\n")
_REACH = 240  # characters of a sentence on each side of a skill


def parse_skills(field: str | None, description: Text) -> list[str]:
    """Return the skills that a board lists, or else those that the text names, in alphabetical order.

    >>> from normalize.text.scanner import scan
    >>> parse_skills(None, scan("Python, SQL and a bit of PostgreSQL; no JavaScripting."))
    ['Python', 'SQL']
    >>> parse_skills(None, scan("We are a leader in machine learning. You write SQL."))
    ['SQL']
    >>> parse_skills(None, scan("React quickly and excel at tables; Word, Excel and React help."))
    ['Excel', 'React']
    """
    if field:
        skills = (skill for skill in _listed(field) if 1 < len(skill) <= 60)
        return sorted({_NAMES.get(skill.lower(), skill) for skill in skills}, key=str.lower)[:_MOST]
    norm, found = description.norm, set()
    for start, end in description.hits(_HITS):
        word = norm[start:end]
        if (name := _NAMES[word]) in found:
            continue
        # Part of a longer word, or the ending of an address: "page.html".
        if (start and (norm[start - 1].isalnum() or norm[start - 1] == ".")) or (
            end < len(norm) and (norm[end].isalnum() or (norm[end] in "+#" and norm[end - 1] not in "+#"))
        ):
            continue
        if word in _CAPITALS and not _is_name(description.raw, start, end):
            continue
        if _is_of_employer(norm, start, end):
            continue
        found.add(name)
        if len(found) >= _MOST:
            break
    return sorted(found, key=str.lower)


def _is_name(raw: str, start: int, end: int) -> bool:
    """Tell whether an everyday word is used as a name: its capital is not only that of a sentence's first word."""
    if not raw[start].isupper():
        return False
    return not _BEGINS.search(raw[max(0, start - 6) : start]) or _LISTED.match(raw, end) is not None


def _is_of_employer(norm: str, start: int, end: int) -> bool:
    """Tell whether the sentence around a word speaks of the employer, and not of the job or the applicant."""
    before, after = norm[max(0, start - _REACH) : start], norm[end : end + _REACH]
    last = 0
    for match in _ENDS.finditer(before):
        last = match.end()
    ends = _ENDS.search(after)
    sentence = f"{before[last:]} {after[: ends.start()] if ends else after}"
    return _EMPLOYER.search(sentence) is not None and _JOB.search(sentence) is None


def _listed(field: str) -> list[str]:
    if field[:1] == "[":
        try:
            entries = json.loads(field)
        except (ValueError, RecursionError):
            entries = None
        if isinstance(entries, list):
            names = (entry.get("name") if isinstance(entry, dict) else entry for entry in entries)
            return [name.strip() for name in names if isinstance(name, str)]
    return [part.strip() for part in re.split(r"[,;|]", field) if part.strip()]
