"""The time a sum is paid for: hour, day, week, month, year, in total or per task, as the words around it say."""

from __future__ import annotations

from typing import Any

from normalize.text.lexicon import data_files, values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of

NAMED = ("unit", "total", "semester", "year", "month", "week", "day", "hour")
# What a unit of time after "per" means. "Per internship" is for the whole of it.
_UNITS = {word: period for period in NAMED for word in words("pay", period)}
# Words that say the period alone: "hourly", "mensuel", "p.a."; `other` is one that no column has, such as twice a month.
ADVERBS: dict[str, str] = values("pay", "adverbs")
_FOREIGN: dict[str, Any] = data_files()["pay/currencies.toml"]["periods"]
_ELSEWHERE = {word: period for period in NAMED for word in _FOREIGN.get(period, ())}
_ELSEWHERE |= {word.replace("/", "/ "): period for word, period in _ELSEWHERE.items()}
_IN_FRONT: dict[str, str] = _FOREIGN["before"]
_AFTERWARDS = {**ADVERBS, **values("pay", "after")}  # "$20 hr"

_UNIT = any_of(list(_UNITS))
_PER_WORDS, _EACH_WORDS = words("pay", "per"), words("pay", "per") + words("pay", "each")
_PER = any_of(_PER_WORDS)
# A word for "per" and its unit are two words: "au" is no "a" with a "u" for the Dutch hour.
_EACH = (
    rf"(?:(?:{any_of(word for word in _EACH_WORDS if word[-1].isalpha())})[\s-]{{1,2}}"
    rf"|(?:{any_of(word for word in _EACH_WORDS if not word[-1].isalpha())})[\s-]{{0,2}})"
)
_FILLER = rf"(?:(?:{any_of(words('pay', 'fillers'))})\s)?"
_QUALIFIER = rf"(?:[ ,]{{0,2}}(?:{any_of(words('pay', 'qualifiers'))})(?![a-zà-ÿ])){{0,3}}"
_NOT_BETWEEN = any_of(words("pay", "and") + words("pay", "for") + tuple(w for w in words("pay", "plus") if w.isalpha()))
_END = r"(?![a-zà-ÿ])"
_AFTER = lazy_pattern(
    lambda: (
        rf"{_QUALIFIER}(?:"
        rf"[ *(?-]{{0,4}}(?:{_EACH}|-\s?){_FILLER}(?P<unit>{_UNIT}){_END}"
        rf"|[ *,(?~/-]{{0,5}}(?P<adverb>{any_of([word for word in _AFTERWARDS if len(word) > 3])}){_END}"
        rf"|\s?(?P<short>{any_of([word for word in _AFTERWARDS if len(word) <= 3])}){_END}"
        rf"|\s?(?P<foreign>{any_of(_ELSEWHERE)}){_END}"
        # "$540 stipend per week", "250 USD equivalent in AMD per month": a few words, none of them a time
        rf"|(?:\s(?!(?:{_UNIT}|{_NOT_BETWEEN}){_END})[a-zà-ÿ()-]{{2,14}}){{1,3}}\s(?:{_PER})\s{_FILLER}(?P<far>{_UNIT}){_END}"
        rf"|\s?(?:{any_of(words('pay', 'is'))})\s(?:(?:{any_of(words('pay', 'the'))})\s)?(?P<is>{any_of(list(ADVERBS))}){_END})"
    )
)
# "2 weeks", "3-day": a number that counts time is no sum. Short words are units of other languages: "30 an hour".
_COUNTED = [word for unit in ("day", "week", "month", "year") for word in words("units", unit) if len(word) > 2]
TIME = lazy_pattern(
    lambda: rf"\s?-?\s?(?:{any_of(_COUNTED)}|(?<=-)(?:hour|hr)|{any_of(words('pay', 'counted'))})(?![a-zà-ÿ])"
)
_PLAIN = rf"(?:[\s:=()*~-]|{any_of(words('pay', 'is') + words('pay', 'of') + words('pay', 'low_from') + words('pay', 'high_to'))}){{0,6}}"
_ALONE = any_of(word for word in ADVERBS if len(word) > 3)
_UNIT_BEFORE = lazy_pattern(
    lambda: (
        rf"(?:(?:(?:{_PER})\s|/\s?)(?P<unit>{_UNIT}){_END}|\((?:[^()\n]{{0,14}}[\s,/])?(?P<adverb>{_ALONE})\)){_PLAIN}$"
    )
)
_BEFORE_IT = lazy_pattern(lambda: rf"(?P<word>{any_of(_IN_FRONT)})\s?[:：]?\s?$")
_FOR = lazy_pattern(
    lambda: (
        rf"[\s,(]{{0,2}}(?:(?:{any_of(words('pay', 'stipend') + words('pay', 'qualifiers'))})\s)?(?:{any_of(words('pay', 'for'))})\s(?:(?!(?:{_PER})\s)[a-zà-ÿ0-9()'-]{{1,14}}\s){{0,3}}?(?:[0-9a-z]{{1,10}}-)?"
        rf"(?:{any_of(words('pay', 'spans'))}){_END}(?![\s/-]{{1,2}}(?:{_EACH}|{_ALONE}))"
    )
)


def period_after(text: str, end: int) -> tuple[str | None, int]:
    """Return the period written right after a sum, and where it ends; `other` for one without a name.

    >>> period_after("$20 per hour", 3), period_after("500 € brut mensuels", 5), period_after("$20 bonus", 3)
    (('hour', 12), ('month', 19), (None, 3))
    >>> period_after("600 € au mois", 5), period_after("$900 every two weeks", 4)
    (('month', 13), ('two_weeks', 20))
    """
    match = _AFTER.match(text, end)
    if match is None:
        return None, end
    if foreign := match["foreign"]:
        return _ELSEWHERE[foreign], match.end()
    unit = match["unit"] or match["far"]
    return (_UNITS[unit] if unit else _AFTERWARDS[match["adverb"] or match["short"] or match["is"]]), match.end()


def unit_before(text: str, start: int) -> str | None:
    """Return the period of a label before a sum.

    >>> unit_before("stipend per month: $500", 19), unit_before("pay ($/hr): 20", 12), unit_before("pay (monthly): 900", 15)
    ('month', 'hour', 'month')
    """
    match = _UNIT_BEFORE.search(text, max(0, start - 40), start)
    if match is None:
        before = None if text.isascii() else _BEFORE_IT.search(text, max(0, start - 10), start)
        return _IN_FRONT[before["word"]] if before else None
    return _UNITS[match["unit"]] if match["unit"] else ADVERBS[match["adverb"]]


def for_all(text: str, end: int) -> bool:
    """Tell whether a sum is said to be for the whole of the work.

    >>> for_all("$3,000 for the summer", 6), for_all("$3,000 for travel", 6), for_all("$450 for 20 hours of work", 4)
    (True, False, True)
    >>> for_all("$450 for 20 hours per week", 4)
    False
    """
    return _FOR.match(text, end) is not None
