"""Job feeds of any site in Indeed's XML dialect."""

from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider, take_facts
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class IndeedXmlSpider(XmlFeedSpider):
    """A feed of ``job`` elements as job boards import it, also compressed; its address is in the registry.

    The dialect is documented at docs.indeed.com/sponsored-jobs-api/shared-resources/xml-job-feed-format. Its feeds are
    complete, so a posting that is missing is closed. Each place of a posting has a reference number of its own.
    ::

        indeedxml,acme,Acme Jobs,https://jobs.acme.example/feed.xml,
    """

    name = "indeedxml"
    title = "Job feeds in Indeed's XML dialect"
    verified = (
        "docs.indeed.com/sponsored-jobs-api/shared-resources/xml-job-feed-format; the feeds are the operator's own"
    )
    terms = "those of whoever publishes the feed, which the operator must know"
    redistribution = "parquet_only"
    attribution = "the feed's publisher, with a link to the posting"
    aggregator = True
    record_tag = "job"
    root_tags = frozenset({"source", "jobs", "feed"})
    id_key = "referencenumber"
    id_keys = ("requisitionid", "id", "jobid")
    ignored_fields = frozenset(
        {
            "referencenumber", "requisitionid", "id", "jobid", "email", "sourcename", "streetaddress", "education", "experience", "canonicalreference",
            "attribution", "timecommitment", "remote_status", "pay_status", "enddate",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job; contacts are not read."""
        posting_id = self.record_id(record)
        if posting_id is None:
            raise KeyError("referencenumber")
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("url"),
            title=record.pop("title"),
            description=record.pop("description", None) or None,
            **take_facts(record),
        )
