"""The choice of a page's own JobPosting among those that the page states."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.links import address_parts
from crawlers.answers.main_part import LARGE, headings_of, main_part
from crawlers.answers.obstacles import is_unrendered
from crawlers.answers.words import words
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, is_number

Record = dict[str, Any]

_LONG_NUMBER = re.compile(r"[0-9]{3,}")
_TRACKING = re.compile(r"utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|_ga|ref|src|source|gh_src|lang|language|locale", re.I)
_WORD = re.compile(r"[\w.-]+")
_WORD_ALONE = re.compile(r"[^\W_]+")


def own_posting(records: list[Record], posting: RawPosting, response: Response, certain: bool = False) -> Record | None:
    """Return the JobPosting of a posting among those on its own page, None where no choice is certain.

    The JobPosting is recognized by its address, its identifier or its title. A single JobPosting is taken whatever its
    address is, because many pages state the address of another language or of a list. It is not taken when it is
    the JobPosting of another posting of the board, or when its title shares no word with the title in the list.

    Args:
        records: the JobPostings of the page.
        posting: the posting as its list shows it.
        response: the page.
        certain: whether even a single JobPosting must be recognized, because another one on the page is unreadable.

    >>> from scrapy.http import HtmlResponse
    >>> page = HtmlResponse("https://a.example/jobs/7")
    >>> records = [{"title": "Intern", "url": "/jobs/8"}, {"title": "Intern", "url": "/jobs/7/"}]
    >>> own_posting(records, RawPosting(url=page.url, title="Intern"), page)["url"]
    '/jobs/7/'
    >>> own_posting(records[:1], RawPosting(url=page.url, title="Clerk"), page) is None
    True
    """
    titled = [record for record in records if (title := plain(record.get("title"))) and not is_unrendered(title)]
    stated = list({json.dumps(record, sort_keys=True): record for record in titled}.values())
    if not stated:
        return None
    page = _KnownPosting.of(posting, response, page_of(response))
    if len(stated) == 1:
        is_recognized = page.shares_title(stated[0]) or page.is_named(stated[0])
        is_own = is_recognized or not (certain or page.is_beside(stated[0]))
        return stated[0] if is_own and page.fits(stated[0], posting, response) else None
    for is_match in (
        page.has_address,
        page.has_identifier,
        page.has_title,
        page.longest_title_shown(stated),
        lambda record: not page.is_beside(record),
    ):
        if len(stated) > 1:
            stated = [record for record in stated if is_match(record)] or stated
    named = all(page.has_address(record) or page.has_identifier(record) for record in stated)
    if (
        named and len({_folded(plain(record["title"])) for record in stated}) == 1
    ):  # stated by the page and by a plug-in
        return max(stated, key=lambda record: len(json.dumps(record)))
    return stated[0] if len(stated) == 1 and page.fits(stated[0], posting, response) else None


def are_beside(records: list[Record], posting: RawPosting, response: Response) -> bool:
    """Tell whether all JobPostings are certainly of other postings, such as recommendations."""
    page = _KnownPosting.of(posting, response, page_of(response))
    return all(page.is_beside(record) and not page.shares_title(record) for record in records)


def may_be_titled(posting: RawPosting, title: str) -> bool:
    """Tell whether a title may be that of a posting: its title in the list is unknown, or shares a word with it.

    >>> posting = RawPosting(url="/7", title="Botany Intern")
    >>> [may_be_titled(posting, title) for title in ("Botanik-Praktikum", "Intern (m/f)", "Moss Intern", "Clerk")]
    [True, True, False, False]
    """
    known = "" if posting.title in (posting.url, posting.posting_id) else str(posting.title or "")
    ours, theirs = ({*_folded(text).split()} - words("title_filler") for text in (known, title))
    kinds = words("internship_word")
    if not ours - kinds:
        return True
    if theirs - kinds:
        ours, theirs = ours - kinds, theirs - kinds
    return any(_are_alike(our_word, their_word) for our_word in ours for their_word in theirs)


def _are_alike(word: str, other: str) -> bool:
    """Tell whether two words are the same but for their endings, or one contains the other."""
    short, long = sorted((word, other), key=len)
    if short.isdecimal() or long.isdecimal():
        return False
    return short == long or (len(short) >= 5 and short[:5] == long[:5]) or (len(short) >= 4 and short in long)


def reject_other_posting(response: Response, posting: RawPosting) -> None:
    """Reject a page whose headings are those of another posting.

    Raises:
        BrokenAnswer: the page has a first heading, no heading shares a word with the posting's title, and the title
            occurs nowhere else on the page.

    >>> page = Response("https://a.example/7", body=b"<h1>Finance Clerk</h1><p>Count ferns.</p>")
    >>> reject_other_posting(page, RawPosting(url=page.url, title="Botany Intern"))
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the page's heading is 'Finance Clerk', not the posting's title
    """
    if len(response.body) > LARGE:
        return
    part = main_part(response)
    if any(may_be_titled(posting, heading) for heading in headings_of(part)):
        return
    heads = [head for head in headings_of(part, ("h1",)) if {*_folded(head).split()} - words("title_filler")]
    if heads and _folded(str(posting.title)) not in _folded(part.get_text(" ")):
        raise BrokenAnswer(f"the page's heading is {heads[0][:80]!r}, not the posting's title")


class _KnownPosting(NamedTuple):
    """The known facts about a posting whose page was requested.

    Attributes:
        base: the address that relative addresses on the page refer to.
        addresses: the addresses of the page and the posting, made comparable by `_address_key`.
        ids: words of the posting's id and address that may be an identifier.
        titles: the title in the list, the page's heading, and the words of the page's address.
    """

    base: str
    addresses: frozenset[_Address]
    ids: frozenset[str]
    titles: tuple[str, ...]

    @classmethod
    def of(cls, posting: RawPosting, response: Response, page: BeautifulSoup | None = None) -> _KnownPosting:
        """Return the known facts; a page adds its canonical address and its heading."""
        canonical = page.select_one('link[rel~="canonical"][href]') if page else None
        addresses = [response.url, str(posting.url or "")]
        addresses += [_joined(response.url, str(canonical["href"]))] if canonical else []
        keys = frozenset(_address_key(address) for address in addresses if address)
        texts = [str(posting.posting_id or ""), *(f"{key.path}?{key.query}" for key in keys)]
        ids = {word for text in texts for word in (text, *_WORD.findall(text), *re.split(r"[/?=&]", text))}
        headings = page.find_all("h1", limit=2) if page else []
        titles = [
            str(posting.title or "") if posting.title != posting.url else "",
            headings[0].get_text(" ") if len(headings) == 1 else "",
            re.sub(r"[0-9]+", " ", urlsplit(response.url).path.rstrip("/").rpartition("/")[2]),
        ]
        return cls(response.url, keys, frozenset(map(str.casefold, ids)), tuple(map(_folded, titles)))

    def has_address(self, record: Record) -> bool:
        """Tell whether a JobPosting states the page's address."""
        return any(_address_key(address) in self.addresses for address in self._addresses(record))

    def has_identifier(self, record: Record) -> bool:
        """Tell whether a JobPosting's identifier occurs in the posting's id or address."""
        identifier = identifier_of(record).casefold()
        return bool(identifier) and identifier in self.ids

    def is_named(self, record: Record) -> bool:
        """Tell whether a JobPosting states the page's address or its identifier."""
        return self.has_address(record) or self.has_identifier(record)

    def fits(self, record: Record, posting: RawPosting, response: Response) -> bool:
        """Tell whether a JobPosting may be the posting's, by its title, or by its address if no redirect left it."""
        asked = response.request.meta.get("redirect_urls") if response.request else None
        elsewhere = asked is not None and _are_siblings(_address_key(asked[0]), _address_key(response.url))
        return (self.is_named(record) and not elsewhere) or may_be_titled(posting, plain(record.get("title")))

    def has_title(self, record: Record) -> bool:
        """Tell whether a JobPosting's title is that of the list or of the page."""
        return _folded(plain(record.get("title"))) in self.titles

    def shares_title(self, record: Record) -> bool:
        """Tell whether a JobPosting's title contains the title of the list or the heading, or the reverse."""
        title, known = _folded(plain(record.get("title"))), [words for words in self.titles[:2] if words]
        return self.has_title(record) or any(title in words or words in title for words in known)

    def longest_title_shown(self, records: list[Record]) -> Callable[[Record], bool]:
        """Return a test for the longest title that occurs in the card or in the page's address.

        The test fails for all where two titles occur of which neither is a part of the other.
        """
        titles = {_folded(plain(record.get("title"))) for record in records}
        shown = [title for title in titles if title and any(f" {title} " in f" {text} " for text in self.titles)]
        longest = max(shown, key=len, default="")
        is_unique = bool(longest) and all(title in longest for title in shown)
        return lambda record: is_unique and _folded(plain(record.get("title"))) == longest

    def is_beside(self, record: Record) -> bool:
        """Tell whether a JobPosting states the address or an identifier of another posting of the same board.

        An address that shares a number or its last part with the page's belongs to the same posting, in another
        language. A bare number may be an identifier of another kind, so it counts only where the title differs too.
        """
        if self.has_address(record) or self.has_identifier(record):
            return False
        stated = [_address_key(address) for address in self._addresses(record)]
        if any(_are_siblings(own, address) for own in self.addresses for address in stated):
            return True
        identifier = identifier_of(record).casefold()
        shape = _shape(identifier)
        if not shape or not any(_shape(word) == shape for word in self.ids):
            return False
        return not identifier.isdecimal() or (any(self.titles) and not self.shares_title(record))

    def _addresses(self, record: Record) -> list[str]:
        values = [record.get("url"), record.get("@id"), record.get("mainEntityOfPage")]
        nodes = [value if isinstance(value, dict) else {"url": value} for value in values]
        addresses = [plain(node.get("@id") or node.get("url")) for node in nodes]
        identifier = identifier_of(record)
        addresses.append(identifier if identifier.startswith(("http://", "https://")) else "")
        return [_joined(self.base, address) for address in addresses if address and not address.startswith(("#", "_:"))]


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # "http://[bad"
        return ""


class _Address(NamedTuple):
    """The parts of an address that identify a page."""

    host: str
    path: str
    query: str


def _address_key(address: str) -> _Address:
    """Return the parts of an address without scheme, fragment, closing slash and tracking parameters.

    >>> _address_key("http://www.a.example/Jobs/7/?b=2&a=1&utm_source=x#apply")
    _Address(host='a.example', path='/Jobs/7', query='a=1&b=2')
    """
    try:
        parts = address_parts(address)
    except ValueError:
        return _Address("", address, "")
    stated = [f"{name}={value}" for name, value in parts.parameters if value and not _TRACKING.fullmatch(name)]
    return _Address(parts.host, parts.path, "&".join(stated))


def _are_siblings(own: _Address, other: _Address) -> bool:
    """Tell whether two addresses are those of two postings of one board.

    >>> addresses = ("//a.example/jobs/7", "//a.example/jobs/8", "//a.example/stellen/8")
    >>> seventh, eighth, translated = map(_address_key, addresses)
    >>> _are_siblings(seventh, eighth), _are_siblings(seventh, translated), _are_siblings(seventh, seventh)
    (True, False, False)
    """
    parent, _, last = own.path.rpartition("/")
    other_parent, _, other_last = other.path.rpartition("/")
    if (own.host, parent) != (other.host, other_parent) or not other_last:
        return False
    if last == other_last:
        return bool(own.query and other.query) and not set(own.query.split("&")) & set(other.query.split("&"))
    return not set(_LONG_NUMBER.findall(last)) & set(_LONG_NUMBER.findall(other_last))


def _shape(identifier: str) -> str:
    """Return the shape that identifiers of one kind share, "" for an identifier without digits.

    >>> _shape("r-104"), _shape("r-99") == _shape("r-104"), _shape("7") == _shape("104"), _shape("intern")
    ('r-#', True, False, '')
    """
    if not re.search(r"[0-9]", identifier):
        return ""
    return "#" * len(identifier) if identifier.isdecimal() else re.sub(r"[0-9]+", "#", identifier)


def _folded(text: str) -> str:
    """Return the words of a text for comparison, in small letters and without punctuation."""
    return " ".join(_WORD_ALONE.findall(html.unescape(text).casefold()))


def plain(value: Any) -> str:
    """Return the text of a JSON-LD value, which may be written as a list or as an object with ``@value``.

    >>> plain(" Intern "), plain([{"@value": "Intern", "@language": "en"}]), plain(7), plain({"name": "Intern"})
    ('Intern', 'Intern', '7', '')
    """
    if isinstance(value, list):
        return next((words for entry in value if (words := plain(entry))), "")
    if isinstance(value, dict):
        return plain(value.get("@value"))
    return str(value).strip() if isinstance(value, str) or is_number(value) else ""


def identifier_of(record: Record) -> str:
    """Return a posting's identifier, which may be a value, a PropertyValue, or a list of either."""
    stated = record.get("identifier")
    for entry in stated if isinstance(stated, list) else [stated]:
        if words := plain(entry.get("value") if isinstance(entry, dict) and "value" in entry else entry):
            return words
    return ""
