"""The server: its responses, and the requests that it refuses."""

import time

import pytest
from starlette.testclient import TestClient

from normalize.columns import NAMES
from pipeline.products.feeds.filters import parse_where
from pipeline.products.serve.app import make_app
from pipeline.products.serve.query import PARAMETERS, parse
from pipeline.products.serve.store import Latest
from tests.support.snapshots import INDEX, KELP, ROWS, publish


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
    ("occupation=design", ["Postcard Micro-Internship"]),
    ("occupation=design,software", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("study_level=phd", ["Stage Développement Web"]),
    ("study_level=phd,school", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("work_permit=sponsored", ["Stage Développement Web"]),
    ("eligible=es", ["Postcard Micro-Internship"]),
    ("eligible=fr", ["Postcard Micro-Internship", "Stage Développement Web"]),
    ("eligible=anywhere", ["Postcard Micro-Internship"]),
    ("stale=true", ["Earn from home!"]),
    ("stale=false&skill=python", ["Stage Développement Web"]),
    ("start_from=2027-06-01", ["Stage Développement Web"]),
    ("start_from=2027-06-16", []),
    ("start_to=2027-06-01", ["Stage Développement Web"]),
    ("start_to=2027-05-31", []),
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
def test_filters_select_the_expected_listings(client, query, expected):
    assert titles(client, query) == expected


@pytest.mark.parametrize(("weeks", "greatest"), [("8", 8.0), ("12", 13.1), ("13", 13.1), ("26", 26.0)])
def test_three_months_count_as_twelve_weeks(weeks, greatest):
    assert parse([("weeks_max", weeks)]).clauses["weeks_max"].values == [greatest]
    assert parse_where(f"duration_weeks_max<={weeks}")[0].values == (greatest,)


REFUSED = [
    ("colour=red", "unknown parameter colour; the parameters are q, kind"),
    ("remote_status=remote", "unknown parameter remote_status; the nearest is remote; the parameters are q, kind"),
    ("contry=US", "the nearest is country"),
    ("kind=gig", "micro_internship"),
    ("remote=maybe", "hybrid"),
    ("occupation_group=law", "the nearest is occupation"),
    ("occupation=farming", "environment"),
    ("study_level=none", "bachelor"),
    ("work_permit=maybe", "not_sponsored"),
    ("eligible=", "empty"),
    ("stale=maybe", "true, false"),
    ("start_from=soon", "2026-11-23"),
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
def test_an_invalid_request_is_refused_with_a_reason(client, path, query, told):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert told in answer.json()["error"]


@pytest.mark.parametrize("name", ["utm_source", "utm_campaign", "fbclid", "gclid", "msclkid", "mc_eid", "ref", "_gl"])
@pytest.mark.parametrize("path", ["/?", "/listings?limit=1", "/facets?paid=paid", f"/listings/{1:024x}?", "/feeds/?"])
def test_parameters_of_trackers_are_ignored(client, path, name):
    plain, shared = client.get(path.rstrip("?")), client.get(f"{path}&{name}=newsletter")
    assert (shared.status_code, shared.content) == (200, plain.content)


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


def test_pay_is_compared_within_a_currency(client):
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


def test_facets_count_the_listings_that_the_filter_selects(client):
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
    assert client.get("/feeds/").json() == INDEX


def test_a_browser_gets_the_feeds_as_a_page(client):
    page = client.get("/feeds/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<a href="/feeds/indeed.xml">indeed.xml</a>' in page.text
    assert "Left out, by reason: 3 redistribution." in page.text
    assert "Accept," in page.headers["vary"]
    known = {"Accept": "text/html", "If-None-Match": page.headers["etag"]}
    assert client.get("/feeds/", headers=known).status_code == 304
    assert client.get("/feeds/?x=1", headers={"Accept": "text/html"}).status_code == 400


def test_responses_have_validators(client):
    first = client.get("/listings?limit=3")
    again = client.get("/listings?limit=3", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/listings?limit=3").headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["/feeds/..%2fmanifest.json", "/feeds/%2e%2e/%2e%2e/latest.json", "/static/..%2fapp.py", "/feeds/none.xml"],
)
def test_files_outside_the_folders_are_not_served(client, path):
    assert client.get(path).status_code in (404, 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_server_is_read_only(client, method):
    for path in ("/", "/listings", "/facets", "/feeds/indeed.xml"):
        assert getattr(client, method)(path).status_code == 405


def test_every_response_has_a_strict_policy(client):
    for path in ("/", "/static/app.js", "/listings", "/feeds/indeed.xml", "/nothing", "/listings?a=b"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_policy_of_the_report_allows_inline_styles_only(client):
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


def test_without_a_snapshot_the_error_states_the_remedy(tmp_path, capsys):
    from pipeline.cli.command_line import main, parser

    assert parser("serve").parse_args(["serve"]).host == "127.0.0.1"
    assert main(["serve", "--data", str(tmp_path)]) == 1
    assert "internfeed run" in capsys.readouterr().err
