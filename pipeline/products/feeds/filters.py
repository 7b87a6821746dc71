"""Filters for filtered feeds, written as ``kind=micro_internship remote_status=remote pay_hourly_min>=15``."""

from __future__ import annotations

import datetime
import math
import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normalize.columns import COLUMNS, weeks_at_most

_TERM = re.compile(r"([a-z_]+)\s*(<=|>=|!=|=)\s*(.+)", re.DOTALL)
_BY_NAME = {column.name: column for column in COLUMNS if column.type != "list<place>"}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": pc.equal,
    "!=": pc.equal,  # those that meet it are left out
    "<=": pc.less_equal,
    ">=": pc.greater_equal,
}
_SHOWN = 30  # values listed in an error


class UnknownTerm(ValueError):
    """A filter names a column or a value that does not exist; the message lists those that exist."""


class Term(NamedTuple):
    """One condition: a column compared with any of several values.

    Attributes:
        operator: ``=`` or ``!=``; for numbers and dates also ``<=`` and ``>=``.
    """

    column: str
    operator: str
    values: tuple[Any, ...]


def parse_where(words: str) -> list[Term]:
    """Return the conditions of a filter, all of which a listing must meet.

    Raises:
        UnknownTerm: a column or a value does not exist, or a condition cannot be read.

    >>> parse_where("kind=micro_internship duration_weeks_max<=8")
    [Term(column='kind', operator='=', values=('micro_internship',)), Term(column='duration_weeks_max', operator='<=', values=(8.0,))]
    >>> parse_where("kind=gig")
    Traceback (most recent call last):
    ...
    pipeline.products.feeds.filters.UnknownTerm: kind has no value gig; it has micro_internship, internship, entry_level, other, unknown
    """  # noqa: E501 - what the doctest prints
    try:
        pieces = shlex.split(words)
    except ValueError as error:
        raise UnknownTerm(f"--where {words}: {error}") from error
    return [_term(piece) for piece in pieces]


def _term(piece: str) -> Term:
    match = _TERM.fullmatch(piece)
    if match is None:
        raise UnknownTerm(f"{piece} is not a condition; write column=value, column!=value, column<=number or >=number")
    name, operator, value = match.groups()
    column = _BY_NAME.get(name)
    if column is None:
        raise UnknownTerm(f"unknown column {name}; the columns are {', '.join(_BY_NAME)}")
    convert: Callable[[str], Any]
    convert, expected = {
        "float": (_number, "a number"),
        "date": (_day, "a date; write it as 2026-11-30"),
        "instant": (_day, "a date; write it as 2026-11-30"),
    }.get(column.type, (str, "text"))
    if operator not in ("=", "!=") and convert is str:
        raise UnknownTerm(f"{name} can only be compared with = or !=")
    try:
        values: tuple[Any, ...] = tuple(convert(part) for part in value.split(","))
    except ValueError:
        raise UnknownTerm(f"cannot compare {name} with {value}: expected {expected}") from None
    for unknown in sorted(set(values) - set(column.values), key=str) if column.values else ():
        raise UnknownTerm(f"{name} has no value {unknown}; it has {', '.join(column.values)}")
    if operator == "<=" and column.unit == "weeks":
        values = tuple(weeks_at_most(weeks) for weeks in values)  # three months count as 12 weeks
    return Term(name, operator, values)


def _number(word: str) -> float:
    if not math.isfinite(number := float(word)):
        raise ValueError(word)
    return number


def _day(word: str) -> datetime.date:
    return datetime.date.fromisoformat(word)


def check_values(terms: Iterable[Term], rows: Iterable[pa.Table]) -> None:
    """Check that the dataset contains the values of a filter, so that a misspelt value is an error.

    Raises:
        UnknownTerm: the dataset does not contain a value; the message lists those that it contains.
    """
    text_terms = [term for term in terms if isinstance(term.values[0], str)]
    present: dict[str, set[str]] = {term.column: set() for term in text_terms}
    for table in rows:
        for name, values in present.items():
            values.update(_flat(table[name]).unique().drop_null().to_pylist())
    for term in text_terms:
        for unknown in sorted(set(term.values) - present[term.column] - set(_BY_NAME[term.column].values), key=str):
            known = sorted(present[term.column])
            more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
            values_shown = f"{', '.join(known[:_SHOWN])}{more}" if known else "all null"
            raise UnknownTerm(f"no listing has {term.column}={unknown}; its values are {values_shown}")


def matches(terms: Iterable[Term], rows: pa.Table) -> np.ndarray:
    """Return which rows meet all conditions.

    A list meets ``=`` if it contains one of the values. Null meets no condition but ``!=``, which all rows meet that do
    not meet ``=``.
    """
    selected = np.ones(rows.num_rows, bool)
    for term in terms:
        column = rows[term.column].combine_chunks()
        parents = None
        if pa.types.is_list(column.type):
            parents = np.asarray(pc.list_parent_indices(column))
            column = pc.list_flatten(column)
        if pa.types.is_timestamp(column.type):
            column = pc.cast(pc.cast(column, pa.timestamp("us")), pa.date32(), safe=False)
        met = np.zeros(len(column), bool)
        for value in term.values:
            met |= np.asarray(pc.fill_null(_COMPARE[term.operator](column, pa.scalar(value, column.type)), False))
        if parents is not None:
            met_rows = np.zeros(rows.num_rows, bool)
            met_rows[parents[met]] = True
            met = met_rows
        selected &= ~met if term.operator == "!=" else met
    return selected


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.list_flatten(column) if pa.types.is_list(column.type) else column
