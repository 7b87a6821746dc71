"""How a board's run can end."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """How a board's run ended, as journals and snapshots write it.

    >>> Verdict("ok").is_complete, Verdict.PARTIAL.is_complete, Verdict.PARTIAL.was_read
    (True, False, True)
    >>> f"{Verdict.GONE}"
    'gone'
    """

    OK = "ok"  # read, and seen whole
    OK_EMPTY = "ok_empty"  # read, seen whole, and there is no posting
    UNCHANGED = "unchanged"  # the same answer as the last one
    PARTIAL = "partial"  # read, and not seen whole
    BLOCKED = "blocked"  # the host, or a rule of ours, forbids the request
    RATE_LIMITED = "rate_limited"  # the host asks for a longer pause than a run can make
    ROBOTS_DENIED = "robots_denied"  # robots.txt disallows the address
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt could not be read, which forbids all
    TDM_RESERVED = "tdm_reserved"  # text and data mining is reserved
    GONE = "gone"  # there is no such board
    PARSE_ERROR = "parse_error"  # the answer is not what the source sends
    TIMEOUT = "timeout"  # no usable answer in time: unreachable, or failing after the retries
    INTERRUPTED = "interrupted"  # the crawl ended before the board did
    SKIPPED = "skipped"  # not asked, as for want of a key

    @property
    def was_read(self) -> bool:
        """Tell whether postings, or the statement that there are none, were read."""
        return self in (Verdict.OK, Verdict.OK_EMPTY, Verdict.PARTIAL)

    @property
    def is_complete(self) -> bool:
        """Tell whether the board was read whole, so that a posting's absence means something."""
        return self in (Verdict.OK, Verdict.OK_EMPTY)

    @property
    def confirms(self) -> bool:
        """Tell whether the board showed postings, read now or the same as in its last answer."""
        return self.was_read or self is Verdict.UNCHANGED

    @property
    def answered(self) -> bool:
        """Tell whether the host said something about the board."""
        return self.confirms or self in (Verdict.GONE, Verdict.ROBOTS_DENIED, Verdict.TDM_RESERVED)

    def is_healthy(self, complete: bool, window: bool) -> bool:
        """Tell whether nobody needs to look at a board after such a run.

        Args:
            complete: whether the run, or the answer that it repeats, saw the board whole.
            window: whether the source shows only a part of the board, and all of that was read.

        >>> Verdict.UNCHANGED.is_healthy(True, False), Verdict.PARTIAL.is_healthy(False, False)
        (True, False)
        """
        if self in (Verdict.UNCHANGED, Verdict.PARTIAL):
            return complete or window
        return self.is_complete or self in (Verdict.SKIPPED, Verdict.ROBOTS_DENIED, Verdict.TDM_RESERVED)
