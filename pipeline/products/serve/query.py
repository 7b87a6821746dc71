"""Queries on the listings: the parameters, declared once, and their SQL conditions.

The filters, the error for an unknown parameter and the OpenAPI document are made from the table of parameters.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from normalize.columns import weeks_at_most
from normalize.place.eligible import ANYWHERE
from normalize.vocabulary import STALE, Kind, OccupationGroup, PayStatus, RemoteStatus, Status, StudyLevel, WorkPermit

PAGE = 50
LARGEST_PAGE = 500


class BadRequest(ValueError):
    """A request that cannot be answered; the message states what is possible."""


class Clause(NamedTuple):
    """A condition in SQL with its values."""

    sql: str
    values: list[Any]


class Parameter(NamedTuple):
    """A query parameter: its description, its values, and the function that makes its SQL condition."""

    description: str
    condition: Callable[[str, list[str]], Clause] | None = None
    words: tuple[str, ...] = ()
    type: str = "string"
    aliases: tuple[str, ...] = ()


def _split(values: Iterable[str]) -> list[str]:
    return [word for value in values for part in value.split(",") if (word := part.strip())]


def _among(column: str, words: tuple[str, ...], synonyms: dict[str, tuple[str, ...]] | None = None) -> Any:
    def condition(name: str, values: list[str]) -> Clause:
        asked: list[str] = []
        for value in _split(values):
            meant = (synonyms or {}).get(value.lower(), (value,))
            if unknown := [word for word in meant if words and word not in words]:
                raise BadRequest(f"{name}={unknown[0]} is not allowed; the values are {', '.join(words)}")
            asked += meant
        if not asked:
            raise BadRequest(f"{name} is empty; the values are {', '.join(words) or 'those of the column ' + column}")
        return Clause(f"{column} IN ({', '.join('?' * len(asked))})", asked)

    return condition


def _listed(table: str, fold: Callable[[str], str]) -> Any:
    def condition(name: str, values: list[str]) -> Clause:
        asked = [fold(value) for value in _split(values)]
        if not asked:
            raise BadRequest(f"{name} is empty")
        marks = ", ".join("?" * len(asked))
        return Clause(f"newest IN (SELECT newest FROM {table} WHERE folded IN ({marks}))", list(asked))

    return condition


def _any_of(column: str, words: tuple[str, ...], fold: Callable[[str], str], always: tuple[str, ...] = ()) -> Any:
    """Return a condition on a list: it holds any of the values asked for, or any of those that suit everybody."""

    def condition(name: str, values: list[str]) -> Clause:
        asked = [fold(value) for value in _split(values)]
        if unknown := [value for value in asked if words and value not in words]:
            raise BadRequest(f"{name}={unknown[0]} is not allowed; the values are {', '.join(words)}")
        if not asked:
            raise BadRequest(f"{name} is empty; the values are {', '.join(words) or 'those of the column ' + column}")
        asked += always
        return Clause(f"list_has_any({column}, [{', '.join('?' * len(asked))}])", asked)

    return condition


def _stale(name: str, values: list[str]) -> Clause:
    wanted = {"true": "", "yes": "", "1": "", "false": "NOT ", "no": "NOT ", "0": "NOT "}.get(values[-1].lower())
    if wanted is None:
        raise BadRequest(f"{name}={values[-1]} is not allowed; the values are true, false")
    return Clause(f"{wanted}list_has_any(warnings, [{', '.join('?' * len(STALE))}])", list(STALE))


def _country_or_anywhere(value: str) -> str:
    return ANYWHERE if value.lower() == ANYWHERE else value.upper()


def _number(sql: str, bound: Callable[[float], float] = float) -> Any:
    def condition(name: str, values: list[str]) -> Clause:
        try:
            number = float(values[-1])
        except ValueError:
            raise BadRequest(f"{name}={values[-1]} is not a number") from None
        if not 0 <= number < 1e9:
            raise BadRequest(f"{name}={values[-1]} is out of range; choose a number from 0 to a billion")
        return Clause(sql, [bound(number)])

    return condition


def _day(sql: str) -> Any:
    def condition(name: str, values: list[str]) -> Clause:
        try:
            return Clause(sql, [date.fromisoformat(values[-1])])
        except ValueError:
            raise BadRequest(f"{name}={values[-1]} is not a date; write it as 2026-11-23") from None

    return condition


def _search(name: str, values: list[str]) -> Clause:
    words = " ".join(values).split()[:12]
    if not words:
        return Clause("true", [])
    return Clause(" AND ".join(["contains(haystack, fold(?))"] * len(words)), [word[:100] for word in words])


_PAID: dict[str, tuple[str, ...]] = {
    "true": (PayStatus.PAID,),
    "yes": (PayStatus.PAID,),
    "1": (PayStatus.PAID,),
    "false": (PayStatus.UNPAID, PayStatus.ACADEMIC_CREDIT),
}
_PAID |= {"no": _PAID["false"], "0": _PAID["false"]}
SORTS = {
    "newest": ("newest", "the newest first"),
    "deadline": ("by_deadline", "the next deadline first"),
    "pay": ("by_pay", "the best pay an hour first, currency by currency, the commonest currency first"),
    "shortest": ("by_weeks", "the shortest first"),
}

PARAMETERS: dict[str, Parameter] = {
    "q": Parameter(
        "Words that must all occur in title, employer, place or skills; small datasets also search the description.",
        _search,
        aliases=("text",),
    ),
    "kind": Parameter("The kind of listing.", _among("kind", tuple(Kind)), tuple(Kind)),
    "remote": Parameter("Where the work is done.", _among("remote_status", tuple(RemoteStatus)), tuple(RemoteStatus)),
    "paid": Parameter(
        "The pay status; true means paid, false means unpaid or for academic credit.",
        _among("pay_status", tuple(PayStatus), _PAID),
        (*PayStatus, "true", "false"),
    ),
    "currency": Parameter("The currency of the pay, ISO 4217.", _among("pay_currency", ())),
    "pay_hourly_min": Parameter(
        "Minimum pay an hour, in the listing's currency; listings without known pay an hour do not match.",
        _number("coalesce(pay_hourly_min, pay_hourly_max) >= ?"),
        type="number",
    ),
    "weeks_max": Parameter(
        "Maximum number of weeks, with three months counted as 12; listings without a known duration do not match.",
        _number("coalesce(duration_weeks_max, duration_weeks_min) <= ?", weeks_at_most),
        type="number",
    ),
    "hours_per_week_max": Parameter(
        "Maximum number of hours a week; listings without known hours do not match.",
        _number("coalesce(hours_per_week_max, hours_per_week_min) <= ?"),
        type="number",
    ),
    "country": Parameter("The country of any place of work, ISO 3166-1 alpha-2.", _listed("country", str.upper)),
    "eligible": Parameter(
        "The country from which the job may be done, ISO 3166-1 alpha-2; what may be done from anywhere matches.",
        _any_of("eligible_countries", (), _country_or_anywhere, (ANYWHERE,)),
    ),
    "skill": Parameter("A skill that the listing names.", _listed("skill", str.lower)),
    "source": Parameter("The kind of board from which the listing was read.", _among("source", ())),
    "language": Parameter("The language of the text, ISO 639-1.", _among("language", ())),
    "occupation": Parameter(
        "The field of work.", _among("occupation_group", tuple(OccupationGroup)), tuple(OccupationGroup)
    ),
    "study_level": Parameter(
        "A level of study that the posting asks for.",
        _any_of("study_level", tuple(StudyLevel), str.lower),
        tuple(StudyLevel),
    ),
    "work_permit": Parameter(
        "What the posting says of visas and permits to work.",
        _among("work_permit", tuple(WorkPermit)),
        tuple(WorkPermit),
    ),
    "start_from": Parameter(
        "Can start on this day or later; listings without a known start do not match.",
        _day("coalesce(start_date_latest, start_date) >= ?"),
        type="date",
    ),
    "start_to": Parameter(
        "Can start on this day or earlier; listings without a known start do not match.",
        _day("coalesce(start_date, start_date_latest) <= ?"),
        type="date",
    ),
    "stale": Parameter(
        f"Whether the listing is out of date ({' or '.join(STALE)}); false leaves such listings out.",
        _stale,
        ("true", "false"),
    ),
    "posted_since": Parameter("Posted on this day or later.", _day("date_posted >= ?"), type="date"),
    "deadline_after": Parameter("The deadline is after this day.", _day("valid_through > ?"), type="date"),
    "status": Parameter("The status of the listing (default: open).", _among("status", tuple(Status)), tuple(Status)),
    "sort": Parameter(
        "; ".join(f"{name}: {meaning}" for name, (_, meaning) in SORTS.items()) + ".", words=tuple(SORTS)
    ),
    "limit": Parameter(f"Listings per page, at most {LARGEST_PAGE} (default: {PAGE}).", type="integer"),
    "cursor": Parameter("The start of the page: next_cursor from the previous page."),
}
_ALIASES = {alias: name for name, parameter in PARAMETERS.items() for alias in parameter.aliases}
_COLUMNS = {
    "remote_status": "remote",
    "pay_status": "paid",
    "pay_currency": "currency",
    "duration_weeks_max": "weeks_max",
    "skills": "skill",
    "warnings": "stale",
    "occupation_group": "occupation",
    "eligible_countries": "eligible",
    "start_date": "start_from",
    "start_date_latest": "start_from",
    "valid_through": "deadline_after",
    "date_posted": "posted_since",
}
"""The parameter that filters by a column of the dataset with another name; people who know the columns try these."""
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|mc_[ce]id|_g[al]|gad_\w+|[gw]braid|srsltid|igshid|igsh|li_fat_id|ref|ref_src"
    r"|(?:fb|g|dc|tw|tt|y|ym)clid|msclkid|rdt_cid|sccid|oly_(?:anon|enc)_id|mkt_tok",
    re.IGNORECASE,
)


class Query(NamedTuple):
    """A parsed request for listings."""

    clauses: dict[str, Clause]
    sort: str = "newest"
    limit: int = PAGE
    after: str | None = None

    def where(self, without: str | None = None) -> Clause:
        """Return the conditions as one clause, leaving one parameter out on request.

        >>> parse([("kind", "internship"), ("weeks_max", "8")]).where(without="kind").sql
        '(status IN (?)) AND (coalesce(duration_weeks_max, duration_weeks_min) <= ?)'
        """
        kept = [clause for name, clause in self.clauses.items() if name != without]
        return Clause(
            " AND ".join(f"({clause.sql})" for clause in kept) or "true",
            [value for clause in kept for value in clause.values],
        )


def is_tracking(name: str) -> bool:
    """Return whether a parameter is one that social networks, newsletters and advertisers append to shared links.

    >>> is_tracking("utm_source"), is_tracking("fbclid"), is_tracking("colour")
    (True, True, False)
    """
    return _TRACKING.fullmatch(name) is not None


def _nearest(name: str) -> str:
    """Return the known parameter that an unknown name most likely means; empty if there is none.

    >>> _nearest("Remote_Status"), _nearest("contry"), _nearest("colour")
    ('remote', 'country', '')
    """
    folded = name.lower()
    close = difflib.get_close_matches(folded, [*PARAMETERS, *_ALIASES], n=1, cutoff=0.75)
    return _COLUMNS.get(folded) or next((_ALIASES.get(match, match) for match in close), "")


def parse(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the query that the parameters of a query string state; parameters of trackers are ignored.

    Raises:
        BadRequest: a parameter is unknown or its value is not allowed; the message lists the known ones.

    >>> parse([("remote", "remote,hybrid"), ("limit", "10"), ("utm_source", "newsletter")]).limit
    10
    >>> parse([("colour", "red")])
    Traceback (most recent call last):
    pipeline.products.serve.query.BadRequest: unknown parameter colour; the parameters are q, kind, remote, paid, \
currency, pay_hourly_min, weeks_max, hours_per_week_max, country, eligible, skill, source, language, occupation, \
study_level, work_permit, start_from, start_to, stale, posted_since, deadline_after, status, sort, limit, cursor
    """
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        name = _ALIASES.get(name, name)
        if name not in PARAMETERS:
            if is_tracking(name):
                continue
            nearest = f"the nearest is {known}; " if (known := _nearest(name)) else ""
            raise BadRequest(f"unknown parameter {name}; {nearest}the parameters are {', '.join(PARAMETERS)}")
        asked.setdefault(name, []).append(value)
    clauses = {"status": Clause("status IN (?)", [Status.OPEN])}
    for name, values in asked.items():
        if condition := PARAMETERS[name].condition:
            clauses[name] = condition(name, values)
    sort = asked.get("sort", ["newest"])[-1]
    if sort not in SORTS:
        raise BadRequest(f"sort={sort} is not known; it may be {', '.join(SORTS)}")
    limit = asked.get("limit", [str(PAGE)])[-1]
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= LARGEST_PAGE):
        raise BadRequest(f"limit={limit} is not a number from 1 to {LARGEST_PAGE}")
    after = None
    if "cursor" in asked:
        cursor_sort, after = _read_cursor(asked["cursor"][-1])
        if cursor_sort != sort:
            raise BadRequest(f"the cursor was made for sort={cursor_sort}; keep the sort while paging")
    return Query(clauses, sort, int(limit), after)


def cursor(sort: str, listing_id: str) -> str:
    """Return the opaque cursor at which the next page begins.

    >>> _read_cursor(cursor("pay", "00ff"))
    ('pay', '00ff')
    """
    return base64.urlsafe_b64encode(f"{sort}:{listing_id}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[str, str]:
    try:
        sort, _, listing_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        sort, listing_id = "", ""
    if sort not in SORTS or not listing_id:
        raise BadRequest("invalid cursor; use next_cursor from the previous page")
    return sort, listing_id
