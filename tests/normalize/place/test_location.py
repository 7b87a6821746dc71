"""Places of work and where applicants must live, measured on our own labelled rows."""

import json
import time
from pathlib import Path

import pytest

from normalize.place.gazetteer import country_of
from normalize.place.location import parse_applicant_places, parse_places

GOLD = Path(__file__).parents[2] / "gold" / "location.jsonl"
APPLICANTS = "applicant_location_requirements"
ROWS = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", [row for row in ROWS if "country" in row["labels"]], ids=lambda row: row["id"])
def test_the_first_place_is_read_as_labelled(row):
    first = next(iter(parse_places(row["posting"]["location"])), None)
    for name in {"city", "region", "country"} & row["labels"].keys():
        assert getattr(first, name, None) == row["labels"][name], name


@pytest.mark.parametrize("row", [row for row in ROWS if APPLICANTS in row["labels"]], ids=lambda row: row["id"])
def test_where_applicants_must_live(row):
    location = row["posting"]["location"]
    found = parse_applicant_places(location, "remote" in location.lower(), row["posting"].get("description", ""))
    assert found in row["labels"][APPLICANTS]


def test_every_place_of_a_list_is_read():
    assert [place.city for place in parse_places("San Francisco, CA or New York, NY")] == [
        "San Francisco",
        "New York City",
    ]
    assert [place.city for place in parse_places('{"location":"Lyon","allLocations":["Lyon","Paris"]}')] == [
        "Lyon",
        "Paris",
    ]


def test_a_board_record_without_a_place_says_nothing():
    assert parse_places('{"name":"Remote"}') == ()


@pytest.mark.parametrize(("name", "code"), [("Deutschland", "DE"), ("UK", "GB"), ("Brasil", "BR"), ("Atlantis", None)])
def test_countries_are_known_in_many_languages(name, code):
    assert country_of(name) == code


@pytest.mark.parametrize(
    ("text", "wanted"), [("You must reside in Canada.", ["CA"]), ("Candidates must live in CA.", ["must live in CA"])]
)
def test_a_condition_of_residence_is_read_from_the_text(text, wanted):
    assert parse_applicant_places("Remote", True, text) == wanted


@pytest.mark.parametrize(
    "piece", ["- remote, ", "remote in ", "must live in A ", "[{", '{"a":', ",", "Paris, ", " or "]
)
def test_hostile_words_are_answered_in_a_second(piece):
    country_of("France")
    parse_places("Paris")
    words = piece * (500_000 // len(piece))
    start = time.process_time()
    parse_places(words)
    parse_applicant_places(words, True, words)
    assert time.process_time() - start < 1
