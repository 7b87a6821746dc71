"""Amounts of money as postings write them: digits of every locale or words, currencies by sign, code and word."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from normalize.text.lexicon import data_files, values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of

_TABLES: dict[str, Any] = data_files()["pay/currencies.toml"]
_CODES: list[str] = _TABLES["codes"].split()
_PLACES: dict[str, dict[str, str]] = _TABLES["places"]
_IN_LANGUAGES: dict[str, str] = values("pay", "currencies")
# Sign, code or word -> a code, or a sign whose meaning depends on the place: "dollars" -> "$".
_MEANT = {code.lower(): code for code in _CODES} | {sign: code or sign for sign, code in _TABLES["signs"].items()}
_MEANT |= {
    "$": "$",
    "£": "£",
    "kr.": "kr",
    ":-": "kr",
    "rs.": "rs",
    "￥": "¥",
    "cfa": "cfa",
    "fcfa": "cfa",
    "f cfa": "cfa",
}
_MEANT |= dict.fromkeys(("dh", "dhs", "dhs."), "dh") | {"lakh": "lakh"} | _IN_LANGUAGES
_USUAL = {"$": "USD", "£": "GBP", "cfa": "XOF", "dh": "AED"}
# Codes and signs that are also words: only capitals name a currency ("ALL", "try", "mad").
_PLAIN = frozenset(_TABLES["plain"].split())
_CAPITALS = frozenset(code.lower() for code in _CODES if code not in _PLAIN) | frozenset(("rm", "dt", "r", "tl", "kd"))
_WEIGHTS = frozenset(("pounds", "pound", "livres", "libras", "pfund", "pond"))

CODES = tuple(
    dict.fromkeys(
        sign for sign in _MEANT if sign.isascii() and sign.isalpha() and sign not in ("lakh", "r", "ft", "din", "dh")
    )
)
CURRENCY_WORDS = tuple(_IN_LANGUAGES)
SIGNS = "$€£₹₩₽₺₱₪₦฿₫¥"
RARE_SIGNS = frozenset("￥￡₤円元圆원₴₸₾₼֏₵৳៛₭₮₲₡万萬만руб")
_WORDS = [sign for sign in _MEANT if sign[-1].isalpha() and sign != "lakh"]
_SIGNS = [sign for sign in _MEANT if not sign[-1].isalpha()]  # which come first: "rs." before "rs"
SIGN = rf"(?:{any_of(_SIGNS)}|{any_of(_WORDS)}(?![a-zà-ÿ]))"
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{2,3}){1,4}(?:\.[0-9]{1,4})?|[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,3})?"
    r"|[0-9]{1,3}(?:[' ][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?|[0-9]{1,9}(?:[.,][0-9]{1,4})?|\.{1,2}[0-9]{2})(?![0-9]|[.,'][0-9])"
)
_HEAD = lazy_pattern(lambda: rf"(?P<before>{SIGN}(?:\s?{SIGN})?)?:?\s{{0,2}}(?P<number>{NUMBER})")
# "25, 000" and "20 .00" behind a sign: a space that somebody's program put into the number.
_SPACED = lazy_pattern(r"(?:, ?[0-9]{3}(?![0-9]))+| \.[0-9]{2}(?![0-9])|\. [0-9]{2}(?![0-9a-z.,])")
_THOUSANDS = lazy_pattern(
    lambda: (
        rf"\s?(?:k(?P<rest>[0-9])(?![0-9])|k(?![a-zà-ÿč0-9])|k(?=(?:{any_of(CODES)})(?![a-z]))|(?P<word>{any_of(words('pay', 'thousands'))})(?![a-zà-ÿ])"
        rf"|t(?=€|eur)|(?P<lakh>(?:{any_of(words('pay', 'lakhs'))})(?![a-z])|l(?![a-zà-ÿ])|l(?=pa(?![a-z])))|(?P<crore>{any_of(words('pay', 'crores'))})(?![a-z])|(?P<ten>[万萬만]))"
    )
)
_TAIL = lazy_pattern(lambda: rf"(?:[.,]-{{1,2}}(?![0-9])|(?<=[.,][0-9]{{2}})-(?=\s[a-zà-ÿ])|/[-=]|,(?=\s?{SIGN}))")
# Signs that never precede a number, so that a number after them begins something else.
_AFTER_ONLY = ("€", "kč", "zł", "руб", "руб.", "грн", "грн.", "р.", "円", "元", "원")
_AFTER = lazy_pattern(
    lambda: (
        rf"\.?\s?[(-]?(?P<after>(?:{any_of(_AFTER_ONLY)})(?![0-9])|{SIGN}(?:\s?{SIGN})?(?!\s?[0-9])|(?:{any_of(_IN_LANGUAGES)})(?![a-zà-ÿ0-9]))\)?"
    )
)
# What makes it no sum a person is paid: millions, and shares of a whole.
_TOO_BIG = lazy_pattern(
    lambda: (
        rf"\s?-?(?:%|(?:m|mm|mn|bn|b|tn|{any_of(words('pay', 'millions'))})(?![a-zà-ÿ0-9²³/])|[+]\s?(?:m|b|{any_of(words('pay', 'millions'))})(?![a-z]))"
    )
)
# Read backwards from the digit, which is one place to look at instead of many.
_NGIS = rf"{any_of(sign[::-1] for sign in _SIGNS)}|(?<![a-zà-ÿ]){any_of(sign[::-1] for sign in _WORDS)}"
_SIGN_BEFORE = lazy_pattern(
    lambda: rf":?\s{{0,2}}(?:{_NGIS})(?:\s?(?:{_NGIS}))?(?:(?![a-zà-ÿ])|(?<=[^a-z]))|\.{{1,2}}(?:\s?[{SIGNS}])"
)
_NATIONS: dict[str, str] = values("pay", "nations")
# What names one dollar, or the rand, among others.
_DOLLARS = (
    "usd",
    "cad",
    "cdn",
    "aud",
    "nzd",
    "sgd",
    "hkd",
    "mxn",
    "zar",
    "us$",
    "c$",
    "ca$",
    "a$",
    "au$",
    "nz$",
    "s$",
    "hk$",
)
_DOLLAR_NEAR = lazy_pattern(
    lambda: (
        rf"(?<![a-z])(?:{any_of(_NATIONS)})\s(?=dollars?|(?:[a-z]{{2,8}}\s){{0,2}}(?:{any_of(words('pay', 'cues'))})(?![a-z]))"
        rf"|(?<![a-z$])(?:{any_of(_DOLLARS)})(?![a-z])"
    )
)

_NUMBER_WORDS: dict[str, int] = values("pay", "number_words")
_HUNDREDS, _BY_THOUSAND = frozenset(words("pay", "hundred_words")), frozenset(words("pay", "thousand_words"))
_GLUE = frozenset(words("pay", "number_glue"))
IN_WORDS = rf"(?:{any_of([*_NUMBER_WORDS, *_HUNDREDS, *_BY_THOUSAND])})"
_PART = lazy_pattern(lambda: any_of([*_NUMBER_WORDS, *_HUNDREDS, *_BY_THOUSAND, *_GLUE]))
_WRITTEN = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?P<number>{IN_WORDS}(?:[\s-]?(?:(?:{any_of(_GLUE)})[\s-]?)?{IN_WORDS}){{0,7}})[\s-]{{1,2}}(?P<after>{any_of(_IN_LANGUAGES)})(?![a-zà-ÿ])"
    )
)


class Side(NamedTuple):
    """One amount as written.

    Attributes:
        value: the amount.
        digits: its digits; nothing where it is written in words.
        before, after: the signs, codes or words for its currency on either side.
        factor: what the digits were shortened by: 1,000 in "20k", 100,000 in "6 lakhs".
        end: where it ends.
    """

    value: float
    digits: str
    before: str
    after: str
    factor: float
    end: int

    @property
    def k(self) -> bool:
        """Whether it is shortened by thousands."""
        return self.factor == 1000

    @property
    def lakh(self) -> bool:
        """Whether it is counted in lakhs or crores."""
        return self.factor in (100_000, 10_000_000)

    @property
    def signed(self) -> bool:
        """Whether a sign, a code or a word makes it money; fifty pounds may be a weight."""
        return bool(self.before) or bool(self.after and self.after not in _WEIGHTS)


def read_side(text: str, start: int) -> Side | None:
    """Return the amount that starts at this position of folded text; None if there is none, or if it is a percentage or in millions.

    >>> read_side("$1,200.50 a month", 0)[:4], read_side("€40 million", 0)
    ((1200.5, '1,200.50', '$', ''), None)
    >>> read_side("twenty-five dollars an hour", 0).value
    25.0
    """
    head = _HEAD.match(text, start)
    if head is None:
        return _in_words(text, start)
    before, digits, end = head["before"] or "", head["number"], head.end()
    if digits[0] == "0" and digits.isdecimal() and len(digits) > 1 and not before:
        return None  # "grade 059"
    if before and len(digits) <= 3 and text[end : end + 1] in (",", " ", ".") and (more := _SPACED.match(text, end)):
        digits, end = digits + more[0].replace(" ", ""), more.end()
    if tail := _TAIL.match(text, end):
        end = tail.end()
    factor, rest = 1.0, 0
    scale = _THOUSANDS.match(text, end)
    if scale:
        word = scale["word"]
        if word == "mil" and before.strip() in ("", "$", "£") and not _AFTER.match(text, scale.end()):
            return None  # "$2 mil" may be millions
        if (
            scale["lakh"] == "l"
            and before.strip() not in ("₹", "rs", "rs.", "inr")
            and text[scale.end() : scale.end() + 2] != "pa"
        ):
            return None  # "5 l" are liters
        factor = 100_000 if scale["lakh"] else 10_000_000 if scale["crore"] else 10_000 if scale["ten"] else 1000
        rest = 100 * int(scale["rest"]) if scale["rest"] else 0
        end = scale.end()
    after = ""
    if behind := _AFTER.match(text, end):
        after, end = behind["after"], behind.end()
    if _TOO_BIG.match(text, end) or (digits[0] == "." and not (before or after)):
        return None
    return Side(amount(digits) * factor + rest, digits, before, after, factor, end)


def _in_words(text: str, start: int) -> Side | None:
    """Read a sum in words, "five hundred dollars"."""
    match = _WRITTEN.match(text, start)
    if match is None:
        return None
    value = number_in_words(match["number"])
    return Side(float(value), "", "", match["after"], 1.0, match.end()) if value else None


@lru_cache(maxsize=1000)
def number_in_words(written: str) -> int:
    """Return the value of a number in words of any language of the vocabulary, 0 if the words are not a number.

    >>> [number_in_words(words) for words in ("one thousand two hundred", "fünfundzwanzig", "mille deux cents")]
    [1200, 25, 1200]
    """
    total = part = 0
    for word in _PART.findall(written):
        if word in _HUNDREDS:
            part = max(part, 1) * 100
        elif word in _BY_THOUSAND:
            total, part = total + max(part, 1) * 1000, 0
        else:
            part += _NUMBER_WORDS.get(word, 0)
    return total + part


def written_before(text: str, end: int) -> int | None:
    """Return where a sum in words begins that ends at a place.

    >>> written_before("we pay twenty dollars", 21)
    7
    """
    begin = max(0, end - 90)
    return next((match.start() for match in _WRITTEN.finditer(text, begin, end) if match.end() == end), None)


def start_of(text: str, digit: int) -> int:
    """Return where the amount around a digit begins, its sign included.

    >>> start_of("pay: us$ 1,200", 12), start_of("for$130", 4), start_of("pay $.75", 7)
    (5, 3, 4)
    """
    while digit > 0 and (text[digit - 1].isdecimal() or text[digit - 1] in ".,'"):
        digit -= 1
    while not text[digit].isdecimal():
        digit += 1
    if text[digit - 1 : digit] == "k" and digit > 1 and text[digit - 2].isdecimal():
        return start_of(text, digit - 2)  # "1k2"
    # Groups of three after a space belong to the number, "12 000".
    while (
        digit > 1
        and text[digit - 1] == " "
        and text[digit : digit + 3].isdecimal()
        and not text[digit + 3 : digit + 4].isdecimal()
        and (more := re.search(r"(?<![0-9.,'a-z])[0-9]{1,3}$", text[max(0, digit - 5) : digit - 1]))
    ):
        digit -= 1 + len(more[0])
    point = digit
    while point and text[point - 1] == "." and digit - point < 2:
        point -= 1
    if point < digit and (text[point - 1 : point] in SIGNS or text[point - 2 : point] in tuple(f"{s} " for s in SIGNS)):
        digit = point
    sign = _SIGN_BEFORE.match(text[max(0, digit - 20) : digit][::-1])
    return digit - sign.end() if sign else digit


def in_capitals(sign: str, written: str) -> bool:
    """Tell whether a code that is also a word is written as a code.

    >>> in_capitals("mad", "MAD"), in_capitals("try", "try"), in_capitals("usd", "usd")
    (True, False, True)
    """
    if sign == "ft":
        return written[:1] == "F"  # feet
    return sign not in _CAPITALS or written.isupper()


@cache
def currency_of(sign: str | None, country: str | None) -> str | None:
    """Return the ISO 4217 code of a sign or word, None where neither it nor the place names one.

    >>> currency_of("$", None), currency_of("$", "AU"), currency_of("kr", "SE"), currency_of("kr", None)
    ('USD', 'AUD', 'SEK', None)
    """
    if not sign:
        return None
    sign = sign.strip()
    if sign in _MEANT:
        meant = _MEANT[sign]
        if country and country in _PLACES.get(meant, {}):
            return _PLACES[meant][country]
        return meant if meant in _ISO else _USUAL.get(meant)
    # Two signs: "$ CAD", "CAD $", "USD$"; the one that needs no place decides.
    parts = re.findall(SIGN, sign)
    clear = [part for part in parts if _MEANT[part] in _ISO]
    return currency_of((clear or parts)[0], country) if parts and parts[0] != sign else None


_ISO = frozenset(_CODES)


def needs_place(sign: str) -> bool:
    """Tell whether a sign means something else from place to place.

    >>> needs_place("$"), needs_place("us$"), needs_place("rupees")
    (True, False, True)
    """
    return _MEANT.get(sign.strip(), "USD") not in _ISO


def currency_near(text: str, start: int, end: int) -> str | None:
    """Return which dollar the words around a sum name, None if none does.

    >>> currency_near("salary range (cad): $60,000", 20, 27), currency_near("$20", 0, 3)
    ('CAD', None)
    """
    after = _DOLLAR_NEAR.match(text, end + len(text[end : end + 3]) - len(text[end : end + 3].lstrip(" (,")))
    near = after or next(reversed(list(_DOLLAR_NEAR.finditer(text, max(0, start - 60), start))), None)
    if near is None:
        return None
    word = near[0].strip()
    return _NATIONS.get(word) or currency_of(word, None)


def amount(text: str) -> float:
    """Return the value of digits in any locale.

    Where points and commas both stand, the last of them begins the fraction. Of one kind alone, a last group of three
    digits is a group of thousands and any other last group is a fraction.

    >>> [amount(text) for text in ("1,20,000", "1.500", "12,50", "1 200", "24,500.00", "4'500", "0.125", "1,500.000", ".75")]
    [120000.0, 1500.0, 12.5, 1200.0, 24500.0, 4500.0, 0.125, 1500.0, 0.75]
    """
    if text.isdecimal():
        return float(text)
    groups = re.split(r"[.,' ]", text.lstrip("."))
    last = groups[-1]
    if text[0] == ".":
        return float("0." + "".join(groups))
    mark = text[-len(last) - 1]
    both = mark in ".," and ("," if mark == "." else ".") in text
    if len(last) == 3 and groups[0] != "0" and not both:
        return float("".join(groups))
    return float("".join(groups[:-1]) + "." + last)
