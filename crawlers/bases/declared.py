"""Declarations of boards that need no spider: JSON in the last column of the registry."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

import soupsieve
from bs4 import Tag

from crawlers.contract.board import Board
from normalize.posting import FIELDS

_FIELDS = tuple(name for name in FIELDS if name not in ("source", "board", "fetched_at"))
_ADDRESSES = frozenset({"url", "apply_url"})
_SEVERAL = frozenset({"location", "skills"})


def declaration(board: Board, keys: Collection[str]) -> dict[str, Any]:
    """Return the declaration in a board's row of the registry.

    Raises:
        ValueError: the declaration is not a JSON object, or has an unknown key; the message is one line.

    >>> declaration(Board("rss", "acme", "Acme", None, '{"whole": true}'), {"whole"})
    {'whole': True}
    >>> declaration(Board("rss", "acme", "Acme", None, '{"hole": true}'), {"whole"})
    Traceback (most recent call last):
    ValueError: the board's request_json has the unknown key 'hole'; known keys: whole
    """
    try:
        declared = json.loads(board.request_json or "{}")
    except ValueError as error:
        raise ValueError(f"the board's request_json is not JSON: {error}") from None
    _check(declared, keys, "the board's request_json")
    return dict(declared)


def _check(declared: Any, keys: Collection[str], where: str) -> None:
    if not isinstance(declared, dict):
        raise ValueError(f"{where} is {json.dumps(declared)[:40]}, not a JSON object")
    for key in declared:
        if key not in keys:
            raise ValueError(f"{where} has the unknown key {key!r}; known keys: {', '.join(keys)}")


class Place(NamedTuple):
    """The place of a value on a page: a CSS selector, then ``@`` and an attribute, or ``@html`` for the markup.

    Attributes:
        selector: the selector; "" is the card or the page itself.
        part: "" for the text, ``html``, or the name of an attribute.
        literal: a value that is the same for all postings and not on the page, written ``=value``.
    """

    selector: str = ""
    part: str = ""
    literal: str | None = None

    def values(self, element: Tag) -> list[str]:
        """Return the values at this place, without empty ones.

        >>> from bs4 import BeautifulSoup
        >>> card = BeautifulSoup('<li><a href="/7">Intern</a> <b>Ulm</b> <b>Bonn</b></li>', "lxml").li
        >>> [place(text, "").values(card) for text in ("a", "a @href", "b", "=Acme")]
        [['Intern'], ['/7'], ['Ulm', 'Bonn'], ['Acme']]
        """
        if self.literal is not None:
            return [self.literal]
        elements = element.select(self.selector) if self.selector else [element]
        if self.part == "html":
            values = [tag.decode_contents().strip() for tag in elements]
        elif self.part:
            values = [" ".join(filter(None, tag.get_attribute_list(self.part))) for tag in elements]
        else:
            values = [" ".join(tag.get_text(" ").split()) for tag in elements]
        return [value for value in values if value]


def place(text: Any, name: str) -> Place:
    """Return the place that a declaration's text describes.

    Raises:
        ValueError: the text is not a CSS selector.

    >>> place("h2 a @href", "url")
    Place(selector='h2 a', part='href', literal=None)
    >>> place("li[", "title")
    Traceback (most recent call last):
    ValueError: the board's request_json has 'li[' as title, which is not a CSS selector
    """
    if isinstance(text, str) and text.startswith("="):
        return Place(literal=text[1:].strip())
    try:
        selector, _, part = text.partition("@")
        if selector.strip():
            soupsieve.compile(selector.strip())
    except (AttributeError, soupsieve.SelectorSyntaxError):
        message = f"the board's request_json has {text!r} as {name}, which is not a CSS selector"
        raise ValueError(message) from None
    return Place(selector.strip(), part.strip())


class Layout(NamedTuple):
    """The layout of a declared board's pages, as CSS selectors.

    Attributes:
        card: one posting in the list.
        list: the element around the list; needed where the list may be empty.
        next: the link to the next page.
        total: the element that states how many postings there are.
        fields: a posting's fields on its card.
        detail: a posting's fields on its own page; None where own pages are not read.
    """

    card: str
    list: str
    next: str | None
    total: str
    fields: dict[str, Place]
    detail: dict[str, Place] | None


@cache
def layout(board: Board) -> Layout:
    """Return the layout that a board's row declares.

    Raises:
        ValueError: the declaration is invalid or incomplete; the message is one line.
    """
    declared = declaration(board, Layout._fields)
    for name in ("card", "list", "next", "total"):
        if name in declared:
            place(declared[name], name)
    if not declared.get("card"):
        raise ValueError("the board's request_json has no card, the selector of one posting in the list")
    fields = _places(declared.get("fields", {}), "fields")
    for name in ("title", "url"):
        if name not in fields:
            raise ValueError(f"the board's request_json has no {name} among its fields")
    detail = _places(declared["detail"], "detail") if "detail" in declared else None
    return Layout(
        declared["card"], declared.get("list", ""), declared.get("next"), declared.get("total", ""), fields, detail
    )


def _places(declared: Any, name: str) -> dict[str, Place]:
    _check(declared, _FIELDS, f"the object {name!r} in the board's request_json")
    return {field: place(text, field) for field, text in declared.items()}


def read_fields(places: dict[str, Place], element: Tag, url: str) -> dict[str, Any]:
    """Return a posting's fields on a card or a page; addresses become absolute, places and skills may be lists."""
    fields: dict[str, Any] = {}
    for field, where in places.items():
        values = where.values(element)
        if not values:
            continue
        if field in _ADDRESSES:
            fields[field] = urljoin(url, values[0])
        else:
            fields[field] = values if field in _SEVERAL and len(values) > 1 else values[0]
    return fields
