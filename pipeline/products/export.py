"""Exports: listings as CSV and Excel sheets for people, and whole datasets as SQLite and DuckDB files.

A sheet is flat: lists are joined, instants have no zone, and no cell is a formula. Sheets leave out the descriptions,
which are long and which the Parquet files hold. Every export reads and writes in batches, so its memory stays flat.
"""

from __future__ import annotations

import datetime
import gzip
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from normalize.columns import COLUMNS
from pipeline.products.feeds.filters import Term, matches
from pipeline.store import snapshot
from pipeline.store.schema import DATASETS, DERIVED

SHEET_ROWS = 1_048_575
"""Rows of an Excel sheet, without its first, which names the columns."""
_LEFT_OUT = ("description_text", "description_html")
SHEET_COLUMNS = tuple(column.name for column in COLUMNS if column.name not in _LEFT_OUT)
_CELL = 32_767  # characters that a cell of Excel may hold
_BATCH = 8_192
_FORMULA = r"^([=+\-@\t\r])"
_EPOCH = datetime.datetime(1970, 1, 1)

Rows = Iterable[pa.RecordBatch]


class TooManyRows(ValueError):
    """There are more rows than a sheet holds; the message says what to do."""


def listings(path: Path, terms: list[Term], columns: Iterable[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield a snapshot's listings that meet all conditions.

    Args:
        path: the snapshot.
        columns: the columns to yield, None for all.
    """
    names = list(columns or (column.name for column in COLUMNS))
    read = list(dict.fromkeys([*names, *(term.column for term in terms)]))
    for part in snapshot.parts(path, "listings"):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(_BATCH, columns=read):
                kept = batch.filter(pa.array(matches(terms, pa.table(batch)))) if terms else batch
                if kept.num_rows:
                    yield kept.select(names)


def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows for a sheet: lists joined with a semicolon, places by their words, instants without a zone.

    >>> rows = pa.RecordBatch.from_pydict({"skills": [["SQL", "Rust"], [], None]})
    >>> flat(rows).column("skills").to_pylist()
    ['SQL; Rust', '', None]
    """
    return pa.RecordBatch.from_arrays([_flat(column) for column in batch.columns], names=batch.schema.names)


def _flat(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pc.cast(column, pa.timestamp("s"), safe=False)
    if not pa.types.is_list(kind):
        return column
    values = column.flatten()
    if pa.types.is_struct(kind.value_type):
        values = values.field("text")
    texts = pc.fill_null(pc.cast(values, pa.string()), "")
    lists = pa.ListArray.from_arrays(_offsets(column), texts)
    joined = pc.binary_join(lists, "; ")
    return pc.if_else(column.is_null(), pa.scalar(None, pa.string()), joined)


def _offsets(column: pa.ListArray) -> pa.Array:
    """Return the offsets of a list's values after `flatten`, which drops the values of null lists."""
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])


def write_csv(rows: Rows, file: BinaryIO) -> int:
    """Write rows as CSV in UTF-8 with a header; return their number.

    A text that a spreadsheet would run as a formula begins with an apostrophe.
    """
    count = 0
    for batch in rows:
        sheet = flat(batch)
        safe = [
            pc.replace_substring_regex(column, _FORMULA, r"'\1") if pa.types.is_string(column.type) else column
            for column in sheet.columns
        ]
        options = csv.WriteOptions(include_header=count == 0)
        csv.write_csv(pa.RecordBatch.from_arrays(safe, names=sheet.schema.names), file, options)
        count += batch.num_rows
    if not count:
        file.write((",".join(f'"{name}"' for name in SHEET_COLUMNS) + "\n").encode())
    return count


def write_xlsx(rows: Rows, path: Path, created: datetime.datetime) -> int:
    """Write rows as an Excel sheet; return their number. The same rows and instant give the same bytes.

    Args:
        created: the instant that the file states as that of its making.

    Raises:
        TooManyRows: there are more rows than a sheet holds.
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": created.replace(tzinfo=None), "title": "internfeed listings"})
        day, instant = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        head = book.add_format({"bold": True})
        sheet = book.add_worksheet("listings")
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(SHEET_COLUMNS):
            sheet.write_string(0, at, name, head)
        for batch in rows:
            if count + batch.num_rows > SHEET_ROWS:
                raise TooManyRows(f"there are more listings than the {SHEET_ROWS:,} rows of a sheet")
            for row in zip(*(column.to_pylist() for column in flat(batch).columns), strict=True):
                count += 1
                for at, value in enumerate(row):
                    if value is None or value == "":
                        continue
                    if isinstance(value, str):
                        sheet.write_string(count, at, value[:_CELL])
                    elif isinstance(value, datetime.datetime):
                        sheet.write_datetime(count, at, value, instant)
                    elif isinstance(value, datetime.date):
                        sheet.write_datetime(count, at, value, day)
                    else:
                        sheet.write(count, at, value)
        sheet.autofilter(0, 0, max(1, count), len(SHEET_COLUMNS) - 1)
    return count


def write_sqlite(path: Path, snapshot_path: Path, terms: list[Term]) -> int:
    """Write the datasets of a snapshot as tables of a SQLite file; return the number of listings.

    Lists are JSON texts, days and instants are texts in ISO 8601, as SQLite's date functions read them.
    """
    listing_count = 0
    with sqlite3.connect(path) as base:
        for dataset, batches in _datasets(snapshot_path, terms):
            schema = (DATASETS | DERIVED)[dataset]
            columns = ", ".join(f'"{field.name}" {_sqlite_type(field.type)}' for field in schema)
            base.execute(f'create table "{dataset}" ({columns})')
            places = ", ".join("?" * len(schema))
            for batch in batches:
                base.executemany(f'insert into "{dataset}" values ({places})', _sqlite_rows(batch))
                listing_count += batch.num_rows if dataset == "listings" else 0
    base.close()
    return listing_count


def _sqlite_type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "real"
    return "integer" if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else "text"


def _sqlite_rows(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    import orjson

    converters: list[Callable[[Any], Any] | None] = []
    for field in batch.schema:
        if pa.types.is_list(field.type):
            converters.append(lambda value: orjson.dumps(value).decode())
        elif pa.types.is_timestamp(field.type):
            converters.append(lambda value: value.strftime("%Y-%m-%dT%H:%M:%SZ"))
        elif pa.types.is_date(field.type):
            converters.append(lambda value: value.isoformat())
        else:
            converters.append(None)
    columns = [
        column.to_pylist()
        if convert is None
        else [None if value is None else convert(value) for value in column.to_pylist()]
        for column, convert in zip(batch.columns, converters, strict=True)
    ]
    return zip(*columns, strict=True)


def write_duckdb(path: Path, snapshot_path: Path, terms: list[Term]) -> int:
    """Write the datasets of a snapshot as tables of a DuckDB file; return the number of listings."""
    import duckdb

    with duckdb.connect(str(path)) as base:
        for dataset, batches in _datasets(snapshot_path, terms):
            reader = pa.RecordBatchReader.from_batches((DATASETS | DERIVED)[dataset], batches)
            base.register("rows_to_write", reader)
            base.execute(f'create table "{dataset}" as select * from rows_to_write')
            base.unregister("rows_to_write")
        row = base.execute("select count(*) from listings").fetchone()
    return int(row[0]) if row else 0


def _datasets(path: Path, terms: list[Term]) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
    """Yield the name and the rows of each dataset; the conditions are for listings."""
    for dataset, schema in (DATASETS | DERIVED).items():
        rows = listings(path, terms) if dataset == "listings" else _rows(path, dataset)
        yield dataset, (batch.cast(schema) for batch in rows)


def _rows(path: Path, dataset: str) -> Iterator[pa.RecordBatch]:
    for part in snapshot.parts(path, dataset):
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(_BATCH)


def replaced(path: Path, write: Callable[[Path], int]) -> int:
    """Write a file next to its place and move it there, so that a failure leaves the earlier file as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        count = write(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return count


def write_csv_file(rows: Rows, path: Path) -> int:
    """Write rows as a CSV file, compressed if its name ends in ``.gz``; the same rows give the same bytes."""
    with path.open("wb") as file:
        if not path.name.removesuffix(".new").endswith(".gz"):
            return write_csv(rows, file)
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
            return write_csv(rows, packed)  # type: ignore[arg-type] # a GzipFile is a binary file
