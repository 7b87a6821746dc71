"""The weights of the signs that a sum is the pay, fitted to labelled postings by ``python -m tests.tools.fit_pay``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from normalize.text.lexicon import data_files


@cache
def _table() -> dict[str, Any]:
    return data_files()["cues/weights/pay.toml"]


@cache
def _weights() -> dict[str, float]:
    return {name: entry[0] for name, entry in _table()["weights"].items()}


def score_of(signs: Iterable[str]) -> float:
    """Return the sum of the weights of some signs; a sign without a weight counts for nothing.

    >>> score_of(["rule", "period hour"]) > score_of(["lead against"])
    True
    """
    weights = _weights()
    return sum([weights.get(sign, 0.0) for sign in signs]) + weights.get("every sum", 0.0)


@cache
def threshold() -> float:
    """Return the least score of a sum that is taken for pay.

    >>> threshold() > -5
    True
    """
    return float(_table()["threshold"])
