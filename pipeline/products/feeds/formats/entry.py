"""The record from which every feed is made, and the reasons to leave a row out.

Rows are chosen column by column (`choose`), so that a million rows take seconds. The chosen rows become entries
(`entries`), whose texts contain nothing that XML forbids and no controls that reorder the text.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import nh3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normalize.vocabulary import Kind, Redistribution, RemoteStatus, Status
from pipeline.products.feeds.formats.sanitize import clean
from pipeline.store import phrases

KINDS = (Kind.MICRO_INTERNSHIP, Kind.INTERNSHIP)
"""The kinds of work that feeds carry."""

REASONS = (
    "closed",
    "kind out of feed",
    "redistribution",
    "unconfirmed",
    "filter",
    "missing title",
    "missing url",
    "url of no posting",
    "missing company",
    "missing date",
    "missing description",
    "missing country",
    "url of another listing",
)
"""The reasons to leave a row out; the first that applies is stated.

``unconfirmed``: its board gave no complete answer for too long. ``url of no posting``: the link leads to a front page.
``url of another listing``: importers that identify a job by its link would keep only the first, and so do the feeds.
"""

CHOICE_COLUMNS = (
    "listing_id source board status closed_at closed_reason kind redistribution title url hiring_organization"
    " date_posted description_text country locations remote_status applicant_location_requirements"
).split()


class Place(NamedTuple):
    """Where the work is; for remote work without a place, where applicants must live.

    Attributes:
        suffix: the end of its reference, unique among the listing's places; empty for the first place.
        country: ISO 3166-1 alpha-2.
    """

    suffix: str
    city: str | None
    region: str | None
    country: str


@dataclasses.dataclass
class Entry:
    """One listing as feeds publish it: its columns, dates as ISO 8601, and some values made from them.

    Attributes:
        html: the description as safe HTML.
        excerpt: the beginning of the description, as plain text.
        places: where the work is: at least one place, each with its country.
        applicant_countries: the countries in which applicants must live, if the posting names countries.
        is_located: whether the places are places of work.
    """

    listing_id: str
    canonical_id: str
    source: str
    board: str
    posting_id: str
    url: str
    apply_url: str | None
    title: str
    hiring_organization: str
    language: str | None
    kind: str
    employment_type: str | None
    time_commitment: str
    scope: str
    skills: list[str]
    duration_weeks_min: float | None
    duration_weeks_max: float | None
    duration_min: float | None
    duration_max: float | None
    duration_unit: str | None
    duration_text: str | None
    hours_per_week_min: float | None
    hours_per_week_max: float | None
    hours_total_min: float | None
    hours_total_max: float | None
    hours_text: str | None
    start_date: str | None
    end_date: str | None
    season: str | None
    pay_status: str
    pay_min: float | None
    pay_max: float | None
    pay_currency: str | None
    pay_period: str | None
    pay_text: str | None
    pay_hourly_min: float | None
    pay_hourly_max: float | None
    remote_status: str
    remote_text: str | None
    onsite_days_min: float | None
    onsite_days_max: float | None
    applicant_location_requirements: list[str]
    date_posted: str
    valid_through: str | None
    first_seen: str | None
    updated_at: str | None
    attribution: str | None
    html: str
    excerpt: str
    places: list[Place]
    applicant_countries: list[str]
    is_located: bool

    @functools.cached_property
    def facts(self) -> str:
        """Duration, hours, pay and workplace, in one line."""
        row = vars(self)
        hours = phrases.span(self.hours_per_week_min, self.hours_per_week_max)
        facts = (
            phrases.lasts(row),
            hours and f"{hours} hours a week",
            phrases.pay(row),
            phrases.where(row),
            self.regions,
        )
        return ", ".join(filter(None, facts))

    @functools.cached_property
    def summary(self) -> str:
        """The facts, the beginning of the text and the credit that the source requires, as HTML."""
        texts = [self.facts, self.excerpt, self.attribution or ""]
        return "".join([f"<p>{html.escape(text)}</p>" for text in texts if text])

    @property
    def pay_words(self) -> str | None:
        """The pay in the posting's words; a board's record, which is JSON, is put in words."""
        if self.pay_text and self.pay_text[0] in "{[":
            return phrases.pay(vars(self)) or None
        return self.pay_text

    @functools.cached_property
    def regions(self) -> str:
        """The places in one line."""
        return "; ".join([", ".join(filter(None, (place.city, place.region, place.country))) for place in self.places])


FIELDS = tuple(field.name for field in dataclasses.fields(Entry))
_COMPUTED = ("html", "excerpt", "places", "applicant_countries", "is_located")
_COPIED = tuple(name for name in FIELDS if name not in _COMPUTED)
PLACE_COLUMNS = ("locations", "country", "city", "region", "applicant_location_requirements", "remote_status")
_LISTS = ("locations", "applicant_location_requirements")
ENTRY_COLUMNS = tuple(dict.fromkeys((*_COPIED, "description_html", "description_text", *PLACE_COLUMNS)))
EXCERPT = 400  # characters

_WEB = r"^https?://\S+$"
_WEB_PYTHON = re.compile(_WEB)
_ALPHA_2 = re.compile(r"[A-Z]{2}")
_UNEXPECTED_TAG = re.compile(
    r'<(?!/?(?:p|ul|ol|li|strong|em|h3)>|br ?/?>|/a>|a href="https?://[^"<>]*" rel="[a-z ]*nofollow[a-z ]*">)'
)
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "h3", "a"}


def choose(rows: pa.Table, unconfirmed: frozenset[tuple[str, str]], selected: np.ndarray | None = None) -> np.ndarray:
    """Return a code for each row: 0 if it becomes an entry, else the position of the reason in `REASONS`, from 1.

    Args:
        rows: rows with `CHOICE_COLUMNS`.
        unconfirmed: boards (source, board) whose listings are left out.
        selected: the rows that a filter selects; None selects all.
    """
    boards = pa.array([f"{source}\0{board}" for source, board in sorted(unconfirmed)], pa.string())
    board = pc.binary_join_element_wise(rows["source"], rows["board"], "\0")
    tests = (
        _not(pc.equal(rows["status"], Status.OPEN)),
        _not(pc.is_in(rows["kind"], value_set=pa.array(KINDS))),
        _not(pc.equal(rows["redistribution"], Redistribution.FEED)),
        _flags(pc.is_in(board, value_set=boards)),
        np.zeros(rows.num_rows, bool) if selected is None else ~selected,
        _blank(rows["title"]),
        _not(pc.match_substring_regex(rows["url"], _WEB)),
        _flags(pc.match_substring_regex(rows["url"], r"^https?://[^/?#]+/?$")),
        _blank(rows["hiring_organization"]),
        _flags(pc.is_null(rows["date_posted"])),
        _blank(rows["description_text"]),
        ~_has_country(rows),
    )
    return np.select(tests, range(1, len(tests) + 1), 0).astype(np.uint8)


Placed = tuple[list[Place], list[str], bool]


def entries(rows: pa.Table) -> Iterator[Entry]:
    """Yield an entry for each of the chosen rows, which must have `ENTRY_COLUMNS`."""
    values = {name: clean(rows[name]) for name in (*_COPIED, "description_html", "description_text")}
    texts = values["description_text"]
    values["apply_url"] = [url if url and _WEB_PYTHON.match(url) else None for url in values["apply_url"]]  # no mailto:
    copied = zip(*(values[name] for name in _COPIED), strict=True)
    computed = zip(values["description_html"], texts, places(rows), strict=True)
    for columns, (description_html, text, (row_places, countries, is_located)) in zip(copied, computed, strict=True):
        safe = description_html if description_html and description_html.strip() else paragraphs(text)
        if _UNEXPECTED_TAG.search(safe):
            safe = sanitize(safe)
        safe = safe.replace("&nbsp;", "\u00a0")  # XML does not know HTML's names of characters
        row = (*columns, safe, excerpt(text), row_places, countries, is_located)
        yield Entry(*row)


def places(rows: pa.Table) -> list[Placed]:
    """Return for each row its places, the countries where applicants must live, and whether the places are of work.

    Args:
        rows: rows with `PLACE_COLUMNS`.
    """
    columns = (clean(rows[name]) for name in PLACE_COLUMNS)
    return [_row_places(*row) for row in zip(*columns, strict=True)]


def count_places(rows: pa.Table) -> int:
    """Return the number of places of all rows together; each chosen row has at least one."""
    several = (pc.greater(pc.fill_null(pc.list_value_length(rows[name]), 0), 1) for name in _LISTS)
    with_lists = rows.filter(functools.reduce(pc.or_, several))
    return rows.num_rows - with_lists.num_rows + sum(len(row_places) for row_places, _, _ in places(with_lists))


def _row_places(
    locations: list[dict[str, Any]] | None,
    country: str | None,
    city: str | None,
    region: str | None,
    requirements: list[str] | None,
    remote: str | None,
) -> Placed:
    stated = [(place["city"], place["region"], place["country"]) for place in locations or () if place["country"]]
    if not stated and country:
        stated = [(city, region, country)]
    living = [word for word in requirements or () if _ALPHA_2.fullmatch(word)]
    work = bool(stated)
    if not stated and remote == RemoteStatus.REMOTE:
        stated = [(None, None, code) for code in living]
    if len(stated) == 1:
        return [Place("", *stated[0])], living, work
    distinct = list(dict.fromkeys(stated))
    return [Place(_suffix(key) if number else "", *key) for number, key in enumerate(distinct)], living, work


def _suffix(place: tuple[str | None, ...]) -> str:
    return "-" + hashlib.sha256("\0".join(part or "" for part in place).encode()).hexdigest()[:8]


def paragraphs(text: str) -> str:
    """Return plain text as HTML: a paragraph for each block, a break after each line.

    >>> paragraphs("R&D interns\\n\\nDraw maps\\nPrint maps")
    '<p>R&amp;D interns</p><p>Draw maps<br>Print maps</p>'
    """
    blocks = re.split(r"\n[ \t]*\n\s*", html.escape(text.strip(), quote=False))
    return "".join(f"<p>{'<br>'.join(block.splitlines())}</p>" for block in blocks)


def sanitize(markup: str) -> str:
    """Return HTML reduced to the tags that feeds may contain, with links to http(s) only.

    >>> sanitize('<p onclick="x()">Draw <script>x()</script><a href="javascript:x()">maps</a></p>')
    '<p>Draw <a rel="nofollow">maps</a></p>'
    """
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https"},
        link_rel="nofollow",
    )


def excerpt(text: str) -> str:
    """Return the beginning of a text in one line, cut between words.

    >>> excerpt("Draw maps.\\n\\nPrint maps.")
    'Draw maps. Print maps.'
    """
    head = " ".join(text[: EXCERPT * 2].split())
    return head if len(head) <= EXCERPT else head[:EXCERPT].rsplit(" ", 1)[0] + "…"


def _flags(condition: Any) -> np.ndarray:
    return np.asarray(pc.fill_null(condition, False))


def _not(condition: Any) -> np.ndarray:
    return ~_flags(condition)


def _blank(column: Any) -> np.ndarray:
    return _not(pc.match_substring_regex(column, r"\S"))


def _has_country(rows: pa.Table) -> np.ndarray:
    located = _flags(pc.is_valid(rows["country"]))
    lists = rows["locations"]
    parents = np.asarray(pc.list_parent_indices(lists))
    located[parents[_flags(pc.is_valid(pc.struct_field(pc.list_flatten(lists), "country")))]] = True
    words = rows["applicant_location_requirements"]
    living = np.zeros(rows.num_rows, bool)
    stated = _flags(pc.match_substring_regex(pc.list_flatten(words), "^[A-Z]{2}$"))
    living[np.asarray(pc.list_parent_indices(words))[stated]] = True
    return located | (living & _flags(pc.equal(rows["remote_status"], RemoteStatus.REMOTE)))
