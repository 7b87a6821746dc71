"""`internfeed show`: the dataset as tables."""

import re

import pytest

from pipeline.cli import show
from pipeline.cli.console import OUT
from tests.support.folder import answer, posting

ACME, NORTH = ("lever", "acme"), ("greenhouse", "north")


@pytest.fixture
def latest(world):
    world.run("2026-11-20", {ACME: answer([posting(1), posting(2)]), NORTH: answer([posting(3)])})
    world.run("2026-11-21", {ACME: answer([posting(1)]), NORTH: answer(verdict="timeout", error="no answer")})
    return world.latest


def printed(action, *arguments):
    with OUT.capture() as captured:
        action(*arguments)
    return captured.get()


def test_listings_are_counted_and_named(latest):
    text = printed(show.show_listings, latest, 5)
    assert "2 open listings, 1 closed" in text
    assert "Marketing Intern" in text
    assert "1 board is failing; run `internfeed show boards --ill` for the reasons" in text


SHOWN = [  # table, and a line of it
    ("Open listings", r"pay status +paid 4"),
    ("Weeks, at least", r"lever +4 +10 +10 +10 +10 +10"),
    ("USD an hour, at least", r"FR +4 +22 +22 +22 +22 +22"),
    ("Remote work by source, %", r"lever +4 +0 +0 +0 +100"),
    ("Remote work by country, %", r"FR +4 +0 +0 +0 +100"),
    ("What listings state, %", r"pay min +100"),
    ("The last runs", r"20261120T120000Z-[0-9a-f]{4} +4 +4 +0 +0 +0"),
    ("Newest", r"Marketing Intern +Northwind Example +Lyon, FR +10 weeks +USD 22 an hour"),
]


def test_the_figures_of_the_report_are_shown(world):
    world.run("2026-11-20", {ACME: answer([posting(number) for number in range(4)])})
    text = printed(show.show_listings, world.latest, 5)
    for title, line in SHOWN:
        assert re.search(rf"^{re.escape(title)} *$", text, re.MULTILINE), title
        assert re.search(rf"^{line}", text, re.MULTILINE), title


def test_an_empty_dataset_is_shown(world):
    world.run("2026-11-20", {ACME: answer(verdict="ok_empty")})
    assert "0 open listings" in printed(show.show_listings, world.latest, 5)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(latest, monkeypatch, width):
    monkeypatch.setattr(OUT, "width", width)
    text = printed(show.show_listings, latest, 5)
    assert max(map(len, text.splitlines())) <= width
    assert "USD 22 an hour" in text


def test_failing_boards_state_the_reason(latest):
    text = printed(show.show_boards, latest, True)
    assert "greenhouse/north" in text
    assert "no answer" in text
    assert "lever/acme" not in text
    assert "lever/acme" in printed(show.show_boards, latest, False)


UNREAD = {
    "verdict": "partial",
    "error": "challenge: 2 of 3 detail pages could not be read",
    "unread": 2,
    "repeated": 1,
    "odd_fields": {"location": 3},
}


def test_a_partial_board_states_the_reason_and_its_counts(world):
    world.run("2026-11-20", {ACME: answer([posting(1)], **UNREAD), NORTH: answer([posting(2)])})
    text = " ".join(printed(show.show_boards, world.latest, True).split())  # the column is narrow
    assert f"{UNREAD['error']}; 2 postings unread; 1 record repeated; odd fields: location 3" in text
    assert "greenhouse/north" not in text


def test_markup_in_titles_is_text(world):
    world.run("2026-11-20", {ACME: answer([posting(1, title="[red]Intern[/red]")])})
    assert "[red]Intern[/red]" in printed(show.show_listings, world.latest, 5)
