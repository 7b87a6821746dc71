"""The state of a run, kept next to its journals in ``run.json``, by which an interrupted run can be resumed."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from crawlers.contract.board import Board
from pipeline.lifecycle.checks import Check
from pipeline.store.disk import sync_path
from pipeline.store.records import from_record, to_record

NAME = "run.json"


class RunKind(StrEnum):
    """What a run does."""

    CRAWL = "crawl"
    NORMALIZE = "normalize"


@dataclasses.dataclass(frozen=True, slots=True)
class RunRequest:
    """The options of a run that a resumed run must share.

    Attributes:
        all_boards: whether the run asks all boards that exist; stored under the name ``everything``.
        replay, record: folders, as absolute paths.
    """

    scope: str
    all_boards: bool = dataclasses.field(metadata={"key": "everything"})
    replay: str | None = None
    record: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the request as it is stored; the ids of runs are digests of it.

        >>> RunRequest("internships", all_boards=True).to_record()
        {'scope': 'internships', 'everything': True, 'replay': None, 'record': None}
        """
        return to_record(self, keep_none=True)


@dataclasses.dataclass(frozen=True, slots=True)
class RunState:
    """The state of one run.

    Attributes:
        started: the run's clock.
        boards: the boards of a crawl.
        options: the request of a crawl, None for a run of another kind.
        ended: the exit status, or None while the run has not ended.
        result: the result of a run that ended, as in its manifest.
        failed_checks: the checks for which a run published nothing, or that were overruled.
    """

    run_id: str
    kind: RunKind
    started: datetime.datetime
    boards: tuple[Board, ...] = ()
    options: RunRequest | None = None
    ended: int | None = None
    result: str | None = None
    failed_checks: tuple[Check, ...] | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the state as it is stored.

        >>> started = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
        >>> RunState("20261123T120000Z-7f3a", RunKind.NORMALIZE, started).to_record()["started"]
        '2026-11-23T12:00:00+00:00'
        """
        record = to_record(self) | {"started": self.started.isoformat(), "boards": [list(row) for row in self.boards]}
        if self.options:
            record["options"] = self.options.to_record()
        return record | {"ended": self.ended}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return a stored state; unknown keys are ignored, and absent keys have their defaults.

        Raises:
            KeyError, TypeError, ValueError: the record is not the state of a run.
        """
        return from_record(
            cls,
            record,
            kind=RunKind(record["kind"]),
            started=datetime.datetime.fromisoformat(record["started"]),
            boards=tuple(Board(*board) for board in record["boards"]),
        )


def read_run_state(raw_run: Path) -> RunState | None:
    """Return the state of a raw run, None where it is missing or unreadable."""
    try:
        return RunState.from_record(json.loads((raw_run / NAME).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_run_state(raw_run: Path, state: RunState) -> None:
    """Write the state of a raw run; if writing fails, the earlier state stays as it is."""
    raw_run.mkdir(parents=True, exist_ok=True)
    path = raw_run / NAME
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(state.to_record(), indent=1) + "\n", "utf-8")
    sync_path(temporary)
    os.replace(temporary, path)
