"""The data dictionary agrees with the schema."""

import re
from pathlib import Path

import pytest

from pipeline.products.dictionary import dictionary
from pipeline.store.schema import BOARDS, CHANGES_SCHEMA, HISTORY, LISTINGS

ROOT = Path(__file__).resolve().parents[3]


def test_the_dictionary_in_data_is_made_from_the_columns():
    assert (ROOT / "data" / "README.md").read_text("utf-8") == dictionary()


@pytest.mark.parametrize("schema", [LISTINGS, BOARDS, CHANGES_SCHEMA, HISTORY])
def test_every_column_has_a_row_and_a_sentence(schema):
    text = dictionary()
    for field in schema:
        row = re.search(rf"^\| `{field.name}` \| .* \| (.*) \|$", text, re.MULTILINE)
        assert row
        assert field.metadata[b"description"].decode().endswith(".")
