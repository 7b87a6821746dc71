"""metrics.prom: the figures of a snapshot for Prometheus."""

import re
from pathlib import Path

from pipeline import demo
from pipeline.products.catalogue import PRODUCTS
from tests.support.folder import answer, posting
from tests.support.process import internfeed

ACME, NORTH = ("lever", "acme"), ("greenhouse", "north")
LINE = re.compile(r'internfeed_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+')


def test_the_metrics_of_a_run_agree_with_its_manifest(world):
    odd = {"repeated": 4, "odd_fields": {"location": 2, "pay": 1}, "page_requests": 7, "page_seconds": 3.2}
    boards = {ACME: answer([posting(1), posting(2)], **odd), NORTH: answer(verdict="timeout", error="no answer")}
    published = world.run("2026-11-20", boards, products=PRODUCTS)
    lines = (world.latest / "metrics.prom").read_text().splitlines()
    assert "metrics.prom" in published.manifest.files
    assert "internfeed_run_exit_status 3" in lines
    assert "internfeed_listings_open 2" in lines
    assert 'internfeed_changes{change="opened"} 2' in lines
    assert 'internfeed_board_consecutive_failures{source="greenhouse",board="north"} 1' in lines
    assert 'internfeed_board_verdict{source="greenhouse",board="north",verdict="timeout"} 1' in lines
    assert 'internfeed_board_last_ok_timestamp_seconds{source="greenhouse",board="north"} 0' in lines
    assert 'internfeed_board_repeated{source="lever",board="acme"} 4' in lines
    assert 'internfeed_board_odd_fields{source="lever",board="acme"} 3' in lines
    assert "internfeed_page_requests 7" in lines
    assert "internfeed_page_seconds 3" in lines
    assert not any(line.startswith("internfeed_board_cause{") for line in lines)
    assert all(LINE.fullmatch(line) for line in lines if not line.startswith("# "))


def test_a_partial_board_names_its_cause(world):
    unread = answer([posting(1)], verdict="partial", unread=2, error="login: 2 of 3 detail pages could not be read")
    world.run("2026-11-20", {ACME: unread}, products=PRODUCTS)
    lines = (world.latest / "metrics.prom").read_text().splitlines()
    assert 'internfeed_board_cause{source="lever",board="acme",cause="login"} 1' in lines
    assert 'internfeed_board_unread{source="lever",board="acme"} 2' in lines


RECORDED = Path(demo.__file__).parent / "day1"


def run_metrics(data, replay, day):
    """Run, and return the exit status and the metrics of the data folder without those of single boards."""
    said = internfeed("run", "--replay", replay, "--today", day, "--data", data)
    lines = (data / "metrics.prom").read_text().splitlines()
    return said.status, dict(line.rsplit(" ", 1) for line in lines if line[0] != "#" and "{source=" not in line)


def test_a_run_that_publishes_nothing_replaces_the_metrics_of_the_last_one(tmp_path):
    status, figures = run_metrics(tmp_path / "data", RECORDED, "2026-11-20")
    assert (status, figures["internfeed_run_exit_status"], figures["internfeed_run_published"]) == (0, "0", "1")
    assert int(figures["internfeed_run_requests"]) > 15
    assert figures['internfeed_run_boards{verdict="ok"}'] == "15"
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / "boards.csv").write_text("source,board\nlever,acme\n")
    (nothing / "index.jsonl").write_text("")
    status, later = run_metrics(tmp_path / "data", nothing, "2026-11-21")
    assert (status, later["internfeed_run_exit_status"], later["internfeed_run_published"]) == (2, "2", "0")
    assert later['internfeed_run_boards{verdict="timeout"}'] == "1"
    assert later["internfeed_listings_open"] == figures["internfeed_listings_open"]
    assert later['internfeed_changes{change="opened"}'] == "0"
    assert later["internfeed_run_timestamp_seconds"] > figures["internfeed_run_timestamp_seconds"]
