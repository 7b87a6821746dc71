"""The addresses that a crawl may request: http(s), public, and not on the deny-list."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawlers.contract.verdict import Verdict
from crawlers.politeness.refusals import Refused

# Their terms forbid automation, and most of their postings are on boards that can be read directly.
_DENIED = frozenset({"linkedin", "licdn", "lnkd", "indeed", "glassdoor", "joinhandshake", "handshake"})


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str, loopback_allowed: bool = False) -> bool:
    """Tell whether an IP address is on the public internet.

    >>> [is_public(address) for address in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = _inner(parsed)
    return (parsed.is_global and not parsed.is_multicast) or (loopback_allowed and parsed.is_loopback)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that a gateway would translate an address to, or the address itself."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def check_address(url: str, loopback_allowed: bool = False) -> None:
    """Reject an address that must not be requested; names are checked again when they are resolved.

    Raises:
        Refused: another scheme than http(s), an address that is not public, or a host on the deny-list.

    >>> check_address("https://boards-api.greenhouse.io/v1/boards/acme/jobs")
    >>> check_address("https://de.indeed.com/jobs")
    Traceback (most recent call last):
    crawlers.politeness.refusals.Refused: de.indeed.com is on the deny-list
    """
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Refused(Verdict.BLOCKED, f"{url[:80]} is not a valid address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(Verdict.BLOCKED, f"only http and https addresses are crawled, not {url[:80]}")
    if _DENIED & set(host.lower().split(".")):
        raise Refused(Verdict.BLOCKED, f"{host} is on the deny-list")
    try:
        public = is_public(host, loopback_allowed)
    except ValueError:  # a name
        public = "." in host or (loopback_allowed and host == "localhost")
    if not public:
        raise Refused(Verdict.BLOCKED, f"{host} is not a public address")


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only, at the moment of the connection."""

    loopback_allowed = False  # tests against a local server change it, see CrawlPlan
    refused: ClassVar[dict[str, str]] = {}  # by name, the address that was rejected

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """Return the address of a name; an address that is not public is an error."""
        return super().getHostByName(name, timeout).addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if not is_public(address, self.loopback_allowed):
            self.refused[name] = address
            raise DNSLookupError(f"{name} resolves to {address}, which is not a public address")
        return address
