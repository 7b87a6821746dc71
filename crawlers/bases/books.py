"""The books of one board in one run: what it showed, what could not be read, and how we know that all of it was seen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, NamedTuple

from scrapy import Request

from crawlers.bases.pages import Page
from crawlers.registry import Board
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
        ids: the posting ids the board shows; a posting whose page is gone is taken out again.
        unnamed: records whose id could not be read.
        records: entries of the list's pages, postings or not; offsets count them.
        dropped: records that could not be read, by reason; dropped_ids: those of them whose id could be read.
        odd_fields: optional fields of odd shape that were left out.
        proof: how we know that all of the board was seen; None until we do.
        window: what part of it the source shows at most; None for what the spider says.
        pages: pages of the list that were read.
        list_url: the address of the list's page that is read, which its relative links belong to.
        details: what is known of postings' own pages, by posting id.
        asked: detail pages asked for.
        gone: those that are gone, or say that their posting is.
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
        self.gone: set[str] = set()
        self.kept: list[str] = []
        self.unread: Counter[str] = Counter()
        self.first_unread = ""
        self.verdict: str | None = None
        self.error: str | None = None
        self.window: str | None = None
        self.list_url = board.url or ""
        self.restarts = 0
        self._forget()

    def _forget(self) -> None:
        self.shown = 0
        self.names: set[str] = set()
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

    @property
    def malformed(self) -> bool:
        """Whether so many records could not be read that the source must have changed."""
        dropped = sum(self.dropped.values())
        return dropped >= MALFORMED_TO_JUDGE and dropped > MALFORMED_AT_MOST * self.shown

    def fail(self, verdict: str, error: str) -> None:
        """Note that something was not read: the board's verdict if nothing was, else it is partial."""
        if self.verdict is None or self.verdict == "partial":
            self.verdict = "partial" if self.pages else verdict
        self.error = self.error or error

    def cut(self, error: str) -> None:
        """Note that the board was not seen whole."""
        self.verdict, self.error = self.verdict or "partial", self.error or error

    def restart(self) -> None:
        """Forget what was read, to read it again from the first page."""
        self.restarts += 1
        self._forget()
