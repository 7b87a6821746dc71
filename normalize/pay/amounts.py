"""Amounts of money as postings write them: digits of every locale, currencies by sign, code and word."""

from __future__ import annotations

import re
from typing import NamedTuple

from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of

# ISO 4217 codes that stand for themselves.
_CODES = (
    "USD EUR GBP INR CAD AUD NZD SGD HKD CHF SEK NOK DKK ISK PLN CZK HUF RON BGN JPY CNY KRW TWD THB VND IDR MYR PHP PKR LKR BDT NPR AED "
    "SAR QAR KWD BHD OMR ILS TRY EGP MAD TND DZD ZAR NGN KES GHS UGX TZS RWF ETB BRL MXN ARS CLP COP PEN UYU AMD GEL AZN KZT UAH RUB RSD XOF XAF"
).split()
# Signs and words, as they stand in folded text. A bare sign names its usual currency unless the
# place says otherwise; kr, ¥ and Rs name one only together with a place.
_BY_SIGN = {code.lower(): code for code in _CODES} | {
    "us$": "USD", "usd$": "USD", "u.s. dollars": "USD", "us dollars": "USD", "a$": "AUD", "au$": "AUD", "aud$": "AUD",
    "australian dollars": "AUD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "cdn$": "CAD", "cdn": "CAD", "can$": "CAD", "canadian dollars": "CAD",
    "nz$": "NZD", "s$": "SGD", "sg$": "SGD", "hk$": "HKD", "nt$": "TWD", "r$": "BRL", "mx$": "MXN", "£": "GBP", "€": "EUR",
    "euro": "EUR", "euros": "EUR", "₹": "INR", "zł": "PLN", "zl": "PLN", "złotych": "PLN", "kč": "CZK", "rmb": "CNY", "yuan": "CNY",
    "₩": "KRW", "₽": "RUB", "₺": "TRY", "₱": "PHP", "₪": "ILS", "nis": "ILS", "₦": "NGN", "rm": "MYR", "฿": "THB", "₫": "VND", "sfr": "CHF", "sfr.": "CHF",
    "fr.": "CHF", "franken": "CHF", "reais": "BRL", "yen": "JPY", "cfa": "XOF", "fcfa": "XOF", "dt": "TND", "dinars": "", "$": "USD", "dollars": "USD",
    "dollar": "USD", "pounds": "GBP", "libras": "GBP", "kr": "", "kr.": "", ":-": "", "kronor": "", "kroner": "", "¥": "", "rs": "", "rs.": "",
    "rupees": "", "rupee": "", "pesos": "", "r": "", "francs": "", "lakh": "",
}  # fmt: skip
_RUPEES = {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"}
_KRONER = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}
_DOLLARS = {
    "AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN", "TW": "TWD", "CL": "CLP", "CO": "COP", "AR": "ARS",
    "JM": "JMD", "TT": "TTD", "FJ": "FJD", "BB": "BBD",
}  # fmt: skip
_BY_PLACE = {
    "$": _DOLLARS, "dollars": _DOLLARS, "dollar": _DOLLARS, "kr": _KRONER, "kr.": _KRONER, ":-": _KRONER, "kronor": {"SE": "SEK"},
    "kroner": _KRONER, "¥": {"JP": "JPY", "CN": "CNY"}, "rs": _RUPEES, "rs.": _RUPEES, "rupees": _RUPEES, "rupee": _RUPEES,
    "lakh": {**_RUPEES, "BD": "BDT"}, "pesos": {"MX": "MXN", "PH": "PHP", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU"},
    "francs": {"CH": "CHF", "SN": "XOF", "CI": "XOF", "CM": "XAF"}, "dinars": {"TN": "TND", "DZ": "DZD", "RS": "RSD", "KW": "KWD"},
    "r": {"ZA": "ZAR"}, "£": {"EG": "EGP", "GI": "GIP"}, "pounds": {"EG": "EGP"},
}  # fmt: skip
# Codes and signs that are also words: only capitals name a currency ("ALL", "try", "mad").
_CAPITALS = frozenset(
    code.lower() for code in _CODES if code not in ("USD", "EUR", "GBP", "INR", "CAD", "AUD", "CHF")
) | frozenset(("rm", "dt", "r"))

CODES = tuple(sign for sign in _BY_SIGN if sign.isalpha() and sign not in ("lakh", "r"))
SIGNS = "$€£₹₩₽₺₱₪₦฿₫¥"
_WORDS = [sign for sign in _BY_SIGN if sign[-1].isalpha() and sign != "lakh"]
_SIGNS = [sign for sign in _BY_SIGN if not sign[-1].isalpha()]  # which come first: "rs." before "rs"
SIGN = rf"{any_of(_SIGNS)}|{any_of(_WORDS)}(?![a-zà-ÿ])"
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{2,3}){1,4}(?:\.[0-9]{1,4})?|[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,2})?"
    r"|[0-9]{1,3}(?:[' ][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?|[0-9]{1,9}(?:[.,][0-9]{1,4})?)(?![0-9]|[.,'][0-9])"
)
_THOUSANDS = r"k(?![a-zà-ÿč])|thousand|mil(?![a-zà-ÿ])|tsd\.?|t(?=€|eur)"
_LAKHS = r"lakhs?(?![a-z])|lacs?(?![a-z])|l(?![a-zà-ÿ])|l(?=pa(?![a-z]))"
_SIDE = lazy_pattern(
    lambda: (
        rf"(?P<before>(?:{SIGN})(?:\s?(?:{SIGN}))?)?\s{{0,2}}(?P<number>{NUMBER})(?:[.,]-{{1,2}}(?![0-9])|/[-=])?"
        rf"(?:\s?(?:(?P<k>{_THOUSANDS})|(?P<lakh>{_LAKHS})))?(?:\s?[(-]?(?P<after>{SIGN})\)?(?!\s?[0-9]))?"
    )
)
# What makes it no sum a person is paid: millions, and shares of a whole.
_TOO_BIG = lazy_pattern(
    lambda: (
        rf"\s?(?:%|(?:m|mm|mn|bn|b|tn|cr|{any_of(words('pay', 'millions'))})(?![a-zà-ÿ0-9²³/])|[+]\s?(?:m|b)(?![a-z]))"
    )
)
# Read backwards from the digit, which is one place to look at instead of many.
_NGIS = rf"{any_of(sign[::-1] for sign in _SIGNS)}|(?<![a-zà-ÿ]){any_of(sign[::-1] for sign in _WORDS)}"
_SIGN_BEFORE = lazy_pattern(lambda: rf"\s{{0,2}}(?:{_NGIS})(?:\s?(?:{_NGIS}))?(?:(?![a-zà-ÿ])|(?<=[^a-z]))")
_DOLLAR_NEAR = lazy_pattern(
    r"(?<![a-z])(?:us|u\.s\.|canadian|australian|new zealand|singapore|hong kong)\s(?=dollars?|(?:[a-z]{2,8}\s){0,2}(?:salary|pay|compensation)(?![a-z]))"
    r"|(?<![a-z$])(?:usd|cad|aud|nzd|sgd|hkd|mxn|us\$|c\$|ca\$|a\$|au\$|nz\$|s\$|hk\$)(?![a-z])"
)
_NATIONS = {
    "us": "USD", "u.s.": "USD", "canadian": "CAD", "australian": "AUD", "new zealand": "NZD", "singapore": "SGD", "hong kong": "HKD",
}  # fmt: skip


class Side(NamedTuple):
    """One amount as written: its value, the signs before and after it, how it was shortened, where it ends."""

    value: float
    digits: str
    before: str
    after: str
    k: bool
    lakh: bool
    end: int

    @property
    def signed(self) -> bool:
        """Whether a sign, a code or a word makes it money; fifty pounds may be a weight."""
        return bool(self.before or self.after) and self.after != "pounds"


def read_side(text: str, start: int) -> Side | None:
    """Return the amount that begins at a place of folded text, None if it is none or a share or millions.

    >>> read_side("$1,200.50 a month", 0)[:4], read_side("€40 million", 0)
    ((1200.5, '1,200.50', '$', ''), None)
    """
    match = _SIDE.match(text, start)
    if match is None or _TOO_BIG.match(text, match.end()):
        return None
    k, lakh = match["k"], match["lakh"]
    before, after = match["before"] or "", match["after"] or ""
    if (k == "mil" and before.strip() in ("", "$", "£") and after not in ("€", "euros", "reais", "pesos")) or (
        lakh == "l" and before.strip() not in ("₹", "rs", "rs.", "inr") and not text.startswith("pa", match.end())
    ):
        return None  # "$2 mil" may be millions; "5 l" are liters
    value = amount(match["number"]) * (1000 if k else 100_000 if lakh else 1)
    return Side(value, match["number"], before, after, bool(k), bool(lakh), match.end())


def start_of(text: str, digit: int) -> int:
    """Return where the amount around a digit begins, its sign included.

    >>> start_of("pay: us$ 1,200", 12), start_of("for$130", 4)
    (5, 3)
    """
    while digit > 0 and (text[digit - 1].isdecimal() or text[digit - 1] in ".,'"):
        digit -= 1
    while not text[digit].isdecimal():
        digit += 1
    # Groups of three after a space belong to the number, "12 000".
    while (
        digit > 1
        and text[digit - 1] == " "
        and text[digit : digit + 3].isdecimal()
        and not text[digit + 3 : digit + 4].isdecimal()
        and (more := re.search(r"(?<![0-9.,'a-z])[0-9]{1,3}$", text[max(0, digit - 5) : digit - 1]))
    ):
        digit -= 1 + len(more[0])
    sign = _SIGN_BEFORE.match(text[max(0, digit - 20) : digit][::-1])
    return digit - sign.end() if sign else digit


def in_capitals(sign: str, written: str) -> bool:
    """Tell whether a code that is also a word is written as a code.

    >>> in_capitals("mad", "MAD"), in_capitals("try", "try"), in_capitals("usd", "usd")
    (True, False, True)
    """
    return sign not in _CAPITALS or written.isupper()


def currency_of(sign: str | None, country: str | None) -> str | None:
    """Return the ISO 4217 code of a sign or word, None where neither it nor the place names one.

    >>> currency_of("$", None), currency_of("$", "AU"), currency_of("kr", "SE"), currency_of("kr", None)
    ('USD', 'AUD', 'SEK', None)
    """
    if not sign:
        return None
    sign = sign.strip()
    if country and country in _BY_PLACE.get(sign, {}):
        return _BY_PLACE[sign][country]
    if sign in _BY_SIGN:
        return _BY_SIGN[sign] or None
    # Two signs: "$ CAD", "CAD $", "USD$"; the one that needs no place decides.
    parts = [part for part in re.findall(rf"{SIGN}", sign) if part]
    clear = [part for part in parts if part not in _BY_PLACE]
    return currency_of((clear or parts)[0], country) if parts and parts[0] != sign else None


def currency_near(text: str, start: int, end: int) -> str | None:
    """Return which dollar the words around a sum name, None if none does.

    >>> currency_near("salary range (cad): $60,000", 20, 27), currency_near("$20", 0, 3)
    ('CAD', None)
    """
    after = _DOLLAR_NEAR.match(text, end + len(text[end : end + 3]) - len(text[end : end + 3].lstrip(" (,")))
    found = after or next(reversed(list(_DOLLAR_NEAR.finditer(text, max(0, start - 60), start))), None)
    if found is None:
        return None
    word = found[0].strip()
    return _NATIONS.get(word) or _BY_SIGN.get(word) or None


def amount(text: str) -> float:
    """Return the value of digits in any locale.

    A last group of three digits is a group of thousands, any other last group is a fraction.

    >>> [amount(text) for text in ("1,20,000", "1.500", "12,50", "1 200", "24,500.00", "4'500", "0.125")]
    [120000.0, 1500.0, 12.5, 1200.0, 24500.0, 4500.0, 0.125]
    """
    if text.isdecimal():
        return float(text)
    groups = re.split(r"[.,' ]", text)
    last = groups[-1]
    if len(last) == 3 and groups[0] != "0":
        return float("".join(groups))
    return float("".join(groups[:-1]) + "." + last)
