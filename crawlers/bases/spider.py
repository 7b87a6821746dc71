"""The base of all spiders: the requests of each board, its books, and its verdict."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.answers.links import absolute_links
from crawlers.answers.obstacles import obstacle_of
from crawlers.answers.odd_fields import ODD, read_leniently
from crawlers.bases.books import BoardRun, Candidate
from crawlers.bases.details import PostingPages, header
from crawlers.bases.pages import page_address, pages_of
from crawlers.contract.board import Board
from crawlers.contract.clock import iso
from crawlers.contract.journal import JournalWriter
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.registry import load_boards, shipped
from crawlers.contract.source import SourceFacts
from crawlers.contract.verdict import Verdict
from crawlers.politeness.refusals import BrokenAnswer, Refused, reason_of, verdict_of_status
from normalize.posting import MalformedField, RawPosting
from normalize.scope import in_scope

Then = Callable[..., Iterable[Any]]


class BoardSpider(PostingPages):
    """A spider that reads the boards of one source, and decides the verdict of each.

    To use, subclass the base for the kind of answer, state the facts of the source, and write `parse_posting()`, which
    takes the fields out of a record: ``record.pop("title")`` for a required field, ``record.pop("pay", None)`` for
    an optional one. Fields that are left in the record are counted as unread.

    Attributes:
        title: the source's name for people.
        hosts: patterns of careers addresses of this source, without the scheme; the groups, joined by a slash, are the
            board. A pair of a pattern and an address also gives the first request of the boards found by the pattern.
        board_pattern: pattern of a board's name; it must match the whole name.
        verified: where the endpoints were documented or seen.
        terms: the rules for re-use in its terms, in a few words, with the address of the terms.
        redistribution: ``feed`` (an employer's own board, or terms that allow it), ``parquet_only`` or ``none``.
        attribution: the credit its terms ask for.
        robots: what is known about its robots.txt, which the crawl asks for in any case.
        aggregator: whether it shows other employers' vacancies.
        min_postings: the number of postings below which the source must have changed, with the reason in a comment;
            None for boards of single employers, which may be of any size.
        window: the part of a board that its answers hold, such as its newest postings; None for whole boards. A
            posting that leaves the window is not closed.
        timezone: the IANA time zone of its deadlines, for boards of one country; None where it is unknown, so that a
            day ends when it has ended everywhere.
        key_variables: environment variables that hold a user's free key.
        ignored_fields: fields of a record that are known and not wanted.
        repeats: why the source repeats jobs by design: ``places`` (one record for each place of a job) or ``promoted``
            (some jobs are on every page); None where a repeated record means that the list moved while it was read.
        gone_words: statements by which the source's pages say that a posting is gone, in small letters, besides those
            in `crawlers/answers/languages`. They count only on a page without a readable posting.
        first_url: the address of a board's first request, unless the registry has one; ``{board}`` is replaced by
            the board's name.
        detail_limit: the number of detail pages that are requested for one board in one run.
    """

    title: str = ""
    hosts: tuple[str | tuple[str, str], ...] = ()
    board_pattern: str = r"[^\s/]+"
    verified: str = ""
    terms: str = ""
    redistribution: str = "parquet_only"
    attribution: str | None = None
    robots: str = "asked at run time"
    aggregator: bool = False
    min_postings: int | None = None
    window: str | None = None
    timezone: str | None = None
    key_variables: tuple[str, ...] = ()
    ignored_fields: frozenset[str] = frozenset()
    repeats: str | None = None
    gone_words: tuple[str, ...] = ()
    first_url: str = ""
    detail_limit: int = 500

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.custom_settings or "update_settings" in vars(cls):
            raise TypeError(
                f"{cls.__name__}: a spider must not have settings of its own, because politeness is the same for all"
            )

    def __init__(self, boards: list[Board] | str | None = None, plan: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if boards is None or isinstance(boards, str):
            boards = self._boards_named(boards)
        self.plan = plan or CrawlPlan(boards, Path("data/raw") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{self.name}")
        self.boards = boards
        self.journal = JournalWriter(self.plan.run_dir, self.name, self.facts())
        self.running: set[BoardRun] = set()

    @classmethod
    def facts(cls) -> SourceFacts:
        """Return the facts about the source that the journal stores."""
        return SourceFacts(
            name=cls.title or cls.name,
            verified=cls.verified,
            terms=cls.terms,
            redistribution=cls.redistribution,
            attribution=cls.attribution,
            aggregator=cls.aggregator,
            min_postings=cls.min_postings,
            timezone=cls.timezone,
            robots=cls.robots,
        )

    @classmethod
    def _boards_named(cls, names: str | None) -> list[Board]:
        known = {board.board: board for board in load_boards(shipped()) if board.source == cls.name}
        if names is None:
            return list(known.values())
        return [known.get(name, Board(cls.name, name, name)) for name in names.split(",")]

    # Methods that a base or a source overrides.

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Yield the first requests of a board's crawl."""
        yield self.ask(run, self.first_request(run.board), self.read_list)

    def first_request(self, board: Board) -> Request:
        """Return the request for the first page of a board."""
        url = self.filled(board.url or self.first_url.format(board=board.board))
        if not url:
            raise ValueError("the board has no address; add its url to the registry")
        if board.request_json:
            return Request(url, method="POST", body=board.request_json, headers={"Content-Type": "application/json"})
        return Request(url, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """Return headers that the source needs, such as a key from the environment."""
        return {}

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read one page of the list; yield the requests for further pages."""
        raise NotImplementedError

    def parse_posting(self, record: Any, board: Board) -> RawPosting | None:
        """Return the posting of a record, None if the record is not a posting.

        Raises:
            KeyError: a required field is missing.
        """
        raise NotImplementedError

    def is_candidate(self, posting: RawPosting) -> bool:
        """Tell whether a posting may be a short-term role or an internship, by the values in the list."""
        return in_scope(posting.title, posting.employment_type, posting.description)

    def record_id(self, record: Any) -> str | None:
        """Return a record's id, even if the rest of the record is unreadable."""
        return None

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Return the request for a posting's own page, None if the list holds the whole posting."""
        return None

    def place_of(self, posting: RawPosting | None) -> str | None:
        """Return the place of a record, where the source repeats a job for each place; else None."""
        return posting.location if posting and self.repeats == "places" else None

    # The requests of a board.

    def read_again(self, run: BoardRun, why: str) -> Iterable[Request]:
        """Read the list once more from its first page; the second time, mark it as incomplete instead."""
        if run.restarts:
            run.mark_incomplete(why + ", twice")
        else:
            run.restart()
            yield from self.first_requests(run)

    def seen_whole(self, run: BoardRun, proof: str) -> Iterable[Request]:
        """Note the proof that the list was seen whole; read it again if records repeat, because it moved."""
        repeated = run.shown - run.counted
        if repeated and run.pages > 1 and self.repeats != "promoted":
            yield from self.read_again(run, f"{repeated} of {run.shown} records were repeated while paging")
        else:
            run.proof = proof

    def met_total(self, run: BoardRun) -> Iterable[Request] | None:
        """Compare the distinct records with the list's total; return None while records are missing."""
        if run.total is None:
            return None
        if run.counted == run.total:
            run.proof = f"the advertised total of {run.total} was met"
            return ()
        if run.counted > run.total:
            return self.read_again(
                run, f"{run.counted} postings were shown, more than the advertised total of {run.total}"
            )
        if run.shown >= run.total and self.repeats != "promoted":
            return self.read_again(
                run, f"{run.counted} of {run.total} postings were shown, the other records repeat them"
            )
        return None

    def filled(self, url: str) -> str:
        """Return a URL with the placeholders of keys replaced by the keys in the environment."""
        if self.plan.replay is None:
            for name in self.key_variables:
                url = url.replace(name.upper(), os.environ.get(name, name.upper()))
        return url

    def hidden(self, text: str) -> str:
        """Return a text with keys replaced by their placeholders; a key must never be stored."""
        for name in self.key_variables:
            if value := os.environ.get(name):
                text = text.replace(value, name.upper())
        return text

    def ask(self, run: BoardRun, request: Request, then: Then, **more: Any) -> Request:
        """Return a request as part of a board's crawl; each ends in `_answered` or in `_failed`."""
        run.open_requests += 1
        request = request.replace(
            callback=self._answered,
            errback=self._failed,
            dont_filter=True,
            cb_kwargs={"run": run, "then": then, **more},
        )
        request.meta["board"] = run.board
        if self.key_variables:  # a key must not be sent to another host
            request.meta["dont_redirect"] = True
        if len(run.validators) == 1 and not run.reading_details and not self._due(run):
            known = run.validators.get(self._address(request)) or {}
            self._on_condition(request, known.get("etag"), known.get("last_modified"))
        return request

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first requests of every board."""
        for board in self.boards:
            key = board.key
            run = BoardRun(board, self.plan.validators.get(key, {}), pages_of(self.plan.pages.get(key)))
            run.attempt = self.journal.begin(board, at=iso(self.plan.now))
            self.running.add(run)
            self._report("begin", run)
            try:
                requests = list(self.first_requests(run))
            except Exception as error:  # a wrong address in the registry must fail only its board
                reason = " ".join(str(error).split()) if isinstance(error, ValueError) else reason_of(error)
                run.fail(Verdict.PARSE_ERROR, f"the first request cannot be made: {reason}")
                self._commit(run)
                continue
            for request in requests:
                yield request

    def _answered(self, response: Response, run: BoardRun, then: Then, **more: Any) -> Iterator[Any]:
        if JournalWriter.broken:
            raise CloseSpider("the journal cannot be written")
        try:
            self._count(response, run)
            yield from then(response, run, **more) or ()
        except _NothingToRead:
            pass
        except Exception as error:  # a broken answer must fail only its board
            if JournalWriter.broken:
                raise
            self.logger.debug("%s", response.url, exc_info=True)
            reason = f"{response.url}: {error if isinstance(error, BrokenAnswer) else reason_of(error)}"
            if "posting" in more:
                self._unread(run, more["posting"], obstacle_of(response) or "unreadable", reason)
            else:
                run.fail(Verdict.PARSE_ERROR, reason)
        run.open_requests -= 1
        yield from self._ended(run)

    def _failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        run: BoardRun = request.cb_kwargs["run"]
        error = failure.value
        assert error is not None
        if isinstance(error, Refused) and error.verdict is Verdict.INTERRUPTED:
            return  # the board stays open until `closed` commits it
        run.requests += 1
        verdict, reason = Verdict.TIMEOUT, f"{request.url}: {reason_of(error)}"
        if isinstance(error, Refused):
            verdict, reason = error.verdict, str(error)
        elif isinstance(error, scrapy.exceptions.NotSupported):  # another scheme than http and https
            verdict = Verdict.BLOCKED
        elif isinstance(error, ValueError):  # the target of a redirect is invalid
            verdict = Verdict.BLOCKED
            reason = f"{request.url} redirects to an invalid address: {' '.join(str(error).split())}"
        elif isinstance(error, scrapy.exceptions.IgnoreRequest):
            verdict, reason = Verdict.PARSE_ERROR, reason_of(error)
        if "posting" in request.cb_kwargs:
            self._unread(run, request.cb_kwargs["posting"], verdict, reason)
        else:
            run.fail(verdict, reason)
        run.open_requests -= 1
        yield from self._ended(run)

    def _count(self, response: Response, run: BoardRun) -> None:
        run.requests += 1
        run.bytes += len(response.body)
        if run.reading_details:
            return
        run.list_url = response.url
        request = response.request
        assert request is not None
        address = self._address(request)
        if response.status == 304:
            run.new_validators[address] = run.validators.get(address, {})
            run.pages += 1
            raise _NothingToRead
        verdict, obstacle = verdict_of_status(response.status), obstacle_of(response)
        if obstacle:  # whatever its status, it proves nothing about the board
            failed = Verdict.BLOCKED if verdict is None or verdict is Verdict.GONE else verdict
            run.fail(failed, f"{obstacle}: {response.url}")
            raise _NothingToRead
        if verdict:
            run.fail(verdict, f"{response.url}: status {response.status}")
            raise _NothingToRead
        run.list_urls |= {page_address(request.url), page_address(response.url)}
        digest = hashlib.sha256(response.body).hexdigest()
        run.new_validators[address] = {
            "etag": header(response, "ETag"),
            "last_modified": header(response, "Last-Modified"),
            "sha256": digest,
        }
        if run.validators.get(address, {}).get("sha256") != digest:
            run.unchanged = False

    def take(self, records: Iterable[Any], run: BoardRun) -> int:
        """Enter a page's records into the books and return how many were postings."""
        taken = 0
        run.pages += 1
        for record in records:
            run.records += 1
            known = self.record_id(record)
            try:
                posting = read_leniently(lambda record: self.parse_posting(record, run.board), record)
                if posting is None:
                    continue
                problem = _problem(absolute_links(posting, run.list_url))
            except KeyError as missing:
                posting, problem = None, f"missing {missing.args[0]}"
            except MalformedField as error:
                posting, problem = None, str(error)
            except ODD as error:
                posting, problem = None, f"malformed record: {reason_of(error)[:80]}"
            taken += 1
            identity = (posting.posting_id if posting else "") or known
            run.enter(identity, self.place_of(posting))
            if problem or posting is None:
                run.drop(identity, problem or "unreadable")
                continue
            if isinstance(record, dict):
                run.unread_fields.update(record.keys() - self.ignored_fields)
            run.odd_fields.update(posting.odd)
            run.addresses.add(posting.url)
            posting.source, posting.board = self.name, run.board.board
            posting.fetched_at = iso(self.plan.now)
            request = self.detail_request(posting, run.board)
            run.typed |= posting.employment_type is not None
            if not self.plan.scope_all and not self.is_candidate(posting):
                run.out_of_scope += 1
                if posting.odd or (request is None and not posting.description):
                    run.doubtful_ids[posting.posting_id] = None
                elif posting.employment_type is None:
                    run.untyped_ids[posting.posting_id] = None
                continue
            run.candidates.append(Candidate(posting, request))
        return taken

    def _ended(self, run: BoardRun) -> Iterator[Any]:
        """Read the detail pages once the list is read; commit the board once all requests are answered."""
        if run.open_requests:
            return
        if not run.reading_details:
            run.reading_details = True
            run.list_requests, run.list_ended = run.requests, datetime.now(UTC)
            run.judge_records()
            yield from self._read_details(run)
        if not run.open_requests:
            self._commit(run)

    def _commit(self, run: BoardRun) -> None:
        if run not in self.running:
            return
        self.running.discard(run)
        run.close(self.window)
        run.error = run.error and self.hidden(run.error)
        self.journal.commit(run.board.board, run.attempt, run.commit())
        self._report("commit", run, run.verdict)

    def _address(self, request: Request) -> str:
        body = f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
        return self.hidden(request.url + body)

    def _report(self, event: str, run: BoardRun, verdict: Verdict | None = None) -> None:
        if self.plan.progress:
            self.plan.progress(
                {
                    "event": event,
                    "source": run.board.source,
                    "board": run.board.board,
                    "verdict": verdict,
                    "postings": run.postings,
                    "error": run.error,
                }
            )

    def closed(self, reason: str) -> None:
        """Commit the boards that an interruption left open, so that the next run crawls them again."""
        for run in list(self.running):
            run.verdict, run.error = Verdict.INTERRUPTED, f"the crawl was interrupted: {reason}"
            self._commit(run)
        self.journal.close()


class _NothingToRead(Exception):
    """There is nothing to read in this answer; the books already state why."""


def _problem(posting: RawPosting) -> str | None:
    for name in ("posting_id", "url", "title"):
        if not str(getattr(posting, name) or "").strip():
            return f"missing {name}"
    return None
