"""The plan of a crawl: its boards, and how to crawl them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from crawlers.contract.board import Board, BoardKey

BoardValidators = dict[str, dict[str, str | None]]
"""By address: ETag, Last-Modified and body hash of the last answer."""
BoardPages = dict[str, list[str | bool | None]]
"""By posting id: when its own page was last read (`crawlers.bases.pages`)."""
Validators = dict[BoardKey, BoardValidators]
Pages = dict[BoardKey, BoardPages]
PAGE_DAYS = 7


class ProgressEvent(TypedDict, total=False):
    """An event for the display of progress; each kind of event has some of the keys.

    Attributes:
        event: of a crawl: ``start``, ``begin`` or ``commit``.
        stage: of a run: the stage that it has reached, ``note``, ``board`` or ``end``.
        text: the text of a note.
        boards: the number of boards to crawl.
        of, done: the number of tasks of a stage, and the number of those that are done.
        source, board, verdict, postings, error: a board, and the end of its crawl.
    """

    event: str
    stage: str
    text: str
    boards: int
    of: int
    done: int
    source: str
    board: str
    verdict: str | None
    postings: int
    error: str | None


@dataclasses.dataclass
class CrawlPlan:
    """The request for one crawl.

    Attributes:
        boards: the boards, in any order.
        run_dir: where the journals are written, one for each source.
        now: the run's clock; every posting is fetched at this instant.
        scope_all: also keep postings that are plainly ongoing jobs.
        replay: answer from this folder instead of the network.
        record: keep every answer in this folder.
        validators: by board, the validators of its last answers, with which a host says whether anything has changed.
        pages: by board, when its postings' own pages were last read.
        page_days: days after which a posting's own page is read again, even if the list has not changed.
        progress: called when the crawl has started, and when a board begins or ends.
        delay: seconds between two requests to a host.
        loopback_allowed: allow requests to this machine, for tests.
        stand_in: for drills, the origin of a server on this machine that receives the requests to every host; if it is
            None, `crawlers.settings.stand_in` decides.
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
    progress: Callable[[ProgressEvent], None] | None = None
    delay: float = 1.0
    loopback_allowed: bool = False
    stand_in: str | None = None
