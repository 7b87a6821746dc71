"""The columns of the dataset, declared once.

The Arrow schema, the data dictionary, ``internfeed extract`` and the descriptors beside each
snapshot are all made from `COLUMNS`. Names are schema.org JobPosting's, in snake case, wherever
it has one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Listing = dict[str, Any]
"""A row of the dataset: every name of `COLUMNS`, in that order. ``None`` means the text does not say."""


class Column(NamedTuple):
    """One column: its name, its type as a word, its unit or allowed words, one sentence."""

    name: str
    type: str  # string, float, date, instant, list<string>, list<place>
    unit: str  # unit of a number, allowed words of an enumeration separated by spaces, or ""
    description: str
    group: str


KINDS = ("micro_internship", "internship", "entry_level", "other", "unknown")
PAY_STATUSES = ("paid", "unpaid", "academic_credit", "unknown")
PAY_PERIODS = ("hour", "day", "week", "month", "year", "total", "unit")
REMOTE_STATUSES = ("remote", "hybrid", "onsite", "unknown")
BASES = ("field", "title", "description", "derived")
UNITS = ("hour", "day", "week", "month", "year", "semester")
STATUSES = ("open", "closed")
CLOSED_REASONS = (
    "closed_at_source",
    "deadline_passed",
    "left_scope",
    "board_gone",
    "unconfirmed",
)
PLACE_FIELDS = ("text", "city", "region", "country")

_BASIS = " ".join(BASES)


def _columns() -> tuple[Column, ...]:
    groups: dict[str, list[tuple[str, str, str, str]]] = {
        "identity": [
            ("listing_id", "string", "", "Stable identifier: the start of the SHA-256 of source, board and posting id."),
            ("canonical_id", "string", "", "The listing_id that stands for this vacancy across boards; its own where no duplicate is known."),
            ("source", "string", "", "The kind of board the posting was read from."),
            ("board", "string", "", "The board within its source, as the registry names it."),
            ("posting_id", "string", "", "The board's own identifier of the posting."),
            ("url", "string", "", "The posting's page."),
            ("apply_url", "string", "", "Where to apply, if that is another page."),
        ],
        "what": [
            ("title", "string", "", "The title as the board shows it."),
            ("hiring_organization", "string", "", "The employer as the board names it."),
            ("description_text", "string", "", "The description as plain text, contact data masked; evidence columns quote it."),
            ("description_html", "string", "", "The description reduced to safe tags; null where the board sent plain text."),
            ("language", "string", "ISO 639-1", "The language of the text."),
            ("kind", "string", " ".join(KINDS), "Micro-internship (1 to 12 weeks, or a project of stated hours or a fixed fee), longer internship, ongoing job for beginners, or other."),
            ("kind_reasons", "list<string>", "", "Why the kind was chosen, each reason a short phrase with the words it rests on."),
            ("employment_type", "string", "", "The board's own word for the type of employment."),
            ("time_commitment", "string", "full_time part_time unknown", "Full-time or part-time, where stated."),
            ("scope", "string", "project role unknown", "A one-off project with a deliverable, or a role."),
            ("skills", "list<string>", "", "Skills the text names, by their usual name."),
            ("warnings", "list<string>", "", "Signs of a scam or of doubtful data, each a short phrase; a listing is never dropped for them."),
        ],
        "duration": [
            ("duration_weeks_min", "float", "weeks", "Shortest stated length; a month is 4.348 weeks."),
            ("duration_weeks_max", "float", "weeks", "Longest stated length."),
            ("duration_min", "float", "duration_unit", "Shortest length in the posting's own unit."),
            ("duration_max", "float", "duration_unit", "Longest length in the posting's own unit."),
            ("duration_unit", "string", " ".join(UNITS), "The unit the posting uses."),
            ("duration_text", "string", "", "The words the length was read from."),
            ("duration_basis", "string", _BASIS, "Where it was stated; derived: counted from a start and an end date."),
            ("hours_per_week_min", "float", "hours per week", "Fewest hours a week."),
            ("hours_per_week_max", "float", "hours per week", "Most hours a week."),
            ("hours_total_min", "float", "hours", "Fewest hours in all."),
            ("hours_total_max", "float", "hours", "Most hours in all."),
            ("hours_text", "string", "", "The words the hours were read from."),
            ("hours_basis", "string", _BASIS, "Where the hours were stated."),
            ("start_date", "date", "", "First day, where it can be dated."),
            ("end_date", "date", "", "Last day, where it can be dated."),
            ("dates_text", "string", "", "The words start and end were read from."),
            ("dates_basis", "string", _BASIS, "Where start and end were stated."),
            ("season", "string", "", "The term as stated: a season and a year, such as summer 2027."),
        ],
        "pay": [
            ("pay_status", "string", " ".join(PAY_STATUSES), "Unpaid and academic_credit are statements; silence is unknown."),
            ("pay_min", "float", "pay_currency per pay_period", "Lowest amount stated; null with an amount that is only a ceiling."),
            ("pay_max", "float", "pay_currency per pay_period", "Highest amount stated; null with an amount that is only a floor."),
            ("pay_currency", "string", "ISO 4217", "The currency, by sign, words or place."),
            ("pay_period", "string", " ".join(PAY_PERIODS), "The period as written; total is a fixed fee, stipend or lump sum, unit is pay per task; null where none is written."),
            ("pay_text", "string", "", "The words the pay was read from."),
            ("pay_basis", "string", _BASIS, "Where it was stated."),
            ("pay_hourly_min", "float", "pay_currency per hour", "Lowest pay an hour, only where it follows exactly."),
            ("pay_hourly_max", "float", "pay_currency per hour", "Highest pay an hour, only where it follows exactly."),
            ("pay_hourly_basis", "string", "stated total_hours weekly_hours", "Stated by the hour, or a total over stated total hours, or a weekly sum over stated weekly hours."),
        ],
        "remote": [
            ("remote_status", "string", " ".join(REMOTE_STATUSES), "Where the work is done."),
            ("remote_text", "string", "", "The words it was read from."),
            ("remote_basis", "string", _BASIS, "Where it was stated."),
            ("onsite_days_min", "float", "days per week", "Fewest days a week on site."),
            ("onsite_days_max", "float", "days per week", "Most days a week on site."),
            ("applicant_location_requirements", "list<string>", "ISO 3166-1 alpha-2", "Where an applicant must live: country codes, or the posting's words."),
        ],
        "where": [
            ("locations", "list<place>", "", "Every place of work: the board's words, city, region, ISO country."),
            ("city", "string", "", "City of the first place."),
            ("region", "string", "", "State, province or region of the first place."),
            ("country", "string", "ISO 3166-1 alpha-2", "Country of the first place."),
        ],
        "when": [
            ("date_posted", "date", "", "The day the board says it was posted."),
            ("valid_through", "date", "", "The last day to apply."),
            ("first_seen", "instant", "UTC", "When a run first read the posting."),
            ("last_seen", "instant", "UTC", "When a run last read the posting from a changed answer."),
            ("updated_at", "instant", "UTC", "When its content last changed."),
            ("closed_at", "instant", "UTC", "When it closed."),
            ("closed_reason", "string", " ".join(CLOSED_REASONS), "Why it closed."),
            ("status", "string", " ".join(STATUSES), "Open or closed."),
        ],
        "rights": [
            ("redistribution", "string", "feed parquet_only none", "Whether the source's terms let the listing enter a feed."),
            ("attribution", "string", "", "The credit the source asks for."),
        ],
        "made by": [
            ("run_id", "string", "", "The run that last read the posting from a changed answer."),
            ("normalizer_version", "string", "", "The version of the extractors that read it."),
            ("content_hash", "string", "", "Hash of the posting's words, without fetch time, relative dates and update stamps."),
        ],
    }  # fmt: skip
    return tuple(Column(*fields, group) for group, rows in groups.items() for fields in rows)


COLUMNS = _columns()
NAMES = tuple(column.name for column in COLUMNS)
