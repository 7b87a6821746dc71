"""Rows of the dataset that enter feeds, and functions that write, read and validate feeds.

`python -m tests.support.feeds` rebuilds the golden files. Read the difference before you commit it.
"""

import csv
import datetime
import hashlib
import io
import json
import shutil
import tempfile
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import referencing
from lxml import etree

from pipeline.products.feeds import FeedOptions, write_feeds
from pipeline.store.schema import LISTINGS
from tests.support import listings
from tests.support.listings import NOW, place

SCHEMAS = Path(write_feeds.__code__.co_filename).parent / "schemas"
GOLDEN = Path(__file__).parents[1] / "pipeline" / "products" / "feeds" / "golden"
DAY = datetime.timedelta(days=1)


def listing(number, **values):
    """Return a row of the dataset that enters every feed, unless the values prevent it."""
    row = listings.listing(number) | {
        "listing_id": hashlib.sha256(str(number).encode()).hexdigest()[:24],
        "url": f"https://kelppost.example/jobs/{number}?a=1&b=2",
        "title": f"Postcard intern {number}",
        "hiring_organization": "Kelp & Post",
        "description_text": "Draw twelve cards of the tide.\n\nPay is by the hour; R&D < art.",
        "locations": [place("Lyon", "FR")],
        "city": "Lyon",
        "country": "FR",
        "date_posted": datetime.date(2026, 11, 5),
        "first_seen": NOW - 3 * DAY,
        "last_seen": NOW - DAY,
        "updated_at": NOW - DAY,
        "content_hash": f"{number}",
    }
    row |= values
    return row | {"canonical_id": row["listing_id"]}


ROWS = [
    listing(
        1,
        title="Tide table micro-internship",
        kind="micro_internship",
        description_html='<p>Draw <strong>twelve</strong> cards.<br>Ask <a href="https://kelppost.example/faq"'
        ' rel="nofollow">here</a>.</p>',
        time_commitment="part_time",
        skills=["Illustration", "GIS"],
        duration_weeks_min=4.0,
        duration_weeks_max=4.0,
        duration_min=4.0,
        duration_max=4.0,
        duration_unit="week",
        duration_text="4 weeks",
        hours_per_week_min=10.0,
        hours_per_week_max=12.5,
        hours_text="10 to 12.5 hours per week",
        pay_status="paid",
        pay_min=17.5,
        pay_max=22.0,
        pay_currency="EUR",
        pay_period="hour",
        pay_text="€17.50-22 per hour",
        remote_status="remote",
        applicant_location_requirements=["FR", "BE"],
        valid_through=datetime.date(2026, 12, 24),
        start_date=datetime.date(2027, 1, 4),
        apply_url="https://kelppost.example/apply/1",
    ),
    listing(2, locations=[place("Lyon", "FR"), place("Ghent", "BE", "Flanders"), place("Lyon", "FR")]),
    listing(3, remote_status="remote", locations=[], country=None, city=None, applicant_location_requirements=["US"]),
    listing(
        4, pay_status="paid", pay_min=600.0, pay_max=600.0, pay_currency="USD", pay_period="total", pay_text="$600"
    ),
    listing(
        5, pay_status="unpaid", pay_text="unpaid", remote_status="hybrid", source="tidejobs", attribution="Tide Jobs"
    ),
    listing(
        6,
        duration_min=3.0,
        duration_max=6.0,
        duration_unit="month",
        duration_text="3-6 Monate",
        language="de",
        pay_status="paid",
        pay_min=900.0,
        pay_currency="EUR",
        pay_period="month",
    ),
]


LEFT_OUT = [
    ("closed", {"status": "closed", "closed_reason": "closed_at_source", "closed_at": NOW - DAY}),
    ("kind out of feed", {"kind": "entry_level"}),
    ("redistribution", {"redistribution": "parquet_only"}),
    ("redistribution", {"redistribution": None}),
    ("unconfirmed", {"board": "silent"}),
    ("missing title", {"title": " "}),
    ("missing url", {"url": "javascript:x()"}),
    ("url of no posting", {"url": "https://kelppost.example/"}),
    ("url of another listing", {"url": ROWS[0]["url"]}),
    ("missing company", {"hiring_organization": None}),
    ("missing date", {"date_posted": None}),
    ("missing description", {"description_text": "\n"}),
    ("missing country", {"country": None, "locations": [place("Atlantis", None)]}),
    (
        "missing country",
        {"country": None, "locations": None, "remote_status": "remote", "applicant_location_requirements": ["Europe"]},
    ),
]


def write(folder, rows, name="feeds", **options):
    """Write the rows as Parquet, and their feeds; return the folder of the feeds and the index."""
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=LISTINGS), folder / f"{name}.parquet", row_group_size=7)
    options.setdefault("generated", NOW)
    index = write_feeds([folder / f"{name}.parquet"], folder / name, FeedOptions(**options))
    return folder / name, index


def write_all(folder):
    """Write the feeds of `ROWS` and of the rows that are left out; return the folder of the feeds."""
    left_out = [listing(100 + number, **values) for number, (_, values) in enumerate(LEFT_OUT)]
    return write(folder, ROWS + left_out, unconfirmed={("greenhouse", "silent")})[0]


def xml(path):
    return etree.parse(path).getroot()


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def rows_of(path):
    before = csv.field_size_limit(10_000_000)  # of the whole process
    try:
        return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
    finally:
        csv.field_size_limit(before)


def assert_valid(folder):
    """Assert that every feed of a folder is valid by its schema."""
    for name in ("indeed", "jobs", "rss", "atom"):
        schema = etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))
        for path in sorted(folder.glob(f"{name}-*.xml")):
            schema.assertValid(etree.parse(path))
    documents = {
        "jobposting": [line for path in folder.glob("jobposting-*.ndjson") for line in lines(path)],
        "changes": lines(folder / "changes.ndjson"),
        "feed": [json.loads(path.read_text("utf-8")) for path in folder.glob("feed-*.json")],
        "wpjm": [row for path in folder.glob("wpjm-*.csv") for row in rows_of(path)],
        "index": [json.loads((folder / "index.json").read_text("utf-8"))],
    }
    schemas = [(path.name, json.loads(path.read_text("utf-8"))) for path in SCHEMAS.glob("*.json")]
    registry = referencing.Registry().with_resources(
        [(name, referencing.Resource.from_contents(contents)) for name, contents in schemas]
    )
    for name, contents in schemas:
        validator = jsonschema.Draft202012Validator(contents, registry=registry)
        for document in documents[name.split(".")[0]]:
            validator.validate(document)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for path in GOLDEN.iterdir():
            shutil.copyfile(write_all(Path(folder) / path.name) / path.name, path)
