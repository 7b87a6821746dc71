"""The main part of a page, without menus, footers and other jobs, and its statement that a posting is gone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from bs4 import BeautifulSoup, Tag
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.obstacles import is_notice, obstacle_of
from crawlers.answers.words import alternatives, phrases, words

FEW = 600  # characters; on a page with more text than this, a single sentence is not the main statement
LARGE = 1_000_000  # bytes; a larger page has content of its own and is never a notice
_UNSEEN = "script, style, template, svg, noscript, iframe, select, [hidden], [aria-hidden=true], dialog"
_ASIDE = "nav, footer, aside, li, [role=navigation], [role=contentinfo], [role=complementary], [role=dialog]"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_OTHERS = re.compile(
    r"(?:^|[-_\s])(?:related|similar|recommend\w*|suggest\w*|more-?jobs|other-?jobs|footer|nav|menu|sidebar|hidden"
    r"|sr-only|visually-hidden|d-none|modal|cookie\w*)(?:$|[-_\s])",
    re.I,
)
HEADINGS = "title", "h1", "h2", "h3", "h4"
# The end of a sentence. A hyphen within a word does not end one.
_END = re.compile(r"[.!?…|:;,•·\n]+|\s[-–—]+\s")


def main_part(response: Response) -> BeautifulSoup:
    """Return a page without hidden elements, the frame of the site, and lists of other things.

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
    """Tell whether an element holds the whole page, whatever its class or id is."""
    return element.name in ("html", "body", "main") or (element.name == "div" and element.find("h1") is not None)


def headings_of(page: BeautifulSoup, names: Collection[str] = HEADINGS) -> list[str]:
    """Return the text of a page's title and of each heading.

    >>> headings_of(BeautifulSoup("<title>Acme</title><h2>Fern <b>intern</b></h2>", "lxml"))
    ['Acme', 'Fern intern']
    """
    return [words for element in page.find_all(list(names)) if (words := _words(element))]


def says_gone(response: Response, gone_words: Collection[str] = ()) -> bool:
    """Tell whether a page without a readable posting states that the posting is gone.

    The statement must be the main one of the page: a sentence of its title or first heading, or of a page with little
    text. A sentence that says more does not count: "we delete your data as soon as the position has been filled".

    Args:
        response: a page; JSON is never read as one, because its fields state whether a posting is gone.
        gone_words: statements of this source, in small letters, besides those that the languages define.

    >>> page = Response("https://acme.example/jobs/7", body=b"<h1>This job is no longer available</h1>")
    >>> says_gone(page), says_gone(Response(page.url, body=b"<h1>Gone fishing</h1>"), ["gone fishing"])
    (True, True)
    >>> says_gone(Response("https://acme.example/jobs/7", body=b"<p>Your session for this job has expired.</p>"))
    False
    """
    if len(response.body) > LARGE or response.body.lstrip()[:1] in (b"{", b"["):
        return False
    if obstacle_of(response):
        return False
    page = main_part(response)
    body = page.body or page
    text = _words(body)
    if len(text) <= FEW and is_notice(text):
        return False
    elements = [page.find("title"), page.find("h1") or page.find("h2")]
    texts = [_words(element) for element in elements if isinstance(element, Tag)]
    if len(text) <= FEW:
        texts += list(_pieces(body))
    sentences = {sentence for part in texts for sentence in _sentences(part)}
    statements = (*phrases("posting_gone"), *gone_words)
    return any(_states(statement, sentence) for sentence in sentences for statement in statements)


def _pieces(body: Tag) -> Iterator[str]:
    """Yield the text of each block of a page; marked words within a line belong to the text of the line."""
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


def _states(statement: str, sentence: str) -> bool:
    """Tell whether a sentence consists of a statement and of words that may surround it.

    >>> [_states("has expired", words) for words in ("sorry this job has expired", "your session has expired")]
    [True, False]
    """
    before, match, after = sentence.partition(statement)
    return (
        bool(match)
        and set(before.split()) <= words("before_posting_gone")
        and _after_gone().fullmatch(after) is not None
    )


@cache
def _after_gone() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives('after_posting_gone')}|\s)*")


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
