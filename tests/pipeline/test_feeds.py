"""Feeds: valid by their schemas, equal to the Parquet, stable to the byte, whole or held."""

import csv
import datetime
import gzip
import hashlib
import io
import json
import re
from pathlib import Path

import feedparser
import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import referencing
from lxml import etree

from normalize.listing import NAMES
from pipeline.feeds import survey as surveys
from pipeline.feeds import write_feeds
from pipeline.feeds.entry import REASONS
from pipeline.schema import LISTINGS

SCHEMAS = Path(write_feeds.__code__.co_filename).parent / "schemas"
GOLDEN = Path(__file__).parent / "golden"
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def listing(number, **values):
    """A row of the dataset that every feed carries, unless told otherwise."""
    row = dict.fromkeys(NAMES) | {
        "listing_id": hashlib.sha256(str(number).encode()).hexdigest()[:24],
        "source": "greenhouse",
        "board": "kelppost",
        "posting_id": str(number),
        "url": f"https://kelppost.example/jobs/{number}?a=1&b=2",
        "title": f"Postcard intern {number}",
        "hiring_organization": "Kelp & Post",
        "description_text": "Draw twelve cards of the tide.\n\nPay is by the hour; R&D < art.",
        "language": "en",
        "kind": "internship",
        "time_commitment": "unknown",
        "scope": "unknown",
        "skills": [],
        "pay_status": "unknown",
        "remote_status": "unknown",
        "applicant_location_requirements": [],
        "locations": [place("Lyon", "FR")],
        "city": "Lyon",
        "country": "FR",
        "date_posted": datetime.date(2026, 11, 5),
        "first_seen": NOW - 3 * DAY,
        "last_seen": NOW - DAY,
        "updated_at": NOW - DAY,
        "status": "open",
        "redistribution": "feed",
        "run_id": "20261123T120000Z-0a1b",
        "normalizer_version": "1",
        "content_hash": f"{number}",
    }
    row |= values
    return row | {"canonical_id": row["listing_id"]}


def place(city, country, region=None):
    return {"text": city, "city": city, "region": region, "country": country}


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
    index = write_feeds([folder / f"{name}.parquet"], folder / name, **options)
    return folder / name, index


@pytest.fixture(scope="module")
def feeds(tmp_path_factory):
    out = [listing(100 + number, **values) for number, (_, values) in enumerate(LEFT_OUT)]
    return write(tmp_path_factory.mktemp("feeds"), ROWS + out, unconfirmed={("greenhouse", "silent")})[0]


def xml(path):
    return etree.parse(path).getroot()


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def rows_of(path):
    csv.field_size_limit(10_000_000)
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def assert_valid(folder):
    """Every file of a folder is what its schema says."""
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
    found = [(path.name, json.loads(path.read_text("utf-8"))) for path in SCHEMAS.glob("*.json")]
    registry = referencing.Registry().with_resources(
        [(name, referencing.Resource.from_contents(contents)) for name, contents in found]
    )
    for name, contents in found:
        validator = jsonschema.Draft202012Validator(contents, registry=registry)
        for document in documents[name.split(".")[0]]:
            validator.validate(document)


def test_every_file_is_valid_by_its_schema(feeds):
    assert_valid(feeds)


def test_rows_left_out_are_counted_by_reason(feeds):
    index = json.loads((feeds / "index.json").read_text())
    expected = {reason: sum(found == reason for found, _ in LEFT_OUT) for reason in REASONS}
    assert index["left_out"] == {reason: count for reason, count in expected.items() if count}
    assert index["entries"] + sum(index["left_out"].values()) == index["listings"]


def test_every_format_carries_the_same_listings(feeds):
    ids = {row["listing_id"] for row in ROWS}
    references = [node.text for node in xml(feeds / "indeed.xml").iter("referencenumber")]
    assert {reference[:24] for reference in references} == ids
    assert [reference for reference in references if len(reference) == 24] == [row["listing_id"] for row in ROWS]
    assert {job.get("id") for job in xml(feeds / "jobs.xml")} == ids
    assert {line["identifier"]["value"] for line in lines(feeds / "jobposting.ndjson")} == ids
    assert {item["id"] for item in json.loads((feeds / "feed.json").read_text())["items"]} == ids
    assert {row["listing_id"] for row in rows_of(feeds / "wpjm.csv")} == ids
    assert {change["id"] for change in lines(feeds / "changes.ndjson")} == ids


def test_indeed_says_what_the_parquet_says(feeds):
    jobs = {job.findtext("referencenumber"): job for job in xml(feeds / "indeed.xml").iter("job")}
    for row in ROWS:
        job = jobs[row["listing_id"]]
        assert job.findtext("date") == row["date_posted"].isoformat()
        assert job.findtext("title") == row["title"]
        assert job.findtext("url") == row["url"]
        assert job.findtext("company") == row["hiring_organization"]
        assert job.findtext("expirationdate") == (row["valid_through"] and row["valid_through"].isoformat())
        for tag, name in (("salary_min", "pay_min"), ("salary_max", "pay_max"), ("duration_weeks_min",) * 2):
            assert (job.findtext(tag) and float(job.findtext(tag))) == row[name]
        assert job.findtext("attribution") == row["attribution"]
        if row["country"]:
            assert job.findtext("country") == row["country"]


def test_a_listing_has_one_reference_for_each_of_its_places(feeds):
    base = ROWS[1]["listing_id"]
    jobs = [job for job in xml(feeds / "indeed.xml").iter("job") if job.findtext("referencenumber").startswith(base)]
    assert [(job.findtext("city"), job.findtext("country")) for job in jobs] == [("Lyon", "FR"), ("Ghent", "BE")]
    assert len({job.findtext("referencenumber") for job in jobs}) == 2
    assert all(len(job.findtext("referencenumber")) <= 40 for job in jobs)


def test_remote_work_without_a_place_stands_where_applicants_must_live(feeds):
    job = next(
        job for job in xml(feeds / "indeed.xml").iter("job") if job.findtext("referencenumber") == ROWS[2]["listing_id"]
    )
    assert job.findtext("country") == "US"
    assert job.findtext("city") is None


def test_jooble_dates_are_european(feeds):
    job = xml(feeds / "jobs.xml")[0]
    assert (job.findtext("pubdate"), job.findtext("expire")) == ("05.11.2026", "24.12.2026")


def test_json_feed_says_what_the_parquet_says(feeds):
    items = {item["id"]: item for item in json.loads((feeds / "feed.json").read_text())["items"]}
    for row in ROWS:
        own = items[row["listing_id"]]["_internfeed"]
        for name in (
            "pay_min",
            "pay_max",
            "pay_period",
            "duration_min",
            "duration_max",
            "kind",
            "remote_status",
            "season",
        ):
            assert own.get(name) == row[name]
        assert own["date_posted"] == row["date_posted"].isoformat()


def test_expected_counts_stand_in_the_headers(feeds):
    indeed, jobs = xml(feeds / "indeed.xml"), xml(feeds / "jobs.xml")
    assert int(indeed.findtext("expectedJobCount")) == len(indeed.findall("job")) == len(ROWS) + 1
    assert int(jobs.get("expectedJobCount")) == len(jobs)
    feed = json.loads((feeds / "feed.json").read_text())
    assert feed["_internfeed"]["expected_items"] == len(feed["items"])


def test_a_feed_reader_reads_rss_and_atom(feeds):
    for name in ("rss.xml", "atom.xml"):
        read = feedparser.parse(str(feeds / name))
        assert not read.bozo
        assert [entry.link for entry in read.entries] == [row["url"] for row in ROWS]
        assert all(entry.published_parsed[:3] == (2026, 11, 5) for entry in read.entries)
    assert [entry.id for entry in feedparser.parse(str(feeds / "rss.xml")).entries] == [
        row["listing_id"] for row in ROWS
    ]


def test_atom_has_a_tombstone_for_what_closed(feeds):
    stones = xml(feeds / "atom.xml").findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [stone.get("when") for stone in stones] == ["2026-11-22T12:00:00Z"]


def test_index_describes_every_file(feeds):
    files = json.loads((feeds / "index.json").read_text())["files"]
    for name, facts in files.items():
        data = (feeds / name).read_bytes()
        packed = (feeds / facts["gzip"]["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (facts["bytes"], facts["sha256"])
        assert hashlib.sha256(packed).hexdigest() == facts["gzip"]["sha256"]
        assert gzip.decompress(packed) == data
        assert packed[4:8] == b"\0\0\0\0"  # no time in the header
    every = {path.name for path in feeds.iterdir()}
    assert every == {"index.json"} | files.keys() | {facts["gzip"]["file"] for facts in files.values()}


def test_attribution_stands_in_every_format(feeds):
    for name in ("indeed.xml", "jobs.xml", "jobposting.ndjson", "feed.json", "rss.xml", "atom.xml", "wpjm.csv"):
        assert "Tide Jobs" in (feeds / name).read_text("utf-8")


@pytest.mark.parametrize("name", ["indeed.xml", "jobs.xml", "jobposting.ndjson", "feed.json", "rss.xml", "wpjm.csv"])
def test_the_bytes_are_those_of_the_golden_file(feeds, name):
    assert (feeds / name).read_text("utf-8") == (GOLDEN / name).read_text("utf-8")


# Google's rules for job pages, in our words: rule, and whether a posting keeps it.
RULES = [
    ("has a title", lambda job, row: bool(job["title"].strip())),
    (
        "has a complete HTML description",
        lambda job, row: job["description"].startswith("<") and job["description"] != job["title"],
    ),
    (
        "has the day it was posted",
        lambda job, row: datetime.date.fromisoformat(job["datePosted"]) == row["date_posted"],
    ),
    ("names the employer", lambda job, row: job["hiringOrganization"]["name"] == row["hiring_organization"]),
    (
        "has a place with a country, or says that applicants work from home and where they live",
        lambda job, row: (
            all(place["address"]["addressCountry"] for place in job["jobLocation"])
            if "jobLocation" in job
            else job["jobLocationType"] == "TELECOMMUTE" and bool(job["applicantLocationRequirements"])
        ),
    ),
    (
        "is TELECOMMUTE if and only if fully remote",
        lambda job, row: ("jobLocationType" in job) == (row["remote_status"] == "remote"),
    ),
    (
        "states where applicants live only for remote work",
        lambda job, row: "applicantLocationRequirements" not in job or "jobLocationType" in job,
    ),
    ("ends not before it begins", lambda job, row: job.get("validThrough", "9") >= job["datePosted"]),
    (
        "has no deadline that was not stated",
        lambda job, row: ("validThrough" in job) == (row["valid_through"] is not None),
    ),
    (
        "has a salary only where an amount is stated by a period of the vocabulary",
        lambda job, row: ("baseSalary" in job) == (row["pay_period"] in {"hour", "day", "week", "month", "year"}),
    ),
    (
        "states pay as the board does",
        lambda job, row: (
            "baseSalary" not in job
            or (job["baseSalary"]["currency"], job["baseSalary"]["value"].get("minValue"))
            == (row["pay_currency"], row["pay_min"])
        ),
    ),
    ("is an internship", lambda job, row: "INTERN" in job["employmentType"]),
    ("has an identifier", lambda job, row: job["identifier"]["value"] == row["listing_id"]),
]


@pytest.mark.parametrize(("rule", "keeps"), RULES, ids=[rule for rule, _ in RULES])
def test_a_job_posting(feeds, rule, keeps):
    jobs = {job["identifier"]["value"]: job for job in lines(feeds / "jobposting.ndjson")}
    assert all(keeps(jobs[row["listing_id"]], row) for row in ROWS), rule


def test_durations_are_iso_8601(feeds):
    durations = [job.get("jobDuration") for job in lines(feeds / "jobposting.ndjson")]
    assert durations[0] == "P4W"
    assert durations[5] == {"@type": "QuantitativeValue", "minValue": 3.0, "maxValue": 6.0, "unitText": "MONTH"}


HOSTILE = {
    "controls": "a\x00b\x08c\x0bd\x1fe\x7ff\x85g\ufffeh\uffff",
    "end of CDATA": "x ]]> y ]]]]>> z <![CDATA[ w ]]>",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)></p></description></job>",
    "entities": "&lt;b&gt; &amp;amp; &#0; &bogus;",
    "formula": '=HYPERLINK("http://x.example","y")',
    "formula after space": " \t@SUM(A1)",
    "turned around": "\u202egpj.exe\u202c \u2066x\u2069 \u200fשלום",
    "separators": "one\u2028two\u2029three\x85four",
    "quotes and lines": "a \"b\" 'c'\r\n\n\rd,e;f  g",
    "long": "word " * 200_000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_neither_breaks_a_feed_nor_escapes_it(tmp_path, words):
    texts = (
        "title",
        "hiring_organization",
        "description_text",
        "pay_text",
        "duration_text",
        "attribution",
        "posting_id",
    )
    markup = f'<p onclick="x()">{words}<a href="javascript:x()">y</a><script>x()</script></p>'
    feeds, index = write(
        tmp_path,
        [
            listing(1, **dict.fromkeys(texts, f"{words}."), locations=[place(words, "FR")], skills=[words]),
            listing(2, **dict.fromkeys(texts, f"{words}."), description_html=markup),
        ],
    )
    assert index["entries"] == 2
    assert_valid(feeds)
    for job in lines(feeds / "jobposting.ndjson"):
        assert not re.search(r"<script|<[^>]*(?:onerror|onclick)|href=\"javascript|<img", job["description"])
    for name in ("indeed.xml", "jobs.xml", "rss.xml", "atom.xml", "feed.json", "jobposting.ndjson", "wpjm.csv"):
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", (feeds / name).read_text("utf-8")
        )
    for row in rows_of(feeds / "wpjm.csv"):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row.values())
    for name in ("rss.xml", "atom.xml"):
        assert len(feedparser.parse(str(feeds / name)).entries) == 2


def test_the_same_listings_give_the_same_bytes(tmp_path):
    first, _ = write(tmp_path / "a", ROWS)
    later, _ = write(tmp_path / "b", ROWS, generated=NOW + 7 * DAY)
    for path in first.iterdir():
        if path.name != "index.json":
            assert path.read_bytes() == (later / path.name).read_bytes(), path.name


@pytest.fixture
def _small_shards(monkeypatch):
    monkeypatch.setattr(surveys, "SHARD", 10)
    for module in ("plan", "write"):
        monkeypatch.setattr(f"pipeline.feeds.{module}.SHARD", 10)
    monkeypatch.setattr("pipeline.feeds.plan._IN_PROCESS", 99)


@pytest.mark.usefixtures("_small_shards")
def test_many_listings_are_cut_into_shards(tmp_path):
    rows = [listing(number) for number in range(25)]
    feeds, index = write(tmp_path, rows)
    assert index["formats"]["indeed"]["files"] == ["indeed-0001.xml", "indeed-0002.xml", "indeed-0003.xml"]
    assert not (feeds / "indeed.xml").exists()
    counts = [int(xml(feeds / name).findtext("expectedJobCount")) for name in index["formats"]["indeed"]["files"]]
    assert counts == [10, 10, 5]
    pages, name = [], "feed-0001.json"
    while name:
        page = json.loads((feeds / name).read_text())
        pages += [item["id"] for item in page["items"]]
        name = page.get("next_url")
    assert pages == [row["listing_id"] for row in rows]
    assert_valid(feeds)


@pytest.mark.usefixtures("_small_shards")
def test_a_shard_in_which_nothing_changed_is_the_same_file(tmp_path):
    rows = [listing(number) for number in range(25)]
    first, _ = write(tmp_path, rows, "first")
    rows[12] |= {"title": "Another title", "content_hash": "new", "updated_at": NOW}
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    same = [(first / f"indeed-000{number}.xml").samefile(second / f"indeed-000{number}.xml") for number in (1, 2, 3)]
    assert same == [True, False, True]
    assert index["changes"] | {"from": None, "to": None} == {"from": None, "to": None, "ADD": 0, "MOD": 1, "DEL": 0}
    anew, _ = write(tmp_path, rows, "anew", generated=NOW + DAY)
    for path in anew.glob("*-000*"):
        assert path.read_bytes() == (second / path.name).read_bytes()
    assert_valid(second)


def test_changes_lead_from_one_feed_to_the_next(tmp_path):
    first, index = write(tmp_path, ROWS, "first")
    assert index["changes"]["from"] is None
    rows = [dict(row) for row in ROWS[1:]] + [listing(7)]
    rows[0] |= {"title": "Changed", "updated_at": NOW, "content_hash": "changed"}
    rows[1] |= {"status": "closed", "closed_reason": "deadline_passed", "closed_at": NOW}
    rows[2] |= {"redistribution": "none"}
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    changes = lines(second / "changes.ndjson")
    assert [(change["op"], change["id"], change.get("reason")) for change in changes if change["op"] != "DEL"] == [
        ("MOD", ROWS[1]["listing_id"], None),
        ("ADD", rows[-1]["listing_id"], None),
    ]
    assert {change["id"]: change["reason"] for change in changes if change["op"] == "DEL"} == {
        ROWS[0]["listing_id"]: "removed",
        ROWS[2]["listing_id"]: "deadline_passed",
        ROWS[3]["listing_id"]: "redistribution",
    }
    third, index = write(tmp_path, rows[1:], "third", previous=second, generated=NOW + 2 * DAY)
    state = {line["identifier"]["value"]: line for line in lines(first / "jobposting.ndjson")}
    for delta in index["deltas"]:  # who missed one follows the deltas
        for change in lines(third / delta["file"]):
            state.pop(change["id"], None)
            if "entity" in change:
                state[change["id"]] = change["entity"]
    assert state == {line["identifier"]["value"]: line for line in lines(third / "jobposting.ndjson")}
    assert index["deltas"][0]["from"] == "2026-11-23T12:00:00Z"


MANY = [listing(number) for number in range(60)]
CLOSED = {"status": "closed", "closed_at": NOW}


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([row | CLOSED | {"closed_reason": "closed_at_source"} for row in MANY[:40]] + MANY[40:], False),
        ([row | CLOSED | {"closed_reason": "unconfirmed"} for row in MANY[:13]] + MANY[13:], True),
        ([row | {"redistribution": "none"} for row in MANY[:13]] + MANY[13:], True),
        (MANY[13:], True),
        (MANY[12:], False),  # a fifth, not more
    ],
    ids=["proven closings", "silent boards", "rights", "vanished", "a fifth vanished"],
)
def test_a_feed_that_shrinks_without_proof_is_held(tmp_path, rows, held):
    first, _ = write(tmp_path, MANY, "first")
    second, index = write(tmp_path, rows, "second", previous=first, generated=NOW + DAY)
    assert bool(index["held"]) == held
    if held:
        assert (second / "indeed.xml").read_bytes() == (first / "indeed.xml").read_bytes()
        assert (second / "changes.ndjson").read_text() == ""
        assert_valid(second)


def test_a_held_feed_is_published_when_the_next_run_confirms_it(tmp_path):
    first, _ = write(tmp_path, MANY, "first")
    held, index = write(tmp_path, MANY[20:], "held", previous=first, generated=NOW + DAY)
    assert index["held"]["lost"] == 20
    assert index["entries"] == 60
    _, index = write(tmp_path, MANY[20:], "confirmed", previous=held, generated=NOW + 2 * DAY)
    assert (index["held"], index["entries"], index["changes"]["DEL"]) == (None, 40, 20)
    assert index["changes"]["from"] == "2026-11-23T12:00:00Z"
    _, index = write(tmp_path, MANY, "recovered", previous=held, generated=NOW + 2 * DAY)
    assert (index["held"], index["changes"]["DEL"]) == (None, 0)


def test_force_publishes_what_the_guard_would_hold(tmp_path):
    first, _ = write(tmp_path, MANY, "first")
    _, index = write(tmp_path, MANY[20:], "second", previous=first, generated=NOW + DAY, force=True)
    assert (index["held"], index["entries"]) == (None, 40)


def test_small_feeds_are_not_guarded(tmp_path):
    first, _ = write(tmp_path, MANY[:49], "first")
    _, index = write(tmp_path, MANY[:5], "second", previous=first, generated=NOW + DAY)
    assert index["held"] is None


def test_an_empty_dataset_gives_empty_feeds(tmp_path):
    feeds, index = write(tmp_path, [])
    assert (index["entries"], index["left_out"]) == (0, {})
    assert_valid(feeds)
