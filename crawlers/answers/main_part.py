"""The main part of a page: what a reader sees of it, without menus, footers and other jobs, and what it says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bs4 import BeautifulSoup, Tag
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.obstacles import is_notice, obstacle_of

FEW = 600  # characters; a page with more text than this has another main statement than a sentence in it
LARGE = 1_000_000  # bytes; a page of so many holds something of its own
_UNSEEN = "script, style, template, svg, noscript, iframe, select, [hidden], [aria-hidden=true], dialog"
_ASIDE = "nav, footer, aside, li, [role=navigation], [role=contentinfo], [role=complementary], [role=dialog]"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_OTHERS = re.compile(
    r"(?:^|[-_\s])(?:related|similar|recommend\w*|suggest\w*|more-?jobs|other-?jobs|footer|nav|menu|sidebar|hidden"
    r"|sr-only|visually-hidden|d-none|modal|cookie\w*)(?:$|[-_\s])",
    re.I,
)
HEADINGS = "title", "h1", "h2", "h3", "h4"
GONE_WORDS = (
    "job is no longer available", "job is no longer open", "job is no longer active", "job posting is no longer",
    "job you are looking for is no longer", "job you are trying to apply for has been filled", "job has been filled",
    "job has expired", "job has been closed", "job not found", "position is no longer available",
    "position has been filled", "position has been closed", "posting is no longer available", "posting has expired",
    "posting has been removed", "vacancy is no longer available", "vacancy has been filled", "vacancy has closed",
    "internship is no longer available", "no longer accepting applications", "applications are closed",
    "stelle ist nicht mehr verfügbar", "stelle ist bereits besetzt", "stelle wurde bereits besetzt",
    "stellenanzeige ist nicht mehr", "stellenangebot ist nicht mehr", "anzeige ist nicht mehr verfügbar",
    "offre n'est plus disponible", "offre n’est plus disponible", "offre n'est plus en ligne", "offre a expiré",
    "offre est expirée", "offre a été pourvue", "poste a été pourvu", "poste n'est plus à pourvoir",
    "oferta ya no está disponible", "oferta ha expirado", "oferta ha caducado", "vacante ya no está disponible",
    "puesto ya no está disponible", "oferta no está disponible",
    "annuncio non è più disponibile", "offerta non è più disponibile", "posizione non è più disponibile",
    "annuncio è scaduto", "offerta è scaduta", "vacature is niet meer beschikbaar", "vacature is gesloten",
    "vacature is vervuld", "vacature is verlopen", "vaga não está mais disponível", "vaga já não está disponível",
    "vaga foi preenchida", "vaga expirou", "vaga encerrada",
)  # fmt: skip
"""Words by which pages of job boards say that a posting is gone, in small letters."""
# What a page's sentences end with; a hyphen within a word does not.
_END = re.compile(r"[.!?…|:;,•·\n]+|\s[-–—]+\s")
# The words that may stand before a statement that a posting is gone, and behind it.
_BEFORE = frozenset(
    """
    sorry oops uh oh unfortunately we we're we’re are is it it's its looks looks seems appears like that this the a an
    requested selected current advertised specific particular job position posting vacancy internship role opening ad
    404 410 error regret please note to inform you
    leider diese dieser dieses die der das gesuchte ausgeschriebene angefragte gewünschte ist entschuldigung
    désolé désolés désolée nous sommes malheureusement cette cet ce le la l l' l’ les est que
    lo sentimos lamentablemente esta este el ya siento
    spiacenti siamo ci dispiace purtroppo questo questa quest il
    helaas deze dit de het
    lamentamos infelizmente essa esse o desculpe pedimos desculpa
    """.split()
)
_BEHIND = re.compile(
    r"(?:(?:for|to|in|on) (?:this|the|that) (?:job|position|posting|vacancy|internship|role|opening|ad)\b"
    r"|available|active|open|online|live|accepting applications|anymore|any more|any longer|at this time|now|already"
    r"|verfügbar|aktuell|aktiv|vorhanden|online|mehr|(?:and|or) has been (?:removed|closed|filled)"
    r"|(?:and|or) (?:is )?no longer (?:available|active|open|online)|(?:or|and) has expired|\s)*"
)  # fmt: skip


def main_part(response: Response) -> BeautifulSoup:
    """Return a page without what is hidden, what stands on every page of a site, and lists of other things.

    >>> page = Response("https://a.example/7", body=b"<h1>Intern</h1><p hidden>Gone</p><footer>Gone</footer>")
    >>> main_part(page).get_text()
    'Intern'
    """
    page = page_of(response)
    articles = page.find_all("article")
    cards = [heading.parent for heading in page.select(":is(h2, h3, h4):has(a[href])")]
    for element in (*page.select(f"{_UNSEEN}, {_ASIDE}"), *(articles if len(articles) > 1 else ()), *cards):
        if element is not None and not _holds_all(element):
            element.extract()
    for element in page.select("[style], [class], [id]"):
        named = " ".join(str(name) for key in ("class", "id") for name in element.get_attribute_list(key) if name)
        if _HIDDEN.search(str(element.get("style") or "")) or (_OTHERS.search(named) and not _holds_all(element)):
            element.extract()
    return page


def _holds_all(element: Tag) -> bool:
    """Tell whether an element is that of the page, whatever it is called."""
    return element.name in ("html", "body", "main") or (element.name == "div" and element.find("h1") is not None)


def headings_of(page: BeautifulSoup, names: Collection[str] = HEADINGS) -> list[str]:
    """Return the words of a page's title and of its headings.

    >>> headings_of(BeautifulSoup("<title>Acme</title><h2>Fern <b>intern</b></h2>", "lxml"))
    ['Acme', 'Fern intern']
    """
    return [words for element in page.find_all(list(names)) if (words := _words(element))]


def says_gone(response: Response, gone_words: Collection[str]) -> bool:
    """Tell whether a page without a readable posting says, in its source's own words, that the posting is gone.

    They must be its main statement: a sentence of its title or first heading, or of a page of little text. A sentence
    that says more is another one: "we delete your data as soon as the position has been filled".

    Args:
        response: a page; JSON says it by fields of its own.
        gone_words: the words by which the source's pages say it, in small letters.

    >>> page = Response("https://acme.example/jobs/7", body=b"<h1>This job is no longer available</h1>")
    >>> says_gone(page, ["this job is no longer available"]), says_gone(page, [])
    (True, False)
    >>> page = Response("https://acme.example/jobs/7", body=b"<p>Your session for this job has expired.</p>")
    >>> says_gone(page, ["job has expired"])
    False
    """
    if not gone_words or len(response.body) > LARGE or response.body.lstrip()[:1] in (b"{", b"["):
        return False
    if obstacle_of(response):
        return False
    page = main_part(response)
    body = page.body or page
    text = _words(body)
    if len(text) <= FEW and is_notice(text):
        return False
    elements = [page.find("title"), page.find("h1") or page.find("h2")]
    told = [_words(element) for element in elements if isinstance(element, Tag)]
    if len(text) <= FEW:
        told += list(_pieces(body))
    return any(_states(said, sentence) for words in told for sentence in _sentences(words) for said in gone_words)


def _pieces(body: Tag) -> Iterator[str]:
    """Yield what stands in each block of a page; words within a line are one piece, whatever marks them."""
    for line_break in body.find_all("br"):
        line_break.replace_with("\n")
    for element in body.find_all(["p", "div", "section", "main", "h1", "h2", "h3", "h4", "span", "strong", "b", "td"]):
        yield element.get_text()
    yield "\n".join(str(text) for text in body.find_all(string=True, recursive=False))


def _sentences(words: str) -> list[str]:
    """Return the sentences of a text, in small letters.

    >>> _sentences("Job not found | Acme")
    ['job not found', 'acme']
    """
    return [sentence for part in _END.split(words.lower()) if (sentence := " ".join(part.split()))]


def _states(said: str, sentence: str) -> bool:
    """Tell whether a sentence says no more than a statement.

    >>> [_states("has expired", words) for words in ("sorry this job has expired", "your session has expired")]
    [True, False]
    """
    before, found, behind = sentence.partition(said)
    return bool(found) and set(before.split()) <= _BEFORE and _BEHIND.fullmatch(behind) is not None


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
