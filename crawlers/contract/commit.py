"""What a crawl says of one board when it has ended."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

from crawlers.contract.verdict import Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Commit:
    """How a board's run ended, and what it showed besides the postings in its journal.

    Attributes:
        complete: whether the board was seen whole, now or in the answer that stays the same.
        proof: why it counts as seen whole.
        window: the part of the board that its source shows at most, where all of that was read.
        postings: distinct postings that the list showed, in scope or not.
        repeated: further records of the same postings.
        out_of_scope: records that are no internship.
        dropped: records that could not be read, with their reasons and, where it is known, their ids.
        doubtful_ids: postings that look out of scope by a record without its words.
        odd_fields: optional fields of odd shape that were left out of records, with counts.
        unread_fields: fields of the records that nobody reads, with counts.
        unread: postings whose own page could not be read.
        ids: the posting ids that the answer showed.
        kept: those whose own page was not read in this run.
        page_requests: the requests for postings' own pages.
        page_seconds: the time from the end of the list to the end of the board.
        validators: by address, ETag, Last-Modified and body hash.
        pages: by posting id, when its own page was read last.
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
    validators: dict[str, Any] = dataclasses.field(default_factory=dict)
    pages: dict[str, Any] = dataclasses.field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """Return the values by name, as a journal writes them.

        >>> Commit(Verdict.OK, postings=1, ids=["7"]).to_record()["ids"]
        ['7']
        """
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return what a journal's record says; keys that are not known are ignored, absent ones have their defaults.

        Raises:
            KeyError: the record has no verdict.
            ValueError: its verdict is not known.

        >>> Commit.from_record({"verdict": "gone", "type": "commit", "board": "acme"}) == Commit(Verdict.GONE)
        True
        """
        stated = {name: value for name in _NAMES if (value := record.get(name)) is not None}
        return cls(**(stated | {"verdict": Verdict(record["verdict"])}))


_NAMES = tuple(field.name for field in dataclasses.fields(Commit))
