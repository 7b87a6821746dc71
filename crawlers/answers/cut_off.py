"""Signs that a page of HTML ends before its end, so that what it does not show may have stood behind."""

from __future__ import annotations

import re

_OPENED = re.compile(r"<!--|<(script|style|textarea|title)\b[^>]*>", re.IGNORECASE)
_WHOLE = re.compile(r"<html[\s>]", re.IGNORECASE)
_END = re.compile(r"</html\s*>", re.IGNORECASE)
_ERROR = re.compile(
    r"(?:(?:fatal|parse) error|uncaught \w*(?:error|exception))\b.{0,500}? on line\b"
    r"|maximum execution time of .{1,40} exceeded|allowed memory size of .{1,40} exhausted",
    re.IGNORECASE | re.DOTALL,
)


def cut_off_sign(text: str) -> str | None:
    """Return the sign by which a page's source shows that it was cut off, None where it has none.

    A page that never says ``<html>`` need not end with it.

    >>> cut_off_sign("<html><ul><li>Intern"), cut_off_sign("<script>let a = '<li>';</scr"), cut_off_sign("<p>Hi")
    ('the page ends before its end', 'a <script> of the page does not end', None)
    """
    if _WHOLE.search(text) and not _END.search(text):
        return "the page ends before its end"
    lower, at = text.lower(), 0
    while found := _OPENED.search(text, at):
        name = (found[1] or "").lower()
        at = lower.find(f"</{name}" if name else "-->", found.end() if name else found.start() + 2)
        if at < 0:
            return f"a <{name}> of the page does not end" if name else "a comment of the page does not end"
        at += 2
    return "the page ends with an error of its server" if _ERROR.search(text) else None
