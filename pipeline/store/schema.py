"""The Arrow schemas of everything that is published, made from declared columns.

Writers never infer a type: every table is cast to its schema first, and a row that does not fit is set aside (`fit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from crawlers.contract.verdict import Verdict
from normalize.columns import COLUMNS, PLACE_FIELDS, Column, declare
from normalize.vocabulary import ChangeKind, ClosedReason, RecordKind, Redistribution, RunScope, Status

SCHEMA_VERSION = "2"
"""The version changes when a column is renamed or gets another type; new columns at the end do not change it."""

READABLE_VERSIONS = frozenset({"1", SCHEMA_VERSION})
RENAMED = {"at": "changed_at", "window": "listing_window"}
"""Today's names of columns that schema version 1 named otherwise, by their old names."""

INSTANT = pa.timestamp("us", tz="UTC")
TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "float": pa.float64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "instant": INSTANT,
    "list<string>": pa.list_(pa.string()),
    "list<int>": pa.list_(pa.int64()),
    "list<place>": pa.list_(pa.struct([(name, pa.string()) for name in PLACE_FIELDS])),
}
_ANSWERS = (Verdict.OK, Verdict.OK_EMPTY, Verdict.PARTIAL, Verdict.GONE)

BOARD_COLUMNS = declare({
    "identity": [
        ("source", "string", "The kind of board."),
        ("board", "string", "The board within its source, as the registry names it."),
        ("name", "string", "The board's name for people."),
    ],
    "last run": [
        ("verdict", "string", "How the board's last run ended.", None, Verdict),
        ("complete", "bool", "Whether that run saw the whole board."),
        ("listing_window", "string", "The part of the board to which its source limits its list, if all of that part was read; such a board is never complete, and healthy all the same."),
        ("postings", "int", "Distinct postings that the board showed, in scope or not; for an unchanged board, those of its last answer.", "postings"),
        ("repeated", "int", "Further records of the same postings: a posting shown again, or once for each place.", "records"),
        ("unread", "int", "Postings whose own page could not be read, or lacked the description it had before; their listings keep every value.", "postings"),
        ("out_of_scope", "int", "Records that are not internships and were not published.", "records"),
        ("dropped", "int", "Records that could not be read, each with its reason in dropped_reasons.", "records"),
        ("expired", "int", "Records whose deadline was over when they were first seen; they were not opened.", "records"),
        ("listings_open", "int", "Open listings of the board in this snapshot.", "listings"),
        ("requests", "int", "Requests that the run sent to the board.", "requests"),
        ("page_requests", "int", "Those of the requests that asked for postings' own pages.", "requests"),
        ("page_seconds", "float", "Time from the end of the list to the end of the board, in which its postings' own pages were read.", "seconds"),
        ("bytes", "int", "Bytes that the run received from the board.", "bytes"),
        ("started", "instant", "When the board's run began.", "UTC"),
        ("ended", "instant", "When the board's run ended.", "UTC"),
        ("error", "string", "The error of the run, in one line. Where other pages were shown in place of postings, it begins with the cause: challenge, login, maintenance, consent or unreadable."),
        ("dropped_reasons", "string", "Dropped records by reason.", "JSON"),
        ("odd_fields", "string", "Optional fields of odd shape that were left out of records, with counts.", "JSON"),
        ("unread_fields", "string", "Fields of the board's records that the spider does not read, with counts.", "JSON"),
        ("run_id", "string", "The run that last crawled the board."),
    ],
    "health": [
        ("answer", "string", "Verdict of the last answer that was read, which an unchanged board repeats.", None, _ANSWERS),
        ("answered_run", "string", "The run whose raw journal holds that answer."),
        ("answered_at", "instant", "When that answer was read.", "UTC"),
        ("first_run", "instant", "When the board was first crawled.", "UTC"),
        ("last_ok", "instant", "When the board last gave a complete answer.", "UTC"),
        ("consecutive_failures", "int", "Runs without a complete answer since the last complete one.", "runs"),
        ("empties", "int", "Complete answers in a row without any record; the board needs attention after three, and its listings close after six.", "runs"),
        ("barren_runs", "int", "Complete answers in a row without an open internship; after five the board rests, which means that it is read weekly.", "runs"),
        ("gone_since", "instant", "When the board first answered that it is gone; null again once it shows postings.", "UTC"),
        ("yields", "list<int>", "Postings shown in the last five complete answers, oldest first.", "postings"),
        ("held", "list<string>", "Listings that were missing but that a guard kept open; the next complete answer decides."),
        ("ids", "list<string>", "Posting ids of the last complete answer that was not doubted, in scope or not."),
        ("ids_run", "string", "The run whose raw journal holds those ids."),
        ("doubted_ids", "list<string>", "Posting ids of a later answer that a guard doubted; the next answer decides which of the two is right."),
        ("coverage", "string", "Share of the board's open listings that state a field, by field.", "JSON"),
        ("validators", "string", "By address: ETag, Last-Modified and body hash, with which a host says whether anything has changed.", "JSON"),
        ("pages", "string", "By posting id: the day on which its own page was last read, its ETag and Last-Modified, and whether it was gone.", "JSON"),
        ("pages_run", "string", "The run whose raw journal holds those pages."),
    ],
    "rights": [
        ("redistribution", "string", "Whether the source's terms let listings enter a feed.", None, Redistribution),
        ("attribution", "string", "The credit that the source asks for."),
        ("terms", "string", "Where the terms were read."),
        ("verified", "string", "When and where the source's facts were verified."),
        ("aggregator", "bool", "Whether the source shows other employers' vacancies."),
        ("timezone", "string", "The zone in which the days of its deadlines end; if it is null, they end at UTC-12.", "IANA"),
    ],
    "made by": [
        ("scope", "string", "Which postings of the board were published.", None, RunScope),
        ("normalizer_version", "string", "The version of the extractors that read the last answer."),
    ],
})  # fmt: skip

CHANGE_COLUMNS = declare({
    "what": [
        ("listing_id", "string", "The listing that changed."),
        ("change", "string", "What happened to it; renormalized means that newer extractors read other values from the same words.", None, ChangeKind),
        ("reason", "string", "Why it closed.", None, ClosedReason),
        ("source", "string", "The kind of board."),
        ("board", "string", "The board within its source."),
        ("posting_id", "string", "The board's own identifier of the posting."),
        ("changed_at", "instant", "The instant of the run.", "UTC"),
        ("proof", "string", "The board's run that proved it: run, source and board."),
    ],
})  # fmt: skip

HISTORY_COLUMNS = declare({
    "what": [
        ("run_id", "string", "The run that observed the event."),
        ("changed_at", "instant", "The instant of the run.", "UTC"),
        ("record", "string", "Whether the row is about a board's run or about a listing.", None, RecordKind),
        ("source", "string", "The kind of board."),
        ("board", "string", "The board within its source."),
    ],
    "listing": [
        ("listing_id", "string", "The listing that opened, changed, closed or re-opened."),
        ("posting_id", "string", "The board's own identifier of the posting."),
        ("change", "string", "What happened to it.", None, ChangeKind),
        ("reason", "string", "Why the listing is closed.", None, ClosedReason),
        ("proof", "string", "The board's run that proved it."),
        ("status", "string", "Whether the listing is open or closed after the run.", None, Status),
        ("first_seen", "instant", "When a run first read the posting.", "UTC"),
        ("updated_at", "instant", "When its content last changed.", "UTC"),
        ("closed_at", "instant", "When it closed.", "UTC"),
        ("date_posted", "date", "The day on which it was posted, by the board; a relative date is kept from the first reading."),
        ("content_hash", "string", "Hash of the posting's words."),
        ("normalizer_version", "string", "The version of the extractors that read the posting."),
    ],
    "board": [
        ("verdict", "string", "How the board's run ended.", None, Verdict),
        ("postings", "int", "Distinct postings that the board showed.", "postings"),
        ("listings_open", "int", "Open listings after the run.", "listings"),
        ("state", "string", "The board's row of the snapshot, without the columns that its raw journal holds; instants are microseconds since 1970.", "JSON"),
    ],
})  # fmt: skip

HISTORY_VALUES = tuple(
    "title hiring_organization kind occupation_group language country duration_weeks_min duration_weeks_max pay_status pay_min pay_max "
    "pay_currency pay_period pay_hourly_min pay_hourly_max remote_status".split()
)
"""Columns of a listing that its events in the history repeat, so that events can be grouped by them."""
HISTORY_COLUMNS += tuple(
    column._replace(group="values of the listing") for column in COLUMNS if column.name in HISTORY_VALUES
)

_SHARES = [
    ("share_duration_stated", "float", "Share of the listings that state a duration.", "0 to 1"),
    ("share_pay_stated", "float", "Share of the listings that state whether they are paid.", "0 to 1"),
    ("share_workplace_stated", "float", "Share of the listings that state where the work is done.", "0 to 1"),
    ("share_paid", "float", "Share of the paid listings among those that state it.", "0 to 1"),
    ("share_remote", "float", "Share of the remote listings among those that state the workplace.", "0 to 1"),
    ("duration_weeks_median", "float", "Median of the shortest stated durations.", "weeks"),
]
_PAY_BY_HOUR = [
    (
        "pay_hourly_currency",
        "string",
        "The most frequent currency of stated pay an hour, ISO 4217; the two columns that follow are of it.",
    ),
    ("pay_hourly_median", "float", "Median of the lowest stated pay an hour.", "pay_hourly_currency"),
    ("pay_hourly_listings", "int", "Listings behind that median.", "listings"),
]

EMPLOYER_COLUMNS = declare({
    "identity": [
        ("employer", "string", "The employer's name in small letters, without accents, punctuation and legal forms; one row for each."),
        ("name", "string", "The most frequent spelling of the name."),
        ("aliases", "list<string>", "All spellings."),
        ("boards", "list<string>", "The boards that showed its listings, as source/board."),
    ],
    "listings": [
        ("first_seen", "instant", "When a run first read one of its postings.", "UTC"),
        ("last_seen", "instant", "When a run last read one of its postings from a changed answer.", "UTC"),
        ("listings_open", "int", "Its open listings.", "listings"),
        ("micro_internships_open", "int", "Those of them that are micro-internships.", "listings"),
        ("listings_ever", "int", "All its listings since the history begins.", "listings"),
        ("micro_internships_ever", "int", "Those of them that were micro-internships.", "listings"),
    ],
    "what they state": _SHARES,
    "reputation": [
        ("share_reposted", "float", "Share of the listings that came after one with the same title had closed.", "0 to 1"),
        *_PAY_BY_HOUR,
        ("warnings", "list<string>", "Warnings of its open listings."),
    ],
})  # fmt: skip

STATS_GROUPS = tuple(
    name for name in ("country", "kind", "occupation_group", "remote_status") if name in HISTORY_VALUES
)
"""Columns by which openings are counted in `stats`."""
STATS_COLUMNS = declare({
    "group": [
        ("grouped_by", "string", "The columns that make the group; the other columns of this kind are null."),
        ("month", "string", "The month in which a run first saw the openings, as YYYY-MM."),
        *((name, "string", f"The openings' {name}, where the row is grouped by it.") for name in STATS_GROUPS),
    ],
    "figures": [
        ("openings", "int", "Openings of the group.", "listings"),
        *_SHARES,
        ("duration_weeks_listings", "int", "Listings behind that median.", "listings"),
        ("closed", "int", "Openings of the group that have closed.", "listings"),
        ("days_open_median", "float", "Median time from the first reading to the closing, of those.", "days"),
        *_PAY_BY_HOUR,
        ("pay_monthly_currency", "string", "The most frequent currency of stated pay a month, ISO 4217; the two columns that follow are of it."),
        ("pay_monthly_median", "float", "Median of the lowest stated pay a month.", "pay_monthly_currency"),
        ("pay_monthly_listings", "int", "Listings behind that median.", "listings"),
    ],
})  # fmt: skip


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the schema of declared columns; each field carries its description, unit and allowed values.

    >>> arrow_schema(COLUMNS).field("pay_min").metadata[b"unit"]
    b'pay_currency per pay_period'
    """
    return pa.schema([_field(column) for column in columns], metadata={"internfeed:schema_version": SCHEMA_VERSION})


def _field(column: Column) -> pa.Field:
    metadata = {"description": column.description, "unit": column.unit or ""}
    if column.values:
        metadata["values"] = ", ".join(column.values)
    return pa.field(column.name, TYPES[column.type], metadata=metadata)


LISTINGS = arrow_schema(COLUMNS)
BOARDS = arrow_schema(BOARD_COLUMNS)
CHANGES_SCHEMA = arrow_schema(CHANGE_COLUMNS)
HISTORY = arrow_schema(HISTORY_COLUMNS)
DATASETS: dict[str, pa.Schema] = {"listings": LISTINGS, "boards": BOARDS, "changes": CHANGES_SCHEMA}
DERIVED: dict[str, pa.Schema] = {
    "employers": arrow_schema(EMPLOYER_COLUMNS),
    "stats": arrow_schema(STATS_COLUMNS),
}
"""Datasets that are computed from the others and from the history; snapshots of earlier versions lack them."""


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table of an earlier version in today's schema: columns get today's names, and new columns are null.

    >>> conform(pa.table({"a": [1]}), pa.schema([("a", pa.int64()), ("b", pa.string())])).to_pylist()
    [{'a': 1, 'b': None}]
    >>> conform(pa.table({"window": ["a week"]}), pa.schema([("listing_window", pa.string())])).to_pylist()
    [{'listing_window': 'a week'}]
    """
    table = table.rename_columns(rename(table.column_names))
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table.select(schema.names).cast(schema)


def rename(names: Iterable[str]) -> list[str]:
    """Return today's names of columns that may have their old names.

    >>> rename(["listing_id", "at"])
    ['listing_id', 'changed_at']
    """
    return [RENAMED.get(name, name) for name in names]


def fit(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> tuple[pa.Table, list[int], list[tuple[int, str]]]:
    """Cast rows to a schema, and return the rows that do not fit separately.

    Returns:
        The table, the positions of its rows, and the position and the reason of each row that does not fit.

    >>> table, kept, rejected = fit([{"a": 1}, {"a": "x"}, {"a": 2, "b": 3}], pa.schema([("a", pa.int64())]))
    >>> table.num_rows, kept, [position for position, _ in rejected]
    (1, [0], [1, 2])
    """
    names = set(schema.names)
    kept, rejected = [], []
    for position, row in enumerate(rows):
        if unknown := row.keys() - names:  # pyarrow would drop unknown keys in silence
            rejected.append((position, f"unknown column {', '.join(sorted(unknown))}"))
        else:
            kept.append(position)
    try:
        return pa.Table.from_pylist([rows[position] for position in kept], schema=schema), kept, rejected
    except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError):
        good = []
        for position in kept:
            try:
                pa.Table.from_pylist([rows[position]], schema=schema)
                good.append(position)
            except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError) as error:
                rejected.append((position, str(error).splitlines()[0]))
        return pa.Table.from_pylist([rows[position] for position in good], schema=schema), good, sorted(rejected)
