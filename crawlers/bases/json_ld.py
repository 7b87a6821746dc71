"""The base of spiders for sites with JSON-LD JobPostings, and for the sitemaps and lists that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.cut_off import cut_off_sign
from crawlers.answers.decoding import content_type_of, page_of, text_of_answer
from crawlers.answers.job_links import Link, job_path, links_of, next_page
from crawlers.answers.links import comparable, web_address
from crawlers.answers.own_posting import identifier_of, plain
from crawlers.answers.statements import doubt_about, job_postings, number_of_items, scripts, stated_of, stated_posting
from crawlers.answers.words import any_phrase
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.bases.xml_feed import read_xml
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting, is_no_word, readable_id
from normalize.scope import in_scope

Record = dict[str, Any]

_SITEMAP = re.compile(r"\.xml(?:\.gz)?$|sitemap(?!.*\.html?$)", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
MAX_PAGES = 500  # pages of a list, or sitemaps of a board
# Properties of a JobPosting that `stated_posting` reads, and those that say nothing about the posting.
_STATED = (
    "identifier url title hiringOrganization description jobLocation applicantLocationRequirements datePosted"
    " validThrough jobStartDate jobDuration baseSalary estimatedSalary jobLocationType employmentType"
    " occupationalCategory skills educationRequirements inLanguage responsibilities qualifications workHours"
).split()
_PLUMBING = frozenset("@context @type @id image logo mainEntityOfPage directApply".split())


class JsonLdSpider(BoardSpider):
    """Any careers site whose pages state JobPostings.

    A board's first address may be a sitemap, an index of sitemaps, a list that links to its postings or states
    them, or a posting's own page. A page named by a list or a sitemap is a posting if its address looks like one;
    its address is the posting's id. A list is read page by page, until a page links to no next one.
    """

    detail_limit = 2000
    ignored_fields = _PLUMBING

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a sitemap, or a page that states postings or links to them."""
        head = response.body[:2000].lower()
        if head.startswith(_GZIP) or b"<urlset" in head or b"<sitemapindex" in head or _is_asked_as_sitemap(response):
            yield from self._sitemap(response, run)
            return
        page = page_of(response)
        before, records = run.counted, job_postings(response)
        links = links_of(page, response)
        own = len(records) == 1 and (not links or _is_own(records[0], page, response))
        if records:
            links = [] if own else _more_links(records, links, response, run)
        doubts = [doubt_about(text) for text in scripts(page)]
        doubts.append(
            None
            if _set_identifiers(records, response, run)
            else "some JobPostings of the list have no identifier, while others have one"
        )
        for doubt in (*doubts, cut_off_sign(text_of_answer(response))):
            if doubt:
                run.mark_incomplete(doubt)
        if not records and not links:
            raise BrokenAnswer("the page has no JobPosting and no links to postings")
        taken = self.take([*records, *_recognised(links, run)], run)
        following, numbered = (None, False) if own else next_page(page, response)
        stated = max((number_of_items(text) for text in scripts(page)), default=0)
        if following and taken and run.counted == before:
            yield from self.read_again(run, "paging goes in circles: a page repeats the postings of earlier pages")
        elif following and taken and run.pages >= MAX_PAGES:
            run.mark_incomplete(f"paging does not end within {MAX_PAGES} pages")
        elif following and taken:
            yield self.ask(run, Request(following), self.read_list)
        elif numbered:
            run.mark_incomplete("the list has further pages, but no link to the next one")
        elif stated > run.counted:
            run.mark_incomplete(f"{run.counted} of {stated} postings were shown")
        else:
            _check_known_pages(run)
            proof = "the page states its postings" if records else "the last page links to no next page"
            yield from self.seen_whole(run, proof)

    def _sitemap(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a sitemap, or request the sitemaps that an index names.

        Addresses that look like postings are postings, and so are those that were postings in an earlier run. A missing
        address proves that its posting is gone only if every sitemap of the previous run was read again.
        """
        root = read_xml(response.body, content_type_of(response))
        kind = etree.QName(root).localname
        if kind not in ("urlset", "sitemapindex"):
            raise BrokenAnswer(f"expected a sitemap, got <{kind}>")
        addresses, unnamed = _addresses(root, "url" if kind == "urlset" else "sitemap", response)
        asked = response.request.url if response.request is not None else response.url
        known, answer = run.validators.get(asked), run.new_validators.get(asked)
        if not addresses and run.pages and known and (not answer or known.get("sha256") != answer.get("sha256")):
            run.mark_incomplete(f"{response.url} has no addresses any more")
        if kind == "sitemapindex":
            run.pages += 1
            if unnamed:
                run.mark_incomplete(f"entries of the sitemap index without a readable address: {unnamed}")
            requests = [Request(address) for address in addresses]
            named = [
                request
                for request in requests
                if any_phrase("links.sitemap").search(urlsplit(request.url).path) or request.url in run.validators
            ]
            fresh = [request for request in named or requests if request.url not in run.new_validators]
            if len(fresh) + run.pages > MAX_PAGES:
                run.mark_incomplete(f"only the first {MAX_PAGES} sitemaps were read")
            fresh = fresh[: max(0, MAX_PAGES - run.pages)]
            for request in fresh:
                yield self.ask(run, request, self._sitemap)
            if not fresh:
                self._judge_sitemaps(run)
            return
        for _ in range(unnamed):
            run.enter(None, None)
        jobs = self._jobs(addresses, response, run)
        if not jobs and addresses and not run.pages:
            raise BrokenAnswer("no address in the sitemap looks like a posting's")
        # Likely internships come first, in case the budget is too small for all pages.
        jobs.sort(key=lambda link: not in_scope(re.sub(r"[^a-z]+", " ", urlsplit(link.address).path.lower())))
        if self.take(jobs, run) or len(jobs) == len(addresses):
            run.proof = "every sitemap was read"
        self._judge_sitemaps(run)

    @staticmethod
    def _jobs(addresses: list[str], response: Response, run: BoardRun) -> list[Link]:
        """Return the addresses of a sitemap that look like postings, or that were postings in an earlier run."""
        read = {name for name, page in run.details.items() if not page.gone}
        links = _recognised([Link(address) for address in addresses], run)
        jobs = [link for link in links if job_path().search(urlsplit(link.address).path)]
        others = [link for link in links if not job_path().search(urlsplit(link.address).path)]
        if any((link.identity or link.address) in read for link in others):
            return links
        if not jobs and (any_phrase("links.sitemap").search(urlsplit(response.url).path) or not addresses):
            return links
        shown = {link.identity or link.address for link in links}
        moved = {_last_part(name): name for name in read - shown if re.search(r"[0-9]", _last_part(name))}
        identified = [(link, moved.get(_last_part(link.address))) for link in others]
        return jobs + [link._replace(identity=name) for link, name in identified if name]

    @staticmethod
    def _judge_sitemaps(run: BoardRun) -> None:
        """Note missing sitemaps, once the last one has been read."""
        if run.open_requests > 1:
            return
        if missing := run.validators.keys() - run.new_validators.keys():
            run.mark_incomplete(f"sitemaps of the last run that are no longer named: {len(missing)}")
        _check_known_pages(run)

    def is_candidate(self, posting: RawPosting) -> bool:
        """Tell whether a posting may be an internship; one known only by its address always may."""
        return posting.title in (posting.posting_id, posting.url) or super().is_candidate(posting)

    def record_id(self, record: Any) -> str | None:
        """Return the id that a page states for a posting, or else the posting's address."""
        if isinstance(record, Link):
            return record.identity or record.address
        return readable_id(identifier) if (identifier := identifier_of(record)) else plain(record.get("url")) or None

    def parse_posting(self, record: Any, board: Board) -> RawPosting | None:
        """Return the posting that a page states or that a link leads to."""
        if isinstance(record, Link):
            identity = record.identity or record.address
            return RawPosting(posting_id=identity, url=record.address, title=record.words or record.address)
        identity = self.record_id(record) or ""
        posting = stated_posting(record, record.get("url") or "")
        posting.posting_id = identity
        for name in _STATED:
            record.pop(name, None)
        return posting

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Request the own page of a posting that the list states without a description."""
        return Request(posting.url) if posting.description is None else None

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the JobPosting of a posting's own page; a page without it counts as unread."""
        read = stated_posting(stated_of(posting, response), response.url)
        read.posting_id, read.url = posting.posting_id, response.urljoin(read.url)
        read.source, read.board, read.fetched_at = posting.source, posting.board, posting.fetched_at
        return read


def _is_asked_as_sitemap(response: Response) -> bool:
    """Tell whether the requested address is named like a sitemap."""
    request = response.request
    asked = (request.meta.get("redirect_urls") or [request.url])[0] if request is not None else response.url
    return _SITEMAP.search(urlsplit(asked).path) is not None


def _addresses(root: Any, tag: str, response: Response) -> tuple[list[str], int]:
    """Return the distinct addresses of a sitemap, and the number of its entries without an address."""
    addresses: dict[str, None] = {}
    unnamed = 0
    for entry in root.iterchildren(tag=etree.Element):
        texts = [(loc.text or "").strip() for loc in entry.iterchildren("{*}loc")]
        stated = next((words for words in texts if "/" in words), None)
        address = web_address(stated, response.url)
        if address:
            addresses[address] = None
        elif etree.QName(entry).localname.lower() == tag or len(entry):
            unnamed += 1
    return list(addresses), unnamed


def _last_part(address: str) -> str:
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def _recognised(links: list[Link], run: BoardRun) -> list[Link]:
    """Return links, each with its known id where that is another spelling of its address."""
    known = {comparable(name): name for name in run.details}
    shown = {link.address for link in links}
    recognised = []
    for link in links:
        name = known.get(comparable(link.address))
        if name and link.address not in run.details and name not in shown:
            shown.add(name)
            link = link._replace(identity=name)
        recognised.append(link)
    return recognised


def _check_known_pages(run: BoardRun) -> None:
    """Mark a list as incomplete if the board was read before, but none of the pages it leads to was.

    The list may have changed the addresses of its postings. The next run knows the new pages.
    """
    asked = [candidate.posting.posting_id for candidate in run.candidates if candidate.request is not None]
    if run.validators and asked and not any(name in run.details for name in asked):
        run.mark_incomplete("the list leads to none of the pages that were read before")


def _is_own(record: Record, page: BeautifulSoup, response: Response) -> bool:
    """Tell whether a page is the own page of its single JobPosting."""
    address, title = plain(record.get("url")), " ".join(plain(record.get("title")).casefold().split())
    if address and comparable(response.urljoin(address)) == comparable(response.url):
        return True
    headings = page.find_all("h1", limit=2)
    return len(headings) == 1 and " ".join(headings[0].get_text(" ").casefold().split()) == title


def _more_links(records: list[Record], links: list[Link], response: Response, run: BoardRun) -> list[Link]:
    """Return a page's links to postings that it does not state, if most of its postings are only linked.

    A few links next to many JobPostings belong to a menu.
    """
    stated = {comparable(response.urljoin(plain(record.get("url")))) for record in records}
    titles = {" ".join(plain(record.get("title")).casefold().split()) for record in records} - {""}
    more = [link for link in links if comparable(link.address) not in stated and link.address != response.url]
    more = [link for link in more if not any(title in link.words.casefold() for title in titles)]
    known = any(link.identity or link.address in run.details for link in _recognised(links, run))
    return more if known or len(more) > len(records) else []


def _set_identifiers(records: list[Record], response: Response, run: BoardRun) -> bool:
    """Set the identifier of each JobPosting of a list to its id, "null" without one, and make its address absolute.

    The address, or else the title, replaces a missing identifier, but not an unreadable one if other JobPostings of
    the page have identifiers.

    Returns:
        whether the ids are the same in every run: all JobPostings have an identifier, or none has.
    """
    known = {comparable(name): name for name in run.details}
    named = [bool(readable_id(identifier_of(record))) for record in records]
    for record in records:
        address, identifier, title = plain(record.get("url")), record.get("identifier"), plain(record.get("title"))
        empty = (any(named) and "identifier" in record) or (isinstance(identifier, dict) and "value" in identifier)
        identity = readable_id(identifier_of(record))
        if address and (name := known.get(comparable(response.urljoin(address)))):
            identity = name
        elif not identity and address and not (any(named) and "identifier" in record):
            identity = response.urljoin(address)
        elif not identity and not address and not empty and (len(records) == 1 or (title and not is_no_word(title))):
            identity = response.url if len(records) == 1 else f"{response.url}#{title}"
        record["identifier"], record["url"] = identity or "null", response.urljoin(address)
    return all(named) or not any(named)
