"""Sums of money in a text: their positions, amounts, currencies and periods."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.pay import CUES
from normalize.cues.pay_period import TIME, period_after
from normalize.pay.amounts import (
    CODES,
    CURRENCY_WORDS,
    IN_WORDS,
    RARE_SIGNS,
    SIGN,
    SIGNS,
    Side,
    currency_near,
    currency_of,
    in_capitals,
    needs_place,
    number_in_words,
    read_side,
    start_of,
    written_before,
)  # fmt: skip
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, anchors, word_anchors

_READ = 40  # sums looked at in one text
_BEFORE, _AFTER = 150, 120  # characters read around a sum

_LINKS = any_of(words("pay", "joiners"))
_SHORT_EACH = [word for word in words("pay", "per") + words("pay", "each") if word.isascii() and word.isalpha()]
_UNIT = any_of([word for period in ("hour", "day", "week", "month", "year") for word in words("pay", period)])
_SUMS = anchors(
    "pay.sum",
    lambda: [
        rf"(?:[{SIGNS}]:?\.?|\br|\bs/\.?)\s?[0-9]|[0-9]\s?[k-]?\s?[{SIGNS}]|[{SIGNS}]\s?\.[0-9]",
        rf"\b(?:{any_of(CODES)})\.?\s?[$€£]?:?\s?[0-9]",
        rf"[0-9]k?[\s-]?\(?(?:{any_of(CODES)})\b",
        rf"[0-9]\s?(?:lpa|{any_of(words('pay', 'lakhs') + words('pay', 'crores'))}|kč|zł|ft|:-)",
        rf"[0-9]k\s?(?:-|{_LINKS})\s?[0-9]{{2,3}}k\b",
        rf"[0-9]k?\s?(?:/|{any_of(_SHORT_EACH)}|p/)\s?(?:{_UNIT})\b",
    ],
    apart=True,
)
# Signs outside the scanner's alphabet are all one "?" to it.
_RARE = anchors("pay.rare", lambda: [r"\?\s?[0-9]", r"[0-9]\s?\?"], apart=True)
_CURRENCIES = word_anchors("pay.currency", CURRENCY_WORDS)
_NUMBER_WORD = lazy_pattern(lambda: rf"{IN_WORDS}[\s-]{{1,2}}$")
_DIGIT_BEFORE = lazy_pattern(lambda: rf"[0-9](?=\s?{IN_WORDS}[\s-]{{1,2}}$)")
# A bare number must be right next to a word for pay.
_BARE = lazy_pattern(r"[^\n0-9]{0,24}[0-9]")
_CLOCK = lazy_pattern(r"\s?[ap]\.?m(?![a-z])")
_NO_SUM = lazy_pattern(r"[a-zà-ÿ]|.?(?:401|403|457|529)\s?(?:\(|k)")  # "W2"; plans of pensions

_LINK = rf"(?:-{{1,2}}|~|〜|～|\u00ad|/(?=\s?[{SIGNS}])|(?<=[\s0-9k.]),?\s?(?:{_LINKS})(?=\s?[{SIGNS}]|\s))"
_GAP = r"[\s\u200c\u200d]{0,3}"
_AND = rf"(?:\s|(?<=[0-9]))(?:{any_of(words('pay', 'and'))})\s"
# Words in brackets behind an end of a range: "$20 (min) - $25 (max)", "$31.25 ($65,000 a year) - $33.66".
_ASIDE = r"(?:\s?\([^()\n]{1,28}\))?"
_TO = lazy_pattern(lambda: rf"(?:\s(?:{any_of(words('pay', 'qualifiers'))}))?{_ASIDE}\.?{_GAP}{_LINK}{_GAP}")
_SLASH = lazy_pattern(r"/(?=[0-9]{1,3}(?:[.,][0-9]{2})?(?![0-9]))")  # "$25/30 an hour"
_ASIDE_THEN = lazy_pattern(r"\s?\([^()\n]{1,28}\)")
_TOO = lazy_pattern(lambda: _AND)
_LOWER_END = lazy_pattern(
    lambda: rf"(?<![0-9.,'])(?P<low>[0-9][0-9.,']{{0,9}})\s?k?\s?(?:{_LINK}|/|(?P<and>{_AND})){_GAP}$"
)
_NUMBER_IN_WORDS = rf"(?P<low>{IN_WORDS}(?:[\s-]?{IN_WORDS}){{0,5}})"
_LOWER_WORDS = lazy_pattern(lambda: rf"(?<![a-zà-ÿ-]){_NUMBER_IN_WORDS}(?:\s(?:{_LINKS})\s|\s?-\s)$")
_BOTH_WORDS = lazy_pattern(lambda: rf"{_NUMBER_IN_WORDS}\s(?:{any_of(words('pay', 'and'))})\s(?={IN_WORDS})")
_BETWEEN = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'between'))})\s{{1,2}}$")
# The ends of a range with words between: "Min: $60,000 Mid: $70,000 Max: $80,000", "from $20 at first up to $24".
_MIDDLE = rf"(?:(?:{any_of(words('pay', 'middle'))})\s?:?\s{{0,2}}[$€£]?\s?[0-9][0-9.,]{{0,12}}[\s.,;|-]{{0,4}})?"
_MAX = lazy_pattern(
    lambda: (
        rf"[\s.,;|*-]{{0,6}}{_MIDDLE}(?:{any_of(words('pay', 'max_labels'))})\.?(?:\s[a-z]{{3,10}}){{0,2}}[\s:*]{{0,6}}"
        rf"|[^0-9{SIGNS}.;\n]{{1,45}}?\s(?:{any_of(words('pay', 'high_to'))})\s{{1,2}}(?=[{SIGNS}])"
    )
)

_OF = rf"(?:(?:{any_of(words('pay', 'of') + words('pay', 'the'))})\s){{0,2}}"
_MIN_WORD, _MAX_WORD = (
    rf"(?:{any_of(words('pay', key))})\.?(?:\s[a-zà-ÿ]{{3,10}}){{1,2}}\s?(?:(?:{any_of(words('pay', 'of'))})\s)?"
    for key in ("min_words", "max_words")
)
# "Between USD 16,000 in the lowest market and USD 28,000 in the highest"
_FAR_AND = lazy_pattern(lambda: rf"[^0-9{SIGNS}.;\n]{{1,45}}?{_AND}(?={SIGN}\s?[0-9])")
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
# "The minimum starting salary for this position is", "Mindestgehalt": what follows is a floor.
_LEAST_PAY = lazy_pattern(
    lambda: rf"(?<![a-zà-ÿ])(?:(?:{any_of(words('pay', 'low_cues'))})(?![a-zà-ÿ])[^\n.;$€£0-9]{{0,50}})$"
)
_MORE = lazy_pattern(
    lambda: (
        rf"\+(?![a-z0-9])(?!\s?(?:{any_of(words('pay', 'never') + words('pay', 'beside'))}))|\s\+\s?(?=$|[\n,.;)|/*]|(?:{any_of(words('pay', 'per'))})\s)"
        rf"|\s?(?:{any_of([word for word in words('pay', 'or_more') if word != '+'])})(?![a-zà-ÿ])"
    )
)
_LESS = lazy_pattern(lambda: rf"\s?\(?(?:{any_of(words('pay', 'or_less'))})(?![a-zà-ÿ])")

_MAY_BE_GLUED = lazy_pattern(r"[A-Z](?:(?<=[a-zà-ÿ)0-9.!?K].)|[A-Z]{3}[a-z])")  # a capital is fast to find
_GLUED = lazy_pattern(
    r"(?<=[a-zà-ÿ)])(?=[A-Z])|(?<=[a-zà-ÿ)][.!?])(?=[A-Z])|(?<=[0-9kK])(?=[A-Z][a-z]{2})|(?<=[A-Z]{3})(?=[A-Z][a-z]{2})"
)
_BY_LAKH = lazy_pattern(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")  # "1,20,000"
_LABEL_SIGN = lazy_pattern(
    lambda: (
        rf"(?:\((?:[^()\n0-9]{{0,16}}[\s,/])?(?P<inside>{SIGN})(?:[/\s,][^()\n0-9]{{0,14}})?\)|[\s/(](?P<last>{SIGN})(?:\s?/\s?[a-zà-ÿ]{{1,8}})?\)?)\s?[:=?]\s{{0,3}}$"
    )
)
_LAST_WORD = lazy_pattern(r"(?<![a-zà-ÿ])[a-zà-ÿ]{1,11}$")
_SMALL_WORDS = frozenset(words("pay", "never_last"))
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
            marks = [_mark(norm, cut) for cut in cuts]
            norm = "".join(mark + part for mark, part in zip(["", *marks], parts, strict=True))
        self.text = norm
        self._origin = origin
        self._cuts = [cut + count for count, cut in enumerate(cuts)]  # the positions of the line breaks now
        self.at = place - origin + bisect_left(cuts, place - origin + 1)

    def place(self, at: int) -> int:
        """Return where a place of the window is in the text."""
        return self._origin + at - bisect_left(self._cuts, at)


def _mark(norm: str, cut: int) -> str:
    """Return what parts two glued words: a space where the second goes on with the first, else a line break."""
    if norm[cut - 1].isdecimal() or norm[cut - 1] == "k":
        return " " if period_after(norm, cut)[0] else "\n"  # "$27Hourly"
    word = _LAST_WORD.search(norm, max(0, cut - 12), cut)
    return " " if word and word[0] in _SMALL_WORDS else "\n"  # "based inNorth Carolina"


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

    >>> pay = read_sum("$18 - $22/hr plus tips", 0)
    >>> pay.low.value, pay.high.value, pay.period
    (18.0, 22.0, 'hour')
    >>> pay = read_sum("$20 (min) - $25 (max) hourly", 0)
    >>> pay.low.value, pay.high.value, pay.period
    (20.0, 25.0, 'hour')
    """
    low = read_side(text, start)
    if low is None or (not low.signed and _no_money(text, start, low)):
        return None
    period, end = period_after(text, low.end)
    low, high, period, end = _other_end(text, start, low, period, end)
    if period is None and (aside := _ASIDE_THEN.match(text, end)):
        period, after = period_after(text, aside.end())
        end = after if period else end
    more = _MORE.match(text, end)
    if more and period is None:
        period, after = period_after(text, more.end())
        end = after if period else more.end()
    elif more and "+" in more[0]:
        end = more.end()
    return Sum(low, high, period, start, end, bool(more), bool(_LESS.match(text, end)))


def _no_money(text: str, start: int, bare: Side) -> bool:
    """Tell whether a number without a sign is a length of time, a time of day or a part of a name."""
    time = _counts(text, bare.end) or (bare.value <= 12 and _CLOCK.match(text, bare.end))
    return bool(time or _NO_SUM.match(text, max(0, start - 1)))


def _counts(text: str, end: int) -> bool:
    """Tell whether a number counts time, people or the like: "20 hours"."""
    return TIME.match(text, end) is not None


def _other_end(
    text: str, start: int, low: Side, period: str | None, end: int
) -> tuple[Side, Side | None, str | None, int]:
    """Return both ends of a range, the lower first, with the period and the end of the whole."""
    alone = low, None, period, end
    to = _TO.match(text, end) or (_LOW.search(text, max(0, start - 30), start) and _MAX.match(text, end))
    if not to and _BETWEEN.search(text, max(0, start - 14), start):
        to = _FAR_AND.match(text, end)
    slash = not to and period is None and _SLASH.match(text, end)
    link = to or slash or _TOO.match(text, end)
    high = read_side(text, link.end()) if link else None
    if link is None or high is None or not (high.before or high.after or high.k or not _counts(text, high.end)):
        return alone
    other, finish = period_after(text, high.end)
    value = low.value * low_factor(low, high) / low.factor
    if slash and not (low.signed and (other or high.after) and low.value < high.value <= 3 * low.value):
        return alone
    if value > high.value:
        # "$25-$20 an hour"; a sum that is much smaller is another one.
        if not (to and low.signed and (high.signed or other) and value <= 2 * high.value):
            return alone
        low, high = high, low
    elif not low.signed and high.before and not low.k:
        return alone
    near = high.signed and high.value <= 5 * value and (period is None or other == period)
    if not to and not slash and not near and not _BETWEEN.search(text, max(0, start - 14), start):
        return alone  # "$20 an hour and $500"
    return low, high, other or period, finish


def low_factor(low: Side, high: Side) -> float:
    """Return what the lower end of a range is shortened by; it may stand at the upper end only: "$60-80k"."""
    if low.factor == 1 and high.factor >= 10_000 and low.value < 1000:
        return high.factor
    return 1000.0 if _shortened(low, high) else low.factor


def _shortened(low: Side, high: Side) -> bool:
    """Tell whether the thousands of a range stand at its end only: "$60-80k", "20-30,000"."""
    if low.factor > 1 or high.factor > 1000 or low.value >= 1000:
        return False
    if high.k:
        return True
    return not high.before and high.value >= 10_000 and high.value % 1000 == 0 and low.value * 1000 <= high.value


def bounds(pay: Sum, text: str, currency: str | None, period: str | None) -> tuple[float | None, float | None] | None:
    """Return the lowest and the highest amount a sum says, None on an open side; None if it says none.

    >>> text = "up to $30/hour"
    >>> bounds(read_sum(text, 6), text, "USD", "hour")
    (None, 30.0)
    """
    low, high = pay.low.value, pay.high.value if pay.high else None
    if period == "hour" and currency in _SMALL_CHANGE:
        low = _fraction(low, pay.low)
        high = _fraction(high, pay.high) if high and pay.high else None
    if pay.high and high is not None:
        low = low * low_factor(pay.low, pay.high) / pay.low.factor
        return (low or None, high) if low <= high and high else None
    if not low:
        return None
    lead = text[max(0, pay.start - 40) : pay.start]
    least, most = _LOW.search(lead), _HIGH.search(lead)
    if pay.less or (most and not (least and least.start() < most.start())):  # "no less than" is no "less than"
        return None, low
    least = least or _LEAST_PAY.search(text, max(0, pay.start - 90), pay.start)
    return low, None if pay.more or least else low


def _fraction(value: float, side: Side) -> float:
    point = side.digits.count(".") == 1 and "," not in side.digits and side.factor == 1
    return value / 1000 if value >= 1000 and point else value


def currency_in(pay: Sum, window: Window, country: str | None) -> str | None:
    """Return the currency of a sum by its signs, the words around it and the place, in that order of weight."""
    signs = [sign for side in pay.sides for sign in (side.after, side.before) if sign]
    # "$25 CAD", "CAD $25": what needs no place decides over what does.
    clear = [name for sign in signs if not needs_place(sign) and (name := currency_of(sign, None))]
    if clear:
        return clear[0]
    if near := currency_near(window.text, pay.start, pay.end):
        return near
    if signs == ["r"] and pay.period and pay.low.value >= 100:
        return "ZAR"
    if signs:
        indian = any(_BY_LAKH.fullmatch(side.digits) for side in pay.sides)
        return currency_of(signs[0], country) or ("INR" if indian and currency_of(signs[0], "IN") == "INR" else None)
    if sign := label_sign(window.text, pay.start):
        return currency_of(sign, country)
    return currency_of("lakh", country) if any(side.lakh for side in pay.sides) else None


def label_sign(text: str, start: int) -> str | None:
    """Return the sign that a label before a sum names.

    >>> label_sign("pay ($/hr): 20", 12), label_sign("gehalt (brutto, eur): 900", 22), label_sign("pay in usd: 5", 12)
    ('$', 'eur', 'usd')
    """
    match = _LABEL_SIGN.search(text, max(0, start - 36), start)
    return (match["inside"] or match["last"]) if match else None


def sums(text: Text) -> Iterator[tuple[Window, Sum]]:
    """Yield the sums of money in a text, each with the words around it, in order.

    >>> from normalize.text.scanner import scan
    >>> [pay.low.value for _, pay in sums(scan("Pay: $20 an hour. Tickets: 5 €. Or forty dollars."))]
    [20.0, 5.0, 40.0]
    """
    seen = -1
    for count, place in enumerate(_places(text)):
        if count >= _READ:
            return
        in_words = text.norm[place].isalpha()
        if place < seen or read_side(text.norm, place if in_words else start_of(text.norm, place)) is None:
            continue
        window = Window(text, place)
        pay = _around_words(window.text, window.at) if in_words else _around(window.text, window.at)
        if pay is not None and _written_as_money(text, window, pay):
            seen = window.place(pay.end)
            yield window, pay


def _places(text: Text) -> Iterator[int]:
    """Yield a digit of every sum, in order, and the first letter of one in words."""
    norm = text.norm
    ends = [end for _, end in text.hits(_SUMS)[: 8 * _READ]]
    ends += [bare.end() for _, end in text.hits(CUES)[: 2 * _READ] if (bare := _BARE.match(norm, end))]
    if not norm.isascii():
        rare = text.hits(_RARE)[: 8 * _READ]
        ends += [end for start, end in rare if norm[start] in RARE_SIGNS or norm[end - 1] in RARE_SIGNS]
    places: set[int] = set()
    for end in ends:
        digit = end - 1
        while digit >= 0 and not norm[digit].isdecimal():
            digit -= 1
        places.add(digit)
    places.update(_before_words(text))
    places.discard(-1)
    yield from sorted(places)


def _before_words(text: Text) -> Iterator[int]:
    """Yield a place in each number before a word for a currency: "500 euros", "five hundred dollars"."""
    norm = text.norm
    for start, end in text.hits(_CURRENCIES)[: 4 * _READ]:
        before = norm[max(0, start - 3) : start].rstrip(" -(")
        if before[-1:].isdecimal() or (before[-1:] == "k" and before[-2:-1].isdecimal()):
            yield max(at for at in range(start - 1, start - 6, -1) if norm[at].isdecimal())
        elif before[-1:].isalpha() and _NUMBER_WORD.search(norm, max(0, start - 16), start):
            if digit := _DIGIT_BEFORE.search(norm, max(0, start - 16), start):
                yield digit.start()  # "5 thousand dollars"
            elif (begin := written_before(norm, end)) is not None:
                yield begin


def _around(text: str, digit: int) -> Sum | None:
    """Read the sum a digit belongs to, from its lower end where it is the upper one: "500-650 USD"."""
    start = start_of(text, digit)
    lower = _LOWER_END.search(text, max(0, start - 18), start)
    if lower and (not lower["and"] or _BETWEEN.search(text, 0, lower.start())):
        pay = read_sum(text, start_of(text, lower.start("low")))
        if pay is not None and pay.high is not None:
            return pay
    return read_sum(text, start)


def _around_words(text: str, start: int) -> Sum | None:
    """Read a sum in words, from its lower end where it is the upper one: "between fifteen and twenty dollars"."""
    both = _BOTH_WORDS.match(text, start)  # "fifteen and twenty" after "between" are two numbers
    if both and not _BETWEEN.search(text, 0, start):
        both = None
    lower = both or _LOWER_WORDS.search(text, max(0, start - 60), start)
    upper = both.end() if both else start
    pay = read_sum(text, upper)
    if pay is None or pay.high is not None or lower is None:
        return pay
    value = float(number_in_words(lower["low"]))
    if not 0 < value < pay.low.value:
        return read_sum(text, start)
    low = pay.low._replace(value=value, end=lower.end("low"))
    return pay._replace(low=low, high=pay.low, start=lower.start())


def _written_as_money(text: Text, window: Window, pay: Sum) -> bool:
    """Tell whether codes that are words too are written as codes: "MAD 500", not "try 3 times"."""
    written = text.raw[window.place(pay.start) : window.place(pay.end)]
    signs = {part for side in pay.sides for part in (side.before + " " + side.after).split()}
    forms = {sign: next((form for form in (sign.upper(), sign.title()) if form in written), sign) for sign in signs}
    return all(in_capitals(sign, form) for sign, form in forms.items())
