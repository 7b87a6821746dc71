"""PASS, apprenticeships and internships of the French civil service."""

import re
from typing import Any

from crawlers.bases.partner_feed import joined
from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_TAG = re.compile(r"<[^<>]*>")


class PassSpider(XmlFeedSpider):
    """The public feed of all offers, with facts in Dublin Core.

    Shape seen on a recorded feed of 2025, cut to seven offers. Titles are wrapped in links. The creator of an offer is
    a mail address and a telephone number, which are not read.
    """

    name = "pass"
    title = "PASS (French civil service)"
    verified = "recorded feed of 2025"
    hosts = (r"(?:www\.)?pass\.fonction-publique\.gouv\.fr",)
    terms = "a public feed; no terms found"
    redistribution = "parquet_only"
    attribution = "PASS, fonction publique, with a link to the offer"
    aggregator = True
    timezone = "Europe/Paris"
    min_postings = 5  # hundreds in the season
    first_url = "https://www.pass.fonction-publique.gouv.fr/flux/offres"
    id_key = "dc:identifier"
    id_keys = ("guid",)
    ignored_fields = frozenset(
        {
            "dc:creator",
            "dc:description",
            "dc:publisher",
            "author",
            "source",
            "guid",
            "dc:type",
            "dc:title",
            "dc:language",
        }
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        posting_id = self.record_id(record)
        if posting_id is None:
            raise KeyError("dc:identifier")
        record.pop(self.id_key, None)
        text = record.pop("description", None)
        parts = [str(part) for part in text.values() if part] if isinstance(text, dict) else [text]
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("link"),
            title=_words(record.pop("title")),
            hiring_organization=_words(record.get("dc:publisher") or record.get("author")) or None,
            description=joined(*parts),
            location=record.pop("dc:coverage", None) or None,
            date_posted="".join(str(record.pop("pubDate", None) or "").split()) or None,
            start=record.pop("dc:date", None) or None,
            duration=record.pop("dc:format", None) or None,
            employment_type=record.pop("category", None) or None,
            department=record.pop("dc:subject", None) or None,
        )


def _words(value: Any) -> str:
    """Return the words of a value that may be wrapped in a link, as markup or as a record."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return " ".join(_TAG.sub(" ", str(value or "")).split())
