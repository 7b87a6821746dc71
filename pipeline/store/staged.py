"""A snapshot about to be published."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

from crawlers.contract.board import BoardKey


@dataclasses.dataclass
class Staged:
    """A snapshot about to be published, for those who write into it.

    Attributes:
        path: the staged folder.
        previous: the last snapshot, or None.
        manifest: what the manifest will say; extras may add to it.
        stale_boards: boards without a complete answer for so long that their listings leave the feeds.
        changed: whether any row of the listings is another than in the last snapshot.
        force: whether to publish what a guard would hold.
    """

    path: Path
    previous: Path | None
    run_id: str
    now: datetime.datetime
    manifest: dict[str, Any]
    stale_boards: frozenset[BoardKey]
    changed: bool
    force: bool = False
