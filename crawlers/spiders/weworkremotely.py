"""We Work Remotely, a board for remote work."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from bs4 import Tag
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.bases.books import BoardRun
from crawlers.bases.feed_or_list import FeedOrListSpider
from crawlers.bases.html_list import text_of
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}\\s*")
_LINK = "a[href^='/remote-jobs/']"
_TAGS = ".new-listing__categories__category:not([class*=--featured], [class*=--top-company])"


class WeWorkRemotelySpider(FeedOrListSpider):
    """The RSS feed of all categories, with the full texts of the newest hundred or so postings.

    Described at weworkremotely.com/remote-job-rss-feed; seen on a recorded, shortened feed of 2026 and the smaller
    one of a category, of 2020. Titles read "Company: Title". The state is not read, because it is set even for
    "Anywhere in the World".

    The page of all categories, https://weworkremotely.com/remote-jobs, is read where the registry has it: without texts
    and days, at most 25 postings a category, so it is never whole. Shape seen on a recorded page of July 2026.
    """

    name = "weworkremotely"
    title = "We Work Remotely"
    verified = "weworkremotely.com/remote-job-rss-feed; recorded feeds of 2020 and 2026, recorded list of 2026"
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
    list_path = "/remote-jobs"
    card_selector = f"section.jobs li:has({_LINK})"
    ignored_fields = frozenset({"media:content", "link", "region", "state"})

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read the feed, or the page of all categories."""
        yield from super().read_list(response, run)
        if self.is_list(run.board) and page_of(response).select_one("section.jobs a[href^='/categories/']"):
            run.mark_incomplete("the page shows at most 25 postings of a category")

    def card_id(self, card: Tag) -> str | None:
        """Return the address of a posting, which is its id in the feed too."""
        link = card.select_one(_LINK)
        return urljoin("https://weworkremotely.com/", str(link["href"])) if link else None

    def parse_card(self, card: Tag, board: Board) -> RawPosting:
        """Read a card; after its badges it states the kind of employment, often the pay, and where one may live."""
        if (address := self.card_id(card)) is None:
            raise KeyError("link")
        tags = [text_of(tag) or "" for tag in card.select(_TAGS)]
        pay = next((tag for tag in tags if "$" in tag), None)
        where = ", ".join(_FLAG.sub("", tag) for tag in tags[1:] if tag and tag != pay)
        return RawPosting(
            posting_id=address,
            url=address,
            title=text_of(card, ".new-listing__header__title__text") or text_of(card, "h3, h4, .title") or "",
            hiring_organization=text_of(card, ".new-listing__company-name"),
            location={"applicantLocationRequirements": where} if where else None,
            pay=pay,
            remote="remote",
            employment_type=tags[0] if tags else None,
        )

    def parse_item(self, record: dict[str, Any], board: Board) -> RawPosting:
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
