"""Rules of hosts: robots.txt by RFC 9309, and reservations by the TDM protocol.

If robots.txt cannot be fetched, the host must not be crawled (RFC 9309, section 2.3.1.4). Rules are kept for 24 hours.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from protego import Protego

from crawlers.contract.verdict import Verdict
from crawlers.politeness.refusals import Refused

PRODUCT = "internfeed"
MAX_CRAWL_DELAY = 60.0  # seconds; a longer Crawl-delay is shortened to this
KEPT_SECONDS = 24 * 3600
_MAX_BYTES = 512 * 1024  # RFC 9309 asks to parse at least 500 KiB


@lru_cache(maxsize=512)
def _parsed(robots: str) -> Protego:
    return Protego.parse(robots)


class Rules(NamedTuple):
    """The rules of a host.

    Attributes:
        fetched: the time of fetching, in seconds since 1970.
        robots: its robots.txt; "" where there is none, None where it could not be fetched.
        reserved: patterns of paths, each with whether text and data mining is reserved; the first that matches counts.
        reason: why robots.txt could not be fetched.
    """

    fetched: float
    robots: str | None
    reserved: tuple[tuple[str, bool], ...] = ()
    reason: str = ""

    def crawl_delay(self) -> float:
        """Return the seconds to wait between two requests, at most `MAX_CRAWL_DELAY`.

        >>> Rules(0, "User-agent: *\\nCrawl-delay: 90").crawl_delay()
        60.0
        """
        delay = _parsed(self.robots or "").crawl_delay(PRODUCT)
        return min(float(delay or 0), MAX_CRAWL_DELAY)

    def check(self, url: str) -> None:
        """Reject a page that must not be crawled.

        Raises:
            Refused: robots.txt disallows the page or could not be fetched, or text and data mining is reserved.

        >>> Rules(0, "User-agent: *\\nDisallow: /jobs").check("https://example.org/jobs/7")
        Traceback (most recent call last):
        crawlers.politeness.refusals.Refused: robots.txt disallows /jobs/7
        """
        path = urlsplit(url).path or "/"
        if self.robots is None:
            raise Refused(Verdict.ROBOTS_UNREACHABLE, f"robots.txt could not be fetched ({self.reason})")
        if not _parsed(self.robots).can_fetch(url, PRODUCT):
            raise Refused(Verdict.ROBOTS_DENIED, f"robots.txt disallows {path}")
        if next((reserved for pattern, reserved in self.reserved if _fits(pattern, path)), False):
            raise Refused(Verdict.TDM_RESERVED, f"text and data mining of {path} is reserved")


def rules_of(fetched: float, status: int | None, body: bytes, reason: str = "") -> Rules:
    """Return the rules by an answer for robots.txt; the status is None if there was no answer.

    >>> rules_of(0, 404, b"").robots
    ''
    >>> rules_of(0, 503, b"").robots is None
    True
    """
    if status is not None and 200 <= status < 300:
        return Rules(fetched, body[:_MAX_BYTES].decode("utf-8-sig", "replace"))
    if status is not None and 300 <= status < 500 and status != 429:
        return Rules(fetched, "")
    return Rules(fetched, None, reason=reason or f"status {status}")


def reserved_paths(body: bytes) -> tuple[tuple[str, bool], ...]:
    """Return the reservations by path that a tdmrep.json states; entries of another shape are ignored.

    >>> reserved_paths(b'[{"location": "/jobs/", "tdm-reservation": 1}]')
    (('/jobs/', True),)
    """
    try:
        entries = json.loads(body)
    except ValueError:
        return ()
    if not isinstance(entries, list):
        return ()
    return tuple(
        (str(entry.get("location", "*")), str(entry["tdm-reservation"]) in ("1", "True"))
        for entry in entries
        if isinstance(entry, dict) and "tdm-reservation" in entry
    )


def _fits(pattern: str, path: str) -> bool:
    """Tell whether a pattern matches the beginning of a path; ``*`` matches anything, ``$`` the end.

    As in robots.txt: github.com/w3c/tdm-reservation-protocol, spec, section "TDM File on the Origin Server".

    >>> [_fits(pattern, "/jobs/7.html") for pattern in ("/jobs/", "/*.html$", "/jobs/7$", "*")]
    [True, True, False, True]
    """
    path = unquote(path)
    first, *parts = unquote(pattern.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    remaining = path[len(first) :]
    if pattern.endswith("$"):
        last = parts.pop() if parts else None
        if last is None:
            return not remaining
        if not remaining.endswith(last):
            return False
        remaining = remaining[: len(remaining) - len(last)]
    for part in parts:
        _, match, remaining = remaining.partition(part) if part else ("", "*", remaining)
        if not match:
            return False
    return True


class RulesCache:
    """Rules by origin, kept for a day in memory and, where a file is given, between runs."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._rules: dict[str, Rules] = {}
        if file and file.exists():
            try:
                kept: dict[str, list[Any]] = json.loads(file.read_text("utf-8"))
                self._rules = {
                    origin: Rules(
                        fetched,
                        robots,
                        tuple((pattern, bool(is_reserved)) for pattern, is_reserved in reserved),
                        reason,
                    )
                    for origin, (fetched, robots, reserved, reason) in kept.items()
                }
            except (ValueError, TypeError):
                self._rules = {}  # a broken cache is ignored; the rules are fetched again

    def get(self, origin: str, now: float) -> Rules | None:
        """Return the rules of an origin, None if they are unknown or older than a day."""
        rules = self._rules.get(origin)
        return rules if rules and 0 <= now - rules.fetched < KEPT_SECONDS else None

    def put(self, origin: str, rules: Rules) -> None:
        """Keep the rules of an origin; a failure to fetch robots.txt is kept for this run only."""
        self._rules[origin] = rules

    def save(self) -> None:
        """Write the rules for the next run."""
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            kept = {origin: rules for origin, rules in sorted(self._rules.items()) if rules.robots is not None}
            fresh = self._file.with_suffix(".tmp")
            fresh.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            os.replace(fresh, self._file)
