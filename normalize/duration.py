"""How long it lasts, read from the words of the posting."""

from __future__ import annotations

import re
from typing import NamedTuple

from normalize.quantities import NUMBER, UNITS, any_of, number, weeks
from normalize.text import Text, anchors
from normalize.vocabulary import values, words

MAX_WEEKS = 260.9  # five years; what is longer is no internship
_READ = 40  # anchors looked at in one text


class Duration(NamedTuple):
    """A length in the posting's own numbers and in weeks.

    Attributes:
        weeks_min, weeks_max: in weeks, None on an open side or for a unit without a fixed length.
        min_value, max_value: in `unit`.
        text: the words it was read from.
        basis: field, title or description.
    """

    weeks_min: float | None
    weeks_max: float | None
    min_value: float | None
    max_value: float | None
    unit: str
    text: str
    basis: str


_LENGTHS = [word for word, unit in UNITS.items() if unit != "hour"]
_FIXED: dict[str, float] = values("duration", "fixed")
_UNIT_HITS = anchors("duration.unit", [rf"\b(?:{any_of([*_LENGTHS, 'fortnight'])})\b"])

_JOIN = rf"(?:\s{{0,2}}(?:-|/|~|–)\s{{0,2}}|\s{{1,2}}(?:{any_of(words('duration', 'joiners'))})\s{{1,2}})"
_MINIMUM, _MAXIMUM = any_of(words("duration", "minimum")), any_of(words("duration", "maximum"))
_PAREN = r"(?:\s?\([0-9]{1,3}\))?"
# What stands before a unit: "up to 12 ", "six (6) ", "10-12-", "3+ ", "between 2 and 3 ".
_BEFORE = re.compile(
    rf"(?:(?<![a-zà-ÿ])(?P<bound>{_MINIMUM}|{_MAXIMUM})\s{{0,2}}(?:{any_of(words('duration', 'about'))})?\s{{0,2}})?"
    rf"(?<![0-9$€£₹.,/:+])(?<![a-zà-ÿ0-9][-'])(?<![a-zà-ÿ])(?P<low>{NUMBER}){_PAREN}"
    rf"(?:(?P<join>{_JOIN})(?P<high>{NUMBER}){_PAREN})?(?P<plus>\s?\+|\s?plus)?[\s-]{{0,3}}"
    rf"(?:full |consecutive |calendar |continuous |paid |intensive |volle |long )?$"
)
_CROSS = re.compile(rf"^(?:{_JOIN})$")
_AFTER_NEVER = re.compile(
    r"^[\s'’-]{0,3}(?:of\s)?(?:[a-z-]{1,14}\s){0,4}?(?:experience|exp\b|work history|expertise|background)"
    r"|^[\s'-]{0,3}(?:a|per|/|each|every|pro|par|por|al|alla|a la|die|in der|p\.?)\s{0,1}(?:day|week|month|year|wk|tag|woche|monat|semaine|mois|semana|mes|settimana|maand|jaar|jahr|an\b)"
    r"|^[\s'-]{0,3}/"
    r"|^[\s'-]{0,3}(?:ago|old|or older|of age|older|notice|geleden|fa\b|atrás|d'exp|di esperienza|de experiencia|de experiência|erfahrung|berufserfahrung|ervaring|alt\b|d'ancienneté)"
    r"|^[\s'-]{0,3}(?:of |in )?(?:paid |unpaid |annual )?(?:leave|vacation|holidays?|pto|time off|time-off|sick|maternity|paternity|parental|urlaub|congés?|vacaciones|ferie|vakantie|waiting|warranty|guarantee|after|prior|before|from (?:the )?(?:date|posting|receipt)|in (?:advance|the past)|to (?:respond|complete the application|apply))"
    r"|^[\s'-]{0,3}(?:in the|of) (?:business|industry|field|making|service|operation|history)"
    r"|^[\s'-]{0,3}(?:degree|college|university|college degree|bachelor|diploma|program degree|waiting period|probation|anniversary|accreditation|mark\b)"
    r"|^s?[\s'-]{0,3}(?:post[- ]|after )"
)
_BEFORE_NEVER = re.compile(
    r"(?:experience|exp\.?|erfahrung|expérience|experiencia|esperienza|ervaring)[^.;\n]{0,25}$"
    r"|(?:notice|probation|probationary|introductory|waiting|trial|warranty|grace)(?: period)?[^.;\n]{0,25}$"
    r"|(?:within|after|first|last|past|previous|every|over the|in the|preceding|recent|next|each|once|since|ago|age|aged|ages|least the|following|prior|innerhalb|nach|seit|letzten|ersten|alle|dans les|sous|après|depuis|premiers|derniers|primeros|últimos|después de|entro|dopo|ultimi|primi|da oltre|binnen|na|afgelopen|eerste|nos próximos|após|últimos|mehr als|plus de|más de)\s{1,2}(?:the |of |your |our |les |los |gli |i |the first |a )?$"
    r"|(?:leave|vacation|pto|holidays?|time off|parental|maternity|paternity|benefits?|insurance|urlaub|congé|sabbatical)[^.;\n]{0,22}$"
    r"|(?:founded|established|serving|history|leading|business|reviewed|renewed|valid|validity|responds?|reply|deadline|posted|post|payment|invoice|net|expires?|effective|eligible|eligibility)[^.;\n]{0,20}$"
    r"|(?:kündigungsfrist|probezeit|préavis|période d'essai|periodo de prueba|periodo di prova|proeftijd|opzegtermijn|período de experiência)[^.;\n]{0,20}$"
    r"|(?:work|working|works|office|on[- ]?site|in[- ]person|attend|available|remote|remotely|on location|travel)\s{1,2}(?:for |at least |a minimum of |minimum |up to |the office )?$"
    r"|(?:from anywhere|anywhere)[^.;\n]{0,20}$"
)
_CUE = re.compile(rf"(?<![a-zà-ÿ])(?:{any_of(words('duration', 'cues'))})(?![a-zà-ÿ])")
_YEAR_CUE = re.compile(
    r"(?<![a-zà-ÿ])(?:contract|fixed[- ]term|fellowship|apprenticeship|traineeship|trainee program|internship|placement|residency|rotational|befristet|volontariat|alternance|cdd|appointment|term|position|duration|commitment|program|programme|rotation)"
)


def _spans(text: Text) -> list[tuple[int, int, str, re.Match[str]]]:
    """Return what stands as number and unit: start, end, unit, and the match before the unit."""
    found = []
    for start, end in text.hits(_UNIT_HITS)[:_READ]:
        word = text.norm[start:end]
        unit = UNITS.get(word)
        if unit is None:
            continue
        offset = max(0, start - 48)
        match = _BEFORE.search(text.norm, offset, start)
        if match:
            found.append((match.start(), end, unit, match))
    return found


def _read(text: Text, start: int, end: int, unit: str, match: re.Match[str], basis: str) -> Duration | None:
    low = number(match["low"])
    high = number(match["high"]) if match["high"] else None
    bound = match["bound"]
    if bound and high is None and re.fullmatch(_MAXIMUM, bound):
        smallest, largest = None, low
    elif (bound and high is None and re.fullmatch(_MINIMUM, bound)) or (match["plus"] and high is None):
        smallest, largest = low, None
    else:
        smallest, largest = low, low if high is None else high
    if smallest is not None and largest is not None and smallest > largest:
        return None
    if (largest or smallest or 0) <= 0:
        return None
    result = Duration(
        None if smallest is None else weeks(smallest, unit),
        None if largest is None else weeks(largest, unit),
        smallest,
        largest,
        unit,
        text.raw[start:end],
        basis,
    )
    return result if max(result.weeks_min or 0, result.weeks_max or 0) <= MAX_WEEKS else None


def _crossed(first: Duration, second: Duration, text: Text, start: int, end: int) -> Duration:
    """Return "3 weeks to 2 months" as one length; its unit is the second one's."""
    return second._replace(
        weeks_min=first.weeks_min,
        min_value=first.min_value if first.unit == second.unit else None,
        text=text.raw[start:end],
    )


def _in_title_or_field(text: Text, basis: str) -> Duration | None:
    norm = text.norm
    for word, value in _FIXED.items():
        if (at := norm.find(word)) >= 0:
            return Duration(value, value, value, value, "week", text.raw[at : at + len(word)], basis)
    previous: tuple[int, int, Duration] | None = None
    for start, end, unit, match in _spans(text):
        read = _read(text, start, end, unit, match, basis)
        if read is None or (
            basis == "title" and (_AFTER_NEVER.search(norm[end : end + 60]) or unit in ("day", "year"))
        ):
            continue
        if previous and _CROSS.match(norm[previous[1] : start]):
            return _crossed(previous[2], read, text, previous[0], end)
        if previous:
            return previous[2]
        previous = (start, end, read)
    return previous[2] if previous else None


def _in_description(text: Text) -> Duration | None:
    """Return the length that the words around it call the job's."""
    norm = text.norm
    best: tuple[int, Duration] | None = None
    previous: tuple[int, int, Duration] | None = None
    for start, end, unit, match in _spans(text):
        after, before = norm[end : end + 70], norm[max(0, start - 70) : start]
        if _AFTER_NEVER.search(after) or _BEFORE_NEVER.search(before):
            continue
        read = _read(text, start, end, unit, match, "description")
        if read is None:
            continue
        score = _score(before, after, unit, match, norm[start:end])
        if previous and _CROSS.match(norm[previous[1] : start]):
            read = _crossed(previous[2], read, text, previous[0], end)
        previous = (start, end, read)
        if score > 0 and (best is None or score > best[0]):
            best = (score, read)
    if best is None:
        for word, value in _FIXED.items():
            if (at := norm.find(word)) >= 0 and _CUE.search(norm[max(0, at - 60) : at + 80]):
                return Duration(value, value, value, value, "week", text.raw[at : at + len(word)], "description")
    return best[1] if best else None


_NOUN_AFTER = re.compile(
    rf"^[\s-]{{0,2}}(?:long\s)?(?:[a-z-]{{2,16}}\s){{0,4}}?(?:{any_of(words('duration', 'cues'))})(?![a-zà-ÿ])"
)
_LABEL_BEFORE = re.compile(
    r"(?:duration|length|term|dauer|laufzeit|zeitraum|durée|duración|durata|duur|looptijd|duração|internship|contract|commitment|period|tenure|praktikum|stage|prácticas|tirocinio|estágio|lasts?|runs?|befristet|timeline|time frame|timeframe)(?: (?:of|is|will be|period|von|de|du|di|van|auf|the|for|internship|approximately|about|für))*\s{0,2}[:(|-]?\s{0,2}(?:of |is |for |approximately |approx\.? |about |around |ca\.? |circa |a |an |~ ?|von |de |d'une durée de |für )*$"
)
_FOR_BEFORE = re.compile(
    r"(?:^|[\s(])(?:for|für|pour|por|per|voor|pendant|durante|about|approximately|of)\s{1,2}(?:a |an |approximately |about |around |ca\.? )?$"
)


def _score(before: str, after: str, unit: str, match: re.Match[str], span: str) -> int:
    near_before, near_after = before[-45:], after[:45]
    score = 0
    if _LABEL_BEFORE.search(before):
        score += 4
    if _NOUN_AFTER.search(near_after):
        score += 3
    cued = bool(_CUE.search(near_before) or _CUE.search(near_after))
    if cued:
        score += 1
    if cued and _FOR_BEFORE.search(before):
        score += 1
    if unit in ("day", "year"):
        if not _YEAR_CUE.search(before[-30:] + " | " + near_after[:30]):
            return 0
        score -= 2
    if unit == "semester":
        score -= 1
    return score


def parse_duration(field: Text | None, title: Text, description: Text) -> Duration | None:
    """Return how long it lasts, None if the posting does not say.

    A board's own field outranks the title, the title outranks the text. "At least" and "3+" leave the
    upper end open, "up to" the lower. What bounds anything else, such as experience, notice, leave or
    the age of the posting, is no length of the job.

    >>> from normalize.text import scan
    >>> parse_duration(None, scan("Intern"), scan("A paid 10-12 week internship; 2 years of experience."))[:2]
    (10.0, 12.0)
    >>> parse_duration(None, scan("Intern"), scan("Posted 3 weeks ago, 2 days per week")) is None
    True
    """
    if field is not None and (found := _in_title_or_field(field, "field")):
        return found
    return _in_title_or_field(title, "title") or _in_description(description)
