"""Job feeds of any site in Jooble's XML dialect."""

from typing import Any

from crawlers.bases.partner_feed import PartnerFeedSpider
from crawlers.bases.xml_feed import take_facts
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class JoobleXmlSpider(PartnerFeedSpider):
    """A feed of ``job`` elements as Jooble sends it, and as sites send it to Jooble; its address is in the registry.

    Shape seen on a recorded feed of 2025, cut to two offers, and documented at jooble.org/info/xml-guide. Feeds are
    complete, so a posting that is missing is closed.
    ::

        jooblexml,acme,Acme Jobs,https://jobs.acme.example/jooble.xml,
    """

    name = "jooblexml"
    title = "Job feeds in Jooble's XML dialect"
    verified = "recorded feed of 2025; jooble.org/info/xml-guide"
    attribution = "the feed's publisher, with a link to the posting"
    record_tag = "job"
    root_tags = frozenset({"jobs"})
    id_key = "guid"
    id_keys = ("referencenumber", "id")
    ignored_fields = frozenset(
        {"referencenumber", "guid", "id", "cpc", "currency", "date_updated", "updated", "link", "name"}
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a job; the place and the pay are elements with parts, or words."""
        posting_id = self.record_id(record)
        if posting_id is None:
            raise KeyError("guid")
        place, pay = record.pop("region", None), record.pop("salary", None)
        if isinstance(place, dict):
            place = {part: value for part in ("city", "state", "country") if (value := place.get(part))}
        if isinstance(pay, dict):
            pay = {part: value for part, value in pay.items() if value}
            pay = pay if pay.get("min") or pay.get("max") else None
        deadline = record.pop("date_expired", None) or record.pop("expire", None) or None
        facts: dict[str, Any] = {"valid_through": deadline, "location": place or None, "pay": pay or None} | take_facts(
            record
        )
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("url", None) or record["link"],
            title=record.pop("title", None) or record["name"],
            description=record.pop("description", None) or None,
            **facts,
        )
