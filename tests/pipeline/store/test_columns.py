"""A column's name can be written in SQL as it is, in every engine that people open the dataset with."""

from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from pipeline.store.schema import DATASETS, HISTORY

COLUMNS = {(name, column) for name, schema in {**DATASETS, "history": HISTORY}.items() for column in schema.names}
KEYWORDS = defaultdict(set)
for line in (Path(__file__).parent / "keywords.txt").read_text("utf-8").splitlines():
    if not line.startswith("#"):
        engine, *words = line.split()
        KEYWORDS[engine].update(words)
RESERVED = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
KEYWORDS["duckdb"] = {word for (word,) in duckdb.sql(RESERVED).fetchall()}


@pytest.mark.parametrize("engine", sorted(KEYWORDS))
def test_no_column_is_a_keyword(engine):
    assert len(KEYWORDS[engine]) > 60 or engine == "standard"
    assert [(dataset, name) for dataset, name in sorted(COLUMNS) if name in KEYWORDS[engine]] == []


def test_every_column_can_be_selected_by_its_bare_name():
    for dataset, name in sorted(COLUMNS):
        assert duckdb.sql(f"SELECT 1 AS {name}").columns == [name], dataset
