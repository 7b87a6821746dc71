"""The Arrow schemas of everything that is published, made from declared columns.

Writers never infer: every table is cast to its schema first, and a row that does not fit steps
aside (`fit`) instead of bending the type of a column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from crawlers.contract.verdict import Verdict
from normalize.columns import CLOSED_REASONS, COLUMNS, PLACE_FIELDS, Column

SCHEMA_VERSION = "2"
"""Changes when a column is renamed or retyped; new columns at the end keep it."""

READABLE_VERSIONS = frozenset({"1", SCHEMA_VERSION})
RENAMED = {"at": "changed_at", "window": "listing_window"}
"""Columns of version 1 by their name of today; the old names are keywords of SQL."""

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

CHANGES = ("opened", "changed", "renormalized", "closed", "reopened")


def _table(groups: dict[str, list[tuple[str, str, str, str]]]) -> tuple[Column, ...]:
    return tuple(Column(*fields, group) for group, rows in groups.items() for fields in rows)


BOARD_COLUMNS = _table({
    "identity": [
        ("source", "string", "", "The kind of board."),
        ("board", "string", "", "The board within its source, as the registry names it."),
        ("name", "string", "", "The board's name for people."),
    ],
    "last run": [
        ("verdict", "string", " ".join(Verdict), "How the board's last run ended."),
        ("complete", "bool", "", "Whether that run saw the board whole."),
        ("listing_window", "string", "", "The part of the board that its source shows at most, where all of that was read; such a board is never complete, and not ill for it."),
        ("postings", "int", "postings", "Distinct postings the board showed, in scope or not; of an unchanged board, those of its last answer."),
        ("repeated", "int", "records", "Further records of the same postings: a posting shown again, or once for each place."),
        ("unread", "int", "postings", "Postings whose own page could not be read, or came without the description it had; their listings keep every value."),
        ("out_of_scope", "int", "records", "Records that are no internship, so not published."),
        ("dropped", "int", "records", "Records that could not be read, each with its reason in dropped_reasons."),
        ("expired", "int", "records", "Records whose deadline was over when they were first seen, so not opened."),
        ("listings_open", "int", "listings", "Open listings of the board in this snapshot."),
        ("requests", "int", "requests", "Requests the run sent to the board."),
        ("page_requests", "int", "requests", "Those of them that asked for postings' own pages."),
        ("page_seconds", "float", "seconds", "Time from the end of the list to the end of the board: what its postings' own pages took."),
        ("bytes", "int", "bytes", "Bytes it received."),
        ("started", "instant", "UTC", "When the board's run began."),
        ("ended", "instant", "UTC", "When it ended."),
        ("error", "string", "", "What went wrong, in one line. It begins with the cause where pages were shown in place of postings: challenge, login, maintenance, consent or unreadable."),
        ("dropped_reasons", "string", "JSON", "Dropped records by reason."),
        ("odd_fields", "string", "JSON", "Optional fields of odd shape that were left out of records, with counts."),
        ("unread_fields", "string", "JSON", "Fields of the board's records that nobody reads, with counts."),
        ("run_id", "string", "", "The run that last tried the board."),
    ],
    "health": [
        ("answer", "string", "ok ok_empty partial gone", "Verdict of the last answer that was read; an unchanged board repeats it."),
        ("answered_run", "string", "", "The run whose raw journal holds that answer."),
        ("answered_at", "instant", "UTC", "When that answer was read."),
        ("first_run", "instant", "UTC", "When the board was first tried."),
        ("last_ok", "instant", "UTC", "When the board last gave a complete answer."),
        ("consecutive_failures", "int", "runs", "Runs since the last complete answer that gave none."),
        ("empties", "int", "runs", "Complete answers in a row without any record; suspect after three, closed after six."),
        ("gone_since", "instant", "UTC", "When the board first answered that it is gone, with no answer of life since."),
        ("yields", "list<int>", "records", "Records shown in the last five good runs, oldest first."),
        ("held", "list<string>", "", "Listings that were missing but kept open by a guard; the next complete run decides."),
        ("ids", "list<string>", "", "Posting ids of the last complete answer that no guard doubted, in scope or not."),
        ("ids_run", "string", "", "The run whose raw journal holds those ids."),
        ("doubted_ids", "list<string>", "", "Posting ids of an answer that a guard doubted; the next answer decides between it and ids."),
        ("coverage", "string", "JSON", "Share of the board's open listings that state a field, by field."),
        ("validators", "string", "JSON", "ETag, Last-Modified and body hash by URL, for asking whether anything changed."),
        ("pages", "string", "JSON", "By posting id, the day its own page was read last, its ETag and Last-Modified, whether it was gone, and the day of a later attempt that failed."),
        ("pages_run", "string", "", "The run whose raw journal holds those pages."),
    ],
    "rights": [
        ("redistribution", "string", "feed parquet_only none", "Whether the source's terms let listings enter a feed."),
        ("attribution", "string", "", "The credit the source asks for."),
        ("terms", "string", "", "Where the terms were read."),
        ("verified", "string", "", "When and where the source's facts were verified."),
        ("aggregator", "bool", "", "Whether the source shows other employers' vacancies."),
        ("timezone", "string", "IANA", "The zone in which the days of its deadlines end; where it is null, they end at UTC-12."),
    ],
    "made by": [
        ("scope", "string", "internships all", "What of the board was published."),
        ("normalizer_version", "string", "", "The version of the extractors that read the last answer."),
    ],
})  # fmt: skip

CHANGE_COLUMNS = _table({
    "what": [
        ("listing_id", "string", "", "The listing that changed."),
        ("change", "string", " ".join(CHANGES), "What happened to it; renormalized: same words, read anew by newer extractors."),
        ("reason", "string", " ".join(CLOSED_REASONS), "Why it closed."),
        ("source", "string", "", "The kind of board."),
        ("board", "string", "", "The board within its source."),
        ("posting_id", "string", "", "The board's own identifier of the posting."),
        ("changed_at", "instant", "UTC", "The instant of the run."),
        ("proof", "string", "", "The board run that proved it: run, source and board."),
    ],
})  # fmt: skip

HISTORY_COLUMNS = _table({
    "what": [
        ("run_id", "string", "", "The run that observed it."),
        ("changed_at", "instant", "UTC", "The instant of the run."),
        ("record", "string", "board listing", "Whether the row is about a board's run or about a listing."),
        ("source", "string", "", "The kind of board."),
        ("board", "string", "", "The board within its source."),
    ],
    "listing": [
        ("listing_id", "string", "", "The listing that opened, changed, closed or re-opened."),
        ("posting_id", "string", "", "The board's own identifier of the posting."),
        ("change", "string", " ".join(CHANGES), "What happened."),
        ("reason", "string", " ".join(CLOSED_REASONS), "Why it is closed."),
        ("proof", "string", "", "The board run that proved it."),
        ("status", "string", "open closed", "Open or closed afterwards."),
        ("first_seen", "instant", "UTC", "When a run first read the posting."),
        ("updated_at", "instant", "UTC", "When its content last changed."),
        ("closed_at", "instant", "UTC", "When it closed."),
        ("date_posted", "date", "", "The day the board said it was posted; a relative date is kept from the first reading."),
        ("content_hash", "string", "", "Hash of the posting's words."),
        ("normalizer_version", "string", "", "The version of the extractors that read it."),
    ],
    "board": [
        ("verdict", "string", " ".join(Verdict), "How the board's run ended."),
        ("postings", "int", "records", "Records the board showed."),
        ("listings_open", "int", "listings", "Open listings after the run."),
        ("state", "string", "JSON", "The board's row of the snapshot, without what its raw journal holds."),
    ],
})  # fmt: skip


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the schema of declared columns; each field carries its description and unit.

    >>> arrow_schema(COLUMNS).field("pay_min").metadata[b"unit"]
    b'pay_currency per pay_period'
    """
    fields = [
        pa.field(column.name, TYPES[column.type], metadata={"description": column.description, "unit": column.unit})
        for column in columns
    ]
    return pa.schema(fields, metadata={"internfeed:schema_version": SCHEMA_VERSION})


LISTINGS = arrow_schema(COLUMNS)
BOARDS = arrow_schema(BOARD_COLUMNS)
CHANGES_SCHEMA = arrow_schema(CHANGE_COLUMNS)
HISTORY = arrow_schema(HISTORY_COLUMNS)
DATASETS: dict[str, pa.Schema] = {"listings": LISTINGS, "boards": BOARDS, "changes": CHANGES_SCHEMA}


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table of an earlier version in today's schema: columns that it did not know yet are null.

    >>> conform(pa.table({"at": [1]}), pa.schema([("changed_at", pa.int64()), ("b", pa.string())])).to_pylist()
    [{'changed_at': 1, 'b': None}]
    """
    table = table.rename_columns([RENAMED.get(name, name) for name in table.column_names])
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table.select(schema.names).cast(schema)


def fit(rows: list[dict[str, Any]], schema: pa.Schema) -> tuple[pa.Table, list[int], list[tuple[int, str]]]:
    """Cast rows to a schema; what does not fit steps aside.

    Returns:
        The table, the positions of the rows in it, and position and reason of each row set aside.

    >>> table, kept, aside = fit([{"a": 1}, {"a": "x"}, {"a": 2, "b": 3}], pa.schema([("a", pa.int64())]))
    >>> table.num_rows, kept, [position for position, _ in aside]
    (1, [0], [1, 2])
    """
    names = set(schema.names)
    kept, aside = [], []
    for position, row in enumerate(rows):
        if unknown := row.keys() - names:  # pyarrow would drop unknown keys in silence
            aside.append((position, f"unknown column {', '.join(sorted(unknown))}"))
        else:
            kept.append(position)
    try:
        return pa.Table.from_pylist([rows[position] for position in kept], schema=schema), kept, aside
    except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError):
        good = []
        for position in kept:
            try:
                pa.Table.from_pylist([rows[position]], schema=schema)
                good.append(position)
            except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError) as error:
                aside.append((position, str(error).splitlines()[0]))
        return pa.Table.from_pylist([rows[position] for position in good], schema=schema), good, sorted(aside)
