"""Employers and stats: figures of the listings, computed from the snapshot and from the history."""

import pyarrow.parquet as pq
import pytest

from pipeline.products.catalogue import PRODUCTS
from pipeline.products.employers import normalized_name
from pipeline.run import cycle as runs
from pipeline.store.schema import DERIVED
from pipeline.store.snapshot import verify
from tests.support.folder import answer, posting

ACME, NORTH = ("lever", "acme"), ("greenhouse", "north")
REMOTE = "A fully remote 8-week internship, paid 1,200 EUR a month."
UNPAID = "An unpaid 6-week internship in our office."

NAMES = [  # two spellings, and whether they are one employer
    ("Northwind GmbH", "NORTHWIND", True),
    ("Café Müller", "Cafe Muller AG", True),
    ("Acme, Inc.", "acme inc", True),
    ("Acme B.V.", "Acme BV", True),
    ("Lindwurm Energie GmbH & Co. KG", "Lindwurm Energie", True),
    ("Kelp & Moss UG (haftungsbeschränkt)", "Kelp and Moss", True),
    ("Société Perle SAS", "Societe Perle", True),
    ("Acme Labs", "Acme Lab", False),
    ("Acme", "Acme Research", False),
    ("SA Logistics", "Logistics", False),
    ("Inc.", "Ltd.", False),
    ("日本工房", "日本工房株式会社", False),
]


@pytest.mark.parametrize(("one", "other", "same"), NAMES)
def test_names_are_one_employer_by_what_they_say_and_never_by_likeness(one, other, same):
    assert (normalized_name(one) == normalized_name(other)) == same


def rows_of(world, dataset):
    return pq.read_table(world.latest / dataset).to_pylist()


@pytest.fixture
def published(world):
    boards = {
        ACME: answer([
            posting(1, employer="Northwind GmbH"),
            posting(2, employer="Northwind", title="Data Intern", description=REMOTE),
        ]),
        NORTH: answer([
            posting(7, employer="NORTHWIND", title="Design Intern", description=UNPAID),
            posting(8, employer="Kelpworks"),
        ]),
    }  # fmt: skip
    world.run("2026-10-20", boards, products=PRODUCTS)
    return world


def test_an_employer_has_one_row_across_boards(published):
    kelpworks, northwind = rows_of(published, "employers")
    assert kelpworks["name"] == "Kelpworks"
    assert northwind["aliases"] == ["NORTHWIND", "Northwind", "Northwind GmbH"]
    assert northwind["boards"] == ["greenhouse/north", "lever/acme"]
    assert (northwind["listings_open"], northwind["listings_ever"]) == (3, 3)
    assert northwind["share_pay_stated"] == 1.0
    assert northwind["share_paid"] == pytest.approx(2 / 3)
    assert northwind["duration_weeks_median"] == 8.0
    assert (northwind["pay_hourly_currency"], northwind["pay_hourly_median"], northwind["pay_hourly_listings"]) == (
        "USD", 22.0, 1,
    )  # fmt: skip
    assert northwind["share_reposted"] == 0.0


def test_a_posting_that_comes_again_after_it_closed_is_counted_as_reposted(published):
    published.run(
        "2026-10-21", {ACME: answer([]), NORTH: answer([posting(8, employer="Kelpworks")])}, products=PRODUCTS
    )
    again = posting(9, employer="Northwind AG", title="Design intern ", description=UNPAID)
    published.run("2026-11-22", {NORTH: answer([posting(8, employer="Kelpworks"), again])}, products=PRODUCTS)
    _, northwind = rows_of(published, "employers")
    assert (northwind["listings_ever"], northwind["share_reposted"]) == (4, 0.25)


def test_stats_count_openings_by_month_and_group(published):
    rows = {
        (row["grouped_by"], row["month"], row["kind"], row["remote_status"]): row for row in rows_of(published, "stats")
    }
    month = rows["month", "2026-10", None, None]
    assert (month["openings"], month["share_paid"], month["closed"]) == (4, 0.75, 0)
    assert (month["pay_hourly_currency"], month["pay_hourly_median"], month["pay_hourly_listings"]) == ("USD", 22.0, 2)
    assert (month["pay_monthly_currency"], month["pay_monthly_median"]) == ("EUR", 1200.0)
    assert rows["month remote_status", "2026-10", None, "remote"]["openings"] == 1
    single = sum(row["openings"] for key, row in rows.items() if key[0] == "month kind")
    assert (
        single == sum(row["openings"] for row in rows_of(published, "stats") if row["grouped_by"].count(" ") > 2) == 4
    )


def test_listings_that_left_the_snapshot_still_count(published):
    kept = {NORTH: answer([posting(8, employer="Kelpworks")])}
    published.run(
        "2026-10-30", {ACME: answer([posting(2, employer="Northwind", title="Data Intern", description=REMOTE)])}
    )
    published.run("2027-02-20", kept, products=PRODUCTS)
    (month,) = [
        row for row in rows_of(published, "stats") if row["grouped_by"] == "month" and row["month"] == "2026-10"
    ]
    assert month["openings"] == 4
    assert (month["closed"], month["days_open_median"] > 9) == (2, True)
    assert {row["employer"]: row["listings_ever"] for row in rows_of(published, "employers")} == {
        "kelpworks": 1, "northwind": 3,
    }  # fmt: skip


def test_a_quiet_day_links_them_and_a_rebuild_makes_them_again(published):
    before = {name: rows_of(published, name) for name in DERIVED}
    parts = {name: next((published.latest / name).glob("*.parquet")) for name in DERIVED}
    published.run(
        "2026-10-21", {ACME: answer(verdict="unchanged"), NORTH: answer(verdict="unchanged")}, products=PRODUCTS
    )
    for name in DERIVED:
        assert next((published.latest / name).glob("*.parquet")).samefile(parts[name])
    runs.rebuild(published.data, PRODUCTS)
    assert {name: rows_of(published, name) for name in DERIVED} == before
    assert verify(published.latest) == []
