"""The columns of the dataset, declared once.

Each column is a key of `Listing`, with its type, its meaning and its unit or its values. The Arrow schema, the data
dictionary, ``internfeed extract`` and the descriptors next to each snapshot are made from `COLUMNS`. Names are
schema.org JobPosting's, in snake case, wherever it has one.
"""

import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple, TypedDict, TypeVar, cast, get_args

from normalize.vocabulary import (
    Basis,
    ClosedReason,
    DurationUnit,
    HourlyBasis,
    Kind,
    OccupationGroup,
    PayPeriod,
    PayStatus,
    Redistribution,
    RemoteStatus,
    Scope,
    Status,
    StudyLevel,
    TimeCommitment,
    WarningSign,
    WorkPermit,
)


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


class PlaceRecord(TypedDict):
    """A place of work; each part is None where the board does not state it."""

    text: str | None
    city: str | None
    region: str | None
    country: str | None


PLACE_FIELDS = tuple(PlaceRecord.__annotations__)


# A column: its name, then its type, its meaning and, where it has them, its unit or the enumeration of its values.
# A value that may be None is null where the posting does not state it.
# fmt: off


class IdentityColumns(TypedDict):
    """Which posting it is, and where."""

    listing_id: Annotated[str, "Stable identifier: the start of the SHA-256 of source, board and posting id."]
    canonical_id: Annotated[str | None, "The listing_id that stands for this vacancy across boards; its own where no duplicate is known."]
    source: Annotated[str, "The kind of board the posting was read from."]
    board: Annotated[str, "The board within its source, as the registry names it."]
    posting_id: Annotated[str, "The board's own identifier of the posting."]
    url: Annotated[str, "The posting's page."]
    apply_url: Annotated[str | None, "Where to apply, if that is another page."]


class TextColumns(TypedDict):
    """What the posting says, and what kind of posting it is."""

    title: Annotated[str, "The title as the board shows it."]
    hiring_organization: Annotated[str | None, "The employer as the board names it."]
    description_text: Annotated[str | None, "The description as plain text, contact data masked; evidence columns quote it."]
    description_html: Annotated[str | None, "The description reduced to safe tags; null where the board sent plain text."]
    language: Annotated[str | None, "The language of the text.", "ISO 639-1"]
    kind: Annotated[str, "Micro-internship (1 to 12 weeks, or a project of stated hours or a fixed fee), longer internship, ongoing job for beginners, or other.", Kind]
    kind_reasons: Annotated[list[str], "Why the kind was chosen, each reason a short phrase with the words it rests on."]
    department: Annotated[str | None, "The department or category that the board states."]
    employment_type: Annotated[str | None, "The board's own word for the type of employment."]
    time_commitment: Annotated[str, "Full-time or part-time, where stated.", TimeCommitment]
    scope: Annotated[str, "A one-off project with a deliverable, or a role.", Scope]
    skills: Annotated[list[str], "Skills the text names, by their usual name."]
    study_level: Annotated[list[str], "Levels of study that the posting asks for, the lowest first.", StudyLevel]
    work_permit: Annotated[str, "Whether a visa is sponsored, is not, or a permit to work is asked for.", WorkPermit]
    warnings: Annotated[list[str], "Signs of a scam, or that an open listing is out of date: over_after has passed, or it was posted more than 365 days ago (a setting) on a board of which a tenth of the listings are that old; no listing is dropped for them.", WarningSign]


class OccupationColumns(TypedDict):
    """The field of work."""

    occupation_group: Annotated[str, "The field of work, by the board's department, the title, or the words beside the first words for the job; unknown where none of them names one.", OccupationGroup]
    occupation_code: Annotated[str | None, "The code of that field in ISCO-08.", "ISCO-08"]
    occupation_text: Annotated[str | None, "The words it was read from."]
    occupation_basis: Annotated[str | None, "Where it was stated.", Basis]


class DurationColumns(TypedDict):
    """How long the job lasts."""

    duration_weeks_min: Annotated[float | None, "Shortest stated length; a month is 4.348 weeks.", "weeks"]
    duration_weeks_max: Annotated[float | None, "Longest stated length; three months (up to 13.1 weeks) count as 12, for the kind and in filters for at most 12 weeks.", "weeks"]
    duration_min: Annotated[float | None, "Shortest length in the posting's own unit.", "duration_unit"]
    duration_max: Annotated[float | None, "Longest length in the posting's own unit.", "duration_unit"]
    duration_unit: Annotated[str | None, "The unit the posting uses.", DurationUnit]
    duration_text: Annotated[str | None, "The words the length was read from."]
    duration_basis: Annotated[str | None, "Where it was stated; derived: counted from a start and an end date.", Basis]


class HoursColumns(TypedDict):
    """How many hours the job takes."""

    hours_per_week_min: Annotated[float | None, "Fewest hours a week.", "hours per week"]
    hours_per_week_max: Annotated[float | None, "Most hours a week.", "hours per week"]
    hours_total_min: Annotated[float | None, "Fewest hours in all.", "hours"]
    hours_total_max: Annotated[float | None, "Most hours in all.", "hours"]
    hours_text: Annotated[str | None, "The words the hours were read from."]
    hours_basis: Annotated[str | None, "Where the hours were stated.", Basis]


class PeriodColumns(TypedDict):
    """When the job starts and ends."""

    start_date: Annotated[date | None, "First day, where it can be dated; of a window in which it may start, the first day of that."]
    start_date_latest: Annotated[date | None, "Last day on which it may start, where the text states a window or a latest day."]
    end_date: Annotated[date | None, "Last day, where it can be dated."]
    dates_text: Annotated[str | None, "The words start and end were read from."]
    dates_basis: Annotated[str | None, "Where start and end were stated.", Basis]
    season: Annotated[str | None, "The term as stated: a season and a year, such as summer 2027; a year that is not stated is that in the board's name, or that of the first such season after the day of posting."]
    over_after: Annotated[date | None, "The day after which the job is over, where the posting dates it: the end date, else the start and the longest stated length, the last day to start, or the end of the season."]


class PayColumns(TypedDict):
    """What the job pays."""

    pay_status: Annotated[str, "Unpaid and academic_credit are statements; silence is unknown.", PayStatus]
    pay_min: Annotated[float | None, "Lowest amount stated; null with an amount that is only a ceiling.", "pay_currency per pay_period"]
    pay_max: Annotated[float | None, "Highest amount stated; null with an amount that is only a floor.", "pay_currency per pay_period"]
    pay_currency: Annotated[str | None, "The currency, by sign, words or place.", "ISO 4217"]
    pay_period: Annotated[str | None, "The period as written; total is a fixed fee, stipend or lump sum, unit is pay per task; null where none is written.", PayPeriod]
    pay_text: Annotated[str | None, "The words the pay was read from."]
    pay_basis: Annotated[str | None, "Where it was stated.", Basis]


class HourlyPayColumns(TypedDict):
    """What the job pays an hour."""

    pay_hourly_min: Annotated[float | None, "Lowest pay an hour, only where it follows exactly.", "pay_currency per hour"]
    pay_hourly_max: Annotated[float | None, "Highest pay an hour, only where it follows exactly.", "pay_currency per hour"]
    pay_hourly_basis: Annotated[str | None, "How it follows: stated by the hour; a total over stated total hours; a sum by the week or two weeks over stated weekly hours; a monthly sum over stated hours a month; a total over stated weeks and weekly hours.", HourlyBasis]


class WorkplaceColumns(TypedDict):
    """Where the work is done."""

    remote_status: Annotated[str, "Where the work is done.", RemoteStatus]
    remote_text: Annotated[str | None, "The words it was read from."]
    remote_basis: Annotated[str | None, "Where it was stated.", Basis]
    onsite_days_min: Annotated[float | None, "Fewest days a week on site.", "days per week"]
    onsite_days_max: Annotated[float | None, "Most days a week on site.", "days per week"]


class ApplicantColumns(TypedDict):
    """Where an applicant must live."""

    applicant_location_requirements: Annotated[list[str], "Where an applicant must live: country codes, or the posting's words.", "ISO 3166-1 alpha-2"]
    eligible_countries: Annotated[list[str] | None, "The countries from which the job may be done: those of the places of work, or, for remote work, those where an applicant must live, regions as all their countries; `anywhere` alone where the posting says so; null where it does not say.", "ISO 3166-1 alpha-2"]


class PlaceColumns(TypedDict):
    """The places of work."""

    locations: Annotated[list[PlaceRecord], "Every place of work: the board's words, city, region, ISO country."]
    city: Annotated[str | None, "City of the first place."]
    region: Annotated[str | None, "State, province or region of the first place."]
    country: Annotated[str | None, "Country of the first place.", "ISO 3166-1 alpha-2"]


class DateColumns(TypedDict):
    """When the posting was published, read, changed and closed."""

    date_posted: Annotated[date | None, "The day the board says it was posted."]
    valid_through: Annotated[date | None, "The last day to apply."]
    first_seen: Annotated[datetime | None, "When a run first read the posting.", "UTC"]
    last_seen: Annotated[datetime | None, "When a run last read the posting from a changed answer.", "UTC"]
    updated_at: Annotated[datetime | None, "When its content last changed.", "UTC"]
    closed_at: Annotated[datetime | None, "When it closed.", "UTC"]
    closed_reason: Annotated[str | None, "Why it closed.", ClosedReason]
    status: Annotated[str, "Open or closed.", Status]


class RightsColumns(TypedDict):
    """How the listing may be redistributed."""

    redistribution: Annotated[str | None, "Whether the source's terms let the listing enter a feed.", Redistribution]
    attribution: Annotated[str | None, "The credit the source asks for."]


class ProvenanceColumns(TypedDict):
    """What made the listing."""

    run_id: Annotated[str | None, "The run that last read the posting from a changed answer."]
    normalizer_version: Annotated[str, "The version of the extractors that read it."]
    content_hash: Annotated[str, "Hash of the posting's words, without fetch time, relative dates and update stamps."]

# fmt: on


class Listing(
    IdentityColumns,
    TextColumns,
    OccupationColumns,
    DurationColumns,
    HoursColumns,
    PeriodColumns,
    PayColumns,
    HourlyPayColumns,
    WorkplaceColumns,
    ApplicantColumns,
    PlaceColumns,
    DateColumns,
    RightsColumns,
    ProvenanceColumns,
):
    """A row of the dataset: a value for every column, in the order of `COLUMNS`."""


_GROUPS = {
    "identity": (IdentityColumns,),
    "what": (TextColumns, OccupationColumns),
    "duration": (DurationColumns, HoursColumns, PeriodColumns),
    "pay": (PayColumns, HourlyPayColumns),
    "remote": (WorkplaceColumns, ApplicantColumns),
    "where": (PlaceColumns,),
    "when": (DateColumns,),
    "rights": (RightsColumns,),
    "made by": (ProvenanceColumns,),
}
_TYPES: dict[Any, str] = {
    str: "string",
    float: "float",
    date: "date",
    datetime: "instant",
    list[str]: "list<string>",
    list[PlaceRecord]: "list<place>",
}


def _row(name: str, declared: Any) -> tuple[Any, ...]:
    """Return a row for `declare`, made from the annotation of a column."""
    description, *more = declared.__metadata__
    type_ = declared.__origin__
    if isinstance(type_, types.UnionType):
        type_ = next(part for part in get_args(type_) if part is not types.NoneType)
    unit = more[0] if more and isinstance(more[0], str) else None
    return name, _TYPES[type_], description, unit, () if unit else tuple(*more)


COLUMNS = declare({
    group: [_row(name, declared) for table in tables for name, declared in table.__annotations__.items()]
    for group, tables in _GROUPS.items()
})  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)

_Table = TypeVar("_Table")


MICRO_WEEKS = 12.0
"""The longest micro-internship, in weeks as they are counted."""
THREE_MONTHS = 13.1
"""Weeks up to which a length counts as 12 weeks: three months, with what rounding adds."""


def weeks_at_most(weeks: float) -> float:
    """Return the greatest length in weeks that passes a filter for at most so many; three months count as 12 weeks.

    >>> weeks_at_most(8), weeks_at_most(12), weeks_at_most(26)
    (8, 13.1, 26)
    """
    return max(weeks, THREE_MONTHS) if weeks >= MICRO_WEEKS else weeks


def nulls(table: type[_Table]) -> _Table:
    """Return a null for every column of a part of a listing.

    >>> nulls(HourlyPayColumns)
    {'pay_hourly_min': None, 'pay_hourly_max': None, 'pay_hourly_basis': None}
    """
    return cast(_Table, dict.fromkeys(table.__annotations__))
