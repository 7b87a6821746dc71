"""Where the work is done: remote, hybrid or on site."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any, NamedTuple

from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import NUMBER, any_of, number
from normalize.text.scanner import Hit, Text, anchors, scan

_READ = 40
_SHORT = 2_000  # characters of a field or title that are read


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
_CLEAR = frozenset(words("remote", "clear"))  # of themselves, without a word beside them
_HITS = anchors("remote.word", lambda: [rf"(?:{any_of(list(_WORDS))})"])
_A_DAY = r"(?:days?|tage?n?|jours?|días?|giorn[oi]|dag(?:en)?|dias?)"
_OFFICE = (
    r"(?:in[- ](?:the |our )?(?:[a-z]{2,14} )?(?:office|person|studio|lab)|on[- ]?site|at (?:the|our) (?:[a-z]{2,14} )?office|in-office|im büro|vor ort"
    r"|sur (?:site|place)|au bureau|en présentiel|en la oficina|presenciales?|in ufficio|in sede|in presenza|op (?:kantoor|locatie)|no escritório|presenciais)"
)
_DAY_HITS = anchors(
    "remote.days",
    lambda: [
        r"days?\b.{0,14}(?:office|on-?site|on site|in[- ]person|in-office|week)",
        r"[0-9]\s?% of (?:the|their|your|our|working|work)\b",
        r"(?:tage?n?|jours?|días?|giorn[oi]|dag(?:en)?|dias?)\b.{0,22}(?:büro|vor ort|sur site|sur place|bureau|présentiel|oficina|presencia|ufficio|in sede|presenza|kantoor|locatie|escritório)",
    ],
)
# What makes the word mean something else, whatever stands before it.
_THING_AFTER = lazy_pattern(
    r"^[\s-]{0,2}(?:sensing|sensed|control|controlled|desktop|desktops|server|servers|repositor\w{1,4}|execution|procedure|access|support|monitoring|"
    r"interviews?|interviewing|onboarding|deposit|camera|cameras|learning|teaching|classrooms?|events?|meetings?|tours?|reality|machines?|assistants?|assistance|"
    r"cloud|search|retrieval|models?\b(?! for| where| of| with| \()|methodolog\w{1,4}|communications?|devices?|vehicles?|cars?|infrastructure|architecture|approach\w{0,2}|apps?\b|networks?|areas?|regions?|"
    r"villages?|communities|island|field|sites?|data|systems?|teams?|workers|workforce|employees|users|patients?|care\b|health|clinics?|training|"
    r"consultations?|visits?|info\b|information session|open house|fairs?|career fair|conferences?|workshops?|platforms?|exhibits?|sessions?|seminars?|instruction|tastings?|"
    r"warehouse|fitness|gym|childcare|cafeteria|canteen|kitchen|parking|daycare|cafe|restaurant|café|barista|lunch|lunches|meals?|catering|massage|amenities|yoga|testing|inspection|customers?|clients?|"
    r"crop|rice|seeds?|electric|powertrain|bonds?|securities|poll|proxy|hearings?|backups?|sensors?|weapon|and rural|and rugged|and isolated|offices?\b(?! based| in| environment)|wilderness|camps?|"
    r"budget|stipend|allowance|polic(?:y|ies)|handbook|equipment|set-?up (?:stipend|budget|allowance)|set-up|and business products|stock|offshore|house\b|housing|"
    r"work (?:eligib\w{1,6}|stipend|allowance|budget|polic\w{1,3}|[:-]|requests?)|options? (?:may|available as|are considered)|culture|outside\b|(?:or|and) distributed|"
    r"for (?:the |an? )?(?:initial |first |required |mandatory )?(?:trainings?|onboarding|orientation|meetings?|events?)|and online|and virtual\b|,? ?(?:and|or)? ?(?:over|by|via|written|digital|electronic\w{0,4}|on the (?:phone|telephone)|(?:tele)?phone|e-?mail)\b)"
)
_THING_BEFORE = lazy_pattern(
    r"(?:experience (?:with|in|using)|knowledge of|manag(?:e|ing)|supporting|using|leading|across|with|coordinat(?:e|ing)|to|for|via|through|host|attend|plan|planning|organize|lead|"
    r"geographically(?: distributed and working)?|most|isolated|very|the most|in|from|our|visit|all|and other|conduct\w{0,3}|perform\w{0,3}|provide[sd]?|physical|both|phone,?(?: and)?|written,?(?: and)?|e-?mail,?(?: and)?|they are -|"
    r"occasional(?:ly)?|internal|free|not posted|come from|possibly|often|sometimes)\s{1,2}$"
)
_OTHERS_BEFORE = lazy_pattern(
    r"geographically (?:distributed|dispersed|diverse)[^.\n]{0,20}$|(?:interviews?|trainings?|meetings?|onboarding|lectures|courses|classes|sessions|workshops|events) (?:are|is|will be|held|offered|take place)(?: held| conducted)? $"
)
_DENIED_AFTER = lazy_pattern(
    r"^ (?:work(?:ing)?|candidates?|applicants?|applications?|options?|arrangements?|positions?)?\s?"
    r"(?:(?:is|are|will|can|may|do|does)(?: not|n't)|cannot|won't)(?: be)? (?:an option|available|possible|considered|accepted|offered|supported|allowed|permitted|eligible)"
)
_EMPLOYER_AFTER = lazy_pattern(
    r"^[\s-](?:friendly|first)[\s-](?:compan|team|organi[sz]ation|cultur|employer|business|start-?up|firm)"
)
_OF_THE_JOB = lazy_pattern(r"(?:role|position|internship|job) (?:is|will be)(?: an?| fully| 100%)? $")
_OTHERS_AFTER = lazy_pattern(r"\s(?:interview|meeting|training|event|class|session|course|workshop|visit|seminar)")
_MIXED_AFTER = lazy_pattern(
    r" \w{3,20} (?:and|&) \w{3,20} (?:role|position)\b"
)  # "a hybrid technical and commercial role"
_NOT = lazy_pattern(
    r"(?:(?<![a-z])(?:not|no|non|never|unavailable|isn't|cannot be|can't be|kein\w{0,2}|pas de|ni|without|nicht|sin|senza|geen|sem|neither)[\s-]{1,2}"
    r"(?:(?:a|an|be|currently|available|eligible|considered|considering|accept(?:ing|ed)?|hir(?:e|ing)|offer(?:ing|ed)?|possible|able|allow|open|fully|100%|for|to|any|das|die|der|remote|hybrid|or|nor)\s){0,5}$)"
)
_PERK_NEAR = lazy_pattern(
    r"(?:weeks?|days?|month|months) (?:a|per|each|every) year|(?:up to|per) (?:one|two|four|a|[0-9]{1,2}) (?:weeks?|months?)|weeks of (?:fully )?(?:remote|work)|workation|from time to time|work from anywhere (?:for|weeks|policy)"
)
# A label, a bracket, a hashtag: the words that follow are about the workplace and nothing else.
_LABEL_BEFORE = lazy_pattern(
    r"(?:locations?|workplace|work ?style|work ?mode|work ?site|job ?type|type|work (?:model|arrangement|format|setting|environment)|arrangement|format|setting|schedule|telework|telecommuting options|"
    r"arbeitsort|standort|einsatzort|arbeitsmodell|lieu|lieu de travail|localisation|ubicación|lugar|modalidad|modalidade|modalità|sede|luogo|locatie|werkplek|localização|local)"
    r"(?:\s?\W{0,3}[:|*]\W{0,7}|\W?\n\W{0,4}|: any location / )$|#li-$|(?:job ?type|work ?style|work mode|workplace type)\s$|[(\[|]\s?$|(?:^|\n)\s?[-*•·]\s$"
)
_LABEL_SIGNS = frozenset(":|*\n([#•·/-")  # one of which is near the end of every label but these, looked for first
_LABEL_WORDS = ("type ", "style ", "mode ")
_LABEL_AFTER = lazy_pattern(r"^\s?(?:[()\]|,.;/\n*-]|$|[0-9]|work\b|only|within|in\b|or\b|and\b|[a-z])")
_DASH_BEFORE = lazy_pattern(r"\s[-*•·]\s$")
_DASH_AFTER = lazy_pattern(r"^\s?(?:\s[-&|*•·]\s|\n|$)")
_BRACKET_AFTER = lazy_pattern(r"^\s?(?:[)\]|&/,-]|or\b|$|\n|only|first|work allowed)")
_FULLY = any_of(list(words("remote", "fully")))
_STRONG_BEFORE = lazy_pattern(
    lambda: (
        r"(?:location|workplace|work (?:type|mode|model|arrangement)|workplace type|job type|arbeitsort|lieu|ubicación|open to|open to hire for|hiring for|available|"
        r"this (?:is a|role is|position is|internship is|job is)|position is|role is|internship is|job is|(?:role|position) will be|is a|is an|is|are|be|based|work|works|working|role|position|"
        rf"{_FULLY})[\s:*|(-]{{0,4}}(?:a |an |(?:{_FULLY}) |primarily |currently |mostly |paid |ft |pt |full[- ]time(?:,| and)? |part[- ]time(?:,| and)? |unpaid |virtual |u\.?s\.? |us |usa )*$"
    )
)
_STRONG_AFTER = lazy_pattern(
    r"^[\s-]{0,2}(?:(?:paid|unpaid|[0-9]{1,2}-(?:week|month|day)) ){0,2}(?:role|position|internship|intern\b|job|opportunity|work\b|working\b|micro-internship|project|basis|possible|option|schedule|setting|only|within|in the|\(|\)|\||\*|first|friendly|eligible|based|anywhere|"
    r",|/|$|\n|\.|;|or|and|work (?:schedule|model|arrangement|environment|setup)|environment|office environment|full[- ]time|part[- ]time|contract|model|candidates|us\b|usa\b|uk\b|eu\b|capacity|status|participation|worker|availab\w{2,5}|nature of|is|at|from|arbeiten|zu arbeiten)"
)
_HYBRID_AFTER = lazy_pattern(
    r"^(?:: |[\s/-]{0,3}(?:\w{3,12} )?(?:role|position|internship|intern\b|job|opportunity|work\w{0,10}|schedule|set-?up|environment|arrangements?|basis|format|model|mode|policy|office|flexib\w{2,6}|remote|telework|eligible|capacity|"
    r"arbeit\w{0,9}|modell|tätigkeit|et flexible|trabajo|trabalho|lavoro|werken|\(|in\b|from\b|based|program))"
)
_HYBRID_BEFORE = lazy_pattern(
    r"(?:(?:this|position|role|internship|job) (?:is|will be)(?: a| an)?|is|are|work|working|be|travail|en mode|mode|modalidad|modalità|regime|lavoro|available,?|location|full[- ]time,?|part[- ]time,?|preference for|preferably|prefer(?:red)?)\s$"
)
_ONSITE_BEFORE = lazy_pattern(
    r"(?:must|required|requires?|expected|will|is|are|be|performed|conducted|located|fully|100%|position|role|internship|job|work|working|works|based|only|report|primarily|this is|an?)"
    r"[\s:*|(-]{0,4}(?:to |be |work |working |fully |100% |the |a |an |at least |full[- ]time,? |part[- ]time,? |paid |primarily |mostly |only )*$"
)
_ONSITE_NOUN = lazy_pattern(
    r"^[\s-]{0,2}(?:role|position|internship|job|opportunity|work\b|only|full[- ]time|part[- ]time|experience|educational|program\b|internship|five days|5 days|setup|setting|presence|attendance)"
)
_OFFICE_WORD = lazy_pattern(
    r"office-(?:first|based)|office based|presencial|präsenz|en présentiel|in presenza|op kantoor"
)
_SENTENCE_BEFORE = lazy_pattern(r"(?:^|[.!?\n|(]\s?|,\s)$")
_SENTENCE_AFTER = lazy_pattern(r"\s?(?:[.)|\n]|$|(?:in|at|à|a|en|em|auf|bei|te)\s[a-zà-ÿ])")
_BOTH = lazy_pattern(
    r"(?:on-?site|in[- ]person|in[- ]office|office)(?: shared)?\s?(?:and|&|or|and/or|/)\s?(?:partially |work(?:ing)? )?(?:off-?site|remote|virtual|(?:from|at)[- ]home)"
    r"|(?:remote|virtual|from home)\s?(?:and|&|or|/)\s?(?:on-?site|in[- ](?:the )?office|in[- ]person)"
)
_BOTH_BEFORE = lazy_pattern(
    r"work|position|role|internship|location|schedule|format|arrangement|environment|hybrid|flexib"
)
_HOME_DAYS_AFTER = lazy_pattern(
    lambda: (
        rf"^[^.;]{{0,32}}?(?P<low>{NUMBER})(?:\s\([0-9]\))?\+?\s{_A_DAY}(?:\s|/)(?:a|per|each|every|week|pro|die|par|por|alla|in der)"
    )
)
_HOME_DAYS_BEFORE = lazy_pattern(
    lambda: (
        rf"(?P<low>{NUMBER})\+?\s{_A_DAY}(?:(?:[\s/]{{1,2}}(?:per|a|each|pro|par|por|alla|di|de|of|week|woche|semaine|semana|settimana|in der|working|work)){{0,4}}\s(?:im |in |en |au )?"
        r"|[\s/]{1,2}(?:per|a|each|pro|par|por|alla|in der|in de|per) (?:week|woche|semaine|semana|settimana)[^.,;:|()\n]{0,24}\s)$"
    )
)
_TIME = r"(?:of|the|their|your|our|working|work|time|week|hours?|a|given|each|every|month|in|from|local|or|nearest|assigned)"
_SHARE_BEFORE = lazy_pattern(lambda: rf"(?<![0-9.,])[1-9][0-9]?\s?% (?:{_TIME} ){{0,12}}$")
_SHARE_AFTER = lazy_pattern(
    r"^ (?:for |at |least |up |to |about |approximately |around ){0,3}[1-9][0-9]?\s?% (?:of\b|remote|in\b)"
)
_SHARE_OFFICE = lazy_pattern(lambda: rf"(?<![0-9.,])[1-9][0-9]?\s?% (?:{_TIME} ){{2,12}}(?:office|site)\b")
_READ_FOR_DENIAL = 20_000
_DENIED = lazy_pattern(
    r"(?<![a-z])(?:role|position|job|internship)\s(?:is|does|will|can|cannot|may)\s?(?:not|no)?[^.;\n]{0,30}(?:remote|home|telework|hybrid)"
)
_WORK_BEFORE = lazy_pattern(
    r"(?<![a-z])(?:work|works|working|done|do (?:it|this|them|your work))(?![a-z])[^.;\n]{0,40}$"
)
_DAY_WORD = lazy_pattern(r"day|tag|jour|d[ií]a|giorn|dag")
_ON_WEEKDAYS = lazy_pattern(r"^(?: work)? on (?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?)\b")
_PARTLY = any_of(list(words("remote", "partly")))
_PARTLY_NEAR = lazy_pattern(lambda: rf"(?<!\w)(?:{_PARTLY})(?!\w)")
_DAYS = lazy_pattern(
    lambda: (
        rf"(?P<low>{NUMBER})(?:\s?\([0-9]\))?(?:\s?(?:-|to|or|bis|à|a|tot)\s?(?P<high>{NUMBER}))?\+?\s?(?:full |in-person )?{_A_DAY}\s?(?:\(?s\)?)?(?:/| per | a | each | every | pro | par | por | alla | in der | in de |-)?\s?(?:week|woche|semaine|semana|settimana)?\s?(?:,|\()?\s?{_OFFICE}"
    )
)
_DAYS_OFFICE_FIRST = lazy_pattern(
    lambda: (
        rf"(?:office|in[- ]person|on[- ]?site|im büro|vor ort|sur site)\s?(?:(?:in|at|from|out of) [^.,;:|()\n]{{2,40}}\s)?(?:at least |a minimum of |for |minimum |up to |[:(,-]\s?)?(?P<low>{NUMBER})(?:\s?(?:-|to|or|bis)\s?(?P<high>{NUMBER}))?\+?\s?(?:days?|tage?|jours?)\b(?! (?:a|per) (?:month|year))"
    )
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
        except (ValueError, RecursionError):
            return None
    return _in_short(field, "field")


def _in_record(record: Any, raw: str) -> Remote | None:
    """Read a board's flags: what is set says something, what is not set says nothing."""
    if not isinstance(record, dict):
        return None
    flags = {str(key).lower(): value for key, value in record.items()}
    # A board's word outranks its flag: "isRemote" is often set beside "Hybrid".
    for value in flags.values():
        if isinstance(value, str) and value.strip().lower() in _FIELD and not value.strip().isdigit():
            return Remote(_FIELD[value.strip().lower()], raw, "field")
    for keys, status in (
        (("hybrid", "is_hybrid"), "hybrid"),
        (("on_site", "onsite"), "onsite"),
        (("remote", "is_remote", "isremote", "telecommuting"), "remote"),
    ):
        if status == "onsite" and flags.get("remote") is True:
            continue
        if any(flags.get(key) is True for key in keys):
            return Remote(status, raw, "field")
    return None


_SHORT_REMOTE = lazy_pattern(
    r"(?<![a-z])(?:remote|remotely|work from home|wfh|virtual|telecommute|telework|anywhere|home[- ]based|homeoffice|home office|télétravail|teletrabajo|remoto|worldwide|distributed)(?![a-z])"
)
_SHORT_HYBRID = lazy_pattern(r"(?<![a-z])(?:hybrid\w?|hybride|híbrid[oa]|ibrid[oa])(?![a-z])")
_SHORT_ONSITE = lazy_pattern(
    r"(?<![a-z])(?:on[- ]?site|in[- ]person|in[- ]office|office[- ]based|vor ort|présentiel|presencial|in presenza|in sede)(?![a-z])"
)
_DAYS_SHORT = lazy_pattern(lambda: rf"(?P<low>{NUMBER})\s?(?:-\s?(?P<high>{NUMBER})\s?)?day\(?s?\)? in-office")
_APART_BEFORE = lazy_pattern(r"(?:^|[(\[|,:/·-])\s?$")
_APART_AFTER = lazy_pattern(r"^\s?(?:$|[)\]|,:/·-]|or\b|(?:position|role|internship|intern|work|job|opportunity)\b)")
_TITLE_NOUN = lazy_pattern(r"^\s(?:position|role|internship|intern|micro-internship|work)\b")
_ONLY_SHORT = ("worldwide", "distributed")  # which say nothing in a text
_ANY_THING = frozenset(("virtual", "distributed", "anywhere", "worldwide"))


def _in_short(text: Text, basis: str) -> Remote | None:
    """Read a few words that are all about the place: a location, a label, a title."""
    norm = text.norm[:_SHORT]
    if not text.hits(_HITS) and not any(word in norm for word in _ONLY_SHORT):
        return None
    named: dict[str, re.Match[str]] = {}
    for pattern, status in ((_SHORT_HYBRID, "hybrid"), (_SHORT_REMOTE, "remote"), (_SHORT_ONSITE, "onsite")):
        for match in islice(pattern.finditer(norm), _READ):
            if _stands(match, text.norm, status, basis):
                said = "onsite" if _NOT.search(text.norm[max(0, match.start() - 24) : match.start()]) else status
                if said == status or status == "remote":
                    named.setdefault(said, match)
    if not named:
        return None
    both = "remote" in named and "onsite" in named
    status = "hybrid" if both or "hybrid" in named else next(iter(named))
    match = named.get(status) or named["remote"]
    days = _DAYS_SHORT.search(norm)
    low = number(days["low"]) if days else None
    high = number(days["high"]) if days and days["high"] else low
    return Remote(status, text.raw[match.start() : match.end()], basis, low, high)


def _stands(match: re.Match[str], norm: str, status: str, basis: str) -> bool:
    """Tell whether a word speaks of the workplace: in a field it does, in a title it may name the subject."""
    before, after = norm[: match.start()], norm[match.end() : match.end() + 60]
    if basis == "field":
        return not (match[0] in ("virtual", "distributed") and len(norm) > 40 and not _APART_AFTER.match(after))
    if status == "hybrid" or match[0] in _ANY_THING:
        return bool((_APART_BEFORE.search(before) and _APART_AFTER.match(after)) or _TITLE_NOUN.match(after))
    return not _THING_AFTER.match(after)


class _Days(NamedTuple):
    low: float
    high: float
    start: int
    end: int


def _days(text: Text) -> _Days | None:
    norm = text.norm
    for start, end in text.hits(_DAY_HITS)[:12]:
        window = max(0, start - 40)
        match = _DAYS.search(norm, window, end + 24) or _DAYS_OFFICE_FIRST.search(norm, max(0, start - 70), end + 24)
        if match:
            low = number(match["low"])
            high = number(match["high"]) if match["high"] else low
            if 0 < low <= high <= 7:
                return _Days(low, high, match.start(), match.end())
    return None


def _share_in_office(norm: str, hits: list[Hit]) -> Hit | None:
    """Return where a share of the time is asked for in the office: "at least 50% of the time in their local office"."""
    found = (_SHARE_OFFICE.search(norm, max(0, start - 1), end + 100) for start, end in hits if "%" in norm[start:end])
    return next((match.span() for match in found if match), None)


def _in_description(text: Text) -> Remote | None:
    """Weigh every workplace word by what stands around it; the clearest statement counts."""
    norm = text.norm
    votes: dict[str, tuple[int, int, int]] = {}
    for start, end in text.hits(_HITS)[: 4 * _READ]:
        word = norm[start:end]
        status = _WORDS.get(word)
        # Words of a page that lost its line breaks run together: "RemoteDuration".
        glued = end < len(norm) and norm[end].isalpha()
        if (
            status is None
            or (glued and not (text.raw[end].isupper() and text.raw[end - 1].islower()))
            or (
                start
                and norm[start - 1].isalnum()
                and not (text.raw[start].isupper() and text.raw[start - 1].islower())
            )
        ):
            continue
        before, after = norm[max(0, start - 60) : start], "\n" if glued else norm[end : end + 60]
        status, score = _weigh(status, word, before, after)
        if score > votes.get(status, (0, 0, 0))[0]:
            votes[status] = (score, start, end)
    days = _days(text)
    if days:
        start, end = days.start, days.end
        status = "onsite" if days.low >= 5 else "hybrid"
        if status == "hybrid" or "hybrid" not in votes:
            votes[status] = (max(7, votes.get(status, (0, 0, 0))[0]), start, end)
    if share := _share_in_office(norm, text.hits(_DAY_HITS)[:12]):
        votes["hybrid"] = max(votes.get("hybrid", (0, 0, 0)), (6, *share))
    if not votes:
        return None
    status = max(votes, key=lambda name: (votes[name][0], name == "hybrid", name == "remote"))
    _, start, end = votes[status]
    on_site = days if status != "remote" else None
    low, high = (on_site.low, on_site.high) if on_site else (None, None)
    return Remote(status, text.raw[start:end], "description", low, high)


def _is_share(before: str) -> bool:
    share = _SHARE_BEFORE.search(before) if "%" in before else None
    return share is not None and "travel" not in before[: share.start()]  # "Travel: 10-25% Remote: yes"


def _weigh(status: str, word: str, before: str, after: str) -> tuple[str, int]:
    """Return what a workplace word says here and how clearly: 0 is nothing, 7 a number of days."""
    if both := _BOTH.match(word + after):
        if _OTHERS_AFTER.match(after, both.end() - len(word)):
            return status, 0
        if _BOTH_BEFORE.search(before[-40:]):
            return "hybrid", 5
    maybe = not before or not _LABEL_SIGNS.isdisjoint(before[-9:]) or before.endswith(_LABEL_WORDS)
    aside = word == "remotely" and before[-1:] == "("  # "(remotely)" tells of the words before it
    labelled = _LABEL_BEFORE.search(before) if maybe and not aside else None
    if labelled and (_BRACKET_AFTER if labelled[0][:1] in "([|-*•·\n " else _LABEL_AFTER).match(after):
        return status, 6
    if _DASH_BEFORE.search(before) and _DASH_AFTER.match(after):
        return status, 5
    if _THING_AFTER.match(after) or _OTHERS_BEFORE.search(before[-44:]):
        return status, 0
    if status != "hybrid" and (_SHARE_AFTER.match(after) or _is_share(before)):
        return "hybrid", 6  # "50% telework", "in the office 60% of the time"
    if _NOT.search(before[-44:]):
        return ("onsite", 5) if status == "remote" else (status, 0)
    if status == "remote" and _DENIED_AFTER.match(after):
        return "onsite", 5
    if status == "hybrid":
        if _MIXED_AFTER.match(after):
            return status, 0
        if " " in word or _HYBRID_AFTER.match(after):
            return status, 5
        return status, 4 if _HYBRID_BEFORE.search(before[-44:]) or (
            _BRACKET_AFTER.match(after) and before[-2:] == ", "
        ) else 0
    if status == "onsite":
        if _OFFICE_WORD.fullmatch(word):
            return status, 4
        said = bool(_ONSITE_BEFORE.search(before))
        if not said and _THING_BEFORE.search(before[-48:]):
            return status, 0
        if _OF_THE_JOB.search(before):
            return status, 5
        score = 2 * said + 2 * bool(_ONSITE_NOUN.match(after))
        if not score and _SENTENCE_BEFORE.search(before) and _SENTENCE_AFTER.match(after):
            score = 3  # "Sydney, on-site." and "Vollzeit, vor Ort in Bern."
        return status, score + (score > 0 and before.endswith(("is ", "be ", "only ", "primarily ", "fully ", "100% ")))
    if _ON_WEEKDAYS.search(after):
        return "hybrid", 6
    found = _HOME_DAYS_AFTER.match(after) or (_DAY_WORD.search(before) and _HOME_DAYS_BEFORE.search(before))
    if found and 0 < number(found["low"]) < 5:
        return "hybrid", 6
    if _PARTLY_NEAR.search(before[-24:]) or _PARTLY_NEAR.search(after[:24]):
        return "hybrid", 4
    if word in ("from home", "from anywhere"):
        return status, 3 if _WORK_BEFORE.search(before) and not before.endswith("away ") else 0
    strong_before, strong_after = bool(_STRONG_BEFORE.search(before)), bool(_STRONG_AFTER.match(after))
    if word in ("anywhere", "virtual", "virtually", "a distancia", "à distance", "op afstand", "a distância"):
        noun = word == "virtual" and re.match(r" (?:micro-)?(?:intern(?:ship)?|position|role|job)\b", after)
        return status, 4 if noun else 3 if strong_before and strong_after else 0
    score = 2 * strong_before + 2 * strong_after
    if _THING_BEFORE.search(before[-48:]) and not strong_before:
        score -= 2
    if word in _CLEAR:
        score += 2
    if _PERK_NEAR.search(before[-40:] + " " + after[:40]):
        score -= 4
    elif _EMPLOYER_AFTER.match(after):
        score -= 1  # who hires works so, and mostly the job too
    return status, score


def parse_remote(field: Text | None, location: Text | None, title: Text, description: Text) -> Remote | None:
    """Return where the work is done, None if the posting does not say; a city alone says nothing.

    The board's field and its place outrank the title, the title the text.

    >>> from normalize.text.scanner import scan
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
            denied = _in_description(description) if found.status == "remote" else None
            if (
                denied is not None
                and denied.status == "onsite"
                and _DENIED.search(description.norm, 0, _READ_FOR_DENIAL)
            ):
                return denied  # a place named "Remote" in a board's list, and a text that says it is not
            return _with_days(found, description)
    if found := _in_short(title, "title"):
        return _with_days(found, description)
    return _in_description(description)


def _with_days(found: Remote, description: Text) -> Remote:
    if found.status == "hybrid" and found.days_min is None and (days := _days(description)):
        return found._replace(days_min=days.low, days_max=days.high)
    return found
