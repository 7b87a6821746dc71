"""Verdicts: the ways in which a board's run can end."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The end of a board's run, as journals and snapshots store it.

    >>> Verdict("ok").is_complete, Verdict.PARTIAL.is_complete, Verdict.PARTIAL.was_read
    (True, False, True)
    >>> f"{Verdict.GONE}"
    'gone'
    """

    OK = "ok"  # the whole board was read
    OK_EMPTY = "ok_empty"  # the whole board was read, and it has no posting
    UNCHANGED = "unchanged"  # the answer is the same as the last one
    PARTIAL = "partial"  # only a part of the board was read
    BLOCKED = "blocked"  # the host, or a rule of the crawler, forbids the request
    RATE_LIMITED = "rate_limited"  # the host asks for a longer pause than a run can make
    ROBOTS_DENIED = "robots_denied"  # robots.txt disallows the address
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt could not be read, which forbids every request
    TDM_RESERVED = "tdm_reserved"  # text and data mining is reserved
    GONE = "gone"  # the board does not exist
    PARSE_ERROR = "parse_error"  # the answer does not have the structure that the source sends
    TIMEOUT = "timeout"  # no usable answer in time: the host is unreachable, or failed after the retries
    INTERRUPTED = "interrupted"  # the crawl ended before the board did
    SKIPPED = "skipped"  # not crawled, for example because a key is missing

    @property
    def was_read(self) -> bool:
        """Tell whether postings, or the statement that there are none, were read."""
        return self in (Verdict.OK, Verdict.OK_EMPTY, Verdict.PARTIAL)

    @property
    def is_complete(self) -> bool:
        """Tell whether the whole board was read, so that a posting that is absent has been removed."""
        return self in (Verdict.OK, Verdict.OK_EMPTY)

    @property
    def confirms(self) -> bool:
        """Tell whether the board showed its postings, in this run or by repeating its last answer."""
        return self.was_read or self is Verdict.UNCHANGED

    @property
    def answered(self) -> bool:
        """Tell whether the host gave any information about the board."""
        return self.confirms or self in (Verdict.GONE, Verdict.ROBOTS_DENIED, Verdict.TDM_RESERVED)

    def is_healthy(self, complete: bool, window: bool) -> bool:
        """Tell whether a board needs no attention after such a run.

        Args:
            complete: whether the run, or the answer that it repeats, saw the whole board.
            window: whether the source shows only a part of the board, and all of that part was read.

        >>> Verdict.UNCHANGED.is_healthy(True, False), Verdict.PARTIAL.is_healthy(False, False)
        (True, False)
        """
        if self in (Verdict.UNCHANGED, Verdict.PARTIAL):
            return complete or window
        return self.is_complete or self in (Verdict.SKIPPED, Verdict.ROBOTS_DENIED, Verdict.TDM_RESERVED)
