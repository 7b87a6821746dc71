"""What it pays: status, amounts, currency and period, as the posting writes them.

A period is what is written, never judged by the size of the number, and nothing is annualised.
Fixed fees, stipends and lump sums without a period are a `total`. Silence is None; "unpaid" is a statement.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from normalize.duration import Duration
from normalize.hours import Hours
from normalize.money import CODES, NUMBER, SIGN, amount, currency_of
from normalize.quantities import any_of
from normalize.text import Text, anchors
from normalize.vocabulary import words

_READ = 40  # amounts looked at in one text


class Pay(NamedTuple):
    """Stated pay.

    Attributes:
        status: paid, unpaid or academic_credit.
        min, max: amounts in `currency` per `period`; one of them None on an open side.
        currency: ISO 4217, None where neither sign nor place names one.
        period: hour, day, week, month, year, total or unit; None where none is written.
        text: the words it was read from.
        basis: field, title or description.
    """

    status: str
    min: float | None
    max: float | None
    currency: str | None
    period: str | None
    text: str
    basis: str


_PERIODS = {
    word: period for period in ("hour", "day", "week", "month", "year", "unit") for word in words("pay", period)
}
_TOTAL = any_of(words("pay", "total"))
_CODE = any_of(CODES)
_AMOUNT_HITS = anchors(
    "pay.amount",
    [
        r"[$€£₹₩₽₺₱₪₦฿]\s?[0-9]",
        r"[0-9]k?\s?(?:[€£₹]|kč|zł)",
        rf"\b(?:{_CODE})\.?\s?[$€£]?\s?[0-9]",
        rf"[0-9]k?\s?(?:{_CODE})\b",
        r"¥\s?[0-9]|[0-9]\s?¥|\bkr\.?\s?[0-9]|[0-9]\s?kr\b",
    ],
)
_BARE_HITS = anchors(
    "pay.bare",
    [
        r"\b(?:salary|stipend|compensation|hourly rate|pay rate|wage|gehalt|vergütung|gratification|remuneration)\s?(?::|is|of|-)?\s{0,2}[0-9]",
        r"[0-9]\s?(?:/|per )\s?(?:hour|hr|month|week|annum|year)\b",
    ],
)
_STATUS_HITS = anchors(
    "pay.status",
    [rf"\b(?:{any_of([word for key in ('unpaid', 'credit', 'paid') for word in words('pay', key)])})"],
)
_UNPAID = set(words("pay", "unpaid"))
_CREDIT = set(words("pay", "credit"))

_PERIOD_WORD = any_of([word for word, period in _PERIODS.items()])
_EACH = r"(?:per|/|an|a|each|every|pro|par|por|al|à la|alla|je|p\.|die|l'|de l'|in der|im|de|por cada|p/)"
_QUALIFIER = r"(?:gross|net|brutto|netto|brut|bruts|net|bruto|brutos|lordi|lordo|euro|euros|usd|eur|gbp|inr|dollars|cad|aud|\(gross\)|\(brutto\)|plus|basis|base|salary|rate|stipend|full[- ]time)"
_AFTER_PERIOD = re.compile(
    rf"^[\s+*]{{0,3}}(?:{_QUALIFIER}[\s,]{{1,2}}){{0,2}}(?:\(?{_EACH}\s?|[/-]\s?|\(\s?)(?P<p>{_PERIOD_WORD})(?![a-zà-ÿ])"
    rf"|^[\s+*,(-]{{0,3}}(?:{_QUALIFIER}[\s,]{{1,2}}){{0,2}}(?P<w>hourly|daily|weekly|monthly|yearly|annually|annual|annum|lpa|p\.a\.|pa|pcm|pm|p/h|ph|monatlich|mtl\.?|jährlich|stündlich|mensuels?|mensuelles?|annuels?|mensuales|mensual|mensili|mensile|anuales|annui|mensais|mensal|semanales|hebdomadaires?|horaire|an hour|an article)(?![a-zà-ÿ])"
)
_WORD_PERIOD = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year",
    "annual": "year", "annum": "year", "lpa": "year", "p.a.": "year", "pa": "year", "pcm": "month", "pm": "month",
    "p/h": "hour", "ph": "hour", "an hour": "hour", "monatlich": "month", "mtl": "month", "mtl.": "month",
    "jährlich": "year", "stündlich": "hour", "mensuel": "month", "mensuels": "month", "mensuelle": "month",
    "mensuelles": "month", "annuel": "year", "annuels": "year", "mensuales": "month", "mensual": "month",
    "mensili": "month", "mensile": "month", "anuales": "year", "annui": "year", "mensais": "month", "mensal": "month",
    "semanales": "week", "hebdomadaire": "week", "hebdomadaires": "week", "horaire": "hour", "an article": "unit",
}  # fmt: skip
_BEFORE_PERIOD = re.compile(
    r"(?<![a-z])(?P<p>hourly|daily|weekly|monthly|yearly|annual|annually|stundenlohn|monatsgehalt|monatlich|jahresgehalt|mensuelle?|horaire|mensual|uurloon|taux horaire)"
    r"\s{0,2}(?:base |pay |gross |starting |total )*(?:salary|pay|rate|wages?|stipend|compensation|range|gehalt|vergütung|gratification|lohn|remuneration|salario|bolsa)?\s{0,2}(?:range|rate)?"
    r"\s{0,2}(?:is|of|:|-|for this (?:role|position) is|von|de|di|van|ranges from|between|from|will be|up to|starting at|starts at|\(usd\))*[\s:]{0,4}$"
)
_BEFORE_WORDS = {
    **_WORD_PERIOD,
    "stundenlohn": "hour",
    "monatsgehalt": "month",
    "jahresgehalt": "year",
    "uurloon": "hour",
    "taux horaire": "hour",
}
_MONEY = re.compile(
    rf"(?P<s1>(?:{SIGN})\s?(?:{SIGN})?)?\s?(?P<a>{NUMBER})\s?(?P<k1>k(?!r(?![a-z])|[čc](?![a-z]))|lakhs?|lacs?|l(?=pa))?(?![0-9%])\s?(?P<s2>{SIGN})?"
    rf"(?P<p1>\s?(?:{_EACH})\s?(?:{_PERIOD_WORD})(?![a-zà-ÿ]))?"
    rf"(?:\s{{0,2}}(?:-|–|to|and|bis|à|a|~|y|e|ou|or|tot|up to|/(?=\s?[$€£₹]))\s{{0,2}}(?P<s3>(?:{SIGN})\s?(?:{SIGN})?)?\s?(?P<b>{NUMBER})\s?(?P<k2>k(?!r(?![a-z])|[čc](?![a-z]))|lakhs?|lacs?|l(?=pa))?(?![0-9%])\s?(?P<s4>{SIGN})?)?"
    r"(?P<plus>\s?\+(?!\s?(?:incentives|benefits|bonus|commission|equity|tips|excellent)))?"
)
_LOW = re.compile(
    rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'low_from'))})\s?(?:of |a |an |at |rate of |salary of )?[:(]?\s?$"
)
_HIGH = re.compile(
    rf"(?<![a-zà-ÿ])(?:{any_of([word for word in words('pay', 'high_to') if word not in ('to', 'a', 'tot', 'bis', 'até')])}|bis zu)\s?(?:of |a )?[:(]?\s?$"
)
_CUE = re.compile(rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'cues'))})(?![a-zà-ÿ])")
_NEVER = re.compile(rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'never'))})(?![a-zà-ÿ])")
_NEVER_AFTER = re.compile(
    r"^\s?(?:k\s)?(?:\+\s?)?(?:m\b|mm\b|bn?\b|mn\b|mio|mrd|million|billion|trillion|crore|cr\b|in (?:funding|revenue|assets|sales|annual|gift|credits?|stock|equity|series|total (?:contract|funding)|savings|travel|benefits|tuition|bonus)|(?:sign|referral|retention|relocation|performance|annual|signing|hiring|completion|attendance)[- ](?:on )?(?:bonus|package|allowance|stipend)|bonus|of (?:funding|revenue|life|insurance)|worth|raised|series|budget|deductible|copay|co-pay|discount|scholarship|prize|match|contribution|application fee|registration|deposit|donation|gift|grant\b(?! stipend)|toward|towards)"
)
_NEVER_BEFORE = re.compile(
    r"(?:raised|raising|funding|revenues?|budgets?|valued at|valuation|worth|sales of|sales|over \$?|bonus(?:es)?(?: of| up to)?|sign[- ]on|signing|referral|reimburse\w*|prize|scholarship|tuition|insurance|deposit|donat\w+|savings|saved?|discount|price[ds]?|cost(?:s|ing)?|401\(?k\)?|fees? of|fee:|purchase|gift|relocation|allowance|perks?|managing|manage[sd]?|portfolio|invest\w*|grants? (?:of|up to)|transactions?|processed|fine of|penalty|loan\w*|assets|registration|application fee|membership|benefit(?:s)?(?: of| up to| worth)|stipend for|equipment|wellness|contribution|market|incentives?(?: of| up to)|commission(?: of| up to)?|housing|airfare|travel|meals?|per diem|life|coverage|zuschuss|umsatz|gutschein|credits?|profit|turnover)[^.;\n]{0,18}$"
)


_MORE = re.compile(r"[+.;,(|*\n]|\b(?:plus|and|with|base|eligible)\b")  # what follows is on top of the pay


def _periods_of(match: re.Match[str], norm: str, start: int, end: int) -> str | None:
    """Return the period written at an amount: after it, inside a range, or before it."""
    after = _AFTER_PERIOD.search(norm[end : end + 40])
    if after:
        return _PERIODS.get(after["p"]) if after["p"] else _WORD_PERIOD.get(after["w"])
    if match["p1"]:
        word = re.sub(rf"^\s?(?:{_EACH})\s?", "", match["p1"])
        return _PERIODS.get(word)
    before = _BEFORE_PERIOD.search(norm[max(0, start - 60) : start])
    return _BEFORE_WORDS.get(before["p"]) if before else None


_TOTAL_NEAR = re.compile(rf"(?<![a-zà-ÿ])(?:{_TOTAL})(?![a-zà-ÿ])")


def _total(norm: str, start: int, end: int) -> bool:
    return bool(_TOTAL_NEAR.search(norm[max(0, start - 30) : start]) or _TOTAL_NEAR.search(norm[end : end + 24]))


def _factor(mark: str | None) -> float:
    return 1 if not mark else 1000 if mark == "k" else 100_000


def _interval(match: re.Match[str], norm: str, start: int) -> tuple[float | None, float | None] | None:
    low = amount(match["a"])
    high = amount(match["b"]) if match["b"] else None
    first, second = _factor(match["k1"]), _factor(match["k2"])
    if high is not None and match["k2"] and not match["k1"] and low < 1000:
        first = second  # "$60-80k"
    low *= first
    lead = norm[max(0, start - 24) : start]
    if high is None:
        if _HIGH.search(lead):
            return None, low
        if match["plus"] or _LOW.search(lead):
            return low, None
        return low, low
    high *= second
    if high < low and high >= 1 and low / high >= 100 and match["k2"] is None and match["k1"]:
        high *= first  # "$60k - 80"
    return (low, high) if low <= high else None


def _candidates(text: Text, field: bool) -> Iterator[tuple[int, re.Match[str]]]:
    norm = text.norm
    if field:
        yield from ((match.start(), match) for match in list(_MONEY.finditer(norm[:300]))[:6])
        return
    seen = -1
    hits = sorted(text.hits(_AMOUNT_HITS)[: 4 * _READ] + text.hits(_BARE_HITS)[:_READ])
    for start, end in hits[: 4 * _READ]:
        if start < seen:
            continue
        digit = start
        while digit < end and not norm[digit].isdigit():
            digit += 1
        while digit > 0 and digit > start - 14 and norm[digit - 1] in "0123456789,.'":
            digit -= 1
        origin = digit
        sign = re.search(rf"(?:{SIGN})\s?$", norm[max(0, digit - 8) : digit])
        if sign:
            origin = max(0, digit - 8) + sign.start()
        match = _MONEY.match(norm, origin, origin + 90)
        if match is None:
            continue
        seen = match.end()
        yield match.start(), match


def _read(text: Text, match: re.Match[str], country: str | None, basis: str) -> Pay | None:
    norm, (start, end) = text.norm, match.span()
    interval = _interval(match, norm, start)
    if interval is None or max(interval[0] or 0, interval[1] or 0) <= 0:
        return None
    sign = next((match[name] for name in ("s1", "s3", "s2", "s4") if match[name]), "") or ""
    currency = currency_of(sign.replace(" ", ""), country) or currency_of(sign.split(" ")[0], country)
    if match["s2"] or match["s4"]:  # "$25 CAD": the word decides over the sign
        named = currency_of((match["s4"] or match["s2"]).strip(), country)
        currency = named or currency
    period = _periods_of(match, norm, start, end)
    after = _AFTER_PERIOD.search(norm[end : end + 40])
    finish = end + after.end() if after else end
    if match["k1"] and match["k1"].startswith("l") and period is None:
        period = "year"
    if period is None and _total(norm, start, end):
        period = "total"
    return Pay("paid", interval[0], interval[1], currency, period, text.raw[start:finish].strip(), basis)


def _score(text: Text, match: re.Match[str], pay: Pay) -> int:
    norm, (start, end) = text.norm, match.span()
    before, after = norm[max(0, start - 80) : start], norm[end : end + 60]
    line = before.rpartition("\n")[2]
    if _NEVER_AFTER.search(after) or _NEVER_BEFORE.search(line[-44:]):
        return 0
    score = 0
    if pay.period and pay.period not in ("total", "unit"):
        score += 3
    if pay.period == "total":
        score += 2
    near = line[-60:]
    if _CUE.search(near):
        score += 3
    elif _CUE.search(before) or _CUE.search(after[:30]):
        score += 2 if "\n" not in before[-12:] or _CUE.search(before[-40:]) else 1
    if match["b"]:
        score += 1
    if _NEVER.search(near[-40:].rpartition(",")[2]) or _NEVER.search(_MORE.split(after[:24], maxsplit=1)[0]):
        score -= 3
    if pay.period == "unit" and not _CUE.search(near):
        score -= 1
    return score if score >= 2 else 0


def _in_text(text: Text, country: str | None, basis: str) -> Pay | None:
    best: tuple[int, Pay] | None = None
    for _, match in _candidates(text, field=False):
        pay = _read(text, match, country, basis)
        if pay is None:
            continue
        if not any(match[name] for name in ("s1", "s2", "s3", "s4")) and pay.period is None:
            continue
        score = _score(text, match, pay)
        if score and (best is None or score > best[0]):
            best = (score, pay)
    return best[1] if best else None


def _status(text: Text, basis: str) -> Pay | None:
    """Return what the posting says of being paid without a sum."""
    found: Pay | None = None
    for start, end in text.hits(_STATUS_HITS)[:20]:
        word = text.norm[start:end]
        lead, after = text.norm[max(0, start - 24) : start], text.norm[end : end + 24]
        if re.search(r"(?:not|no|isn't|never|non)[\s-]{1,2}(?:an? )?$", lead) or re.match(
            r"\s?(?:leave|time|holiday|vacation|overtime|lunch|break)", after
        ):
            continue
        if word in _UNPAID:
            return Pay("unpaid", None, None, None, None, text.raw[start:end], basis)
        if word in _CREDIT and found is None:
            found = Pay("academic_credit", None, None, None, None, text.raw[start:end], basis)
        elif found is None or (found.status == "academic_credit" and word not in _CREDIT):
            found = Pay("paid", None, None, None, None, text.raw[start:end], basis)
    return found


_FIELD_UNPAID = re.compile(r"^(?:unpaid|no stipend|none|volunteer(?:ing)?|unbezahlt|non rémunéré|no pay)\b")
_FIELD_PAID = re.compile(
    r"performance|commission|stipend|competitive|commensurate|negotiable|paid|funds raised|incentive|depends|doe\b|tbd|market|attractive"
)


def _in_field(text: Text, country: str | None) -> Pay | None:
    norm = text.norm.strip()
    if not norm:
        return None
    if norm[0] in "[{":
        try:
            record = json.loads(text.raw)
        except ValueError:
            record = None
        if record is not None:
            return _in_record(record, text.raw, country)
    for _, match in _candidates(text, field=True):
        if text.norm[match.end() : match.end() + 1] == "%":
            continue
        pay = _read(text, match, country, "field")
        if pay is None:
            continue
        if pay.period is None and re.search(r"lump\s?sum|lumpsum", norm):
            pay = pay._replace(period="total")
        if pay.period is None and (unit := re.match(r"\s?/\s?[a-z-]{3,20}", text.norm[match.end() :])):
            pay = pay._replace(period="unit", text=text.raw[match.start() : match.end() + unit.end()])
        return pay
    if _FIELD_UNPAID.search(norm):
        return Pay("unpaid", None, None, None, None, text.raw.strip(), "field")
    return Pay("paid", None, None, None, None, text.raw.strip(), "field") if _FIELD_PAID.search(norm) else None


# Boards' own records: the keys they use for one and the same thing.
_LOW_KEYS = (
    "min",
    "minValue",
    "minAmount",
    "minSalary",
    "salaryMin",
    "salary_min",
    "minimum",
    "MinimumRange",
    "salaryValue1",
    "minimumSalary",
    "from",
    "value",
)
_HIGH_KEYS = (
    "max",
    "maxValue",
    "maxAmount",
    "maxSalary",
    "salaryMax",
    "salary_max",
    "maximum",
    "MaximumRange",
    "salaryValue2",
    "maximumSalary",
    "to",
    "value",
)
_CURRENCY_KEYS = ("currency", "currencyCode", "currency_type", "salaryCurrency", "code")
_PERIOD_KEYS = (
    "interval",
    "unitText",
    "period",
    "frequency",
    "salaryPeriod",
    "periodicity",
    "RateIntervalCode",
    "scale",
    "salaryInterval",
    "unit",
    "salaryType",
)
_RECORD_PERIODS = {
    "hour": "hour", "hourly": "hour", "per-hour-wage": "hour", "1 hour": "hour", "ph": "hour", "day": "day",
    "daily": "day", "1 day": "day", "pd": "day", "week": "week", "weekly": "week", "1 week": "week", "per-week-salary": "week",
    "month": "month", "monthly": "month", "1 month": "month", "per-month-salary": "month", "permonth": "month",
    "per_month": "month", "pm": "month", "year": "year", "yearly": "year", "annual": "year", "1 year": "year",
    "per-year-salary": "year", "annually": "year", "pa": "year", "per_year": "year", "per_hour": "hour", "per_week": "week",
    "per_day": "day", "per annum": "year", "per hour": "hour", "per day": "day", "per week": "week", "per month": "month",
    "one-time": "total", "one time": "total", "lumpsum": "total", "lump sum": "total", "total": "total", "fixed": "total",
    "bi-week": None, "per-day-wage": "day", "perweek": "week", "anum": "year", "annum": "year",
}  # fmt: skip


def _first(record: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((record[key] for key in keys if record.get(key) not in (None, "", 0, "0", 0.0)), None)


def _float(value: Any) -> float | None:
    if isinstance(value, dict):
        value = value.get("amount")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 < value < 1e12 else None
    match = re.search(NUMBER, str(value))
    return (amount(match[0]) or None) if match else None


def _in_record(record: Any, raw: str, country: str | None) -> Pay | None:
    """Read a board's own record of pay."""
    if isinstance(record, list):
        found = [pay for entry in record if (pay := _in_record(entry, raw, country))]
        if not found:
            return None
        same = [pay for pay in found if pay[3:5] == found[0][3:5]]
        lows, highs = [pay.min for pay in same if pay.min is not None], [pay.max for pay in same if pay.max is not None]
        return found[0]._replace(min=min(lows, default=None), max=max(highs, default=None))
    if not isinstance(record, dict):
        return None
    for key in ("summaryComponents", "components"):  # only the salary is pay
        if isinstance(record.get(key), list):
            parts = [
                part for part in record[key] if isinstance(part, dict) and part.get("compensationType") == "Salary"
            ]
            return _in_record(parts, raw, country) if parts else None
    for key in ("compensationTiers", "data", "value", "baseSalary"):
        inner = record.get(key)
        if isinstance(inner, (dict, list)):
            outer = {
                name: record[name] for name in (*_CURRENCY_KEYS, *_PERIOD_KEYS) if isinstance(record.get(name), str)
            }
            return _in_record({**outer, **inner} if isinstance(inner, dict) else inner, raw, country)
    low, high = _float(_first(record, _LOW_KEYS)), _float(_first(record, _HIGH_KEYS))
    scale = 1.0
    if low is None and high is None:
        low, high, scale = _float(record.get("min_cents")), _float(record.get("max_cents")), 100.0
    if low is None and high is None:
        return None
    low, high = low and low / scale, high and high / scale
    if low is not None and high is not None and low > high:
        return None
    currency = str(_first(record, _CURRENCY_KEYS) or "").strip()
    named = currency.upper() if re.fullmatch(r"[A-Za-z]{3}", currency) else currency_of(currency.lower(), country)
    period = _RECORD_PERIODS.get(str(_first(record, _PERIOD_KEYS) or "").strip().lower())
    if period is None and scale != 1.0:
        said = f"{record.get('title') or ''} {record.get('blurb') or ''}".lower()
        period = next(
            (_WORD_PERIOD[word] for word in ("hourly", "weekly", "monthly", "annual", "daily") if word in said), None
        )
    return Pay("paid", low, high, named, period, raw, "field")


def parse_pay(field: Text | None, title: Text, description: Text, country: str | None = None) -> Pay | None:
    """Return what it pays, None if the posting does not say.

    Args:
        field: the board's own words or record of pay.
        country: where the job is, to tell one dollar from another.

    >>> from normalize.text import scan
    >>> parse_pay(None, scan(""), scan("The stipend is $600-$900 weekly."))[:5]
    ('paid', 600.0, 900.0, 'USD', 'week')
    >>> parse_pay(None, scan(""), scan("We raised $40 million.")) is None
    True
    """
    if field is not None and (found := _in_field(field, country)):
        if found.min is not None or found.max is not None or found.status != "paid":
            return found
        stated = _in_text(title, country, "title") or _in_text(description, country, "description")
        return stated or found
    return (
        _in_text(title, country, "title")
        or _in_text(description, country, "description")
        or _status(title, "title")
        or _status(description, "description")
    )


def hourly(
    pay: Pay | None, hours: Hours | None, duration: Duration | None
) -> tuple[float | None, float | None, str] | None:
    """Return pay by the hour where it follows exactly, with how it follows.

    >>> hourly(Pay("paid", 600, 600, "USD", "total", "$600", "field"), Hours(None, None, 30, 30, "", ""), None)
    (20.0, 20.0, 'total_hours')
    """
    if pay is None or (pay.min is None and pay.max is None):
        return None
    if pay.period == "hour":
        return pay.min, pay.max, "stated"
    if hours is None:
        return None
    if pay.period == "total" and hours.total_min is not None and hours.total_min == hours.total_max:
        worked, basis = hours.total_min, "total_hours"
    elif pay.period == "week" and hours.week_min is not None and hours.week_min == hours.week_max:
        worked, basis = hours.week_min, "weekly_hours"
    else:
        return None
    if worked <= 0:
        return None
    low, high = pay.min and round(pay.min / worked, 2), pay.max and round(pay.max / worked, 2)
    return low, high, basis
