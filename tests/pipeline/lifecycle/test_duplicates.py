"""The rows of one vacancy, measured on labelled pairs by precision and recall."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from normalize.build import normalize
from normalize.posting import RawPosting
from pipeline.lifecycle.duplicates import COLUMNS, canonical_ids

GOLD = Path(__file__).resolve().parents[2] / "gold"
AGGREGATORS = frozenset({"adzuna", "himalayas", "hackernews", "remotive", "themuse"})
MIN_PRECISION, MIN_RECALL = 0.99, 0.90

# How to read the fields that the comparison needs, by recorded source.
READERS = {
    "greenhouse": lambda record: RawPosting(
        title=record["title"],
        location=record["location"]["name"],
        description=record["content"],
        hiring_organization=record.get("company_name") or "Canonical",
    ),
    "themuse": lambda record: RawPosting(
        title=record["name"],
        location=" | ".join(place["name"] for place in record["locations"]),
        description=record["contents"],
        hiring_organization=record["company"]["name"],
    ),
}


def same(rows: list[dict], aggregators: frozenset[str] = AGGREGATORS) -> list[str]:
    """Return the canonical ids of rows given as mappings; ids are their positions."""
    table = pa.table(
        {name: [row.get(name) for row in rows] for name in COLUMNS if name != "listing_id"}
        | {"listing_id": [f"{position:03d}" for position in range(len(rows))]}
    )
    return canonical_ids(table, lambda wanted: [rows[index].get("description_text") for index in wanted], aggregators)


def measure(pairs: list[dict]) -> tuple[float, float, list[str]]:
    """Return precision, recall and the pairs that were judged wrongly; each pair is compared alone."""
    joined = {pair["id"]: len(set(same([pair["a"], pair["b"]]))) == 1 for pair in pairs}
    joined_pairs = [pair for pair in pairs if joined[pair["id"]]]
    right = sum(pair["same"] for pair in joined_pairs)
    wrong = [f"{pair['id']}: {pair['why']}" for pair in pairs if joined[pair["id"]] != pair["same"]]
    return right / len(joined_pairs), right / sum(pair["same"] for pair in pairs), wrong


def labelled_pairs(name: str) -> list[dict]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


def test_invented_pairs_are_judged_as_labelled():
    pairs = labelled_pairs("duplicates.jsonl")
    assert len(pairs) >= 150
    precision, recall, wrong = measure(pairs)
    assert precision >= MIN_PRECISION, wrong
    assert recall >= MIN_RECALL, wrong


def test_pairs_of_real_postings_are_judged_as_labelled(wire):
    pairs = labelled_pairs("duplicates_wire.jsonl")
    assert len(pairs) >= 150
    records: dict[str, dict] = {}
    for pair in pairs:
        for side in (pair["a"], pair["b"]):
            if side["file"] not in records:
                body = json.loads((wire / side["file"]).read_text("utf-8"))
                listed = body if isinstance(body, list) else body.get("jobs") or body.get("results")
                records[side["file"]] = {record["id"]: record for record in listed}
            side.update(row(side, records[side["file"]][side["id"]]))
    precision, recall, wrong = measure(pairs)
    assert precision >= MIN_PRECISION, wrong
    assert recall >= MIN_RECALL, wrong


def row(side: dict, record: dict) -> dict:
    """Return a recorded posting as a row, as its own board shows it or as an aggregator would."""
    kind = next(name for name in READERS if f"{name}/" in side["file"])
    listing = normalize(READERS[kind](record), date(2026, 11, 23))
    source = side.get("shown_by", kind)
    cut = side.get("cut")
    return listing | {
        "source": source,
        "board": source if source in AGGREGATORS else "own",
        "description_text": listing["description_text"][:cut],
    }


def posting(**facts) -> dict:
    text = (
        "You will sort the herbarium of a botanical garden, photograph each sheet, enter its label in our catalogue "
        "and write to three museums about the sheets that nobody can read. A curator sits at the next table."
    )
    usual = {"title": "Herbarium Intern", "hiring_organization": "Verda Garden", "city": "Leiden", "country": "NL"}
    return {"source": "greenhouse", "board": "verda", "description_text": text, **usual, **facts}


def test_the_posting_of_the_employers_own_board_represents_the_copy_of_an_aggregator():
    assert same([posting(source="adzuna", board="nl"), posting()]) == ["001", "001"]


def test_two_openings_of_one_board_are_not_joined_through_an_aggregator():
    ids = same([posting(), posting(), posting(source="adzuna", board="nl")])
    assert ids[0] != ids[1]


def test_the_choice_does_not_depend_on_the_order_of_the_rows():
    rows = [posting(source="adzuna", board="nl"), posting(source="himalayas", board="himalayas")]
    first, second = same(rows), same(rows[::-1])
    assert len(set(first)) == len(set(second)) == 1


def test_an_unnamed_employer_is_never_joined():
    assert same([posting(hiring_organization=None), posting(hiring_organization=None, source="adzuna")]) == [
        "000",
        "001",
    ]


@pytest.mark.parametrize("places", [300])
def test_one_title_in_very_many_cities_stays_apart_and_cheap(places):
    rows = [posting(source="adzuna", board="nl", city=f"City {number}") for number in range(places)]
    assert len(set(same(rows))) == places
