"""``internfeed show``: what the dataset holds, as tables."""

import pytest

from pipeline import show
from pipeline.console import OUT
from tests.world import answer, posting

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
    assert "stated by 2 of 2" in text


def test_ill_boards_say_why(latest):
    text = printed(show.show_boards, latest, True)
    assert "greenhouse/north" in text
    assert "no answer" in text
    assert "lever/acme" not in text
    assert "lever/acme" in printed(show.show_boards, latest, False)


def test_markup_in_titles_is_text(world):
    world.run("2026-11-20", {ACME: answer([posting(1, title="[red]Intern[/red]")])})
    assert "[red]Intern[/red]" in printed(show.show_listings, world.latest, 5)
