"""The few tags that are published, opened and closed as browsers do it.

What stands between two pieces of text, such as ``</li><li>``, comes again and again in a description, so what it does
to the open tags is worked out once and remembered. Whatever is stranger than what boards usually send, such as a
comment, ``<b><p></b>``, or a link that is no plain address, is left to the sanitizer; the answers are the same.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from normalize.text.patterns import lazy_pattern

PUBLISHED = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "h3", "a"})
UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "title"})  # their content goes with them
# What becomes of other tags; the rest are dropped and their words stay. A division that is only dropped would glue
# its words to the next ones.
AS = (
    {name: name for name in PUBLISHED | UNREAD}
    | {"b": "strong", "i": "em"}
    | dict.fromkeys(("h1", "h2", "h4", "h5", "h6"), "h3")
    | dict.fromkeys(
        "div section article header footer main aside tr td th dt dd dl table blockquote pre hr address form".split(),
        "p",
    )
)
# Quotes may hold a ">"; whatever is stranger than this is left to the sanitizer.
ATTRIBUTES = r"""(?:\s[^<>"']{0,500}(?:(?:"[^"]{0,3000}"|'[^']{0,3000}')[^<>"']{0,500}){0,40})?"""
_EMPTY = lazy_pattern(r"<(p|h3|li)>(?:\s|&nbsp;|<br>){0,50}</\1>")
BREAK = "\0"
"""Stands in the words that `tidied` returns wherever a line ends."""

_Open = tuple[str, ...]
_BETWEEN = lazy_pattern(r"(<[^<>]{1,300}>(?:\s*+(?:&nbsp;\s*+)*+<[^<>]{1,300}>){0,31}+)")
_EACH = lazy_pattern(r"<([^<>]+)>")
_TAG = lazy_pattern(lambda: rf"(/?)([a-zA-Z][a-zA-Z0-9]{{0,15}})({ATTRIBUTES})/?")
_INLINE = frozenset(("strong", "em", "a"))
_DEEPEST = 24  # tags within one another; no posting has more

_OTHER = r'(?:\s+(?!href)[a-z-]{1,30}="[^"]{0,500}"){0,20}'
_LINK = lazy_pattern(lambda: rf'{_OTHER}\s+href="(?P<address>[^"]{{1,2000}})"{_OTHER}\s*')
# Only addresses that no two parsers read differently.
_ADDRESS = lazy_pattern(
    r"https?://(?:(?![Xx][Nn]--)[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?:[/?#][A-Za-z0-9._~/?#=%+:@,!&-]*)?"
)
_CONTACT = lazy_pattern(r"(?:mailto|tel):[A-Za-z0-9._~/?=%+:@,!&-]*")  # is not published
_IN_ADDRESS = lazy_pattern(r"&(?:amp|#x2f|#x3d|#x26);", re.IGNORECASE)
_STRANGE_IN_ADDRESS = lazy_pattern(r"&(?!(?:amp|#x2f|#x3d|#x26);|[a-z0-9]{1,30}=)", re.IGNORECASE)

_ENTITY = r"""&[^\s<>&;"']{0,32};?"""
_ENTITIES, _ENTITIES_AND_LINKS = lazy_pattern(lambda: _ENTITY), lazy_pattern(lambda: rf"<a\s[^<>]*>|{_ENTITY}")
_WRITTEN = frozenset(("&amp;", "&lt;", "&gt;", "&nbsp;"))  # what stays an entity


class _Strange(Exception):
    """Something that is left to the sanitizer."""


def tidied(text: str) -> tuple[str, str] | None:
    """Return HTML of published tags alone, and its words with `BREAK` at the end of lines; None where it is strange.

    >>> tidied("<div><h1>Role</h1><p class='x'>R&D<br>and <b>so on</b></div>")[0]
    '<h3>Role</h3><p>R&amp;D<br>and <strong>so on</strong></p>'
    >>> tidied("<p>one<!-- two --></p>") is None
    True
    """
    if BREAK in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text and not _WRITTEN.issuperset(_ENTITIES.findall(text)):
        text = _ENTITIES_AND_LINKS.sub(lambda found: _entity(found[0]), text)
    parts = _BETWEEN.split(text)  # words, tags, words, …, words
    spaces = parts.copy()
    opened: _Open = ()
    try:
        for at in range(1, len(parts), 2):
            opened, parts[at], spaces[at] = _between(opened, parts[at])
    except _Strange:
        return None
    words = "".join(spaces)
    if "<" in words or ">" in words:
        return None
    safe = "".join(parts)
    if opened:
        safe = without_empty(safe + "".join(f"</{name}>" for name in reversed(opened)))
    return safe if safe.isascii() else safe.replace("\xa0", "&nbsp;"), words


def without_empty(safe: str) -> str:
    """Return HTML of published tags without those that hold nothing.

    >>> without_empty("<li><p> </p></li><p>one</p>")
    '<p>one</p>'
    """
    while (less := _EMPTY.sub("", safe)) != safe:
        safe = less
    return safe


@lru_cache(maxsize=4096)
def _entity(found: str) -> str:
    """Return an entity as the sanitizer writes it: as its character, if it is none of four; a link stays."""
    if found[0] == "<":
        return found
    return html.escape(html.unescape(found), quote=False).replace("\xa0", "&nbsp;")


@lru_cache(maxsize=4096)
def _between(opened: _Open, between: str) -> tuple[_Open, str, str]:
    """Return what is open after some tags, the tags as they are published, and what stands for them among the words."""
    published = words = ""
    parts = _EACH.split(between)
    for tag, space in zip(parts[1::2], parts[2::2], strict=True):
        name = _named(tag)
        opened, tags = _closed(opened, name[1:]) if name[:1] == "/" else _opened(opened, name) if name else (opened, "")
        published += tags + space
        words += (BREAK if tags and name.strip("/").partition(" ")[0] not in _INLINE else "") + space
    if len(opened) > _DEEPEST:
        raise _Strange
    return opened, without_empty(published), BREAK if BREAK in words else words


def _named(tag: str) -> str:
    """Return a tag by its published name: "/p", "br", 'a href="…" rel="nofollow"'; nothing for one that is dropped."""
    match = _TAG.fullmatch(tag)
    name = AS.get(match[2].lower(), "") if match else ""
    if match is None or name in UNREAD or (name == "br" and match[1]):
        raise _Strange
    if name != "a" or match[1]:
        return match[1] + name if name else ""
    link = _LINK.fullmatch(match[3])
    if link is None or _STRANGE_IN_ADDRESS.search(link["address"]):
        raise _Strange
    address = _IN_ADDRESS.sub(lambda found: html.unescape(found[0]), link["address"])
    if _CONTACT.fullmatch(address):
        return 'a rel="nofollow"'
    if not _ADDRESS.fullmatch(address):
        raise _Strange
    return f'a href="{html.escape(address)}" rel="nofollow"'


def _opened(opened: _Open, tag: str) -> tuple[_Open, str]:
    """Return what is open once a tag is opened, and the tag after those that it closes."""
    name = tag.partition(" ")[0]
    if name == "br":
        return opened, "<br>"
    closing = ""
    if name not in _INLINE and "p" in opened:  # no paragraph holds a block
        opened, closing = _closed(opened, "p")
    if name in opened and name in ("a", "h3", "li"):
        if opened[-1] == name != "a":  # an item ends the one before it
            opened, closing = opened[:-1], f"{closing}</{name}>"
        elif name != "li" or opened[-1] not in ("ul", "ol"):
            raise _Strange
    return (*opened, name), f"{closing}<{tag}>"


def _closed(opened: _Open, name: str) -> tuple[_Open, str]:
    """Return what is open once a tag is closed, and the closing tag after those which may be left out."""
    if name not in opened:
        return opened, "<p></p>" if name == "p" else ""
    closing = ""
    while opened[-1] != name:
        if opened[-1] not in ("p", "li") or name in _INLINE:
            raise _Strange
        opened, closing = opened[:-1], f"{closing}</{opened[-1]}>"
    return opened[:-1], f"{closing}</{name}>"
