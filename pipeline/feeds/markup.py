"""XML as text: elements from a table of tag and value, every value in CDATA or escaped."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import NamedTuple

from pipeline.feeds.entry import Entry, Place

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


_SPLIT = "]]]]><![CDATA[>"  # ends the section within the mark that would end it, and begins another


class Tag(NamedTuple):
    """One element: its name and where its text comes from; no element where there is none.

    Attributes:
        value: the text of an entry at one of its places.
    """

    name: str
    value: Callable[[Entry, Place], str | None]


def cdata(value: str) -> str:
    """Return text as a CDATA section that nothing in it can end.

    >>> cdata("a ]]> b")
    '<![CDATA[a ]]]]><![CDATA[> b]]>'
    """
    return f"<![CDATA[{value.replace(']]>', _SPLIT)}]]>"


def escaped(value: str) -> str:
    """Return text as it may stand in an element or an attribute.

    >>> escaped('R&D "maps"')
    'R&amp;D &quot;maps&quot;'
    """
    return html.escape(value)


def elements(table: tuple[Tag, ...], entry: Entry, place: Place) -> str:
    """Return the elements of a table, in its order."""
    return "".join(
        [
            f"<{name}><![CDATA[{text if ']]>' not in text else text.replace(']]>', _SPLIT)}]]></{name}>\n"
            for name, value in table
            if (text := value(entry, place)) is not None
        ]
    )
