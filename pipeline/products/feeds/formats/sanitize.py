"""Values of a column as feeds may carry them: without what XML forbids and without controls that reorder the text."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# What XML 1.0 forbids or discourages, and the controls that embed, override or isolate a direction of writing:
# one of them in a title reverses the text around it on the importer's page. Plain left-to-right and right-to-left marks
# are allowed.
_FORBIDDEN = (
    r"[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{84}\x{86}-\x{9F}\x{202A}-\x{202E}\x{2066}-\x{2069}"
    r"\x{FDD0}-\x{FDEF}\x{FFFE}\x{FFFF}]"
)
# The same class in the syntax of Python, where Arrow has no function for the values inside lists.
_FORBIDDEN_PYTHON = re.compile(re.sub(r"\\x\{([0-9A-F]+)\}", lambda code: re.escape(chr(int(code[1], 16))), _FORBIDDEN))


def clean(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values ready for feeds: forbidden characters removed, dates and instants as ISO 8601.

    >>> clean(pa.chunked_array([["tide\\u202e pools", "Märkte …", None]]))
    ['tide pools', 'Märkte …', None]
    """
    kind = column.type
    if pa.types.is_date(kind):
        column = pc.strftime(column, "%Y-%m-%d")
    elif pa.types.is_timestamp(kind):
        column = pc.strftime(pc.cast(column, pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_string(kind):
        column = pc.replace_substring_regex(column, _FORBIDDEN, "")
    values: list[Any] = column.to_pylist()
    if not pa.types.is_list(kind):
        return values
    if pa.types.is_string(kind.value_type):
        return [words and [word for word in map(_strip, words) if word] for words in values]
    return [records and [_stripped(record) for record in records] for records in values]


def _stripped(record: dict[str, str | None]) -> dict[str, str | None]:
    return {name: word and _strip(word) for name, word in record.items()}


def _strip(word: str) -> str:
    return _FORBIDDEN_PYTHON.sub("", word)
