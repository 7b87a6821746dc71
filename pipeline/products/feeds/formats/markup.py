"""XML as text: elements from a table of tags and values, every value in CDATA or escaped."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import NamedTuple

from pipeline.products.feeds.formats.entry import Entry, Place

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


_SPLIT = "]]]]><![CDATA[>"  # "]]>" spread over two sections, because it would end one
_SPLIT_BYTES = _SPLIT.encode()


class Tag(NamedTuple):
    """An element, made by `tag`.

    Attributes:
        value: returns the text of an entry at one of its places; None leaves the element out.
    """

    opening: bytes
    value: Callable[[Entry, Place], str | None]
    closing: bytes


def tag(name: str, value: Callable[[Entry, Place], str | None]) -> Tag:
    """Return an element whose text is computed from an entry and one of its places, in a CDATA section.

    >>> tag("city", lambda entry, place: place.city)[::2]
    (b'<city><![CDATA[', b']]></city>\\n')
    """
    return Tag(f"<{name}><![CDATA[".encode(), value, f"]]></{name}>\n".encode())


def cdata(value: str) -> str:
    """Return text as a CDATA section that the text cannot end.

    >>> cdata("a ]]> b")
    '<![CDATA[a ]]]]><![CDATA[> b]]>'
    """
    return f"<![CDATA[{value.replace(']]>', _SPLIT)}]]>"


def escaped(value: str) -> str:
    """Return text escaped for an element or an attribute.

    >>> escaped('R&D "maps"')
    'R&amp;D &quot;maps&quot;'
    """
    return html.escape(value)


def elements(table: tuple[Tag, ...], entry: Entry, place: Place) -> bytes:
    """Return the elements of a table for an entry, in the order of the table."""
    parts: list[bytes] = []
    for opening, value, closing in table:
        if (text := value(entry, place)) is not None:
            content = text.encode()
            parts += (opening, content if b"]" not in content else content.replace(b"]]>", _SPLIT_BYTES), closing)
    return b"".join(parts)
