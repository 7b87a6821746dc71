"""HTML as boards send it, to plain text for reading and to safe HTML for publishing."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

import nh3


class Markup(NamedTuple):
    """A description, read once.

    Attributes:
        text: its words: a line for each block, no entities, no blank lines.
        html: the same reduced to the tags a feed may carry; None for plain text.
    """

    text: str
    html: str | None


# Quotes may hold a ">"; whatever is stranger than this is left to the sanitizer.
_ATTRIBUTES = r"""(?:\s[^<>"']{0,500}(?:(?:"[^"]{0,3000}"|'[^']{0,3000}')[^<>"']{0,500}){0,40})?"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]{{0,15}})({_ATTRIBUTES})/?>")
_SIMPLE_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span|a)\b", re.IGNORECASE)
# What neither Parquet, JSON nor XML can carry, and what turns the direction of the text around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_PUBLISHED = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "h3", "a"})
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "title"})  # their content goes with them
# What becomes of other tags; the rest are dropped and their words stay. A division that is only dropped would glue
# its words to the next ones.
_AS = (
    {name: name for name in _PUBLISHED | _UNREAD}
    | {"b": "strong", "i": "em"}
    | dict.fromkeys(("h1", "h2", "h4", "h5", "h6"), "h3")
    | dict.fromkeys(
        "div section article header footer main aside tr td th dt dd dl table blockquote pre hr address form".split(),
        "p",
    )
)
_SANITIZER = nh3.Cleaner(
    tags=set(_PUBLISHED),
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel="nofollow",
    clean_content_tags=set(_UNREAD),
)
_MOST_TAGS = 4_000  # no posting has more, and the time a parser takes grows with the square of their depth
_LINK = re.compile(r"<a(?: [a-z]{3,4}=\"[^\"]*\")*>|</a>")
_EMPTY = re.compile(r"<(p|h3|li)>(?:\s|&nbsp;|<br>){0,50}</\1>")


def printable(text: str) -> str:
    """Return the text without what no file format can carry.

    >>> printable("a\\x0bb\\ud800c")
    'abc'
    """
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def _carried(lines: str) -> str:
    """The same for text of many lines, most of which needs no change."""
    return lines if lines.replace("\n", "").isprintable() else _UNPRINTABLE.sub("", lines)


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
    return html.unescape(text) if not _TAG.search(text[:4000]) and _ESCAPED_TAG.search(text[:4000]) else text


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
    reduced = _reduced(text)
    if reduced.count("<") > _MOST_TAGS:
        return Markup(_lines(html.unescape(_TAG.sub("\n", text))), None)
    if not reduced.isascii():
        reduced = reduced.encode("utf-8", "ignore").decode()  # half a surrogate pair is no text
    safe = _SANITIZER.clean(reduced)
    return Markup(_lines(_words(safe)), _carried(_EMPTY.sub("", safe).strip()))


def _reduced(text: str) -> str:
    """Return HTML in which only tags are left that are published, or unread with their content."""
    tags = set(_SIMPLE_TAG.findall(text))
    if len(tags) > 64 or any(tag.count('"') % 2 or "'" in tag for tag in tags):  # a quote may hold a ">"
        return _TAG.sub(lambda tag: _tag(tag[0]), text)
    for tag in tags:  # the same few, many times: replacing each at once takes a fifth of the time
        if (published := _tag(tag)) != tag:
            text = text.replace(tag, published)
    return text


@lru_cache(maxsize=4096)
def _tag(tag: str) -> str:
    match = _TAG.fullmatch(tag)
    if match is None:
        return tag
    name = _AS.get(match[2].lower())
    return f"<{match[1]}{name}{match[3] if name == 'a' else ''}>" if name else ""


_BREAK = re.compile(r"</?(?:p|br|li|[uo]l|h3)>")
_INLINE = ("<strong>", "</strong>", "<em>", "</em>")


def _words(safe: str) -> str:
    """Return the words of sanitized HTML, of which every tag and entity is known."""
    words = _BREAK.sub("\n", safe.replace("\n", " "))
    for tag in _INLINE:
        words = words.replace(tag, "")
    if "<a" in words:
        words = _LINK.sub("", words)
    if "&" in words:
        words = words.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return words


def _lines(words: str) -> str:
    """Return the lines that hold words, spaces folded."""
    words = words.replace("\t", " ").replace("\xa0", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    lines = [line for raw in words.split("\n") if (line := raw.strip())]
    if not "".join(lines).isprintable():
        lines = [line for raw in lines if (line := _UNPRINTABLE.sub("", " ".join(raw.split())).strip())]
    return "\n".join(lines)
