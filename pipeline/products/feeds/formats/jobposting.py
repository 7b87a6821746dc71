"""jobposting.ndjson: one schema.org JobPosting per line, by the rules that Google publishes for job pages.

Boards can embed these objects in their own pages. ``TELECOMMUTE`` marks fully remote work only. There is no
``baseSalary`` for unpaid work. A fixed fee is a ``baseSalary`` without ``unitText``, because its five units are periods
and Google only recommends one. Pay per task, per two weeks or per semester is left out: without its unit it would look
like a fixed fee.
"""

from __future__ import annotations

from typing import Any

import orjson

from normalize.vocabulary import PayPeriod, PayStatus, RemoteStatus, TimeCommitment
from pipeline.products.feeds.formats.base import Format
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.values import number

PERIODS = frozenset({"hour", "day", "week", "month", "year"})
COMMITMENTS: dict[str | None, str] = {TimeCommitment.PART_TIME: "PART_TIME", TimeCommitment.FULL_TIME: "FULL_TIME"}
_DESIGNATORS = {"hour": ("PT", "H"), "day": ("P", "D"), "week": ("P", "W"), "month": ("P", "M"), "year": ("P", "Y")}


def job_posting(entry: Entry) -> dict[str, Any]:
    """Return the schema.org JobPosting of an entry."""
    posting: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": entry.title,
        "description": entry.html,
        "datePosted": entry.date_posted,
        "hiringOrganization": {"@type": "Organization", "name": entry.hiring_organization},
        "identifier": {"@type": "PropertyValue", "name": "internfeed", "value": entry.listing_id},
        "url": entry.url,
        "employmentType": ["INTERN"],
    }
    if entry.time_commitment in COMMITMENTS:
        posting["employmentType"].append(COMMITMENTS[entry.time_commitment])
    if entry.is_located:
        posting["jobLocation"] = [_place(place.city, place.region, place.country) for place in entry.places]
    if entry.remote_status == RemoteStatus.REMOTE:
        posting["jobLocationType"] = "TELECOMMUTE"
        if entry.applicant_countries:
            posting["applicantLocationRequirements"] = [
                {"@type": "Country", "name": country} for country in entry.applicant_countries
            ]
    if entry.valid_through:
        posting["validThrough"] = entry.valid_through
    if entry.start_date:
        posting["jobStartDate"] = entry.start_date
    if duration := _lasts(entry):
        posting["jobDuration"] = duration
    if salary := _base_salary(entry):
        posting["baseSalary"] = salary
    if entry.hours_text:
        posting["workHours"] = entry.hours_text
    if entry.skills:
        posting["skills"] = entry.skills
    if entry.attribution:
        posting["subjectOf"] = {"@type": "CreativeWork", "creditText": entry.attribution}
    return posting


def job_duration(low: float | None, high: float | None, unit: str | None) -> str | dict[str, Any] | None:
    """Return a length as an ISO 8601 duration, a range as a QuantitativeValue, or None.

    >>> job_duration(12.0, 12.0, "week"), job_duration(40.0, 40.0, "hour")
    ('P12W', 'PT40H')
    >>> job_duration(3.0, 6.0, "month")
    {'@type': 'QuantitativeValue', 'minValue': 3.0, 'maxValue': 6.0, 'unitText': 'MONTH'}
    """
    if unit not in _DESIGNATORS or (low is None and high is None):
        return None
    if low == high:
        before, after = _DESIGNATORS[unit]
        return f"{before}{number(low)}{after}"
    return {"@type": "QuantitativeValue", **_bounds(low, high), "unitText": unit.upper()}


def _lasts(entry: Entry) -> str | dict[str, Any] | None:
    if entry.duration_unit is not None:
        return job_duration(entry.duration_min, entry.duration_max, entry.duration_unit)
    # A duration computed from the first and the last day has no unit; its weeks are a seventh of its days.
    low, high = (weeks and float(round(weeks * 7)) for weeks in (entry.duration_weeks_min, entry.duration_weeks_max))
    return job_duration(low, high, "day")


def _place(city: str | None, region: str | None, country: str) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressLocality": city, "addressRegion": region, "addressCountry": country}
    return {"@type": "Place", "address": {key: value for key, value in address.items() if value}}


def _base_salary(entry: Entry) -> dict[str, Any] | None:
    if entry.pay_status != PayStatus.PAID or not entry.pay_currency:
        return None
    if entry.pay_period in PERIODS:
        unit = {"unitText": entry.pay_period.upper()}
    elif entry.pay_period == PayPeriod.TOTAL:
        unit = {}
    else:
        return None
    if entry.pay_min is None and entry.pay_max is None:
        return None
    amount = {"value": entry.pay_min} if entry.pay_min == entry.pay_max else _bounds(entry.pay_min, entry.pay_max)
    return {
        "@type": "MonetaryAmount",
        "currency": entry.pay_currency,
        "value": {"@type": "QuantitativeValue", **amount, **unit},
    }


def _bounds(low: float | None, high: float | None) -> dict[str, float]:
    return {key: value for key, value in (("minValue", low), ("maxValue", high)) if value is not None}


def line(entry: Entry) -> bytes:
    """Return the JobPosting of an entry as one line of JSON, without a line break at its end.

    Separators that some readers take for a line break are escaped.
    """
    text = orjson.dumps(job_posting(entry))
    for separator, escape in _SEPARATORS:
        if separator[-1:] in text:  # searching for one byte is many times faster than for two or three
            text = text.replace(separator, escape)
    return text


_SEPARATORS = [(chr(code).encode(), b"\\u%04x" % code) for code in (0x2028, 0x2029, 0x85)]

JOBPOSTING = Format("jobposting", ".ndjson", lambda header: b"", lambda entry: line(entry) + b"\n", lambda header: b"")
