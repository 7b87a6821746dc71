"""The judgement of one posting: whether its words are new, in scope, and complete."""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from normalize import version
from normalize.build import content_hash, normalize
from normalize.columns import Listing
from normalize.posting import RawPosting
from normalize.schedule.posted import parse_posted
from normalize.vocabulary import Kind, RunScope
from pipeline.lifecycle.merge import Outcome

IN_SCOPE = (Kind.MICRO_INTERNSHIP, Kind.INTERNSHIP)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN = re.compile(r"<(style|script|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>.*?</h\1\s*>", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_CERTAIN = 40  # words; headings and placeholders alone never have so many
_PLACEHOLDER = re.compile(
    r"\b(?:null|undefined|none|nan|n/a)\b|\[object object\]|\bloading\b[^.!]{0,40}\.*|please wait[^.!]{0,40}"
    r"|(?:please |you (?:need|have) to )?(?:enable|activate|turn on) java ?script[^.!]{0,80}"
    r"|java ?script (?:is|must be|needs to be)[^.!]{0,80}",
    re.IGNORECASE,
)


class CarriedOver(NamedTuple):
    """The values that a new reading of the same posting carries over.

    Attributes:
        date_posted: the date as first read; a relative date counts from that day.
        day: "today" for the posting's words, if it is not the day on which it was fetched.
        content_hash: the words that were published; other words of a posting that only a list shows do not count.
    """

    date_posted: datetime.date | None = None
    day: datetime.date | None = None
    content_hash: str | None = None


NOTHING_CARRIED_OVER = CarriedOver()


class PublishedListing(NamedTuple):
    """A listing in the last snapshot, as far as a new reading of its posting needs it."""

    listing_id: str
    content_hash: str
    normalizer_version: str
    valid_through: datetime.date | None
    kind: str
    date_posted: datetime.date | None = None


class Rules(NamedTuple):
    """The rules by which postings are judged.

    Attributes:
        scope: ``internships`` or ``all``.
        reread_all: read every posting with today's extractors, even if its words are the same.
        is_known_out: tells whether the words with this hash are known to be out of scope.
        is_described: tells whether this listing has a description in the last snapshot.
    """

    scope: str
    reread_all: bool
    is_known_out: Callable[[str], bool]
    is_described: Callable[[str], bool]


class Judgement(NamedTuple):
    """The outcome of a posting.

    Attributes:
        listing: its values, if they were read.
        same_words: whether they were read from the words that the last snapshot has.
    """

    outcome: Outcome
    content_hash: str
    valid_through: datetime.date | None = None
    listing: Listing | None = None
    same_words: bool = False


def judge(
    posting: RawPosting, detail_read: bool, before: PublishedListing | None, carried: CarriedOver, rules: Rules
) -> Judgement:
    """Decide the outcome of a posting; an incomplete answer never removes a value from a listing.

    Args:
        detail_read: whether its own page was read, where it has one.
        before: the listing in the last snapshot.
        carried: the values that a new reading carries over.
    """
    today = min(carried.day or datetime.date.max, fetched_on(posting))
    posted = parse_posted(posting.date_posted, today)
    relative = posted is not None and posted.relative
    words = content_hash(posting, relative)
    known = before.content_hash if before else carried.content_hash
    if not detail_read and known not in (None, words):
        return Judgement(Outcome.SEEN, words)
    same_words = before is not None and before.content_hash == words
    if before and not same_words and not _has_words(posting.description) and rules.is_described(before.listing_id):
        return Judgement(Outcome.WORDLESS, words)  # without the description, values that it stated are not disproved
    if before and same_words and before.normalizer_version == version.NORMALIZER_VERSION and not rules.reread_all:
        in_scope = rules.scope == RunScope.ALL or before.kind in IN_SCOPE
        return Judgement(Outcome.SAME if in_scope else Outcome.OUT_OF_SCOPE, words, before.valid_through)
    if not rules.reread_all and rules.is_known_out(words):
        return Judgement(Outcome.OUT_OF_SCOPE, words)
    listing = normalize(posting, today)
    if rules.scope != RunScope.ALL and listing["kind"] not in IN_SCOPE:
        return Judgement(Outcome.DOUBTFUL if listing["kind"] == Kind.UNKNOWN else Outcome.OUT_OF_SCOPE, words)
    if carried.date_posted and relative:
        listing["date_posted"] = carried.date_posted  # "3 weeks ago" counts from the day on which it was first read
    return Judgement(Outcome.READ, words, listing["valid_through"], listing, same_words)


def fetched_on(posting: RawPosting) -> datetime.date:
    """Return the day on which a posting was fetched, which is "today" for its words.

    >>> fetched_on(RawPosting(fetched_at="2026-11-23T12:00:00Z"))
    datetime.date(2026, 11, 23)
    """
    return datetime.date.fromisoformat((posting.fetched_at or "")[:10])


def one_posting(records: list[dict[str, Any]]) -> RawPosting:
    """Return the posting of all records that share an id: a job that the board shows once for each of its places.

    >>> one_posting([{"posting_id": "7", "location": "Lyon"}, {"posting_id": "7", "location": "Paris"}]).location
    '["Lyon", "Paris"]'
    """
    if len(records) == 1:
        return RawPosting.from_dict(records[0])
    records = sorted(records, key=lambda record: orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
    posting = RawPosting.from_dict(records[0])
    places: list[Any] = []
    for record in records:
        places += [place for place in _places(record.get("location")) if place not in places]
    if len(places) > 1:
        posting.location = json.dumps(places, ensure_ascii=False)
    return posting


def _places(location: str | None) -> list[Any]:
    if not location:
        return []
    if location[0] in "[{":
        try:
            stated = orjson.loads(location)
        except orjson.JSONDecodeError:
            return [location]
        return stated if isinstance(stated, list) else [stated]
    return [location]


def _has_words(description: str | None) -> bool:
    """Tell whether a description has at least three words besides markup, headings and placeholders.

    >>> texts = ("<p>Draw ferns daily</p>", "<h3>You</h3><p>&amp;nbsp;</p>", "<p>Loading...</p>", "null")
    >>> [_has_words(text) for text in texts]
    [True, False, False, False]
    """
    text = _UNSEEN.sub(" ", html.unescape(html.unescape(description or "")))
    words = _WORD.findall(_TAG.sub(" ", text))
    if len(words) > _CERTAIN:
        return True
    return len(_WORD.findall(_PLACEHOLDER.sub(" ", _TAG.sub(" ", _HEADING.sub(" ", text))))) >= 3
