"""What one board's run means for its listings: pure, one board at a time.

The rules of the lifecycle are here and nowhere else. Inputs are plain values, instants are
microseconds since 1970 in UTC and days are days since 1970, as Arrow holds them.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from crawlers.contract.clock import DAY, HOUR, SECOND
from crawlers.contract.commit import Commit
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import ChangeKind, ClosedReason, Status

_NOT_BY_ITS_BOARD = frozenset({ClosedReason.UNCONFIRMED, ClosedReason.BOARD_GONE, ClosedReason.DEADLINE_PASSED})


class Settings(NamedTuple):
    """Bounds of the lifecycle, in days, runs and shares."""

    unconfirmed_days: int = 30
    closed_days: int = 90
    yield_share: float = 0.7
    yield_runs: int = 3
    gone_share: float = 0.5
    gone_ids: int = 10
    empty_runs: int = 6
    gone_hours: int = 6


DEFAULTS = Settings()


@dataclasses.dataclass(slots=True)
class Row:
    """The lifecycle of one listing.

    Attributes:
        valid_through: the last day to apply, or None.
        index: where its content lies: a row of the last snapshot, or of what this run read.
        fresh: whether `index` points into what this run read.
        altered: whether anything in the row differs from the last snapshot.
    """

    listing_id: str
    posting_id: str
    content_hash: str
    normalizer_version: str
    status: str
    closed_reason: str | None
    valid_through: int | None
    first_seen: int
    last_seen: int
    updated_at: int
    closed_at: int | None
    run_id: str
    canonical_id: str
    index: int
    fresh: bool = False
    altered: bool = False


class Reading(NamedTuple):
    """One posting as this run read it.

    Attributes:
        outcome: ``same`` (as in the last snapshot), ``read`` (new content at `position`), ``seen`` (listed, but its
            words could not be read: confirmed as it is), ``wordless`` (the same, since the answer has no description
            where there was one), ``out_of_scope``, or ``doubtful`` (too little text to tell, or values that fit no
            column), which changes no listing.
        differs: of a reading whose words are the same, whether newer extractors made other values of them.
    """

    listing_id: str
    posting_id: str
    outcome: str
    content_hash: str = ""
    normalizer_version: str = ""
    valid_through: int | None = None
    position: int = -1
    differs: bool = True


class Change(NamedTuple):
    """One row of the changes."""

    listing_id: str
    change: str
    reason: str | None
    posting_id: str
    proof: str


class KnownBoard(NamedTuple):
    """A board before the run.

    Attributes:
        board: its row of the last snapshot's boards; at least source and board.
        rows: its listings in the last snapshot.
    """

    board: Mapping[str, Any]
    rows: Iterable[Row] = ()


class BoardAnswer(NamedTuple):
    """The board's answer in the run.

    Attributes:
        commit: the run's commit record, or None where the run did not ask the board.
        readings: the postings read in this run, one for each posting id; of an unchanged board, its
            stored postings where newer extractors have read them again.
    """

    commit: Commit | None
    readings: Iterable[Reading] = ()


class RunContext(NamedTuple):
    """The run: its id, its instant, its scope and its bounds."""

    run_id: str
    now: int
    scope: str = "internships"
    settings: Settings = DEFAULTS


@dataclasses.dataclass(slots=True)
class Merged:
    """A board after the run: its listings in order of their ids, what changed, and its row of the boards."""

    rows: list[Row]
    changes: list[Change]
    board: dict[str, Any]
    held: int  # listings that a guard kept open in this run


def last_day_over(now: int, zone: str | None = None) -> int:
    """Return the last day that is over: in a board's zone, else everywhere on Earth, twelve hours behind UTC.

    >>> last_day_over(36 * HOUR - 1), last_day_over(36 * HOUR)
    (-1, 0)
    >>> last_day_over(24 * HOUR, "Europe/Paris"), last_day_over(24 * HOUR, "America/New_York")
    (0, -1)
    """
    return (now - 12 * HOUR) // DAY - 1 if zone is None else _day_in(now // SECOND, zone) - 1


@lru_cache(maxsize=1024)
def _day_in(second: int, zone: str) -> int:
    there = datetime.datetime.fromtimestamp(second, ZoneInfo(zone))
    return there.toordinal() - datetime.date(1970, 1, 1).toordinal()


_NOT_ASKED = Commit(Verdict.SKIPPED)


def merge_board(known: KnownBoard, answer: BoardAnswer, run: RunContext) -> Merged:
    """Return a board's listings, changes and row of the boards after a run.

    >>> first, second = RunContext("run-1", now=0), RunContext("run-2", now=DAY)
    >>> shown = Commit(Verdict.OK, postings=1, ids=["7"])
    >>> answer = BoardAnswer(shown, [Reading("a1", "7", "read", "hash", "1")])
    >>> merged = merge_board(KnownBoard({"source": "lever", "board": "acme"}), answer, first)
    >>> [change.change for change in merged.changes], merged.rows[0].status
    (['opened'], 'open')
    >>> known = KnownBoard(merged.board, merged.rows)
    >>> merge_board(known, BoardAnswer(Commit(Verdict.TIMEOUT)), second).rows[0].status
    'open'
    >>> (change,) = merge_board(known, BoardAnswer(Commit(Verdict.OK, postings=1, ids=["8"])), second).changes
    >>> change.change, change.reason
    ('closed', 'closed_at_source')
    """
    return _BoardMerge(known, answer, run).merged()


class _BoardMerge:
    def __init__(self, known: KnownBoard, answer: BoardAnswer, run: RunContext) -> None:
        self.before = board = known.board
        self.commit = answer.commit or _NOT_ASKED
        self.rows = {row.listing_id: row for row in known.rows}
        self.kept = set(self.commit.kept)
        self.doubted = {*self.commit.dropped_ids, *self.commit.doubtful_ids}
        self._keep_dropped()
        self.readings = {reading.listing_id: reading for reading in answer.readings}
        self.run_id = run.run_id
        self.now = run.now
        self.scope = run.scope
        self.settings = run.settings
        self.over = last_day_over(run.now, board.get("timezone"))
        self.verdict = self.commit.verdict if answer.commit else None
        self.was_read = self.verdict is not None and self.verdict.was_read
        self.answer = self.verdict
        if self.verdict is Verdict.UNCHANGED:
            self.answer = Verdict(board.get("answer") or Verdict.PARTIAL)
        elif self.verdict is Verdict.OK and not self.commit.postings:
            self.answer = Verdict.OK_EMPTY
        self.seen_whole = self.answer is not None and self.answer.is_complete
        self.changed_answer = self.was_read and not self._same_answer()
        asked_by = run.run_id if answer.commit else board.get("run_id")  # whoever was not asked proves nothing new
        self.proof = f"{asked_by}/{board['source']}/{board['board']}"
        self.changes: dict[str, Change] = {}  # the last word on a listing counts
        self.after: dict[str, Any] = dict(board)
        self.expired = 0
        self.out_of_scope = 0
        self.held: set[str] = set(board.get("held") or ())
        self.held_now = 0

    def merged(self) -> Merged:
        for reading in self.readings.values():
            self._take(reading)
        self._confirm_kept()
        if self.was_read and self.commit.postings:
            self.after["empties"] = 0
        if self.verdict is Verdict.UNCHANGED:
            self._repeat()
        if self.seen_whole:
            self._close_missing()
        if self.verdict is Verdict.GONE:
            self._gone()
        self._expire()
        self._unconfirmed()
        oldest = self.now - self.settings.closed_days * DAY
        kept = [row for row in self.rows.values() if row.closed_at is None or row.closed_at > oldest]
        self._book(sum(row.status == Status.OPEN for row in kept))
        kept.sort(key=lambda row: row.listing_id)
        return Merged(kept, list(self.changes.values()), self.after, self.held_now)

    def _keep_dropped(self) -> None:
        """Take the answer for an incomplete one where the record of a known listing could not be read."""
        dropped = set(self.commit.dropped_ids)
        lost = sum(row.status == Status.OPEN and row.posting_id in dropped for row in self.rows.values())
        if lost and self.commit.verdict is Verdict.OK:
            error = f"the records of {lost} open listings are malformed"
            self.commit = dataclasses.replace(self.commit, verdict=Verdict.PARTIAL, error=self.commit.error or error)

    # What the answer says.

    def _same_answer(self) -> bool:
        """Tell whether the answer shows the same listings in the same words as the board's last answer."""
        answered = self.before.get("answered_run")
        if answered is None or self.answer != self.before.get("answer"):
            return False
        if self.seen_whole:
            doubted = self.before.get("doubted_ids")
            known = self.before.get("ids") if doubted is None else doubted
            if set(known or ()) != set(self.commit.ids):
                return False
        shown = {row.listing_id for row in self.rows.values() if row.posting_id in self.kept}
        for reading in self.readings.values():
            row = self.rows.get(reading.listing_id)
            if reading.posting_id in self.kept:
                continue  # stored words that newer extractors read again
            if reading.outcome == "same" and row and (row.run_id == answered or self.seen_whole):
                if row.status == Status.CLOSED and not self._overdue(row):
                    return False  # it re-opens
                shown.add(row.listing_id)
            elif reading.outcome in ("seen", "wordless") and row and row.status == Status.OPEN:
                shown.add(row.listing_id)
            elif row or reading.outcome != "out_of_scope":
                return False
        return {row.listing_id for row in self.rows.values() if row.run_id == answered} <= shown

    def _take(self, reading: Reading) -> None:
        """Open, change, confirm or re-open one listing.

        Postings of this run's own answer confirm and re-open; stored postings that newer extractors
        read again only change values, and whether a posting is in scope.
        """
        row = self.rows.get(reading.listing_id)
        if reading.outcome == "out_of_scope":
            self.out_of_scope += 1
            if row and row.status == Status.OPEN:
                self._close(row, ClosedReason.LEFT_SCOPE, self.proof)
        elif reading.outcome == "doubtful":
            self.out_of_scope += row is None
        elif reading.outcome in ("seen", "wordless"):
            self.held.discard(reading.listing_id)
            if row and row.closed_reason != ClosedReason.LEFT_SCOPE:
                self._reopen(row)
        elif row is None:
            if self._overdue(reading):
                self.expired += 1
                return
            fresh = self.changed_answer and reading.posting_id not in self.kept
            row = Row(
                listing_id=reading.listing_id,
                posting_id=reading.posting_id,
                content_hash=reading.content_hash,
                normalizer_version=reading.normalizer_version,
                status=Status.OPEN,
                closed_reason=None,
                valid_through=reading.valid_through,
                first_seen=self.now,
                last_seen=self.now if fresh else self.before["answered_at"],
                updated_at=self.now,
                closed_at=None,
                run_id=self.run_id if fresh else self.before["answered_run"],
                canonical_id=reading.listing_id,
                index=reading.position,
                fresh=True,
                altered=True,
            )
            self.rows[row.listing_id] = row
            self._change(row, ChangeKind.OPENED)
        else:
            if reading.outcome == "read":
                self._update(row, reading)
            if self.was_read:
                self.held.discard(row.listing_id)
            if self.changed_answer and reading.posting_id not in self.kept:
                row.last_seen, row.run_id, row.altered = self.now, self.run_id, True
                self._reopen(row)
            elif row.closed_reason == ClosedReason.LEFT_SCOPE:
                # newer extractors find it in scope, in the board's last answer
                row.last_seen, row.run_id = self.before["answered_at"], self.before["answered_run"]
                self._reopen(row)

    def _update(self, row: Row, reading: Reading) -> None:
        """Take the content of a reading."""
        change = ChangeKind.CHANGED if reading.content_hash != row.content_hash else ChangeKind.RENORMALIZED
        row.index, row.fresh, row.altered = reading.position, True, True
        row.content_hash, row.normalizer_version = reading.content_hash, reading.normalizer_version
        row.valid_through = reading.valid_through
        if change == ChangeKind.CHANGED:
            row.updated_at = self.now
        if change == ChangeKind.CHANGED or reading.differs:
            self._change(row, change)

    def _confirm_kept(self) -> None:
        """Confirm the listings that the answer shows and whose own pages were not read in this run."""
        for row in self.rows.values() if self.kept else ():
            if row.posting_id in self.kept:
                self.held.discard(row.listing_id)
                if row.closed_reason != ClosedReason.LEFT_SCOPE:
                    self._reopen(row)

    def _repeat(self) -> None:
        """Re-open what stands in the answer that was given again: closed for want of one, or by a deadline that moved.

        A deadline moves without an answer when newer extractors read another one from the same words.
        """
        for row in self.rows.values():
            if row.closed_reason in _NOT_BY_ITS_BOARD and row.run_id == self.before.get("answered_run"):
                self._reopen(row)

    def _reopen(self, row: Row) -> None:
        """Open a closed listing, but not one whose deadline is over: it waits until the deadline moves."""
        if row.status == Status.CLOSED and not self._overdue(row):
            row.status, row.closed_at, row.closed_reason, row.altered = Status.OPEN, None, None, True
            self._change(row, ChangeKind.REOPENED)

    # What a complete answer does not show.

    def _close_missing(self) -> None:
        """Close what the board no longer lists, unless a guard doubts the answer."""
        if self.answer is Verdict.OK_EMPTY:
            self._empty()
            return
        self.after["empties"] = 0
        if self.verdict is Verdict.UNCHANGED:
            for listing_id in sorted(self.held & self.rows.keys()):
                self._missing(self.rows[listing_id])  # the doubted answer was given again
            doubted = self.before.get("doubted_ids")
            self._trust(self.before.get("ids") or [] if doubted is None else doubted)
            return
        read = {reading.posting_id for reading in self.readings.values()} | self.kept
        shown = read | set(self.commit.ids)
        doubted = self._doubted(shown)
        held = set()
        for row in self.rows.values():
            if row.status != Status.OPEN or row.posting_id in read:
                continue
            if doubted and row.listing_id not in self.held:
                held.add(row.listing_id)
            elif row.posting_id not in shown:
                self._missing(row)
            elif row.posting_id not in self.doubted:
                self._close(row, ClosedReason.LEFT_SCOPE, self.proof)  # shown, but the crawl's scope test let it go
        if held:
            self.held, self.held_now = held, len(held)
            self.after["doubted_ids"] = sorted(shown)
        else:
            self._trust(sorted(shown))

    def _doubted(self, shown: set[str]) -> bool:
        """Judge the answer by what the board showed before, in scope or not."""
        yields = self.before.get("yields") or []
        if len(yields) >= self.settings.yield_runs:
            usual = median(yields[-5:])
            if self.commit.postings < self.settings.yield_share * usual:
                return True
        known = set(self.before.get("ids") or ())
        return len(known) >= self.settings.gone_ids and len(known - shown) > self.settings.gone_share * len(known)

    def _trust(self, ids: list[str]) -> None:
        """Let the answer be what later ones are measured by."""
        postings = len(ids) if self.verdict is Verdict.UNCHANGED else self.commit.postings
        self.held = set()
        self.after["ids"], self.after["doubted_ids"] = list(ids), None
        self.after["ids_run"] = self.run_id if self.changed_answer else self.before.get("answered_run")
        self.after["yields"] = [*(self.before.get("yields") or []), postings][-5:]

    def _empty(self) -> None:
        """Believe that nothing is left only when the board says so again and again."""
        self.after["empties"] = (self.before.get("empties") or 0) + 1
        still_open = [row for row in self.rows.values() if row.status == Status.OPEN]
        if self.after["empties"] < self.settings.empty_runs:
            self.held_now = len(still_open)
            return
        for row in still_open:
            self._missing(row)
        self.held = set()
        self.after["ids"], self.after["doubted_ids"], self.after["yields"] = [], None, []
        self.after["ids_run"] = None

    def _missing(self, row: Row) -> None:
        if row.status == Status.OPEN:
            self._close(row, ClosedReason.CLOSED_AT_SOURCE, self.proof)

    def _gone(self) -> None:
        """Close the board's listings when it said twice, hours apart, that it is gone."""
        since = self.before.get("gone_since")
        if since is None:
            self.after["gone_since"] = self.now
        elif self.now - since >= self.settings.gone_hours * HOUR:
            for row in self.rows.values():
                if row.status == Status.OPEN:
                    self._close(row, ClosedReason.BOARD_GONE, self.proof)
            self.held = set()

    # What time says.

    def _overdue(self, said: Row | Reading) -> bool:
        """Tell whether the last day to apply is over."""
        return said.valid_through is not None and said.valid_through <= self.over

    def _expire(self) -> None:
        for row in self.rows.values():
            if row.status == Status.OPEN and self._overdue(row):
                self._close(
                    row, ClosedReason.DEADLINE_PASSED, f"{row.run_id}/{self.before['source']}/{self.before['board']}"
                )

    def _unconfirmed(self) -> None:
        """Close what no complete answer has confirmed for long, unless this run's answer shows it."""
        limit = self.now - self.settings.unconfirmed_days * DAY
        last = self.before.get("last_ok") or self.before.get("first_run") or self.now
        if self.seen_whole or last > limit:
            return
        same = self.verdict is Verdict.UNCHANGED or (self.was_read and not self.changed_answer)
        for row in self.rows.values():
            shown = same and row.run_id == self.before.get("answered_run")
            reading = self.readings.get(row.listing_id)
            shown |= row.posting_id in self.kept or row.posting_id in self.doubted
            shown |= reading is not None and reading.outcome in ("seen", "wordless")
            if row.status == Status.OPEN and row.last_seen <= limit and not shown:
                self._close(row, ClosedReason.UNCONFIRMED, self.proof)

    # The books.

    def _close(self, row: Row, reason: str, proof: str) -> None:
        row.status, row.closed_reason, row.closed_at, row.altered = Status.CLOSED, reason, self.now, True
        self.changes[row.listing_id] = Change(row.listing_id, ChangeKind.CLOSED, reason, row.posting_id, proof)

    def _change(self, row: Row, change: str) -> None:
        self.changes[row.listing_id] = Change(row.listing_id, change, None, row.posting_id, self.proof)

    def _book(self, listings_open: int) -> None:
        """Write the board's row."""
        after, before, commit = self.after, self.before, self.commit
        after["listings_open"] = listings_open
        after["held"] = sorted(name for name in self.held & self.rows.keys() if self.rows[name].status == Status.OPEN)
        if self.verdict is None:
            return
        after["verdict"], after["run_id"], after["complete"] = str(self.verdict), self.run_id, self.seen_whole
        for name in ("started", "ended", "error", "requests", "page_requests", "page_seconds", "bytes"):
            after[name] = getattr(commit, name)
        wordless = sum(reading.outcome == "wordless" for reading in self.readings.values())
        after["unread"] = commit.unread + wordless
        if before.get("first_run") is None:
            after["first_run"] = self.now
        if self.changed_answer:
            after["answer"], after["answered_run"], after["scope"] = str(self.answer), self.run_id, self.scope
            after["answered_at"] = self.now
        if self.verdict.confirms:
            after["gone_since"] = None
            after["validators"] = commit.validators or before.get("validators")
        if self.was_read:
            after["pages"], after["pages_run"] = commit.pages or None, self.run_id
        if self.verdict is not Verdict.UNCHANGED:
            after["postings"], after["repeated"] = commit.postings, commit.repeated
            after["odd_fields"] = commit.odd_fields or None
            after["out_of_scope"] = commit.out_of_scope + self.out_of_scope
            after["dropped"], after["expired"] = commit.dropped, self.expired
            after["dropped_reasons"] = commit.dropped_reasons or None
            after["unread_fields"] = commit.unread_fields or None
            after["listing_window"] = commit.window
        elif not before.get("verdict") or not Verdict(before["verdict"]).confirms:
            after["postings"] = len(before.get("doubted_ids") or before.get("ids") or ())
        if self.seen_whole:
            after["last_ok"], after["consecutive_failures"] = self.now, 0
        elif after.get("listing_window") and self.verdict in (Verdict.PARTIAL, Verdict.UNCHANGED):
            after["consecutive_failures"] = 0
        else:
            after["consecutive_failures"] = (before.get("consecutive_failures") or 0) + 1
