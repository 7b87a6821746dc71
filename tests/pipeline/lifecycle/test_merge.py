"""The lifecycle, rule by rule: the effect of a board's runs on its listings."""

import re
from dataclasses import replace
from statistics import median

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crawlers.contract.clock import DAY, HOUR
from crawlers.contract.commit import Commit
from normalize.vocabulary import RunScope
from pipeline.lifecycle.merge import BoardAnswer, KnownBoard, Outcome, ReadPosting, RunContext, merge_board
from pipeline.lifecycle.state import BoardState

START = 20_000 * DAY


class Board:
    """One board through its runs."""

    def __init__(self):
        self.state = BoardState("lever", "acme")
        self.listings = []
        self.now = START
        self.changes = {}
        self.held = 0
        self.runs = 0

    def run(self, commit, shown=(), later=DAY):
        """Run once more; `shown` are read postings, or posting ids of internships that did not change."""
        self.now += later
        self.runs += 1
        postings = [read(entry) if isinstance(entry, str) else entry for entry in shown]
        known = {listing.listing_id: (listing.content_hash, listing.normalizer_version) for listing in self.listings}
        postings = [
            entry._replace(outcome=Outcome.SAME)
            if entry.outcome == "read" and known.get(entry.listing_id) == (entry.content_hash, entry.normalizer_version)
            else entry
            for entry in postings
        ]
        for listing in self.listings:
            listing.fresh = listing.altered = False
        run = RunContext(f"run-{self.runs}", self.now, RunScope.INTERNSHIPS)
        answer = BoardAnswer(Commit.from_record(commit), postings)
        merged = merge_board(KnownBoard(self.state, self.listings), answer, run)
        self.state, self.listings, self.held = merged.state, merged.listings, merged.held
        self.changes = {change.posting_id: change.reason or change.change for change in merged.changes}
        self.proofs = {change.posting_id: change.proof for change in merged.changes}
        return self

    def ok(self, *shown, ids=None, later=DAY, **commit):
        ids = [entry if isinstance(entry, str) else entry.posting_id for entry in shown] if ids is None else ids
        return self.run({"verdict": "ok", "ids": ids, "postings": len(ids), **commit}, shown, later)

    def fails(self, verdict, later=DAY):
        return self.run({"verdict": verdict}, (), later)

    @property
    def status(self):
        return {listing.posting_id: listing.closed_reason or listing.status for listing in self.listings}

    @property
    def open(self):
        return {listing.posting_id for listing in self.listings if listing.status == "open"}


def read(posting_id, words="words", outcome="read", deadline=None, version="1", differs=True):
    return ReadPosting(f"id-{posting_id}", posting_id, Outcome(outcome), words, version, deadline, 0, differs)


def names(count, first=0):
    return [f"{number:03d}" for number in range(first, first + count)]


def day(board):
    """The board's clock in days since 1970."""
    return board.now // DAY


def test_a_new_posting_opens():
    board = Board().ok("a")
    assert board.changes == {"a": "opened"}
    assert board.status == {"a": "open"}


def test_the_same_answer_again_changes_nothing():
    board = Board().ok("a", "b")
    before = [replace(listing, fresh=False, altered=False) for listing in board.listings]
    assert board.ok("a", "b").changes == {}
    assert board.listings == before
    assert (board.state.last_ok, board.state.answered_run) == (board.now, "run-1")


def test_a_changed_answer_sets_when_its_postings_were_last_seen():
    listing = Board().ok("a").ok("a", "b").listings[0]
    assert (listing.first_seen, listing.last_seen, listing.updated_at) == (START + DAY, START + 2 * DAY, START + DAY)
    assert listing.run_id == "run-2"


def test_other_words_are_a_change():
    board = Board().ok("a").ok(read("a", "other words"))
    assert board.changes == {"a": "changed"}
    assert board.listings[0].updated_at == board.now


def test_newer_extractors_renormalize():
    board = Board().ok("a").run({"verdict": "unchanged"}, [read("a", version="2")])
    assert board.changes == {"a": "renormalized"}
    assert (board.listings[0].updated_at, board.listings[0].run_id) == (START + DAY, "run-1")


def test_newer_extractors_that_read_the_same_values_change_nothing():
    board = Board().ok("a").run({"verdict": "unchanged"}, [read("a", version="2", differs=False)])
    assert board.changes == {}
    assert board.listings[0].normalizer_version == "2"


def test_a_complete_run_closes_missing_listings_and_names_itself_as_proof():
    board = Board().ok("a", "b").ok("a")
    assert board.status == {"a": "open", "b": "closed_at_source"}
    assert board.proofs == {"b": "run-2/lever/acme"}


@pytest.mark.parametrize(
    "verdict",
    "blocked rate_limited robots_denied robots_unreachable tdm_reserved gone parse_error timeout interrupted"
    " skipped".split(),
)
def test_no_other_verdict_closes_anything(verdict):
    board = Board().ok("a", "b").fails(verdict)
    assert board.changes == {}
    assert board.open == {"a", "b"}
    assert board.state.consecutive_failures == 1


def test_a_partial_run_opens_and_changes_but_closes_nothing():
    board = Board().ok("a", "b").run({"verdict": "partial", "ids": ["b", "c"]}, [read("b", "new"), read("c")])
    assert board.changes == {"b": "changed", "c": "opened"}
    assert board.open == {"a", "b", "c"}


def test_unchanged_after_partial_stays_partial():
    board = Board().ok("a", "b").run({"verdict": "partial", "ids": ["b"]}, ["b"]).fails("unchanged")
    assert board.state.complete is False
    assert board.open == {"a", "b"}


def test_unchanged_after_a_complete_run_is_complete():
    board = Board().ok("a").fails("unchanged")
    assert (board.state.complete, board.state.last_ok, board.state.postings) == (True, board.now, 1)


def test_reappearing_opens_the_same_listing_again():
    board = Board().ok("a", "b").ok("a").ok("a", "b")
    assert board.changes == {"b": "reopened"}
    listing = board.listings[1]
    assert (listing.first_seen, listing.closed_at, listing.closed_reason) == (START + DAY, None, None)


# Deadlines.


def test_a_deadline_passes_at_the_end_of_its_day_twelve_hours_behind_utc():
    board = Board()
    due = read("a", deadline=day(board) + 2)
    board.ok(due).ok(due, later=DAY + 12 * HOUR).ok(due, later=12 * HOUR + DAY // 2 - 1)
    assert board.open == {"a"}
    board.ok(due, later=1)
    assert board.status == {"a": "deadline_passed"}


@pytest.mark.parametrize(
    ("zone", "hours"),  # after the day has ended in UTC
    [
        (None, 12),
        ("Asia/Kolkata", -5.5),
        ("Europe/Stockholm", -2),
        ("America/New_York", 4),
        ("Pacific/Kiritimati", -14),
    ],
)
def test_a_deadline_passes_at_the_end_of_its_day_in_the_zone_of_the_board(zone, hours):
    over = (day(Board()) + 1) * DAY + int(hours * HOUR)
    for now, status in ((over - 1, "open"), (over, "deadline_passed")):
        board = Board()
        board.state = replace(board.state, timezone=zone)
        board.ok(read("a", deadline=day(board)), later=-3 * DAY).fails("timeout", later=now - board.now)
        assert board.status == {"a": status}


def test_a_deadline_that_newer_extractors_move_reopens_its_listing_with_the_next_unchanged_answer():
    board = Board()
    board.ok(read("a", deadline=day(board) + 2)).fails("timeout", later=9 * DAY)
    board.run({"verdict": "unchanged"}, [read("a", version="2", deadline=day(board) + 30)])
    assert board.changes == {"a": "reopened"}


def test_a_failing_board_does_not_keep_a_deadline_from_passing():
    board = Board()
    board.ok(read("a", deadline=day(board) + 2)).fails("timeout", later=5 * DAY)
    assert board.status == {"a": "deadline_passed"}
    assert board.proofs == {"a": "run-1/lever/acme"}


def test_a_listing_past_its_deadline_stays_closed_until_the_deadline_moves():
    board = Board()
    due = read("a", deadline=day(board) + 1)
    board.ok(due).ok(due, later=9 * DAY).ok(due)
    assert board.status == {"a": "deadline_passed"}
    board.ok(read("a", "new words", deadline=day(board) + 30))
    assert board.changes == {"a": "reopened"}


def test_a_posting_past_its_deadline_when_first_seen_is_counted_and_not_opened():
    board = Board()
    board.ok(read("a", deadline=day(board) - 9))
    assert (board.listings, board.changes, board.state.expired) == ([], {}, 1)


# Scope.


def test_a_listed_posting_that_becomes_another_kind_leaves_the_scope():
    board = Board().ok("a", "b").ok(read("a", "a job for ever", outcome="out_of_scope"), "b")
    assert board.status == {"a": "left_scope", "b": "open"}
    assert board.state.out_of_scope == 1


def test_a_posting_that_the_crawl_dropped_as_out_of_scope_leaves_the_scope_too():
    board = Board().ok("a", "b").ok("b", ids=["a", "b"])
    assert board.status == {"a": "left_scope", "b": "open"}


def test_a_posting_that_newer_extractors_find_in_scope_reopens_with_the_words_of_the_last_answer():
    board = Board().ok("a").ok(read("a", "a job for ever", outcome="out_of_scope"))
    board.run({"verdict": "unchanged"}, [read("a", "a job for ever", version="2")])
    assert (board.changes, board.open) == ({"a": "reopened"}, {"a"})
    assert (board.listings[0].run_id, board.listings[0].content_hash) == ("run-2", "a job for ever")


def test_a_known_listing_whose_record_is_malformed_stays_and_makes_the_board_partial():
    board = Board().ok("a", "b", "c").ok("b", ids=["a", "b"], dropped=1, dropped_ids=["a"])
    assert board.open == {"a", "b", "c"}
    assert (board.state.verdict, board.state.complete) == ("partial", False)
    assert board.state.error == "the records of 1 open listings are malformed"


def test_a_malformed_record_of_an_unknown_posting_keeps_the_answer_complete():
    board = Board().ok("a", "b").ok("b", ids=["b", "x"], dropped=1, dropped_ids=["x"])
    assert (board.status, board.state.verdict) == ({"a": "closed_at_source", "b": "open"}, "ok")


def test_a_record_that_looks_out_of_scope_without_its_text_closes_nothing():
    board = Board().ok("a", "b").ok("b", ids=["a", "b"], doubtful_ids=["a"])
    assert (board.status, board.state.verdict) == ({"a": "open", "b": "open"}, "ok")
    assert board.ok("b", ids=["a", "b"]).status == {"a": "left_scope", "b": "open"}


def test_a_listing_whose_record_stays_malformed_stays_open():
    board = Board().ok("a", "b")
    for _ in range(40):
        board.run({"verdict": "partial", "ids": ["a", "b"], "postings": 2, "dropped_ids": ["a"]}, ["b"])
    assert board.open == {"a", "b"}


def test_empty_answers_count_only_in_a_row():
    board = Board().ok("a")
    for _ in range(5):
        board.run({"verdict": "ok_empty"})
    board.run({"verdict": "partial", "ids": ["a"], "postings": 1}, ["a"])
    for _ in range(5):
        board.run({"verdict": "ok_empty"})
    assert board.open == {"a"}


# Postings whose own pages were not read in this run.


def test_a_posting_whose_page_was_not_read_stays_as_it_is():
    board = Board().ok("a", "b", "c")
    before = [replace(listing, fresh=False, altered=False) for listing in board.listings]
    board.ok("b", ids=["a", "b", "c"], kept=["a", "c"])
    assert (board.changes, board.listings) == ({}, before)
    assert (board.state.last_ok, board.state.answered_run) == (board.now, "run-1")


def test_a_page_that_was_read_changes_only_its_own_listing():
    board = Board().ok("a", "b", "c").ok(read("b", "other words"), ids=["a", "b"], kept=["a"])
    assert board.changes == {"b": "changed", "c": "closed_at_source"}
    assert {listing.posting_id: listing.run_id for listing in board.listings} == {
        "a": "run-1",
        "b": "run-2",
        "c": "run-1",
    }
    board.ok(read("b", "other words"), ids=["a", "b"], kept=["a"])
    assert (board.changes, board.state.answered_run) == ({}, "run-2")


def test_a_listing_whose_page_was_not_read_closes_when_it_is_no_longer_listed():
    board = Board().ok("a", "b").ok(read("b", "other words"), ids=["a", "b"], kept=["a"]).ok("b")
    assert board.status == {"a": "closed_at_source", "b": "open"}


@pytest.mark.parametrize("outcome", ["seen", "wordless"])
def test_an_answer_without_text_does_not_reopen_a_listing_that_left_the_scope(outcome):
    board = Board().ok("a", "b").ok(read("a", outcome="out_of_scope"), "b").ok(read("a", outcome=outcome), "b")
    assert board.status == {"a": "left_scope", "b": "open"}


def test_a_posting_that_lost_its_description_is_counted_as_unread():
    board = Board().ok("a", "b").ok(read("a", outcome="wordless"), "b", unread=2)
    assert (board.status, board.state.unread) == ({"a": "open", "b": "open"}, 3)


def test_a_listing_that_can_no_longer_be_judged_stays():
    board = Board().ok("a", "b").ok(read("a", "-", outcome="doubtful"), "b")
    assert board.open == {"a", "b"}


# Guards.


def test_a_low_yield_closes_nothing_and_the_next_complete_run_closes_what_is_still_missing():
    full = names(30)
    board = Board().ok(*full).ok(*full).ok(*full).ok(*full[:20])
    assert (board.changes, board.held) == ({}, 10)
    board.ok(*full[:20], "028")
    assert set(board.changes) == set(full[20:]) - {"028"}
    assert (board.held, board.state.held) == (0, [])


def test_seventy_percent_of_the_median_is_enough():
    full = names(10)
    board = Board().ok(*full).ok(*full).ok(*full).ok(*full[:7])
    assert set(board.changes) == set(full[7:])


def test_two_good_runs_are_too_few_to_judge_a_yield():
    full = names(9)
    assert len(Board().ok(*full).ok(*full).ok(*full[:4]).changes) == 5


@pytest.mark.parametrize(("ids", "left", "held"), [(10, 4, 6), (10, 5, 0), (9, 2, 0), (21, 10, 11), (21, 11, 0)])
def test_more_than_half_of_ten_ids_are_not_closed_at_once(ids, left, held):
    board = Board().ok(*names(ids)).ok(*names(left))
    assert board.held == held
    assert len(board.changes) == (0 if held else ids - left)


def test_guards_count_records_in_scope_and_out_of_it():
    everything = names(100)
    board = Board().ok("000", "001", ids=everything).ok("000", ids=["000", *names(98, 2)])
    assert board.changes == {"001": "closed_at_source"}
    board = Board().ok("000", "001", ids=everything).ok("000", ids=names(1))
    assert (board.changes, board.held) == ({}, 1)


def test_an_unchanged_answer_confirms_what_a_guard_held():
    board = Board().ok(*names(20)).ok(*names(4)).fails("unchanged")
    assert set(board.changes.values()) == {"closed_at_source"}
    assert board.open == set(names(4))
    assert board.state.ids == names(4)


@pytest.mark.parametrize("verdict", ["timeout", "blocked", "partial"])
def test_an_incomplete_run_confirms_nothing(verdict):
    board = Board().ok(*names(20)).ok(*names(4)).fails(verdict)
    assert board.changes == {}
    assert len(board.state.held) == 16


def test_a_listing_that_is_missing_for_the_first_time_in_a_doubted_run_is_held():
    board = Board().ok(*names(30)).ok(*names(10)).ok(*names(5))
    assert set(board.changes) == set(names(20, 10))
    assert board.state.held == [f"id-{name}" for name in names(5, 5)]


def test_an_empty_answer_is_believed_the_sixth_time():
    board = Board().ok(*names(20))
    for _ in range(5):
        board.run({"verdict": "ok_empty", "postings": 0})
        assert (board.changes, board.held) == ({}, 20)
    board.run({"verdict": "ok_empty", "postings": 0})
    assert set(board.status.values()) == {"closed_at_source"}


def test_an_unchanged_empty_answer_counts_as_empty():
    board = Board().ok("a").run({"verdict": "ok_empty", "postings": 0})
    for _ in range(4):
        board.fails("unchanged")
    assert (board.open, board.state.empties) == ({"a"}, 5)
    board.fails("unchanged")
    assert board.status == {"a": "closed_at_source"}


def test_an_empty_answer_does_not_make_the_next_small_answer_believable():
    board = Board().ok(*names(20)).run({"verdict": "ok_empty", "postings": 0}).ok("000")
    assert (board.changes, board.held) == ({}, 19)


def test_an_answer_with_postings_ends_the_count_of_empty_answers():
    board = Board().ok("a").run({"verdict": "ok_empty", "postings": 0}).ok("a")
    assert board.state.empties == 0


# Gone and unconfirmed.


@pytest.mark.parametrize(("later", "closed"), [(6 * HOUR, True), (6 * HOUR - 1, False)])
def test_a_board_is_gone_when_it_answers_so_twice_six_hours_apart(later, closed):
    board = Board().ok("a").fails("gone").fails("gone", later=later)
    assert board.status == {"a": "board_gone" if closed else "open"}


def test_an_answer_with_postings_ends_the_count_of_gone_answers():
    board = Board().ok("a").fails("gone").ok("a").fails("gone")
    assert board.open == {"a"}


def test_a_failure_in_between_does_not_end_the_count_of_gone_answers():
    board = Board().ok("a").fails("gone").fails("timeout").fails("gone")
    assert board.status == {"a": "board_gone"}


@pytest.mark.parametrize(("later", "status"), [(29 * DAY, "open"), (30 * DAY, "unconfirmed")])
def test_listings_close_after_thirty_days_without_a_complete_answer(later, status):
    assert Board().ok("a").fails("blocked", later=later).status == {"a": status}


def test_a_partial_answer_confirms_the_listings_that_it_shows():
    board = Board().ok("a", "b")
    board.run({"verdict": "partial", "ids": ["a"]}, ["a"], later=40 * DAY)
    assert board.status == {"a": "open", "b": "unconfirmed"}
    board.fails("unchanged", later=40 * DAY)
    assert board.status["a"] == "open"


def test_an_unconfirmed_listing_reopens_when_the_board_repeats_its_answer():
    board = Board().ok("a").fails("timeout", later=40 * DAY).fails("unchanged")
    assert board.changes == {"a": "reopened"}


def test_a_closed_listing_leaves_the_dataset_after_ninety_days():
    board = Board().ok("a", "b").ok("a").ok("a", later=89 * DAY)
    assert "b" in board.status
    assert board.ok("a", later=DAY).status == {"a": "open"}


DEADLINES = {"020": 3, "021": 12, "022": 40}  # by posting: days after the first day


class AnyBoard(RuleBasedStateMachine):
    """A board of any size that shows any postings, fails in any way and is crawled at any time."""

    def __init__(self):
        super().__init__()
        self.board = Board()
        self.snapshot = {}
        self.ids = {}

    @rule(
        shown=st.sets(st.sampled_from(names(24))),
        words=st.integers(0, 2),
        whole=st.booleans(),
        later=st.sampled_from([1, 1, 1, 2, 9, 35]),
    )
    def answers(self, shown, words, whole, later):
        self.begin()
        known = set(self.board.state.ids or ())
        yields = self.board.state.yields or []
        held, empties = set(self.board.state.held or ()), self.board.state.empties or 0
        verdict = ("ok" if shown else "ok_empty") if whole else "partial"
        postings = [
            read(name, f"words {words}" if name < "006" else "words", deadline=self.deadline(name))
            for name in sorted(shown)
        ]
        self.board.run({"verdict": verdict, "ids": sorted(shown), "postings": len(shown)}, postings, later * DAY)
        missing = self.was_open - shown - self.over()
        closed = {name for name, reason in self.closed().items() if reason == "closed_at_source"}
        if not whole:
            assert closed == set()
        elif not shown:
            assert closed == (missing if empties >= 5 else set())
        else:
            doubted = len(known) >= 10 and len(known - shown) > len(known) / 2
            doubted |= len(yields) >= 3 and len(shown) < 0.7 * median(yields[-5:])
            wanted = {name for name in missing if f"id-{name}" in held} if doubted else missing
            assert closed - self.over() == wanted
            assert self.board.held == len(self.was_open - shown - closed)
        self.proven(shown)

    @rule(
        verdict=st.sampled_from("unchanged timeout blocked gone rate_limited partial_again skipped".split()),
        later=st.sampled_from([1, 1, 2, 3, 31]),
    )
    def says(self, verdict, later):
        self.begin()
        held = {name.removeprefix("id-") for name in self.board.state.held or ()}
        empties, answer = self.board.state.empties or 0, self.board.state.answer
        since = self.board.state.gone_since
        self.board.fails(verdict.removesuffix("_again"), later=later * DAY)
        closed = {name for name, reason in self.closed().items() if reason == "closed_at_source"}
        if verdict == "unchanged" and answer == "ok":
            assert closed - self.over() == (held & self.was_open) - self.over()
        elif verdict == "unchanged" and answer == "ok_empty" and empties >= 5:
            assert closed - self.over() == self.was_open - self.over()
        else:
            assert closed == set()
        gone = {name for name, reason in self.closed().items() if reason == "board_gone"}
        assert gone <= (self.was_open if verdict == "gone" and since is not None else set())
        self.proven(set())

    def begin(self):
        self.was_open, self.last_ok = self.board.open, self.board.state.last_ok or self.board.state.first_run

    def deadline(self, name):
        return START // DAY + DEADLINES[name] if name in DEADLINES else None

    def over(self):
        """Return the postings whose last day is over everywhere."""
        return {name for name in DEADLINES if self.board.now >= (self.deadline(name) + 1) * DAY + 12 * HOUR}

    def closed(self):
        reasons = "closed_at_source deadline_passed board_gone unconfirmed left_scope".split()
        return {name: reason for name, reason in self.board.changes.items() if reason in reasons}

    def proven(self, shown):
        """Nothing closed without proof, and the last snapshot with the changes makes this snapshot."""
        assert set(self.closed()) == self.was_open - self.board.open
        for name, reason in self.closed().items():
            assert name not in shown or reason == "deadline_passed"
            assert reason != "deadline_passed" or name in self.over()
            if reason == "unconfirmed":
                assert self.board.now - self.last_ok >= 30 * DAY
            assert re.fullmatch("run-[0-9]+/lever/acme", self.board.proofs[name])
        for name, change in self.board.changes.items():
            if change in ("opened", "reopened"):
                assert (change == "opened") == (name not in self.snapshot)
                assert self.snapshot.get(name) != "open"
                self.snapshot[name] = "open"
            elif change != "changed":
                assert self.snapshot[name] == "open"
                self.snapshot[name] = change
        status = self.board.status
        left = {name: what for name, what in self.snapshot.items() if name not in status}
        assert "open" not in left.values()
        self.snapshot = {name: what for name, what in self.snapshot.items() if name in status}
        assert self.snapshot == status

    @invariant()
    def books_are_true(self):
        ids = [listing.listing_id for listing in self.board.listings]
        assert ids == sorted(set(ids))
        assert (self.board.state.listings_open or 0) == len(self.board.open)
        assert set(self.board.state.held or ()) <= {f"id-{name}" for name in self.board.open}
        for listing in self.board.listings:
            assert self.ids.setdefault(listing.posting_id, listing.listing_id) == listing.listing_id
            assert (
                (listing.status == "closed") == (listing.closed_at is not None) == (listing.closed_reason is not None)
            )
            assert listing.first_seen <= listing.updated_at <= self.board.now
            assert listing.first_seen <= listing.last_seen <= self.board.now


AnyBoard.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None, derandomize=True)
TestAnyBoard = AnyBoard.TestCase
