"""Bytes of answers decoded to text, JSON and HTML; a wrong encoding label does no harm."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from bs4 import BeautifulSoup
from scrapy.http import Response
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from crawlers.politeness.refusals import BrokenAnswer

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# The first character of JSON, XML and HTML is ASCII, so the zero bytes around it show the width of a character.
_WIDE = (
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"), (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0[^\0]"), "utf-16-le"), (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
)  # fmt: skip
_UNICODE = re.compile(r"utf|ucs|unicode")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def decoded(body: bytes, content_type: str = "") -> str:
    """Return a body as text, without a byte order mark.

    A label, in the header or in the first lines, counts only where the bytes do not contradict it. Text in another
    encoding is hardly ever valid UTF-8, so valid UTF-8 is read as UTF-8 whatever its label is, and so is UTF-8 with a
    few damaged characters. Text without a usable label is read as windows-1252, as browsers do.

    Args:
        body: the bytes.
        content_type: the value of the answer's Content-Type header.

    >>> decoded("Zürich".encode(), "text/xml; charset=utf-16"), decoded("Zürich".encode("latin-1"))
    ('Zürich', 'Zürich')
    >>> decoded("<?xml version='1.0' encoding='windows-1250'?><a>Łódź</a>".encode("windows-1250"))[-11:]
    '<a>Łódź</a>'
    """
    for mark, form in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(form, "replace")
    for pattern, form in _WIDE:
        if pattern.match(body):
            return body.decode(form, "replace")
    labels = (http_content_type_encoding(content_type), html_body_declared_encoding(body.lstrip()))
    legacy = [name for label in labels if label and (name := _resolved(label))]
    seven_bits = next((name for name in legacy if name.startswith("iso2022")), None)
    if seven_bits and b"\x1b" in body:  # the bytes of ISO-2022 are valid UTF-8 too
        return body.decode(seven_bits, "replace")
    try:
        return body.decode()
    except ValueError:
        text = body.decode("utf-8", "replace")
    if 2 * text.count("\ufffd") < len(_NOT_ASCII.findall(text)):
        return text
    for encoding in legacy:
        try:
            return body.decode(encoding)
        except ValueError:
            continue
    return body.decode(legacy[0] if legacy else "cp1252", "replace")


def _resolved(label: str) -> str | None:
    """Return Python's name of a legacy encoding; None for an encoding of Unicode and for an unknown label."""
    try:
        name = codecs.lookup(resolve_encoding(label.strip(" \t\"'")) or "").name
        b"a".decode(name)
    except (LookupError, ValueError):
        return None
    return None if _UNICODE.search(name) else name


def content_type_of(response: Response) -> str:
    """Return an answer's Content-Type header, "" without one."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def text_of_answer(response: Response) -> str:
    """Return an answer's text.

    >>> label = {"Content-Type": "text/plain; charset=windows-1251"}
    >>> text_of_answer(Response("https://acme.example/", headers=label, body="Стажёр".encode("windows-1251")))
    'Стажёр'
    """
    return decoded(response.body, content_type_of(response))


def json_of(response: Response) -> Any:
    r"""Return an answer's JSON.

    Raises:
        BrokenAnswer: the answer is not JSON, or is cut off.

    >>> json_of(Response("https://acme.example/", body=b'\xef\xbb\xbf{"jobs": []}'))
    {'jobs': []}
    """
    text = text_of_answer(response).strip("\0 \t\r\n")
    try:
        return json.loads(text, strict=False)  # control characters in strings are harmless
    except (ValueError, RecursionError):
        raise BrokenAnswer(f"expected JSON, got {' '.join(text[:40].split())!r}") from None


def page_of(response: Response) -> BeautifulSoup:
    r"""Return an answer's HTML.

    >>> page_of(Response("https://acme.example/", body=b"<p>Z\xfcrich")).p
    <p>Zürich</p>
    """
    return BeautifulSoup(text_of_answer(response), "lxml")
