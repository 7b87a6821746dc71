"""Amounts of money as postings write them: digits of every locale, currencies by sign, code and word."""

from __future__ import annotations

import re

# Signs and codes, as they stand in folded text. A bare sign names its usual currency unless the
# place says otherwise; kr, ¥ and Rs name one only together with a place.
_BY_SIGN = {
    "us$": "USD", "usd": "USD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD",
    "cdn$": "CAD", "nz$": "NZD", "nzd": "NZD", "s$": "SGD", "sgd": "SGD", "hk$": "HKD", "hkd": "HKD", "r$": "BRL",
    "brl": "BRL", "mx$": "MXN", "mxn": "MXN", "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "₹": "INR", "inr": "INR", "chf": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN",
    "zł": "PLN", "czk": "CZK", "kč": "CZK", "huf": "HUF", "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "₩": "KRW",
    "krw": "KRW", "₽": "RUB", "₺": "TRY", "try": "TRY", "zar": "ZAR", "aed": "AED", "₱": "PHP", "php": "PHP",
    "₪": "ILS", "ils": "ILS", "nis": "ILS", "₦": "NGN", "ngn": "NGN", "kes": "KES", "pkr": "PKR", "lkr": "LKR",
    "myr": "MYR", "rm": "MYR", "idr": "IDR", "thb": "THB", "฿": "THB", "vnd": "VND", "₫": "VND", "tnd": "TND",
    "amd": "AMD", "dollars": "USD", "us dollars": "USD", "pounds": "GBP", "rupees": "INR", "pesos": "", "$": "USD",
    "kr": "", "kr.": "", "¥": "", "rs": "", "rs.": "", "yen": "JPY", "dollar": "USD", "franken": "CHF", "reais": "BRL",
}  # fmt: skip
_BY_PLACE = {
    "$": {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN", "TW": "TWD", "CL": "CLP",
          "CO": "COP", "AR": "ARS", "JM": "JMD", "TT": "TTD", "FJ": "FJD", "BB": "BBD"},
    "dollars": {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "rs": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"},
    "rupees": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR"},
    "pesos": {"MX": "MXN", "PH": "PHP", "AR": "ARS", "CL": "CLP", "CO": "COP"},
    "£": {"EG": "EGP", "GI": "GIP"},
}  # fmt: skip
_BY_PLACE["kr."] = _BY_PLACE["kr"]
_BY_PLACE["rs."] = _BY_PLACE["rs"]

SIGN = "|".join(
    re.escape(sign) if not sign[-1].isalpha() else re.escape(sign) + r"(?![a-zà-ÿ])"
    for sign in sorted(_BY_SIGN, key=lambda sign: (-len(sign), sign))
)
CODES = [sign for sign in _BY_SIGN if sign.isalpha() and sign.isascii()]
NUMBER = r"[0-9]{1,3}(?:[,.' ][0-9]{2,3}){1,3}(?:[.,][0-9]{1,2})?(?![0-9])|[0-9]{1,8}(?:[.,][0-9]{1,2})?(?![0-9])"


def currency_of(sign: str | None, country: str | None) -> str | None:
    """Return the ISO 4217 code of a sign or word, None where neither it nor the place names one.

    >>> currency_of("$", None), currency_of("$", "AU"), currency_of("kr", "SE"), currency_of("kr", None)
    ('USD', 'AUD', 'SEK', None)
    """
    if not sign:
        return None
    if country and country in _BY_PLACE.get(sign, {}):
        return _BY_PLACE[sign][country]
    return _BY_SIGN.get(sign) or None


def amount(text: str) -> float:
    """Return the value of digits in any locale.

    A last group of three digits is a group of thousands, one of one or two digits is a fraction.

    >>> [amount(text) for text in ("1,20,000", "1.500", "12,50", "1 200", "24,500.00", "1.40")]
    [120000.0, 1500.0, 12.5, 1200.0, 24500.0, 1.4]
    """
    text = text.replace("'", ",").replace(" ", ",")
    groups = re.split(r"[.,]", text)
    if len(groups) == 1:
        return float(text)
    last = groups[-1]
    if len(last) == 3:
        return float("".join(groups))
    return float("".join(groups[:-1]) + "." + last)
