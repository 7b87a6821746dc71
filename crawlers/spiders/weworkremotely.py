"""We Work Remotely, a board for remote work."""

import re
from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}\\s*")


class WeWorkRemotelySpider(XmlFeedSpider):
    """The RSS feed of all categories, with the full texts of the newest hundred or so postings.

    Described at weworkremotely.com/remote-job-rss-feed; seen on a recorded, shortened feed of 2026 and the smaller
    one of a category, of 2020. Titles read "Company: Title". The state is not read, because it is set even for
    "Anywhere in the World".
    """

    name = "weworkremotely"
    title = "We Work Remotely"
    verified = "weworkremotely.com/remote-job-rss-feed; recorded feeds of 2020 and 2026"
    hosts = (r"(?:www\.)?weworkremotely\.com",)
    terms = (
        "anyone may use the feed with links back (weworkremotely.com/remote-job-rss-feed), but build no job search on its"
        " data (weworkremotely.com/api-terms-and-guidelines)"
    )
    redistribution = "parquet_only"
    attribution = "We Work Remotely, with a link to the posting, where one applies"
    robots = "allows the feed; asked at run time"
    aggregator = True
    min_postings = 50  # 97 in November 2026
    window = "its newest hundred or so postings"
    first_url = "https://weworkremotely.com/remote-jobs.rss"
    ignored_fields = frozenset({"media:content", "link", "region", "state"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item; its countries, if any, are more precise than its region."""
        employer, colon, title = record.pop("title").partition(":")
        where = _FLAG.sub("", record.pop("country", None) or record.get("region") or "")
        return RawPosting(
            posting_id=record.pop("guid"),
            url=record["link"],
            title=title.strip() if colon else employer,
            hiring_organization=employer.strip() if colon else None,
            description=record.pop("description", None) or None,
            location={"applicantLocationRequirements": where} if where else None,
            date_posted=record.pop("pubDate", None) or None,
            valid_through=record.pop("expires_at", None) or None,
            remote="remote",  # the board lists only remote jobs
            employment_type=record.pop("type", None) or None,
            department=record.pop("category", None) or None,
            skills=record.pop("skills", None) or None,
        )
