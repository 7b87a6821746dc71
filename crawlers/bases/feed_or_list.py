"""The base of spiders for sources with an XML feed, and a list of HTML pages for boards without the feed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.html_list import HtmlListSpider
from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class FeedOrListSpider(XmlFeedSpider, HtmlListSpider):
    """A board that is read from its feed, or from its list where the registry has the list's address.

    To use, give what both bases need, and write `parse_item()`, which receives a record of the feed, `parse_card()`,
    which receives a card of the list, and `card_id()`.

    Attributes:
        list_path: the end of the path of the list's address.
    """

    list_path: str = ""

    def is_list(self, board: Board) -> bool:
        """Tell whether the registry has the address of the list."""
        return urlsplit(board.url or "").path.rstrip("/").endswith(self.list_path)

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Any]:
        """Read the feed, or a page of the list."""
        base = HtmlListSpider if self.is_list(run.board) else XmlFeedSpider
        yield from base.read_list(self, response, run)

    def record_id(self, record: Any) -> str | None:
        """Return the id of a record of the feed or of a card of the list."""
        return self.card_id(record) if isinstance(record, Tag) else super().record_id(record)

    def parse_posting(self, record: Any, board: Board) -> RawPosting | None:
        """Read a record of the feed or a card of the list."""
        return self.parse_card(record, board) if isinstance(record, Tag) else self.parse_item(record, board)

    def card_id(self, card: Tag) -> str | None:
        """Return the id of a card, which is that of the same posting in the feed."""
        raise NotImplementedError

    def parse_card(self, card: Tag, board: Board) -> RawPosting | None:
        """Return the posting of a card, None if the card is not a posting."""
        raise NotImplementedError

    def parse_item(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Return the posting of a record of the feed, None if the record is not a posting."""
        raise NotImplementedError
