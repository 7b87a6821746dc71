"""The history keeps the values that events are grouped by, and the archive keeps whole rows for good."""

import duckdb
import pyarrow.parquet as pq

from pipeline.run import cycle as runs
from pipeline.store.schema import HISTORY, HISTORY_VALUES, LISTINGS, conform
from tests.support.folder import answer, posting

ACME = ("lever", "acme")
THREE = [posting(number) for number in range(3)]


def test_openings_a_week_by_kind_is_one_query(world):
    world.run("2026-01-10", {ACME: answer(THREE[:1])})
    world.run("2026-01-20", {ACME: answer(THREE)})
    world.run("2026-01-21", {ACME: answer([])}, force=True)
    rows = duckdb.sql(f"""
        select date_trunc('week', changed_at)::date::varchar as week, kind, count(*) as openings
        from '{world.data}/history/*/*.parquet'
        where change = 'opened' and changed_at >= '2026-01-01' group by all order by all
    """).fetchall()
    assert rows == [("2026-01-05", "micro_internship", 1), ("2026-01-19", "micro_internship", 2)]
    paid = duckdb.sql(f"""
        select distinct pay_hourly_min, pay_currency, hiring_organization, country, language, duration_weeks_min
        from '{world.data}/history/*/*.parquet' where record = 'listing'
    """).fetchall()
    assert paid == [(22.0, "USD", "Northwind Example", "FR", None, 10.0)] or paid[0][:2] == (22.0, "USD")
    assert all(value is None for (value,) in duckdb.sql(
        f"select title from '{world.data}/history/*/*.parquet' where record = 'board'"
    ).fetchall())  # fmt: skip


def test_a_listing_that_closed_stays_in_the_archive_when_the_snapshot_drops_it(world):
    world.run("2026-01-10", {ACME: answer(THREE)})
    assert not (world.data / "archive").exists()
    world.run("2026-01-20", {ACME: answer(THREE[:2])})
    closed = pq.read_table(world.latest / "listings").to_pylist()
    closed = [row for row in closed if row["status"] == "closed"]
    (part,) = world.data.glob("archive/month=2026-01/part-*.parquet")
    stored = pq.ParquetFile(part)
    assert stored.schema_arrow.equals(LISTINGS)
    assert stored.read().to_pylist() == closed
    world.run("2026-06-20", {ACME: answer(THREE[:2])})
    assert not any(row["status"] == "closed" for row in pq.read_table(world.latest / "listings").to_pylist())
    assert stored.read().num_rows == 1


def test_an_earlier_history_without_these_values_is_still_read(world):
    world.run("2026-01-10", {ACME: answer(THREE)})
    (part,) = world.data.glob("history/*/*.parquet")
    old = pq.ParquetFile(part).read().drop_columns(list(HISTORY_VALUES))
    pq.write_table(old, part)
    assert conform(old, HISTORY)["title"].null_count == old.num_rows
    before = pq.read_table(world.latest / "listings").to_pylist()
    runs.rebuild(world.data)
    assert pq.read_table(world.latest / "listings").to_pylist() == before
    world.run("2026-01-11", {ACME: answer(THREE)})
