"""Where the work is done: remote, hybrid or on site."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from normalize.quantities import NUMBER, any_of, number
from normalize.text import Text, anchors, scan
from normalize.vocabulary import words

_READ = 40


class Remote(NamedTuple):
    """The workplace as stated.

    Attributes:
        status: remote, hybrid or onsite.
        text: the words it was read from.
        basis: field, title or description.
        days_min, days_max: days a week on site, where stated.
    """

    status: str
    text: str
    basis: str
    days_min: float | None = None
    days_max: float | None = None


_WORDS = {word: status for status in ("onsite", "hybrid", "remote") for word in words("remote", status)}
_HITS = anchors("remote.word", [rf"\b(?:{any_of([word for word in _WORDS if word[0].isalnum()])})"])
_DAY_HITS = anchors(
    "remote.days",
    [
        r"days?\b.{0,14}(?:office|on-?site|on site|in[- ]person|in-office|week|büro|vor ort)",
        r"tage?n?\b.{0,14}(?:büro|vor ort)",
    ],
)
# What makes the word mean something else.
_THING_AFTER = re.compile(
    r"^[\s-]{0,2}(?:sensing|sensed|control|controlled|desktop|desktops|server|servers|repositor\w*|execution|procedure|access|support|monitoring|"
    r"interviews?|interviewing|onboarding|deposit|camera|cameras|learning|teaching|classroom|classrooms|events?|meetings?|tours?|reality|machines?|assistants?|"
    r"environments?|cloud|search|retrieval|models?|vehicles?|cars?|infrastructure|architecture|approach|apps?|application|networks?|locations?|areas?|regions?|"
    r"villages?|communities|island|field|sites?|data|systems?|teams?(?! of)|workers|workforce|employees|users|patients?|care|health|clinic|clinics|training|"
    r"consultations?|visits?|info|information session|open house|fair|career fair|conferences?|workshops?|platform|events|exhibits?|sessions?|instruction|programming events|"
    r"warehouse|fitness|gym|childcare|cafeteria|parking|daycare|cafe|restaurant|café|barista|lunch|lunches|meals?|catering|massage|amenities|testing|inspection|customers?|clients?|"
    r"crop|rice|seeds?|electric|powertrain|bonds?|securities|poll|proxy|hearings?|backups?|sensors?|weapon|location\b|and rural|and rugged|and isolated|offices?\b(?! based)|wilderness|camps?)"
)
_THING_BEFORE = re.compile(
    r"(?:experience (?:with|in|using)|knowledge of|manage|managing|supporting|using|leading|across|with|coordinate|coordinating|to|for|via|through|host|attend|plan|planning|organize|lead|"
    r"geographically|most|isolated|very|the most|in|from|our|visit|all|and other|conduct\w*|perform\w*|provide[sd]?|no|physical|both)\s{1,2}$"
)
_NOT = re.compile(
    r"(?:(?<![a-z])(?:not|no|non|never|isn't|cannot be|can't be|kein\w*|pas de|ni|without|nicht|sin|senza|geen|sem|than|or)[\s-]{1,2}(?:a |an |be |currently |available |eligible |considered |offer(?:ing|ed)? |possible |able |allow |open |fully |100% |for |to |any )*$)"
)
_PERK_NEAR = re.compile(
    r"(?:weeks?|days?|month|months) (?:a|per|each|every) year|(?:up to|per) (?:one|two|four|a|[0-9]{1,2}) (?:weeks?|months?)|weeks of (?:fully )?(?:remote|work)|workation|occasional|from time to time|work from anywhere (?:for|weeks|policy)|benefit"
)
_STRONG_BEFORE = re.compile(
    r"(?:location|workplace|work type|job type|workplace type|work mode|work model|work arrangement|arbeitsort|ort|remote|type|setting|schedule|lieu|ubicación|this (?:is a|role is|position is|internship is|job is)|position is|role is|internship is|job is|is a|is an|is|are|be|fully|100%|completely|entirely|work|working|role|position)"
    r"[\s:*|(-]{0,4}(?:a |an |fully |100% |completely |entirely |primarily |currently |mostly |paid |full[- ]time |part[- ]time |unpaid |virtual |u\.?s\.? |us |usa )*$"
)
_STRONG_AFTER = re.compile(
    r"^[\s-]{0,2}(?:role|position|internship|intern\b|job|opportunity|work\b|working\b|micro-internship|project|basis|possible|option|schedule|setting|only|within|in the|\(|\)|\||\*|first|friendly|eligible|based|anywhere|from|\b-|,|/|$|\n|\.|;|or|and|work (?:schedule|model|arrangement|environment|setup)|environment|full[- ]time|part[- ]time|contract|model|candidates|us\b|usa\b|uk\b|eu\b|capacity|status|participation|option|worker|availability|is|at)"
)
_ONSITE_STRONG = re.compile(
    r"(?:must|required|requires?|expected|will|is|are|be|fully|100%|position|role|internship|job|work|working|works|days|location|type|workplace|setting|program|based|week|only|this|an|a|report|:|\||\(|-|primarily|,)"
    r"[\s:*|(-]{0,4}(?:to |be |work |working |fully |100% |the |a |an |at least |full[- ]time |part[- ]time |paid |primarily |mostly )*$"
)
_DAYS = re.compile(
    rf"(?P<low>{NUMBER})(?:\s?(?:-|to|or|bis)\s?(?P<high>{NUMBER}))?\+?\s?(?:full )?(?:days?|tage?n?)\s?(?:\(?s\)?)?(?:/| per | a | each | every |-)?\s?(?:week\s?)?(?:,|\()?\s?"
    r"(?:in[- ](?:the |our )?(?:[a-z]{2,14} )?(?:office|person|studio|lab)|on[- ]?site|at (?:the|our) (?:[a-z]{2,14} )?office|in-office|in the (?:[a-z]{2,14} )?office|im büro|vor ort|per week in|a week in)"
)
_DAYS_OFFICE_FIRST = re.compile(
    rf"(?:in[- ](?:the )?office|in[- ]person|on[- ]?site|im büro|vor ort)\s?(?:at least |a minimum of |for |minimum |up to |[:(,-]\s?)?(?P<low>{NUMBER})(?:\s?(?:-|to|or|bis)\s?(?P<high>{NUMBER}))?\+?\s?(?:days?|tage?)"
)

_FIELD = {
    "remote": "remote", "fully_remote": "remote", "fully remote": "remote", "telecommute": "remote", "fulltime": "remote",
    "hybrid": "hybrid", "partial": "hybrid", "temporary": "hybrid", "punctual": "hybrid", "onsite": "onsite",
    "on-site": "onsite", "on_site": "onsite", "on site": "onsite", "office": "onsite", "in-office": "onsite",
    "in person": "onsite", "1": "remote", "2": "hybrid", "0": "onsite", "work from home": "remote",
}  # fmt: skip
_SILENT = frozenset({"", "unspecified", "none", "null", "unknown", "no", "false"})


def _in_field(field: Text) -> Remote | None:
    said = field.norm.strip()
    if said in _SILENT:
        return None
    if said in _FIELD:
        return Remote(_FIELD[said], field.raw.strip(), "field")
    if said == "true":
        return Remote("remote", field.raw.strip(), "field")
    if said[0] in "{[":
        try:
            return _in_record(json.loads(field.raw), field.raw)
        except ValueError:
            return None
    return _in_short(field, "field")


def _in_record(record: Any, raw: str) -> Remote | None:
    """Read a board's flags: what is set says something, what is not set says nothing."""
    if not isinstance(record, dict):
        return None
    flags = {str(key).lower(): value for key, value in record.items()}
    for keys, status in (
        (("hybrid", "is_hybrid"), "hybrid"),
        (("on_site", "onsite"), "onsite"),
        (("remote", "is_remote", "isremote", "telecommuting"), "remote"),
    ):
        if status == "onsite" and flags.get("remote") is True:
            continue
        if any(flags.get(key) is True for key in keys):
            return Remote(status, raw, "field")
    for value in flags.values():
        if isinstance(value, str) and value.strip().lower() in _FIELD and not value.strip().isdigit():
            return Remote(_FIELD[value.strip().lower()], raw, "field")
    return None


_SHORT_REMOTE = re.compile(
    r"(?<![a-z-])(?:remote|remotely|work from home|wfh|virtual|telecommute|telework|anywhere|home[- ]based|homeoffice|home office|télétravail|teletrabajo|remoto|worldwide|distributed)(?![a-z])"
)
_SHORT_HYBRID = re.compile(r"(?<![a-z])(?:hybrid\w?|hybride|híbrid[oa]|ibrid[oa])(?![a-z])")
_SHORT_ONSITE = re.compile(
    r"(?<![a-z])(?:on[- ]?site|in[- ]person|in[- ]office|office[- ]based|vor ort|présentiel|presencial|in presenza|in sede)(?![a-z])"
)
_DAYS_SHORT = re.compile(rf"(?P<low>{NUMBER})\s?(?:-\s?(?P<high>{NUMBER})\s?)?day\(?s?\)? in-office")


def _in_short(text: Text, basis: str) -> Remote | None:
    """Read a few words that are all about the place: a location, a label, a title."""
    norm = text.norm
    for pattern, status in ((_SHORT_HYBRID, "hybrid"), (_SHORT_REMOTE, "remote"), (_SHORT_ONSITE, "onsite")):
        match = pattern.search(norm)
        if match and not _NOT.search(norm[max(0, match.start() - 24) : match.start()]):
            if basis == "title" and (
                _THING_AFTER.search(norm[match.end() :])
                or re.match(r"\s(?:systems?|sens)", norm[match.end() :])
                or match[0] in ("virtual", "distributed", "anywhere", "worldwide")
                and not re.search(r"[(|,:-]\s?$", norm[: match.start()])
            ):
                continue
            if basis == "field" and match[0] in ("virtual", "distributed") and len(norm) > 40:
                continue
            days = _DAYS_SHORT.search(norm)
            low = number(days["low"]) if days else None
            return Remote(
                status,
                text.raw[match.start() : match.end()],
                basis,
                low,
                (number(days["high"]) if days and days["high"] else low),
            )
    return None


def _days(text: Text) -> tuple[float, float, int, int] | None:
    norm = text.norm
    for start, end in text.hits(_DAY_HITS)[:12]:
        window = max(0, start - 40)
        match = _DAYS.search(norm, window, end + 24) or _DAYS_OFFICE_FIRST.search(norm, window, end + 24)
        if match:
            low = number(match["low"])
            high = number(match["high"]) if match["high"] else low
            if 0 < low <= high <= 7:
                return low, high, match.start(), match.end()
    return None


def _in_description(text: Text) -> Remote | None:
    """Weigh every workplace word by what stands around it; the clearest statement counts."""
    norm = text.norm
    votes: dict[str, tuple[int, int, int]] = {}
    for start, end in text.hits(_HITS)[: 4 * _READ]:
        word = norm[start:end]
        status = _WORDS.get(word)
        if status is None or (end < len(norm) and (norm[end].isalpha() and not word.endswith(("remot",)))):
            continue
        before, after = norm[max(0, start - 60) : start], norm[end : end + 60]
        if _THING_AFTER.search(after):
            continue
        negated = bool(_NOT.search(before))
        score = _weight(status, word, before, after)
        if status == "remote" and _PERK_NEAR.search(before[-40:] + " " + after[:40]):
            score -= 3
        if negated:
            if status == "remote" and not re.search(r"(?:than|or)\s", before[-8:]):
                status, score = "onsite", 3
            else:
                continue
        if score > 0 and score > votes.get(status, (0, 0, 0))[0]:
            votes[status] = (score, start, end)
    days = _days(text)
    if days:
        low, high, start, end = days
        status = "onsite" if low >= 5 else "hybrid"
        if status == "hybrid" or "hybrid" not in votes:
            votes[status] = (max(6, votes.get(status, (0, 0, 0))[0]), start, end)
    if not votes:
        return None
    if "hybrid" not in votes and votes.get("remote", (0,))[0] >= 2 and votes.get("onsite", (0,))[0] >= 4:
        both = re.search(
            r"(?:remote|remotely|from home|virtual)[^.\n]{0,60}(?:and|or|/)[^.\n]{0,30}(?:on-?site|in[- ]person|in[- ]office|office)|(?:on-?site|in[- ]person|office)[^.\n]{0,40}(?:and|or|/)[^.\n]{0,20}(?:remote|virtual|from home)",
            norm,
        )
        if both:
            return Remote("hybrid", text.raw[both.start() : both.end()], "description")
    status = max(votes, key=lambda name: (votes[name][0], name == "hybrid", name == "remote"))
    _, start, end = votes[status]
    return Remote(
        status, text.raw[start:end], "description", *(days[:2] if days and status != "remote" else (None, None))
    )


def _weight(status: str, word: str, before: str, after: str) -> int:
    strong_before, strong_after = bool(_STRONG_BEFORE.search(before)), bool(_STRONG_AFTER.search(after))
    if status == "hybrid":
        return 5 if strong_before or strong_after else 3
    if status == "remote":
        if word in ("anywhere", "virtual", "virtually", "a distancia", "à distance", "op afstand"):
            return 3 if strong_before and strong_after else 0
        score = 2 * strong_before + 2 * strong_after
        if _THING_BEFORE.search(before) and not strong_before:
            score -= 2
        if word.startswith(("fully", "100%", "work", "telework", "telecommut", "home", "wfh", "tele")):
            score += 2
        return score
    score = (2 if _ONSITE_STRONG.search(before) else 0) + (1 if strong_after else 0)
    if word in (
        "office-based",
        "office based",
        "office-first",
        "vor ort",
        "presencial",
        "in presenza",
        "en présentiel",
        "sur site",
        "op locatie",
        "op kantoor",
    ):
        score += 1
    return score - 1


def parse_remote(field: Text | None, location: Text | None, title: Text, description: Text) -> Remote | None:
    """Return where the work is done, None if the posting does not say; a city alone says nothing.

    The board's field and its place outrank the title, the title the text.

    >>> from normalize.text import scan
    >>> parse_remote(None, scan("Remote - US"), scan("Intern"), scan("")).status
    'remote'
    >>> parse_remote(None, None, scan("Intern"), scan("This role is not remote.")).status
    'onsite'
    >>> parse_remote(None, None, scan("Remote Sensing Intern"), scan("Experience with remote sensing.")) is None
    True
    """
    if field is not None and (found := _in_field(field)):
        return _with_days(found, description)
    if location is not None:
        shown = (
            location if location.norm[:1] not in "[{" else scan(" | ".join(re.findall(r'"([^"]{2,60})"', location.raw)))
        )
        if found := _in_short(shown, "field"):
            return _with_days(found, description)
    if found := _in_short(title, "title"):
        return _with_days(found, description)
    return _in_description(description)


def _with_days(found: Remote, description: Text) -> Remote:
    if found.status == "hybrid" and found.days_min is None and (days := _days(description)):
        return found._replace(days_min=days[0], days_max=days[1])
    return found
