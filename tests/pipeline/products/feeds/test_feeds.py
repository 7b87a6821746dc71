"""Feeds: valid by their schemas, equal to the Parquet files, reproducible to the byte, and safe."""

import datetime
import gzip
import hashlib
import json
import re

import feedparser
import pytest

from pipeline.products.feeds.formats.entry import REASONS
from tests.support.feeds import (
    DAY,
    GOLDEN,
    LEFT_OUT,
    NOW,
    ROWS,
    assert_valid,
    lines,
    listing,
    place,
    rows_of,
    write,
    write_all,
    xml,
)


@pytest.fixture(scope="module")
def feeds(tmp_path_factory):
    return write_all(tmp_path_factory.mktemp("feeds"))


def test_every_file_is_valid_by_its_schema(feeds):
    assert_valid(feeds)


def test_rows_left_out_are_counted_by_reason(feeds):
    index = json.loads((feeds / "index.json").read_text())
    expected = {reason: sum(found == reason for found, _ in LEFT_OUT) for reason in REASONS}
    assert index["left_out"] == {reason: count for reason, count in expected.items() if count}
    assert index["entries"] + sum(index["left_out"].values()) == index["listings"]


def test_every_format_contains_the_same_listings(feeds):
    ids = {row["listing_id"] for row in ROWS}
    references = [node.text for node in xml(feeds / "indeed.xml").iter("referencenumber")]
    assert {reference[:24] for reference in references} == ids
    assert [reference for reference in references if len(reference) == 24] == [row["listing_id"] for row in ROWS]
    assert {job.get("id") for job in xml(feeds / "jobs.xml")} == ids
    assert {line["identifier"]["value"] for line in lines(feeds / "jobposting.ndjson")} == ids
    assert {item["id"] for item in json.loads((feeds / "feed.json").read_text())["items"]} == ids
    assert {row["listing_id"] for row in rows_of(feeds / "wpjm.csv")} == ids
    assert {change["id"] for change in lines(feeds / "changes.ndjson")} == ids


def european(day):
    return f"{day:%d.%m.%Y}" if day else None


def tags(element, *names):
    return [element.findtext(name) for name in names]


def number(text):
    return float(text) if text else None


SALARIES = {"hour": "EUR 17.50–22 an hour", "total": "USD 600 in all", "month": "ab EUR 900 pro Monat"}
# For each format: its entries by identifier, and what it says of a row beside what the row says.
READERS = {
    "indeed.xml": (
        lambda path: {job.findtext("referencenumber"): job for job in xml(path).iter("job")},
        lambda job: (
            *tags(job, "title", "url", "company", "date", "expirationdate", "attribution", "salary", "duration"),
            *(number(job.findtext(tag)) for tag in ("salary_min", "salary_max", "duration_weeks_min")),
            *tags(job, "salary_currency", "salary_unit", "pay_status", "remote_status", "category"),
        ),
        lambda row: (
            row["title"], row["url"], row["hiring_organization"], str(row["date_posted"]),
            row["valid_through"] and str(row["valid_through"]), row["attribution"],
            SALARIES.get(row["pay_period"], row["pay_text"]), row["duration_text"],
            row["pay_min"], row["pay_max"], row["duration_weeks_min"], row["pay_currency"],
            row["pay_period"], row["pay_status"], row["remote_status"], row["kind"],
        ),
    ),
    "jobs.xml": (
        lambda path: {job.get("id"): job for job in xml(path)},
        lambda job: tags(job, "name", "link", "company", "pubdate", "updated", "expire", "salary", "attribution"),
        lambda row: [
            row["title"], row["url"], row["hiring_organization"], european(row["date_posted"]),
            european(row["updated_at"]), european(row["valid_through"]),
            SALARIES.get(row["pay_period"], row["pay_text"]), row["attribution"],
        ],
    ),
    "jobposting.ndjson": (
        lambda path: {job["identifier"]["value"]: job for job in lines(path)},
        lambda job: (job["title"], job["url"], job["hiringOrganization"]["name"], job["datePosted"],
                     job.get("validThrough"), job.get("jobStartDate"), job.get("workHours"), job.get("skills", [])),
        lambda row: (row["title"], row["url"], row["hiring_organization"], str(row["date_posted"]),
                     row["valid_through"] and str(row["valid_through"]),
                     row["start_date"] and str(row["start_date"]), row["hours_text"], row["skills"]),
    ),
    "feed.json": (
        lambda path: {item["id"]: item for item in json.loads(path.read_text("utf-8"))["items"]},
        lambda item: (item["title"], item["url"], item["authors"][0]["name"], item["date_published"],
                      *(item["_internfeed"].get(name) for name in TOLD)),
        lambda row: (row["title"], row["url"], row["hiring_organization"], f"{row['date_posted']}T00:00:00Z",
                     *(row[name] for name in TOLD)),
    ),
    "rss.xml": (
        lambda path: {entry.id: entry for entry in feedparser.parse(str(path)).entries},
        lambda entry: (entry.title, entry.link, entry.published_parsed[:3], [tag.term for tag in entry.tags]),
        lambda row: (f"{row['title']} ({row['hiring_organization']})", row["url"],
                     row["date_posted"].timetuple()[:3], [row["kind"]]),
    ),
    "atom.xml": (
        lambda path: {entry.id.rsplit(":", 1)[1]: entry for entry in feedparser.parse(str(path)).entries},
        lambda entry: (entry.title, entry.link, entry.author, entry.published_parsed[:3], entry.updated_parsed[:6]),
        lambda row: (row["title"], row["url"], row["hiring_organization"], row["date_posted"].timetuple()[:3],
                     row["updated_at"].timetuple()[:6]),
    ),
    "wpjm.csv": (
        lambda path: {line["listing_id"]: line for line in rows_of(path)},
        lambda line: tuple(line[name] for name in ("post_title", "url", "_company_name", "post_date", "_job_expires",
                                                   "_remote_position", "duration", "pay_text")),
        lambda row: (row["title"], row["url"], row["hiring_organization"], str(row["date_posted"]),
                     str(row["valid_through"] or ""), str(int(row["remote_status"] == "remote")),
                     row["duration_text"] or "", row["pay_text"] or ""),
    ),
}  # fmt: skip
TOLD = (
    "pay_status pay_min pay_max pay_currency pay_period pay_hourly_min duration_min duration_max duration_unit"
    " duration_weeks_min hours_per_week_min hours_per_week_max kind remote_status season canonical_id"
).split()


@pytest.mark.parametrize("name", READERS)
def test_a_format_has_the_values_of_the_parquet_file(feeds, name):
    read, said, expected = READERS[name]
    found = read(feeds / name)
    for row in ROWS:
        assert said(found[row["listing_id"]]) == expected(row)
    assert len(found) - len(ROWS) == (1 if name == "indeed.xml" else 0)  # one reference more: a listing of two places


def test_a_listing_has_one_reference_for_each_of_its_places(feeds):
    base = ROWS[1]["listing_id"]
    jobs = [job for job in xml(feeds / "indeed.xml").iter("job") if job.findtext("referencenumber").startswith(base)]
    assert [(job.findtext("city"), job.findtext("country")) for job in jobs] == [("Lyon", "FR"), ("Ghent", "BE")]
    assert len({job.findtext("referencenumber") for job in jobs}) == 2
    assert all(len(job.findtext("referencenumber")) <= 40 for job in jobs)


def test_remote_work_without_a_place_is_placed_where_applicants_must_live(feeds):
    job = next(
        job for job in xml(feeds / "indeed.xml").iter("job") if job.findtext("referencenumber") == ROWS[2]["listing_id"]
    )
    assert job.findtext("country") == "US"
    assert job.findtext("city") is None


def test_countries_are_those_of_the_row(feeds):
    jobs = {job.findtext("referencenumber"): job.findtext("country") for job in xml(feeds / "indeed.xml").iter("job")}
    assert all(jobs[row["listing_id"]] == row["country"] for row in ROWS if row["country"])


def test_headers_state_the_expected_counts(feeds):
    indeed, jobs = xml(feeds / "indeed.xml"), xml(feeds / "jobs.xml")
    assert int(indeed.findtext("expectedJobCount")) == len(indeed.findall("job")) == len(ROWS) + 1
    assert int(jobs.get("expectedJobCount")) == len(jobs)
    feed = json.loads((feeds / "feed.json").read_text())
    assert feed["_internfeed"]["expected_items"] == len(feed["items"])


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_a_feed_reader_reads_the_feed_without_warnings(feeds, name):
    read = feedparser.parse(str(feeds / name))
    assert not read.bozo
    assert [entry.link for entry in read.entries] == [row["url"] for row in ROWS]


def test_atom_has_a_tombstone_for_a_closed_listing(feeds):
    stones = xml(feeds / "atom.xml").findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [stone.get("when") for stone in stones] == ["2026-11-22T12:00:00Z"]


def test_only_the_listings_that_closed_last_have_tombstones(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.products.feeds.survey.TOMBSTONES", 2)
    over = {"status": "closed", "closed_reason": "closed_at_source"}
    rows = [listing(number, **over, closed_at=NOW - number * DAY) for number in range(4)]
    feeds, _ = write(tmp_path, rows)
    stones = xml(feeds / "atom.xml").findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert {stone.get("ref").rsplit(":", 1)[1] for stone in stones} == {row["listing_id"] for row in rows[:2]}


@pytest.mark.parametrize("address", ["mailto:jobs@kelppost.example", "javascript:x()", "kelppost.example/apply"])
def test_only_http_addresses_are_published_for_applications(tmp_path, address):
    feeds, _ = write(tmp_path, [listing(1, apply_url=address)])
    assert all(address not in path.read_text("utf-8") for path in feeds.iterdir() if path.suffix != ".gz")
    assert rows_of(feeds / "wpjm.csv")[0]["_application"] == listing(1)["url"]


def test_a_pay_record_is_put_in_words(tmp_path):
    said = {"pay_status": "paid", "pay_min": 11700.0, "pay_max": 11700.0, "pay_currency": "USD", "pay_period": "month"}
    folder, _ = write(tmp_path, [listing(1, pay_text='{"interval": "1 MONTH", "minValue": 11700}', **said)])
    assert xml(folder / "indeed.xml").findtext("job/salary") == "USD 11,700 a month"
    assert xml(folder / "jobs.xml").findtext("job/salary") == "USD 11,700 a month"
    assert rows_of(folder / "wpjm.csv")[0]["pay_text"] == "USD 11,700 a month"


PAY = [  # language, amounts, currency, period; <salary>; the salary, currency and unit in wpjm.csv
    ("en", (52.0, 60.0), "USD", "hour", "USD 52–60 an hour", ("52-60", "USD", "HOUR")),
    ("en", (800.0, 800.0), "GBP", "total", "GBP 800 in all", ("800 in all", "GBP", "")),
    ("en", (75.5, 75.5), "USD", "two_weeks", "USD 75.50 every two weeks", ("75.50 every two weeks", "USD", "")),
    ("en", (None, 3000.0), "USD", "semester", "up to USD 3,000 a semester", ("up to 3,000 a semester", "USD", "")),
    ("en", (20.0, 20.0), None, "unit", "20 a piece", ("20 a piece", "", "")),
    ("de", (1200.0, 1500.0), "EUR", "month", "EUR 1.200–1.500 pro Monat", ("1200-1500", "EUR", "MONTH")),
    ("fr", (16.5, None), "CAD", "hour", "à partir de CAD 16,50 par heure", ("16.5", "CAD", "HOUR")),
    ("es", (900.0, 900.0), "EUR", "total", "EUR 900 en total", ("900 en total", "EUR", "")),
    ("cs", (150.0, 150.0), "CZK", "hour", "CZK 150 an hour", ("150", "CZK", "HOUR")),
    ("en", (500.0, 500.0), "USD", None, "as stated", ("", "", "")),
]  # fmt: skip


@pytest.mark.parametrize("pay", PAY)
def test_the_salary_names_currency_and_period(tmp_path, pay):
    language, amounts, currency, period, salary, cells = pay
    paid = {"pay_status": "paid", "pay_currency": currency, "pay_period": period, "pay_text": "as stated"}
    folder, _ = write(tmp_path, [listing(1, language=language, pay_min=amounts[0], pay_max=amounts[1], **paid)])
    assert_valid(folder)
    assert xml(folder / "indeed.xml").findtext("job/salary") == salary
    assert xml(folder / "jobs.xml").findtext("job/salary") == salary
    row = rows_of(folder / "wpjm.csv")[0]
    assert (row["_job_salary"], row["_job_salary_currency"], row["_job_salary_unit"]) == cells


@pytest.mark.parametrize(
    ("period", "value"),
    [
        ("total", {"@type": "QuantitativeValue", "value": 800.0}),
        ("two_weeks", None),
        ("semester", None),
        ("unit", None),
    ],
)
def test_only_a_fixed_fee_is_a_base_salary_without_a_unit(tmp_path, period, value):
    paid = {"pay_status": "paid", "pay_min": 800.0, "pay_max": 800.0, "pay_currency": "USD", "pay_period": period}
    folder, _ = write(tmp_path, [listing(1, **paid)])
    assert_valid(folder)
    assert lines(folder / "jobposting.ndjson")[0].get("baseSalary", {}).get("value") == value


@pytest.mark.parametrize("kind", ["micro_internship", "internship"])
def test_wp_job_manager_reads_its_own_term_for_internships(tmp_path, kind):
    folder, _ = write(tmp_path, [listing(1, kind=kind)])
    row = rows_of(folder / "wpjm.csv")[0]
    assert row["job_listing_type"] == "Internship"
    assert row["job_listing_category"] == {"micro_internship": "Micro-internship", "internship": "Internship"}[kind]


def test_a_duration_computed_from_dates_is_stated_in_days(tmp_path):
    dates = {"start_date": datetime.date(2027, 6, 7), "end_date": datetime.date(2027, 8, 13)}
    folder, _ = write(tmp_path, [listing(1, duration_weeks_min=9.7, duration_weeks_max=9.7, **dates)])
    assert lines(folder / "jobposting.ndjson")[0]["jobDuration"] == "P68D"


def test_a_non_breaking_space_is_a_character_not_an_entity(tmp_path):
    folder, _ = write(tmp_path, [listing(1, description_html="<p>R&amp;D,&nbsp;tides</p>")])
    assert xml(folder / "indeed.xml").findtext("job/description") == "<p>R&amp;D,\u00a0tides</p>"


def test_short_descriptions_are_counted(tmp_path):
    _, index = write(tmp_path, [listing(1, description_text="x" * 99), listing(2, description_text="x" * 100)])
    assert index["short_descriptions"] == 1


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


def test_every_format_states_the_attribution(feeds):
    for name in ("indeed.xml", "jobs.xml", "jobposting.ndjson", "feed.json", "rss.xml", "atom.xml", "wpjm.csv"):
        assert "Tide Jobs" in (feeds / name).read_text("utf-8")


def test_every_format_has_a_golden_file():
    assert {path.name for path in GOLDEN.iterdir()} == {*READERS, "changes.ndjson"}


@pytest.mark.parametrize("name", [*READERS, "changes.ndjson"])
def test_the_feed_equals_the_golden_file(feeds, name):
    assert (feeds / name).read_text("utf-8") == (GOLDEN / name).read_text("utf-8")


def salary_bounds(value):
    return value.get("minValue", value.get("value")), value.get("maxValue", value.get("value"))


# Google's rules for job pages (developers.google.com/search/docs/appearance/structured-data/job-posting) and the
# conditions by which adobe/structured-data-validator asks for them, in our words: rule, and whether a posting keeps it.
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
    (
        "states where applicants live wherever the board does",
        lambda job, row: (
            [place["name"] for place in job.get("applicantLocationRequirements", [])]
            == (row["applicant_location_requirements"] if row["remote_status"] == "remote" else [])
        ),
    ),
    ("is not over", lambda job, row: job.get("validThrough", "9") >= f"{NOW:%Y-%m-%d}"),
    ("ends not before it begins", lambda job, row: job.get("validThrough", "9") >= job["datePosted"]),
    (
        "has no deadline that was not stated",
        lambda job, row: ("validThrough" in job) == (row["valid_through"] is not None),
    ),
    (
        "has a salary only where an amount is stated by a period of the vocabulary, or as a fixed fee",
        lambda job, row: (
            ("baseSalary" in job) == (row["pay_period"] in {"hour", "day", "week", "month", "year", "total"})
        ),
    ),
    (
        "states pay as the board does",
        lambda job, row: (
            "baseSalary" not in job
            or (job["baseSalary"]["currency"], salary_bounds(job["baseSalary"]["value"]))
            == (row["pay_currency"], (row["pay_min"], row["pay_max"]))
        ),
    ),
    (
        "names a period of the vocabulary, and none for a fixed fee",
        lambda job, row: (
            "baseSalary" not in job or job["baseSalary"]["value"].get("unitText", "TOTAL") == row["pay_period"].upper()
        ),
    ),
    (
        "is an internship, in Google's words",
        lambda job, row: (
            job["employmentType"] == ["INTERN", *({"part_time": ["PART_TIME"]}.get(row["time_commitment"], []))]
        ),
    ),
    ("does not claim that one can apply on a page of ours", lambda job, row: "directApply" not in job),
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
def test_hostile_text_does_not_break_a_feed(tmp_path, words):
    names = "title hiring_organization pay_text duration_text attribution posting_id".split()
    short = words[:2_000]
    texts = dict.fromkeys(names, f"{short}.") | {"description_text": f"{words}."}
    markup = f'<p onclick="x()">{words}<a href="javascript:x()">y</a><script>x()</script></p>'
    rows = [
        listing(1, **texts, locations=[place(short, "FR")], skills=[short]),
        listing(2, **texts, description_html=markup),
    ]
    feeds, index = write(tmp_path, rows)
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


def test_an_empty_dataset_gives_empty_feeds(tmp_path):
    feeds, index = write(tmp_path, [])
    assert (index["entries"], index["left_out"]) == (0, {})
    assert_valid(feeds)
