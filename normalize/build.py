"""The listing of a posting, put together from all extractors; the only module that imports them all."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache

from normalize import version
from normalize.columns import (
    DurationColumns,
    HourlyPayColumns,
    HoursColumns,
    Listing,
    OccupationColumns,
    PayColumns,
    PeriodColumns,
    WorkplaceColumns,
    nulls,
)
from normalize.kind import Facts, parse_kind
from normalize.occupation import Occupation, parse_occupation
from normalize.pay.choose import Hourly, Pay, hourly, parse_pay
from normalize.place.eligible import eligible_countries, says_work_anywhere
from normalize.place.location import LIVE_HITS, parse_applicant_places, parse_places
from normalize.place.workplace import Remote, parse_remote
from normalize.posting import RawPosting, listing_id
from normalize.red_flags import parse_warnings
from normalize.requirements import parse_study_level, parse_work_permit
from normalize.schedule.deadline import parse_deadline
from normalize.schedule.duration import Duration, parse_duration
from normalize.schedule.hours import Hours, parse_hours
from normalize.schedule.over import parse_over_after
from normalize.schedule.period import Period, day_first_of, parse_period
from normalize.schedule.posted import parse_posted
from normalize.schedule.season import dated_season
from normalize.skills import parse_skills
from normalize.text.contacts import has_contact, masked, masked_words
from normalize.text.html import field_words, one_line, printable, read_markup
from normalize.text.language import parse_language, reading_languages, stated_language
from normalize.text.scanner import Text, scan

_LONGEST = 200_000  # characters of a description that are read; no posting is longer
_EMPTY = scan("")
_NO_DAYS = Period(None, None, None, None, "", "description")
_DAY_FIRST_LANGUAGES = frozenset({"de", "fr", "es", "it", "nl", "pt"})


@lru_cache(maxsize=20_000)
def _scanned(text: str) -> Text:
    """Return a scanned text; short fields repeat from posting to posting."""
    return scan(text)


def _field(text: str | None) -> Text | None:
    return _scanned(field_words(text)) if text and len(text) < 20_000 else None


def normalize(posting: RawPosting, today: date) -> Listing:
    """Return the listing of a posting: every column of `normalize.columns.COLUMNS`, in order.

    The columns that a run adds (`canonical_id`, the instants, `run_id`, the rights) are None.

    Args:
        posting: the board's words; any field may be missing.
        today: the day it was fetched, for words such as "3 days ago" and dates without a year.

    >>> posting = RawPosting(title="Intern", description="10-week remote project, 8-10 hrs/week, $600 stipend")
    >>> listing = normalize(posting, date(2026, 11, 23))
    >>> names = "duration_weeks_min", "remote_status", "pay_min", "pay_period", "hours_per_week_max"
    >>> [listing[name] for name in names]
    [10.0, 'remote', 600.0, 'total', 10.0]
    """
    title = _scanned(one_line(posting.title))
    markup = read_markup((posting.description or "")[:_LONGEST])
    description = scan(markup.text)
    employment_type = _field(posting.employment_type) or _EMPTY
    where = field_words(posting.location) if posting.location else None
    location = _scanned(where) if where and len(where) < 20_000 else None

    places = parse_places(masked_words(where[:20_000]) if where else None)
    country = next((place.country for place in places if place.country), None)
    language = _language(posting.language, description)
    day_first = day_first_of(country)
    if day_first is None and language in _DAY_FIRST_LANGUAGES:
        day_first = True

    remote = parse_remote(_field(posting.remote), location, title, description, reading_languages(language))
    pay = parse_pay(_field(posting.pay), title, description, country)
    length = _field(posting.duration)
    duration = parse_duration(length, title, description, reading_languages(language))
    hours = parse_hours(
        _field(" | ".join(filter(None, (posting.duration, posting.employment_type)))),
        title,
        description,
        reading_languages(language),
    )
    start = field_words(posting.start) if posting.start else None
    deadline = parse_deadline(posting.valid_through, description, today, day_first)
    period = parse_period(start, title, description, today, day_first, deadline.day if deadline else None)
    if length is not None and (duration is None or duration.basis != "field" or "20" in length.raw):  # it may hold days
        days = parse_period(None, length, _EMPTY, today, day_first)
        if days is not None:
            season = (period.season if period else None) or days.season
            if days.weeks is not None and duration is not None and duration.basis != "field":
                duration = None
            if days.weeks is not None or period is None or not period.text:
                period = days._replace(basis="field")
            period = period._replace(season=season)
    if duration is None and period is not None and period.weeks is not None:
        duration = Duration(period.weeks, period.weeks, None, None, "", period.text, "derived")
    posted = parse_posted(posting.date_posted, today, day_first)
    term = _field(posting.start)
    if (period is None or period.season is None) and (
        dated := dated_season(term, title, posting.board, posted.day if posted else None)
    ):
        period = (period or _NO_DAYS)._replace(season=f"{dated[0]} {dated[1]}")
    kind = parse_kind(title, employment_type, description, Facts(duration, period, hours, pay))
    department = _field(posting.department)
    occupation = parse_occupation(department, title, description, reading_languages(language))
    by_hour = hourly(pay, hours, duration, description)
    is_remote = remote is not None and remote.status == "remote"
    evidence = tuple(
        result.text for result in (duration, hours, pay, remote, deadline, period) if result and result.text
    )
    text, html = markup
    if has_contact(description) or (html and "@" in html):  # a link may hold an address that the text does not
        text, html = masked(text, evidence), html and masked(html, evidence)
    first = places[0] if places else None
    conditions = markup.text[:6000] if description.hits(LIVE_HITS) else ""
    requirements = parse_applicant_places(where, is_remote, conditions)
    anywhere = is_remote and says_work_anywhere(where, description)
    skills = parse_skills(field_words(posting.skills) if posting.skills else None, description)
    if posting.skills:  # in a board's own words; the names read from a text come from the vocabulary
        skills = [masked_words(skill) for skill in skills]
    apply_url = printable(posting.apply_url) if posting.apply_url else ""
    employer = one_line(posting.hiring_organization) if posting.hiring_organization else ""

    return {
        "listing_id": listing_id(posting.source, posting.board, posting.posting_id),
        "canonical_id": None,
        "source": posting.source,
        "board": posting.board,
        "posting_id": printable(posting.posting_id),
        "url": printable(posting.url),
        "apply_url": apply_url if apply_url.startswith(("https://", "http://")) else None,  # mailto: is a contact
        "title": masked(title.raw, evidence) if has_contact(title) else title.raw,
        "hiring_organization": masked_words(employer) or None,
        "description_text": text or None,
        "description_html": html,
        "language": language,
        "kind": kind.kind,
        "kind_reasons": kind.reasons,
        "department": masked_words(" ".join(department.raw.split())) or None if department else None,
        "employment_type": " ".join(employment_type.raw.split()) or None,
        "time_commitment": kind.time_commitment,
        "scope": kind.scope,
        "skills": skills,
        "study_level": parse_study_level(title, description, _field(posting.education)),
        "work_permit": parse_work_permit(description, _field(posting.work_permit)),
        "warnings": parse_warnings(description, pay, kind.kind != "other"),
        **_occupation_columns(occupation),
        **_duration_columns(duration),
        **_hours_columns(hours),
        **_period_columns(period, parse_over_after(period, duration, (term, length))),
        **_pay_columns(pay),
        **_hourly_pay_columns(by_hour),
        **_workplace_columns(remote),
        "applicant_location_requirements": requirements,
        "eligible_countries": eligible_countries(remote.status if remote else None, requirements, places, anywhere),
        "locations": [
            {"text": place.text, "city": place.city, "region": place.region, "country": place.country}
            for place in places
        ],
        "city": first.city if first else None,
        "region": first.region if first else None,
        "country": country,
        "date_posted": posted.day if posted else None,
        "valid_through": deadline.day if deadline else None,
        "first_seen": None,
        "last_seen": None,
        "updated_at": None,
        "closed_at": None,
        "closed_reason": None,
        "status": "open",
        "redistribution": None,
        "attribution": None,
        "run_id": None,
        "normalizer_version": version.NORMALIZER_VERSION,
        "content_hash": content_hash(posting, relative=bool(posted and posted.relative)),
    }


def _occupation_columns(occupation: Occupation | None) -> OccupationColumns:
    if occupation is None:
        return {**nulls(OccupationColumns), "occupation_group": "unknown"}
    return {
        "occupation_group": occupation.group,
        "occupation_code": occupation.code,
        "occupation_text": occupation.text,
        "occupation_basis": occupation.basis,
    }


def _duration_columns(duration: Duration | None) -> DurationColumns:
    if duration is None:
        return nulls(DurationColumns)
    return {
        "duration_weeks_min": duration.weeks_min,
        "duration_weeks_max": duration.weeks_max,
        "duration_min": duration.min_value,
        "duration_max": duration.max_value,
        "duration_unit": duration.unit or None,
        "duration_text": duration.text,
        "duration_basis": duration.basis,
    }


def _hours_columns(hours: Hours | None) -> HoursColumns:
    if hours is None:
        return nulls(HoursColumns)
    return {
        "hours_per_week_min": hours.week_min,
        "hours_per_week_max": hours.week_max,
        "hours_total_min": hours.total_min,
        "hours_total_max": hours.total_max,
        "hours_text": hours.text,
        "hours_basis": hours.basis,
    }


def _period_columns(period: Period | None, over_after: date | None) -> PeriodColumns:
    if period is None:
        return nulls(PeriodColumns)
    return {
        "start_date": period.start,
        "start_date_latest": period.latest,
        "end_date": period.end,
        "dates_text": period.text or None,
        "dates_basis": period.basis if period.text else None,
        "season": period.season,
        "over_after": over_after,
    }


def _pay_columns(pay: Pay | None) -> PayColumns:
    if pay is None:
        return {**nulls(PayColumns), "pay_status": "unknown"}
    return {
        "pay_status": pay.status,
        "pay_min": pay.min,
        "pay_max": pay.max,
        "pay_currency": pay.currency,
        "pay_period": pay.period,
        "pay_text": pay.text,
        "pay_basis": pay.basis,
    }


def _hourly_pay_columns(by_hour: Hourly | None) -> HourlyPayColumns:
    if by_hour is None:
        return nulls(HourlyPayColumns)
    return {"pay_hourly_min": by_hour.min, "pay_hourly_max": by_hour.max, "pay_hourly_basis": by_hour.basis}


def _workplace_columns(remote: Remote | None) -> WorkplaceColumns:
    if remote is None:
        return {**nulls(WorkplaceColumns), "remote_status": "unknown"}
    return {
        "remote_status": remote.status,
        "remote_text": remote.text,
        "remote_basis": remote.basis,
        "onsite_days_min": remote.days_min,
        "onsite_days_max": remote.days_max,
    }


def _language(stated: str | None, description: Text) -> str | None:
    """Return the language of the text, or the one that the board states where the text is too short to tell."""
    return parse_language(description.norm) or (stated_language(stated) if stated else None)


def content_hash(posting: RawPosting, relative: bool = False) -> str:
    """Return the hash of a posting's words, without the time it was fetched and without a relative date.

    >>> content_hash(RawPosting(title="Intern", fetched_at="2026-11-23")) == content_hash(RawPosting(title="Intern"))
    True
    """
    left_out = ("fetched_at", "date_posted") if relative else ("fetched_at",)
    words = "".join([f"{name}\0{value}\0" for name, value in posting.to_dict().items() if name not in left_out])
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
