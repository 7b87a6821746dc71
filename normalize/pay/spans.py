"""Sums of money in a text: where they stand, from what to what, in which currency, for which time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.pay import CUES
from normalize.cues.pay_period import TIME, period_after
from normalize.pay.amounts import CODES, SIGNS, Side, currency_near, currency_of, in_capitals, read_side, start_of
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors

_READ = 40  # sums looked at in one text
_BEFORE, _AFTER = 150, 120  # characters read around a sum

_UNIT = any_of([word for period in ("hour", "day", "week", "month", "year") for word in words("pay", period)])
_SUMS = anchors(
    "pay.sum",
    lambda: [
        rf"(?:[{SIGNS}]|\br)\s?[0-9]|[0-9]\s?[k-]?\s?[{SIGNS}]",
        rf"\b(?:{any_of(CODES)})\.?\s?[$€£]?\s?[0-9]",
        rf"[0-9]k?[\s-]?\(?(?:{any_of(CODES)})\b",
        r"[0-9]\s?(?:lpa|lakhs?|lacs?|kč|zł|:-|(?:us|canadian|australian) dollars)",
        rf"[0-9]k?\s?(?:/|per|pro|par|por|al|p/)\s?(?:{_UNIT})\b",
    ],
    apart=True,
)
# A bare number has to stand right beside a word for pay.
_BARE = lazy_pattern(r"[^\n0-9]{0,14}[0-9]")
_CLOCK = lazy_pattern(r"\s?[ap]\.?m(?![a-z])")
_NO_SUM = lazy_pattern(r"[a-zà-ÿ]|.?(?:401|403|457|529)\s?(?:\(|k)")  # "W2"; plans of pensions

_LINKS = any_of(words("pay", "joiners"))
_LINK = rf"(?:-|~|/(?=\s?[{SIGNS}])|(?<=\s)(?:{_LINKS})(?=\s?[{SIGNS}]|\s))"
_GAP = r"[\s\u200c\u200d]{0,3}"
_AND = rf"\s(?:{any_of(words('pay', 'and'))})\s"
_TO = lazy_pattern(lambda: rf"(?:\s(?:{any_of(words('pay', 'qualifiers'))}))?{_GAP}{_LINK}{_GAP}")
_TOO = lazy_pattern(lambda: _AND)
_BEFORE_IT = lazy_pattern(
    lambda: rf"(?<![0-9.,'])(?P<low>[0-9][0-9.,']{{0,9}})\s?k?\s?(?:{_LINK}|(?P<and>{_AND})){_GAP}$"
)
_BETWEEN = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'between'))})\s{{1,2}}$")
# The ends of a range with words between: "Min: $60,000 Mid: $70,000 Max: $80,000", "from $20 at first up to $24".
_MIDDLE = r"(?:mid(?:point|dle)?\s?:?\s{0,2}[$€£]?\s?[0-9][0-9.,]{0,12}[\s.,;|-]{0,4})?"
_MAX = lazy_pattern(
    lambda: (
        rf"[\s.,;|*-]{{0,6}}{_MIDDLE}(?:max(?:imum)?|high|(?:pay|salary|rate|wage)\sto)\.?(?:\s[a-z]{{3,10}}){{0,2}}[\s:*]{{0,6}}"
        rf"|[^0-9{SIGNS}.;\n]{{1,45}}?\s(?:{any_of(words('pay', 'high_to'))})\s{{1,2}}(?=[{SIGNS}])"
    )
)

_OF = rf"(?:(?:{any_of(words('pay', 'of') + words('pay', 'the'))})\s){{0,2}}"
_MIN_WORD, _MAX_WORD = (rf"{word}(?:imum)?\.?(?:\s[a-z]{{3,10}}){{1,2}}\s?(?:of\s)?" for word in ("min", "max"))
_LOW = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?:(?:{any_of(words('pay', 'low_from'))})\s?{_OF}|{_MIN_WORD})(?:\*{{0,3}}[:(]?\*{{0,3}}\s?)$"
    )
)
_HIGH = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?:(?:{any_of(words('pay', 'high_to'))})\s?{_OF}|{_MAX_WORD})(?:\*{{0,3}}[:(]?\*{{0,3}}\s?)$"
    )
)
_MORE = lazy_pattern(
    lambda: (
        rf"\+(?![a-z0-9])(?!\s?(?:{any_of(words('pay', 'never') + words('pay', 'beside'))}))|\s\+\s?(?=$|[\n,.;)|/])"
        rf"|\s?(?:{any_of([word for word in words('pay', 'or_more') if word != '+'])})(?![a-zà-ÿ])"
    )
)
_LESS = lazy_pattern(lambda: rf"\s?\(?(?:{any_of(words('pay', 'or_less'))})(?![a-zà-ÿ])")

_MAY_BE_GLUED = lazy_pattern(r"[A-Z](?:(?<=[a-zà-ÿ)0-9.!?].)|[A-Z]{3}[a-z])")  # a capital is fast to find
_GLUED = lazy_pattern(
    r"(?<=[a-zà-ÿ)])(?=[A-Z])|(?<=[a-zà-ÿ)][.!?])(?=[A-Z])|(?<=[0-9k])(?=[A-Z][a-z]{2})|(?<=[A-Z]{3})(?=[A-Z][a-z]{2})"
)
# By the hour three digits after a point are a fraction in these currencies, "$15.375".
_SMALL_CHANGE = frozenset(("USD", "GBP", "EUR", "CAD", "AUD", "NZD", "SGD", "CHF", None))


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
    """A sum or a range of money as written, in places of its window.

    Attributes:
        low, high: the amount, and the other end of a range.
        period: hour, day, …, `other` for one that has no name, None where none follows.
        start, end: where it stands, its period included.
        more, less: what makes it open: "$20+", "$20 or more", "$20 max".
    """

    low: Side
    high: Side | None
    period: str | None
    start: int
    end: int
    more: bool = False
    less: bool = False

    @property
    def sides(self) -> tuple[Side, ...]:
        """Its amounts, one or two."""
        return (self.low, self.high) if self.high else (self.low,)

    @property
    def amounts_end(self) -> int:
        """Where its digits and signs end and its period may begin."""
        return self.sides[-1].end


def read_sum(text: str, start: int) -> Sum | None:
    """Read the sum or range that begins at a place of folded text.

    >>> found = read_sum("$18 - $22/hr plus tips", 0)
    >>> found.low.value, found.high.value, found.period
    (18.0, 22.0, 'hour')
    """
    low = read_side(text, start)
    if low is None or (not low.signed and _no_money(text, start, low)):
        return None
    period, end = period_after(text, low.end)
    high, period, end = _other_end(text, start, low, period, end)
    more = _MORE.match(text, end)
    if more and period is None:
        period, after = period_after(text, more.end())
        end = after if period else more.end()
    elif more and "+" in more[0]:
        end = more.end()
    return Sum(low, high, period, start, end, bool(more), bool(_LESS.match(text, end)))


def _no_money(text: str, start: int, bare: Side) -> bool:
    """Tell whether a number without a sign is a length of time, a time of day or a part of a name."""
    time = TIME.match(text, bare.end) or (bare.value <= 12 and _CLOCK.match(text, bare.end))
    return bool(time or _NO_SUM.match(text, max(0, start - 1)))


def _other_end(text: str, start: int, low: Side, period: str | None, end: int) -> tuple[Side | None, str | None, int]:
    """Return the other end of a range, with the period and the end of the whole."""
    to = _TO.match(text, end) or (_LOW.search(text, max(0, start - 30), start) and _MAX.match(text, end))
    link = to or _TOO.match(text, end)
    high = read_side(text, link.end()) if link else None
    if link is None or high is None or not (high.before or high.after or high.k or not TIME.match(text, high.end)):
        return None, period, end
    other, finish = period_after(text, high.end)
    value = low.value * 1000 if _shortened(low, high) else low.value
    if value > high.value or (not low.signed and high.before and not low.k):
        return None, period, end
    near = high.signed and high.value <= 5 * value and (period is None or other == period)
    if not to and not near and not _BETWEEN.search(text, max(0, start - 14), start):
        return None, period, end  # "$20 an hour and $500"
    return high, other or period, finish


def _shortened(low: Side, high: Side) -> bool:
    """Tell whether the thousands of a range stand at its end only: "$60-80k", "20-30,000"."""
    if low.k or low.lakh or high.lakh or low.value >= 1000:
        return False
    if high.k:
        return True
    return not high.before and high.value >= 10_000 and high.value % 1000 == 0 and low.value * 1000 <= high.value


def bounds(found: Sum, text: str, currency: str | None, period: str | None) -> tuple[float | None, float | None] | None:
    """Return the lowest and the highest amount a sum says, None on an open side; None if it says none.

    >>> text = "up to $30/hour"
    >>> bounds(read_sum(text, 6), text, "USD", "hour")
    (None, 30.0)
    """
    low, high = found.low.value, found.high.value if found.high else None
    if period == "hour" and currency in _SMALL_CHANGE:
        low = _fraction(low, found.low)
        high = _fraction(high, found.high) if high and found.high else None
    if found.high and high is not None:
        if _shortened(found.low, found.high):
            low *= 1000
        elif found.high.lakh and not found.low.lakh and low < 1000:
            low *= 100_000
        return (low or None, high) if low <= high and high else None
    if not low:
        return None
    lead = text[max(0, found.start - 40) : found.start]
    least, most = _LOW.search(lead), _HIGH.search(lead)
    if found.less or (most and not (least and least.start() < most.start())):  # "no less than" is no "less than"
        return None, low
    return low, None if found.more or least else low


def _fraction(value: float, side: Side) -> float:
    point = side.digits.count(".") == 1 and "," not in side.digits and not side.k
    return value / 1000 if value >= 1000 and point else value


def currency_in(found: Sum, window: Window, country: str | None) -> str | None:
    """Return the currency of a sum by its signs, the words around it and the place, in that order of weight."""
    signs = [sign for side in found.sides for sign in (side.after, side.before) if sign]
    # "$25 CAD", "CAD $25": what needs no place decides over what does.
    clear = [
        name for sign in signs if sign.strip() not in ("$", "dollars", "dollar") and (name := currency_of(sign, None))
    ]
    if clear:
        return clear[0] if len(signs) > 1 else currency_of(signs[0], country)
    if near := currency_near(window.text, found.start, found.end):
        return near
    if signs:
        return currency_of(signs[0], country)
    return currency_of("lakh", country) if any(side.lakh for side in found.sides) else None


def sums(text: Text) -> Iterator[tuple[Window, Sum]]:
    """Yield the sums of money in a text, each with the words around it, in order.

    >>> from normalize.text.scanner import scan
    >>> [found.low.value for _, found in sums(scan("Pay: $20 an hour. Tickets: 5 €."))]
    [20.0, 5.0]
    """
    seen = -1
    for count, digit in enumerate(_places(text)):
        if count >= _READ:
            return
        if digit < seen or read_side(text.norm, start_of(text.norm, digit)) is None:
            continue
        window = Window(text, digit)
        found = _around(window.text, window.at)
        if found is not None and _written_as_money(text, window, found):
            seen = window.place(found.end)
            yield window, found


def _places(text: Text) -> Iterator[int]:
    """Yield a digit of every sum, in order."""
    ends = [end for _, end in text.hits(_SUMS)[: 8 * _READ]]
    ends += [bare.end() for _, end in text.hits(CUES)[: 2 * _READ] if (bare := _BARE.match(text.norm, end))]
    last = -1
    for end in sorted(ends):
        digit = end - 1
        while digit > last and not text.norm[digit].isdecimal():
            digit -= 1
        if digit > last:
            last = digit
            yield digit


def _around(text: str, digit: int) -> Sum | None:
    """Read the sum a digit belongs to, from its lower end where it is the upper one: "500-650 USD"."""
    start = start_of(text, digit)
    lower = _BEFORE_IT.search(text, max(0, start - 18), start)
    if lower and (not lower["and"] or _BETWEEN.search(text, 0, lower.start())):
        found = read_sum(text, start_of(text, lower.start("low")))
        if found is not None and found.high is not None:
            return found
    return read_sum(text, start)


def _written_as_money(text: Text, window: Window, found: Sum) -> bool:
    """Tell whether codes that are words too are written as codes: "MAD 500", not "try 3 times"."""
    written = text.raw[window.place(found.start) : window.place(found.end)]
    signs = {part for side in found.sides for part in (side.before + " " + side.after).split()}
    return all(in_capitals(sign, sign.upper() if sign.upper() in written else sign) for sign in signs)
