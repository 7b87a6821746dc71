"""HTML as boards send it, to plain text for reading and to safe HTML for publishing; and fields of a few words."""

from __future__ import annotations

import html
import json
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from normalize.text.balance import AS, ATTRIBUTES, BREAK, PUBLISHED, UNREAD, tidied, without_empty
from normalize.text.patterns import lazy_pattern
from normalize.text.small import without_small

if TYPE_CHECKING:
    import nh3


class Markup(NamedTuple):
    """A description, read once.

    Attributes:
        text: its words: a line for each block, no entities, no blank lines.
        html: the same reduced to the tags a feed may carry; None for plain text.
    """

    text: str
    html: str | None


_TAG = lazy_pattern(lambda: rf"<(/?)([a-zA-Z][a-zA-Z0-9]{{0,15}})({ATTRIBUTES})/?>")
_ESCAPED_TAG = lazy_pattern(r"&lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span|a)\b", re.IGNORECASE)
# What neither Parquet, JSON nor XML can carry, what turns the direction of the text around it, and what hides a word
# without being seen: soft hyphens, signs of no width. A joiner is part of some scripts, but of no Latin word.
_UNPRINTABLE = lazy_pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|(?<=[0-9A-Za-z\xc0-\u024f])[\u200c\u200d]|[\u200c\u200d](?=[0-9A-Za-z\xc0-\u024f])"
)
_MOST_TAGS = 4_000  # no posting has more, and the time a parser takes grows with the square of their depth
# In sanitized HTML, of which every tag and entity is known.
_BREAK = lazy_pattern(r"</?(?:p|br|li|[uo]l|h3)>")
_INLINE = lazy_pattern(r"</?(?:strong|em)>|<a(?: [a-z-]+=\"[^\"]*\")*>|</a>")
# A tag of a shape that no posting needs: attributes that are endless or without end, in a text without other tags.
_LOOSE_TAG = lazy_pattern(r"<[a-zA-Z][a-zA-Z0-9]{0,15}\s[^<>]{0,300}?=\s?[\"']")
# Where the end is missing, all of the rest, as browsers do.
_WITH_CONTENT = lazy_pattern(
    lambda: (
        rf"<(?P<name>{'|'.join(sorted(UNREAD - {'title'}))})\b[^<>]*+>(?:(?!</(?P=name)\b).)*+(?:</(?P=name)\s*+>|\Z)"
        r"|<!--(?:(?!-->).)*+(?:-->|\Z)"
    ),
    re.IGNORECASE | re.DOTALL,
)
_ANY_TAG = lazy_pattern(r"</?[a-zA-Z!](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|</?[a-zA-Z!][^<>]*+>")


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
    return "<" in text and (_TAG.search(text) is not None or "<!--" in text or _LOOSE_TAG.search(text) is not None)


def unescaped(text: str) -> str:
    """Return HTML that a board sent entity-escaped as HTML again.

    >>> unescaped("&lt;p&gt;R&amp;amp;D&lt;/p&gt;")
    '<p>R&amp;D</p>'
    """
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
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
    few = text.count("<") <= _MOST_TAGS
    if few:
        text = without_small(text)
    if not is_html(text):
        words = html.unescape(text) if "&" in text else text
        return Markup(_lines(words.replace("\r\n", "\n").replace("\r", "\n")), None)
    found = tidied(text) if few else None
    safe, words = found or sanitized(text)
    words = words.replace("\n", " ").replace(BREAK, "\n")
    if "&" in words and "&" in (words := words.replace("&nbsp; ", " ").replace("&nbsp;", " ")):
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if safe is None:
        return Markup(_lines(words), None)
    plain = _is_plain(safe)
    return Markup(_lines(words, plain), (safe if plain else _UNPRINTABLE.sub("", safe)).strip())


def sanitized(text: str) -> tuple[str | None, str]:
    """Return what `normalize.text.balance.tidied` does, of any HTML; of too many tags only the words.

    >>> sanitized("<b><p>one<!-- two --></b><script>x()</script>")
    ('<strong></strong><p><strong>one</strong></p>', '\\x00one\\x00')
    """
    reduced = _TAG.sub(lambda tag: _reduced(tag[0]), text)
    if reduced.count("<") > _MOST_TAGS:
        text = _ANY_TAG.sub(BREAK, _WITH_CONTENT.sub(BREAK, text))
        return None, html.escape(html.unescape(text), quote=False)
    if not reduced.isascii():
        reduced = reduced.encode("utf-8", "ignore").decode()  # half a surrogate pair is no text
    safe = _sanitizer().clean(reduced)
    return without_empty(safe), _INLINE.sub("", _BREAK.sub(BREAK, safe))


@cache
def _sanitizer() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(PUBLISHED),
        attributes={"a": {"href"}, "*": set()},  # else nh3 adds "title" and "lang" to every tag
        url_schemes={"http", "https"},
        link_rel="nofollow",
        clean_content_tags=set(UNREAD),
    )


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
        lines = [line for raw in lines if (line := _folded(raw))]
    return "\n".join(lines)


def _folded(words: str) -> str:
    """Return words with one space where there is any, and without what is not seen; a form feed is a space."""
    words = " ".join(words.split())
    return words if words.isprintable() else " ".join(_UNPRINTABLE.sub("", words).split())


_ENTITY = lazy_pattern(
    r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?|[a-zA-Z][a-zA-Z0-9]{1,31};"
    r"|(?:amp|lt|gt|quot|nbsp)(?![a-zA-Z0-9=]))"
)
# Tags of HTML alone, with attributes alone: "<Intern>", "C++ <3" and "a <b and c> d" are words.
_ATTRIBUTE = r"""\s{1,20}[a-zA-Z_:@][\w:.@-]{0,60}+(?:\s?=\s?(?:"[^"]{0,1000}"|'[^']{0,1000}'|[^\s"'=<>`]{1,500}+))"""
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big center cite code del dfn em font i img ins kbd mark nobr o:p s small span strike "
    "strong sub sup tt u wbr title body html"
).split()
_FIELD_TAG = lazy_pattern(
    lambda: (
        rf"</?(?P<name>{'|'.join(sorted({*AS, *_INLINE_NAMES} - {'address', 'form'}, key=len, reverse=True))})"
        rf"(?:{_ATTRIBUTE}){{0,30}}\s{{0,20}}/?>|<!\[CDATA\[|\]\]>"
    ),
    re.IGNORECASE,
)
_JSON_TEXT = lazy_pattern(r'"(?:[^"\\]|\\.)*+"')
_GLUED = frozenset(_INLINE_NAMES)
_MOST_ESCAPED = 3  # times that a field is known to be escaped


def field_words(text: str) -> str:
    r"""Return the words of a short field, such as a place, without entities, tags and signs that are not seen.

    A record in JSON stays one: its texts become words, as JSON writes them.

    >>> field_words("<![CDATA[Lyon &amp;amp; <b>Nice</b><br>Oslo]]>"), field_words("C++ <3, AT&T, if a < b")
    ('Lyon & Nice\nOslo', 'C++ <3, AT&T, if a < b')
    >>> field_words('{"name": "Fern &quot;&amp;&quot; Moss"}')
    '{"name": "Fern \\"&\\" Moss"}'
    >>> field_words('[{"max": 58.00, "note": "Pay<p class=\\"a\\">by the hour</p>"}]')
    '[{"max": 58.00, "note": "Pay\\nby the hour\\n"}]'
    """
    if not _may_hold_markup(text):
        return printable(text)
    return printable(_JSON_TEXT.sub(_json_words, text) if _is_record(text) else _without_markup(text))


def one_line(text: str) -> str:
    r"""Return the words of a short field, such as a title, in one line.

    >>> one_line("Intern<br />Marketing"), one_line("Prakti\u00adkum \u200b &#8211;\n Einkauf")
    ('Intern Marketing', 'Praktikum – Einkauf')
    """
    return _folded(_without_markup(text) if _may_hold_markup(text) else text)


def _may_hold_markup(text: str) -> bool:
    return "&" in text or "<" in text or "]]>" in text


def _is_record(text: str) -> bool:
    """Tell whether a field is a record or a list in JSON."""
    if text[0] + text[-1] not in ("{}", "[]"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json_words(text: re.Match[str]) -> str:
    """Return a text of a record without its markup; one without any stays as it is written."""
    written: str = json.loads(text[0])
    words = _without_markup(written)
    return text[0] if words == written else json.dumps(words, ensure_ascii=False)


def _without_markup(text: str) -> str:
    for _ in range(_MOST_ESCAPED):
        if "&" not in text or (plain := _ENTITY.sub(_letter, text)) == text:
            break
        text = plain
    if "<" not in text and "]]>" not in text:
        return text
    if text.count("<") <= _MOST_TAGS:
        text = without_small(text)
    return _FIELD_TAG.sub(_break, _WITH_CONTENT.sub(" ", text))


def _letter(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _break(tag: re.Match[str]) -> str:
    """Return the replacement for a tag: a new line if the tag begins or ends a block."""
    return "" if tag["name"] is None or tag["name"].lower() in _GLUED else "\n"
