"""Sheets and databases: every row arrives, in every format, and no cell is a formula."""

import csv
import gzip
import io
import sqlite3

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from pipeline.cli import command_line as cli
from pipeline.products import export
from pipeline.products.catalogue import PRODUCTS
from tests.support.folder import answer, posting

ACME = ("lever", "acme")
FORMULAS = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx"]
POSTINGS = [
    posting(1, title="=HYPERLINK(1) Intern"),
    posting(2, employer="@acme Example", skills='["SQL", "Rust"]', location="Lyon, France"),
    posting(3, title="Intern, “quoted”; with\nlines", valid_through="2026-12-24"),
    posting(4, description="An unpaid 8-week internship."),
]


@pytest.fixture
def published(world):
    world.run("2026-11-20", {ACME: answer(POSTINGS)}, products=PRODUCTS)
    return world


def rows_of(path):
    return {row["listing_id"]: row for row in pq.read_table(path / "listings").to_pylist()}


def test_a_snapshot_holds_its_listings_as_csv_and_as_an_excel_sheet(published):
    listings = rows_of(published.latest)
    with gzip.open(published.latest / "listings.csv.gz", "rt", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["listing_id"] for row in rows] == list(listings)
    assert tuple(rows[0]) == export.SHEET_COLUMNS
    sheet = openpyxl.load_workbook(published.latest / "listings.xlsx").active
    head, *cells = sheet.iter_rows(values_only=True)
    assert head == export.SHEET_COLUMNS
    for values in cells:
        row = dict(zip(head, values, strict=True))
        listing = listings[row["listing_id"]]
        assert (row["title"], row["pay_min"]) == (listing["title"], listing["pay_min"])
        assert row["skills"] == ("; ".join(listing["skills"]) or None)
        assert row["first_seen"] == listing["first_seen"].replace(tzinfo=None)
        assert (row["valid_through"] and row["valid_through"].date()) == listing["valid_through"]
    assert {cell.data_type for line in sheet.iter_rows(min_row=2) for cell in line} <= {"s", "n", "d", "b"}


def test_no_cell_of_a_csv_file_is_a_formula(published):
    text = gzip.decompress((published.latest / "listings.csv.gz").read_bytes()).decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=HYPERLINK(1) Intern" in cells
    assert "'@acme Example" in cells
    assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell]


def test_the_same_listings_give_the_same_bytes_and_a_quiet_day_writes_nothing_again(published):
    names = ("listings.csv.gz", "listings.xlsx")
    before = {name: published.latest / name for name in names}
    published.run("2026-11-21", {ACME: answer(verdict="unchanged")}, products=PRODUCTS)
    for name in names:
        assert (published.latest / name).samefile(before[name])
    again = published.data / "again.xlsx"
    rows = export.listings(published.latest, [], export.SHEET_COLUMNS)
    export.write_xlsx(rows, again, export_instant(before["listings.xlsx"]))
    assert again.read_bytes() == before["listings.xlsx"].read_bytes()


def export_instant(path):
    return openpyxl.load_workbook(path).properties.created


def test_databases_hold_every_dataset(published, tmp_path, capsys):
    files = {name: tmp_path / f"all.{name}" for name in ("csv", "xlsx", "sqlite", "duckdb")}
    arguments = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    assert cli.main(["export", *arguments, "--data", str(published.data), "--where", "pay_status=paid"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"3 listings in {path}" for path in files.values()]
    lite = sqlite3.connect(files["sqlite"])
    assert lite.execute("select count(*), max(first_seen) from listings").fetchone() == (3, "2026-11-20T12:00:00Z")
    assert lite.execute("select skills from listings where skills != '[]'").fetchall() == [('["Rust","SQL"]',)]
    assert lite.execute("select source, verdict from boards").fetchall() == [("lever", "ok")]
    duck = duckdb.connect(str(files["duckdb"]))
    assert duck.sql(
        "select list_sort(skills), description_text is null from listings where len(skills) > 0"
    ).fetchall() == [(["Rust", "SQL"], False)]
    assert len(list(csv.DictReader(files["csv"].open(newline="")))) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a file to write: --csv FILE, --xlsx FILE, --sqlite FILE, --duckdb FILE"),
        (["--csv", "{data}"], "is a folder; name a file"),
        (["--csv", "x.csv", "--where", "kind=gig"], "kind has no value gig; it has micro_internship"),
        (["--csv", "x.csv", "--where", "knd=internship"], "unknown column knd"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(published, capsys, arguments, message):
    arguments = [argument.format(data=published.data) for argument in arguments]
    assert cli.main(["export", *arguments, "--data", str(published.data)]) == 1
    assert message in capsys.readouterr().err


def test_more_rows_than_a_sheet_holds_are_refused_and_the_earlier_file_stays(published, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(export, "SHEET_ROWS", 3)
    (tmp_path / "all.xlsx").write_text("earlier")
    assert cli.main(["export", "--xlsx", str(tmp_path / "all.xlsx"), "--data", str(published.data)]) == 1
    error = capsys.readouterr().err
    assert "there are more listings than the 3 rows of a sheet; narrow them with --where, or write --csv" in error
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["all.xlsx"]
    assert (tmp_path / "all.xlsx").read_text() == "earlier"
