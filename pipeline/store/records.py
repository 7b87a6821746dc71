"""Typed state to and from records of JSON: one rule for manifests and run states."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

State = TypeVar("State")


def to_record(state: Any, keep_none: bool = False) -> dict[str, Any]:
    """Return the fields of a dataclass by their stored names, in their order.

    A field that is None is left out, unless its metadata says that it is nullable.

    Args:
        keep_none: whether all fields that are None are stored too.
    """
    return {
        _key(field): _stored(value)
        for field in dataclasses.fields(state)
        if (value := getattr(state, field.name)) is not None or keep_none or field.metadata.get("nullable")
    }


def _key(field: dataclasses.Field[Any]) -> str:
    """Return the stored name of a field: the key in its metadata, or its own name."""
    return str(field.metadata.get("key", field.name))


def _stored(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_record(value)
    if isinstance(value, tuple):
        return [_stored(item) for item in value]
    if isinstance(value, dict):
        return {name: _stored(item) for name, item in value.items()}
    return value


def from_record(state: type[State], record: Mapping[str, Any], **given: Any) -> State:
    """Return the dataclass of a record; unknown keys are ignored, and absent keys have their defaults.

    Args:
        given: values that are not read from the record.

    Raises:
        TypeError: a field without a default is absent, or the record is not a mapping.
    """
    hints = _hints(state)  # type: ignore[arg-type] # a class is hashable
    values = {
        field.name: _read(hints[field.name], record[_key(field)])
        for field in dataclasses.fields(state)  # type: ignore[arg-type] # the class is a dataclass
        if field.name not in given and record.get(_key(field)) is not None
    }
    return state(**values, **given)


@lru_cache
def _hints(state: type) -> dict[str, Any]:
    return get_type_hints(state)


def _read(hint: Any, value: Any) -> Any:
    """Return a stored value as the type of its field."""
    if isinstance(hint, types.UnionType):
        (hint,) = (part for part in get_args(hint) if part is not types.NoneType)
    if dataclasses.is_dataclass(hint):
        return from_record(hint, value)  # type: ignore[arg-type] # a class, not an instance
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if get_origin(hint) is dict:
        return {name: _read(get_args(hint)[1], item) for name, item in value.items()}
    return value
