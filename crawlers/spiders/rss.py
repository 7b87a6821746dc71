"""RSS and Atom feeds of jobs of any site."""

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.bases.books import BoardRun
from crawlers.bases.declared import declaration
from crawlers.bases.html_list import number_in
from crawlers.bases.xml_feed import ATOM, XmlFeedSpider, doubt_about, feed_record, take_facts
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_HISTORY = "http://purl.org/syndication/history/1.0"
MAX_PAGES = 500


class RssSpider(XmlFeedSpider):
    """A feed whose items are postings; its address is in the registry.

    RSS 2.0 and 1.0 (www.rssboard.org/rss-specification) and Atom (RFC 4287), with the elements that feeds of jobs add in
    namespaces of their own: company, location, job type, pay, deadline. A feed shows its newest items. It was seen whole
    if it states that it is complete or leads page by page to its end (RFC 5005), if its total was met (OpenSearch), or
    if the registry declares it; else a posting that leaves the feed is not closed.
    ::

        rss,acme,Acme,https://www.acme.example/jobs/feed,
        rss,acme,Acme,https://www.acme.example/jobs/feed,"{""whole"": true}"
    """

    name = "rss"
    title = "RSS and Atom feeds of jobs"
    verified = "www.rssboard.org/rss-specification, RFC 4287, RFC 5005; the feeds are the operator's own"
    terms = "those of whoever publishes the feed, which the operator must know"
    redistribution = "parquet_only"
    attribution = "the feed's publisher, with a link to the posting"
    aggregator = True
    id_keys = ("id", "link")
    record_tags = ("item", "entry")
    root_tags = frozenset({"rss", "feed", "RDF"})
    ignored_fields = frozenset("author creator updated modified comments commentRss source post-id rights".split())

    def first_request(self, board: Board) -> Request:
        """Request the feed; the declaration in the registry is not sent as a body."""
        declaration(board, ("whole",))
        return super().first_request(board._replace(request_json=None))

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read a page of the feed, and request the next page if there is one."""
        root, before = self.read_root(response), run.counted
        if doubt := doubt_about(root, *self.record_tags):
            run.mark_incomplete(doubt)
        taken = self.take(self.records(root), run)
        channel = next(root.iterchildren("{*}channel"), root)
        links = {link.get("rel"): link.get("href") for link in channel.findall(f"{{{ATOM}}}link")}
        total = number_in(channel.findtext("{*}totalResults"))
        if run.total is not None and total != run.total:
            yield from self.read_again(run, f"the total changed from {run.total} to {total} while paging")
            return
        run.total = total
        if (ended := self.met_total(run)) is not None:
            yield from ended
        elif "next" in links and not (links["next"] and taken):
            run.mark_incomplete("the feed names a next page without its address, or after one without postings")
        elif "next" in links and run.counted == before:
            yield from self.read_again(run, "paging goes in circles: a page repeats the postings of earlier pages")
        elif "next" in links and run.pages >= MAX_PAGES:
            run.mark_incomplete(f"paging does not end within {MAX_PAGES} pages")
        elif "next" in links:
            yield self.ask(run, Request(response.urljoin(links["next"])), self.read_list)
        elif run.total is not None:
            run.mark_incomplete(f"{run.counted} of {run.total} postings were shown")
        elif run.pages > 1:
            yield from self.seen_whole(run, "paging came to its end")
        elif channel.find(f"{{{_HISTORY}}}complete") is not None:
            run.proof = "the feed says that it is complete"
        elif declaration(run.board, ("whole",)).get("whole") is True:
            run.proof = "the whole board in one answer, as the registry says"
        else:
            run.window = 'its newest items, as far as is known; if the feed is complete, declare {"whole": true} for it'

    def records(self, root: Any) -> Iterable[dict[str, Any]]:
        """Return the feed's items as mappings."""
        return [feed_record(item) for item in root.iter("{*}item", "{*}entry")]

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        identity = self.record_id(record)
        link = record.pop("link", None) or record.get("guid") or record.get("id")
        if not link or not identity:
            raise KeyError("link")
        record.pop("guid", None)
        record.pop("id", None)
        texts = [record.pop(name, None) for name in ("encoded", "content", "description", "summary")]
        return RawPosting(
            posting_id=identity,
            url=link,
            title=record.pop("title"),
            description=next((text for text in texts if text), None),
            **take_facts(record),
        )
