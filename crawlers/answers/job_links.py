"""Links on a list's page: to postings, and to the next page."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy.http import Response

from crawlers.answers.words import alternatives

_NEXT_CLASS = re.compile(r"(?:^|[-_])next(?:$|[-_](?:page|link))", re.IGNORECASE)


@cache
def job_path() -> re.Pattern[str]:
    """Return the pattern of paths that look like the path of a posting's page.

    >>> [bool(job_path().search(path)) for path in ("/en/jobs/7-intern", "/stellenangebote/7-praktikum", "/about/us")]
    [True, True, False]
    """
    return re.compile(
        rf"/(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?[a-z0-9-]{{0,40}}{alternatives('links.job_path')}[a-z0-9-]{{0,40}}/[^/?#]{{3,}}",
        re.IGNORECASE,
    )


@cache
def _next_text() -> re.Pattern[str]:
    next_words, page_words = alternatives("links.next_page"), alternatives("links.page")
    return re.compile(rf"\s*(?:{next_words}(?: {page_words})?\s*[›»→>]*|[›»→>]+)\s*", re.IGNORECASE)


@cache
def _more_text() -> re.Pattern[str]:
    return re.compile(rf"\s*{alternatives('links.load_more')}\W*", re.IGNORECASE)


@cache
def _page_number() -> re.Pattern[str]:
    parameter = f"(?:page|paged|p|pg|start|offset|from|{alternatives('links.page_parameter')})"
    return re.compile(rf"(?:[?&]{parameter}=|/page/)([0-9]{{1,6}})(?![0-9])", re.IGNORECASE)


class Link(NamedTuple):
    """The address of a posting's page, as a list or a sitemap names it.

    Attributes:
        words: the text of the link and of the card around it.
        identity: the posting's id, where the posting is known under another spelling of the address.
    """

    address: str
    words: str = ""
    identity: str = ""


def links_of(page: BeautifulSoup, response: Response) -> list[Link]:
    """Return a list's links to postings, each with the text of its card.

    A card is the largest element around a link that holds no link to another posting.

    >>> from scrapy.http import HtmlResponse
    >>> body = b"<ul><li><b>Intern</b> <a href='/jobs/1-a'>More</a><li><b>Clerk</b> <a href='/jobs/2-b'>More</a></ul>"
    >>> links_of(BeautifulSoup(body, "lxml"), HtmlResponse("https://a.example/jobs", body=body))[0][:2]
    ('https://a.example/jobs/1-a', 'Intern More')
    """
    here, host = response.url.partition("#")[0], urlsplit(response.url).netloc
    anchors: dict[str, Tag] = {}
    held: dict[int, set[str]] = {}  # by element, the postings that are linked in it
    for anchor in page.select("a[href]"):
        address = response.urljoin(str(anchor["href"])).partition("#")[0]
        parts = urlsplit(address)
        if parts.netloc == host and job_path().search(parts.path) and address != here:
            anchors.setdefault(address, anchor)
            for element in (anchor, *anchor.parents):
                held.setdefault(id(element), set()).add(address)
    links = []
    for address, anchor in anchors.items():
        card: Tag = anchor
        while card.parent is not None and len(held[id(card.parent)]) == 1:
            card = card.parent
        links.append(Link(address, " ".join(card.get_text(" ").split())[:1000]))
    return links


def next_page(page: BeautifulSoup, response: Response) -> tuple[str | None, bool]:
    """Return the address of a list's next page, None without a link to it, and whether later pages are linked at all.

    >>> from scrapy.http import HtmlResponse
    >>> def linked(body):
    ...     return next_page(BeautifulSoup(body, "lxml"), HtmlResponse("https://a.example/jobs", body=body.encode()))
    >>> linked("<a href='?page=2'>&gt;</a>"), linked("<a href='?page=2'>2</a>"), linked("<a href='/'>2</a>")
    (('https://a.example/jobs?page=2', True), (None, True), (None, False))
    """
    here = response.url.partition("#")[0]
    following, numbered = None, any(_is_more(element) for element in page.select("a, link, button, [role=button]"))
    for link in page.select("a[href], link[rel~=next][href]"):
        address = response.urljoin(str(link["href"])).partition("#")[0]
        if address == here:
            continue
        if _host(address) != _host(here):
            numbered |= "next" in link.get_attribute_list("rel")
            continue
        numbered |= _number_of(address) > _number_of(here)
        words = (link.get_text(" "), str(link.get("aria-label") or ""), str(link.get("title") or ""))
        if following is None and (
            "next" in link.get_attribute_list("rel")
            or any(_NEXT_CLASS.search(str(name)) for name in link.get_attribute_list("class"))
            or any(_next_text().fullmatch(text) for text in words)
        ):
            following = address
    return following, numbered


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower().removeprefix("www.")


def _is_more(element: Tag) -> bool:
    """Tell whether an element without an address is a button that loads more postings by script."""
    href = str(element.get("href") or "")
    off = element.has_attr("disabled") or element.get("aria-disabled") == "true" or element.has_attr("hidden")
    classes = " ".join(
        str(name) for at in (element, element.parent) if at is not None for name in at.get_attribute_list("class")
    )
    if off or "disabled" in classes or (href and not href.startswith(("#", "javascript:"))):
        return False
    return "next" in element.get_attribute_list("rel") or bool(_more_text().fullmatch(element.get_text(" ")))


def _number_of(address: str) -> int:
    """Return the page number or offset in an address, 1 without either."""
    match = _page_number().search(address)
    return int(match[1]) if match else 1
