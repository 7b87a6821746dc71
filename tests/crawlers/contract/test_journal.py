"""Raw journals: what counts after a kill at any moment."""

import json

from crawlers.contract.board import Board
from crawlers.contract.commit import Commit
from crawlers.contract.journal import JournalWriter, posting_at, posting_id_at, read
from crawlers.contract.source import SourceFacts
from crawlers.contract.verdict import Verdict

BEGIN = {"type": "begin", "board": "acme", "attempt": 1}
COMMIT = {"type": "commit", "board": "acme", "attempt": 1, "verdict": "ok"}


def posting(name, attempt=1, board="acme"):
    return {"type": "posting", "board": board, "attempt": attempt, "posting": {"posting_id": name}}


def journal(tmp_path, *lines, end="\n"):
    path = tmp_path / "lever.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines)
    path.write_text(text + end)
    return read(path)


def ids(found, board="acme"):
    text = found.path.read_bytes()
    offsets = found.boards[board].offsets
    names = [posting_id_at(text, offset) for offset in offsets]
    assert [posting_at(text, offset).record["posting_id"] for offset in offsets] == names
    return names


def test_lines_between_begin_and_commit_count(tmp_path):
    found = journal(
        tmp_path, {"type": "source", "source": "lever", "name": "Lever"}, BEGIN, posting("a"), posting("b"), COMMIT
    )
    assert ids(found) == ["a", "b"]
    assert (found.facts, found.torn) == (SourceFacts("Lever"), 0)


def test_a_board_without_commit_does_not_count(tmp_path):
    assert journal(tmp_path, BEGIN, posting("a")).boards == {}


def test_only_the_last_attempt_counts(tmp_path):
    again = BEGIN | {"attempt": 2}
    found = journal(tmp_path, BEGIN, posting("a"), again, posting("late"), posting("b", 2), COMMIT | {"attempt": 2})
    assert ids(found) == ["b"]


def test_a_new_begin_takes_the_commit_before_it_back(tmp_path):
    assert journal(tmp_path, BEGIN, posting("a"), COMMIT, BEGIN | {"attempt": 2}, posting("b", 2)).boards == {}


def test_boards_may_lie_between_each_other(tmp_path):
    other = BEGIN | {"board": "other"}
    found = journal(tmp_path, BEGIN, other, posting("a"), posting("x", board="other"), posting("b"), COMMIT)
    assert ids(found) == ["a", "b"]
    assert set(found.boards) == {"acme"}


def test_a_torn_last_line_is_dropped_and_counted(tmp_path):
    found = journal(tmp_path, BEGIN, posting("a"), COMMIT, '{"type":"posting","board":"acme","att', end="")
    assert (ids(found), found.torn) == (["a"], 1)


def test_a_posting_torn_in_its_middle_is_torn_too(tmp_path):
    whole = json.dumps(posting("a"), separators=(",", ":"))
    found = journal(tmp_path, BEGIN, whole[:-3], COMMIT, whole[:-3], end="")
    assert found.torn == 1


def test_a_line_that_was_cut_off_when_the_crawl_went_on_is_counted_once(tmp_path):
    journal(tmp_path, {"type": "source", "source": "lever"}, BEGIN, posting("a"), '{"type":"posting","boa', end="")
    for _ in range(2):
        crawl = JournalWriter(tmp_path, "lever", SourceFacts("Lever"))
        attempt = crawl.begin(Board("lever", "acme"), at="2026-11-23T12:00:00Z")
        crawl.commit("acme", attempt, Commit(Verdict.OK))
        crawl.close()
    found = read(tmp_path / "lever.jsonl")
    assert (found.torn, found.facts.name, ids(found)) == (1, "Lever", [])


def test_a_line_that_is_no_record_is_counted_and_the_rest_goes_on(tmp_path):
    found = journal(tmp_path, BEGIN, "\x00\x00\x00", "[]", posting("a"), COMMIT)
    assert (ids(found), found.torn) == (["a"], 2)


def test_a_skipped_board_needs_no_begin(tmp_path):
    commit = {"type": "commit", "board": "acme", "verdict": "skipped"}
    assert journal(tmp_path, commit).boards["acme"].commit == Commit(Verdict.SKIPPED)


def test_a_commit_is_read_as_it_was_written_and_keys_of_later_versions_are_ignored():
    commit = Commit(Verdict.PARTIAL, postings=2, ids=["a", "b"], dropped_reasons={"missing title": 1}, page_seconds=0.5)
    assert Commit.from_record(json.loads(json.dumps(commit.to_record() | {"new": 1}))) == commit


def test_a_commit_whose_verdict_is_unknown_is_no_record(tmp_path):
    found = journal(tmp_path, BEGIN, posting("a"), COMMIT | {"verdict": "fine"})
    assert (found.boards, found.torn) == ({}, 1)
