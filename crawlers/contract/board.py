"""Boards and how they are named."""

from __future__ import annotations

from typing import NamedTuple


class BoardKey(NamedTuple):
    """A board's name: its source, and the place within it.

    >>> str(BoardKey("lever", "acme"))
    'lever/acme'
    >>> BoardKey("lever", "acme") == ("lever", "acme")
    True
    """

    source: str
    board: str

    def __str__(self) -> str:
        """Return the key as people write it."""
        return f"{self.source}/{self.board}"


class Board(NamedTuple):
    """One place to crawl.

    Attributes:
        source: the kind of board, which names its spider.
        board: the place within its source: a slug, a host, or the source's own name.
        name: whose board it is, for people.
        url: the first request's address, where it is not the source's usual one.
        request_json: the first request's JSON body, where it has one.

    >>> str(Board("lever", "acme", "Acme").key)
    'lever/acme'
    """

    source: str
    board: str
    name: str = ""
    url: str | None = None
    request_json: str | None = None

    @property
    def key(self) -> BoardKey:
        """The board's name, which no other board has."""
        return BoardKey(self.source, self.board)
