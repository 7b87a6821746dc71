"""Addresses in the lists that operators have: plain lists, tables, and index files of web archives (CDX)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_GZIP = b"\x1f\x8b"
_LONGEST = 100_000  # characters of a line; no index has longer ones
# The line of an index file begins with the address as a sort key, "com,example)/path", or as an address, and the time.
_CDX = re.compile(r"(?P<key>\S+)\s(?P<time>[0-9]{14})\s(?P<rest>\S.*)")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?::[0-9]{1,5})?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>]{4,2000}", re.IGNORECASE)
_CELLS = re.compile(r"[,;\t]")


class Listed(NamedTuple):
    """An address of a list.

    Attributes:
        address: the address, or a domain.
        line: the number of its line.
        indexed: whether an index file of a crawl states it; such a page is not fetched.
    """

    address: str
    line: int
    indexed: bool


class Addresses(NamedTuple):
    """The addresses of a list, and the lines that hold none.

    Attributes:
        listed: the addresses, in the order of their lines.
        broken: the numbers of the lines without an address.
    """

    listed: list[Listed]
    broken: list[int]


def read_addresses(file: Path) -> Addresses:
    """Read the addresses of a list, compressed with gzip or not; lines without an address are counted and skipped.

    A line is an address or a domain, alone or in a table's row; a line of an index file in the CDX or the CDXJ format;
    or a JSON object with the key ``url``. Blank lines, comments (``#``) and an index file's own header are skipped.

    Raises:
        ValueError: the file is compressed but damaged. The message is one line.
        OSError: the file cannot be read.
    """
    with file.open("rb") as start:
        compressed = start.read(2) == _GZIP
    with gzip.open(file, "rb") if compressed else file.open("rb") as content:
        try:
            return addresses_of(line.decode("utf-8", "replace") for line in content)
        except (EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"{file} is compressed but damaged: {error}") from None


def addresses_of(lines: Iterable[str]) -> Addresses:
    """Return the addresses of lines.

    >>> cdx = 'com,example)/ 20260801000000 {"url": "https://example.com/"}'
    >>> [listed.address for listed in addresses_of(["Acme,acme.example", cdx, "no address"]).listed]
    ['acme.example', 'https://example.com/']
    >>> addresses_of(["Acme,acme.example", "no address"]).broken
    [2]
    """
    held = Addresses([], [])
    columns: list[str] = []
    for number, raw in enumerate(lines, 1):
        line = raw.strip("\ufeff \t\r\n")
        if not line or line.startswith("#"):
            continue
        if raw.startswith(" CDX ") or line.startswith("CDX "):
            columns = line.split()[1:]
            continue
        address, indexed = _address(line, columns) if len(line) < _LONGEST else (None, False)
        if address is not None:
            held.listed.append(Listed(address, number, indexed))
        elif number > 1 or not _CELLS.search(line):  # the first row of a table names its columns
            held.broken.append(number)
    return held


def _address(line: str, columns: list[str]) -> tuple[str | None, bool]:
    if line[0] == "{":
        return _of_record(line), True
    if match := _CDX.fullmatch(line):
        rest = match["rest"]
        if rest[0] == "{":
            return _of_record(rest) or _of_key(match["key"]), True
        fields = line.split()
        place = columns.index("a") if "a" in columns else 2
        stated = fields[place] if place < len(fields) else ""
        return (stated if _ADDRESS.fullmatch(stated) else _of_key(match["key"])), True
    return next(_in_cells(line), None), False


def _of_record(text: str) -> str | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    stated = record.get("url") if isinstance(record, dict) else None
    return stated if isinstance(stated, str) and _ADDRESS.fullmatch(stated) else None


def _of_key(key: str) -> str | None:
    """Return the address of a sort key.

    >>> _of_key("io,greenhouse,boards)/acme")
    'https://boards.greenhouse.io/acme'
    """
    if _ADDRESS.fullmatch(key):
        return key
    host, bracket, path = key.partition(")")
    name = ".".join(reversed(host.partition(":")[0].split(",")))
    return f"https://{name}{path}" if bracket and _HOST.fullmatch(name) else None


def _in_cells(line: str) -> Iterator[str]:
    """Yield the addresses and domains among the cells of a line."""
    for cell in _CELLS.split(line):
        words = cell.strip(" \"'<>")
        if _ADDRESS.fullmatch(words) or _HOST.fullmatch(words.partition("/")[0]):
            yield words
