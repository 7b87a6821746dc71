"""Raw journals: the lines that count after a kill at any moment."""

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


def stored(tmp_path, *lines, end="\n"):
    path = tmp_path / "lever.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines)
    path.write_text(text + end)
    return read(path)


def ids(journal, board="acme"):
    text = journal.path.read_bytes()
    offsets = journal.boards[board].offsets
    names = [posting_id_at(text, offset) for offset in offsets]
    assert [posting_at(text, offset).record["posting_id"] for offset in offsets] == names
    return names


def test_lines_between_begin_and_commit_count(tmp_path):
    source = {"type": "source", "source": "lever", "name": "Lever"}
    journal = stored(tmp_path, source, BEGIN, posting("a"), posting("b"), COMMIT)
    assert ids(journal) == ["a", "b"]
    assert (journal.facts, journal.torn) == (SourceFacts("Lever"), 0)


def test_a_board_without_commit_does_not_count(tmp_path):
    assert stored(tmp_path, BEGIN, posting("a")).boards == {}


def test_only_the_last_attempt_counts(tmp_path):
    again = BEGIN | {"attempt": 2}
    journal = stored(tmp_path, BEGIN, posting("a"), again, posting("late"), posting("b", 2), COMMIT | {"attempt": 2})
    assert ids(journal) == ["b"]


def test_a_new_begin_cancels_the_earlier_commit(tmp_path):
    assert stored(tmp_path, BEGIN, posting("a"), COMMIT, BEGIN | {"attempt": 2}, posting("b", 2)).boards == {}


def test_the_lines_of_boards_may_alternate(tmp_path):
    other = BEGIN | {"board": "other"}
    journal = stored(tmp_path, BEGIN, other, posting("a"), posting("x", board="other"), posting("b"), COMMIT)
    assert ids(journal) == ["a", "b"]
    assert set(journal.boards) == {"acme"}


def test_a_torn_last_line_is_dropped_and_counted(tmp_path):
    journal = stored(tmp_path, BEGIN, posting("a"), COMMIT, '{"type":"posting","board":"acme","att', end="")
    assert (ids(journal), journal.torn) == (["a"], 1)


def test_a_posting_cut_off_in_its_middle_counts_as_torn(tmp_path):
    whole = json.dumps(posting("a"), separators=(",", ":"))
    journal = stored(tmp_path, BEGIN, whole[:-3], COMMIT, whole[:-3], end="")
    assert journal.torn == 1


def test_a_line_that_a_resumed_crawl_cut_off_is_counted_once(tmp_path):
    stored(tmp_path, {"type": "source", "source": "lever"}, BEGIN, posting("a"), '{"type":"posting","boa', end="")
    for _ in range(2):
        crawl = JournalWriter(tmp_path, "lever", SourceFacts("Lever"))
        attempt = crawl.begin(Board("lever", "acme"), at="2026-11-23T12:00:00Z")
        crawl.commit("acme", attempt, Commit(Verdict.OK))
        crawl.close()
    journal = read(tmp_path / "lever.jsonl")
    assert (journal.torn, journal.facts.name, ids(journal)) == (1, "Lever", [])


def test_a_line_that_is_not_a_record_is_counted_and_the_next_lines_are_read(tmp_path):
    journal = stored(tmp_path, BEGIN, "\x00\x00\x00", "[]", posting("a"), COMMIT)
    assert (ids(journal), journal.torn) == (["a"], 2)


def test_a_skipped_board_needs_no_begin(tmp_path):
    commit = {"type": "commit", "board": "acme", "verdict": "skipped"}
    assert stored(tmp_path, commit).boards["acme"].commit == Commit(Verdict.SKIPPED)


def test_a_commit_is_read_as_it_was_written_and_unknown_keys_are_ignored():
    commit = Commit(Verdict.PARTIAL, postings=2, ids=["a", "b"], dropped_reasons={"missing title": 1}, page_seconds=0.5)
    assert Commit.from_record(json.loads(json.dumps(commit.to_record() | {"new": 1}))) == commit


def test_a_commit_with_an_unknown_verdict_is_not_a_record(tmp_path):
    journal = stored(tmp_path, BEGIN, posting("a"), COMMIT | {"verdict": "fine"})
    assert (journal.boards, journal.torn) == ({}, 1)
