"""Why a request was not made or its answer not used, with the verdict it gives a board."""

from scrapy.exceptions import IgnoreRequest

VERDICTS = (
    "ok", "ok_empty", "unchanged", "partial", "blocked", "rate_limited", "robots_denied", "robots_unreachable",
    "tdm_reserved", "gone", "parse_error", "timeout", "interrupted", "skipped",
)  # fmt: skip
"""How a board's run can end. `timeout` is any host that gave no usable answer in time: it could not
be reached, or went on failing after the retries."""


class Refused(IgnoreRequest):
    """A request that manners forbid, or an answer that may not be used.

    >>> str(Refused("robots_denied", "robots.txt disallows /jobs"))
    'robots.txt disallows /jobs'
    """

    def __init__(self, verdict: str, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict


class BrokenAnswer(Exception):
    """An answer that is not what the source sends: HTML for JSON, a list without its key."""


def verdict_of_status(status: int) -> str | None:
    """Return the verdict that an HTTP status gives a board's first answer, None where it is an answer.

    >>> [verdict_of_status(status) for status in (200, 404, 451, 429, 500, 422)]
    [None, 'gone', 'blocked', 'rate_limited', 'timeout', 'parse_error']
    """
    if 200 <= status < 300 and status != 206:  # a part of the answer is none
        return None
    if status in (404, 410):
        return "gone"
    if status in (401, 403, 407, 451):
        return "blocked"
    if status == 429:
        return "rate_limited"
    return "timeout" if status >= 500 else "parse_error"


def reason_of(error: BaseException) -> str:
    """Return what went wrong in one line.

    >>> reason_of(TimeoutError())
    'TimeoutError'
    """
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
