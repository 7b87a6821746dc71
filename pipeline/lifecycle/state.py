"""The state that the lifecycle carries from run to run: boards, listings and changes.

Instants are microseconds since 1970 in UTC and days are days since 1970, as Arrow holds them.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from crawlers.contract.board import BoardKey
from crawlers.contract.plan import BoardPages, BoardValidators
from crawlers.contract.verdict import Verdict
from normalize.vocabulary import ChangeKind, ClosedReason, RunScope, Status

OBSTACLES = frozenset({"challenge", "login", "maintenance", "consent", "unreadable"})
"""What a host can show in place of postings; the error of the board begins with it."""


@dataclasses.dataclass(frozen=True, slots=True)
class BoardState:
    """One board between two runs: a row of the boards dataset.

    The fields are the columns of the dataset, in their order; `pipeline.store.schema` describes each of them. A field
    is None where nothing is known yet.

    >>> board = BoardState("lever", "acme", verdict=Verdict.UNCHANGED, complete=True)
    >>> str(board.key), board.is_healthy
    ('lever/acme', True)
    """

    source: str
    board: str
    name: str | None = None
    verdict: Verdict | None = None
    complete: bool | None = None
    listing_window: str | None = None
    postings: int | None = None
    repeated: int | None = None
    unread: int | None = None
    out_of_scope: int | None = None
    dropped: int | None = None
    expired: int | None = None
    listings_open: int | None = None
    requests: int | None = None
    page_requests: int | None = None
    page_seconds: float | None = None
    bytes: int | None = None
    started: int | None = None
    ended: int | None = None
    error: str | None = None
    dropped_reasons: dict[str, int] | None = None
    odd_fields: dict[str, int] | None = None
    unread_fields: dict[str, int] | None = None
    run_id: str | None = None
    answer: Verdict | None = None
    answered_run: str | None = None
    answered_at: int | None = None
    first_run: int | None = None
    last_ok: int | None = None
    consecutive_failures: int | None = None
    empties: int | None = None
    barren_runs: int | None = None
    gone_since: int | None = None
    yields: list[int] | None = None
    held: list[str] | None = None
    ids: list[str] | None = None
    ids_run: str | None = None
    doubted_ids: list[str] | None = None
    coverage: dict[str, float] | None = None
    validators: BoardValidators | None = None
    pages: BoardPages | None = None
    pages_run: str | None = None
    redistribution: str | None = None
    attribution: str | None = None
    terms: str | None = None
    verified: str | None = None
    aggregator: bool | None = None
    timezone: str | None = None
    scope: RunScope | None = None
    normalizer_version: str | None = None

    @property
    def key(self) -> BoardKey:
        """The board's name, which no other board has."""
        return BoardKey(self.source, self.board)

    @property
    def is_healthy(self) -> bool:
        """Tell whether the last run of the board needs no attention; a board that never ran needs it.

        >>> BoardState("lever", "acme").is_healthy
        False
        """
        return self.verdict is not None and self.verdict.is_healthy(bool(self.complete), bool(self.listing_window))

    @property
    def obstacle(self) -> str:
        """The obstacle that the board showed in place of postings; empty where its error names none.

        >>> BoardState("lever", "acme", error="login, timeout: 3 of 20 detail pages could not be read").obstacle
        'login'
        """
        word = re.split(r"[,:]", self.error or "", maxsplit=1)[0]
        return word if word in OBSTACLES else ""

    @property
    def shown_ids(self) -> list[str]:
        """The posting ids of the last complete answer, whether or not a guard doubted it."""
        return (self.ids if self.doubted_ids is None else self.doubted_ids) or []


@dataclasses.dataclass(slots=True)
class ListingState:
    """The lifecycle of one listing.

    Attributes:
        valid_through: the last day to apply, or None.
        index: the position of its content, in the last snapshot or among the rows that this run read.
        fresh: whether `index` is a position among the rows that this run read.
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

    @property
    def is_open(self) -> bool:
        """Tell whether the listing is open."""
        return self.status == Status.OPEN


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What happened to one listing in a run: a row of the changes dataset.

    The fields are the columns of the dataset, in their order.
    """

    listing_id: str
    change: ChangeKind
    reason: ClosedReason | None
    source: str
    board: str
    posting_id: str
    changed_at: int
    proof: str

    def to_row(self) -> dict[str, Any]:
        """Return the values by column."""
        return {name: getattr(self, name) for name in CHANGE_FIELDS}


CHANGE_FIELDS = tuple(field.name for field in dataclasses.fields(Change))
