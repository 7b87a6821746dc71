"""The manifest of a snapshot: its counts, its checks, its failing boards, and the checksum of every file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from crawlers.contract.board import BoardKey
from crawlers.contract.errors import Corrupt
from normalize.vocabulary import ChangeKind
from pipeline.lifecycle.checks import Check
from pipeline.store.records import from_record, to_record

NAME = "manifest.json"


@dataclasses.dataclass(frozen=True, slots=True)
class FileFacts:
    """The facts of one file; `rows` is None where the file is not Parquet."""

    bytes: int
    sha256: str
    rows: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ListingCounts:
    """The listings of a snapshot, and the changes of its run.

    Attributes:
        rows: all listings.
        open: open listings.
        opened, changed, renormalized, closed, reopened: listings that changed in the run, by kind of change; None where
            a rebuilt snapshot has no such change.
        closed_reasons: listings that closed, by reason.
        held: missing listings that a guard kept open.
    """

    rows: int = 0
    open: int = 0
    opened: int | None = None
    changed: int | None = None
    renormalized: int | None = None
    closed: int | None = None
    reopened: int | None = None
    closed_reasons: dict[str, int] | None = None
    held: int | None = None

    def of_change(self, change: ChangeKind) -> int:
        """Return the number of listings with this change.

        >>> ListingCounts(opened=3).of_change(ChangeKind.OPENED), ListingCounts().of_change(ChangeKind.CLOSED)
        (3, 0)
        """
        return getattr(self, change) or 0


@dataclasses.dataclass(frozen=True, slots=True)
class PostingCounts:
    """The postings of a run.

    Attributes:
        postings, repeated, unread, out_of_scope, dropped, expired: sums of these columns over the boards of the run.
        rejected: postings that could not be read and were set aside.
        torn_lines: lines of journals that were cut off.
    """

    postings: int = 0
    repeated: int = 0
    unread: int = 0
    out_of_scope: int = 0
    dropped: int = 0
    expired: int = 0
    rejected: int = 0
    torn_lines: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class PageCounts:
    """The requests for postings' own pages, and the seconds that they took, summed over the boards."""

    requests: int = 0
    seconds: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class FailingBoard:
    """A board of the run that needs attention; the counts are None where there is nothing to count."""

    source: str
    board: str
    verdict: str
    error: str | None = dataclasses.field(default=None, metadata={"nullable": True})
    unread: int | None = None
    repeated: int | None = None
    odd_fields: dict[str, int] | None = None

    @property
    def key(self) -> BoardKey:
        """The board's name, which no other board has."""
        return BoardKey(self.source, self.board)


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a snapshot, or of a run that published nothing.

    A field that is None is absent in the stored manifest.

    Attributes:
        at: the instant of the run in ISO 8601.
        scope: ``internships`` or ``all``.
        result: ``complete``, ``partial``, ``refused``, ``rebuilt``, or the reason why nothing was published.
        forced: whether the snapshot was published although a check failed.
        verdicts: the boards of the run by verdict.
        boards: the number of boards in the snapshot.
        failing: the boards of the run that need attention; stored under the name ``ill``.
        stale_boards: boards without a complete answer for so long that their listings left the feeds.
        feeds_held: the reasons why the feeds are held at the last good version.
        files: the facts of every file by its path in the snapshot.
    """

    run_id: str
    result: str
    exit_status: int
    schema_version: str | None = None
    normalizer_version: str | None = None
    at: str | None = None
    scope: str | None = None
    forced: bool | None = None
    notes: tuple[str, ...] = ()
    verdicts: dict[str, int] | None = None
    listings: ListingCounts | None = None
    postings: PostingCounts | None = None
    pages: PageCounts | None = None
    boards: int | None = None
    failing: tuple[FailingBoard, ...] | None = dataclasses.field(default=None, metadata={"key": "ill"})
    checks: tuple[Check, ...] | None = None
    stale_boards: tuple[str, ...] | None = None
    feeds_held: dict[str, Any] | None = None
    files: dict[str, FileFacts] | None = None

    @property
    def failed_checks(self) -> list[Check]:
        """The checks that failed."""
        return [check for check in self.checks or () if not check.ok]

    def to_record(self) -> dict[str, Any]:
        """Return the manifest as it is stored.

        >>> Manifest("20261123T120000Z-7f3a", "complete", 0, failing=()).to_record()
        {'run_id': '20261123T120000Z-7f3a', 'result': 'complete', 'exit_status': 0, 'notes': [], 'ill': []}
        """
        return to_record(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return a stored manifest; unknown keys are ignored, and absent keys are None.

        Raises:
            KeyError, TypeError, ValueError: the record is not a manifest.

        >>> Manifest.from_record({"run_id": "20261123T120000Z-7f3a", "result": "complete", "exit_status": 0}).listings
        """
        return from_record(cls, record)


def write_manifest(staged: Path, manifest: Manifest) -> None:
    """Write the manifest, the last file of a snapshot."""
    (staged / NAME).write_text(json.dumps(manifest.to_record(), indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(snapshot: Path) -> Manifest:
    """Return a snapshot's manifest.

    Raises:
        Corrupt: it is missing or unreadable.
    """
    try:
        return Manifest.from_record(json.loads((snapshot / NAME).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Corrupt(f"{snapshot.name} has no readable {NAME}") from error
