"""HTML as boards send it, to plain text for reading and to safe HTML for publishing."""

from __future__ import annotations

import html
import re

import nh3
from selectolax.lexbor import LexborHTMLParser

_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9]{0,10})(?:\s[^<>]{0,2000})?/?>|<!--")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span|a)\b", re.IGNORECASE)
# What neither Parquet, JSON nor XML can carry, and what turns the direction of the text around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|[uo]l|h[1-6]|t[rdh]|table|section|article|header|footer|blockquote|pre|d[tdl]|hr)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_UNREAD_TAG = re.compile(r"<(?:script|style|noscript|template|svg)\b", re.IGNORECASE)
_DIVISIONS = re.compile(
    r"<(/?)(?:div|section|article|header|footer|tr|dt|dd|blockquote|pre)\b[^<>]{0,1000}>", re.IGNORECASE
)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s{0,100}</p>")
_HEADINGS = re.compile(r"<(/?)h[1-6]\b[^<>]*>", re.IGNORECASE)
_BOLD = re.compile(r"<(/?)(?:b|strong)\b[^<>]*>", re.IGNORECASE)
_ITALIC = re.compile(r"<(/?)(?:i|em)\b[^<>]*>", re.IGNORECASE)


def printable(text: str) -> str:
    """Return the text without what no file format can carry.

    >>> printable("a\\x0bb\\ud800c")
    'abc'
    """
    return _UNPRINTABLE.sub("", text)


def is_html(text: str) -> bool:
    """Tell whether a description is marked up.

    >>> is_html("<p>Hi</p>"), is_html("pay > 3 and < 5")
    (True, False)
    """
    return _TAG.search(text) is not None


def unescaped(text: str) -> str:
    """Return HTML that a board sent entity-escaped as HTML again.

    >>> unescaped("&lt;p&gt;R&amp;amp;D&lt;/p&gt;")
    '<p>R&amp;D</p>'
    """
    return html.unescape(text) if not _TAG.search(text[:4000]) and _ESCAPED_TAG.search(text[:4000]) else text


def html_to_text(text: str) -> str:
    """Return the words of HTML or plain text: a line for each block, no entities, no blank lines.

    >>> html_to_text("<p>Six&nbsp;weeks</p><ul><li>$600</li><li>remote</li></ul>")
    'Six weeks\\n$600\\nremote'
    """
    text = unescaped(text)
    if is_html(text):
        # Block tags become line breaks before the tree is built: a tenth of the cost of changing the tree.
        tree = LexborHTMLParser(_BLOCK_TAG.sub("\n", text.replace("\r", " ").replace("\n", " ")))
        if _UNREAD_TAG.search(text):
            tree.strip_tags(["script", "style", "noscript", "template", "svg"])
        body = tree.body
        words = body.text(separator="", strip=False) if body is not None else ""
    else:
        words = html.unescape(text) if "&" in text else text
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for raw in words.split("\n") if (line := " ".join(raw.split()))]
    words = "\n".join(lines)
    return words if "".join(lines).isprintable() else _UNPRINTABLE.sub("", words).strip()


def safe_html(text: str) -> str | None:
    """Return HTML reduced to what a feed may carry, None for plain text.

    >>> safe_html("<h1>Role</h1><p onclick='x()'>Six <b>weeks</b><script>x()</script></p>")
    '<h3>Role</h3><p>Six <strong>weeks</strong></p>'
    >>> safe_html("<div><b>Role</b></div><div>Six weeks<ul><li>Rust</li></ul></div>")
    '<p><strong>Role</strong></p><p>Six weeks</p><ul><li>Rust</li></ul>'
    >>> safe_html("Six weeks") is None
    True
    """
    text = unescaped(text)
    if not is_html(text):
        return None
    text = _UNPRINTABLE.sub("", text)
    text = _DIVISIONS.sub(r"<\1p>", text)  # a division that is only dropped would glue its words to the next
    text = _HEADINGS.sub(r"<\1h3>", text)
    text = _BOLD.sub(r"<\1strong>", text)
    text = _ITALIC.sub(r"<\1em>", text)
    cleaned = nh3.clean(
        text,
        tags={"p", "br", "ul", "ol", "li", "strong", "em", "h3", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow",
        clean_content_tags={"script", "style", "noscript", "template", "svg"},
    )
    return _EMPTY_PARAGRAPH.sub("", cleaned).strip()
