"""The server: what it answers, what it refuses, and the page in a real browser."""

import gzip
import json
import shutil
import socket
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from normalize.listing import NAMES
from pipeline.schema import LISTINGS
from pipeline.serve.app import make_app
from pipeline.serve.query import PARAMETERS
from pipeline.serve.store import Latest
from pipeline.snapshot import describe

RUN = "20261123T120000Z-0a1b"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KELP = """Kelp Post prints postcards from tide tables.

We offer a $600 stipend for the whole project. You will work remotely for 4 weeks, about 10 hours per week,
and draw <b>twelve</b> cards.

Apply with three drawings."""


def listing(number: int, **values):
    """A row of the dataset: a plain open internship unless told otherwise."""
    row = dict.fromkeys(NAMES) | {
        "listing_id": f"{number:024x}",
        "canonical_id": f"{number:024x}",
        "source": "greenhouse",
        "board": "kelppost",
        "posting_id": str(number),
        "url": f"https://kelppost.example/jobs/{number}",
        "title": f"Intern number {number}",
        "hiring_organization": "Kelp Post",
        "description_text": "A plain description.",
        "language": "en",
        "kind": "internship",
        "kind_reasons": ["called an internship"],
        "time_commitment": "unknown",
        "scope": "unknown",
        "skills": [],
        "warnings": [],
        "pay_status": "unknown",
        "remote_status": "unknown",
        "applicant_location_requirements": [],
        "locations": [],
        "first_seen": NOW,
        "last_seen": NOW,
        "updated_at": NOW,
        "date_posted": date(2026, 11, 1) - timedelta(days=number),
        "status": "open",
        "redistribution": "feed",
        "run_id": RUN,
        "normalizer_version": "1",
        "content_hash": f"{number:x}",
    }
    return row | values


def place(text, country, city=None):
    return {"text": text, "city": city or text.split(",")[0], "region": None, "country": country}


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
        pay_text="18 à 22 € de l'heure",
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
        date_posted=date(2026, 11, 10),
    ),
    listing(
        3,
        title="Earn from home!",
        pay_status="unpaid",
        warnings=["asks for a deposit"],
        url="javascript:alert(1)",
        remote_status="onsite",
        description_text='<img src=x onerror="document.title=1"> & <script>document.title=2</script>',
        locations=[place("Pune, India", "IN")],
        skills=["Python", "SQL"],
    ),
    listing(4, title="Closed already", status="closed", closed_at=NOW, closed_reason="closed_at_source"),
    *(listing(number) for number in range(10, 80)),
]


def publish(data: Path, run: str = RUN, rows=ROWS) -> Path:
    """Write a snapshot by hand, with one feed and its gzip sibling, and flip the link to it."""
    snapshot = data / "snapshots" / run
    (snapshot / "listings").mkdir(parents=True)
    table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["listing_id"]), schema=LISTINGS)
    pq.write_table(table, snapshot / "listings" / f"part-{run}-00000.parquet")
    (snapshot / "feeds").mkdir()
    (snapshot / "feeds" / "index.json").write_text('{"feeds": []}')
    (snapshot / "feeds" / "indeed.xml").write_bytes(b"<source>" + b"<job/>" * 500 + b"</source>")
    (snapshot / "feeds" / "indeed.xml.gz").write_bytes(
        gzip.compress(b"<source>" + b"<job/>" * 500 + b"</source>", mtime=0)
    )
    files = describe(snapshot)
    (snapshot / "manifest.json").write_text(json.dumps({"files": files}))
    (snapshot / "report.html").write_text("<!DOCTYPE html><title>Report</title><style>p{color:red}</style><p>fine</p>")
    link = data / "latest.new"
    link.symlink_to(f"snapshots/{run}")
    link.replace(data / "latest")
    return snapshot


@pytest.fixture(scope="module")
def latest(tmp_path_factory):
    data = tmp_path_factory.mktemp("served")
    publish(data)
    latest = Latest(data)
    yield latest
    latest.close()


@pytest.fixture(scope="module")
def client(latest):
    return TestClient(make_app(latest))


def titles(client, query):
    answer = client.get(f"/listings?{query}")
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["listings"]]


FOUND = [  # query, titles found, in order
    ("kind=micro_internship", ["Postcard Micro-Internship"]),
    ("remote=remote,hybrid", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("remote=remote&remote=onsite", ["Postcard Micro-Internship", "Earn from home!"]),
    ("paid=true", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("paid=unpaid", ["Earn from home!"]),
    ("pay_hourly_min=16", ["Stage Développement Web"]),
    ("pay_hourly_min=10&currency=USD", ["Postcard Micro-Internship"]),
    ("weeks_max=4", ["Postcard Micro-Internship"]),
    ("weeks_max=26", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("hours_per_week_max=10", ["Postcard Micro-Internship"]),
    ("country=CH", ["Stage Développement Web"]),
    ("country=in", ["Earn from home!"]),
    ("skill=python", ["Stage Développement Web", "Earn from home!"]),
    ("q=developpement+veloperle", ["Stage Développement Web"]),
    ("text=lyon", ["Stage Développement Web"]),
    ("q=twelve+cards", ["Postcard Micro-Internship"]),
    ("q=100%25", []),
    ("posted_since=2026-11-10", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("deadline_after=2026-12-01", ["Postcard Micro-Internship"]),
    ("deadline_after=2026-12-15", []),
    ("status=closed", ["Closed already"]),
    ("paid=paid&sort=shortest", ["Postcard Micro-Internship", "Stage Développement Web"]),
]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_filters_find(client, query, expected):
    assert titles(client, query) == expected


REFUSED = [
    ("colour=red", "known are q, kind"),
    ("kind=gig", "micro_internship"),
    ("remote=maybe", "hybrid"),
    ("weeks_max=few", "not a number"),
    ("weeks_max=nan", "out of range"),
    ("pay_hourly_min=-1", "out of range"),
    ("posted_since=yesterday", "2026-11-23"),
    ("sort=random", "newest"),
    ("limit=0", "500"),
    ("limit=1e3", "500"),
    ("limit=٣", "500"),
    ("cursor=abc", "next_cursor"),
    ("country=", "empty"),
]


@pytest.mark.parametrize(("query", "told"), REFUSED)
@pytest.mark.parametrize("path", ["/listings", "/facets"])
def test_what_is_not_understood_is_refused_and_told(client, path, query, told):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert told in answer.json()["error"]


@pytest.mark.parametrize("sort", ["newest", "deadline", "pay", "shortest"])
def test_paging_shows_every_listing_once(client, sort):
    seen, cursor = [], None
    while True:
        page = client.get(
            "/listings", params={"sort": sort, "limit": 7, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [row["listing_id"] for row in page["listings"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(row["listing_id"] for row in ROWS if row["status"] == "open")
    assert page["total"] == len(seen)


def test_a_cursor_of_another_order_is_refused(client):
    cursor = client.get("/listings?limit=1&sort=pay").json()["next_cursor"]
    assert client.get("/listings", params={"cursor": cursor}).status_code == 400


def test_best_pay_is_compared_within_a_currency(client):
    rows = client.get("/listings?sort=pay&paid=true").json()["listings"]
    assert [row["pay_currency"] for row in rows] == ["EUR", "USD"]


def test_a_listing_has_every_column(client):
    row = client.get(f"/listings/{1:024x}").json()
    assert list(row) == list(NAMES)
    assert row["description_text"] == KELP
    assert (row["valid_through"], row["first_seen"]) == ("2026-12-15", "2026-11-23T12:00:00.000000Z")
    assert client.get("/listings/nope").status_code == 404


def test_a_facet_is_not_narrowed_by_its_own_filter(client):
    facets = client.get("/facets?kind=micro_internship").json()
    assert facets["total"] == 1
    assert {item["value"]: item["count"] for item in facets["facets"]["kind"]} == {
        "internship": 72,
        "micro_internship": 1,
    }
    assert facets["facets"]["remote"] == [{"value": "remote", "count": 1}]
    assert {item["value"]: item["count"] for item in facets["facets"]["weeks_max"]} == {2: 0, 4: 1, 8: 1, 12: 1, 26: 1}


def test_facets_count_what_the_filter_finds(client):
    facets = client.get("/facets").json()["facets"]
    for name in ("kind", "remote", "paid", "country", "skill", "language", "source", "currency", "weeks_max"):
        for item in facets[name]:
            assert client.get("/listings", params={name: item["value"], "limit": 1}).json()["total"] == item["count"]


def test_the_feed_is_served_as_importers_ask_for_it(client):
    plain = client.get("/feeds/indeed.xml", headers={"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["content-type"].startswith("application/xml")
    assert "content-encoding" not in plain.headers
    packed = client.get("/feeds/indeed.xml", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) < len(plain.content)
    head = client.head("/feeds/indeed.xml", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(plain.content)))
    for known in (
        {"If-None-Match": plain.headers["etag"]},
        {"If-Modified-Since": plain.headers["last-modified"]},
        {"If-None-Match": f'"x", W/{plain.headers["etag"]}'},
    ):
        again = client.get("/feeds/indeed.xml", headers={"Accept-Encoding": "identity", **known})
        assert (again.status_code, again.content) == (304, b"")
    changed = client.get(
        "/feeds/indeed.xml", headers={"If-None-Match": '"other"', "If-Modified-Since": plain.headers["last-modified"]}
    )
    assert changed.status_code == 200
    assert client.get("/feeds/indeed.xml.gz").headers["content-type"] == "application/gzip"
    assert client.get("/feeds/").json() == {"feeds": []}


def test_answers_carry_validators(client):
    first = client.get("/listings?limit=3")
    again = client.get("/listings?limit=3", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/listings?limit=3").headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["/feeds/..%2fmanifest.json", "/feeds/%2e%2e/%2e%2e/latest.json", "/static/..%2fapp.py", "/feeds/none.xml"],
)
def test_nothing_outside_is_served(client, path):
    assert client.get(path).status_code in (404, 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_server_is_read_only(client, method):
    for path in ("/", "/listings", "/facets", "/feeds/indeed.xml"):
        assert getattr(client, method)(path).status_code == 405


def test_every_answer_has_a_strict_policy(client):
    for path in ("/", "/static/app.js", "/listings", "/feeds/indeed.xml", "/nothing", "/listings?a=b"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_report_may_style_itself_and_nothing_more(client):
    answer = client.get("/report.html")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]


def test_openapi_names_every_parameter_and_column(client):
    document = client.get("/openapi.json").json()
    named = [parameter["name"] for parameter in document["paths"]["/listings"]["get"]["parameters"]]
    assert named == list(PARAMETERS)
    assert list(document["components"]["schemas"]["Listing"]["properties"]) == list(NAMES)


def test_a_new_snapshot_is_served_once_it_is_loaded(tmp_path):
    publish(tmp_path)
    latest = Latest(tmp_path)
    client = TestClient(make_app(latest))
    assert client.get("/listings").json()["total"] == 73
    feed = client.get("/feeds/indeed.xml").headers["etag"]
    publish(tmp_path, "20261124T120000Z-0a1c", ROWS[:3])
    for _ in range(100):
        answer = client.get("/listings").json()
        if answer["run_id"] == "20261124T120000Z-0a1c":
            break
        assert answer["total"] == 73
        time.sleep(0.05)
    assert answer["total"] == 3
    assert client.get("/feeds/indeed.xml").headers["etag"] == feed  # the same bytes: no importer reads them twice
    latest.close()


def test_without_a_snapshot_it_says_what_to_do(tmp_path, capsys):
    from argparse import ArgumentParser

    from pipeline import serve

    parser = ArgumentParser()
    serve.add_arguments(parser)
    assert parser.parse_args([]).host == "127.0.0.1"
    assert serve.run(parser.parse_args(["--data", str(tmp_path)])) == 1
    assert "internfeed run" in capsys.readouterr().err


# ---- in a browser


@pytest.fixture(scope="module")
def address(latest):
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(latest), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def browser():
    selenium = pytest.importorskip("selenium.webdriver")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no browser here: install chromium and chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1440,900",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = selenium.ChromeService(executable_path=driver)
    session = selenium.Chrome(options=options, service=service)
    yield session
    session.quit()


@pytest.fixture
def at(browser, address):
    """Open an address of the page, wait until it has answered; afterwards nothing may have been complained of."""
    from selenium.webdriver.support.ui import WebDriverWait

    def wait(condition):
        return WebDriverWait(browser, 10).until(lambda _: condition())

    def go(path="/"):
        browser.get(address + path)
        wait(lambda: "listing" in browser.find_element("id", "count").get_attribute("textContent"))
        wait(lambda: browser.find_elements("css selector", "#facets fieldset"))

    def text(selector):
        return browser.find_element("css selector", selector).text

    browser.get_log("browser")
    go.wait, go.text, go.browser = wait, text, browser
    go.all = lambda selector: browser.find_elements("css selector", selector)
    yield go
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert complaints == []


def test_page_shows_listings_and_counts(at):
    at("/")
    assert at.text("#count") == "73 listings"
    assert len(at.all("#list > li")) == 50
    assert "Micro-internship\n1" in at.text("#facet-kind")
    at.browser.find_element("id", "more").click()
    at.wait(lambda: len(at.all("#list > li")) == 73)
    assert at.browser.switch_to.active_element.get_attribute("data-listing")


def test_search_answers_as_one_types(at):
    at("/")
    from selenium.webdriver.common.keys import Keys

    at.browser.find_element("tag name", "body").send_keys("/")
    at.browser.switch_to.active_element.send_keys("velop")
    at.wait(lambda: at.text("#count") == "1 listing")
    assert "Véloperle" in at.text("#list")
    assert at.browser.current_url.endswith("/?q=velop")
    at.browser.switch_to.active_element.send_keys(Keys.BACKSPACE * 5)
    at.wait(lambda: at.text("#count") == "73 listings")


def test_filters_live_in_the_address(at):
    at("/")
    at.browser.find_element("css selector", "#facet-remote label").click()
    at.wait(lambda: "remote=" in at.browser.current_url)
    at("/?paid=paid&sort=shortest")
    assert at.text("#count") == "2 listings"
    assert [chip.text for chip in at.all("#chips button")] == ["Paid ×"]
    at.browser.find_element("css selector", "#chips button").click()
    at.wait(lambda: at.text("#count") == "73 listings")
    at.browser.back()
    at.wait(lambda: at.text("#count") == "2 listings")


def test_evidence_is_marked_in_the_text(at):
    at(f"/?listing={1:024x}")
    at.wait(lambda: at.all("#detail .text mark"))
    marks = {mark.get_attribute("class"): mark.text for mark in at.all("#detail .text mark")}
    assert marks == {
        "mark-pay": "PAY$600 stipend",
        "mark-remote": "WHEREwork remotely",
        "mark-duration": "LENGTH4 weeks",
        "mark-hours": "HOURS10 hours per week",
    }
    assert "$600 in all ($15 an hour)" in at.text("#detail dl")
    assert (
        at.browser.find_element("css selector", "#detail .actions a").get_attribute("href")
        == "https://kelppost.example/jobs/1"
    )
    assert "Postcard" in at.browser.title


def test_evidence_is_marked_in_a_description_with_structure(at):
    at(f"/?listing={2:024x}")
    at.wait(lambda: at.all("#detail .rich mark"))
    assert [item.text for item in at.all("#detail .rich li")] == ["Svelte", "LENGTH3 à 6 mois, à Lyon"]
    assert [mark.text for mark in at.all("#detail .rich mark")] == ["LENGTH3 à", "6 mois"]
    assert at.all("#detail .rich a, #detail .rich img, #detail .rich [onclick]") == []
    assert "in the board’s own field" in at.text("#detail dl")


def test_hostile_listing_stays_text(at):
    at(f"/?listing={3:024x}")
    at.wait(lambda: at.all("#detail .text"))
    assert "<script>" in at.text("#detail .text")
    assert at.all("#detail img, #detail script, #detail a[href^=javascript]") == []
    assert "asks for a deposit" in at.text("#detail .warnings")
    assert at.browser.title.startswith("Earn from home!")


def test_keyboard_opens_and_closes_a_listing(at):
    from selenium.webdriver.common.keys import Keys

    at("/")
    first = at.browser.find_element("css selector", "#list a")
    first.send_keys(Keys.ARROW_DOWN)
    at.browser.switch_to.active_element.send_keys(Keys.ENTER)
    at.wait(lambda: at.all("#detail-title"))
    at.wait(lambda: at.browser.switch_to.active_element.get_attribute("id") == "detail-title")
    at.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    at.wait(lambda: not at.all("#detail-title"))
    assert at.browser.switch_to.active_element.text == "Stage Développement Web"


def test_every_control_has_a_name_and_the_page_fits_a_phone(at):
    at.browser.set_window_size(390, 844)
    try:
        at(f"/?listing={1:024x}")
        at.wait(lambda: at.all("#detail .text"))
        unnamed = at.browser.execute_script(
            "return [...document.querySelectorAll('input,select,button,a')].filter(e => !(e.labels?.length "
            "|| e.textContent.trim() || e.getAttribute('aria-label'))).map(e => e.outerHTML)"
        )
        assert unnamed == []
        width = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        scroll, client = at.browser.execute_script(width)
        assert scroll <= client
        at("/")
        scroll, client = at.browser.execute_script(width)
        assert scroll <= client
        at.browser.find_element("id", "filters-toggle").click()
        assert at.browser.find_element("id", "facets").is_displayed()
    finally:
        at.browser.set_window_size(1440, 900)
