"""A reader of JSON with the small faults that templates and editors leave in it.

No maintained library does this. json5 and pyjson5 reject a surplus comma in the middle, raw line breaks and a second
object; chompjs reads only the first object and fails at invalid escapes and CDATA marks; json-repair closes brackets
that were cut off, so that half a posting would pass as a whole one. This reader rejects text that is cut off or
ambiguous.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

_LONGEST = 500_000  # characters; longer text is read as strict JSON only
_DEEPEST = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ESCAPED = re.compile(r"[\s\[{]*(?:&quot;|&#0?34;|&#x22;)", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
    (?P<skipped> \s+
        | (?:(?://|/\*)\s*)? <!\[CDATA\[ (?:\s*\*/)?
        | (?:(?://|/\*)\s*)? \]\]> (?:\s*\*/)?
        | <!-- (?:[^{}\["-]|-(?!->))*+ (?:-->)?+
        | (?://\s*)? -->
        | /\* (?:[^*]|\*(?!/))*+ \*/
        | //[^\n]*+ )
    | (?P<text> "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' )
    | (?P<mark> [{}\[\]:] | [,;] )
    | (?P<word> [^\s"'{}\[\],:;/<>]++ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))|"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[^\W\d][\w$@-]*|[@$][\w$@-]*")
_WORDS = {
    "true": "true", "false": "false", "null": "null", "True": "true", "False": "false", "None": "null",
    "undefined": "null", "NaN": "null",
}  # fmt: skip
_CLOSES = {"{": "}", "[": "]"}


def read_lenient(text: str) -> Any:
    """Return the data of a JSON text, or a list where the text holds several values one after the other.

    Text that is not strict JSON is repaired where only one reading is possible: surplus or missing commas, semicolons
    for commas or after the end, surplus brackets at the end, comments, marks of CDATA and HTML comments, entities
    for quotes, single quotes, bare keys, invalid escapes, line breaks and control characters within strings.

    Raises:
        ValueError: the text cannot be read, is cut off, or could be read in several ways.

    >>> read_lenient("/*<![CDATA[*/ {'a': 1, , b: [2, 3,] /* four */}; /*]]>*/")
    {'a': 1, 'b': [2, 3]}
    >>> read_lenient('{"a": "R\\\\&D"} {"b": 2}')
    [{'a': 'R&D'}, {'b': 2}]
    >>> read_lenient('{"a": 1, "b": {"c": 2}')
    Traceback (most recent call last):
    ValueError: cut off
    """
    text = _CONTROL.sub(" ", text).strip("\ufeff \t\r\n")
    try:
        data = _strict(text)
        return _strict(data) if isinstance(data, str) else data  # JSON that was encoded twice
    except ValueError:
        if len(text) > _LONGEST:
            raise
    if _ESCAPED.match(text):
        text = html.unescape(text)
    values = [_strict(value) for value in _repaired(text)]
    return values[0] if len(values) == 1 else values


def _strict(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _repaired(text: str) -> list[str]:
    """Return the values of a text as strict JSON.

    `last` is the kind of the last token: an opening bracket, a comma, a key, a colon or a value.
    """
    values: list[str] = []
    written: list[str] = []
    awaited: list[str] = []  # the closing brackets that must follow
    last, position = "value", 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"unexpected {text[position]!r}")
        position, written_token = token.end(), token[0]
        if token.lastgroup == "skipped":
            continue
        if written_token in (",", ";"):
            if last == "colon":
                written.append("null")
            elif last == "key":
                raise ValueError("a key without a value")
            last = "comma" if last in ("value", "colon") else last
        elif written_token == ":":
            if last != "key":
                raise ValueError("a colon without a key")
            written.append(":")
            last = "colon"
        elif written_token in ("}", "]"):
            if not awaited:
                continue  # a surplus bracket at the end
            if awaited.pop() != written_token or last == "key":
                raise ValueError("brackets that do not match")
            written.append(f"null{written_token}" if last == "colon" else written_token)
            last = "value"
            if not awaited:
                values.append("".join(written))
                written = []
        else:
            in_object = bool(awaited) and awaited[-1] == "}"
            if last == "key" or not (awaited or written_token in _CLOSES):
                raise ValueError(f"unexpected {written_token[:20]!r}")
            is_key = in_object and last != "colon"
            if awaited and last in ("comma", "value"):
                written.append(",")
            if written_token not in _CLOSES:
                written.append(_scalar(written_token, is_key))
                last = "key" if is_key else "value"
            elif is_key or len(awaited) == _DEEPEST:
                raise ValueError(f"unexpected {written_token!r}")
            else:
                written.append(written_token)
                awaited.append(_CLOSES[written_token])
                last = "open"
    if awaited:
        raise ValueError("cut off")
    return values


def _scalar(token: str, is_key: bool) -> str:
    """Return a string, a number or a word as strict JSON."""
    if token[0] in "\"'":
        return f'"{_ESCAPE.sub(_escape, token[1:-1])}"'
    if is_key and _NAME.fullmatch(token):
        return json.dumps(token)
    if not is_key and token in _WORDS:
        return _WORDS[token]
    if not is_key and _NUMBER.fullmatch(token):
        return token
    if not is_key and token.isdecimal():  # an identifier that begins with a zero
        return json.dumps(token)
    raise ValueError(f"unexpected {token[:20]!r}")


def _escape(escape: re.Match[str]) -> str:
    """Return an escape as strict JSON; the backslash of an unknown escape is dropped, as browsers do."""
    code, byte, other = escape.groups()
    if code or byte:
        return f"\\u{(code or byte):0>4}"
    if other is None:  # a quote within single quotes
        return '\\"'
    if other in ("\n", "\r\n"):
        return ""
    return escape[0] if other in '"\\/bfnrt' else other
