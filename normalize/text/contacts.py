"""E-mail addresses and telephone numbers, masked before anything is published."""

from __future__ import annotations

import re

from normalize.text.patterns import lazy_pattern
from normalize.text.scanner import Text, anchors

MAIL = "[e-mail]"
PHONE = "[phone]"

# Every address has it. It begins with one of few signs, which are fast to find.
_AT = lazy_pattern(r"[@(\[](?:(?<=@)|[aA][tT][)\]]\s?)")
_USER = lazy_pattern(r"[A-Za-z0-9._%+-]{1,64}(?:@|\s?[(\[]at[)\]]\s?)\Z", re.IGNORECASE)  # up to that sign
_HOST = lazy_pattern(r"[A-Za-z0-9-]{1,63}(?:(?:\.|\s?[(\[]dot[)\]]\s?)[A-Za-z0-9-]{1,63}){1,4}", re.IGNORECASE)
# A telephone number has a country code, an area code in brackets, or a word that says what it is. It begins with one
# of few signs, which are fast to find.
_PHONE = lazy_pattern(
    r"[+(0-9Tt](?<![0-9A-Za-z$€£₹.,/-].)(?:(?<=\+)[0-9]{1,3}[\s.()/-]{0,3}(?:[0-9][\s.()/-]{0,2}){6,13}[0-9]"
    r"|(?<=\()[0-9]{3}\)[\s.-]?[0-9]{3}[\s.-][0-9]{4}|(?<=[0-9])[0-9]{2}[-.][0-9]{3}[-.][0-9]{4}"
    r"|(?<=[Tt])el[.:\s]{1,3}(?P<said>0[0-9]{1,4}[\s/-]{1,3}[0-9][0-9\s-]{4,12}[0-9]))(?![0-9A-Za-z])"
)
# What every one of them has; most postings have none of it.
_SIGNS = anchors(
    "contacts",
    lambda: [r"@", r"[\[(]at[\])]", r"\+[0-9]", r"\([0-9]{3}\)", r"[0-9]{3}[-.][0-9]{3}[-.][0-9]", r"\btel[.:\s]"],
)


_MAYBE = lazy_pattern(r"@|[(\[]at[)\]]|[0-9]{3}")


def has_contact(text: Text) -> bool:
    """Tell whether there may be something to mask.

    >>> from normalize.text.scanner import scan
    >>> has_contact(scan("Call +1 (503) 555-0100")), has_contact(scan("$600-900 for 10 weeks"))
    (True, False)
    """
    return bool(text.hits(_SIGNS))


def masked(text: str, keep: tuple[str, ...] = ()) -> str:
    """Return the text without e-mail addresses and telephone numbers.

    Args:
        keep: words that stay as they are, because they are evidence.

    >>> masked("Write to jobs@acme.example or call +1 (503) 555-0100; pay: $600-900.")
    'Write to [e-mail] or call [phone]; pay: $600-900.'
    """
    parts: list[str] = []
    done = 0
    for sign in _AT.finditer(text):
        host = _HOST.match(text, sign.end())
        if host and (user := _USER.search(text, max(done, sign.start() - 65), sign.end())):
            parts += text[done : user.start()], MAIL
            done = host.end()
    text = "".join((*parts, text[done:])) if parts else text
    return _PHONE.sub(
        lambda number: (
            number[0]
            if any(number[0] in words for words in keep)
            else number[0].removesuffix(number["said"] or number[0]) + PHONE
        ),
        text,
    )


def masked_words(words: str) -> str:
    """Return a few words, such as a name or a skill, without e-mail addresses and telephone numbers.

    >>> masked_words("Acme, hr@acme.example"), masked_words("Acme 3000")
    ('Acme, [e-mail]', 'Acme 3000')
    """
    return masked(words) if _MAYBE.search(words) else words
