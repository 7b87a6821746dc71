"""What every spider shares: boards, their books, and the proof that a board was seen whole."""

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
from crawlers.answers.main_part import GONE_WORDS
from crawlers.answers.obstacles import obstacle_of
from crawlers.answers.odd_fields import ODD, read_leniently
from crawlers.bases.books import BoardRun, Found
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
    """One spider, many boards: the walking, the books and the verdict.

    To use, subclass a base for the kind of answer, name the source's facts, and write
    `parse_posting()`, which takes a record apart: ``record.pop("title")`` must be there,
    ``record.pop("pay", None)`` may be missing. What nobody read is counted.

    Attributes:
        title: the source's name for people.
        hosts: patterns of careers addresses of this kind, from the host on; the groups, joined by a slash, are the
            board. Beside a pattern may stand the first request of the boards it finds.
        board_pattern: what a board is called; the whole of it must match.
        verified: where the endpoints were documented or seen.
        terms: what its terms say of re-use, in a few words, with their address.
        redistribution: ``feed`` (an employer's own board, or terms that allow it), ``parquet_only`` or ``none``.
        attribution: the credit its terms ask for.
        robots: what is known of the host's stance; the crawl asks anyway.
        aggregator: whether it shows other employers' vacancies.
        min_postings: fewer mean that the source has changed, with the reason beside the number; None for boards
            of single employers, whose number says nothing.
        window: what part of a board its answers hold, where that is only its newest or a sample of it. Such a board is
            never seen whole: what left the window is not closed.
        timezone: the IANA zone in which the days of its deadlines end, for boards of one country; None where it is
            not known, so that a day is over when it is over everywhere.
        key_variables: environment variables that hold a user's free key.
        ignored_fields: fields of a record that are known and not wanted.
        repeats: why the source repeats jobs by design: ``places`` (a record for each place of a job, told apart by
            its place) or ``promoted`` (jobs that are shown on every page); None where a repeat means that the list
            moved while it was paged.
        gone_words: words by which a page says that its posting is gone, in small letters. They count only on a page
            without a readable posting.
        first_url: a board's first request where the registry names none; ``{board}`` stands for the board.
        detail_limit: detail pages asked for one board in one run.
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
    gone_words: tuple[str, ...] = GONE_WORDS
    first_url: str = ""
    detail_limit: int = 500

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.custom_settings or "update_settings" in vars(cls):
            raise TypeError(f"{cls.__name__}: a spider has no settings of its own, manners are the same for all")

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
        """Return the facts of the source, which the journal states."""
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

    # What a base or a source writes.

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Yield the requests a board's crawl begins with."""
        yield self.ask(run, self.first_request(run.board), self.read_list)

    def first_request(self, board: Board) -> Request:
        """Return the request for the first page of a board."""
        url = self.filled(board.url or self.first_url.format(board=board.board))
        if not url:
            raise ValueError("the registry names no address")
        if board.request_json:
            return Request(url, method="POST", body=board.request_json, headers={"Content-Type": "application/json"})
        return Request(url, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """Return headers of the source's own, such as a key from the environment."""
        return {}

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read one page of the list; yield the requests for the next ones."""
        raise NotImplementedError

    def parse_posting(self, record: Any, board: Board) -> RawPosting | None:
        """Return what a record says, None if it is no posting. A missing field raises KeyError."""
        raise NotImplementedError

    def is_candidate(self, posting: RawPosting) -> bool:
        """Tell whether what the list says of a posting lets it be a short-term role or an internship."""
        return in_scope(posting.title, posting.employment_type, posting.description)

    def record_id(self, record: Any) -> str | None:
        """Return a record's id even where the rest of it cannot be read."""
        return None

    def detail_request(self, posting: RawPosting, board: Board) -> Request | None:
        """Return the request for a posting's own page, None if the list says all there is."""
        return None

    def place_of(self, posting: RawPosting | None) -> str | None:
        """Return what tells a posting's records apart, where the source repeats a job for each place by design."""
        return posting.location if posting and self.repeats == "places" else None

    # The walking.

    def again(self, run: BoardRun, why: str) -> Iterable[Request]:
        """Read the board once more from the first page; a second time it is left unfinished."""
        if run.restarts:
            run.cut(why + ", twice")
        else:
            run.restart()
            yield from self.first_requests(run)

    def seen_whole(self, run: BoardRun, proof: str) -> Iterable[Request]:
        """End the list by what proves it complete, unless records repeat: then it moved while it was paged."""
        repeated = run.shown - run.counted
        if repeated and run.pages > 1 and self.repeats != "promoted":
            yield from self.again(run, f"{repeated} of {run.shown} records were repeated while paging")
        else:
            run.proof = proof

    def met_total(self, run: BoardRun) -> Iterable[Request] | None:
        """Compare what was shown with the list's total; return None while more is to come."""
        if run.total is None:
            return None
        if run.counted == run.total:
            run.proof = f"the advertised total of {run.total} was met"
            return ()
        if run.counted > run.total:
            return self.again(run, f"{run.counted} postings were shown, more than the advertised total of {run.total}")
        if run.shown >= run.total and self.repeats != "promoted":
            return self.again(run, f"{run.counted} of {run.total} postings were shown, the other records repeat them")
        return None

    def filled(self, url: str) -> str:
        """Return a URL with the placeholders of keys filled from the environment."""
        if self.plan.replay is None:
            for name in self.key_variables:
                url = url.replace(name.upper(), os.environ.get(name, name.upper()))
        return url

    def hidden(self, text: str) -> str:
        """Return a text with the placeholders of keys where the keys stood; nothing that is kept may hold one."""
        for name in self.key_variables:
            if value := os.environ.get(name):
                text = text.replace(value, name.upper())
        return text

    def ask(self, run: BoardRun, request: Request, then: Then, **more: Any) -> Request:
        """Return a request of a board's crawl; every one comes back, as an answer or as a failure."""
        run.open += 1
        request = request.replace(
            callback=self._answered,
            errback=self._failed,
            dont_filter=True,
            cb_kwargs={"run": run, "then": then, **more},
        )
        request.meta["board"] = run.board
        if self.key_variables:  # a key goes to nobody else
            request.meta["dont_redirect"] = True
        if len(run.known) == 1 and not run.reading_details and not self._due(run):
            known = run.known.get(self._address(request)) or {}
            self._on_condition(request, known.get("etag"), known.get("last_modified"))
        return request

    async def start(self) -> AsyncIterator[Any]:
        """Begin every board."""
        for board in self.boards:
            key = board.key
            run = BoardRun(board, self.plan.validators.get(key, {}), pages_of(self.plan.pages.get(key)))
            run.attempt = self.journal.begin(board, at=iso(self.plan.now))
            self.running.add(run)
            self._tell("begin", run)
            try:
                requests = list(self.first_requests(run))
            except Exception as error:  # an address in a registry that is none is that board's fault alone
                reason = " ".join(str(error).split()) if isinstance(error, ValueError) else reason_of(error)
                run.fail(Verdict.PARSE_ERROR, f"no first request can be made: {reason}")
                self._commit(run)
                continue
            for request in requests:
                yield request

    def _answered(self, response: Response, run: BoardRun, then: Then, **more: Any) -> Iterator[Any]:
        if JournalWriter.broken:
            raise CloseSpider("a journal cannot be written")
        try:
            self._count(response, run)
            yield from then(response, run, **more) or ()
        except _NoAnswer:
            pass
        except Exception as error:  # a broken structure fails its board, not the run
            if JournalWriter.broken:
                raise
            self.logger.debug("%s", response.url, exc_info=True)
            reason = f"{response.url}: {error if isinstance(error, BrokenAnswer) else reason_of(error)}"
            if "posting" in more:
                self._unread(run, more["posting"], obstacle_of(response) or "unreadable", reason)
            else:
                run.fail(Verdict.PARSE_ERROR, reason)
        run.open -= 1
        yield from self._ended(run)

    def _failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        run: BoardRun = request.cb_kwargs["run"]
        error = failure.value
        assert error is not None
        if isinstance(error, Refused) and error.verdict is Verdict.INTERRUPTED:
            return  # the board stays open, and `closed` says that it was
        run.requests += 1
        verdict, reason = Verdict.TIMEOUT, f"{request.url}: {reason_of(error)}"
        if isinstance(error, Refused):
            verdict, reason = error.verdict, str(error)
        elif isinstance(error, scrapy.exceptions.NotSupported):  # another scheme than http and https
            verdict = Verdict.BLOCKED
        elif isinstance(error, ValueError):  # a redirect's address, which could not be taken apart
            verdict = Verdict.BLOCKED
            reason = f"{request.url} redirects to what is no address: {' '.join(str(error).split())}"
        elif isinstance(error, scrapy.exceptions.IgnoreRequest):
            verdict, reason = Verdict.PARSE_ERROR, reason_of(error)
        if "posting" in request.cb_kwargs:
            self._unread(run, request.cb_kwargs["posting"], verdict, reason)
        else:
            run.fail(verdict, reason)
        run.open -= 1
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
            run.answers[address] = run.known.get(address, {})
            run.pages += 1
            raise _NoAnswer
        verdict, obstacle = verdict_of_status(response.status), obstacle_of(response)
        if obstacle:  # whatever its status, it says nothing of the board
            failed = Verdict.BLOCKED if verdict is None or verdict is Verdict.GONE else verdict
            run.fail(failed, f"{obstacle}: {response.url}")
            raise _NoAnswer
        if verdict:
            run.fail(verdict, f"{response.url}: status {response.status}")
            raise _NoAnswer
        run.list_urls |= {page_address(request.url), page_address(response.url)}
        digest = hashlib.sha256(response.body).hexdigest()
        run.answers[address] = {
            "etag": header(response, "ETag"),
            "last_modified": header(response, "Last-Modified"),
            "sha256": digest,
        }
        if run.known.get(address, {}).get("sha256") != digest:
            run.same = False

    def take(self, records: Iterable[Any], run: BoardRun) -> int:
        """Read a page's records into the books and return how many were postings."""
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
            run.found.append(Found(posting, request))
        return taken

    def _ended(self, run: BoardRun) -> Iterator[Any]:
        """Go on to the details when the list is read, or commit the board."""
        if run.open:
            return
        if not run.reading_details:
            run.reading_details = True
            run.list_requests, run.list_ended = run.requests, datetime.now(UTC)
            run.judge_records()
            yield from self._read_details(run)
        if not run.open:
            self._commit(run)

    def _commit(self, run: BoardRun) -> None:
        if run not in self.running:
            return
        self.running.discard(run)
        run.close(self.window)
        run.error = run.error and self.hidden(run.error)
        self.journal.commit(run.board.board, run.attempt, run.commit())
        self._tell("commit", run, run.verdict)

    def _address(self, request: Request) -> str:
        body = f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
        return self.hidden(request.url + body)

    def _tell(self, event: str, run: BoardRun, verdict: Verdict | None = None) -> None:
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
        """Commit what an interruption left open, so that the next run crawls it again."""
        for run in list(self.running):
            run.verdict, run.error = Verdict.INTERRUPTED, f"the crawl was ended: {reason}"
            self._commit(run)
        self.journal.close()


class _NoAnswer(Exception):
    """There is nothing to read in this answer, and the books know why."""


def _problem(posting: RawPosting) -> str | None:
    for name in ("posting_id", "url", "title"):
        if not str(getattr(posting, name) or "").strip():
            return f"missing {name}"
    return None
