"""The columns of the dataset, declared once.

The Arrow schema, the data dictionary, ``internfeed extract`` and the descriptors beside each
snapshot are all made from `COLUMNS`. Names are schema.org JobPosting's, in snake case, wherever
it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from normalize.vocabulary import (
    Basis,
    ClosedReason,
    DurationUnit,
    HourlyBasis,
    Kind,
    PayPeriod,
    PayStatus,
    Redistribution,
    RemoteStatus,
    Scope,
    Status,
    TimeCommitment,
)

Listing = dict[str, Any]
"""A row of the dataset: every name of `COLUMNS`, in that order. ``None`` means the text does not say."""


PLACE_FIELDS = ("text", "city", "region", "country")


class Column(NamedTuple):
    """One column of a dataset.

    Attributes:
        type: string, float, int, bool, date, instant, list<string>, list<int> or list<place>.
        unit: the unit of a number, or the standard that a text follows.
        values: all values that the column may hold, where they are fixed.
    """

    name: str
    type: str
    description: str
    group: str
    unit: str | None = None
    values: tuple[str, ...] = ()


def declare(groups: Mapping[str, Iterable[tuple[Any, ...]]]) -> tuple[Column, ...]:
    """Return the columns of groups of rows: name, type, description and, where it has them, unit and values.

    >>> declare({"pay": [("pay_status", "string", "Whether pay is stated.", None, ("paid", "unpaid"))]})[0].values
    ('paid', 'unpaid')
    """
    return tuple(
        Column(name, type_, description, group, unit, tuple(values))
        for group, rows in groups.items()
        for name, type_, description, unit, values in (row + (None, ())[len(row) - 3 :] for row in rows)
    )


COLUMNS = declare({
    "identity": [
        ("listing_id", "string", "Stable identifier: the start of the SHA-256 of source, board and posting id."),
        ("canonical_id", "string", "The listing_id that stands for this vacancy across boards; its own where no duplicate is known."),
        ("source", "string", "The kind of board the posting was read from."),
        ("board", "string", "The board within its source, as the registry names it."),
        ("posting_id", "string", "The board's own identifier of the posting."),
        ("url", "string", "The posting's page."),
        ("apply_url", "string", "Where to apply, if that is another page."),
    ],
    "what": [
        ("title", "string", "The title as the board shows it."),
        ("hiring_organization", "string", "The employer as the board names it."),
        ("description_text", "string", "The description as plain text, contact data masked; evidence columns quote it."),
        ("description_html", "string", "The description reduced to safe tags; null where the board sent plain text."),
        ("language", "string", "The language of the text.", "ISO 639-1"),
        ("kind", "string", "Micro-internship (1 to 12 weeks, or a project of stated hours or a fixed fee), longer internship, ongoing job for beginners, or other.", None, Kind),
        ("kind_reasons", "list<string>", "Why the kind was chosen, each reason a short phrase with the words it rests on."),
        ("employment_type", "string", "The board's own word for the type of employment."),
        ("time_commitment", "string", "Full-time or part-time, where stated.", None, TimeCommitment),
        ("scope", "string", "A one-off project with a deliverable, or a role.", None, Scope),
        ("skills", "list<string>", "Skills the text names, by their usual name."),
        ("warnings", "list<string>", "Signs of a scam or of doubtful data, each a short phrase; a listing is never dropped for them."),
    ],
    "duration": [
        ("duration_weeks_min", "float", "Shortest stated length; a month is 4.348 weeks.", "weeks"),
        ("duration_weeks_max", "float", "Longest stated length.", "weeks"),
        ("duration_min", "float", "Shortest length in the posting's own unit.", "duration_unit"),
        ("duration_max", "float", "Longest length in the posting's own unit.", "duration_unit"),
        ("duration_unit", "string", "The unit the posting uses.", None, DurationUnit),
        ("duration_text", "string", "The words the length was read from."),
        ("duration_basis", "string", "Where it was stated; derived: counted from a start and an end date.", None, Basis),
        ("hours_per_week_min", "float", "Fewest hours a week.", "hours per week"),
        ("hours_per_week_max", "float", "Most hours a week.", "hours per week"),
        ("hours_total_min", "float", "Fewest hours in all.", "hours"),
        ("hours_total_max", "float", "Most hours in all.", "hours"),
        ("hours_text", "string", "The words the hours were read from."),
        ("hours_basis", "string", "Where the hours were stated.", None, Basis),
        ("start_date", "date", "First day, where it can be dated; of a window in which it may start, the first day of that."),
        ("start_date_latest", "date", "Last day on which it may start, where the text states a window or a latest day."),
        ("end_date", "date", "Last day, where it can be dated."),
        ("dates_text", "string", "The words start and end were read from."),
        ("dates_basis", "string", "Where start and end were stated.", None, Basis),
        ("season", "string", "The term as stated: a season and a year, such as summer 2027."),
    ],
    "pay": [
        ("pay_status", "string", "Unpaid and academic_credit are statements; silence is unknown.", None, PayStatus),
        ("pay_min", "float", "Lowest amount stated; null with an amount that is only a ceiling.", "pay_currency per pay_period"),
        ("pay_max", "float", "Highest amount stated; null with an amount that is only a floor.", "pay_currency per pay_period"),
        ("pay_currency", "string", "The currency, by sign, words or place.", "ISO 4217"),
        ("pay_period", "string", "The period as written; total is a fixed fee, stipend or lump sum, unit is pay per task; null where none is written.", None, PayPeriod),
        ("pay_text", "string", "The words the pay was read from."),
        ("pay_basis", "string", "Where it was stated.", None, Basis),
        ("pay_hourly_min", "float", "Lowest pay an hour, only where it follows exactly.", "pay_currency per hour"),
        ("pay_hourly_max", "float", "Highest pay an hour, only where it follows exactly.", "pay_currency per hour"),
        ("pay_hourly_basis", "string", "Stated by the hour, or a total over stated total hours, or a weekly sum over stated weekly hours.", None, HourlyBasis),
    ],
    "remote": [
        ("remote_status", "string", "Where the work is done.", None, RemoteStatus),
        ("remote_text", "string", "The words it was read from."),
        ("remote_basis", "string", "Where it was stated.", None, Basis),
        ("onsite_days_min", "float", "Fewest days a week on site.", "days per week"),
        ("onsite_days_max", "float", "Most days a week on site.", "days per week"),
        ("applicant_location_requirements", "list<string>", "Where an applicant must live: country codes, or the posting's words.", "ISO 3166-1 alpha-2"),
    ],
    "where": [
        ("locations", "list<place>", "Every place of work: the board's words, city, region, ISO country."),
        ("city", "string", "City of the first place."),
        ("region", "string", "State, province or region of the first place."),
        ("country", "string", "Country of the first place.", "ISO 3166-1 alpha-2"),
    ],
    "when": [
        ("date_posted", "date", "The day the board says it was posted."),
        ("valid_through", "date", "The last day to apply."),
        ("first_seen", "instant", "When a run first read the posting.", "UTC"),
        ("last_seen", "instant", "When a run last read the posting from a changed answer.", "UTC"),
        ("updated_at", "instant", "When its content last changed.", "UTC"),
        ("closed_at", "instant", "When it closed.", "UTC"),
        ("closed_reason", "string", "Why it closed.", None, ClosedReason),
        ("status", "string", "Open or closed.", None, Status),
    ],
    "rights": [
        ("redistribution", "string", "Whether the source's terms let the listing enter a feed.", None, Redistribution),
        ("attribution", "string", "The credit the source asks for."),
    ],
    "made by": [
        ("run_id", "string", "The run that last read the posting from a changed answer."),
        ("normalizer_version", "string", "The version of the extractors that read it."),
        ("content_hash", "string", "Hash of the posting's words, without fetch time, relative dates and update stamps."),
    ],
})  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
