"""Exceptions for requests that were not sent and answers that were not used, with the verdict for the board."""

from scrapy.exceptions import IgnoreRequest

from crawlers.contract.verdict import Verdict


class Refused(IgnoreRequest):
    """A request that politeness forbids, or an answer that must not be used.

    >>> str(Refused(Verdict.ROBOTS_DENIED, "robots.txt disallows /jobs"))
    'robots.txt disallows /jobs'
    """

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict


class BrokenAnswer(Exception):
    """An answer that the source would not send, such as HTML instead of JSON, or a list without its key."""


def verdict_of_status(status: int) -> Verdict | None:
    """Return the verdict on a board whose first answer has an HTTP status, None for a status of success.

    >>> [verdict_of_status(status) for status in (200, 404, 500)]
    [None, <Verdict.GONE: 'gone'>, <Verdict.TIMEOUT: 'timeout'>]
    """
    if 200 <= status < 300 and status != 206:  # 206 is only a part of an answer
        return None
    if status in (404, 410):
        return Verdict.GONE
    if status in (401, 403, 407, 451):
        return Verdict.BLOCKED
    if status == 429:
        return Verdict.RATE_LIMITED
    return Verdict.TIMEOUT if status >= 500 else Verdict.PARSE_ERROR


def reason_of(error: BaseException) -> str:
    """Return an error as one line.

    >>> reason_of(TimeoutError())
    'TimeoutError'
    """
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
