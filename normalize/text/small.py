"""Small markup inside a value: struck words, raised and lowered figures.

Plain text has no tags that say "no longer" or "raised", so ``<s>$15</s> $20`` would read as two sums and
``$20<sup>50</sup>`` as 2050. This is done in HTML, before words and published HTML are made of it, so that both say the
same.
"""

from __future__ import annotations

import re

from normalize.text.patterns import lazy_pattern

_ATTRS = r"""(?:\s[^<>"']{0,200}(?:(?:"[^"<>]{0,500}"|'[^'<>]{0,500}')[^<>"']{0,200}){0,12})?"""
# Most postings have none, which must be known fast.
_SMALL = lazy_pattern(r"</(?:[sS](?:[uU][pPbB]|[mM][aA][lL]|[tT][rR][iI][kK]|[\s>])|[dD][eE][lL])")
# Not more than some lines: a text of which everything is struck, or a tag that is closed late, hides no posting.
_STRUCK = lazy_pattern(
    lambda: (
        rf"<(?:(?P<tag>s|strike|del){_ATTRS}|(?P<styled>[a-z][a-z0-9]{{0,9}})\s[^<>]{{0,300}}line-through[^<>]{{0,300}})>"
        r"(?:(?!</?(?:(?P=tag)|(?P=styled))[\s>]).){0,400}?"
        r"</(?:(?P=tag)|(?P=styled))\s{0,3}>"
    ),
    re.IGNORECASE | re.DOTALL,
)
_RAISED = lazy_pattern(
    lambda: (
        rf"<(?P<tag>sup|sub|small){_ATTRS}>"
        r"(?P<words>(?:[^<]|<(?!/?(?:sup|sub|small)[\s>])[^<>]{0,300}>){0,40}?)</(?P=tag)\s{0,3}>"
    ),
    re.IGNORECASE,
)
_ANY_TAG = lazy_pattern(r"<[^<>]*>")
_NOTE = lazy_pattern(r"[*\u2020\u2021\xa7#]{1,4}|[(\[][0-9]{1,2}[)\]]")
_CURRENCY = r"(?:[$\u20ac\xa3\u20b9]|&(?:euro|pound);|(?:USD|EUR|GBP|CHF|CAD|AUD)\b)"
_SUM_BEFORE = lazy_pattern(lambda: rf"(?P<sign>{_CURRENCY}(?:\s|&nbsp;)?)?[0-9]{{1,3}}(?:[,.' ]?[0-9]{{3}}){{0,2}}$")
_CURRENCY_AFTER = lazy_pattern(lambda: rf"(?:\s|&nbsp;){{0,2}}{_CURRENCY}")
_RAISED_FIGURES = str.maketrans("0123456789", "\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079")
_LOWERED_FIGURES = str.maketrans("0123456789", "".join(map(chr, range(0x2080, 0x208A))))


def without_small(text: str) -> str:
    """Return HTML without struck words and marks of footnotes, raised figures as such or as cents.

    >>> without_small("<s>$15</s> $20<sup>50</sup> for 8<sup>*</sup> weeks on 10 m<sup>2</sup>")
    '  $20.50 for 8 weeks on 10 m²'
    >>> without_small("the 1<sup>st</sup> of 8<sup>1</sup> weeks")
    'the 1<sup>st</sup> of 8¹ weeks'
    """
    if _SMALL.search(text) or "line-through" in text:
        text = _RAISED.sub(_raised, _STRUCK.sub(" ", text))
    return text


def _raised(found: re.Match[str]) -> str:
    words = _ANY_TAG.sub("", found["words"]).strip()
    tag = found["tag"].lower()
    if tag == "sup" and _NOTE.fullmatch(words):
        return ""
    if not words.isdecimal() or not words.isascii():
        return found[0]
    before = found.string[max(0, found.start() - 24) : found.start()]
    amount = _SUM_BEFORE.search(before) if len(words) == 2 else None
    if amount and (amount["sign"] or _CURRENCY_AFTER.match(found.string, found.end())):
        return f".{words}"
    if tag == "small" and not before[-1:].isdigit():
        return found[0]
    return words.translate(_LOWERED_FIGURES if tag == "sub" else _RAISED_FIGURES)
