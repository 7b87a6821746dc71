"""Regular expressions that are compiled when they are first used.

A process that reads one posting, or none, needs few of the reader's patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split", "pattern", "flags")


class _Compiled:
    """A pattern whose methods are this object's own attributes, so that a call costs what it costs on the pattern."""


class _NotCompiled:
    def __init__(self, source: str | Callable[[], str], flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        source = self._source
        compiled = re.compile(source if isinstance(source, str) else source(), self._flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        self.__class__ = _Compiled  # type: ignore[assignment] # no lookup through __getattr__ any more
        return self.__dict__[name]


def lazy_pattern(source: str | Callable[[], str], flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled on its first use.

    Args:
        source: the expression, or what makes it, where making it takes time too.

    >>> weeks = lazy_pattern(lambda: r"([0-9]+) weeks")
    >>> weeks.search("for 10 weeks")[1], weeks.sub("long", "for 10 weeks")
    ('10', 'for long')
    """
    return cast("re.Pattern[str]", _NotCompiled(source, flags))
