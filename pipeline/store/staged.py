"""A staged snapshot: complete but for its products, and not yet published."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawlers.contract.board import BoardKey
from pipeline.store.manifest import Manifest


@dataclasses.dataclass(slots=True)
class Staged:
    """A staged snapshot, as the products that are written into it see it.

    Attributes:
        path: the staged folder.
        previous: the last snapshot, or None.
        manifest: the manifest, which products may change; it is written after them.
        stale_boards: boards without a complete answer for so long that their listings leave the feeds.
        changed: whether any listing differs from the last snapshot.
        force: whether to publish feeds that their guard would hold.
    """

    path: Path
    previous: Path | None
    run_id: str
    now: datetime.datetime
    manifest: Manifest
    stale_boards: frozenset[BoardKey]
    changed: bool
    force: bool = False

    @property
    def history(self) -> Path:
        """The folder of the history; a snapshot is staged in ``tmp`` of the data folder."""
        return self.path.parents[1] / "history"

    def add_note(self, note: str) -> None:
        """Add a note to the manifest."""
        self.manifest = dataclasses.replace(self.manifest, notes=(*self.manifest.notes, note))

    def hold_feeds(self, reasons: dict[str, Any]) -> None:
        """State in the manifest that the feeds are held at the last good version, which makes the run partial."""
        self.manifest = dataclasses.replace(self.manifest, feeds_held=reasons, result="partial", exit_status=3)


Product = Callable[[Staged], None]
"""Writes a product into a staged snapshot: feeds, the report, descriptors or metrics."""
