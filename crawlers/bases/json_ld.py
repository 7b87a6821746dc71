"""Pages that carry a schema.org JobPosting as JSON-LD, and the sitemaps and lists that lead to them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.board import BoardRun, BoardSpider, BrokenAnswer
from crawlers.bases.xml_feed import read_xml
from normalize.posting import RawPosting

Record = dict[str, Any]

_JOB_PATH = re.compile(
    r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?[a-z0-9-]{0,40}"
    r"(?:jobs?|career|careers|position|positions|vacanc|opening|opportunit|internship|stelle|karriere|emploi|offre|stage"
    r"|empleo|practica|lavor|tirocin|vaga|estagio|vacature)[a-z0-9-]{0,40}/[^/?#]{3,}",
    re.IGNORECASE,
)
_JOB_SITEMAP = re.compile(r"job|career|position|vacanc|stelle|emploi|offre", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def job_postings(response: Response) -> list[Record]:
    """Return every JobPosting of a page, as the page states it; a script that is no JSON is passed over."""
    page = BeautifulSoup(response.body, "lxml")
    found: list[Record] = []
    for script in page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE)):
        found.extend(postings_in(script.get_text()))
    return found


def postings_in(text: str) -> list[Record]:
    """Return the JobPostings of a JSON-LD text, from arrays and graphs too.

    >>> [record["title"] for record in postings_in('{"@graph": [{"@type": ["JobPosting"], "title": "Intern"}]}')]
    ['Intern']
    """
    text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", text).strip()
    try:
        data = json.loads(_CONTROL.sub(" ", text), strict=False)
    except ValueError:
        return []
    return list(_walk(data))


def _walk(data: Any, depth: int = 0) -> Iterator[Record]:
    if depth > 5:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _walk(entry, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if "JobPosting" in (kinds if isinstance(kinds, list) else [kinds]):
            yield data
            return
        for key in ("@graph", "itemListElement", "item", "mainEntity"):
            if key in data:
                yield from _walk(data[key], depth + 1)


def stated_posting(record: Record, url: str) -> RawPosting:
    """Return a JobPosting's own words; the page's address stands where it names none."""
    identifier = record.get("identifier")
    if isinstance(identifier, dict):
        identifier = identifier.get("value")
    employer = record.get("hiringOrganization")
    return RawPosting(
        posting_id=str(identifier or record.get("url") or url),
        url=str(record.get("url") or url),
        title=html.unescape(str(record["title"])),
        hiring_organization=employer.get("name") if isinstance(employer, dict) else employer,
        description=record.get("description"),
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
    ).in_words()


def add_stated(posting: RawPosting, record: Record) -> RawPosting:
    """Fill what a card did not say with what the posting's own JSON-LD says.

    >>> add_stated(RawPosting(title="Intern"), {"title": "Intern (m/w/d)", "description": "Six weeks"}).description
    'Six weeks'
    """
    stated = stated_posting(record, posting.url)
    for name, value in stated.to_dict().items():
        if not getattr(posting, name):
            setattr(posting, name, value)
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


class JsonLdSpider(BoardSpider):
    """Any careers site whose pages carry a JobPosting.

    A board's first address may be a sitemap, an index of sitemaps, a list that links to its postings,
    or a posting's own page. Sitemaps and lists end by themselves; every page they name is read.
    """

    detail_limit = 2000

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a sitemap, or a page and the postings it links to."""
        head = response.body[:500].lstrip().lower()
        if b"<urlset" in head or b"<sitemapindex" in head or head.startswith(b"<?xml"):
            yield from self._sitemap(response, run)
            return
        records = job_postings(response)
        if records:
            for record in records:  # one page, several postings: its address tells none of them from the others
                if not record.get("identifier") and not record.get("url"):
                    record["identifier"] = f"{response.url}#{record.get('title')}"
            self.take([(record, response.url) for record in records], run)
            run.proof = run.proof or "the page states its postings"
            return
        links = list(dict.fromkeys(self._links(response)))
        if not links:
            raise BrokenAnswer("no JobPosting and no links to postings on the page")
        yield from self._pages(links, run)

    def _sitemap(self, response: Response, run: BoardRun) -> Iterable[Request]:
        root = read_xml(response.body)
        kind = etree.QName(root).localname
        if kind not in ("urlset", "sitemapindex"):
            raise BrokenAnswer(f"<{kind}> where a sitemap is due")
        addresses = [(loc.text or "").strip() for loc in root.iter("{*}loc")]
        run.pages += 1
        if kind == "sitemapindex":
            named = [address for address in addresses if _JOB_SITEMAP.search(urlsplit(address).path)] or addresses
            for address in named:
                yield self.ask(run, Request(address), self.read_list)
            run.proof = "every sitemap it names was read"
            return
        jobs = [address for address in addresses if _JOB_PATH.search(urlsplit(address).path)] or addresses
        yield from self._pages(jobs, run)

    def _pages(self, addresses: list[str], run: BoardRun) -> Iterable[Request]:
        """Ask for every posting's page; each is one posting that the board shows."""
        if len(addresses) > self.detail_limit:
            run.cut(f"{len(addresses) - self.detail_limit} of {len(addresses)} pages are beyond the board's budget")
        run.pages += 1
        run.proof = run.proof or f"all {len(addresses)} pages that it names were read"
        for address in addresses[: self.detail_limit]:
            yield self.ask(run, Request(address), self.read_page)

    def read_page(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read one posting's page; a page without a JobPosting is no posting."""
        self.take([(record, response.url) for record in job_postings(response)], run)
        return ()

    def _links(self, response: Response) -> Iterator[str]:
        host = urlsplit(response.url).netloc
        for anchor in BeautifulSoup(response.body, "lxml").select("a[href]"):
            address = response.urljoin(str(anchor["href"])).partition("#")[0]
            parts = urlsplit(address)
            if parts.netloc == host and _JOB_PATH.search(parts.path) and address != response.url:
                yield address

    def parse_posting(self, record: Any, board: Any) -> RawPosting | None:
        """Return a page's posting; without an identifier its address is its id."""
        stated, url = record
        return stated_posting(stated, url)
