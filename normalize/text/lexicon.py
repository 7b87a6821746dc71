"""The words extractors look for, read from one data file per language.

To add a language, add ``languages/xx.toml``.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from normalize.cache import cached


@cache
def data_files() -> dict[str, dict[str, Any]]:
    """Return what the TOML files of the package hold, by their names below it.

    >>> "languages/de.toml" in data_files()
    True
    """
    tables: dict[str, dict[str, Any]] = marshal.loads(cached("words", "", _read))
    return tables


def _read() -> bytes:
    import tomllib

    package = Path(__file__).parent.parent
    files = {path.relative_to(package).as_posix(): path for path in package.rglob("*.toml")}
    return marshal.dumps({name: tomllib.loads(files[name].read_text("utf-8")) for name in sorted(files)})


@cache
def languages() -> dict[str, dict[str, Any]]:
    """Return every language's tables by ISO 639-1 code, in alphabetical order.

    >>> "en" in languages()
    True
    """
    names = (name for name in data_files() if name.startswith("languages/"))
    return {name.removeprefix("languages/").removesuffix(".toml"): data_files()[name] for name in names}


def words(table: str, key: str) -> tuple[str, ...]:
    """Return the entries of a list in a table, of all languages, each once.

    >>> "week" in words("example", "key")
    False
    """
    found = (word for tables in languages().values() for word in tables.get(table, {}).get(key, ()))
    return tuple(dict.fromkeys(found))


def values(table: str, key: str) -> dict[str, Any]:
    """Return a word-to-value mapping of a table, of all languages together.

    >>> values("example", "key")
    {}
    """
    merged: dict[str, Any] = {}
    for tables in languages().values():
        merged.update(tables.get(table, {}).get(key, {}))
    return merged


def whole(entries: Iterable[str], open_end: bool = False) -> str:
    r"""Return a pattern for `normalize.text.scanner.anchors` that finds words as a whole.

    The scanner's ``\b`` knows ASCII letters only, so a word that begins or ends with another
    letter ("été") is found inside longer words too; who reads the hit looks at what is beside it.

    Args:
        open_end: whether a word may go on, as in compounds: "Sommer" in "Sommerpraktikum".

    >>> whole(["week", "day", "été"])
    '(?:\\b(?:week|day)\\b|été)'
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for word in dict.fromkeys(entries):
        groups.setdefault((_edge(word[0]), "" if open_end else _edge(word[-1])), []).append(re.escape(word))
    found = (
        f"{before}(?:{'|'.join(same)}){after}" if before or after else "|".join(same)
        for (before, after), same in groups.items()
    )
    return f"(?:{'|'.join(found)})"


def _edge(char: str) -> str:
    return r"\b" if char.isascii() and char.isalnum() else ""


def stands_alone(norm: str, start: int, end: int) -> bool:
    """Tell whether a word that was found is no part of a longer one.

    >>> stands_alone("an internship", 3, 9), stands_alone("an intern", 3, 9)
    (False, True)
    """
    return not ((start and norm[start - 1].isalnum()) or (end < len(norm) and norm[end].isalnum()))
