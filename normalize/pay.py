"""What it pays: status, amounts, currency and period, as the posting writes them.

A period is what is written, never judged by the size of the number, and nothing is annualised.
Fixed fees, stipends and lump sums without a period are a `total`. Silence is None; "unpaid" is a statement.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from normalize.duration import Duration
from normalize.hours import Hours
from normalize.money import CODES, SIGNS, Side, currency_near, currency_of, read_side, start_of
from normalize.pay_period import TIME, for_all, period_after, unit_before
from normalize.pay_record import read_record
from normalize.pay_status import read_status, status_of_field
from normalize.pay_words import CUES, Tail, lead_of, tail_of
from normalize.quantities import any_of
from normalize.text import Text, anchors
from normalize.vocabulary import words

_READ = 40  # sums looked at in one text
_BEFORE, _AFTER = 150, 120  # characters read around a sum
_EDGES = " \n+(-,"
_NEIGHBOUR = 160  # characters between sums that are read together
_FIELD = 400  # characters of a field that are read


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


_UNIT = any_of([word for period in ("hour", "day", "week", "month", "year") for word in words("pay", period)])
_SUMS = (
    anchors("pay.sign", [rf"[{SIGNS}]\s?[0-9]", rf"[0-9]\s?[k-]?\s?[{SIGNS}]"]),
    anchors("pay.code", [rf"\b(?:{any_of(CODES)})\.?\s?[$€£]?\s?[0-9]"]),
    anchors(
        "pay.named",
        [
            rf"[0-9]k?\s?\(?(?:{any_of(CODES)})\b",
            r"[0-9]\s?(?:lpa|lakhs?|lacs?|kč|zł|:-|(?:us|canadian|australian) dollars)",
        ],
    ),
    anchors("pay.bare", [rf"[0-9]k?\s?(?:/|per|pro|par|por|al|p/)\s?(?:{_UNIT})\b"]),
)
# A bare number has to stand right beside a word for pay.
_BARE = re.compile(r"[^\n0-9]{0,14}[0-9]")
_NO_SUM = re.compile(r"[a-zà-ÿ]|.?(?:401|403|457|529)\s?(?:\(|k)")  # "W2"; plans of pensions
_JOIN = rf"(?:-|~|/(?=\s?[{SIGNS}])|(?<=\s)(?:{any_of(words('pay', 'joiners'))})(?=\s?[{SIGNS}]|\s))"
_TO = re.compile(rf"[\s\u200c\u200d]{{0,3}}{_JOIN}[\s\u200c\u200d]{{0,3}}")
# "Min: $60,000 Max: $80,000", perhaps with a middle between them.
_MAX = re.compile(
    r"[\s.,;|-]{0,4}(?:mid(?:point|dle)?\s?:?\s{0,2}[$€£]?\s?[0-9][0-9.,]{0,12}[\s.,;|-]{0,4})?(?:max(?:imum)?|high)\.?(?:\s[a-z]{3,10}){0,2}\s?:?\s{0,2}"
)
_AND = re.compile(rf"\s(?:{any_of(words('pay', 'and'))})\s")
_FROM_LOW = re.compile(
    rf"(?<![0-9.,'])(?P<low>[0-9][0-9.,']{{0,9}})\s?k?\s?(?:{_JOIN}|(?P<and>\s(?:{any_of(words('pay', 'and'))})))[\s\u200c\u200d]{{0,3}}$"
)
_BETWEEN = re.compile(rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'between'))})\s{{1,2}}$")
_OPEN = r"(?:(?:of|a|an|the|rate of|salary of|wage of|de|di|von)\s){0,2}"
_LOW = re.compile(
    rf"(?<![a-zà-ÿ])(?:(?:{any_of(words('pay', 'low_from'))})\s?{_OPEN}|min(?:imum)?\.?(?:\s[a-z]{{3,10}}){{1,2}}\s?)[:(]?\s?$"
)
_HIGH = re.compile(
    rf"(?<![a-zà-ÿ])(?:(?:{any_of(words('pay', 'high_to'))})\s?{_OPEN}|max(?:imum)?\.?(?:\s[a-z]{{3,10}}){{1,2}}\s?)[:(]?\s?$"
)
_MORE = re.compile(
    rf"\+(?![a-z0-9])(?!\s?(?:{any_of(words('pay', 'never') + words('pay', 'beside'))}))|\s\+\s?(?=$|[\n,.;)|])"
    rf"|\s?(?:{any_of([word for word in words('pay', 'or_more') if word != '+'])})(?![a-zà-ÿ])"
)
_LESS = re.compile(rf"\s?\(?(?:{any_of(words('pay', 'or_less'))})(?![a-zà-ÿ])")
_CAPITAL = re.compile(r"(?<=[\s*)])[A-Z][a-z]")
_ON_TOP = re.compile(r"\s?\+\s?[a-z]")
_MAY_BE_GLUED = re.compile(r"[a-zà-ÿ)0-9.!?][A-Z]|[A-Z]{4}[a-z]")
_GLUED = re.compile(
    r"(?<=[a-zà-ÿ)])(?=[A-Z])|(?<=[a-zà-ÿ)][.!?])(?=[A-Z])|(?<=[0-9k])(?=[A-Z][a-z]{2})|(?<=[A-Z]{3})(?=[A-Z][a-z]{2})"
)
_SMALL_CHANGE = frozenset(("USD", "GBP", "EUR", "CAD", "AUD", "NZD", "SGD", "CHF"))
# A stipend in rupees is by custom one a month, so without a period it is no total.
_BY_THE_MONTH = frozenset(("INR", "PKR", "NPR", "BDT", "LKR", "IN", "PK", "NP", "BD", "LK"))


class Window:
    """The words around a place in a text.

    Pages that lost their line breaks run words together, "per yearBenefits"; here they are parted.

    Attributes:
        text: folded words, a line break put in wherever two words were glued.
        at: the place in `text`.
    """

    __slots__ = ("_cuts", "_origin", "at", "text")

    def __init__(self, text: Text, place: int, before: int = _BEFORE, after: int = _AFTER) -> None:
        origin = max(0, place - before)
        raw, norm = text.raw[origin : place + after], text.norm[origin : place + after]
        cuts = [match.start() for match in _GLUED.finditer(raw)] if _MAY_BE_GLUED.search(raw) else []
        if cuts:
            parts = [norm[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(norm)], strict=True)]
            norm = "\n".join(parts)
        self.text = norm
        self._origin = origin
        self._cuts = [cut + count for count, cut in enumerate(cuts)]  # where the line breaks stand now
        self.at = place - origin + bisect_left(cuts, place - origin + 1)

    def place(self, at: int) -> int:
        """Return where a place of the window is in the text."""
        return self._origin + at - bisect_left(self._cuts, at)


class Sum(NamedTuple):
    """A sum or range of money as written, in places of its window."""

    low: Side
    high: Side | None
    period: str | None
    start: int
    end: int
    more: bool
    less: bool


class Reading(NamedTuple):
    """A sum that is pay: how clearly the words say so, where it stands, and the word for pay before it."""

    score: int
    pay: Pay
    start: int
    end: int
    cue: str | None


def _sum(text: str, start: int) -> Sum | None:
    """Read the sum or range that begins at a place: "$18 - $22/hr", "500 à 600 € par mois", "$80k+"."""
    low = read_side(text, start)
    if low is None or (not low.signed and (TIME.match(text, low.end) or _NO_SUM.match(text, max(0, start - 1)))):
        return None
    period, end = period_after(text, low.end)
    high, period, end = _second(text, start, low, period, end)
    more = _MORE.match(text, end)
    if more and period is None:
        period, after = period_after(text, more.end())
        end = after if period else more.end()
    elif more:
        end = more.end() if "+" not in more[0] else end
    return Sum(low, high, period, start, end, bool(more), bool(_LESS.match(text, end)))


def _second(text: str, start: int, low: Side, period: str | None, end: int) -> tuple[Side | None, str | None, int]:
    """Return the other end of a range, with the period and the end of the whole."""
    to = _TO.match(text, end) or (_LOW.search(text, max(0, start - 30), start) and _MAX.match(text, end))
    both = None if to else _AND.match(text, end)
    joined = to or both
    if joined is None:
        return None, period, end
    high = read_side(text, joined.end())
    if high is None or (not high.before and not high.after and not high.k and TIME.match(text, high.end)):
        return None, period, end
    other, finish = period_after(text, high.end)
    value = low.value * 1000 if _shortened(low, high) else low.value
    if value > high.value or (not low.signed and high.before and not low.k):
        return None, period, end
    if both is not None and not (
        _BETWEEN.search(text, max(0, start - 14), start)
        or (high.signed and high.value <= 5 * value and (period is None or other == period))
    ):
        return None, period, end
    return high, other or period, finish


def _shortened(low: Side, high: Side) -> bool:
    """Tell whether the thousands of a range stand at its end only: "$60-80k", "20-30,000"."""
    if low.k or low.lakh or high.lakh or low.value >= 1000:
        return False
    if high.k:
        return True
    return not high.before and high.value >= 10_000 and high.value % 1000 == 0 and low.value * 1000 <= high.value


def _bounds(found: Sum, text: str) -> tuple[float | None, float | None]:
    low, high = found.low, found.high
    value = low.value
    if high is not None:
        if _shortened(low, high):
            value *= 1000
        if high.lakh and not low.lakh and value < 1000:
            value *= 100_000
        return value or None, high.value
    lead = text[max(0, found.start - 40) : found.start]
    if found.less or _HIGH.search(lead):
        return None, value
    return (value, None) if found.more or _LOW.search(lead) else (value, value)


def _currency(found: Sum, window: Window, country: str | None) -> str | None:
    sides = [found.low, found.high] if found.high else [found.low]
    signs = [sign for side in sides if side for sign in (side.after, side.before) if sign]
    # "$25 CAD", "CAD $25": what needs no place decides over what does.
    names = [
        name for sign in signs if (name := currency_of(sign, None)) and "$" != sign.strip() not in ("dollars", "dollar")
    ]
    if names:
        return currency_of(signs[0], country) if len(signs) == 1 else names[0]
    if not signs and any(side and side.lakh for side in sides):
        return currency_of("lakh", country)
    near = currency_near(window.text, found.start, found.end)
    return near if near and (signs or near) else currency_of(signs[0], country) if signs else None


def _places(text: Text) -> Iterator[int]:
    """Yield a digit of every sum in a text, in order."""
    ends = [end for group in _SUMS for _, end in text.hits(group)[: 2 * _READ]]
    ends += [bare.end() for _, end in text.hits(CUES)[: 2 * _READ] if (bare := _BARE.match(text.norm, end))]
    last = -1
    for end in sorted(ends):
        digit = end - 1
        while digit > last and not text.norm[digit].isdecimal():
            digit -= 1
        if digit > last:
            last = digit
            yield digit


def _candidates(text: Text) -> Iterator[tuple[Window, Sum]]:
    seen = -1
    for count, digit in enumerate(_places(text)):
        if count >= _READ:
            return
        if digit < seen or read_side(text.norm, start_of(text.norm, digit)) is None:
            continue
        window = Window(text, digit)
        start = start_of(window.text, window.at)
        lead = _FROM_LOW.search(window.text, max(0, start - 18), start)
        found = None
        if lead and not (lead["and"] and not _BETWEEN.search(window.text[: lead.start()])):
            found = _sum(window.text, start_of(window.text, lead.start("low")))
            if found is not None and found.high is None:
                found = None
        found = found or _sum(window.text, start)
        if found is None:
            continue
        seen = window.place(found.end)
        yield window, found


def _read(text: Text, window: Window, found: Sum, country: str | None, basis: str) -> Reading | None:
    """Return what a sum pays and how clearly the words around it say so; None if it is no pay."""
    around = window.text
    low, high = _bounds(found, around)
    if max(low or 0, high or 0) <= 0 or (low and high and low > high):
        return None
    lead = lead_of(around[: found.start])
    end = window.place(found.end)
    # After a period or a label, a capital begins the next thing: "Pay: $20 per hour Benefits: …"
    capital = _CAPITAL.search(text.raw, end, end + 60) if found.period or lead.score == 4 else None
    tail = tail_of(around[found.end : found.end + (capital.start() - end if capital else 60)])
    within = tail_of(around[(found.high or found.low).end : found.end])  # "$540 stipend per week"
    tail = Tail(tail.cue or within.cue, tail.never or within.never, tail.lump or within.lump)
    if tail.never or (lead.never and not tail.cue):
        return None
    period = found.period or unit_before(around, found.start) or lead.period
    score = max(lead.score, 3 * tail.cue)
    if basis == "title":
        score += 3
    if period in ("hour", "day", "week", "month", "year", "other"):
        score += 4 if period == "hour" else 3
    score += 2 * (period == "unit")
    score += found.high is not None
    if found.high is not None and (
        not around[: found.start].rpartition("\n")[2].strip(" *-•") or _ON_TOP.match(around, found.end)
    ):
        score += 2  # a range that opens a line, or that has something on top: "$50,000 - $60,000 + benefits"
    score -= lead.perhaps * (1 if lead.score else 2)
    sides = (found.low, found.high)
    if not any(side and (side.signed or side.lakh) for side in sides):
        # a bare number has to be called pay, and to look like it
        marked = period is not None or any(side and (side.k or side.value >= 100) for side in sides)
        if lead.score < (3 if period else 4) or not marked:
            return None
    if score < 3:
        return None
    currency = _currency(found, window, country)
    if period == "hour" and currency in _SMALL_CHANGE:
        low, high = _decimal(low, found.low), _decimal(high, found.high or found.low)
    if period is None:
        period = _once(around, found, lead.lump or tail.lump, currency or country)
    start, end = window.place(found.start), window.place(found.end)
    said = text.raw[start:end].strip(_EDGES)
    pay = Pay("paid", low, high, currency, None if period == "other" else period, said, basis)
    clear = lead.score == 4 and lead.lump != "stipend"
    return Reading(min(score, 5) + clear, pay, start, end, lead.cue)


def _decimal(value: float | None, side: Side) -> float | None:
    """Return "$15.375" an hour as what it is: three digits after a point are thousands of nothing paid by the hour."""
    if value and value >= 1000 and side.digits.count(".") == 1 and "," not in side.digits and not side.k:
        return value / 1000
    return value


def _once(around: str, found: Sum, lump: str | None, where: str | None) -> str | None:
    """Return `total` for a sum that is said to be paid once, or for the whole of the work."""
    if for_all(around, found.end):
        return "total"
    return None if lump is None or (lump == "stipend" and where in _BY_THE_MONTH) else "total"


def _in_text(text: Text, country: str | None, basis: str) -> Pay | None:
    """Return the sum that the text most clearly calls its pay, the first of several."""
    read = [each for window, found in _candidates(text) if (each := _read(text, window, found, country, basis))]
    if not read:
        return None
    best = max(each.score for each in read)
    first = next(each for each in read if each.score == best)
    clearer = next((each for each in read if _clearer(each.pay, first.pay)), first)
    return _together(text, clearer, read)


def _clearer(other: Pay, pay: Pay) -> bool:
    """Tell whether another sum says the same and more: a period, or an amount where one was open."""
    if other.currency != pay.currency or (pay.period and other.period != pay.period):
        return False
    if (other.min, other.max) == (pay.min, pay.max):
        return pay.period is None and other.period is not None
    one = pay.min if pay.max is None else pay.max if pay.min is None else None
    return one is not None and other.min == other.max == one and other.period == pay.period


def _together(text: Text, first: Reading, others: list[Reading]) -> Pay:
    """Take neighbouring sums of one currency and period together: pay by degree, by level, by place."""
    pay, begin, end = first.pay, first.start, first.end
    if pay.min is None or pay.max is None or pay.period == "total" or (first.cue or "").startswith("hiring"):
        return pay  # a hiring range is what somebody new gets of a wider one
    low, high = pay.min, pay.max
    for other in others:
        less, more = other.pay.min, other.pay.max or other.pay.min
        if (
            less is not None
            and more is not None
            and other.pay[3:5] == pay[3:5]
            and (other.cue == first.cue if pay.period is None or other.cue else True)
            and pay.min <= 2 * less <= 4 * pay.max
            and begin - _NEIGHBOUR < other.end
            and other.start < end + _NEIGHBOUR
        ):
            begin, end = min(begin, other.start), max(end, other.end)
            low, high = min(low, less), max(high, more)
    if (low, high) == (pay.min, pay.max):
        return pay
    return pay._replace(min=low, max=high, text=text.raw[begin:end].strip(_EDGES))


def _in_field(field: Text, country: str | None) -> Pay | None:
    """Read a board's own words or record of pay."""
    said = field.norm.strip()
    if said[:1] in ("[", "{"):
        try:
            stated = read_record(json.loads(field.raw), country)
        except (ValueError, RecursionError):
            stated = None
        else:
            return Pay("paid", *stated, field.raw, "field") if stated else None
    for digit in re.finditer(r"[0-9]", said[:_FIELD]):
        window = Window(field, field.norm.index(said[:1]) + digit.start(), _FIELD, _FIELD)
        found = _sum(window.text, start_of(window.text, window.at))
        if found is None:
            continue
        low, high = _bounds(found, window.text)
        if max(low or 0, high or 0) <= 0 or (low and high and low > high):
            continue
        lead = lead_of(window.text[: found.start])
        period, end = found.period or unit_before(window.text, found.start) or lead.period, found.end
        if period is None:
            period, end = _field_period(window.text, end)
        currency = _currency(found, window, country)
        if period == "hour" and currency in (*_SMALL_CHANGE, None):
            low, high = _decimal(low, found.low), _decimal(high, found.high or found.low)
        raw = field.raw[window.place(found.start) : window.place(end)].strip(_EDGES)
        return Pay("paid", low, high, currency, None if period == "other" else period, raw, "field")
    status = status_of_field(said)
    return Pay(status, None, None, None, None, field.raw.strip(), "field") if status else None


_TASK = re.compile(r"\s?/\s?[a-zà-ÿ-]{3,20}")
_LUMP = re.compile(any_of(words("pay", "lump")))


def _field_period(text: str, end: int) -> tuple[str | None, int]:
    """Return a period that stands further on in a field, or what the sum is paid for there: "150/Design"."""
    for at in range(end, min(len(text), end + 80)):
        if text[at] in " /":
            period, finish = period_after(text, at)
            if period in ("hour", "day", "week", "month", "year"):
                return period, end if finish > end + 24 else finish
    if _LUMP.search(text):
        return "total", end
    task = _TASK.match(text, end)
    return ("unit", task.end()) if task else (None, end)


def parse_pay(field: Text | None, title: Text, description: Text, country: str | None = None) -> Pay | None:
    """Return what it pays, None if the posting does not say.

    The board's field outranks the title, the title the text; sums outrank words.

    Args:
        field: the board's own words or record of pay.
        country: where the job is, to tell one dollar from another.

    >>> from normalize.text import scan
    >>> parse_pay(None, scan(""), scan("The stipend is $600-$900 weekly."))[:5]
    ('paid', 600.0, 900.0, 'USD', 'week')
    >>> parse_pay(None, scan(""), scan("We raised $40 million.")) is None
    True
    """
    stated = _in_field(field, country) if field is not None else None
    if stated is not None and (stated.min is not None or stated.max is not None or stated.status != "paid"):
        return stated
    found = _in_text(title, country, "title") or _in_text(description, country, "description") or stated
    if found is not None:
        return found
    for text, basis in ((title, "title"), (description, "description")):
        if status := read_status(text, basis):
            return Pay(status[0], None, None, None, None, status[1], basis)
    return None


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
