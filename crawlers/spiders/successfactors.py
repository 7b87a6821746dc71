"""SAP SuccessFactors career sites."""

import re
from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_PLACE = re.compile(r"\s{0,3}\(([^()]{2,80})\)$")


class SuccessFactorsSpider(XmlFeedSpider):
    """The feed that a career site of the Career Site Builder writes for search engines; a board is the site's host.

    RSS with Google's names for jobs, all postings with their texts in one document. Its address is /sitemal.xml, with
    this spelling (konstantinosanagn/ergon; samples of two sites in a public client's tests), or on other sites
    /googlefeed.xml (colophon-group/jobseek), which the registry then has. No feed was recorded. A title ends with the
    posting's place, which is removed if the feed states the same place. Feeds of more than 50 MB are not read.
    """

    name = "successfactors"
    title = "SAP SuccessFactors"
    verified = "public clients of 2026 (ergon, jobseek) and their samples; no recording, not verified"
    board_pattern = r"[\w-]+(?:\.[\w-]+)+"
    terms = "public feed of the employer's own career site"
    redistribution = "feed"
    first_url = "https://{board}/sitemal.xml"
    id_key = "g:id"
    ignored_fields = frozenset({"guid", "g:image_link", "g:expiration_date", "g:publish_date", "pubDate"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        title, place = record.pop("title"), record.pop("g:location", None) or None
        behind = _PLACE.search(title)
        if behind and place and behind[1].partition(",")[0] == place.partition(",")[0]:
            title = title[: behind.start()]
        function = record.pop("g:job_function", None)
        return RawPosting(
            posting_id=record.pop("g:id", None) or record["guid"],
            url=record.pop("link"),
            title=title,
            hiring_organization=record.pop("g:employer", None) or board.name,
            description=record.pop("description", None) or None,
            location=place,
            date_posted=record.get("g:publish_date") or record.get("pubDate") or None,
            valid_through=record.get("g:expiration_date") or None,
            employment_type=record.pop("g:job_type", None) or None,
            department=function if function != "ATS_WEBFORM" else None,
        )
