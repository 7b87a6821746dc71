"""The books of one board in one run: its records, their faults, and the proof that the list was seen whole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, NamedTuple

from scrapy import Request

from crawlers.bases.pages import Page
from crawlers.contract.board import Board
from crawlers.contract.clock import iso
from crawlers.contract.commit import Commit
from crawlers.contract.verdict import Verdict
from normalize.posting import RawPosting

MALFORMED_AT_MOST = 0.2  # share of a board's records; a larger share means that the source has changed
MALFORMED_TO_JUDGE = 5  # records; fewer malformed ones never fail a board


class Candidate(NamedTuple):
    """A posting of the list that may be an internship.

    Attributes:
        request: the request for the posting's own page; None where the list holds the whole posting.
    """

    posting: RawPosting
    request: Request | None


class BoardRun:
    """The books of one board in one run.

    Attributes:
        board: the board.
        validators: for each address of the list, ETag, Last-Modified and hash of the previous run's answer.
        new_validators: the same of this run's answers.
        unchanged: whether every answer so far equals that of the previous run.
        shown: records of the list that are postings; a repeated record counts each time.
        shown_ids: their posting ids.
        repeated: records whose id was shown before.
        keys: the posting's id and, where the source repeats jobs for places, its place; they distinguish records.
        addresses: the addresses of the postings that could be read.
        ids: the posting ids that the board shows, without postings whose own page is gone.
        unnamed: records without a readable id.
        records: entries of the list's pages, postings or not; offsets count them.
        candidates: postings that may be internships.
        dropped: unreadable records, by reason; dropped_ids: the ids of those whose id is readable.
        doubtful_ids: postings that look out of scope by a record without a description, which proves nothing.
        untyped_ids: postings that look out of scope by a record without a type of employment.
        typed: whether any record states a type of employment; if so, a record without it may lack it by mistake.
        odd_fields: optional fields of odd shape that were left out.
        proof: the proof that the list was seen whole; None without one.
        window: the part of the board that the source shows at most; None where the spider's own value holds.
        pages: pages of the list that were read.
        list_url: the address of the list's current page, the base of its relative links.
        details: what is known about postings' own pages, by posting id.
        asked: detail pages that were requested.
        gone: postings whose page is gone or says so; by id, the page to note if this turns out to prove nothing.
        confirmed: number of detail pages that show their posting.
        kept: posting ids of the list whose own page was not read in this run; their known values are kept.
        unread: unreadable detail pages, by cause.
        open_requests: requests that are not yet answered.
    """

    def __init__(
        self,
        board: Board,
        validators: dict[str, dict[str, str | None]],
        details: dict[str, Page] | None = None,
    ) -> None:
        self.board = board
        self.validators = validators
        self.details = details or {}
        self.attempt = 0
        self.started = datetime.now(UTC)
        self.open_requests = 0
        self.requests = 0
        self.bytes = 0
        self.list_requests: int | None = None
        self.list_ended: datetime | None = None
        self.reading_details = False
        self.list_urls: set[str] = set()
        self.asked = 0
        self.gone: dict[str, Page] = {}
        self.confirmed = 0
        self.kept: list[str] = []
        self.unread: Counter[str] = Counter()
        self.first_unread = ""
        self.verdict: Verdict | None = None
        self.error: str | None = None
        self.window: str | None = None
        self.list_url = board.url or ""
        self.restarts = 0
        self._reset()

    def _reset(self) -> None:
        self.shown = 0
        self.shown_ids: set[str] = set()
        self.addresses: set[str] = set()
        self.keys: set[Any] = set()
        self.ids: dict[str, None] = {}
        self.repeated = 0
        self.unnamed = 0
        self.records = 0
        self.pages = 0
        self.total: int | None = None
        self.proof: str | None = None
        self.out_of_scope = 0
        self.dropped: Counter[str] = Counter()
        self.dropped_ids: dict[str, None] = {}
        self.doubtful_ids: dict[str, None] = {}
        self.untyped_ids: dict[str, None] = {}
        self.typed = False
        self.odd_fields: Counter[str] = Counter()
        self.unread_fields: Counter[str] = Counter()
        self.candidates: list[Candidate] = []
        self.new_validators: dict[str, dict[str, str | None]] = {}
        self.unchanged = bool(self.validators)

    @property
    def postings(self) -> int:
        """Return the number of distinct posting ids that the list showed."""
        return len(self.shown_ids)

    @property
    def counted(self) -> int:
        """Return the number of distinct records, which the list's total is compared with."""
        return len(self.keys) + self.unnamed

    def enter(self, identity: str | None, place: str | None) -> None:
        """Count a record of the list by its posting's id, and by its place where the source repeats jobs for places."""
        self.shown += 1
        if not identity:
            self.unnamed += 1
            return
        self.repeated += identity in self.shown_ids
        self.shown_ids.add(identity)
        self.ids[identity] = None
        self.keys.add((identity, place))

    def drop(self, identity: str | None, reason: str) -> None:
        """Note a record that could not be read; its posting still counts as shown."""
        self.dropped[reason] += 1
        if identity:
            self.dropped_ids[identity] = None

    def judge_records(self) -> None:
        """Judge the list by its records, once it has been read."""
        if self.unnamed:
            self.mark_incomplete(f"records without a readable id: {self.unnamed}")
        dropped = sum(self.dropped.values())
        many = dropped >= MALFORMED_TO_JUDGE and dropped > MALFORMED_AT_MOST * self.shown
        if many and self.verdict in (None, Verdict.PARTIAL):
            reason, count = self.dropped.most_common(1)[0]
            self.verdict = Verdict.PARSE_ERROR
            self.error = f"{dropped} of {self.shown} records are malformed, {count} by: {reason}"
            self.candidates, self.ids = [], {}

    def fail(self, verdict: Verdict, error: str) -> None:
        """Note a page of the list that was not read; the verdict holds if it was the first page, else it is partial."""
        if self.verdict is None or self.verdict is Verdict.PARTIAL:
            self.verdict = Verdict.PARTIAL if self.pages else verdict
        self.error = self.error or error

    def mark_incomplete(self, error: str) -> None:
        """Note that the list was not seen whole."""
        self.verdict, self.error = self.verdict or Verdict.PARTIAL, self.error or error

    def restart(self) -> None:
        """Forget all records, to read the list again from its first page."""
        self.restarts += 1
        self._reset()

    def close(self, window: str | None) -> None:
        """Decide the verdict, once every request has been answered.

        Args:
            window: the part of a board that the source shows at most.
        """
        if len(self.gone) > 1 and not self.confirmed:  # more likely, the pages have changed
            self.mark_incomplete(f"each of the {len(self.gone)} detail pages that were read is gone or says that it is")
            for name, page in self.gone.items():
                self.ids[name] = None
                self.details[name] = page
        if unread := sum(self.unread.values()):
            causes = ", ".join(cause for cause, _ in self.unread.most_common())
            self.mark_incomplete(
                f"{causes}: {unread} of {self.asked} detail pages could not be read, {self.first_unread}"
            )
        self.window = (self.verdict is None and (self.window or window)) or None
        if self.window:
            self.proof, self.error = None, f"the source shows only {self.window}"
        if self.verdict is None:
            self.verdict = Verdict.PARTIAL if self.proof is None else Verdict.OK if self.postings else Verdict.OK_EMPTY
            if self.verdict is Verdict.PARTIAL:
                self.error = self.error or "the end of the list was not seen"

    def commit(self) -> Commit:
        """Return the commit record, which the journal keeps besides the postings."""
        ended = datetime.now(UTC)
        assert self.verdict is not None, "close() decides the verdict"
        complete = self.verdict.is_complete or self.verdict is Verdict.UNCHANGED
        list_requests = self.requests if self.list_requests is None else self.list_requests
        pages = {
            name: page.stored() for name, page in self.details.items() if name in self.shown_ids or self.proof is None
        }
        return Commit(
            verdict=self.verdict,
            complete=complete,
            proof=self.proof,
            window=self.window,
            postings=self.postings,
            repeated=self.repeated,
            out_of_scope=self.out_of_scope,
            dropped=sum(self.dropped.values()),
            dropped_reasons=dict(sorted(self.dropped.items())),
            dropped_ids=list(self.dropped_ids),
            doubtful_ids=[*self.doubtful_ids, *(self.untyped_ids if self.typed else ())],
            odd_fields=dict(sorted(self.odd_fields.items())),
            unread_fields=dict(sorted(self.unread_fields.items())),
            unread=sum(self.unread.values()),
            ids=list(self.ids),
            kept=self.kept,
            requests=self.requests,
            page_requests=self.requests - list_requests,
            page_seconds=round((ended - (self.list_ended or ended)).total_seconds(), 3),
            bytes=self.bytes,
            started=iso(self.started),
            ended=iso(ended),
            error=self.error,
            validators=self.new_validators if complete or self.verdict is Verdict.PARTIAL else {},
            pages=pages,
        )
