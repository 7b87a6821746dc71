"""The commit record: the statement with which the crawl of one board ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

from crawlers.contract.plan import BoardPages, BoardValidators
from crawlers.contract.verdict import Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Commit:
    """The end of a board's run, and the facts of its answer besides the postings in its journal.

    Attributes:
        verdict: how the run ended.
        complete: whether the whole board was seen, in this run or in the answer that has not changed.
        proof: the reason why the board counts as completely seen.
        window: the part of the board to which its source limits its list, if all of that part was read.
        postings: distinct postings that the list showed, in scope or not.
        repeated: further records of the same postings.
        out_of_scope: records that are not internships.
        dropped: records that could not be read.
        dropped_reasons: the number of dropped records by reason.
        dropped_ids: the posting ids of dropped records, as far as they are known.
        doubtful_ids: postings that look out of scope, judged by a record without their text.
        odd_fields: optional fields of odd shape that were left out of records, with counts.
        unread_fields: fields of the records that no spider reads, with counts.
        unread: postings whose own page could not be read.
        ids: the posting ids that the answer showed.
        kept: those of the ids whose own page was not read in this run.
        requests: the requests of the run.
        page_requests: those of the requests that asked for postings' own pages.
        page_seconds: the seconds from the end of the list to the end of the board.
        bytes: the bytes received.
        started, ended: instants in ISO 8601.
        error: the reason for a verdict other than ok, in one line.
        validators: by address, ETag, Last-Modified and body hash.
        pages: by posting id, when its own page was last read.
    """

    verdict: Verdict
    complete: bool = False
    proof: str | None = None
    window: str | None = None
    postings: int = 0
    repeated: int = 0
    out_of_scope: int = 0
    dropped: int = 0
    dropped_reasons: dict[str, int] = dataclasses.field(default_factory=dict)
    dropped_ids: list[str] = dataclasses.field(default_factory=list)
    doubtful_ids: list[str] = dataclasses.field(default_factory=list)
    odd_fields: dict[str, int] = dataclasses.field(default_factory=dict)
    unread_fields: dict[str, int] = dataclasses.field(default_factory=dict)
    unread: int = 0
    ids: list[str] = dataclasses.field(default_factory=list)
    kept: list[str] = dataclasses.field(default_factory=list)
    requests: int | None = None
    page_requests: int | None = None
    page_seconds: float | None = None
    bytes: int | None = None
    started: str | None = None
    ended: str | None = None
    error: str | None = None
    validators: BoardValidators = dataclasses.field(default_factory=dict)
    pages: BoardPages = dataclasses.field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """Return the values by name, as a journal writes them.

        >>> Commit(Verdict.OK, postings=1, ids=["7"]).to_record()["ids"]
        ['7']
        """
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the commit of a journal's record; unknown keys are ignored, absent keys have their defaults.

        Raises:
            KeyError: the record has no verdict.
            ValueError: the verdict is unknown.

        >>> Commit.from_record({"verdict": "gone", "type": "commit", "board": "acme"}) == Commit(Verdict.GONE)
        True
        """
        stated = {name: value for name in _NAMES if (value := record.get(name)) is not None}
        return cls(**(stated | {"verdict": Verdict(record["verdict"])}))


_NAMES = tuple(field.name for field in dataclasses.fields(Commit))
