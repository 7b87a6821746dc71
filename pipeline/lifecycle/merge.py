"""The effect of one run of a board on its listings: pure rules, one board at a time.

The rules of the lifecycle are here and in `pipeline.lifecycle.guards`, and nowhere else. Instants are microseconds
since 1970 in UTC and days are days since 1970, as Arrow holds them.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from crawlers.contract.clock import DAY, microseconds
from crawlers.contract.commit import Commit
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import ChangeKind, ClosedReason, RunScope, Status
from pipeline.lifecycle.guards import DEFAULTS, YIELDS_KEPT, Settings, is_doubtful, is_gone_for_good, last_day_over
from pipeline.lifecycle.state import BoardState, Change, ListingState

_REOPENED_BY_THE_SAME_ANSWER = frozenset(
    {ClosedReason.UNCONFIRMED, ClosedReason.BOARD_GONE, ClosedReason.DEADLINE_PASSED}
)
_NOT_ASKED = Commit(Verdict.SKIPPED)


class Outcome(StrEnum):
    """The result of reading one posting."""

    SAME = "same"  # as in the last snapshot
    READ = "read"  # new content
    SEEN = "seen"  # listed, but its own page could not be read: the listing is confirmed as it is
    WORDLESS = "wordless"  # the same, since the description that was there before is missing
    OUT_OF_SCOPE = "out_of_scope"
    DOUBTFUL = "doubtful"  # too little text to judge, or values that fit no column: no listing changes

    @property
    def only_confirms(self) -> bool:
        """Tell whether the posting confirms its listing and changes none of its values."""
        return self in (Outcome.SEEN, Outcome.WORDLESS)


class ReadPosting(NamedTuple):
    """One posting as this run read it.

    Attributes:
        valid_through: the last day to apply, or None.
        position: of new content, its position among the rows that this run read; -1 without new content.
        differs: for words that are the same, whether newer extractors read other values from them.
    """

    listing_id: str
    posting_id: str
    outcome: Outcome
    content_hash: str = ""
    normalizer_version: str = ""
    valid_through: int | None = None
    position: int = -1
    differs: bool = True


class KnownBoard(NamedTuple):
    """A board before the run.

    Attributes:
        state: its row of the boards in the last snapshot.
        listings: its listings in the last snapshot.
    """

    state: BoardState
    listings: Iterable[ListingState] = ()


class BoardAnswer(NamedTuple):
    """The board's answer in the run.

    Attributes:
        commit: the run's commit record, or None where the run did not ask the board.
        postings: the postings read in this run, one for each posting id; of an unchanged board, its stored postings
            where newer extractors have read them again.
    """

    commit: Commit | None
    postings: Iterable[ReadPosting] = ()


class RunContext(NamedTuple):
    """The run: its id, its instant, its scope and its bounds."""

    run_id: str
    now: int
    scope: RunScope = RunScope.INTERNSHIPS
    settings: Settings = DEFAULTS


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """A board after the run.

    Attributes:
        listings: its listings, in order of their ids.
        changes: the last change of each listing that changed.
        state: its row of the boards.
        held: the number of listings that a guard kept open in this run.
    """

    listings: list[ListingState]
    changes: list[Change]
    state: BoardState
    held: int


def merge_board(known: KnownBoard, answer: BoardAnswer, run: RunContext) -> Merged:
    """Return a board's listings, changes and state after a run.

    >>> first, second = RunContext("run-1", now=0), RunContext("run-2", now=DAY)
    >>> shown = Commit(Verdict.OK, postings=1, ids=["7"])
    >>> answer = BoardAnswer(shown, [ReadPosting("a1", "7", Outcome.READ, "hash", "1")])
    >>> merged = merge_board(KnownBoard(BoardState("lever", "acme")), answer, first)
    >>> [str(change.change) for change in merged.changes], str(merged.listings[0].status)
    (['opened'], 'open')
    >>> known = KnownBoard(merged.state, merged.listings)
    >>> print(merge_board(known, BoardAnswer(Commit(Verdict.TIMEOUT)), second).listings[0].status)
    open
    >>> (change,) = merge_board(known, BoardAnswer(Commit(Verdict.OK, postings=1, ids=["8"])), second).changes
    >>> print(change.change, change.reason)
    closed closed_at_source
    """
    return _BoardMerge(known, answer, run).merged()


class _BoardMerge:
    """One board's merge.

    Attributes:
        verdict: how the run ended, or None where the run did not ask the board.
        answer: the verdict of the answer in force; an unchanged board repeats the last one.
        seen_whole: whether the absence of a posting means something.
        changed_answer: whether an answer was read that is not the last one.
        kept_ids: posting ids that the answer shows and whose own pages were not read in this run.
        doubted_ids: posting ids whose records prove nothing.
        held: ids of the listings that a guard keeps open.
    """

    def __init__(self, known: KnownBoard, answer: BoardAnswer, run: RunContext) -> None:
        self.before = before = known.state
        self.after = before
        self.run = run
        self.now = run.now
        self.settings = run.settings
        self.commit = answer.commit or _NOT_ASKED
        self.listings = {listing.listing_id: listing for listing in known.listings}
        self.kept_ids = set(self.commit.kept)
        self.doubted_ids = {*self.commit.dropped_ids, *self.commit.doubtful_ids}
        self._doubt_dropped_records()
        self.postings = {posting.listing_id: posting for posting in answer.postings}
        self.last_day_over = last_day_over(run.now, before.timezone)
        self.verdict = self.commit.verdict if answer.commit else None
        self.was_read = self.verdict is not None and self.verdict.was_read
        self.answer = self._answer_in_force()
        self.seen_whole = self.answer is not None and self.answer.is_complete
        self.changed_answer = self.was_read and not self._repeats_last_answer()
        proving_run = run.run_id if answer.commit else before.run_id  # a board that was not asked proves nothing new
        self.proof = f"{proving_run}/{before.source}/{before.board}"
        self.changes: dict[str, Change] = {}  # by listing: its last change
        self.expired = 0
        self.out_of_scope = 0
        self.held = set(before.held or ())
        self.held_now = 0

    def merged(self) -> Merged:
        for posting in self.postings.values():
            self._take(posting)
        self._confirm_kept()
        if self.was_read and self.commit.postings:
            self.after = dataclasses.replace(self.after, empties=0)
        if self.verdict is Verdict.UNCHANGED:
            self._confirm_last_answer()
        if self.seen_whole:
            self._close_missing()
        if self.verdict is Verdict.GONE:
            self._count_gone()
        self._close_overdue()
        self._close_unconfirmed()
        oldest = self.now - self.settings.closed_days * DAY
        kept = [
            listing for listing in self.listings.values() if listing.closed_at is None or listing.closed_at > oldest
        ]
        kept.sort(key=lambda listing: listing.listing_id)
        self._update_board(listings_open=sum(listing.is_open for listing in kept))
        return Merged(kept, list(self.changes.values()), self.after, self.held_now)

    # The answer.

    def _doubt_dropped_records(self) -> None:
        """Make the answer incomplete where the record of a known open listing could not be read."""
        dropped = set(self.commit.dropped_ids)
        unreadable = sum(listing.is_open and listing.posting_id in dropped for listing in self.listings.values())
        if unreadable and self.commit.verdict is Verdict.OK:
            error = f"the records of {unreadable} open listings are malformed"
            self.commit = dataclasses.replace(self.commit, verdict=Verdict.PARTIAL, error=self.commit.error or error)

    def _answer_in_force(self) -> Verdict | None:
        if self.verdict is Verdict.UNCHANGED:
            return self.before.answer or Verdict.PARTIAL
        if self.verdict is Verdict.OK and not self.commit.postings:
            return Verdict.OK_EMPTY
        return self.verdict

    def _repeats_last_answer(self) -> bool:
        """Tell whether the answer shows the same listings in the same words as the board's last answer."""
        last_run = self.before.answered_run
        if last_run is None or self.answer != self.before.answer:
            return False
        if self.seen_whole and set(self.before.shown_ids) != set(self.commit.ids):
            return False
        shown = {listing.listing_id for listing in self.listings.values() if listing.posting_id in self.kept_ids}
        for posting in self.postings.values():
            if posting.posting_id in self.kept_ids:
                continue  # stored words that newer extractors read again
            listing = self.listings.get(posting.listing_id)
            if posting.outcome is Outcome.SAME and listing and (listing.run_id == last_run or self.seen_whole):
                if not listing.is_open and not self._is_overdue(listing):
                    return False  # it re-opens
                shown.add(listing.listing_id)
            elif posting.outcome.only_confirms and listing and listing.is_open:
                shown.add(listing.listing_id)
            elif listing or posting.outcome is not Outcome.OUT_OF_SCOPE:
                return False
        return {listing.listing_id for listing in self.listings.values() if listing.run_id == last_run} <= shown

    # The postings that were read.

    def _take(self, posting: ReadPosting) -> None:
        """Open, change, confirm, re-open or close the listing of one posting.

        Postings of this run's own answer confirm and re-open. Stored postings that newer extractors read again only
        change values, and whether a posting is in scope.
        """
        listing = self.listings.get(posting.listing_id)
        if posting.outcome is Outcome.OUT_OF_SCOPE:
            self.out_of_scope += 1
            if listing and listing.is_open:
                self._close(listing, ClosedReason.LEFT_SCOPE, self.proof)
        elif posting.outcome is Outcome.DOUBTFUL:
            self.out_of_scope += listing is None
        elif posting.outcome.only_confirms:
            self.held.discard(posting.listing_id)
            if listing and listing.closed_reason != ClosedReason.LEFT_SCOPE:
                self._reopen(listing)
        elif listing is None:
            self._open(posting)
        else:
            self._take_again(listing, posting)

    def _open(self, posting: ReadPosting) -> None:
        """Open a new listing, unless its deadline is over already."""
        if self._is_overdue(posting):
            self.expired += 1
            return
        of_this_run = self.changed_answer and posting.posting_id not in self.kept_ids
        last_seen, run_id = (self.now, self.run.run_id) if of_this_run else self._last_answer()
        listing = ListingState(
            listing_id=posting.listing_id,
            posting_id=posting.posting_id,
            content_hash=posting.content_hash,
            normalizer_version=posting.normalizer_version,
            status=Status.OPEN,
            closed_reason=None,
            valid_through=posting.valid_through,
            first_seen=self.now,
            last_seen=last_seen,
            updated_at=self.now,
            closed_at=None,
            run_id=run_id,
            canonical_id=posting.listing_id,
            index=posting.position,
            fresh=True,
            altered=True,
        )
        self.listings[listing.listing_id] = listing
        self._note_change(listing, ChangeKind.OPENED)

    def _take_again(self, listing: ListingState, posting: ReadPosting) -> None:
        """Change, confirm or re-open a known listing."""
        if posting.outcome is Outcome.READ:
            self._update(listing, posting)
        if self.was_read:
            self.held.discard(listing.listing_id)
        if self.changed_answer and posting.posting_id not in self.kept_ids:
            listing.last_seen, listing.run_id, listing.altered = self.now, self.run.run_id, True
            self._reopen(listing)
        elif listing.closed_reason == ClosedReason.LEFT_SCOPE:
            # Newer extractors find it in scope, in the board's last answer.
            listing.last_seen, listing.run_id = self._last_answer()
            self._reopen(listing)

    def _last_answer(self) -> tuple[int, str]:
        """Return the instant and the run of the board's last answer."""
        assert self.before.answered_at is not None
        assert self.before.answered_run is not None
        return self.before.answered_at, self.before.answered_run

    def _update(self, listing: ListingState, posting: ReadPosting) -> None:
        """Take the content of a posting that was read."""
        same_words = posting.content_hash == listing.content_hash
        listing.index, listing.fresh, listing.altered = posting.position, True, True
        listing.content_hash, listing.normalizer_version = posting.content_hash, posting.normalizer_version
        listing.valid_through = posting.valid_through
        if not same_words:
            listing.updated_at = self.now
            self._note_change(listing, ChangeKind.CHANGED)
        elif posting.differs:
            self._note_change(listing, ChangeKind.RENORMALIZED)

    def _confirm_kept(self) -> None:
        """Confirm the listings that the answer shows and whose own pages were not read in this run."""
        for listing in self.listings.values() if self.kept_ids else ():
            if listing.posting_id in self.kept_ids:
                self.held.discard(listing.listing_id)
                if listing.closed_reason != ClosedReason.LEFT_SCOPE:
                    self._reopen(listing)

    def _confirm_last_answer(self) -> None:
        """Re-open the listings of the repeated answer that had closed for want of an answer, or by a deadline.

        A deadline moves without a new answer when newer extractors read another one from the same words.
        """
        for listing in self.listings.values():
            if listing.closed_reason in _REOPENED_BY_THE_SAME_ANSWER and listing.run_id == self.before.answered_run:
                self._reopen(listing)

    def _reopen(self, listing: ListingState) -> None:
        """Open a closed listing, unless its deadline is over: then it waits until the deadline moves."""
        if not listing.is_open and not self._is_overdue(listing):
            listing.status, listing.closed_at, listing.closed_reason = Status.OPEN, None, None
            listing.altered = True
            self._note_change(listing, ChangeKind.REOPENED)

    # The postings that a complete answer does not show.

    def _close_missing(self) -> None:
        """Close the listings that the board no longer shows, unless a guard doubts the answer."""
        if self.answer is Verdict.OK_EMPTY:
            self._count_empty()
            return
        self.after = dataclasses.replace(self.after, empties=0)
        if self.verdict is Verdict.UNCHANGED:  # the doubted answer was given again
            for listing_id in sorted(self.held & self.listings.keys()):
                self._close_at_source(self.listings[listing_id])
            self._trust(self.before.shown_ids, postings=len(self.before.shown_ids))
            return
        read_ids = {posting.posting_id for posting in self.postings.values()} | self.kept_ids
        shown_ids = read_ids | set(self.commit.ids)
        doubtful = is_doubtful(self.before, self.commit.postings, shown_ids, self.settings)
        held = set()
        for listing in self.listings.values():
            if not listing.is_open or listing.posting_id in read_ids:
                continue
            if doubtful and listing.listing_id not in self.held:
                held.add(listing.listing_id)
            elif listing.posting_id not in shown_ids:
                self._close_at_source(listing)
            elif listing.posting_id not in self.doubted_ids:  # shown, but out of scope by the test of the crawl
                self._close(listing, ClosedReason.LEFT_SCOPE, self.proof)
        if held:
            self.held, self.held_now = held, len(held)
            self.after = dataclasses.replace(self.after, doubted_ids=sorted(shown_ids))
        else:
            self._trust(sorted(shown_ids), self.commit.postings)

    def _trust(self, ids: list[str], postings: int) -> None:
        """Make this answer the baseline for later ones."""
        self.held = set()
        self.after = dataclasses.replace(
            self.after,
            ids=list(ids),
            doubted_ids=None,
            ids_run=self.run.run_id if self.changed_answer else self.before.answered_run,
            yields=[*(self.before.yields or []), postings][-YIELDS_KEPT:],
        )

    def _count_empty(self) -> None:
        """Count an empty answer, and close the listings after enough of them in a row."""
        empties = (self.before.empties or 0) + 1
        self.after = dataclasses.replace(self.after, empties=empties)
        still_open = [listing for listing in self.listings.values() if listing.is_open]
        if empties < self.settings.empty_runs:
            self.held_now = len(still_open)
            return
        for listing in still_open:
            self._close_at_source(listing)
        self.held = set()
        self.after = dataclasses.replace(self.after, ids=[], doubted_ids=None, yields=[], ids_run=None)

    def _count_gone(self) -> None:
        """Note when the board first answered that it is gone; close its listings if it answers the same hours later."""
        since = self.before.gone_since
        if since is None:
            self.after = dataclasses.replace(self.after, gone_since=self.now)
        elif is_gone_for_good(since, self.now, self.settings):
            for listing in self.listings.values():
                if listing.is_open:
                    self._close(listing, ClosedReason.BOARD_GONE, self.proof)
            self.held = set()

    # The passing of time.

    def _is_overdue(self, dated: ListingState | ReadPosting) -> bool:
        """Tell whether the last day to apply is over."""
        return dated.valid_through is not None and dated.valid_through <= self.last_day_over

    def _close_overdue(self) -> None:
        """Close the listings whose deadline is over."""
        for listing in self.listings.values():
            if listing.is_open and self._is_overdue(listing):
                proof = f"{listing.run_id}/{self.before.source}/{self.before.board}"
                self._close(listing, ClosedReason.DEADLINE_PASSED, proof)

    def _close_unconfirmed(self) -> None:
        """Close the listings that no complete answer has confirmed for long, unless this run's answer shows them."""
        limit = self.now - self.settings.unconfirmed_days * DAY
        last_complete = self.before.last_ok or self.before.first_run or self.now
        if self.seen_whole or last_complete > limit:
            return
        for listing in self.listings.values():
            if listing.is_open and listing.last_seen <= limit and not self._is_shown(listing):
                self._close(listing, ClosedReason.UNCONFIRMED, self.proof)

    def _is_shown(self, listing: ListingState) -> bool:
        """Tell whether this run's answer shows a listing."""
        same_answer = self.verdict is Verdict.UNCHANGED or (self.was_read and not self.changed_answer)
        if same_answer and listing.run_id == self.before.answered_run:
            return True
        if listing.posting_id in self.kept_ids or listing.posting_id in self.doubted_ids:
            return True
        posting = self.postings.get(listing.listing_id)
        return posting is not None and posting.outcome.only_confirms

    # The records of the run.

    def _close_at_source(self, listing: ListingState) -> None:
        if listing.is_open:
            self._close(listing, ClosedReason.CLOSED_AT_SOURCE, self.proof)

    def _close(self, listing: ListingState, reason: ClosedReason, proof: str) -> None:
        listing.status, listing.closed_reason, listing.closed_at = Status.CLOSED, reason, self.now
        listing.altered = True
        self._note_change(listing, ChangeKind.CLOSED, reason, proof)

    def _note_change(
        self, listing: ListingState, change: ChangeKind, reason: ClosedReason | None = None, proof: str | None = None
    ) -> None:
        self.changes[listing.listing_id] = Change(
            listing_id=listing.listing_id,
            change=change,
            reason=reason,
            source=self.before.source,
            board=self.before.board,
            posting_id=listing.posting_id,
            changed_at=self.now,
            proof=proof or self.proof,
        )

    def _update_board(self, listings_open: int) -> None:
        """Complete the board's state."""
        still_open = {listing_id for listing_id, listing in self.listings.items() if listing.is_open}
        self.after = dataclasses.replace(self.after, listings_open=listings_open, held=sorted(self.held & still_open))
        if self.verdict is None:
            return
        self._note_run(self.verdict)
        self._note_answer(self.verdict)
        if self.verdict is not Verdict.UNCHANGED:
            self._note_counts()
        elif not self.before.verdict or not self.before.verdict.confirms:
            shown = self.before.doubted_ids or self.before.ids or ()
            self.after = dataclasses.replace(self.after, postings=len(shown))
        self._count_failures(self.verdict)

    def _note_run(self, verdict: Verdict) -> None:
        """Note how the run went."""
        commit = self.commit
        wordless = sum(posting.outcome is Outcome.WORDLESS for posting in self.postings.values())
        self.after = dataclasses.replace(
            self.after,
            verdict=verdict,
            run_id=self.run.run_id,
            complete=self.seen_whole,
            started=_instant(commit.started),
            ended=_instant(commit.ended),
            error=commit.error,
            requests=commit.requests,
            page_requests=commit.page_requests,
            page_seconds=commit.page_seconds,
            bytes=commit.bytes,
            unread=commit.unread + wordless,
            first_run=self.now if self.before.first_run is None else self.before.first_run,
        )

    def _note_answer(self, verdict: Verdict) -> None:
        """Note the answer, and the validators by which the next run asks whether it has changed."""
        if self.changed_answer:
            self.after = dataclasses.replace(
                self.after,
                answer=self.answer,
                answered_run=self.run.run_id,
                answered_at=self.now,
                scope=RunScope(self.run.scope),
            )
        if verdict.confirms:
            validators = self.commit.validators or self.before.validators
            self.after = dataclasses.replace(self.after, gone_since=None, validators=validators)
        if self.was_read:
            self.after = dataclasses.replace(self.after, pages=self.commit.pages or None, pages_run=self.run.run_id)

    def _note_counts(self) -> None:
        """Note the counts of an answer that does not repeat the last one."""
        commit = self.commit
        self.after = dataclasses.replace(
            self.after,
            postings=commit.postings,
            repeated=commit.repeated,
            odd_fields=commit.odd_fields or None,
            out_of_scope=commit.out_of_scope + self.out_of_scope,
            dropped=commit.dropped,
            dropped_reasons=commit.dropped_reasons or None,
            expired=self.expired,
            unread_fields=commit.unread_fields or None,
            listing_window=commit.window,
        )

    def _count_failures(self, verdict: Verdict) -> None:
        """Count the runs since the last complete answer; a window that was read completely is no failure."""
        if self.seen_whole:
            self.after = dataclasses.replace(self.after, last_ok=self.now, consecutive_failures=0)
        elif self.after.listing_window and verdict in (Verdict.PARTIAL, Verdict.UNCHANGED):
            self.after = dataclasses.replace(self.after, consecutive_failures=0)
        else:
            failures = (self.before.consecutive_failures or 0) + 1
            self.after = dataclasses.replace(self.after, consecutive_failures=failures)


def _instant(text: str | None) -> int | None:
    """Return the microseconds since 1970 of an instant in ISO 8601."""
    return microseconds(datetime.datetime.fromisoformat(text)) if text else None
