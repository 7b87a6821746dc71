"""Recognition of the board behind an address or a page, by host patterns, embeds, feeds and stated postings."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from lxml import etree
from scrapy.http import Response

from crawlers.answers.decoding import content_type_of
from crawlers.answers.statements import job_postings
from crawlers.answers.words import alternatives
from crawlers.bases.xml_feed import read_xml
from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer

_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\\(){}]{4,500}", re.IGNORECASE)
# First labels of vendors' own hosts, which are not the name of a tenant.
_VENDORS = frozenset(
    "www app apps apply api cdn assets static help support blog docs status go info resources developer".split()
)
_FEEDS = {"application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed"}
_PAGES = 2_000_000  # bytes; the rest of a page is not looked at


class Offer(NamedTuple):
    """The boards, postings and feeds that a page offers.

    Attributes:
        boards: known boards that the page embeds or links to, the most likely first.
        postings: titles of the postings that the page states as JSON-LD.
        feeds: kind and address of the feeds that the page links to.
    """

    boards: list[Board]
    postings: list[str]
    feeds: list[tuple[str, str]]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], str | None]]:
    patterns = []
    for source, spider in spiders().items():
        for entry in spider.hosts:
            pattern, first = (entry, None) if isinstance(entry, str) else entry
            patterns.append((source, re.compile(pattern), first))
    return patterns


def recognise(address: str) -> Board | None:
    """Return the board that an address identifies by itself, None if no spider knows its host.

    >>> recognise("https://boards.greenhouse.io/acme/jobs/4012")
    Board(source='greenhouse', board='acme', name='acme', url=None, request_json=None)
    >>> recognise("https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Berlin/Intern_R1").board
    'acme.wd5/Careers'
    >>> recognise("https://www.example.org/careers") is None
    True
    """
    host, slash, path = re.sub(r"^(?:\w+:)?//", "", address.strip()).partition("/")
    known = host.rpartition("@")[2].lower().partition(":")[0] + slash + path
    for source, pattern, first in _patterns():
        match = pattern.match(known) or pattern.match(known.removeprefix("www."))
        if match is None:
            continue
        if not match.groups():
            return Board(source, source, spiders()[source].title or source)
        board = "/".join(match.groups())
        tenant = match[1].partition(".")[0].lower()
        if (match.start(1) == 0 and tenant in _VENDORS) or not re.fullmatch(spiders()[source].board_pattern, board):
            continue
        return Board(source, board, match.groups()[0], first.format(board=board) if first else None)
    return None


def look(response: Response) -> Offer:
    """Return the boards that a page embeds, the postings it states, and the feeds it links to."""
    text = response.body[:_PAGES].decode("utf-8", "replace")
    page = BeautifulSoup(text, "lxml")
    embedded = [str(element["src"]) for element in page.select("iframe[src], script[src]")]
    linked = _ADDRESS.findall(html.unescape(text.replace("\\/", "/")))
    weights: Counter[Board] = Counter()
    for address, weight in [*((address, 1000) for address in embedded), *((address, 1) for address in linked)]:
        if board := recognise(response.urljoin(address)):
            weights[board] += weight
    feeds = [
        (_FEEDS[str(link.get("type"))], response.urljoin(str(link["href"])))
        for link in page.select("link[rel~=alternate][href]")
        if link.get("type") in _FEEDS
    ]
    titles = [str(record.get("title") or "without a title") for record in job_postings(response)]
    return Offer([board for board, _ in weights.most_common()], titles, list(dict.fromkeys(feeds)))


@cache
def _careers_path() -> re.Pattern[str]:
    words = alternatives("links.job_path")
    return re.compile(rf"(?:/[\w.-]{{1,20}}){{0,2}}/[a-z-]{{0,20}}{words}[a-z-]{{0,20}}(?:\.html?|/)?", re.IGNORECASE)


def careers_link(response: Response) -> str | None:
    """Return the address of the careers page that a home page links to, the shortest of several.

    >>> page = Response("https://acme.example/", body=b'<a href="/en/careers">Join us</a><a href="/about">Us</a>')
    >>> careers_link(page)
    'https://acme.example/en/careers'
    """
    page = BeautifulSoup(response.body[:_PAGES].decode("utf-8", "replace"), "lxml")
    addresses = {urljoin(response.url, str(link["href"])).partition("#")[0] for link in page.select("a[href]")}
    wanted = [address for address in addresses - {response.url} if _careers_path().fullmatch(urlsplit(address).path)]
    return min(wanted, key=lambda address: (len(address), address), default=None)


def feed_of(response: Response) -> Board | None:
    """Return the board of an answer that is itself a feed of jobs, in Indeed's dialect, RSS or Atom; else None.

    >>> feed_of(Response("https://acme.example/jobs/feed", body=b"<?xml version='1.0'?><rss><channel/></rss>"))[:2]
    ('rss', 'acme.example-jobs-feed')
    """
    try:
        root = read_xml(response.body, content_type_of(response))
    except BrokenAnswer:
        return None
    kind = {"rss": "rss", "feed": "rss", "RDF": "rss", "source": "indeedxml"}.get(etree.QName(root).localname)
    if kind is None or (kind == "indeedxml" and root.find("job") is None):
        return None
    parts = urlsplit(response.url)
    name = re.sub(r"[^\w.]+", "-", parts.netloc + parts.path).strip("-")
    return Board(kind, name, parts.netloc, response.url)


def board_of(response: Response) -> Board | None:
    """Return the board behind a fetched page: by its address, as a feed, by its embeds, or by its own JSON-LD."""
    if board := recognise(response.url) or feed_of(response):
        return board
    offer = look(response)
    if offer.boards:
        return offer.boards[0]
    if offer.postings:
        parts = urlsplit(response.url)
        return Board("jsonld", parts.netloc, parts.netloc, response.url)
    return None
