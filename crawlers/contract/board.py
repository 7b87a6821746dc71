"""Boards and their names."""

from __future__ import annotations

from typing import NamedTuple


class BoardKey(NamedTuple):
    """The name of a board: its source, and the place within the source.

    >>> str(BoardKey("lever", "acme"))
    'lever/acme'
    >>> BoardKey("lever", "acme") == ("lever", "acme")
    True
    """

    source: str
    board: str

    def __str__(self) -> str:
        """Return the key as people write it: ``source/board``."""
        return f"{self.source}/{self.board}"


class Board(NamedTuple):
    """One place to crawl.

    Attributes:
        source: the kind of board, which names its spider.
        board: the place within its source: a slug, a host, or the source's own name.
        name: the name of the board's owner, for people.
        url: the address of the first request, if it is not the source's usual address.
        request_json: the JSON body of the first request, if it has a body.

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
