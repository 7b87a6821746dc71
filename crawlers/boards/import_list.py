"""An importer for lists of boards that other projects publish."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from crawlers.boards.detect import recognise
from crawlers.boards.sources import spiders
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.registry import board_of, problem_of
from crawlers.contract.tables import read_table, read_text

# Names of sources in other projects that differ from ours.
_ALIASES = {
    "ashbyhq": "ashby",
    "bamboo": "bamboohr",
    "breezyhr": "breezy",
    "joincom": "join",
    "leverco": "lever",
    "oraclecloud": "oracle",
    "oraclehcm": "oracle",
    "pinpointhq": "pinpoint",
    "recruiterbox": "trakstar",
    "workdayjobs": "workday",
    "myworkdayjobs": "workday",
}
_NO_SLUG = re.compile(r"""[?#<>"{}|\\^]""")
_NOTHING = frozenset({"null", "none", "nan", "nil", "undefined", "n/a", "#n/a", "true", "false"})
_SOURCE_KEYS = ("source", "ats", "system", "platform", "provider", "type")
_BOARD_KEYS = ("board", "slug", "token", "identifier", "handle", "url", "careers_url")


class Import(NamedTuple):
    """The boards of a list, and the entries that are not boards.

    Attributes:
        boards: boards of sources that a spider reads.
        unknown: numbers of entries of systems that no spider reads, by the name of the system in the list.
        incomplete: numbers of entries of known systems that do not identify a board, such as a Workday host without
            its site, by source.
        refused: invalid entries, each as one line with its place and the reason.
        places: places in the file of the unknown and the incomplete entries, by the same names.
        nearest: the source with the most similar name, by the name of an unknown system.
    """

    boards: list[Board]
    unknown: Counter[str]
    incomplete: Counter[str]
    refused: list[str]
    places: Mapping[str, list[str]]
    nearest: dict[str, str]


class Entry(NamedTuple):
    """One entry of a list: its place, its system, and its slug or address; also the board, where a row is complete."""

    place: str
    system: Any
    slug: Any
    more: Board | None = None
    problem: str = ""


def read_list(file: Path) -> Import:
    """Read JSON ``{system: [slug, ...]}``, also under the key ``ats``, or CSV with a system and a slug or address.

    An invalid entry does not affect the others.

    Raises:
        ValueError: the file is neither JSON nor CSV of these shapes; the message is one line.
        OSError: the file cannot be read.
    """
    text = read_text(file)
    entries = _from_json(text, file) if text.lstrip()[:1] in ("{", "[") else _from_csv(text, file)
    boards: dict[BoardKey, Board] = {}
    held = Import([], Counter(), Counter(), [], defaultdict(list), {})
    for entry in entries:
        if problem := entry.problem or _problem(entry):
            held.refused.append(f"{entry.place}: {problem}")
            continue
        system, slug = " ".join((entry.system or "").split()), entry.slug.strip()
        source = _source_of(system)
        board = _board(source, slug, entry.more) if source else None if system else recognise(slug)
        if board:
            boards[board.key] = board
            continue
        name = source or system or "no system"
        (held.incomplete if source else held.unknown)[name] += 1
        held.places[name].append(entry.place)
        if not source and (near := _nearest(system)):
            held.nearest[name] = near
    return held._replace(boards=list(boards.values()))


def _problem(entry: Entry) -> str:
    """Return the reason why an entry's values cannot identify a board, "" if they may."""
    if entry.slug is None or entry.slug == "":
        return "neither a slug nor an address"
    for kind, value in (("slug or an address", entry.slug), ("system", entry.system)):
        if value is not None and not isinstance(value, str):
            return f"{json.dumps(value)[:60]} is not the text of a {kind}; put a name in quotes"
    if not (slug := entry.slug.strip()):
        return "neither a slug nor an address"
    if slug.casefold() in _NOTHING or not any(letter.isalnum() for letter in slug):
        return f"{json.dumps(slug)[:60]} is a placeholder, not a slug"
    if "/" not in slug and (not slug.isprintable() or _NO_SLUG.search(slug)):
        return f"{json.dumps(slug)[:60]} has characters that a slug cannot have"
    return ""


def _source_of(system: str) -> str | None:
    """Return the source that the name of a system in a list means, None if no spider reads it.

    >>> _source_of("Bamboo HR"), _source_of("Greenhose")
    ('bamboohr', None)
    """
    plain = re.sub(r"[^a-z0-9]", "", system.lower())
    source = _ALIASES.get(plain, plain)
    return source if source in spiders() else None


def _nearest(system: str) -> str | None:
    """Return the source whose name is most similar to a misspelled one."""
    return next(iter(get_close_matches(system.lower(), spiders(), 1, 0.75)), None)


def _board(source: str, slug: str, more: Board | None) -> Board | None:
    """Return the board of an entry, None if the entry alone does not identify one."""
    if re.fullmatch(spiders()[source].board_pattern, slug):
        return more._replace(source=source) if more else Board(source, slug, slug)
    for address in (slug, f"{slug}.{source}.com"):
        board = recognise(address)
        if board and board.source == source:
            return board
    return None


def _from_json(text: str, file: Path) -> Iterator[Entry]:
    try:
        data: Any = json.loads(text, object_pairs_hook=_joined)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file} is not JSON: {error}") from None
    if isinstance(data, dict) and isinstance(data.get("ats"), dict):
        data = data["ats"]
    if isinstance(data, list):
        for number, item in enumerate(data, 1):
            yield _from_item(f"entry {number}", None, item)
        return
    has_lists = False
    for system, slugs in data.items():
        known = _source_of(system) or _nearest(system)
        if isinstance(slugs, list):
            for number, item in enumerate(slugs, 1):
                yield _from_item(f'"{system}", entry {number}', system, item)
        elif known:
            yield Entry(f'"{system}"', system, None, problem='not a list of slugs; write ["acme", ...]')
        elif isinstance(slugs, dict) and any(str(key).strip().lower() in _BOARD_KEYS for key in slugs):
            yield _from_item(f'"{system}"', None, slugs)
        else:  # other keys describe the list itself, such as its date or author
            continue
        has_lists = True
    if not has_lists:
        raise ValueError(f'{file} holds no lists of boards; expected {{"greenhouse": ["acme", ...], ...}}')


def _joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; two lists under the same name are joined.

    >>> _joined([("lever", ["acme"]), ("lever", ["other"])])
    {'lever': ['acme', 'other']}
    """
    merged: dict[str, Any] = {}
    for name, value in pairs:
        before = merged.get(name)
        merged[name] = before + value if isinstance(before, list) and isinstance(value, list) else value
    return merged


def _from_item(place: str, system: str | None, item: Any) -> Entry:
    if isinstance(item, dict):
        return _from_row(place, {"source": system} | item if system else item)
    return Entry(place, system, item)


def _from_csv(text: str, file: Path) -> Iterator[Entry]:
    table = read_table(text, str(file))
    if not table.columns:
        raise ValueError(f"{file} holds no boards; expected JSON, or CSV with a header")
    if not set(_BOARD_KEYS) & set(table.columns):
        raise ValueError(f"{file}: no column holds a slug or an address; expected the columns source,board or ats,slug")
    for line, values, problem in table.rows:
        place = f"line {line}"
        yield Entry(place, None, None, problem=problem) if problem else _from_row(place, values)


def _from_row(place: str, row: Mapping[str, Any]) -> Entry:
    """Return the entry of a row, whose columns may have the names of several projects."""
    named = {key.strip().lower(): _bare(value) for key, value in row.items()}
    system = next((named[key] for key in _SOURCE_KEYS if named.get(key) not in (None, "")), None)
    slug = next((named[key] for key in _BOARD_KEYS if named.get(key) not in (None, "")), None)
    if not {"source", "board"} <= named.keys() or not (isinstance(system, str) and isinstance(slug, str)):
        return Entry(place, system, slug)
    texts = {key: _text(named[key]) for key in ("name", "url", "request_json") if named.get(key)}
    values = {"name": slug, **texts, "source": system, "board": slug}
    return Entry(place, system, slug, board_of(values), problem_of(values))


def _bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _text(value: Any) -> str:
    """Return a value as text on one line."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)
