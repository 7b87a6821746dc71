"""StartupJobs.cz, a Czech board for start-ups."""

from typing import Any

from scrapy.http import Response

from crawlers.answers.decoding import content_type_of
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.xml_feed import as_record, doubt_about, read_xml
from crawlers.contract.board import Board
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting


def several(value: Any, name: str) -> list[str]:
    """Return a list of the feed, in the form of today or of the older feed.

    >>> several(["Brno, Česko"], "city"), several({"city": "Brno, Česko"}, "city")
    (['Brno, Česko'], ['Brno, Česko'])
    """
    value = value.get(name) if isinstance(value, dict) else value
    return [value] if isinstance(value, str) else list(value or [])


class StartupJobsSpider(JsonApiSpider):
    """A feed for partners with a selection of the offers, in one answer.

    Seen on recorded feeds of 2020 (in XML) and 2025; either is read, as the address in the registry says. Whether other
    partners receive the same selection could not be verified.
    """

    name = "startupjobs"
    title = "StartupJobs.cz"
    verified = "recorded feeds of 2020 and 2025"
    hosts = (r"(?:www\.)?startupjobs\.cz",)
    terms = "a partner's feed, no terms in it; what may be passed on is unknown"
    redistribution = "parquet_only"
    attribution = "StartupJobs.cz, with a link to the offer"
    aggregator = True
    first_url = "https://feedback.startupjobs.cz/feed/juniorguru2.php"
    postings_key = "offers"
    ignored_fields = frozenset({"startupLogo", "startupURL", "lastUpdate"})

    def read_json(self, response: Response) -> Any:
        """Return the feed of today, or the older feed in XML in the same form."""
        if not response.body.lstrip().startswith(b"<"):
            return super().read_json(response)
        root = read_xml(response.body, content_type_of(response))
        if root.tag != "offers":
            raise BrokenAnswer(f"expected <offers>, got <{root.tag}>")
        return {"offers": [as_record(offer) for offer in root.iter("offer")], "error": doubt_about(root, "offer")}

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an offer."""
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("url").strip().partition("?")[0],
            title=record.pop("position"),
            hiring_organization=record.pop("startup", None),
            description=record.pop("description", None),
            location=several(record.pop("cities", None), "city") or None,
            employment_type=", ".join(several(record.pop("jobtypes", None), "jobtype")) or None,
        )
