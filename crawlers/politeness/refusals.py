"""Why a request was not made or its answer not used, with the verdict it gives a board."""

from scrapy.exceptions import IgnoreRequest

from crawlers.contract.verdict import Verdict


class Refused(IgnoreRequest):
    """A request that manners forbid, or an answer that may not be used.

    >>> str(Refused(Verdict.ROBOTS_DENIED, "robots.txt disallows /jobs"))
    'robots.txt disallows /jobs'
    """

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict


class BrokenAnswer(Exception):
    """An answer that is not what the source sends: HTML for JSON, a list without its key."""


def verdict_of_status(status: int) -> Verdict | None:
    """Return the verdict that an HTTP status gives a board's first answer, None where it is an answer.

    >>> [verdict_of_status(status) for status in (200, 404, 500)]
    [None, <Verdict.GONE: 'gone'>, <Verdict.TIMEOUT: 'timeout'>]
    """
    if 200 <= status < 300 and status != 206:  # a part of the answer is none
        return None
    if status in (404, 410):
        return Verdict.GONE
    if status in (401, 403, 407, 451):
        return Verdict.BLOCKED
    if status == 429:
        return Verdict.RATE_LIMITED
    return Verdict.TIMEOUT if status >= 500 else Verdict.PARSE_ERROR


def reason_of(error: BaseException) -> str:
    """Return what went wrong in one line.

    >>> reason_of(TimeoutError())
    'TimeoutError'
    """
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
