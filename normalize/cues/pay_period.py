"""The time a sum is paid for: hour, day, week, month, year, in total or per task, as the words around it say."""

from __future__ import annotations

from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of

# What a unit of time after "per" means. "Per semester" and "per internship" are for the whole of it.
_UNITS = {
    word: period
    for period in ("unit", "total", "year", "month", "week", "day", "hour")
    for word in words("pay", period)
}
# Words that say the period alone: "hourly", "mensuel", "p.a."; `other` is one that no column has, such as every two weeks.
ADVERBS: dict[str, str] = values("pay", "adverbs")
_AFTERWARDS = {**ADVERBS, **values("pay", "after")}  # "$20 hr"

_UNIT = any_of(list(_UNITS))
_PER = any_of(words("pay", "per"))
_EACH = any_of(words("pay", "per") + words("pay", "each"))
_FILLER = rf"(?:(?:{any_of(words('pay', 'fillers'))})\s)?"
_QUALIFIER = rf"(?:[ ,]{{0,2}}(?:{any_of(words('pay', 'qualifiers'))})(?![a-zà-ÿ])){{0,3}}"
_END = r"(?![a-zà-ÿ])"
_AFTER = lazy_pattern(
    lambda: (
        rf"{_QUALIFIER}(?:"
        rf"[ *(?-]{{0,4}}(?:(?:{_EACH})[\s-]{{0,2}}|-\s?){_FILLER}(?P<unit>{_UNIT}){_END}"
        rf"|[ *,(?~/-]{{0,5}}(?P<adverb>{any_of([word for word in _AFTERWARDS if len(word) > 3])}){_END}"
        rf"|\s?(?P<short>{any_of([word for word in _AFTERWARDS if len(word) <= 3])}){_END}"
        # "$540 stipend per week", "250 USD equivalent in AMD per month": a few words, none of them a time
        rf"|(?:\s(?!(?:{_UNIT}|and|or|plus|for){_END})[a-zà-ÿ()-]{{2,14}}){{1,3}}\s(?:{_PER})\s{_FILLER}(?P<far>{_UNIT}){_END}"
        rf"|\s(?:{any_of(words('pay', 'is'))})\s(?:(?:{any_of(words('pay', 'the'))})\s)?(?P<is>{any_of(list(ADVERBS))}){_END})"
    )
)
# "2 weeks", "3-day": a number that counts time is no sum.
TIME = lazy_pattern(
    lambda: (
        rf"\s?-?\s?(?:{any_of(words('units', 'day') + words('units', 'week') + words('units', 'month') + words('units', 'year'))}"
        r"|hours|hrs|(?<=-)(?:hour|hr)|hour week|minutes|people|employees|mitarbeiter\w*|stunden|heures|horas|ore|uur per)(?![a-zà-ÿ])"
    )
)
_PLAIN = rf"(?:[\s:=()*~-]|{any_of(words('pay', 'is') + words('pay', 'of'))}){{0,6}}"
_UNIT_BEFORE = lazy_pattern(lambda: rf"(?:(?:{_PER})\s|/\s?)(?P<unit>{_UNIT}){_END}{_PLAIN}$")
_FOR = lazy_pattern(
    lambda: (
        rf"[\s,(]{{0,2}}(?:(?:{any_of(words('pay', 'stipend') + words('pay', 'qualifiers'))})\s)?(?:{any_of(words('pay', 'for'))})\s(?:[a-zà-ÿ0-9()'-]{{1,14}}\s){{0,3}}?(?:[0-9a-z]{{1,10}}-)?(?:{any_of(words('pay', 'spans'))}){_END}"
    )
)


def period_after(text: str, end: int) -> tuple[str | None, int]:
    """Return the period written right after a sum, and where it ends; `other` for one without a name.

    >>> period_after("$20 per hour", 3), period_after("500 € brut mensuels", 5), period_after("$20 bonus", 3)
    (('hour', 12), ('month', 19), (None, 3))
    """
    match = _AFTER.match(text, end)
    if match is None:
        return None, end
    unit = match["unit"] or match["far"]
    return (_UNITS[unit] if unit else _AFTERWARDS[match["adverb"] or match["short"] or match["is"]]), match.end()


def unit_before(text: str, start: int) -> str | None:
    """Return the period of a label before a sum.

    >>> unit_before("stipend per month: $500", 19)
    'month'
    """
    match = _UNIT_BEFORE.search(text, max(0, start - 40), start)
    return _UNITS[match["unit"]] if match else None


def for_all(text: str, end: int) -> bool:
    """Tell whether a sum is said to be for the whole of the work.

    >>> for_all("$3,000 for the summer", 6), for_all("$3,000 for travel", 6)
    (True, False)
    """
    return _FOR.match(text, end) is not None
