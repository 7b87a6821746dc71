"""Signs of a scam. A listing is marked and never dropped: whether to trust it is the reader's choice."""

from __future__ import annotations

import re

from normalize.pay import Pay
from normalize.text import Text, anchors

_SIGNS = {
    "asks for money": r"(?:registration|application|training|security|processing|enrol?lment|onboarding|certificate|starter kit) (?:fee|deposit|charge)s?|refundable deposit|pay (?:a|an) (?:small )?(?:fee|deposit)|send (?:us )?money|buy (?:your own )?(?:gift cards|starter kit)",
    "asks for bank details": r"bank (?:account )?(?:details|information|login)|account number and|credit card (?:number|details)|social security number|aadhaar and pan",
    "interviews in a chat app": r"(?:interview|apply|contact|message|text|reach|chat)[^.\n]{0,40}(?:whatsapp|telegram|signal app|wechat|google hangouts?)|(?:whatsapp|telegram|hangouts?) (?:interview|number|group)",
    "sends a cheque": r"(?:deposit|cash) (?:the|a|our) che(?:ck|que)|che(?:ck|que) will be (?:sent|mailed) to you",
    "promises too much": r"earn (?:up to )?\$?[0-9][0-9,]{2,6} (?:per|a|each) day (?:from home|easily)|guaranteed income|no skills? (?:needed|required),? (?:earn|make)",
}
_GROUPS = {sign: anchors(f"warnings.{index}", [pattern]) for index, (sign, pattern) in enumerate(_SIGNS.items())}
_DENIED = re.compile(r"(?:no|not|never|without|don't|do not|won't|free of|keine?|nie)\s(?:[a-z]{1,12}\s){0,4}$")
# Pay by the hour that no beginner is paid; far above what labelled internships state.
_TOO_MUCH = {"hour": 250.0, "day": 2000.0, "week": 10_000.0, "month": 40_000.0}


def parse_warnings(description: Text, pay: Pay | None, beginner: bool) -> list[str]:
    """Return the signs found, each a short phrase.

    Args:
        beginner: whether the posting is for students or beginners, who are not paid anything.

    >>> from normalize.text import scan
    >>> parse_warnings(scan("Pay a registration fee and message us on WhatsApp to apply."), None, True)
    ['asks for money', 'interviews in a chat app']
    >>> parse_warnings(scan("We never ask for a registration fee."), None, True)
    []
    """
    found = [
        sign
        for sign, group in _GROUPS.items()
        if any(
            not _DENIED.search(description.norm[max(0, start - 60) : start]) for start, _ in description.hits(group)[:5]
        )
    ]
    judged = beginner and pay is not None and pay.currency in ("USD", "EUR", "GBP", "CAD", "AUD", "CHF")
    if judged and pay is not None and (pay.max or pay.min or 0) > _TOO_MUCH.get(pay.period or "", float("inf")):
        found.append("pays out of all proportion")
    return found
