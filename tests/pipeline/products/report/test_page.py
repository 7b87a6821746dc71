"""The report: self-contained, reproducible to the byte, and safe."""

import re
from html.parser import HTMLParser

import pytest

from pipeline.products.report import page as report
from pipeline.products.report import statistics as figures
from pipeline.products.report.page import write_report
from pipeline.store.manifest import read_manifest
from tests.support.folder import World, answer, posting

ACME, NORTH = ("lever", "acme"), ("greenhouse", "north")
SOME = [posting(number) for number in range(6)]
# Words that the normalizer keeps, since they are no tags as it knows them; a browser may take them for some.
HOSTILE = ["<own-tag onclick=alert(1)> Intern", "Intern \"'><img/src=x onerror=alert(1)>"]


def run(world, today, boards, **options):
    return world.run(today, boards, products=(write_report,), **options)


def text(world):
    return (world.latest / "report.html").read_text("utf-8")


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Two days; on the second day hostile listings opened, one changed, one closed, and a board failed."""
    world = World(tmp_path_factory.mktemp("reported") / "data")
    bad = [posting(20 + place, title=title, url="javascript:alert(1)") for place, title in enumerate(HOSTILE)]
    bad.append(posting(30, title="Intern", url="https://boards.example/'\"><b>"))
    world.run("2026-11-20", {ACME: answer(SOME), NORTH: answer(SOME[:3])})
    dearer = posting(1, description="A 10-week paid summer internship. You will earn $25 per hour, 20 hours per week.")
    boards = {ACME: answer([dearer, *SOME[2:], *bad]), NORTH: answer(verdict="timeout", error="no answer")}
    run(world, "2026-11-21", boards)
    return world


@pytest.fixture(scope="module")
def page(reported):
    return text(reported)


def test_a_run_reports_its_listings_and_failing_boards(page):
    assert "<h1>11 open internships</h1>" in page
    assert "1 closed at source" in page
    assert "greenhouse/north</td><td>timeout</td><td>no answer</td><td>2026-11-20</td>" in page


@pytest.mark.parametrize(
    "heading",
    [
        "How long",
        "Pay an hour",
        "Pay a week",
        "Remote work",
        "What listings state, by source",
        "The last runs",
    ],
)
def test_every_section_is_there(page, heading):
    assert f"<h2>{heading}</h2>" in page


def test_every_plot_has_its_numbers_as_text_for_screen_readers(page):
    told = [attrs["aria-label"] for _, attrs in Tags(page).found if attrs.get("role") == "img"]
    assert len(told) == page.count("<svg") >= 8
    assert "USD an hour, at least, by source: lever median 22 of 8; greenhouse median 22 of 3" in told


def test_the_trend_counts_back_from_the_open_listings(page):
    told = next(attrs["aria-label"] for _, attrs in Tags(page).found if "Open listings" in attrs.get("aria-label", ""))
    found = re.findall(r"opened ([0-9]+).*?closed ([0-9]+), open ([0-9]+)", told)
    assert found == [("9", "0", "9"), ("3", "1", "11")]


def test_changed_values_are_listed(page):
    assert "<td>pay: USD 22 an hour → USD 25 an hour</td>" in page
    assert "<td>closed at source</td>" in page


def test_the_page_loads_no_other_resource(page):
    for tag, attrs in Tags(page).found:
        assert tag not in {"script", "link", "img", "iframe", "object"}
        assert not {name for name in attrs if name.startswith("on")}
        assert "src" not in attrs
        assert attrs.get("xlink:href", "#").startswith("#")
    assert "url(http" not in page


def test_identifiers_are_unique(page):
    found = re.findall(r'\bid="([^"]+)"', page)
    assert len(found) == len(set(found))


def test_the_same_run_gives_the_same_bytes(reported, page):
    path = reported.latest
    (before,) = (other for other in path.parent.iterdir() if other != path)
    earlier = figures.history(reported.data, path.name)
    assert report.page(path, read_manifest(path), earlier, before) == page


def test_hostile_markup_is_shown_as_text(page):
    tags = Tags(page).found
    assert not {"own-tag", "img", "b"} & {tag for tag, _ in tags}
    assert "&lt;own-tag onclick=alert(1)&gt;" in page
    assert "&lt;img/src=x" in page


def test_only_web_addresses_become_links():
    assert report.link({"title": "Intern", "url": "javascript:alert(1)"}) == "Intern"
    assert report.link({"title": "Intern", "url": "https://a.example/"}).startswith("<a ")


def test_a_run_that_changed_nothing_keeps_the_report(world, monkeypatch):
    monkeypatch.setattr(report, "page", lambda *_: "drawn")
    run(world, "2026-11-20", {ACME: answer(SOME)})
    before = (world.latest / "report.html").stat().st_ino
    run(world, "2026-11-21", {ACME: answer(SOME)})
    assert (world.latest / "report.html").stat().st_ino == before
    run(world, "2026-11-22", {ACME: answer(SOME[:5])})
    assert (world.latest / "report.html").stat().st_ino != before


def test_an_error_in_the_report_does_not_stop_the_run_and_is_noted(world, monkeypatch):
    def fail(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(report, "page", fail)
    published = run(world, "2026-11-20", {ACME: answer(SOME)})
    assert published.status == 0
    assert published.manifest.notes == ("report.html was not made: MemoryError: no room",)
    assert not (world.latest / "report.html").exists()


def test_an_empty_dataset_has_a_report(world):
    run(world, "2026-11-20", {ACME: answer(verdict="ok_empty")})
    assert "<h1>0 open internships</h1>" in text(world)


def test_a_partial_board_states_the_reason_and_its_counts(world):
    counts = {"unread": 1, "repeated": 2, "odd_fields": {"location": 3}}
    error = "consent: 1 of 9 detail pages could not be read"
    run(world, "2026-11-20", {ACME: answer(SOME, verdict="partial", error=error, **counts)})
    assert f"{error}; 1 posting unread; 2 records repeated; odd fields: location 3</td>" in text(world)
