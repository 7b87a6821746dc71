"""The books of one board in one run: its records, the faults among them, and the proof that all of it was seen."""

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

MALFORMED_AT_MOST = 0.2  # of a board's records; more, and the source has changed
MALFORMED_TO_JUDGE = 5


class Found(NamedTuple):
    """A posting of the list that may be an internship.

    Attributes:
        request: for its own page; None where the list says all there is.
    """

    posting: RawPosting
    request: Request | None


class BoardRun:
    """The books of one board in one run.

    Attributes:
        board: the board.
        shown: records of the list that are postings, a repeated one each time.
        names: their posting ids.
        repeated: those whose id was shown before.
        keys: what tells them apart: the posting's id, with its place where the source repeats a job for each place.
        addresses: those of the postings that could be read.
        ids: the posting ids the board shows; a posting whose page is gone is taken out again.
        unnamed: records whose id could not be read.
        records: entries of the list's pages, postings or not; offsets count them.
        dropped: records that could not be read, by reason; dropped_ids: those of them whose id could be read.
        doubtful_ids: postings that look out of scope by a record without its words, which proves nothing.
        untyped_ids: postings that look out of scope by a record without a type of employment.
        typed: whether any record states a type of employment; then one without it lacks what it could have stated.
        odd_fields: optional fields of odd shape that were left out.
        proof: how we know that all of the board was seen; None until we do.
        window: what part of it the source shows at most; None for what the spider says.
        pages: pages of the list that were read.
        list_url: the address of the list's page that is read, which its relative links belong to.
        details: what is known of postings' own pages, by posting id.
        asked: detail pages asked for.
        gone: those that are gone, or say that their posting is; by posting id, what is noted should it prove nothing.
        standing: those that show that their posting is there.
        kept: posting ids the list shows whose own page was not read in this run: what is known of them stands.
        unread: detail pages that could not be read, by cause.
    """

    def __init__(
        self,
        board: Board,
        validators: dict[str, dict[str, str | None]],
        details: dict[str, Page] | None = None,
    ) -> None:
        self.board = board
        self.known = validators
        self.details = details or {}
        self.attempt = 0
        self.started = datetime.now(UTC)
        self.open = 0
        self.requests = 0
        self.bytes = 0
        self.list_requests: int | None = None
        self.list_ended: datetime | None = None
        self.reading_details = False
        self.list_urls: set[str] = set()
        self.asked = 0
        self.gone: dict[str, Page] = {}
        self.standing = 0
        self.kept: list[str] = []
        self.unread: Counter[str] = Counter()
        self.first_unread = ""
        self.verdict: Verdict | None = None
        self.error: str | None = None
        self.window: str | None = None
        self.list_url = board.url or ""
        self.restarts = 0
        self._forget()

    def _forget(self) -> None:
        self.shown = 0
        self.names: set[str] = set()
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
        self.found: list[Found] = []
        self.answers: dict[str, dict[str, str | None]] = {}
        self.same = bool(self.known)

    @property
    def postings(self) -> int:
        """Distinct posting ids that the list showed."""
        return len(self.names)

    @property
    def counted(self) -> int:
        """Records that count toward the list's total: each once."""
        return len(self.keys) + self.unnamed

    def enter(self, identity: str | None, place: str | None) -> None:
        """Count a record of the list by its posting's id, and its place where that tells records apart."""
        self.shown += 1
        if not identity:
            self.unnamed += 1
            return
        self.repeated += identity in self.names
        self.names.add(identity)
        self.ids[identity] = None
        self.keys.add((identity, place))

    def drop(self, identity: str | None, reason: str) -> None:
        """Note a record that could not be read; its posting is shown nevertheless."""
        self.dropped[reason] += 1
        if identity:
            self.dropped_ids[identity] = None

    def judge_records(self) -> None:
        """Note what the records say of the whole list, when it has been read."""
        if self.unnamed:
            self.cut(f"records without a readable id: {self.unnamed}")
        dropped = sum(self.dropped.values())
        many = dropped >= MALFORMED_TO_JUDGE and dropped > MALFORMED_AT_MOST * self.shown
        if many and self.verdict in (None, Verdict.PARTIAL):
            reason, count = self.dropped.most_common(1)[0]
            self.verdict = Verdict.PARSE_ERROR
            self.error = f"{dropped} of {self.shown} records are malformed, {count} by: {reason}"
            self.found, self.ids = [], {}

    def fail(self, verdict: Verdict, error: str) -> None:
        """Note that something was not read: the board's verdict if nothing was, else it is partial."""
        if self.verdict is None or self.verdict is Verdict.PARTIAL:
            self.verdict = Verdict.PARTIAL if self.pages else verdict
        self.error = self.error or error

    def cut(self, error: str) -> None:
        """Note that the board was not seen whole."""
        self.verdict, self.error = self.verdict or Verdict.PARTIAL, self.error or error

    def restart(self) -> None:
        """Forget what was read, to read it again from the first page."""
        self.restarts += 1
        self._forget()

    def close(self, window: str | None) -> None:
        """Decide the verdict, when everything that was asked for has been answered.

        Args:
            window: what part of a board the source shows at most.
        """
        if len(self.gone) > 1 and not self.standing:  # it is the pages that have changed
            self.cut(f"each of the {len(self.gone)} detail pages that were read is gone or says so")
            for name, page in self.gone.items():
                self.ids[name] = None
                self.details[name] = page
        if unread := sum(self.unread.values()):
            causes = ", ".join(cause for cause, _ in self.unread.most_common())
            self.cut(f"{causes}: {unread} of {self.asked} detail pages could not be read, {self.first_unread}")
        self.window = (self.verdict is None and (self.window or window)) or None
        if self.window:
            self.proof, self.error = None, f"the source shows only {self.window}"
        if self.verdict is None:
            self.verdict = Verdict.PARTIAL if self.proof is None else Verdict.OK if self.postings else Verdict.OK_EMPTY
            if self.verdict is Verdict.PARTIAL:
                self.error = self.error or "the end of the list was not seen"

    def commit(self) -> Commit:
        """Return what the journal keeps of the board's run beside its postings."""
        ended = datetime.now(UTC)
        assert self.verdict is not None, "close decides it"
        complete = self.verdict.is_complete or self.verdict is Verdict.UNCHANGED
        list_requests = self.requests if self.list_requests is None else self.list_requests
        pages = {name: page.stored() for name, page in self.details.items() if name in self.names or self.proof is None}
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
            validators=self.answers if complete or self.verdict is Verdict.PARTIAL else {},
            pages=pages,
        )
