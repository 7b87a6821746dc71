"""Values of a column as feeds may carry them: without what XML forbids and what reorders the text around it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# What XML 1.0 forbids or discourages, and the controls that embed, override or isolate a direction of writing:
# one of them in a title turns the importer's page around. Plain left-to-right and right-to-left marks stay.
_FORBIDDEN = (
    r"[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{84}\x{86}-\x{9F}\x{202A}-\x{202E}\x{2066}-\x{2069}"
    r"\x{FDD0}-\x{FDEF}\x{FFFE}\x{FFFF}]"
)
_FORBIDDEN_HERE = re.compile(re.sub(r"\\x\{([0-9A-F]+)\}", lambda code: re.escape(chr(int(code[1], 16))), _FORBIDDEN))
# The same as bytes: the controls outside of 0x0E to 0x1F, and beyond ASCII the first byte of UTF-8 with the span of the
# two after it.
_CONTROLS = [bytes([code]) for code in (*range(0x09), 0x0B, 0x0C, 0x7F)]
_BEYOND_ASCII = ((0xE2, 0x80AA, 0x80AE), (0xE2, 0x81A6, 0x81A9), (0xEF, 0xB790, 0xB7AF), (0xEF, 0xBFBE, 0xBFBF))


def clean(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values ready for feeds: forbidden characters out, dates and instants as ISO 8601.

    >>> clean(pa.chunked_array([["tide\\u202e pools", "Märkte …", None]]))
    ['tide pools', 'Märkte …', None]
    """
    kind = column.type
    plain = True
    if pa.types.is_date(kind):
        column = pc.strftime(column, "%Y-%m-%d")
    elif pa.types.is_timestamp(kind):
        column = pc.strftime(pc.cast(column, pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_string(kind) or pa.types.is_list(kind):
        plain = all(map(_is_plain, column.chunks))
        if not plain and pa.types.is_string(kind):
            column = pc.replace_substring_regex(column, _FORBIDDEN, "")
    values: list[Any] = column.to_pylist()
    if not pa.types.is_list(kind):
        return values
    if pa.types.is_string(kind.value_type):
        return [words and [word for word in (words if plain else map(_strip, words)) if word] for words in values]
    return values if plain else [records and [_stripped(record) for record in records] for records in values]


def _is_plain(array: pa.Array) -> bool:
    """Return whether no forbidden character is in an array: a look at its bytes, far faster than any pattern."""
    if pa.types.is_list(array.type) or pa.types.is_struct(array.type):
        inner = array.flatten()
        return all(map(_is_plain, inner)) if isinstance(inner, list) else _is_plain(inner)
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return True
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    raw = letters.tobytes()
    if (letters - 0x0E < 0x12).any() or any(control in raw for control in _CONTROLS):  # bytes below 0x0E wrap around
        return False
    if raw.isascii():
        return True
    after = letters[1:][letters[:-1] == 0xC2]
    if ((after < 0xA0) & (after != 0x85)).any():
        return False
    for lead in (0xE2, 0xEF):
        at = np.flatnonzero(letters == lead)
        pair = letters[at + 1].astype(np.uint16) << 8 | letters[at + 2]
        if any(((pair >= low) & (pair <= high)).any() for first, low, high in _BEYOND_ASCII if first == lead):
            return False
    return True


def _stripped(record: dict[str, str | None]) -> dict[str, str | None]:
    return {name: word and _strip(word) for name, word in record.items()}


def _strip(word: str) -> str:
    return _FORBIDDEN_HERE.sub("", word)
