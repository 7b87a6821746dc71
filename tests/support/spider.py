"""Runs a spider on invented pages in this process, without Scrapy's engine and without a network."""

import asyncio
import json

from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse
from twisted.python.failure import Failure

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.verdict import Verdict
from crawlers.politeness.refusals import Refused
from normalize.posting import RawPosting
from tests.support.process import journals

SITE = "https://jobs.example"


def crawl(spider, folder, pages, before=None, **plan):
    """Run a spider as Scrapy would; return its commit record, its postings and the addresses that it requested.

    `pages` maps addresses to bodies, statuses or answers; any other address is unreachable. `before` is the commit
    record of an earlier run.
    """
    board = Board(spider.name, "acme", "Acme", f"{SITE}/1")
    known = {name: {board.key: (before or {}).get(name, {})} for name in ("validators", "pages")}
    made = spider(boards=[board], plan=CrawlPlan([board], folder / "run", **known, **plan))
    asked = []

    async def begin():
        return [request async for request in made.start()]

    waiting = asyncio.run(begin())
    while waiting:
        request = waiting.pop(0)
        assert len(asked) < 10_000
        asked.append(request.url.removeprefix(SITE))
        page = pages.get(asked[-1])
        if isinstance(page, list):
            page = page.pop(0)
        if page is None:
            failure = Failure(Refused(Verdict.TIMEOUT, f"not there: {request.url}"))
            failure.request = request
            answer = request.errback(failure)
        elif callable(page):
            answer = request.callback(page(request), **request.cb_kwargs)
        else:
            status = page if isinstance(page, int) else 200
            body = page if isinstance(page, str) else "" if isinstance(page, int) else json.dumps(page)
            kind = HtmlResponse if body.startswith("<") else TextResponse
            response = kind(request.url, status=status, body=body.encode(), encoding="utf-8", request=request)
            answer = request.callback(response, **request.cb_kwargs)
        waiting += [item for item in answer if isinstance(item, Request)]
    made.closed("finished")
    lines = journals(folder / "run")
    (commit,) = [line for line in lines if line["type"] == "commit"]
    return commit, [line for line in lines if line["type"] == "posting"], asked


class Json(JsonApiSpider):
    """A board that answers in JSON with all its postings below ``jobs``."""

    name = "json"
    postings_key = "jobs"

    def parse_posting(self, record, board):
        title = record.get("title", "Intern")
        return RawPosting(posting_id=record.pop("id"), url=SITE, title=title, location=record.get("at"))
