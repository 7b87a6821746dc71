"""HTML as boards send it, to plain text for reading and to safe HTML for publishing."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

import nh3

from normalize.tags import AS, ATTRIBUTES, BREAK, PUBLISHED, UNREAD, tidied, without_empty


class Markup(NamedTuple):
    """A description, read once.

    Attributes:
        text: its words: a line for each block, no entities, no blank lines.
        html: the same reduced to the tags a feed may carry; None for plain text.
    """

    text: str
    html: str | None


_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]{{0,15}})({ATTRIBUTES})/?>")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span|a)\b", re.IGNORECASE)
# What neither Parquet, JSON nor XML can carry, and what turns the direction of the text around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_SANITIZER = nh3.Cleaner(
    tags=set(PUBLISHED),
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel="nofollow",
    clean_content_tags=set(UNREAD),
)
_MOST_TAGS = 4_000  # no posting has more, and the time a parser takes grows with the square of their depth
# In sanitized HTML, of which every tag and entity is known.
_BREAK = re.compile(r"</?(?:p|br|li|[uo]l|h3)>")
_INLINE = re.compile(r"</?(?:strong|em)>|<a(?: [a-z]{3,4}=\"[^\"]*\")*>|</a>")


def printable(text: str) -> str:
    """Return the text without what no file format can carry.

    >>> printable("a\\x0bb\\ud800c")
    'abc'
    """
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


_ASCII = bytes((*b"\t\n\r", *range(0x20, 0x7F)))


def _is_plain(text: str) -> bool:
    """Tell whether a text of many lines needs no change; most are ASCII, which is asked much faster."""
    return not text.encode().translate(None, _ASCII) if text.isascii() else text.replace("\n", "").isprintable()


def is_html(text: str) -> bool:
    """Tell whether a description is marked up.

    >>> is_html("<p>Hi</p>"), is_html("pay > 3 and < 5")
    (True, False)
    """
    return _TAG.search(text) is not None or "<!--" in text


def unescaped(text: str) -> str:
    """Return HTML that a board sent entity-escaped as HTML again.

    >>> unescaped("&lt;p&gt;R&amp;amp;D&lt;/p&gt;")
    '<p>R&amp;D</p>'
    """
    return html.unescape(text) if not _TAG.search(text, 0, 4000) and _ESCAPED_TAG.search(text, 0, 4000) else text


def read_markup(text: str) -> Markup:
    """Return the words of HTML or plain text, and HTML again that is safe to publish.

    Only sanitized HTML is read, so that both say the same and one parse does for both.

    >>> read_markup("<h1>Role</h1><p onclick='x()'>Six&nbsp;<b>weeks</b><script>x()</script></p>")
    Markup(text='Role\\nSix weeks', html='<h3>Role</h3><p>Six&nbsp;<strong>weeks</strong></p>')
    >>> read_markup("<div>Six weeks<ul><li>Rust</li></ul></div>")
    Markup(text='Six weeks\\nRust', html='<p>Six weeks</p><ul><li>Rust</li></ul>')
    >>> read_markup("R&amp;D,\\r\\n $600 < 900")
    Markup(text='R&D,\\n$600 < 900', html=None)
    """
    text = unescaped(text)
    if not is_html(text):
        words = html.unescape(text) if "&" in text else text
        return Markup(_lines(words.replace("\r\n", "\n").replace("\r", "\n")), None)
    found = tidied(text) if text.count("<") <= _MOST_TAGS else None
    safe, words = found or sanitized(text)
    words = words.replace("\n", " ").replace(BREAK, "\n")
    if "&" in words and "&" in (words := words.replace("&nbsp; ", " ").replace("&nbsp;", " ")):
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if safe is None:
        return Markup(_lines(words), None)
    plain = _is_plain(safe)
    return Markup(_lines(words, plain), (safe if plain else _UNPRINTABLE.sub("", safe)).strip())


def sanitized(text: str) -> tuple[str | None, str]:
    """Return what `normalize.tags.tidied` does, of any HTML; of too many tags only the words.

    >>> sanitized("<b><p>one<!-- two --></b><script>x()</script>")
    ('<strong></strong><p><strong>one</strong></p>', '\\x00one\\x00')
    """
    reduced = _TAG.sub(lambda tag: _reduced(tag[0]), text)
    if reduced.count("<") > _MOST_TAGS:
        return None, html.escape(html.unescape(_TAG.sub(BREAK, text)), quote=False)
    if not reduced.isascii():
        reduced = reduced.encode("utf-8", "ignore").decode()  # half a surrogate pair is no text
    safe = _SANITIZER.clean(reduced)
    return without_empty(safe), _INLINE.sub("", _BREAK.sub(BREAK, safe))


@lru_cache(maxsize=4096)
def _reduced(tag: str) -> str:
    """Return a tag as it is published; one that is unread stays, so that its content goes with it."""
    match = _TAG.fullmatch(tag)
    name = AS.get(match[2].lower()) if match else None
    return f"<{match[1]}{name}{match[3] if name == 'a' else ''}>" if match and name else ""


def _lines(words: str, plain: bool = False) -> str:
    """Return the lines that hold words, spaces folded; in plain words there is nothing else to fold."""
    words = words.replace("\t", " ").replace("\xa0", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    lines = list(filter(None, map(str.strip, words.split("\n"))))
    if not plain and not "".join(lines).isprintable():
        lines = [line for raw in lines if (line := _UNPRINTABLE.sub("", " ".join(raw.split())).strip())]
    return "\n".join(lines)
