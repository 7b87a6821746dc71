"""The sample in data/sample fits the schema; `python -m tests.tools.sample` rebuilds it."""

import json

import pyarrow.parquet as pq

from pipeline.store.schema import LISTINGS
from tests.tools.sample import ROWS, SAMPLE


def test_the_sample_has_the_current_columns():
    (part,) = (SAMPLE / "listings").iterdir()
    assert pq.read_schema(part) == LISTINGS
    assert pq.read_metadata(part).num_rows == ROWS


def test_the_sample_feeds_contain_its_listings():
    (part,) = (SAMPLE / "listings").iterdir()
    index = json.loads((SAMPLE / "feeds" / "index.json").read_text())
    ids = pq.read_table(part, columns=["listing_id"])["listing_id"].to_pylist()
    lines = (SAMPLE / "feeds" / "jobposting.ndjson").read_text("utf-8").splitlines()
    assert index["entries"] == len(lines) == len(ids) - sum(index["left_out"].values())
