"""The sources: every spider, by the name of its source."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import urlsplit

from crawlers.bases.spider import BoardSpider
from crawlers.contract.board import Board


@cache
def spiders() -> dict[str, type[BoardSpider]]:
    """Return every spider by the name of its source.

    >>> "greenhouse" in spiders()
    True
    """
    package = import_module("crawlers.spiders")
    modules = [import_module(f"crawlers.spiders.{module.name}") for module in iter_modules(package.__path__)]
    values = (value for module in modules for value in vars(module).values() if isinstance(value, type))
    classes = {cls.name: cls for cls in values if issubclass(cls, BoardSpider) and cls.__dict__.get("name")}
    return dict(sorted(classes.items()))


def host_of(board: Board) -> str:
    """Return the host that a board's requests go to; where its spider makes the address, a host of its own.

    >>> host_of(Board("greenhouse", "acme")), host_of(Board("breezy", "acme")), host_of(Board("workday", "a.wd5/Jobs"))
    ('boards-api.greenhouse.io', 'acme.breezy.hr', 'workday/a.wd5/Jobs')
    """
    spider = spiders().get(board.source)
    address = board.url or (spider.first_url.format(board=board.board) if spider else "")
    return urlsplit(address).hostname or str(board.key)
