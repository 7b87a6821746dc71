"""What a row of the registry declares of a board that no spider knows: JSON in its last column, no code."""

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
    """Return what a board's row declares.

    Raises:
        ValueError: it is no JSON object, or says what is not known; in one line.

    >>> declaration(Board("rss", "acme", "Acme", None, '{"whole": true}'), {"whole"})
    {'whole': True}
    >>> declaration(Board("rss", "acme", "Acme", None, '{"hole": true}'), {"whole"})
    Traceback (most recent call last):
    ValueError: the registry declares 'hole'; what can be declared is whole
    """
    try:
        said = json.loads(board.request_json or "{}")
    except ValueError as error:
        raise ValueError(f"what the registry declares is no JSON: {error}") from None
    _check(said, keys, "the registry declares", "what can be declared is")
    return dict(said)


def _check(said: Any, keys: Collection[str], declared: str, known: str) -> None:
    if not isinstance(said, dict):
        raise ValueError(f"{declared} {json.dumps(said)[:40]}, not a JSON object")
    for key in said:
        if key not in keys:
            raise ValueError(f"{declared} {key!r}; {known} {', '.join(keys)}")


class Place(NamedTuple):
    """Where on a page a value stands: a CSS selector, then ``@`` and an attribute, or ``@html`` for the markup.

    Attributes:
        selector: the selector; "" is the card or the page itself.
        part: "" for the words, ``html``, or the name of an attribute.
        literal: a value that stands nowhere and is the same for all, written ``=value``.
    """

    selector: str = ""
    part: str = ""
    literal: str | None = None

    def values(self, element: Tag) -> list[str]:
        """Return what stands there, without what is empty.

        >>> from bs4 import BeautifulSoup
        >>> card = BeautifulSoup('<li><a href="/7">Intern</a> <b>Ulm</b> <b>Bonn</b></li>', "lxml").li
        >>> [place(text, "").values(card) for text in ("a", "a @href", "b", "=Acme")]
        [['Intern'], ['/7'], ['Ulm', 'Bonn'], ['Acme']]
        """
        if self.literal is not None:
            return [self.literal]
        found = element.select(self.selector) if self.selector else [element]
        if self.part == "html":
            values = [tag.decode_contents().strip() for tag in found]
        elif self.part:
            values = [" ".join(filter(None, tag.get_attribute_list(self.part))) for tag in found]
        else:
            values = [" ".join(tag.get_text(" ").split()) for tag in found]
        return [value for value in values if value]


def place(text: Any, name: str) -> Place:
    """Return where the text of a declaration says that a value stands.

    Raises:
        ValueError: it is no CSS selector.

    >>> place("h2 a @href", "url")
    Place(selector='h2 a', part='href', literal=None)
    >>> place("li[", "title")
    Traceback (most recent call last):
    ValueError: the registry declares title as 'li[', which is no CSS selector
    """
    if isinstance(text, str) and text.startswith("="):
        return Place(literal=text[1:].strip())
    try:
        selector, _, part = text.partition("@")
        if selector.strip():
            soupsieve.compile(selector.strip())
    except (AttributeError, soupsieve.SelectorSyntaxError):
        raise ValueError(f"the registry declares {name} as {text!r}, which is no CSS selector") from None
    return Place(selector.strip(), part.strip())


class Layout(NamedTuple):
    """How the pages of a declared board are laid out.

    Attributes:
        card: one posting in the list.
        list: what holds the list, where it may be empty.
        next: the link to the next page.
        total: what says how many postings there are.
        fields: a posting's fields on its card.
        detail: its fields on its own page; None where that is not asked for.
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
        ValueError: what it declares is not enough, or no layout; in one line.
    """
    said = declaration(board, Layout._fields)
    for name in ("card", "list", "next", "total"):
        if name in said:
            place(said[name], name)
    if not said.get("card"):
        raise ValueError("the registry declares no card, the selector of one posting in the list")
    fields = _places(said.get("fields", {}), "fields")
    for name in ("title", "url"):
        if name not in fields:
            raise ValueError(f"the registry declares no {name} among the fields")
    detail = _places(said["detail"], "detail") if "detail" in said else None
    return Layout(said["card"], said.get("list", ""), said.get("next"), said.get("total", ""), fields, detail)


def _places(said: Any, name: str) -> dict[str, Place]:
    _check(said, _FIELDS, f"among {name} the registry declares", "a posting has")
    return {field: place(text, field) for field, text in said.items()}


def read_fields(places: dict[str, Place], element: Tag, url: str) -> dict[str, Any]:
    """Return the fields that stand on a card or a page; addresses are made whole, places and skills may be several."""
    said: dict[str, Any] = {}
    for field, where in places.items():
        values = where.values(element)
        if not values:
            continue
        if field in _ADDRESSES:
            said[field] = urljoin(url, values[0])
        else:
            said[field] = values if field in _SEVERAL and len(values) > 1 else values[0]
    return said
