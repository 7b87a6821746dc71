"""Records with fields of unexpected shape: an unreadable optional field is left out, and the posting is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import REQUIRED, MalformedField, RawPosting, without_placeholders

ODD = (TypeError, AttributeError, ValueError, LookupError)
"""The errors that code raises for a record of an unexpected shape."""
MAX_TRIES = 400  # attempts to parse one record; each takes some microseconds

MAX_PARTS = 50  # entries of an odd mapping or list; a longer one is left out whole

Parse = Callable[[Any], RawPosting | None]
Effect = Callable[[Any], int]
_Trace = tuple[tuple[Any, int], ...]  # code objects and the instructions in them


def read_leniently(parse: Parse, record: Any) -> RawPosting | None:
    """Return the posting of a record; parts of odd shape are left out of it and named in the posting's `odd`.

    Where `parse` fails, the smallest parts are left out of the record that let it succeed. A record that is not a
    mapping, such as an element of a page, is parsed once, as it is.

    Args:
        parse: reads a record, and may take it apart. It must not change anything else.
        record: the record; afterwards it holds the fields that `parse` did not take out.

    Raises:
        KeyError: a required field is missing.
        MalformedField: a required field is of odd shape.

    >>> def parse(record):
    ...     teams = ", ".join(team["name"] for team in record.pop("teams", []))
    ...     return RawPosting(posting_id=record.pop("id"), title=record.pop("title").strip(), department=teams)
    >>> posting = read_leniently(parse, {"id": 7, "title": "Intern", "teams": [None, {"name": "Ops"}, {"name": 5}]})
    >>> posting.department, posting.odd
    ('Ops', ('teams[]',))
    >>> read_leniently(parse, {"id": 7, "title": {"text": "Intern"}})
    Traceback (most recent call last):
    normalize.posting.MalformedField: malformed title
    """
    if not isinstance(record, dict):
        return _read(parse, record)
    spare = _copy(record)
    try:
        return _read(parse, record)
    except ODD as error:
        first = error
    return _Repair(parse, first).run(spare, record)


def _read(parse: Parse, record: Any) -> RawPosting | None:
    posting = parse(record)
    return None if posting is None else without_placeholders(posting)


def _copy(value: Any) -> Any:
    """Return a copy of JSON data; `copy.deepcopy` takes five times as long."""
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_copy(part) for part in value]
    return value


def _trace(error: BaseException) -> _Trace:
    """Return the place where an error was raised: code and instruction of every frame from `_read` on."""
    frames: list[tuple[Any, int]] = []
    entry = error.__traceback__
    while entry is not None:
        if frames or entry.tb_frame.f_code is _read.__code__:
            frames.append((entry.tb_frame.f_code, entry.tb_lasti))
        entry = entry.tb_next
    return tuple(frames)


def _is_further(trace: _Trace, than: _Trace) -> bool:
    """Tell whether an error was raised later than another; the end of a loop comes after its body."""
    for (code, at), (old_code, old_at) in zip(trace, than, strict=False):
        if code is not old_code:
            return True
        if at != old_at:
            return at > old_at
    return len(trace) < len(than)


class _OutOfTries(Exception):
    """Repairing the record would take too long."""


class _Repair:
    """The search for the odd parts of one record.

    Attributes:
        error: the error that parsing the record raises at present.
        reached: the place where that error was raised.
    """

    def __init__(self, parse: Parse, error: Exception) -> None:
        self.parse = parse
        self.error, self.reached = error, _trace(error)
        self.tries = 0

    def run(self, spare: dict[str, Any], record: dict[str, Any]) -> RawPosting | None:
        """Return the posting of a record's readable parts; raise an error where a required part is unreadable."""
        odd: list[str] = []
        try:
            while not (isinstance(self.error, MalformedField) and self.error.name in REQUIRED):
                mended = self._mend(spare, self._effect, is_record=True)
                if mended is None:
                    break
                spare, paths = mended
                odd += paths
                readable = _copy(spare)
                try:
                    posting = _read(self.parse, readable)
                except ODD as error:
                    self.error, self.reached = error, _trace(error)
                    continue
                assert posting is not None  # `_effect` has ensured it
                posting.odd = (*posting.odd, *dict.fromkeys(odd))
                record.clear()
                record.update(readable)
                return posting
            if not isinstance(self.error, (KeyError, MalformedField)):
                for key, value in spare.items():
                    if not isinstance(value, str) and self._effect({**spare, key: "text"}) > 0:
                        raise MalformedField(key)
        except _OutOfTries:
            pass
        raise self.error

    def _effect(self, record: dict[str, Any]) -> int:
        """Return 1 where parsing gets further with a record than at present, 0 where as far, -1 where less far."""
        self.tries += 1
        if self.tries > MAX_TRIES:
            raise _OutOfTries
        try:
            posting = _read(self.parse, _copy(record))
        except BrokenAnswer:
            return -1  # without this part, it is not the record of a posting
        except ODD as error:
            trace = _trace(error)
            return 0 if trace == self.reached else 1 if _is_further(trace, self.reached) else -1
        return 1 if posting else -1  # a missing part must not turn a record into one that is not a posting

    def _mend(self, whole: Any, effect: Effect, is_record: bool = False) -> tuple[Any, list[str]] | None:
        """Return a mapping or a list without its odd parts, and their paths; None if that does not help."""
        if len(whole) > MAX_PARTS and not is_record:
            return None
        if isinstance(whole, list):
            return self._alone(whole, effect)
        return self._left_out(whole, effect) or self._inside(whole, effect) or self._alone(whole, effect)

    def _left_out(self, whole: dict[str, Any], effect: Effect) -> tuple[Any, list[str]] | None:
        """Leave out as few parts of a mapping as possible, and of each only its odd parts."""
        left_out: list[str] = []
        for name in whole:
            change = effect(_without(whole, (*left_out, name)))
            if change >= 0:
                left_out.append(name)
            if change > 0:
                break
        else:
            return None
        for name in left_out[:-1]:
            fewer = [other for other in left_out if other != name]
            if effect(_without(whole, fewer)) > 0:
                left_out = fewer
        mended = _without(whole, left_out)
        paths = []
        for name in left_out:

            def effect_of(part: Any, other_parts: dict[str, Any] = mended, name: str = name) -> int:
                return effect({**other_parts, name: part})

            remains, inner = self._remains(name, whole[name], effect_of)
            paths += inner
            if remains:
                mended = {**mended, name: remains[0]}
        mended = {name: mended[name] for name in whole if name in mended}  # in the order of the record
        return mended, paths

    def _inside(self, whole: dict[str, Any], effect: Effect) -> tuple[Any, list[str]] | None:
        """Repair the inside of a required part of a mapping, which cannot be left out itself."""
        for name, part in whole.items():

            def with_part(part: Any, name: str = name) -> dict[str, Any]:
                return {**whole, name: part}

            def effect_of(part: Any, put: Callable[[Any], dict[str, Any]] = with_part) -> int:
                return effect(put(part))

            remains, paths = self._remains(name, part, effect_of)
            if remains and effect(with_part(remains[0])) > 0:
                return with_part(remains[0]), paths
        return None

    def _alone(self, whole: Any, effect: Effect) -> tuple[Any, list[str]] | None:
        """Keep the entries that can be read on their own, as those that a loop goes through."""
        kept: list[tuple[Any, Any]] = []
        paths = []
        is_list = isinstance(whole, list)

        def as_whole(entries: list[tuple[Any, Any]]) -> Any:
            return [part for _, part in entries] if is_list else dict(entries)

        for name, part in enumerate(whole) if is_list else whole.items():
            if effect(as_whole([(name, part)])) > 0:
                kept.append((name, part))
                continue

            def effect_of(part: Any, name: Any = name) -> int:
                return effect(as_whole([(name, part)]))

            remains, inner = self._remains("[]" if is_list else str(name), part, effect_of)
            paths += inner
            kept += [(name, part) for part in remains]
        return (as_whole(kept), paths) if paths and effect(as_whole(kept)) > 0 else None

    def _remains(self, label: str, part: Any, effect: Effect) -> tuple[list[Any], list[str]]:
        """Return the readable rest of an odd part, as a list of at most one value, and the paths left out of it."""
        inner = self._mend(part, effect) if part and isinstance(part, (dict, list)) else None
        if inner is None or not inner[0]:
            return [], [label]
        return [inner[0]], [label + path if path.startswith("[") else f"{label}.{path}" for path in inner[1]]


def _without(whole: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = set(names)
    return {key: value for key, value in whole.items() if key not in left_out}
