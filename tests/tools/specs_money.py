"""Public test cases of price-parser and of Recognizers-Text's currency model, read in place and compared with ours."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from normalize.pay.amounts import currency_of
from normalize.pay.choose import parse_pay
from normalize.pay.spans import currency_in, sums
from normalize.text.scanner import fold, scan
from tests.tools.specs import Case

_NOTHING = scan("")
# Lists of price-parser that its own tests expect to fail.
_FAILING = ("XFAIL", "DECIMAL_SEPARATOR")
_FORMER = re.compile(r"(?:PTE|DEM|FRF|ITL|ATS|BEF|ESP|NLG|FIM|GRD|SKK|LVL|EEK|₶|₯|₧|ƒ|lv|Ls)", re.IGNORECASE)
_LARGE = re.compile(r"mill|mil\s+mill|bill|mrd|mio|\b[mb](?:usd|eur|gbp|aud)\b|maud", re.IGNORECASE)
_COINS = re.compile(r"cent|pence|penn|peni|penique|sen\b|mao|satoshi|pesewa|hundredth|céntimo", re.IGNORECASE)
_DEAD = re.compile(r"mark|guilder|peseta|florin|bitcoin|btc|₿", re.IGNORECASE)
_TWO_NUMBERS = re.compile(
    r"(?:dollars?|dolares|euros?|usd|kuai|\$)\s(?:[0-9]+\s)?(?:(?:and|et|y|und|con)\s)?[0-9a-zü ]+$", re.IGNORECASE
)
_NUMBER, _GROUPED = re.compile(r"[0-9]+(?:[.,][0-9]+)?"), re.compile(r"[0-9]{1,3},[0-9]{3}")
_WHOLE = ("dollar", "dollars", "euro", "rmb", "usd")
_MONEY = {
    "Dollar": "USD",
    "Dólar": "USD",
    "Pound": "GBP",
    "Livre": "GBP",
    "Libra": "GBP",
    "Euro": "EUR",
    "Franc": None,
    "Franco": None,
    "Rupee": None,
    "Roupie": None,
    "Japanese yen": "JPY",
    "Yen Japonais": "JPY",
    "Yen": "JPY",
    "Chinese yuan": "CNY",
    "Yuan Chinois": "CNY",
    "Yuan chino": "CNY",
    "Swiss franc": "CHF",
    "Franc Suisse": "CHF",
    "Franco suizo": "CHF",
    "United States dollar": "USD",
    "Dollar États-Unis": "USD",
    "Dólar estadounidense": "USD",
    "British pound": "GBP",
    "Canadian dollar": "CAD",
    "Dollar Canadien": "CAD",
    "Dólar canadiense": "CAD",
    "Dollar de Hong Kong": "HKD",
    "Dollar Australien": "AUD",
    "Dólar australiano": "AUD",
    "Australian dollar": "AUD",
    "Mexican peso": "MXN",
    "Peso mexicano": "MXN",
    "New Zealand dollar": "NZD",
    "Dollar néo-zélandais": "NZD",
    "Dólar neozelandés": "NZD",
    "Turkish lira": "TRY",
    "Indian rupee": "INR",
    "Roupie indienne": "INR",
    "Hong Kong dollar": "HKD",
    "Cambodian riel": "KHR",
    "Costa Rican colón": "CRC",
    "Georgian lari": "GEL",
    "Lao kip": "LAK",
    "Sri Lankan rupee": "LKR",
}


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases of both suites that a folder holds."""
    yield from _price_parser(folder / "priceparser" / "test_price_parsing.py")
    for language in ("English", "French", "German", "Spanish"):
        yield from _recognizers(folder / "recognizers" / f"NumberWithUnit_{language}_CurrencyModel.json", language)


def _price_parser(path: Path) -> Iterator[Case]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.List):
            continue
        name = ast.unparse(node.targets[0])
        for call in node.value.elts:
            if isinstance(call, ast.Call):
                yield _price(
                    [_literal(value) for value in call.args],
                    "its own tests expect it to fail" if any(part in name for part in _FAILING) else "",
                )


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Call):  # Decimal("1.1")
        return Decimal(ast.literal_eval(node.args[0]))
    return ast.literal_eval(node)


def _price(values: list[Any], reason: str) -> Case:
    hint, text, sign, _, value = values[:5]
    code = currency_of(fold(sign).strip() if sign else None, None)
    given_apart = bool(sign and sign.lower() not in (text or "").lower())
    if not reason:
        reason = (
            "no sum" if value is None
            else "nothing is paid" if value == 0
            else "a currency that is no longer in use" if sign and _FORMER.fullmatch(sign)
            else "a product's number beside its price" if text and len(re.findall(r"[0-9]+(?:[ .,'][0-9]+)*", text)) > 2
            else ""
        )  # fmt: skip
    if given_apart:
        pay = parse_pay(scan(json.dumps({"currency": sign, "value": text}, ensure_ascii=False)), _NOTHING, _NOTHING)
    else:
        pay = parse_pay(scan(text or ""), _NOTHING, _NOTHING)
    low = (pay.min if pay.min is not None else pay.max) if pay else None
    return Case(
        "price-parser", f"{hint} | {text}", _said(value, code), _said(low, pay.currency if pay else None), reason
    )


def _recognizers(path: Path, language: str) -> Iterator[Case]:
    for row in json.loads(path.read_text("utf-8-sig")):
        text = scan(row["Input"])
        read = [_said(pay.low.value, currency_in(pay, window, None)) for window, pay in sums(text)]
        for result in row["Results"]:
            resolution = result.get("Resolution") or {}
            value, unit = resolution.get("value"), resolution.get("unit", "")
            words = result["Text"]
            reason = _out_of_scope(words, value, unit)
            number = (
                float(str(value).replace(",", ".")) if value is not None and _NUMBER.fullmatch(str(value)) else None
            )
            if language == "French" and _GROUPED.fullmatch(str(value)):
                reason = reason or "three digits behind a comma: a fraction in French, thousands elsewhere"
            code = resolution.get("isoCurrency") or _MONEY.get(unit, unit)
            expected = _said(number, code)
            found = expected if expected in read else next(iter(read), "nothing")
            yield Case(f"Recognizers-Text, {language}", words, expected, found, reason)


def _out_of_scope(words: str, value: Any, unit: str) -> str:
    """Return why a case is out of our scope, nothing where it is in scope."""
    if value is None:
        return "a currency without an amount"
    if _LARGE.search(words):
        return "millions: nobody's pay"
    if _COINS.search(words) or _COINS.search(unit):
        return "coins"
    if _DEAD.search(words + unit):
        return "a currency that is no longer in use, or none"
    if _TWO_NUMBERS.search(words) and not words.endswith(_WHOLE):
        return "whole and hundredths in two numbers"
    return ""


def _said(value: Any, code: str | None) -> str:
    return "nothing" if value is None else f"{float(value):g} {code or '?'}"
