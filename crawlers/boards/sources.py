"""The sources: every spider, by the name of its source."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from crawlers.bases.spider import BoardSpider


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
