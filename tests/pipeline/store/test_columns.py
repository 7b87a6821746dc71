"""The names of columns: none is a keyword of SQL."""

import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline.store.schema import DATASETS, HISTORY, LISTINGS, RENAMED, conform

KEYWORDS = Path(__file__).parent / "keywords"
SCHEMAS = DATASETS | {"history": HISTORY}


def keywords(engine):
    lines = (KEYWORDS / f"{engine}.csv").read_text("utf-8").splitlines()
    return {(row["word"], row["category"]) for row in csv.DictReader(lines[1:])}  # the first line names the source


@pytest.mark.parametrize("dataset", SCHEMAS)
@pytest.mark.parametrize("engine", ["duckdb", "postgresql", "spark"])
def test_no_column_is_a_keyword(engine, dataset):
    assert not {word for word, _ in keywords(engine)} & set(SCHEMAS[dataset].names)


def test_the_renamed_columns_had_names_that_are_keywords():
    assert RENAMED.keys() <= {word for word, _ in keywords("duckdb")}


def test_no_column_is_a_keyword_of_the_installed_duckdb():
    query = "select keyword_name from duckdb_keywords() where keyword_category in ('reserved', 'type_function')"
    words = {word for (word,) in duckdb.sql(query).fetchall()}
    for schema in SCHEMAS.values():
        assert not words & set(schema.names)


@pytest.mark.parametrize("dataset", SCHEMAS)
def test_every_column_can_be_named_without_quotes(dataset):
    table = SCHEMAS[dataset].empty_table()
    connection = duckdb.connect()
    connection.register("stored", table)
    for name in table.column_names:
        assert connection.sql(f"select {name}, stored.{name} as {name} from stored order by {name}").fetchall() == []


def test_a_column_that_an_older_file_lacks_is_null():
    older = LISTINGS.empty_table().drop_columns(["start_date_latest"])
    older = pa.concat_tables([older, pa.table({"listing_id": ["a"]})], promote_options="default")
    assert conform(older, LISTINGS)["start_date_latest"].to_pylist() == [None]
