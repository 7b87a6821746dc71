"""Signs that a page of HTML was cut off, so that postings may be missing from it."""

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
    """Return the sign in a page's source that the page was cut off, None without a sign.

    A page without ``<html>`` may end without ``</html>``.

    >>> cut_off_sign("<html><ul><li>Intern"), cut_off_sign("<script>let a = '<li>';</scr"), cut_off_sign("<p>Hi")
    ('the page is cut off: it has no </html>', 'the page is cut off: its last <script> is not closed', None)
    """
    if _WHOLE.search(text) and not _END.search(text):
        return "the page is cut off: it has no </html>"
    lower, position = text.lower(), 0
    while opening := _OPENED.search(text, position):
        name = (opening[1] or "").lower()
        position = lower.find(f"</{name}" if name else "-->", opening.end() if name else opening.start() + 2)
        if position < 0:
            return f"the page is cut off: its last {f'<{name}>' if name else 'comment'} is not closed"
        position += 2
    return "the page ends with an error message of its server" if _ERROR.search(text) else None
