"""The second batch of recorded answers, read by the real command: every board ends with a true verdict."""

import json

import pytest

from crawlers.boards.sources import spiders
from crawlers.contract.registry import load_boards
from tests.support.process import internfeed, journals

# Boards of which fewer postings are read than the recording counts, with the reason.
FEWER = {"ratemyplacement": "one of the 18 is an advertisement above the list", "oracle": "the total was cut away"}


@pytest.fixture(scope="module")
def replayed(wire, tmp_path_factory):
    folder = wire.parent / "wire2"
    if not folder.exists():
        pytest.skip("the second batch of recordings is not next to the project")
    data = tmp_path_factory.mktemp("wire2")
    ended = internfeed("run", "--replay", folder, "--today", "2026-08-20", "--data", data)
    assert ended.status in (0, 3), ended.errors
    (raw,) = (data / "raw").glob("*-*")
    commits = {(line["source"], line["board"]): line for line in journals(raw) if line["type"] == "commit"}
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    return load_boards(folder / "boards.csv"), rows, commits


def test_every_board_with_a_spider_ends_read(replayed):
    boards, _, commits = replayed
    verdicts = {
        str(board.key): (commits[board.key]["verdict"], commits[board.key].get("error"))
        for board in boards
        if board.source in spiders()
    }
    assert len(verdicts) > 25
    assert {key: verdict for key, verdict in verdicts.items() if verdict[0] not in ("ok", "partial", "gone")} == {}
    assert [key for key, (verdict, error) in verdicts.items() if verdict == "partial" and not error] == []


def test_almost_every_recorded_posting_is_read(replayed):
    boards, rows, commits = replayed
    read = recorded = 0
    for board in boards:
        if board.source not in spiders() or board.source in FEWER:
            continue
        (first,) = [row for row in rows if row["url"] == board.url and row["body"] and row["source"] == board.source]
        shown = commits[board.key]["postings"] + commits[board.key]["repeated"]
        read += min(shown, first["postings"])
        recorded += first["postings"]
    assert recorded > 200
    assert read >= 0.95 * recorded
