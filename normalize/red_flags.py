"""Signs of a scam. A listing with warnings is never dropped; readers decide whether to trust it."""

from __future__ import annotations

import re

from normalize.pay.choose import Pay
from normalize.text.lexicon import stands_alone, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Hit, Text, word_anchors
from normalize.vocabulary import WarningSign

_L = "a-zà-ÿ"
_NEAR = 80  # characters on either side, within the sentence


def _near(key: str) -> re.Pattern[str]:
    return lazy_pattern(lambda: rf"(?<![{_L}])(?:{any_of(words('warnings', key))})(?![{_L}])")


# Sign -> (words to look for, words that must be near them). A sum of money, too, shows that somebody pays.
_SIGNS = {
    WarningSign.MONEY: (
        word_anchors("warnings.fee", words("warnings", "fee")),
        lazy_pattern(lambda: rf"{_near('pay_words').pattern}|[$€£₹]\s?[0-9]|(?<![{_L}])(?:rs|inr|usd|eur)\.?\s?[0-9]|[0-9]\s?(?:usd|eur|inr|€)"),
    ),
    WarningSign.BANK: (word_anchors("warnings.bank", words("warnings", "bank")), _near("ask_words")),
    WarningSign.CHAT: (word_anchors("warnings.chat", words("warnings", "chat")), _near("talk_words")),
    WarningSign.CHEQUE: (word_anchors("warnings.cheque", words("warnings", "cheque")), None),
    WarningSign.PROMISE: (word_anchors("warnings.promise", words("warnings", "promise")), None),
}  # fmt: skip
_DENIED, _BORNE = _near("deny"), _near("borne")  # before it, after it
_SENTENCE = lazy_pattern(r"[.!?;]\s|\n")
# More than any beginner is paid, in currencies of similar value; the best-paid interns of trading firms earn less.
_MAX_PAY = {"hour": 200.0, "day": 1500.0, "week": 7500.0, "month": 30_000.0, "year": 350_000.0}
_DOLLAR_LIKE = frozenset(("USD", "EUR", "GBP", "CAD", "AUD", "CHF"))


def parse_warnings(description: Text, pay: Pay | None, beginner: bool) -> list[str]:
    """Return the signs of a scam in a posting, each a short phrase.

    Args:
        beginner: whether the posting is for students or beginners, whose pay has an upper bound.

    >>> from normalize.text.scanner import scan
    >>> parse_warnings(scan("Pay a registration fee and message us on WhatsApp to apply."), None, True)
    ['asks for money', 'interviews in a chat app']
    >>> parse_warnings(scan("We never ask for a registration fee."), None, True)
    []
    """
    found = [
        str(sign)
        for sign, (group, beside) in _SIGNS.items()
        if (hits := description.hits(group)) and _is_stated(description.norm, hits, beside)
    ]
    if beginner and pay is not None and pay.currency in _DOLLAR_LIKE:
        most = pay.max or pay.min or 0
        if most > _MAX_PAY.get(pay.period or "", float("inf")):
            found.append(str(WarningSign.PAY))
    return found


def _is_stated(norm: str, hits: list[Hit], beside: re.Pattern[str] | None) -> bool:
    for start, end in hits[:6]:
        if not stands_alone(norm, start, end):
            continue
        before = _SENTENCE.split(norm[max(0, start - _NEAR) : start])[-1]
        after = _SENTENCE.split(norm[end : end + _NEAR], 1)[0]
        if _DENIED.search(before) or _BORNE.search(after):
            continue
        if beside is None or beside.search(before) or beside.search(after):
            return True
    return False
