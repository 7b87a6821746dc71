"""Hacker News, the monthly thread "Who is hiring?"."""

import html
import re
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

_THREAD = "https://hn.algolia.com/api/v1/search?tags=comment,story_{}&hitsPerPage=1000&page=0"
_TITLE = re.compile(r"who is hiring\?", re.IGNORECASE)
_LINE_END = re.compile(r"<p>|<br>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,200}>")
_ROLE = re.compile(
    r"\b(?:engineer|developer|intern|internship|designer|manager|scientist|analyst|researcher|writer|marketer|lead|devops|sre"
    r"|architect|director|head of|full.?stack|back.?end|front.?end|multiple|roles|positions|founding|student)",
    re.IGNORECASE,
)

# Additions after a company's name: its address, or its batch of an accelerator.
_BESIDE = re.compile(r"\s*(?:\([^()]{0,200}(?:\w\.\w|\bYC)[^()]{0,200}\)|https?:.*)")


class HackerNewsSpider(JsonApiSpider):
    """The newest thread: one top-level comment, one posting, in free words.

    The search API is documented at hn.algolia.com/api; shape seen on whole threads of 2026. By convention the first line
    reads "Company | Role | Place | REMOTE | pay". The author of a comment is personal data and is not read.
    """

    name = "hackernews"
    title = "Hacker News: Who is hiring?"
    verified = "hn.algolia.com/api; recorded threads of 2026"
    hosts = (r"news\.ycombinator\.com",)
    terms = "public comments, linked to; the API asks for no credit"
    redistribution = "parquet_only"
    attribution = "Hacker News, with a link to the comment"
    aggregator = True
    min_postings = 150  # 335 in May 2026; a thread grows for a week
    first_url = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring&query=hiring&hitsPerPage=12"
    postings_key = "hits"
    paging = PageNumber("page", pages_key="nbPages")
    id_key = "objectID"
    ignored_fields = frozenset(
        {
            "author", "_tags", "_highlightResult", "parent_id", "story_id", "story_title", "story_url", "updated_at",
            "created_at", "children", "points", "comment_text",
        }
    )  # fmt: skip

    def first_requests(self, run: BoardRun) -> Iterable[Request]:
        """Request a search for the newest thread."""
        yield self.ask(run, self.first_request(run.board), self.read_threads)

    def first_request(self, board: Board) -> Request:
        """Return the search for threads."""
        return Request(board.url or self.first_url)

    def read_threads(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Request the comments of the newest thread."""
        threads = [hit for hit in self.records(self.read_json(response)) if _TITLE.search(str(hit.get("title")))]
        if not threads:
            raise BrokenAnswer("no thread named Who is hiring?")
        newest = max(threads, key=lambda hit: int(hit["created_at_i"]))
        yield self.ask(run, Request(_THREAD.format(newest["objectID"])), self.read_list)

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a comment; return None for a reply."""
        if record["parent_id"] != record["story_id"] or not record.get("comment_text"):
            return None
        text: str = record["comment_text"]
        first = html.unescape(_TAG.sub("", _LINE_END.split(text.strip(), maxsplit=1)[0])).strip()
        parts = [part.strip() for part in first.split("|") if part.strip()]
        roles = [part for part in parts[1:] if _ROLE.search(part)]
        places = [part for part in parts[1:] if part not in roles and not re.search(r"[$€£]|https?:|[0-9]{2}", part)]
        posting_id = record.pop("objectID")
        return RawPosting(
            posting_id=posting_id,
            url=f"https://news.ycombinator.com/item?id={posting_id}",
            title=(roles[0] if roles else first)[:200] or "Comment",
            hiring_organization=_BESIDE.sub("", parts[0])[:120] or None if len(parts) > 1 else None,
            description=text,
            location=" | ".join(places)[:300] or None,
            date_posted=record.pop("created_at_i", None) or record.pop("created_at", None),
        )
