"""The reading of postings' own pages: which pages are requested, and what an answer proves about its posting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from scrapy import Request
from scrapy.http import Response
from scrapy.spiders import Spider

from crawlers.answers.links import absolute_links
from crawlers.answers.main_part import says_gone
from crawlers.answers.obstacles import obstacle_of, reject_notice_text
from crawlers.bases.books import BoardRun
from crawlers.bases.pages import Page, gone_sign, is_due, turn_of
from crawlers.contract.board import Board
from crawlers.contract.journal import JournalWriter
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.verdict import Verdict
from crawlers.politeness.refusals import BrokenAnswer, verdict_of_status
from normalize.posting import RawPosting


class PostingPages(Spider):
    """A spider that reads the pages a list leads to.

    A page proves that its posting is gone only by an explicit sign. An unreadable page proves nothing: the known values
    of the posting are kept, and the next run requests the page again.
    """

    plan: CrawlPlan
    journal: JournalWriter
    gone_words: tuple[str, ...]
    detail_limit: int

    def ask(self, run: BoardRun, request: Request, then: Any, **more: Any) -> Request:
        """Return a request as part of a board's crawl."""
        raise NotImplementedError

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with the values of its own page, None if the page says that the posting is gone.

        Raises:
            BrokenAnswer: the page is not a posting's page, which proves nothing.
        """
        raise NotImplementedError

    def _read_details(self, run: BoardRun) -> Iterator[Any]:
        """Write the postings that the list holds whole, and request the own pages of the others.

        For a list that has not changed, only the pages that are due are read. Where the budget of the board is too
        small for all, pages never read come first, then the oldest.
        """
        wanted = {
            candidate.posting.posting_id: candidate for candidate in run.candidates if candidate.request is not None
        }
        for name in run.details.keys() & run.shown_ids - wanted.keys():
            if run.details[name].read is None or run.details[name].tried:  # this page is no longer requested
                del run.details[name]
        due = list(wanted)
        if run.verdict is None and run.unchanged and run.new_validators.keys() == run.validators.keys():
            today, days = self.plan.now.date(), self.plan.page_days
            due = [name for name in wanted if is_due(run.details.get(name), name, today, days)]
            if not due:
                run.verdict = Verdict.UNCHANGED
                run.candidates = []
                return
            run.kept = [candidate.posting.posting_id for candidate in run.candidates if candidate.request is None]
            fresh = wanted.keys() - set(due)
            run.confirmed += sum(not run.details[name].gone for name in fresh)
            for name in fresh:
                self._keep(run, name)
        else:
            for candidate in run.candidates:
                if candidate.posting.posting_id not in wanted:
                    self.journal.posting(
                        run.board.board, run.attempt, candidate.posting, detail_read=not candidate.posting.odd
                    )
                    yield candidate.posting
        if len(due) > self.detail_limit:
            run.mark_incomplete(f"{len(due) - self.detail_limit} of {len(due)} detail pages exceed the board's budget")
            due.sort(key=lambda name: turn_of(run.details.get(name), self.plan.now.date()))
            for name in due[self.detail_limit :]:
                self._keep(run, name)
        for name in due[: self.detail_limit]:
            run.asked += 1
            request, page = wanted[name].request, run.details.get(name)
            assert request is not None
            if page and not page.gone:
                self._on_condition(request, page.etag, page.last_modified)
            yield self.ask(run, request, self._detail, posting=wanted[name].posting)
        run.candidates = []

    def _keep(self, run: BoardRun, name: str) -> None:
        """Keep the known values of a posting whose page is not read in this run."""
        page = run.details.setdefault(name, Page(None))
        if page.gone:
            run.ids.pop(name, None)
        elif page.read is not None:
            run.kept.append(name)

    def _detail(self, response: Response, run: BoardRun, posting: RawPosting) -> Iterator[Any]:
        name, today = posting.posting_id, self.plan.now.date().isoformat()
        page = Page(today, header(response, "ETag"), header(response, "Last-Modified"))
        known = run.details.get(name, Page(None))
        if response.status == 304 and known.read is not None and not known.gone and _was_conditional(response):
            run.details[name] = known._replace(read=today, tried=None)
            run.kept.append(name)
            run.confirmed += 1
            return
        reason = gone_sign(response, run.list_urls, run.addresses)
        if reason is None and (verdict := verdict_of_status(response.status)):
            self._unread(run, posting, obstacle_of(response) or verdict, f"{response.url}: status {response.status}")
            return
        read, listed = None, posting.url
        if reason is None:
            try:
                read = self.read_detail(response, attrs.evolve(posting), run.board)
                if read is not None and read.description != posting.description:
                    reject_notice_text(read.description)
                reason = "detail page says it is gone"
            except BrokenAnswer:
                if not says_gone(response, self.gone_words):
                    raise
                reason = "detail page says it is gone"
        if read is None:
            run.ids.pop(name, None)
            run.gone[name] = known._replace(gone=False, tried=today)
            run.details[name] = Page(today, gone=True)
            run.dropped[reason or ""] += 1
            return
        absolute_links(read, response.url)
        read.url = read.url or listed
        run.odd_fields.update(set(read.odd) - set(posting.odd))
        run.details[name] = page
        run.confirmed += 1
        self.journal.posting(run.board.board, run.attempt, read, detail_read=not read.odd)
        yield read

    def _unread(self, run: BoardRun, posting: RawPosting, cause: str, reason: str) -> None:
        """Note that a posting's page could not be read, which proves nothing.

        The known values of the posting are kept, or those of the list are written if the page was never read. In
        either case the next run requests the page again.
        """
        run.unread[cause] += 1
        run.first_unread = run.first_unread or reason
        page = run.details.get(posting.posting_id, Page(None))
        run.details[posting.posting_id] = page._replace(tried=self.plan.now.date().isoformat())
        if page.read is not None:
            self._keep(run, posting.posting_id)
        elif posting.title not in (posting.posting_id, posting.url):  # an address alone does not make a listing
            self.journal.posting(run.board.board, run.attempt, posting, detail_read=False)

    @staticmethod
    def _on_condition(request: Request, etag: str | None, last_modified: str | None) -> None:
        for header, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
            if value:
                request.headers[header] = value

    def _due(self, run: BoardRun) -> list[str]:
        """Return the postings whose own pages must be read again; a 304 for the list would not lead to them."""
        today = self.plan.now.date()
        return [name for name, page in run.details.items() if is_due(page, name, today, self.plan.page_days)]


def header(response: Response, name: str) -> str | None:
    """Return a header of an answer, None if the answer does not have it."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _was_conditional(response: Response) -> bool:
    """Tell whether the request for an answer was conditional, so that a 304 is a valid answer."""
    asked = response.request.headers if response.request else {}
    return "If-None-Match" in asked or "If-Modified-Since" in asked
