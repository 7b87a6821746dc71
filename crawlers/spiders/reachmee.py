"""ReachMee career sites, of Nordic employers."""

from typing import Any
from urllib.parse import urlencode

from scrapy import Request

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ReachMeeSpider(XmlFeedSpider):
    """The feed of an employer's open positions; a board is its server, site, installation and customer.

    Shape as clients of 2026 read it (ever-jobs); no recording, not verified. The feed is made for employers' own sites
    and holds the whole board. The names are those of the feed's address: ``site103/6/I005/mau``.
    """

    name = "reachmee"
    title = "ReachMee"
    verified = "as clients of June 2026 read it; no recording, not verified"
    hosts = (
        r"(site[0-9]+)\.reachmee\.com/Public/rssfeed/external\.ashx\?id=([0-9]+)&InstallationID=(I[0-9]+)"
        r"&CustomerName=([\w-]+)",
    )
    board_pattern = r"site[0-9]+/[0-9]+/I[0-9]+/[\w-]+"
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    robots = "no robots.txt on one server (404, 2026-09), others not verified"
    id_key = "CommAdSeqNo"
    id_keys = ("guid", "link")
    ignored_fields = frozenset(
        "CommAdSeqNo guid Position workingHours Org1 Org2 Org3 Area1 Area2 country author category".split()
    )

    def first_request(self, board: Board) -> Request:
        """Request the feed, in English unless the registry has its address."""
        if board.url:
            return super().first_request(board)
        server, site, installation, customer = board.board.split("/")
        query = {"id": site, "InstallationID": installation, "CustomerName": customer, "lang": "UK"}
        address = f"https://{server}.reachmee.com/Public/rssfeed/external.ashx?{urlencode(query)}"
        return super().first_request(board._replace(url=address))

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a position."""
        posting_id = self.record_id(record)
        if posting_id is None:
            raise KeyError("CommAdSeqNo")
        place = [record.get(name) for name in ("Area1", "country")]
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("link"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description=record.pop("description", None) or None,
            location=", ".join(part for part in place if part) or None,
            date_posted=record.pop("pubDate", None) or None,
            valid_through=record.pop("pubDateTo", None) or None,
            employment_type=record.pop("employmentLevel", None) or None,
            department=record.pop("occupationArea", None) or record.get("Org1") or None,
        )
