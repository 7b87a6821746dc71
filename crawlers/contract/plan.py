"""What a crawl is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.contract.board import Board, BoardKey

Validators = dict[BoardKey, dict[str, dict[str, str | None]]]
Pages = dict[BoardKey, dict[str, list[str | bool | None]]]
PAGE_DAYS = 7


@dataclasses.dataclass
class CrawlPlan:
    """What a run asks of the crawl.

    Attributes:
        boards: the boards, in any order.
        run_dir: where the journals are written, one for each source.
        now: the run's clock; every posting is fetched at this instant.
        scope_all: keep postings that are plainly ongoing jobs too.
        replay: answer from this folder instead of the network.
        record: keep every answer in this folder.
        validators: by board, what its last answers were, to ask only for what has changed.
        pages: by board, when its postings' own pages were read last (`crawlers.bases.pages`).
        page_days: days after which a posting's own page is read again, whatever its list says.
        progress: told when the crawl has started, and of every board that begins and ends.
        delay: seconds between two requests to a host.
        loopback_allowed: for tests against a server on this machine.
        stand_in: for drills, the origin of a server on this machine that is asked in every host's place; where it is
            None, what `crawlers.settings.stand_in` says.
    """

    boards: list[Board]
    run_dir: Path
    now: datetime = dataclasses.field(default_factory=lambda: datetime.now(UTC))
    scope_all: bool = False
    replay: Path | None = None
    record: Path | None = None
    validators: Validators = dataclasses.field(default_factory=dict)
    pages: Pages = dataclasses.field(default_factory=dict)
    page_days: int = PAGE_DAYS
    progress: Callable[[dict[str, Any]], None] | None = None
    delay: float = 1.0
    loopback_allowed: bool = False
    stand_in: str | None = None
