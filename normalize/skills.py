"""Skills a posting names, by their usual name, from the vocabulary in ``skills.toml``."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources

from normalize.text import Text, anchors

_NAMES: dict[str, list[str]] = tomllib.loads((resources.files("normalize") / "skills.toml").read_text("utf-8"))[
    "skills"
]
_PATTERNS = [(re.compile(pattern), name) for name, patterns in _NAMES.items() for pattern in patterns]
_WORDS = "|".join(pattern.pattern for pattern, _ in _PATTERNS if pattern.pattern[0].isalnum())
_HITS = anchors("skills", [rf"\b(?:{_WORDS})", r"\.net\b"])
_MOST = 30
_SHOWN: dict[str, str | None] = {}


def _name(word: str) -> str | None:
    """Return the skill of a word that was found; each word is looked up once."""
    if word not in _SHOWN:
        _SHOWN[word] = next((name for pattern, name in _PATTERNS if pattern.fullmatch(word)), None)
    return _SHOWN[word]


def parse_skills(field: str | None, description: Text) -> list[str]:
    """Return the skills a board lists, else those its text names, in alphabetical order.

    >>> from normalize.text import scan
    >>> parse_skills(None, scan("Python, SQL and a bit of PostgreSQL; no JavaScripting."))
    ['Python', 'SQL']
    """
    if field:
        listed = _listed(field)
        return sorted({_name(skill.lower()) or skill for skill in listed if 1 < len(skill) <= 60}, key=str.lower)[
            :_MOST
        ]
    norm, found = description.norm, set()
    for start, end in description.hits(_HITS):
        if end < len(norm) and (norm[end].isalnum() or (norm[end] in "+#" and norm[end - 1] not in "+#")):
            continue
        if name := _name(norm[start:end]):
            found.add(name)
            if len(found) >= _MOST:
                break
    return sorted(found, key=str.lower)


def _listed(field: str) -> list[str]:
    if field[:1] == "[":
        try:
            entries = json.loads(field)
        except ValueError:
            entries = None
        if isinstance(entries, list):
            names = (entry.get("name") if isinstance(entry, dict) else entry for entry in entries)
            return [name.strip() for name in names if isinstance(name, str)]
    return [part.strip() for part in re.split(r"[,;|]", field) if part.strip()]
