"""XML as text: elements from a table of tag and value, every value in CDATA or escaped."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import NamedTuple

from pipeline.products.feeds.formats.entry import Entry, Place

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


_SPLIT = "]]]]><![CDATA[>"  # ends the section within the mark that would end it, and begins another
_SPLIT_BYTES = _SPLIT.encode()


class Tag(NamedTuple):
    """One element, as `tag` makes it.

    Attributes:
        value: the text of an entry at one of its places; no element where there is none.
    """

    opening: bytes
    value: Callable[[Entry, Place], str | None]
    closing: bytes


def tag(name: str, value: Callable[[Entry, Place], str | None]) -> Tag:
    """Return an element of a name, its text from an entry and a place of it, in a CDATA section.

    >>> tag("city", lambda entry, place: place.city)[::2]
    (b'<city><![CDATA[', b']]></city>\\n')
    """
    return Tag(f"<{name}><![CDATA[".encode(), value, f"]]></{name}>\n".encode())


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


def elements(table: tuple[Tag, ...], entry: Entry, place: Place) -> bytes:
    """Return the elements of a table, in its order."""
    parts: list[bytes] = []
    for opening, value, closing in table:
        if (text := value(entry, place)) is not None:
            said = text.encode()
            parts += (opening, said if b"]" not in said else said.replace(b"]]>", _SPLIT_BYTES), closing)
    return b"".join(parts)
