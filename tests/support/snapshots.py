"""A snapshot written by hand, for tests of the server and of its page."""

import gzip
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.manifest import Manifest, write_manifest
from pipeline.store.schema import LISTINGS
from pipeline.store.snapshot import describe
from tests.support.listings import NOW, RUN, listing, place

KELP = """Kelp Post prints postcards from tide tables.

We offer a $600 stipend for the whole project. You will work remotely for 4 weeks, about 10 hours per week,
and draw <b>twelve</b> cards.

Apply with three drawings."""


ROWS = [
    listing(
        1,
        title="Postcard Micro-Internship",
        description_text=KELP,
        kind="micro_internship",
        duration_weeks_min=4.0,
        duration_weeks_max=4.0,
        duration_min=4.0,
        duration_max=4.0,
        duration_unit="week",
        duration_text="4 weeks",
        duration_basis="description",
        hours_per_week_min=10.0,
        hours_per_week_max=10.0,
        hours_text="10 hours per week",
        hours_basis="description",
        pay_status="paid",
        pay_min=600.0,
        pay_max=600.0,
        pay_currency="USD",
        pay_period="total",
        pay_text="$600 stipend",
        pay_basis="description",
        pay_hourly_min=15.0,
        pay_hourly_max=15.0,
        remote_status="remote",
        remote_text="work remotely",
        remote_basis="description",
        skills=["Illustration", "Figma"],
        occupation_group="design",
        study_level=["school", "bachelor"],
        eligible_countries=["anywhere"],
        valid_through=date(2026, 12, 15),
        date_posted=date(2026, 11, 20),
    ),
    listing(
        2,
        title="Stage Développement Web",
        hiring_organization="Véloperle",
        language="fr",
        locations=[place("Lyon, France", "FR"), place("Genève, Suisse", "CH")],
        country="FR",
        pay_status="paid",
        pay_min=18.0,
        pay_max=22.0,
        pay_currency="EUR",
        pay_period="hour",
        pay_text='{"id": "7f3a", "interval": "1 HOUR", "note": null, "tiers": [{"minValue": 18, "maxValue": 22}]}',
        pay_basis="field",
        pay_hourly_min=18.0,
        pay_hourly_max=22.0,
        remote_status="hybrid",
        duration_weeks_min=13.0,
        duration_weeks_max=26.0,
        duration_min=3.0,
        duration_max=6.0,
        duration_unit="month",
        duration_text="3 à 6 mois",
        duration_basis="description",
        description_text="Tu feras\nSvelte\n3 à 6 mois, à Lyon",
        description_html='<p>Tu <a href="javascript:x()">feras</a><img src=x></p>'
        "<ul><li>Svelte</li><li>3 à\n <strong>6 mois</strong>, à Lyon</li></ul>",
        skills=["Python"],
        occupation_group="software",
        study_level=["phd"],
        work_permit="sponsored",
        eligible_countries=["CH", "FR"],
        start_date=date(2027, 6, 1),
        start_date_latest=date(2027, 6, 15),
        date_posted=date(2026, 11, 10),
    ),
    listing(
        3,
        title="Earn from home!",
        pay_status="unpaid",
        warnings=["asks for money", "dates are over"],
        url="javascript:alert(1)",
        remote_status="onsite",
        description_text='<img src=x onerror="document.title=1"> & <script>document.title=2</script>',
        locations=[place("Pune, India", "IN")],
        skills=["Python", "SQL"],
    ),
    listing(4, title="Closed already", status="closed", closed_at=NOW, closed_reason="closed_at_source"),
    *(listing(number) for number in range(10, 80)),
]


INDEX = {
    "entries": 500,
    "generated": "2026-11-23T12:00:00Z",
    "held": None,
    "left_out": {"redistribution": 3},
    "formats": {"indeed": {"files": ["indeed.xml"], "expected": 500}},
    "changes": {"ADD": 500, "MOD": 0, "DEL": 0},
    "files": {},
}


def publish(data: Path, run: str = RUN, rows=ROWS) -> Path:
    """Write a snapshot by hand, with one feed and its gzip sibling, and point the link `latest` to it."""
    snapshot = data / "snapshots" / run
    (snapshot / "listings").mkdir(parents=True)
    table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["listing_id"]), schema=LISTINGS)
    pq.write_table(table, snapshot / "listings" / f"part-{run}-00000.parquet")
    (snapshot / "feeds").mkdir()
    (snapshot / "feeds" / "index.json").write_text(json.dumps(INDEX))
    (snapshot / "feeds" / "indeed.xml").write_bytes(b"<source>" + b"<job/>" * 500 + b"</source>")
    (snapshot / "feeds" / "indeed.xml.gz").write_bytes(
        gzip.compress(b"<source>" + b"<job/>" * 500 + b"</source>", mtime=0)
    )
    files = describe(snapshot)
    write_manifest(snapshot, Manifest(run, "complete", 0, files=files))
    (snapshot / "report.html").write_text("<!DOCTYPE html><title>Report</title><style>p{color:red}</style><p>fine</p>")
    link = data / "latest.new"
    link.symlink_to(f"snapshots/{run}")
    link.replace(data / "latest")
    return snapshot
