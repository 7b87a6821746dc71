"""What every spider shares: boards, their books, and the proof that a board was seen whole."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.spiders import Spider
from twisted.python.failure import Failure

from crawlers.journal import Journal
from crawlers.links import absolute_links
from crawlers.plan import CrawlPlan
from crawlers.refusal import Refused, reason_of, verdict_of_status
from crawlers.registry import Board, load_boards, shipped
from normalize.posting import RawPosting
from normalize.scope import in_scope

Then = Callable[..., Iterable[Any]]


class BrokenAnswer(Exception):
    """An answer that is not what the source sends: HTML for JSON, a list without its key."""


class BoardRun:
    """The books of one board in one run.

    Attributes:
        board: the board.
        postings: records the board showed, in scope or not, a repeated one each time.
        ids: the posting ids it showed.
        proof: how we know that all of it was seen; None until we do.
        window: what part of it the source shows at most; None for what the spider says.
        list_url: the address of the list's page that is read, which its relative links belong to.
        asked: detail pages asked for.
        gone: those that are gone, or say that their posting is.
    """

    def __init__(self, board: Board, validators: dict[str, dict[str, str | None]]) -> None:
        self.board = board
        self.known = validators
        self.attempt = 0
        self.started = datetime.now(UTC)
        self.open = self.requests = self.bytes = self.postings = 0
        self.ids: dict[str, None] = {}
        self.out_of_scope = 0
        self.dropped: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.found: list[tuple[RawPosting, Any]] = []
        self.reading_details = False
        self.asked = self.gone = 0
        self.answers: dict[str, dict[str, str | None]] = {}
        self.same = bool(validators)
        self.verdict: str | None = None
        self.error: str | None = None
        self.proof: str | None = None
        self.window: str | None = None
        self.list_url = board.url or ""
        self.total: int | None = None
        self.pages = 0
        self.restarts = 0

    def fail(self, verdict: str, error: str) -> None:
        """Note that something was not read: the board's verdict if nothing was, else it is partial."""
        if self.verdict is None or self.verdict == "partial":
            self.verdict = "partial" if self.pages else verdict
        self.error = self.error or error

    def cut(self, error: str) -> None:
        """Note that the board was not seen whole."""
        self.verdict, self.error = self.verdict or "partial", self.error or error

    def restart(self) -> None:
        """Forget what was read, to read it again from the first page."""
        self.restarts += 1
        self.postings, self.pages, self.total, self.proof = 0, 0, None, None
        self.ids, self.found = {}, []
        self.out_of_scope, self.dropped, self.unread = 0, Counter(), Counter()


class BoardSpider(Spider):
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
        self.journal = Journal(self.plan.run_dir, self.name, self.facts())
        self.running: set[BoardRun] = set()

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """Return what the journal says of the source."""
        names = (
            "verified", "terms", "redistribution", "attribution", "aggregator", "min_postings", "timezone", "robots"
        )  # fmt: skip
        return {"name": cls.title or cls.name, **{name: getattr(cls, name) for name in names}}

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

    def read_detail(self, response: Response, posting: RawPosting, board: Board) -> RawPosting | None:
        """Return the posting with what its own page adds, None if the page says that it is gone."""
        raise NotImplementedError

    # The walking.

    def again(self, run: BoardRun, why: str) -> Iterable[Request]:
        """Read the board once more from the first page; a second time it is left unfinished."""
        if run.restarts:
            run.cut(why + ", twice")
        else:
            run.restart()
            yield self.ask(run, self.first_request(run.board), self.read_list)

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
        if len(run.known) == 1 and not run.reading_details and (known := run.known.get(self._address(request))):
            for header, name in (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified")):
                if value := known.get(name):
                    request.headers[header] = value
        return request

    async def start(self) -> AsyncIterator[Any]:
        """Begin every board."""
        for board in self.boards:
            run = BoardRun(board, self.plan.validators.get((board.source, board.board), {}))
            run.attempt = self.journal.begin(
                board.board, {"at": _instant(self.plan.now), "name": board.name, "url": board.url}
            )
            self.running.add(run)
            self._tell("begin", run)
            try:
                requests = list(self.first_requests(run))
            except Exception as error:  # an address in a registry that is none is that board's fault alone
                reason = " ".join(str(error).split()) if isinstance(error, ValueError) else reason_of(error)
                run.fail("parse_error", f"no first request can be made: {reason}")
                self._commit(run)
                continue
            for request in requests:
                yield request

    def _answered(self, response: Response, run: BoardRun, then: Then, **more: Any) -> Iterator[Any]:
        if Journal.broken:
            raise CloseSpider("a journal cannot be written")
        try:
            self._count(response, run)
            yield from then(response, run, **more) or ()
        except _NoAnswer:
            pass
        except Exception as error:  # a broken structure fails its board, not the run
            if Journal.broken:
                raise
            self.logger.debug("%s", response.url, exc_info=True)
            reason = str(error) if isinstance(error, BrokenAnswer) else reason_of(error)
            run.fail("parse_error", f"{response.url}: {reason}")
            self._keep_what_the_list_said(run, more.get("posting"))
        run.open -= 1
        yield from self._ended(run)

    def _keep_what_the_list_said(self, run: BoardRun, posting: RawPosting | None) -> None:
        """Write a posting whose own page was not read; the next run asks again, even if the list has not changed."""
        if posting:
            run.answers = {}
            self.journal.posting(run.board.board, run.attempt, posting, whole=False)

    def _failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        run: BoardRun = request.cb_kwargs["run"]
        error = failure.value
        assert error is not None
        if isinstance(error, Refused) and error.verdict == "interrupted":
            return  # the board stays open, and `closed` says that it was
        run.requests += 1
        self._keep_what_the_list_said(run, request.cb_kwargs.get("posting"))
        if isinstance(error, Refused):
            run.fail(error.verdict, str(error))
        elif isinstance(error, scrapy.exceptions.NotSupported):  # another scheme than http and https
            run.fail("blocked", f"{request.url}: {reason_of(error)}")
        elif isinstance(error, scrapy.exceptions.IgnoreRequest):
            run.fail("parse_error", reason_of(error))
        else:
            run.fail("timeout", f"{request.url}: {reason_of(error)}")
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
        if verdict := verdict_of_status(response.status):
            run.fail(verdict, f"{response.url}: status {response.status}")
            raise _NoAnswer
        digest = hashlib.sha256(response.body).hexdigest()
        run.answers[address] = {
            "etag": _header(response, "ETag"),
            "last_modified": _header(response, "Last-Modified"),
            "sha256": digest,
        }
        if run.known.get(address, {}).get("sha256") != digest:
            run.same = False

    def take(self, records: Iterable[Any], run: BoardRun) -> int:
        """Read a page's records into the books and return how many were postings."""
        taken = 0
        run.pages += 1
        for record in records:
            known = self.record_id(record)
            try:
                posting = self.parse_posting(record, run.board)
                if posting is None:
                    continue
                problem = _problem(absolute_links(posting, run.list_url).in_words())
            except KeyError as missing:
                posting, problem = None, f"missing {missing.args[0]}"
            except (TypeError, ValueError, AttributeError, IndexError) as error:
                posting, problem = None, f"malformed record: {reason_of(error)[:80]}"
            taken += 1
            run.postings += 1
            if identity := (posting.posting_id if posting else "") or known:
                run.ids[identity] = None
            if problem or posting is None:
                run.dropped[problem or "unreadable"] += 1
                continue
            if isinstance(record, dict):
                run.unread.update(record.keys() - self.ignored_fields)
            posting.source, posting.board = self.name, run.board.board
            posting.fetched_at = _instant(self.plan.now)
            if not self.plan.scope_all and not self.is_candidate(posting):
                run.out_of_scope += 1
                continue
            run.found.append((posting, self.detail_request(posting, run.board)))
        return taken

    def _ended(self, run: BoardRun) -> Iterator[Any]:
        """Go on to the details when the list is read, or commit the board."""
        if run.open:
            return
        if not run.reading_details:
            if run.verdict is None and run.same and run.answers.keys() == run.known.keys():
                run.verdict = "unchanged"
                run.found = []
            run.reading_details = True
            wanted = {posting.posting_id: (posting, request) for posting, request in run.found if request is not None}
            if len(wanted) > self.detail_limit:
                run.cut(
                    f"{len(wanted) - self.detail_limit} of {len(wanted)} detail pages are beyond the board's budget"
                )
            for posting, _ in run.found:
                if posting.posting_id not in wanted:
                    self.journal.posting(run.board.board, run.attempt, posting)
                    yield posting
            for posting, request in list(wanted.values())[: self.detail_limit]:
                run.asked += 1
                yield self.ask(run, request, self._detail, posting=posting)
            run.found = []
        if not run.open:
            self._commit(run)

    def _detail(self, response: Response, run: BoardRun, posting: RawPosting) -> Iterator[Any]:
        if response.status in (404, 410):  # the list is older than the page
            run.ids.pop(posting.posting_id, None)
            run.gone += 1
            run.dropped["detail page is gone"] += 1
            return
        if verdict_of_status(response.status):
            run.cut(f"{response.url}: status {response.status}")
            self._keep_what_the_list_said(run, posting)
            return
        listed = posting.url
        read = self.read_detail(response, posting, run.board)
        if read is None:
            run.ids.pop(posting.posting_id, None)
            run.gone += 1
            run.dropped["detail page says it is gone"] += 1
            return
        absolute_links(read, response.url)
        read.url = read.url or listed
        self.journal.posting(run.board.board, run.attempt, read)
        yield read

    def _commit(self, run: BoardRun) -> None:
        if run not in self.running:
            return
        self.running.discard(run)
        if run.asked > 1 and run.gone == run.asked:  # it is the pages that have changed
            run.cut(f"each of the {run.asked} detail pages is gone or says so")
        run.error = run.error and self.hidden(run.error)
        verdict = run.verdict
        window = (verdict is None and (run.window or self.window)) or None
        if window:
            run.proof, run.error = None, f"the source shows only {window}"
        if verdict is None:
            verdict = "partial" if run.proof is None else "ok" if run.postings else "ok_empty"
            if verdict == "partial":
                run.error = run.error or "the end of the list was not seen"
        self.journal.commit(
            run.board.board,
            run.attempt,
            {
                "verdict": verdict,
                "complete": verdict in ("ok", "ok_empty", "unchanged"),
                "proof": run.proof,
                "window": window,
                "postings": run.postings,
                "out_of_scope": run.out_of_scope,
                "dropped": sum(run.dropped.values()),
                "dropped_reasons": dict(sorted(run.dropped.items())),
                "unread_fields": dict(sorted(run.unread.items())),
                "ids": list(run.ids),
                "requests": run.requests,
                "bytes": run.bytes,
                "started": _instant(run.started),
                "ended": _instant(datetime.now(UTC)),
                "error": run.error,
                "validators": run.answers if verdict in ("ok", "ok_empty", "unchanged", "partial") else {},
            },
        )
        self._tell("commit", run, verdict)

    def _address(self, request: Request) -> str:
        body = f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
        return self.hidden(request.url + body)

    def _tell(self, event: str, run: BoardRun, verdict: str | None = None) -> None:
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
            run.verdict, run.error = "interrupted", f"the crawl was ended: {reason}"
            self._commit(run)
        self.journal.close()


class _NoAnswer(Exception):
    """There is nothing to read in this answer, and the books know why."""


def _problem(posting: RawPosting) -> str | None:
    for name in ("posting_id", "url", "title"):
        if not str(getattr(posting, name) or "").strip():
            return f"missing {name}"
    return None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
