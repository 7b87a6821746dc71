"""A crawl of the boards of a plan, until each has its commit record."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawlers.boards.sources import spiders
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.clock import iso
from crawlers.contract.commit import Commit
from crawlers.contract.journal import JournalWriter, read_run
from crawlers.contract.plan import CrawlPlan, ProgressEvent
from crawlers.contract.source import SourceFacts
from crawlers.contract.verdict import Verdict
from crawlers.politeness.downloader import PoliteDownloader
from crawlers.politeness.session import settings_for
from crawlers.replay.recordings import Recorder, Recording
from crawlers.settings import stand_in


def crawl(plan: CrawlPlan) -> None:
    """Crawl every board of a plan; return when each has a commit record. A process can call this only once.

    Raises:
        ValueError: the replay folder is invalid, or the environment sets a proxy.
        OSError: a journal could not be written; the commit records written before are kept.
    """
    JournalWriter.broken = None
    known = spiders()
    by_source: dict[str, list[Board]] = defaultdict(list)
    for board in plan.boards:
        by_source[board.source].append(board)
    recording = Recording(plan.replay) if plan.replay else None
    requested = {}
    for source, boards in sorted(by_source.items()):
        if source not in known:
            _skip(plan, source, SourceFacts(source), boards, f"no spider reads {source}")
        elif missing := [] if recording else [name for name in known[source].key_variables if not os.environ.get(name)]:
            reason = f"this source needs your own key: set {' and '.join(missing)} in the environment"
            _skip(plan, source, known[source].facts(), boards, reason)
        else:
            requested[source] = boards
    if not requested:
        return
    secrets = {name: os.environ.get(name, "") for source in requested for name in known[source].key_variables}
    all_boards = [board for boards in requested.values() for board in boards]
    recorder = Recorder(plan.record, all_boards, secrets) if plan.record else None
    downloader = PoliteDownloader(
        plan.delay,
        plan.loopback_allowed,
        recording,
        recorder,
        plan.run_dir.parent / "robots.json",
        plan.stand_in or stand_in(),
    )
    settings = settings_for(downloader)
    process = AsyncCrawlerProcess(settings)
    for source, boards in requested.items():
        crawler = process.create_crawler(known[source])
        _check_settings(crawler, settings)
        process.crawl(crawler, boards=boards, plan=plan)
    if plan.progress:
        from twisted.internet import reactor  # the reactor that the process has installed

        # The last step of startup: the crawl has installed its signal handlers, and the callback may replace them.
        last = "after", "startup", plan.progress, {"event": "start"}
        reactor.callWhenRunning(reactor.addSystemEventTrigger, *last)
    process.start()
    if JournalWriter.broken:
        raise JournalWriter.broken
    downloader.rules.save()
    if recorder:
        recorder.close()


def check(
    boards: list[Board],
    progress: Callable[[ProgressEvent], None] | None = None,
    stand_in: str | None = None,
    replay: Path | None = None,
) -> list[Commit]:
    """Crawl boards once, keep nothing, and return their commit records in the order of the boards.

    Args:
        progress, stand_in, replay: as in `crawlers.contract.plan.CrawlPlan`.
    """
    with tempfile.TemporaryDirectory(prefix="internfeed-") as folder:
        crawl(CrawlPlan(boards, Path(folder) / "run", progress=progress, stand_in=stand_in, replay=replay))
        answers = {
            BoardKey(journal.source, answer.board): answer.commit
            for journal in read_run(Path(folder, "run"))
            for answer in journal.boards.values()
        }
        return [answers[board.key] for board in boards]


def _check_settings(crawler: Crawler, settings: Settings) -> None:
    """Reject a spider that has settings of its own.

    Raises:
        TypeError: the settings of the spider's crawler differ from those of the crawl.
    """
    changed = [name for name in settings if crawler.settings[name] != settings[name]]
    if changed or len(crawler.settings) != len(settings):
        name = crawler.spidercls.__name__
        raise TypeError(f"{name} must not have settings of its own: {', '.join(changed) or 'new ones'}")


def _skip(plan: CrawlPlan, source: str, facts: SourceFacts, boards: list[Board], reason: str) -> None:
    journal = JournalWriter(plan.run_dir, source, facts)
    at = iso(plan.now)
    commit = Commit(Verdict.SKIPPED, error=reason, started=at, ended=at)
    for board in boards:
        attempt = journal.begin(board, at)
        journal.commit(board.board, attempt, commit)
        if plan.progress:
            plan.progress(
                {
                    "event": "commit",
                    "source": source,
                    "board": board.board,
                    "verdict": commit.verdict,
                    "postings": commit.postings,
                    "error": commit.error,
                }
            )
    journal.close()
