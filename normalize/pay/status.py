"""The pay status of a posting that names no sum: paid, unpaid or for academic credit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from normalize.cues.pay import CUES
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, word_anchors

_READ = 30
UNPAID, PAID, CREDIT = "unpaid", "paid", "academic_credit"
_STATUS = dict.fromkeys(words("pay", "paid"), PAID)
_STATUS |= dict.fromkeys(words("pay", "credit"), CREDIT)
_STATUS |= dict.fromkeys(words("pay", "unpaid"), UNPAID)
_HITS = word_anchors("pay.status", _STATUS)
_OFFERS = word_anchors("pay.offer", words("pay", "paid_words") + words("pay", "volunteer_words"))
_VOLUNTEERS = frozenset(words("pay", "volunteer_words"))
_TITLE_HITS = word_anchors("pay.volunteer", words("pay", "volunteers"))
_GAP = rf"(?!(?:{any_of(words('pay', 'not_the_job'))})(?![a-z]))[a-z0-9-]{{2,16}}"
_PAID = lazy_pattern(
    lambda: (
        rf"(?:{any_of(words('pay', 'paid_words'))})[,/]?\s(?:{_GAP},?\s){{0,3}}?(?:{any_of(words('pay', 'paid_nouns'))})(?![a-z])"
    )
)
_VOLUNTEER = lazy_pattern(
    lambda: (
        rf"(?:{any_of(words('pay', 'volunteer_words'))})\s(?:(?!(?:{any_of(words('pay', 'volunteer_not'))})\b)[a-z0-9-]{{2,14}},?\s){{0,2}}?"
        rf"(?:{any_of(words('pay', 'paid_nouns'))}|{any_of(words('pay', 'volunteer_nouns'))})(?![a-z])"
    )
)
# "Stipend: unpaid", "Remuneration/ Salary (monthly): competitive", at the head of a line
_LABEL = lazy_pattern(lambda: rf"(?: (?:{any_of(words('pay', 'range_words'))}))?\s?(?:\([^)\n]{{1,20}}\))?\s?[:|]")
_HEAD = lazy_pattern(
    lambda: rf"(?:^|[\n|])[^a-zà-ÿ\n|]{{0,6}}(?:(?:{any_of(words('pay', 'head_words'))})\W{{1,3}}){{0,3}}$"
)
_UNPAID_LABEL = lazy_pattern(
    lambda: rf"[\s*:|-]{{0,4}}(?:{any_of(words('pay', 'unpaid_labels') + words('pay', 'unpaid'))})(?![a-zà-ÿ0-9])"
)
_PAID_LABEL = lazy_pattern(
    lambda: (
        rf"[\s*:|-]{{0,4}}(?:[a-zà-ÿ-]{{2,14}}\s){{0,2}}?(?:{any_of(words('pay', 'paid_labels') + words('pay', 'paid'))})(?![a-zà-ÿ])"
    )
)
_OTHER_THING = lazy_pattern(lambda: rf"[\s/-]{{0,2}}(?:{any_of(words('pay', 'not_the_job'))})(?![a-zà-ÿ])")
_NOT = any_of(words("pay", "not"))
_DENIED = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{_NOT})[\s-]{{1,2}}(?:(?:{any_of(words('pay', 'quite'))})\s){{0,2}}$")
_EITHER = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'either'))})[\s/]{{1,2}}$|/\s?$"
        rf"|\b(?:{any_of(words('pay', 'experience_before'))})\s(?:[a-zà-ÿ]{{2,12}}\s){{0,2}}$"
    )
)
# "No compensation", "we cannot offer any salary", "eine Vergütung ist leider nicht möglich"
_NONE_BEFORE = lazy_pattern(
    lambda: (
        rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'denied_before'))})\s(?:(?:{any_of(words('pay', 'any'))})\s){{0,2}}$"
    )
)
_NONE_AFTER = lazy_pattern(lambda: rf"\s(?:{any_of(words('pay', 'denied_after'))})(?![a-zà-ÿ])")
_MANAGES = lazy_pattern(lambda: rf"\s(?:{any_of(words('pay', 'staff'))})(?![a-zà-ÿ])")


# "Paid: No", "Is this internship paid? No", "Sono previste indennità" and on the next line "N"
_ANSWER = lazy_pattern(
    lambda: (
        rf"[^:?\n|.;]{{0,60}}(?:\s?[:?|]|\n)[\s*-]{{0,4}}(?:(?P<no>{any_of(words('pay', 'answers_no'))})|(?P<yes>{any_of(words('pay', 'answers_yes'))}))(?=\**\s{{0,2}}(?:$|[\n.,;|!(]))"
    )
)
# "Competitive base salary", "eine überdurchschnittliche Vergütung"
_GOOD = lazy_pattern(
    lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'good'))})[\s-]{{1,2}}(?:[a-zà-ÿ-]{{2,14}}\s){{0,1}}$"
)
# "Salary based on experience", "die Vergütung richtet sich nach"
_DEPENDS = lazy_pattern(
    lambda: rf"(?:\s(?:[a-zà-ÿ]{{2,10}}\s){{0,4}}?|\s?[-:(,]\s?)(?:{any_of(words('pay', 'depends'))})(?![a-zà-ÿ])"
)
_NOT_THE_JOB_BEFORE = lazy_pattern(
    lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'not_the_job_before'))})\s[^.;:\n]{{0,14}}$"
)
_AGAINST = lazy_pattern(lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'against'))})\s(?:[a-z]{{2,9}}\s){{0,1}}$")


# "A relocation stipend", "equity compensation" are no pay.
_BESIDE = lazy_pattern(
    lambda: rf"(?<![a-zà-ÿ])(?:{any_of(words('pay', 'never') + words('pay', 'beside'))})[\s-](?:[a-zà-ÿ-]{{2,14}}\s)?$"
)


def _whole(text: Text, start: int, end: int) -> bool:
    """Tell whether a hit is whole words; words of a page that lost its line breaks run together."""
    norm, raw = text.norm, text.raw
    if (
        start
        and norm[start - 1].isalnum()
        and norm[start].isalnum()
        and not (raw[start].isupper() and raw[start - 1].islower())
    ):
        return False
    return not (end < len(norm) and norm[end].isalnum() and norm[end - 1].isalnum()) or (
        raw[end].isupper() and raw[end - 1].islower()
    )


def _offers(text: Text) -> Iterator[tuple[int, int, str]]:
    """Yield what calls the work paid, unpaid or for credit: fixed words, and "paid remote internship"."""
    for start, end, status in _called(text):
        before, after = text.norm[max(0, start - 40) : start], text.norm[end : end + 24]
        if not _whole(text, start, end) or _OTHER_THING.match(after):
            continue
        if status == UNPAID and (_NOT_THE_JOB_BEFORE.search(before) or _AGAINST.search(before)):
            continue  # "the lunch break is unpaid", "we do not believe in unpaid internships"
        if status != UNPAID and (answer := _ANSWER.match(text.norm, end)):
            yield start, answer.end(), UNPAID if answer["no"] else status
            continue
        denied = _DENIED.search(before)
        if denied and status != PAID:
            continue  # "not for academic credit", "never unpaid"
        begin = start - len(before) + denied.start() if denied else start
        if status == CREDIT or not _EITHER.search(before[: denied.start()].rstrip() + " " if denied else before):
            yield begin, end, UNPAID if denied else status  # "not paid" as a whole: "paid" alone would say the contrary


def _called(text: Text) -> Iterator[tuple[int, int, str]]:
    for start, end in text.hits(_HITS)[:_READ]:
        yield start, end, _STATUS[text.norm[start:end]]
    for start, end in text.hits(_OFFERS)[:_READ]:
        around, volunteers = text.norm[start : start + 80], text.norm[start:end] in _VOLUNTEERS
        if not volunteers and _ANSWER.match(text.norm, end):
            yield start, end, PAID
        elif match := _PAID.match(around) or _VOLUNTEER.match(around):
            yield start, start + match.end(), UNPAID if volunteers else PAID


def _said_of_pay(text: Text) -> Iterator[tuple[int, int, str]]:
    """Yield the statements about each word for pay: that there is no pay, or the answer after a label."""
    norm = text.norm
    for start, end in text.hits(CUES)[:_READ]:
        before, after = norm[max(0, start - 60) : start], norm[end : end + 60]
        none = _NONE_BEFORE.search(before)
        if answer := _ANSWER.match(norm, end):
            yield start, answer.end(), UNPAID if answer["no"] else PAID
        elif (none or _NONE_AFTER.match(after)) and not _OTHER_THING.match(after):
            yield start - (len(before) - none.start() if none else 0), end, UNPAID
        elif label := _LABEL.match(after):
            if no := _UNPAID_LABEL.match(after, label.end()):
                yield start, end + no.end(), UNPAID
            elif _HEAD.search(before) and (yes := _PAID_LABEL.match(after, label.end())):
                yield start, end + yes.end(), PAID
        elif not _OTHER_THING.match(after) and not _BESIDE.search(before):
            good, depends = _GOOD.search(before), _DEPENDS.match(after)
            if (good or depends) and _whole(text, start, end):
                yield start - (len(before) - good.start() if good else 0), end + (depends.end() if depends else 0), PAID


class Statement(NamedTuple):
    """A statement about being paid, with its words."""

    status: str
    text: str


def read_status(text: Text, basis: str) -> Statement | None:
    """Return what a text says of being paid, with its words; None if it does not say.

    Unpaid outranks credit and credit outranks paid: what is said against pay is said on purpose.

    >>> from normalize.text.scanner import scan
    >>> read_status(scan("This is an unpaid internship."), "description")
    Statement(status='unpaid', text='unpaid')
    >>> read_status(scan("Unpaid leave, paid holidays"), "description") is None
    True
    """
    found: dict[str, tuple[int, int]] = {}
    for start, end, status in (*_offers(text), *_said_of_pay(text)):
        found.setdefault(status, (start, end))
    if basis == "title" and UNPAID not in found:
        for start, end in text.hits(_TITLE_HITS)[:3]:
            if not _MANAGES.match(text.norm[end : end + 24]):
                found.setdefault(UNPAID, (start, end))
    for status in (UNPAID, CREDIT, PAID):
        if status in found:
            start, end = found[status]
            return Statement(status, text.raw[start:end].strip())
    return None


_NOT_STATED = words("pay", "not_stated")
_FIELD_UNPAID = lazy_pattern(
    lambda: (
        rf"\W{{0,3}}(?:{any_of(words('pay', 'unpaid') + words('pay', 'unpaid_labels') + words('pay', 'answers_no'))})(?![a-zà-ÿ0-9])"
    )
)
_FIELD_PAID = lazy_pattern(
    lambda: any_of(
        words("pay", "paid_labels") + words("pay", "paid") + words("pay", "stipend") + words("pay", "field_paid")
    )
)
_FIELD_CREDIT = lazy_pattern(lambda: any_of(words("pay", "credit")))


def status_of_field(said: str) -> str | None:
    """Return what a board's field without a sum says.

    >>> status_of_field("unpaid"), status_of_field("competitive salary"), status_of_field("-"), status_of_field("n/a")
    ('unpaid', 'paid', None, None)
    """
    if said.strip(" .-") in _NOT_STATED:
        return None
    if _FIELD_UNPAID.match(said):
        return UNPAID
    if _FIELD_CREDIT.search(said):
        return CREDIT
    return PAID if _FIELD_PAID.search(said) else None
