"""Typed state: its fields are the columns, and it is read as it was stored."""

import dataclasses
import datetime
import json
import types
from typing import get_args, get_origin, get_type_hints

import pytest

from crawlers.contract.board import Board
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import ChangeKind, RecordKind, RunScope
from pipeline.lifecycle.checks import Check
from pipeline.lifecycle.merge import ReadPosting
from pipeline.lifecycle.state import BoardState, Change
from pipeline.run.reading import READ_POSTINGS
from pipeline.store.boards import boards_table, history_state, load_boards, past_board
from pipeline.store.history import Event, events, events_table
from pipeline.store.manifest import FailingBoard, FileFacts, ListingCounts, Manifest, read_manifest, write_manifest
from pipeline.store.run_state import RunKind, RunRequest, RunState, read_run_state, write_run_state
from pipeline.store.schema import BOARD_COLUMNS, CHANGE_COLUMNS, HISTORY_COLUMNS, HISTORY_VALUES
from pipeline.store.snapshot import write_dataset

RUN = "20261123T120000Z-7f3a"
COLUMNS_OF = {BoardState: BOARD_COLUMNS, Change: CHANGE_COLUMNS, Event: HISTORY_COLUMNS[: -len(HISTORY_VALUES)]}
TYPE_OF = {
    "string": str, "int": int, "float": float, "bool": bool, "instant": int, "date": datetime.date,
    "list<string>": list, "list<int>": list,
}  # fmt: skip
FULL = BoardState(
    source="lever",
    board="acme",
    name="Acme",
    verdict=Verdict.PARTIAL,
    complete=False,
    page_seconds=0.5,
    started=1_000_000,
    dropped_reasons={"missing title": 1},
    answer=Verdict.OK,
    last_ok=2_000_000,
    yields=[3, 4],
    held=["a"],
    ids=["7"],
    doubted_ids=[],
    coverage={"pay_min": 0.25},
    validators={"https://acme.example": {"etag": "1", "hash": None}},
    pages={"7": ["2026-11-23", None, None, False]},
    scope=RunScope.ALL,
)


@pytest.mark.parametrize("state", COLUMNS_OF, ids=lambda state: state.__name__)
def test_the_fields_of_a_class_are_the_columns_of_its_dataset(state):
    columns = COLUMNS_OF[state]
    assert [field.name for field in dataclasses.fields(state)] == [column.name for column in columns]
    hints = get_type_hints(state)
    for column in columns:
        hint = hints[column.name]
        if isinstance(hint, types.UnionType):
            (hint,) = (part for part in get_args(hint) if part is not types.NoneType)
        kind = get_origin(hint) or hint
        assert issubclass(kind, dict if column.unit == "JSON" and kind is not str else TYPE_OF[column.type]), (
            column.name
        )


def test_the_table_of_read_postings_has_their_fields():
    assert READ_POSTINGS.names == ["source", "board", *ReadPosting._fields]


def test_boards_are_read_as_they_were_stored(tmp_path):
    empty = BoardState("lever", "other")
    write_dataset(tmp_path, "boards", boards_table([empty, FULL]), RUN)
    assert load_boards(tmp_path) == {FULL.key: FULL, empty.key: empty}
    (board, _) = load_boards(tmp_path, ["verdict", "coverage"]).values()
    assert board == BoardState("lever", "acme", verdict=Verdict.PARTIAL, coverage={"pay_min": 0.25})


def test_a_value_that_does_not_fit_its_column_names_the_board():
    with pytest.raises(ValueError, match="board lever/acme: "):
        boards_table([dataclasses.replace(FULL, postings="many")])


def test_the_history_keeps_a_board_without_the_fields_of_its_journal():
    kept = dataclasses.replace(FULL, ids=None, doubted_ids=None, validators=None, pages=None)
    assert past_board(history_state(FULL)) == (kept, True, True)
    assert past_board(history_state(kept)) == (kept, False, False)


def test_an_earlier_history_has_instants_as_text_and_other_columns():
    state = {"source": "lever", "board": "acme", "started": "1970-01-01T00:00:01Z", "window": "a week", "gone": 1}
    assert past_board(json.dumps(state)).board == BoardState(
        "lever", "acme", started=1_000_000, listing_window="a week"
    )


def test_events_are_read_as_they_were_stored():
    board = Event(RUN, 1_000_000, RecordKind.BOARD, "lever", "acme", verdict=Verdict.OK, postings=3, state="{}")
    listing = Event(
        RUN,
        1_000_000,
        RecordKind.LISTING,
        "lever",
        "acme",
        listing_id="a1",
        change=ChangeKind.OPENED,
        first_seen=1_000_000,
        date_posted=datetime.date(2026, 11, 23),
    )
    assert list(events(events_table([board, listing]))) == [board, listing]


MANIFEST = Manifest(
    RUN,
    "partial",
    3,
    schema_version="2",
    notes=("a note",),
    listings=ListingCounts(4, 3, opened=3, closed_reasons={"left_scope": 1}, held=0),
    failing=(FailingBoard("lever", "acme", "timeout"),),
    checks=(Check("every listing_id is unique", True),),
    feeds_held={"note": "12 listings left"},
    files={"listings/part.parquet": FileFacts(10, "00", rows=4), "metrics.prom": FileFacts(2, "01")},
)


def test_a_manifest_is_read_as_it_was_stored(tmp_path):
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


def test_the_stored_manifest_keeps_its_names():
    record = MANIFEST.to_record()
    assert record["ill"] == [{"source": "lever", "board": "acme", "verdict": "timeout", "error": None}]
    assert record["files"]["metrics.prom"] == {"bytes": 2, "sha256": "01"}
    assert "pages" not in record


def test_unknown_keys_of_a_manifest_are_ignored_and_absent_ones_are_none():
    assert Manifest.from_record(MANIFEST.to_record() | {"new": 1}) == MANIFEST
    with pytest.raises(TypeError):
        Manifest.from_record({"files": {}})


def test_the_state_of_a_run_is_read_as_it_was_stored(tmp_path):
    state = RunState(
        RUN,
        RunKind.CRAWL,
        datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC),
        boards=(Board("lever", "acme", "Acme"),),
        options=RunRequest("internships", all_boards=True, replay="/recorded"),
        ended=2,
        result="refused",
        failed_checks=(Check("postings can be read", False, "30 of 40"),),
    )
    write_run_state(tmp_path / RUN, state)
    assert read_run_state(tmp_path / RUN) == state


def test_the_stored_state_of_a_run_keeps_its_names(tmp_path):
    options = {"scope": "all", "everything": False, "replay": None, "record": None}
    record = {"run_id": RUN, "kind": "crawl", "started": "2026-11-23T12:00:00+00:00", "boards": [], "options": options}
    state = RunState.from_record(record | {"ended": None, "new": 1})
    assert (state.options, state.ended) == (RunRequest("all", all_boards=False), None)
    assert state.to_record() == record | {"ended": None}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run_id": 1}', '{"run_id": 1, "kind": "other"}'])
def test_a_file_that_is_not_the_state_of_a_run_is_ignored(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert read_run_state(tmp_path) is None
