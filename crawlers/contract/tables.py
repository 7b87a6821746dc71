"""Tables of text as people save them: CSV with commas, semicolons or tabs, with or without a byte order mark."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = ",;\t|"


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        line: the number of the file's line in which the row begins.
        values: the row's values by the name of their column.
        problem: the reason why the row cannot be read; empty if it can.
    """

    line: int
    values: dict[str, str]
    problem: str = ""


class Table(NamedTuple):
    """A table with the names of its columns, in lower case, and its rows, without blank ones."""

    columns: list[str]
    rows: list[Row]


def read_text(file: Path) -> str:
    """Return a file's text in UTF-8, or in UTF-16 with the byte order mark that Excel writes.

    Raises:
        ValueError: the file is not text in UTF-8 or UTF-16. The message is one line.
        OSError: the file cannot be read.
    """
    content = file.read_bytes()
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 without its mark, or not text
        raise ValueError(f"{file} is not text in UTF-8: save it as CSV UTF-8 or as JSON")
    return text


def read_table(text: str, where: str) -> Table:
    r"""Return the table of a CSV text, without blank rows; the delimiter is found by the header.

    Args:
        text: the content of the file.
        where: the file's name, for messages.

    Raises:
        ValueError: the header cannot be read. The message is one line.

    >>> read_table('Board;Source\n"acme";lever\n', "boards.csv").rows
    [Row(line=2, values={'board': 'acme', 'source': 'lever'}, problem='')]
    """
    columns: list[str] = []
    rows: list[Row] = []
    for line, cells, problem in _cells(text):
        if not columns:
            columns = [re.sub(r"[\s-]+", "_", cell.lower()) for cell in cells]
            twice = next((name for name in columns if name and columns.count(name) > 1), None)
            if twice:
                problem = f'the column "{twice}" appears twice'
            if problem:
                raise ValueError(f"{where} is not CSV: {problem}")
            continue
        values = dict(zip(columns, cells, strict=False))
        if len(cells) > len(columns):
            problem = f"more than {len(columns)} values; put a value that contains the delimiter in quotes"
        elif values.pop("", ""):
            problem = "a value in a column without a name; name the column in the first line"
        rows.append(Row(line, dict.fromkeys(filter(None, columns), "") | values, problem))
    return Table([name for name in columns if name], rows)


def _cells(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield the rows that are not blank: the number of the first line, the values, and the problem or an empty text."""
    lines = io.StringIO(text, newline="").readlines()
    start = next((number for number, line in enumerate(lines) if line.strip(f"{_DELIMITERS} \r\n")), len(lines))
    if start == len(lines):
        return
    if declared := re.fullmatch(r'"?sep=(.)"?\s*', lines[start], re.IGNORECASE):  # a hint for Excel
        delimiter, start = declared[1], start + 1
    else:
        delimiter = max(_DELIMITERS, key=lines[start].count)
    reader = csv.reader(lines[start:], delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = start + 1 + reader.line_num
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on with the next line
            yield line, [], f"{error}; check the quotes of this row"
            continue
        if any(cells):
            yield line, cells, ""
