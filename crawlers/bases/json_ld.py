"""Pages that carry a schema.org JobPosting as JSON-LD, and the sitemaps and lists that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import content_type_of, page_of
from crawlers.answers.lenient import read_lenient
from crawlers.answers.obstacles import is_unrendered
from crawlers.answers.odd_fields import read_leniently
from crawlers.answers.own_posting import are_beside, identifier_of, own_posting, plain
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.bases.xml_feed import read_xml
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting
from normalize.scope import in_scope

Record = dict[str, Any]

_JOB_PATH = re.compile(
    r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?[a-z0-9-]{0,40}"
    r"(?:jobs?|career|careers|position|positions|vacanc|opening|opportunit|internship|stelle|karriere|emploi|offre|stage"
    r"|empleo|practica|lavor|tirocin|vaga|estagio|vacature)[a-z0-9-]{0,40}/[^/?#]{3,}",
    re.IGNORECASE,
)
_JOB_SITEMAP = re.compile(r"job|career|position|vacanc|stelle|emploi|offre", re.IGNORECASE)
_NEXT_WORDS = r"next|weiter|nächste|suivante?|siguiente|avanti|successiva|volgende|próxim[oa]|nästa"
_NEXT = re.compile(rf"\s*(?:(?:{_NEXT_WORDS})(?: page| seite)?\s*[›»→>]*|[›»→>]+)\s*", re.IGNORECASE)
_NEXT_CLASS = re.compile(r"(?:^|[-_])next(?:$|[-_](?:page|link))", re.IGNORECASE)
_PAGE = re.compile(r"(?:[?&](?:page|paged|p|pg|seite|pagina|start|offset|from)=|/page/)([0-9]{1,6})(?![0-9])", re.I)
_GZIP = b"\x1f\x8b"
MAX_PAGES = 500  # of a list, and sitemaps of one board
# What `stated_posting` reads of a JobPosting, and what says nothing of the posting.
_STATED = (
    "identifier url title hiringOrganization description jobLocation applicantLocationRequirements datePosted"
    " validThrough jobStartDate jobDuration baseSalary estimatedSalary jobLocationType employmentType"
    " occupationalCategory skills inLanguage responsibilities qualifications workHours"
).split()
_PLUMBING = frozenset("@context @type @id image logo mainEntityOfPage directApply".split())
_JOB_POSTING = re.compile(r"JobPosting", re.IGNORECASE)
_KIND = re.compile(r"(?:^|[/:#])JobPosting$", re.IGNORECASE)
# What leads from a node of a graph to the postings that it is about.
_FOLLOWED = "@graph @list @set itemListElement item mainEntity mainEntityOfPage about hasPart".split()


def job_postings(response: Response) -> list[Record]:
    """Return every JobPosting of a page, as the page states it; a script that cannot be read is passed over."""
    return [record for text in _scripts(page_of(response)) for record in postings_in(text)]


def _scripts(page: BeautifulSoup) -> list[str]:
    scripts = page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE))
    return [script.get_text() for script in scripts]


def stated_of(posting: RawPosting, response: Response) -> Record:
    """Return the JobPosting that a posting's own page states of it.

    Raises:
        BrokenAnswer: the page states none, or several of which none can be told to be this one.

    >>> from scrapy.http import HtmlResponse
    >>> stated_of(RawPosting(title="Intern"), HtmlResponse("https://a.example/jobs/7", body=b"Hello"))
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: no JobPosting of this posting on its page
    """
    record = own_statement(posting, response)
    if record is None:
        raise BrokenAnswer("no JobPosting of this posting on its page")
    return record


def own_statement(posting: RawPosting, response: Response) -> Record | None:
    """Return the JobPosting that a posting's own page states of it, None where the page states none of it.

    Raises:
        BrokenAnswer: what it states may be of this posting and cannot be read or told, so that its text is not all.

    >>> page = b"<script type='application/ld+json'>{'@type': 'JobPosting', </script><p id=text>Draw ferns.</p>"
    >>> own_statement(RawPosting(title="Intern"), Response("https://a.example/jobs/7", body=page))
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: a JobPosting on the page cannot be read
    """
    texts = _scripts(page_of(response))
    records = [record for text in texts for record in postings_in(text)]
    unreadable = any(_is_unreadable(text) for text in texts)
    record = own_posting(records, posting, response, certain=unreadable)
    if record is None and unreadable:
        raise BrokenAnswer("a JobPosting on the page cannot be read")
    if record is None and records and not are_beside(records, posting, response):
        raise BrokenAnswer("no JobPosting on the page can be told to be that of this posting")
    return record


def postings_in(text: str) -> list[Record]:
    """Return the JobPostings of a JSON-LD text, from arrays and graphs too, also where the text has small faults.

    >>> [record["title"] for record in postings_in('{"@graph": [{"@type": ["JobPosting"], "title": "Intern"}]}')]
    ['Intern']
    >>> [record["title"] for record in postings_in("{'@type': 'jobPosting', title: null, name: 'Intern',};")]
    ['Intern']
    """
    if not _JOB_POSTING.search(text):
        return []
    try:
        return list(_walk(read_lenient(text)))
    except ValueError:
        return []


def _is_unreadable(text: str) -> bool:
    """Tell whether a JSON-LD text names a JobPosting and cannot be read."""
    try:
        return bool(_JOB_POSTING.search(text)) and read_lenient(text) is None
    except ValueError:
        return True


def _walk(data: Any, depth: int = 0) -> Iterator[Record]:
    if depth > 12:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _walk(entry, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if any(_KIND.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            if not plain(data.get("title")) and (name := plain(data.get("name"))):
                del data["name"]
                data["title"] = name
            yield data
            return
        for key in _FOLLOWED:
            if key in data:
                yield from _walk(data[key], depth + 1)


def stated_posting(record: Record, url: str) -> RawPosting:
    """Return a JobPosting's own words; the page's address stands where it names none.

    Parts of odd shape are left out and named in the posting's `odd`.

    >>> stated_posting({"title": "Intern", "description": "Draw ferns.", "workHours": "20 a week"}, "/7").description
    'Draw ferns.\\n\\n20 a week'
    """
    posting = read_leniently(lambda record: _stated(record, url), record)
    assert posting is not None
    return posting


def _stated(record: Record, url: str) -> RawPosting:
    title, address = record["title"], plain(record.get("url")) or url
    employer = record.get("hiringOrganization")
    if isinstance(employer, list):
        employer = employer[0] if employer else None
    return RawPosting(
        posting_id=identifier_of(record) or address,
        url=address,
        title=plain(title) or title,
        hiring_organization=employer.get("name") if isinstance(employer, dict) else employer,
        description=_text(record),
        location=_location(record),
        date_posted=record.get("datePosted"),
        valid_through=record.get("validThrough"),
        start=record.get("jobStartDate"),
        duration=record.get("jobDuration"),
        pay=_pay(record.get("baseSalary") or record.get("estimatedSalary")),
        remote=record.get("jobLocationType"),
        employment_type=_joined(record.get("employmentType")),
        department=record.get("occupationalCategory") if isinstance(record.get("occupationalCategory"), str) else None,
        skills=_joined(record.get("skills")),
        language=record.get("inLanguage") if isinstance(record.get("inLanguage"), str) else None,
    )


def _text(record: Record) -> Any:
    """Return a posting's text, and the parts of it that some pages state beside it."""
    text = plain(record.get("description")) or record.get("description")
    text = None if is_unrendered(text) else text
    said = text if isinstance(text, str) else ""
    beside = [record.get(name) for name in ("responsibilities", "qualifications", "workHours")]
    more = [part for part in beside if isinstance(part, str) and part.strip() and part not in said]
    return "\n\n".join(part for part in (said, *more) if part) if more else text


def add_stated(posting: RawPosting, record: Record) -> RawPosting:
    """Fill what a card did not say with what the posting's own JSON-LD says.

    >>> add_stated(RawPosting(title="Intern"), {"title": "Intern (m/w/d)", "description": "Six weeks"}).description
    'Six weeks'
    """
    stated = stated_posting(record, posting.url)
    for name, value in stated.to_dict().items():
        if not getattr(posting, name):
            setattr(posting, name, value)
    posting.odd += stated.odd
    return posting


def _location(record: Record) -> Any:
    """Return the places of work and, where it is remote, where an applicant must live, as the page states them."""
    places, applicants = record.get("jobLocation"), record.get("applicantLocationRequirements")
    if applicants:
        return {"jobLocation": places, "applicantLocationRequirements": applicants}
    return places


def _pay(salary: Any) -> Any:
    """Return a salary that says something; some boards send its shape with nothing in it."""
    if isinstance(salary, dict):
        value = salary.get("value")
        numbers = value if isinstance(value, dict) else salary
        if not any(numbers.get(name) for name in ("value", "minValue", "maxValue")) and not isinstance(
            value, (int, float, str)
        ):
            return None
    return salary or None


def _joined(value: Any) -> Any:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else value


class Link(NamedTuple):
    """The address of a posting's page, as a list or a sitemap names it, and the words that stand with it."""

    address: str
    words: str = ""


class JsonLdSpider(BoardSpider):
    """Any careers site whose pages carry a JobPosting.

    A board's first address may be a sitemap, an index of sitemaps, a list that links to its postings or states
    them, or a posting's own page. A page that a list or a sitemap names is a posting by its address, which is its
    id; one without a JobPosting is none. Lists are read page by page, until none names a next one.
    """

    detail_limit = 2000
    ignored_fields = _PLUMBING

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a sitemap, or a page that states postings or links to them."""
        head = response.body[:2000].lower()
        if head.startswith(_GZIP) or b"<urlset" in head or b"<sitemapindex" in head:
            yield from self._sitemap(response, run)
            return
        page = page_of(response)
        before, records = run.counted, job_postings(response)
        for record in records:  # one page, several postings: its address tells none of them from the others
            if not record.get("identifier") and not record.get("url"):
                record["identifier"] = response.url if len(records) == 1 else f"{response.url}#{record.get('title')}"
            record["url"] = response.urljoin(str(record.get("url") or ""))
        links = [] if records else links_of(page, response)
        if any(_is_unreadable(text) for text in _scripts(page)):
            run.cut("a JobPosting of the list cannot be read")
        if not records and not links:
            raise BrokenAnswer("no JobPosting and no links to postings on the page")
        taken = self.take(records or links, run)
        following, numbered = (None, False) if len(records) == 1 else next_page(page, response)
        if following and taken and run.counted == before:
            yield from self.again(run, "paging goes in circles: a page repeats what was shown")
        elif following and taken and run.pages >= MAX_PAGES:
            run.cut(f"paging does not end within {MAX_PAGES} pages")
        elif following and taken:
            yield self.ask(run, Request(following), self.read_list)
        elif numbered:
            run.cut("the list has further pages, but names none as the next")
        else:
            proof = "the page states its postings" if records else "the last page names no next one"
            yield from self.seen_whole(run, proof)

    def _sitemap(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a sitemap, or ask for those that an index names; addresses that look like postings are postings."""
        root = read_xml(response.body, content_type_of(response))
        kind = etree.QName(root).localname
        if kind not in ("urlset", "sitemapindex"):
            raise BrokenAnswer(f"<{kind}> where a sitemap is due")
        addresses = list(dict.fromkeys((loc.text or "").strip() for loc in root.iter("{*}loc")))
        if kind == "sitemapindex":
            run.pages += 1
            named = [address for address in addresses if _JOB_SITEMAP.search(urlsplit(address).path)] or addresses
            fresh = [address for address in named if address not in run.answers]
            if len(fresh) + run.pages > MAX_PAGES:
                run.cut(f"only {MAX_PAGES} of the sitemaps were read")
            for address in fresh[: max(0, MAX_PAGES - run.pages)]:
                yield self.ask(run, Request(address), self.read_list)
            return
        jobs = [address for address in addresses if _JOB_PATH.search(urlsplit(address).path)]
        if not jobs and (_JOB_SITEMAP.search(urlsplit(response.url).path) or not addresses):
            jobs = addresses
        elif not jobs and not run.pages:
            raise BrokenAnswer("no address in the sitemap looks like that of a posting")
        # What is likelier an internship comes first, should the budget not do for all.
        jobs.sort(key=lambda address: not in_scope(re.sub(r"[^a-z]+", " ", urlsplit(address).path.lower())))
        if self.take([Link(address) for address in jobs], run) or jobs == addresses:
            run.proof = "every sitemap that it names was read"

    def is_candidate(self, posting: RawPosting) -> bool:
        """Tell whether a posting is to be read; one of which only the address is known may be anything."""
        return posting.title == posting.posting_id or super().is_candidate(posting)

    def record_id(self, record: Any) -> str | None:
        """Return the id that a page states for a posting, or its address."""
        return record.address if isinstance(record, Link) else identifier_of(record) or plain(record.get("url")) or None

    def parse_posting(self, record: Any, board: Board) -> RawPosting | None:
        """Return what a page states, or the posting that a link leads to."""
        if isinstance(record, Link):
            return RawPosting(posting_id=record.address, url=record.address, title=record.words or record.address)
        posting = stated_posting(record, record.get("url") or "")
        for name in _STATED:
            record.pop(name, None)
        return posting

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Ask for the page of a posting that was not stated with its text."""
        return Request(posting.url) if posting.description is None else None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return what a posting's page states of it; a page without its JobPosting is unread."""
        read = stated_posting(stated_of(posting, response), response.url)
        read.posting_id, read.url = posting.posting_id, response.urljoin(read.url)
        read.source, read.board, read.fetched_at = posting.source, posting.board, posting.fetched_at
        return read


def links_of(page: BeautifulSoup, response: Response) -> list[Link]:
    """Return a list's links to postings, with the words of the card around each: what holds no other link.

    >>> from scrapy.http import HtmlResponse
    >>> body = b"<ul><li><b>Intern</b> <a href='/jobs/1-a'>More</a><li><b>Clerk</b> <a href='/jobs/2-b'>More</a></ul>"
    >>> links_of(BeautifulSoup(body, "lxml"), HtmlResponse("https://a.example/jobs", body=body))[0]
    Link(address='https://a.example/jobs/1-a', words='Intern More')
    """
    here, host = response.url.partition("#")[0], urlsplit(response.url).netloc
    anchors: dict[str, Tag] = {}
    held: dict[int, set[str]] = {}  # by element, the postings that are linked in it
    for anchor in page.select("a[href]"):
        address = response.urljoin(str(anchor["href"])).partition("#")[0]
        parts = urlsplit(address)
        if parts.netloc == host and _JOB_PATH.search(parts.path) and address != here:
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
    found, numbered = None, False
    for link in page.select("a[href], link[rel~=next][href]"):
        address = response.urljoin(str(link["href"])).partition("#")[0]
        if urlsplit(address).netloc != urlsplit(here).netloc or address == here:
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


def _number_of(address: str) -> int:
    """Return the page or offset that an address names, 1 if it names none."""
    found = _PAGE.search(address)
    return int(found[1]) if found else 1
