"""Addresses of postings: made absolute, and compared whatever their spelling."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from crawlers.answers.words import alternatives
from normalize.posting import RawPosting

_IGNORED = re.compile(r"[\t\r\n]")  # browsers remove these from an address, wherever they are
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|gclid|fbclid|msclkid", re.IGNORECASE)


@cache
def _place_on_page() -> re.Pattern[str]:
    return re.compile(rf"#(?:{alternatives('links.apply_anchor')}|content|main|top|details?)?$", re.IGNORECASE)


def web_address(value: Any, base_url: str) -> str | None:
    """Return the absolute http(s) address of a link on the page `base_url`; None for a link of another scheme.

    Of a list of addresses, the first that is not empty counts.

    >>> web_address("/jobs/7", "https://acme.example/en/jobs")
    'https://acme.example/jobs/7'
    >>> web_address("mailto:jobs@acme.example", "https://acme.example/en/jobs") is None
    True
    """
    if isinstance(value, list):
        value = next((entry for entry in value if isinstance(entry, str) and entry.strip()), None)
    if not isinstance(value, str):
        return None
    address = _IGNORED.sub("", value).strip("\x00 \u00a0\ufeff\x0b\x0c")
    if not address:
        return None
    try:
        if not _ABSOLUTE.match(address):  # an absolute address keeps its spelling
            address = urljoin(base_url, address)
        parts = urlsplit(address)
        web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return address if web else None


def absolute_links(posting: RawPosting, base_url: str) -> RawPosting:
    """Make a posting's links absolute, in place, drop those that are not http(s), and return the posting.

    >>> posting = RawPosting(url="7?lang=en", apply_url="javascript:apply()")
    >>> posting = absolute_links(posting, "https://acme.example/jobs/")
    >>> posting.url, posting.apply_url
    ('https://acme.example/jobs/7?lang=en', None)
    """
    posting.url = web_address(posting.url, base_url) or ""
    posting.apply_url = web_address(posting.apply_url, base_url)
    return posting


def untracked(address: str) -> str:
    """Return an address without its tracking parameters and without a fragment that is only a place on the page.

    Other fragments stay, because pages made by scripts distinguish their postings by them.

    >>> untracked("https://a.example/jobs?id=7&utm_source=list#apply"), untracked("https://a.example/#/jobs/7")
    ('https://a.example/jobs?id=7', 'https://a.example/#/jobs/7')
    """
    address, mark, fragment = _place_on_page().sub("", address).partition("#")
    path, question, query = address.partition("?")
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    if kept != query.split("&"):
        question, query = ("?", "&".join(kept)) if kept else ("", "")
    return path + question + query + mark + fragment


class Address(NamedTuple):
    """The parts of an address that identify a page; the same for every spelling of the address.

    Attributes:
        host: without ``www.`` and the usual port.
        path: without a slash at its end.
        parameters: sorted, including those without a value.
    """

    host: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    fragment: str


def address_parts(address: str) -> Address:
    """Return the parts of an address.

    Raises:
        ValueError: the text is not a valid address.

    >>> address_parts("https://www.a.example/jobs/7/?b=2&a=1#top")
    Address(host='a.example', path='/jobs/7', parameters=(('a', '1'), ('b', '2')), fragment='top')
    """
    parts = urlsplit(address.strip())
    host = parts.netloc.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    parameters = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return Address(host, unquote(parts.path).rstrip("/"), parameters, parts.fragment)


def comparable(address: str) -> str:
    """Return a form of an address that is the same for all its spellings.

    >>> address, spelling = "http://www.a.example/jobs/7/?utm_medium=x", "https://a.example/jobs/7#apply"
    >>> comparable(address), comparable(address) == comparable(spelling)
    ('a.example/jobs/7', True)
    """
    try:
        parts = address_parts(untracked(address.strip()))
    except ValueError:
        return address
    query = "&".join(f"{name}={value}" for name, value in parts.parameters)
    return parts.host + parts.path + ("?" + query if query else "") + ("#" + parts.fragment if parts.fragment else "")
