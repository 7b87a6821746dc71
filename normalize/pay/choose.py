"""The pay of a job: status, amounts, currency and period, as the posting writes them.

A period is what is written, never judged by the size of the number, and nothing is annualised.
Fixed fees, stipends and lump sums without a period are a `total`. Silence is None; "unpaid" is a statement.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from normalize.cues.decide import Decision, weights
from normalize.cues.pay import LUMP, Lead, Tail, lead_of, tail_of
from normalize.cues.pay_period import for_all, period_after, unit_before
from normalize.pay.amounts import needs_place, start_of
from normalize.pay.record import read_record
from normalize.pay.spans import Sum, Window, bounds, currency_in, read_sum, sums
from normalize.pay.status import read_status, status_of_field
from normalize.place.location import parse_places
from normalize.schedule.duration import Duration
from normalize.schedule.hours import Hours
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text

_EDGES = " \n+(-,"
_NEIGHBOUR = 160  # characters between sums that are read together
_AS_CLEAR = 3.0  # of two sums that differ by less, the first is taken
_NEXT = 30  # characters between the sums of a list
_FIELD = 400  # characters of a field that are read
_TIMES = frozenset(("hour", "day", "week", "two_weeks", "month", "semester", "year"))
# A stipend in rupees is by custom one a month, so without a period it is no total.
_BY_THE_MONTH = frozenset(("INR", "PKR", "NPR", "BDT", "LKR", "IN", "PK", "NP", "BD", "LK"))

_CAPITAL = lazy_pattern(r"(?<=[\s*)])[A-Z][a-z]")
_SEARCHED = 20_000  # characters in which hours a month are looked for
_A_MONTH = lazy_pattern(
    lambda: (
        rf"(?<![0-9.,-])(?<!to )(?<![0-9] )(?P<hours>[1-9][0-9]{{1,2}})\s?(?:{any_of(words('units', 'hour'))})\s?"
        rf"(?:(?:{any_of(words('pay', 'per') + words('pay', 'each'))})\s?|-)(?:{any_of(words('pay', 'month'))})(?![a-zà-ÿ])"
    )
)
_FOREMOST = 4000  # characters in which the label of a place is looked for
_PLACE_LABEL = lazy_pattern(
    lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'place_labels'))})\s?:\**\s{{0,3}}(?=[a-zà-ÿ])"
)
_NEXT_LABEL = lazy_pattern(r"[\n|;•]|\s[A-ZÀ-Þ][a-zà-ÿ]{1,15}\s?:|\.\s")
_NEVER_ENDINGS = words("pay", "never_endings")
_WORD = lazy_pattern(r"[a-zà-ÿ]{1,40}")
_PRICE = lazy_pattern(lambda: rf"\s?(?:per|/)\s?(?:{any_of(words('pay', 'priced'))})(?![a-z])")
_DIGIT = lazy_pattern(r"[0-9]")
_ON_TOP = lazy_pattern(r"\s?\+\s?[a-z]")
_TASK = lazy_pattern(r"\s?/\s?[a-zà-ÿ-]{3,20}")
_LUMP = lazy_pattern(lambda: any_of(words("pay", "lump")))
_LUMP_AFTER = lazy_pattern(lambda: rf"\s?\(?(?:{any_of(words('pay', 'lump_after'))})(?![a-zà-ÿ])")
_FEE_AFTER = lazy_pattern(lambda: rf"[\s,]{{0,2}}(?:{any_of(words('pay', 'fee_after'))})(?![a-zà-ÿ])")
_LATER_AFTER = lazy_pattern(
    lambda: rf"[^.\n;]{{0,30}}(?<![a-zà-ÿ])(?:{any_of(words('pay', 'later_after'))})(?![a-zà-ÿ])"
)

FIELD = "pay"


class Pay(NamedTuple):
    """Stated pay.

    Attributes:
        status: paid, unpaid or academic_credit.
        min, max: amounts in `currency` per `period`; one of them None on an open side.
        currency: ISO 4217, None where neither sign nor place names one.
        period: hour, day, week, two_weeks, month, semester, year, total or unit; None where none is written.
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


class Candidate(NamedTuple):
    """A sum of a text with what speaks for and against its being the pay.

    Attributes:
        pay: what the sum states if it is the pay.
        decision: how likely it is the pay, with the signs that spoke.
        start, end: its place in the text.
        cue: the word for pay before it.
        called: whether any word calls it pay, before it or after it.
        goes_on: whether it goes on a list that the sum before it is a part of.
    """

    pay: Pay
    decision: Decision
    start: int
    end: int
    cue: str | None
    called: bool
    goes_on: bool


def candidates(text: Text, country: str | None, basis: str) -> list[Candidate]:
    """Return the sums of a text that may be its pay, in order, each with its signs and their weight.

    >>> from normalize.text.scanner import scan
    >>> pay, ticket = candidates(scan("The stipend is $500 a week.\\nTickets cost $20."), None, "description")
    >>> pay.decision.likely > 0.5 > ticket.decision.likely
    True
    """
    read: list[Candidate] = []
    asked = country is not None
    for window, pay_sum in sums(text):
        if not asked and any(needs_place(side.before or side.after) for side in pay_sum.sides if side.signed):
            country, asked = place_named(text), True
        if candidate := _weighed(text, window, pay_sum, country, basis, read[-1] if read else None):
            read.append(candidate)
    return read


def _pay_in(text: Text, country: str | None, basis: str) -> Pay | None:
    """Return the sum that a text most clearly calls its pay, the first of several."""
    read: list[Candidate] = []
    last: Candidate | None = None
    enough = weights(FIELD).threshold
    for candidate in candidates(text, country, basis):
        if candidate.decision.likely >= enough or (candidate.goes_on and read and last is read[-1]):
            read.append(candidate)
        last = candidate
    if not read:
        return None
    for at in range(len(read) - 1, 0, -1):  # the last of a list says the period: "$15 (entry), $17 (later) per hour"
        one, after = read[at - 1], read[at]
        if one.pay.period is None and after.start - one.end < _NEXT and one.pay.currency == after.pay.currency:
            read[at - 1] = one._replace(pay=one.pay._replace(period=after.pay.period))
    best = max(one.decision.weight for one in read)
    first = next(one for one in read if one.decision.weight >= best - _AS_CLEAR)
    first = next((one for one in read if _says_more(one.pay, first.pay)), first)
    if not first.called and (said := read_status(text, basis)) and said.status == "unpaid":
        return None  # a sum that nothing calls pay, in a posting that says it pays nothing
    return _together(text, first, read)


def _weighed(
    text: Text, window: Window, pay_sum: Sum, country: str | None, basis: str, last: Candidate | None
) -> Candidate | None:
    """Return what a sum states as pay, with the signs for and against it; None if it states no amount."""
    around = window.text
    start, end = window.place(pay_sum.start), window.place(pay_sum.end)
    lead = lead_of(around[: pay_sum.start])
    tail = _tail(text, window, pay_sum, lead)
    period = pay_sum.period or unit_before(around, pay_sum.start) or lead.period
    currency = currency_in(pay_sum, window, country)
    amounts = bounds(pay_sum, around, currency, period)
    if amounts is None or (currency is None and pay_sum.low.before == "r"):
        return None  # R8,000 is money in South Africa; elsewhere R8 is anything
    if (lead.later and lead.lump != "stipend") or _LATER_AFTER.match(around, pay_sum.end):
        return None  # the salary of the job that may follow
    if (lead.asked and _FEE_AFTER.match(around, pay_sum.end)) or _PRICE.match(around, pay_sum.amounts_end):
        return None
    next_of_list = last is not None and 0 < start - last.end < _NEXT and "\n" not in text.norm[last.end : start]
    signs = _signs_of(pay_sum, around, lead, tail, period, basis)
    if period is None and for_all(around, pay_sum.end):
        period = "total"
        signs.append("for all")
    elif period is None:
        lump = tail.lump if tail.lump == LUMP else lead.lump or tail.lump
        if pay_sum.high is None and _LUMP_AFTER.match(around, pay_sum.end):
            lump = LUMP
        period = "total" if lump and not (lump == "stipend" and (currency or country) in _BY_THE_MONTH) else None
    pay = Pay(
        "paid", *amounts, currency, None if period == "other" else period, text.raw[start:end].strip(_EDGES), basis
    )
    cue = lead.cue or (last.cue if next_of_list and last else None)
    goes_on = next_of_list and not (lead.never or tail.never)
    decision = weights(FIELD).decide(dict.fromkeys(signs, ""))
    return Candidate(pay, decision, start, end, cue, bool(lead.score or tail.cue), goes_on)


def _signs_of(pay_sum: Sum, around: str, lead: Lead, tail: Tail, period: str | None, basis: str) -> list[str]:
    """Return the names of the signs for and against a sum's being the pay."""
    signs = [*lead.signs, *tail.signs, f"period {'unit' if period == 'total' else period}", f"lead {lead.score}"]
    line = around[: pay_sum.start].rpartition("\n")[2].strip()
    opens = not line.strip(" *-•")
    named = any(side.signed or side.lakh for side in pay_sum.sides)
    called = not named and _called_pay(pay_sum, lead, period, line)
    facts = (
        ("by time", period in _TIMES or period == "other"),
        ("range", pay_sum.high is not None),
        ("range that opens a line", pay_sum.high is not None and (opens or bool(_ON_TOP.match(around, pay_sum.end)))),
        ("opens a line", opens),
        ("item", opens and bool(line)),
        ("without a currency but called pay", called),
        ("without a currency", not named and not called),
        ("lead against", lead.never),
        ("lead perhaps against", lead.perhaps),
        ("label", lead.label and lead.cue is not None),
        ("tail for", tail.cue),
        ("tail against", tail.never),
        ("told to pay", lead.asked),
        ("shortened", any(side.k for side in pay_sum.sides)),
        ("open", pay_sum.more or pay_sum.less),
        ("crores", any(side.factor == 10_000_000 for side in pay_sum.sides) and period is None),
        ("title", basis == "title"),
        ("rule", _by_rule(pay_sum, around, lead, tail, period, basis)),
    )
    signs.extend(name for name, holds in facts if holds)
    return signs


def _by_rule(pay_sum: Sum, around: str, lead: Lead, tail: Tail, period: str | None, basis: str) -> bool:
    """Tell whether the plain rule takes a sum for pay: enough speaks for it and nothing against it."""
    if tail.never or (lead.never and not tail.cue):
        return False
    clear = max(lead.score, 3 * tail.cue) - lead.perhaps * (1 if lead.score else 2) + 3 * (basis == "title")
    clear += 4 if period == "hour" else 3 if period in _TIMES or period == "other" else 2 if period == "unit" else 0
    if pay_sum.high is not None:
        opens = not around[: pay_sum.start].rpartition("\n")[2].strip(" *-•")
        clear += 3 if opens or _ON_TOP.match(around, pay_sum.end) else 1
    return clear >= 3


def _tail(text: Text, window: Window, pay_sum: Sum, lead: Lead) -> Tail:
    """Weigh the words after a sum, and those between its amounts and its period: "$540 stipend per week"."""
    end, size = window.place(pay_sum.end), 60
    if pay_sum.period or lead.score == 4:
        # A capital begins the next thing, "Pay: $20 per hour Benefits: …", but a noun in German.
        capital = _CAPITAL.search(text.raw, end, end + size)
        noun = _WORD.match(text.norm, capital.start()) if capital else None
        if capital and not (noun and len(noun[0]) > 8 and noun[0].endswith(_NEVER_ENDINGS)):
            size = capital.start() - end
    after = tail_of(window.text[pay_sum.end : pay_sum.end + size])
    if pay_sum.amounts_end == pay_sum.end:
        return after
    within = tail_of(window.text[pay_sum.amounts_end : pay_sum.end], "within")
    return Tail(
        after.cue or within.cue, after.never or within.never, after.lump or within.lump, (*after.signs, *within.signs)
    )


def _called_pay(pay_sum: Sum, lead: Lead, period: str | None, line: str) -> bool:
    """Tell whether a number without a currency is called pay and looks like it: "Stipend: 8000", "15 per hour"."""
    if _DIGIT.search(line[-40:]):
        return False  # "Gehalt: 13,00 € pro Stunde Arbeitsstunden: 15-40 pro Woche"
    if period is not None:
        return lead.score >= 3
    return lead.label and lead.score == 4 and any(side.k or side.value >= 100 for side in pay_sum.sides)


def _says_more(other: Pay, pay: Pay) -> bool:
    """Tell whether another sum says the same and more: a currency, a period, an amount where one was open."""
    if (pay.currency and other.currency != pay.currency) or (pay.period and other.period != pay.period):
        return False
    if (other.min, other.max) == (pay.min, pay.max):
        return (pay.period is None and other.period is not None) or (
            pay.currency is None and other.currency is not None
        )
    one = pay.min if pay.max is None else pay.max if pay.min is None else None
    return (
        one is not None
        and other.min == other.max == one
        and (other.currency, other.period) == (pay.currency, pay.period)
    )


def _together(text: Text, first: Candidate, others: list[Candidate]) -> Pay:
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
            and (other.pay.currency, other.pay.period) == (pay.currency, pay.period)
            and (other.cue == first.cue is not None if pay.period is None or other.cue else True)
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
            record = json.loads(field.raw)
        except (ValueError, RecursionError):
            record = None
        if record is not None:
            stated = read_record(record, country)
            if stated is None:
                return None
            return Pay("paid", stated.low, stated.high, stated.currency, stated.period, field.raw, "field")
    for digit in re.finditer(r"[0-9]", field.norm[:_FIELD]):
        window = Window(field, digit.start(), _FIELD, _FIELD)
        around = window.text
        pay_sum = read_sum(around, start_of(around, window.at))
        if pay_sum is None:
            continue
        period, end = (
            pay_sum.period or unit_before(around, pay_sum.start) or lead_of(around[: pay_sum.start]).period,
            pay_sum.end,
        )
        if period is None:
            period, end = _field_period(around, end)
        currency = currency_in(pay_sum, window, country)
        if amounts := bounds(pay_sum, around, currency, period):
            words_of_it = field.raw[window.place(pay_sum.start) : window.place(end)].strip(_EDGES)
            return Pay("paid", *amounts, currency, None if period == "other" else period, words_of_it, "field")
    status = status_of_field(said[:_FIELD])
    return Pay(status, None, None, None, None, field.raw.strip(), "field") if status else None


def _completed(stated: Pay, field: Text | None, description: Text, country: str | None) -> Pay:
    """Return a field's pay with what the text says of the same sum.

    That is the currency, where the field has none or only the place told which, and the period of a record: boards
    that keep two numbers have no field for it, while words without a period leave it out.
    """
    by_place = (
        country is not None and field is not None and (_in_field(field, None) or stated).currency != stated.currency
    )
    no_period = stated.period is None and stated.text[:1] in ("[", "{")
    if stated.currency and not by_place and not no_period:
        return stated
    told = _pay_in(description, country, "description")
    if told is None or (told.min, told.max) != (stated.min, stated.max):
        return stated
    if told.currency and (by_place or not stated.currency):
        stated = stated._replace(currency=told.currency)
    return stated._replace(period=told.period) if no_period else stated


def _field_period(text: str, end: int) -> tuple[str | None, int]:
    """Return a period that is further on in a field, or what the sum is paid for there: "150/Design"."""
    for at in range(end, min(len(text), end + 80)):
        if text[at] in " /":
            period, finish = period_after(text, at)
            if period in _TIMES:
                return period, end if finish > end + 24 else finish
    if _LUMP.search(text):
        return "total", end
    task = _TASK.match(text, end)
    return ("unit", task.end()) if task else (None, end)


def place_named(text: Text) -> str | None:
    """Return the country of the place that a text's own label names, None if there is none.

    >>> from normalize.text.scanner import scan
    >>> place_named(scan("Location: Bengaluru Start Date: May | Stipend: Rs 5,000")), place_named(scan("Pay: $20"))
    ('IN', None)
    """
    label = _PLACE_LABEL.search(text.norm, 0, _FOREMOST)
    if label is None:
        return None
    named = text.raw[label.end() : label.end() + 60]
    end = _NEXT_LABEL.search(named)
    parts = (named[: end.start()] if end else named).split(" ")
    for count in range(len(parts), max(0, len(parts) - 3), -1):  # a label of several words may follow: "Start Date:"
        words_of_it = " ".join(parts[:count]).strip(" ,")
        country = _country_of(words_of_it)
        if country and ("," not in words_of_it or _country_of(words_of_it.rpartition(",")[2].strip()) == country):
            return country
    return None


def _country_of(named: str) -> str | None:
    return next((place.country for place in parse_places(named) if place.country), None)


def parse_pay(field: Text | None, title: Text, description: Text, country: str | None = None) -> Pay | None:
    """Return what it pays, None if the posting does not say.

    The board's field outranks the title, the title the text; sums outrank words. What a field
    leaves open, which dollars or a record's period, a text that states the same sum may tell.

    Args:
        field: the board's own words or record of pay.
        country: where the job is, to tell one dollar from another.

    >>> from normalize.text.scanner import scan
    >>> pay = parse_pay(None, scan(""), scan("The stipend is $600-$900 weekly."))
    >>> pay.status, pay.min, pay.max, pay.currency, pay.period
    ('paid', 600.0, 900.0, 'USD', 'week')
    >>> parse_pay(None, scan(""), scan("We raised $40 million.")) is None
    True
    """
    stated = _in_field(field, country) if field is not None else None
    if stated is not None and stated.status != "paid":
        return stated
    if stated is not None and (stated.min is not None or stated.max is not None):
        return _completed(stated, field, description, country)
    pay = _pay_in(title, country, "title") or _pay_in(description, country, "description") or stated
    if pay is not None:
        return pay
    for text, basis in ((title, "title"), (description, "description")):
        if status := read_status(text, basis):
            return Pay(status.status, None, None, None, None, status.text, basis)
    return None


class Hourly(NamedTuple):
    """Pay by the hour.

    Attributes:
        min, max: amounts in the pay's currency; one of them None on an open side.
        basis: stated, total_hours, weekly_hours, month_hours or weeks_hours.
    """

    min: float | None
    max: float | None
    basis: str


def hourly(
    pay: Pay | None, hours: Hours | None, duration: Duration | None, description: Text | None = None
) -> Hourly | None:
    """Return pay by the hour where it follows exactly from what is stated, with how it follows.

    A sum by the week, by two weeks or in all is divided by the stated hours of that time. One for several months or
    weeks in all is divided by the weeks and the hours a week, where both are stated as one number each.

    >>> hourly(Pay("paid", 600, 600, "USD", "total", "$600", "field"), Hours(None, None, 30, 30, "", ""), None)
    Hourly(min=20.0, max=20.0, basis='total_hours')
    >>> eight_weeks = Duration(8, 8, 8, 8, "week", "8 weeks", "description")
    >>> hourly(Pay("paid", 1600, 1600, "USD", "total", "$1,600", "field"), Hours(10, 10, None, None, "", ""), eight_weeks)
    Hourly(min=20.0, max=20.0, basis='weeks_hours')
    """
    if pay is None or (pay.min is None and pay.max is None):
        return None
    if pay.period == "hour":
        return Hourly(pay.min, pay.max, "stated")
    worked = _hours_of(pay.period, hours, duration) if hours is not None else None
    if worked is None and pay.period == "month" and description is not None:
        worked = hours_a_month(description)
    if worked is None or worked[0] <= 0:
        return None
    low, high = pay.min and round(pay.min / worked[0], 2), pay.max and round(pay.max / worked[0], 2)
    return Hourly(low, high, worked[1])


def hours_a_month(text: Text) -> tuple[float, str] | None:
    """Return the hours a month that a text states once, and how they are stated; None if it does not.

    >>> from normalize.text.scanner import scan
    >>> hours_a_month(scan("You work 60 hours a month.")), hours_a_month(scan("20 to 40 hours per month"))
    ((60.0, 'month_hours'), None)
    """
    stated = {float(match["hours"]) for match in _A_MONTH.finditer(text.norm, 0, _SEARCHED)}
    return (stated.pop(), "month_hours") if len(stated) == 1 else None


def _hours_of(period: str | None, hours: Hours, duration: Duration | None) -> tuple[float, str] | None:
    """Return the stated hours that a sum pays for, and how they are stated; None where they do not follow exactly."""
    in_all = hours.total_min if hours.total_min == hours.total_max else None
    weekly = hours.week_min if hours.week_min == hours.week_max else None
    if period == "total" and in_all is not None:
        return in_all, "total_hours"
    if period == "week" and weekly is not None:
        return weekly, "weekly_hours"
    if period == "two_weeks" and weekly is not None:
        return 2 * weekly, "weekly_hours"
    if duration is None or duration.basis == "derived" or duration.min_value is None:
        return None
    if duration.min_value != duration.max_value:
        return None
    if period == "month" and in_all is not None and duration.unit == "month":
        return in_all / duration.min_value, "month_hours"
    if period == "total" and weekly is not None and duration.unit == "week":
        return weekly * duration.min_value, "weeks_hours"
    return None
