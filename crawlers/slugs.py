"""Lists of boards that other projects publish, read into boards of ours."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from crawlers.recognise import recognise
from crawlers.registry import Board
from crawlers.sources import spiders

# What other projects call a source, where it is not our name for it.
_ALIASES = {
    "ashbyhq": "ashby",
    "bamboo": "bamboohr",
    "breezyhr": "breezy",
    "joincom": "join",
    "leverco": "lever",
    "oraclecloud": "oracle",
    "oraclehcm": "oracle",
    "pinpointhq": "pinpoint",
    "workdayjobs": "workday",
    "myworkdayjobs": "workday",
}
_SOURCE_KEYS = ("source", "ats", "system", "platform", "provider", "type")
_BOARD_KEYS = ("board", "slug", "token", "identifier", "handle", "url", "careers_url")


class Import(NamedTuple):
    """What a list held.

    Attributes:
        boards: those of sources that a spider reads.
        unknown: entries of systems that none reads, by their name in the list.
        incomplete: entries of known systems that do not name a board, by source: a Workday host without its site.
    """

    boards: list[Board]
    unknown: Counter[str]
    incomplete: Counter[str]


def read_list(file: Path) -> Import:
    """Read JSON ``{system: [slug, ...]}``, also under the key ``ats``, or CSV with a system and a slug or address.

    Raises:
        ValueError: it is neither; the message says in one line what was found.
        OSError: it cannot be read.
    """
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeError:
        raise ValueError(f"{file} is no text in UTF-8") from None
    entries = _from_json(text, file) if text.lstrip()[:1] in ("{", "[") else _from_csv(text, file)
    boards: dict[tuple[str, str], Board] = {}
    unknown: Counter[str] = Counter()
    incomplete: Counter[str] = Counter()
    for system, slug, more in entries:
        plain = re.sub(r"[^a-z0-9]", "", system.lower())
        source = _ALIASES.get(plain, plain)
        if source not in spiders():
            unknown[system or "no system"] += 1
        elif board := _board(source, slug, more):
            boards[board[:2]] = board
        else:
            incomplete[source] += 1
    return Import(list(boards.values()), unknown, incomplete)


def _board(source: str, slug: str, more: Board | None) -> Board | None:
    """Return the board that a list's entry means, as far as it can be told without asking."""
    if re.fullmatch(spiders()[source].board_pattern, slug):
        return more or Board(source, slug, slug)
    for address in (slug, f"{slug}.{source}.com"):
        found = recognise(address)
        if found and found.source == source:
            return found
    return None


Entry = tuple[str, str, Board | None]


def _from_json(text: str, file: Path) -> Iterator[Entry]:
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{file} is no JSON: {error}") from None
    if isinstance(data, dict) and isinstance(data.get("ats"), dict):
        data = data["ats"]
    if isinstance(data, list):
        yield from _from_rows(data, file)
        return
    lists = {system: slugs for system, slugs in data.items() if isinstance(slugs, list)}
    if not lists:
        raise ValueError(f'{file} holds no lists; a list of boards is {{"greenhouse": ["acme", ...], ...}}')
    for system, slugs in lists.items():
        for slug in slugs:
            if isinstance(slug, dict):
                yield from _from_rows([{"source": system, **slug}], file)
            else:
                yield system, str(slug).strip(), None


def _from_csv(text: str, file: Path) -> Iterator[Entry]:
    try:
        rows = list(csv.DictReader(text.splitlines()))
    except csv.Error as error:
        raise ValueError(f"{file} is no CSV: {error}") from None
    if not rows:
        raise ValueError(f"{file} holds no boards: JSON or CSV with a header is expected")
    yield from _from_rows(rows, file)


def _from_rows(rows: list[Any], file: Path) -> Iterator[Entry]:
    for number, row in enumerate(rows, 1):
        named = (
            {str(key).strip().lower(): str(value or "").strip() for key, value in row.items()}
            if isinstance(row, dict)
            else {}
        )
        system = next((named[key] for key in _SOURCE_KEYS if named.get(key)), "")
        slug = next((named[key] for key in _BOARD_KEYS if named.get(key)), "")
        if not slug:
            raise ValueError(
                f"{file}, entry {number}: neither a slug nor an address; a CSV has source,board or ats,slug"
            )
        if not system and (found := recognise(slug)):
            yield found.source, found.board, found
            continue
        more = None
        if "board" in named and "source" in named:
            more = Board(
                system, slug, named.get("name") or slug, named.get("url") or None, named.get("request_json") or None
            )
        yield system, slug, more
