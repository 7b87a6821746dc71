"""Links of a page to postings, and to the next page of a list of them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy.http import Response

JOB_PATH = re.compile(
    r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?[a-z0-9-]{0,40}"
    r"(?:jobs?|career|careers|position|positions|vacanc|opening|opportunit|internship|stelle|karriere|emploi|offre|stage"
    r"|empleo|practica|lavor|tirocin|vaga|estagio|vacature)[a-z0-9-]{0,40}/[^/?#]{3,}",
    re.IGNORECASE,
)
_NEXT_WORDS = r"next|weiter|nächste|suivante?|siguiente|avanti|successiva|volgende|próxim[oa]|nästa"
_NEXT = re.compile(rf"\s*(?:(?:{_NEXT_WORDS})(?: page| seite)?\s*[›»→>]*|[›»→>]+)\s*", re.IGNORECASE)
_NEXT_CLASS = re.compile(r"(?:^|[-_])next(?:$|[-_](?:page|link))", re.IGNORECASE)
_PAGE = re.compile(r"(?:[?&](?:page|paged|p|pg|seite|pagina|start|offset|from)=|/page/)([0-9]{1,6})(?![0-9])", re.I)
_MORE = re.compile(
    r"\s*(?:(?:load|show|view|see) (?:more|all)(?: (?:jobs|positions|openings|vacancies|results|offers))?"
    r"|mehr (?:laden|anzeigen|jobs|stellen)(?: (?:laden|anzeigen))?|(?:voir|afficher|charger) plus(?: d.offres)?"
    r"|(?:ver|cargar|mostrar) más|(?:mostra|carica) (?:altro|altri|di più)|meer (?:laden|tonen)|(?:ver|carregar) mais)"
    r"\W*",
    re.IGNORECASE,
)


class Link(NamedTuple):
    """The address of a posting's page, as a list or a sitemap names it.

    Attributes:
        words: those that stand with it.
        identity: the posting's id, where it is known by another spelling of the address.
    """

    address: str
    words: str = ""
    identity: str = ""


def links_of(page: BeautifulSoup, response: Response) -> list[Link]:
    """Return a list's links to postings, with the words of the card around each: what holds no other link.

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
        if parts.netloc == host and JOB_PATH.search(parts.path) and address != here:
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
    """Return the address of a list's next page, None if none is named; and whether later pages are linked by number.

    >>> from scrapy.http import HtmlResponse
    >>> def linked(body):
    ...     return next_page(BeautifulSoup(body, "lxml"), HtmlResponse("https://a.example/jobs", body=body.encode()))
    >>> linked("<a href='?page=2'>&gt;</a>"), linked("<a href='?page=2'>2</a>"), linked("<a href='/'>2</a>")
    (('https://a.example/jobs?page=2', True), (None, True), (None, False))
    """
    here = response.url.partition("#")[0]
    found, numbered = None, any(_is_more(element) for element in page.select("a, link, button, [role=button]"))
    for link in page.select("a[href], link[rel~=next][href]"):
        address = response.urljoin(str(link["href"])).partition("#")[0]
        if address == here:
            continue
        if _host(address) != _host(here):
            numbered |= "next" in link.get_attribute_list("rel")
            continue
        numbered |= _number_of(address) > _number_of(here)
        words = (link.get_text(" "), str(link.get("aria-label") or ""), str(link.get("title") or ""))
        if found is None and (
            "next" in link.get_attribute_list("rel")
            or any(_NEXT_CLASS.search(str(name)) for name in link.get_attribute_list("class"))
            or any(_NEXT.fullmatch(text) for text in words)
        ):
            found = address
    return found, numbered


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower().removeprefix("www.")


def _is_more(element: Tag) -> bool:
    """Tell whether an element without an address leads to more postings by a script."""
    href = str(element.get("href") or "")
    off = element.has_attr("disabled") or element.get("aria-disabled") == "true" or element.has_attr("hidden")
    classes = " ".join(
        str(name) for at in (element, element.parent) if at is not None for name in at.get_attribute_list("class")
    )
    if off or "disabled" in classes or (href and not href.startswith(("#", "javascript:"))):
        return False
    return "next" in element.get_attribute_list("rel") or bool(_MORE.fullmatch(element.get_text(" ")))


def _number_of(address: str) -> int:
    """Return the page or offset that an address names, 1 if it names none."""
    found = _PAGE.search(address)
    return int(found[1]) if found else 1
