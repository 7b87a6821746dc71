"""The closed vocabularies of the dataset: the values of every column that has a fixed set of them.

A member is a string: it equals its word and is written as its word. The columns, the filters, the feeds,
the server's OpenAPI document and the data dictionary take their values from here.

>>> Kind.INTERNSHIP == "internship", ", ".join(RemoteStatus)
(True, 'remote, hybrid, onsite, unknown')
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a posting offers."""

    MICRO_INTERNSHIP = "micro_internship"
    INTERNSHIP = "internship"
    ENTRY_LEVEL = "entry_level"
    OTHER = "other"
    UNKNOWN = "unknown"


class OccupationGroup(StrEnum):
    """The field of work."""

    SOFTWARE = "software"
    DATA = "data"
    DESIGN = "design"
    PRODUCT = "product"
    MARKETING = "marketing"
    SALES = "sales"
    FINANCE = "finance"
    LAW = "law"
    PEOPLE = "people"
    OPERATIONS = "operations"
    LOGISTICS = "logistics"
    ADMINISTRATION = "administration"
    CUSTOMER_SERVICE = "customer_service"
    CONSULTING = "consulting"
    ENGINEERING = "engineering"
    SCIENCE = "science"
    HEALTH = "health"
    EDUCATION = "education"
    SOCIAL = "social"
    MEDIA = "media"
    RESEARCH = "research"
    POLICY = "policy"
    ENVIRONMENT = "environment"
    ARTS = "arts"
    HOSPITALITY = "hospitality"
    TRADES = "trades"
    UNKNOWN = "unknown"


class StudyLevel(StrEnum):
    """The level of study that a posting asks for, from the lowest to the highest."""

    SCHOOL = "school"
    VOCATIONAL = "vocational"
    BACHELOR = "bachelor"
    MASTER = "master"
    MBA = "mba"
    PHD = "phd"


class WorkPermit(StrEnum):
    """What a posting says of visas and permits to work."""

    SPONSORED = "sponsored"
    NOT_SPONSORED = "not_sponsored"
    REQUIRED = "permit_required"
    UNKNOWN = "unknown"


class WarningSign(StrEnum):
    """What a reader of a listing is warned of: signs of a scam, and signs that nobody looks after the listing."""

    MONEY = "asks for money"
    BANK = "asks for bank details"
    CHAT = "interviews in a chat app"
    CHEQUE = "sends a cheque"
    PROMISE = "promises too much"
    PAY = "pays out of all proportion"
    DATES_OVER = "dates are over"
    POSTED_LONG_AGO = "posted long ago"


STALE = (WarningSign.DATES_OVER, WarningSign.POSTED_LONG_AGO)
"""The warnings that begin on a day, which a run adds; all others follow from the words."""


class TimeCommitment(StrEnum):
    """Full-time or part-time."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    UNKNOWN = "unknown"


class Scope(StrEnum):
    """A single project or a role."""

    PROJECT = "project"
    ROLE = "role"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """The part of a posting that a value was read from."""

    FIELD = "field"
    TITLE = "title"
    DESCRIPTION = "description"
    DERIVED = "derived"


class DurationUnit(StrEnum):
    """The unit in which a posting states its length."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SEMESTER = "semester"


class PayStatus(StrEnum):
    """Whether a posting states pay."""

    PAID = "paid"
    UNPAID = "unpaid"
    ACADEMIC_CREDIT = "academic_credit"
    UNKNOWN = "unknown"


class PayPeriod(StrEnum):
    """The period that an amount pays for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    SEMESTER = "semester"
    YEAR = "year"
    TOTAL = "total"
    UNIT = "unit"


class HourlyBasis(StrEnum):
    """How the pay per hour follows from the posting."""

    STATED = "stated"
    TOTAL_HOURS = "total_hours"
    WEEKLY_HOURS = "weekly_hours"
    MONTH_HOURS = "month_hours"
    WEEKS_HOURS = "weeks_hours"


class RemoteStatus(StrEnum):
    """Where the work is done."""

    REMOTE = "remote"
    HYBRID = "hybrid"
    ONSITE = "onsite"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a listing is open."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    """Why a listing closed."""

    CLOSED_AT_SOURCE = "closed_at_source"
    DEADLINE_PASSED = "deadline_passed"
    LEFT_SCOPE = "left_scope"
    BOARD_GONE = "board_gone"
    UNCONFIRMED = "unconfirmed"


class Redistribution(StrEnum):
    """Where the terms of a source let its listings be published."""

    FEED = "feed"
    PARQUET_ONLY = "parquet_only"
    NONE = "none"


class ChangeKind(StrEnum):
    """How a run changed a listing."""

    OPENED = "opened"
    CHANGED = "changed"
    RENORMALIZED = "renormalized"
    CLOSED = "closed"
    REOPENED = "reopened"


class RunScope(StrEnum):
    """Which postings a run publishes."""

    INTERNSHIPS = "internships"
    ALL = "all"


class RecordKind(StrEnum):
    """What a row of the history is about."""

    BOARD = "board"
    LISTING = "listing"
