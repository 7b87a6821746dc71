"""Arbeitnow, a German board."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class ArbeitnowSpider(JsonApiSpider):
    """The public API, with vacancies taken from employers' own systems; each page names the next one.

    Documented at www.arbeitnow.com/blog/job-board-api; seen on two recorded, shortened pages of 2026. Others
    counted 34 pages of 175 in 2026. Caches keep each page for days, so pages of different hours are mixed and a posting
    on none of them may still be open. Tags contain changing counts and are not read; types are in the employer's language.
    """

    name = "arbeitnow"
    title = "Arbeitnow"
    verified = "www.arbeitnow.com/blog/job-board-api; recorded pages of 2026, cut"
    hosts = (r"(?:www\.)?arbeitnow\.com",)
    terms = "the API may be used with a link back, texts on the site are for personal use: www.arbeitnow.com/terms"
    redistribution = "parquet_only"
    attribution = "Arbeitnow, with a link to www.arbeitnow.com"
    robots = "allows the API; asked at run time"
    aggregator = True
    min_postings = (
        1000  # some 6,000 in August 2026, a few hundred a page; fewer mean that only the first pages were sent
    )
    window = "pages that caches keep, each from another hour"
    first_url = "https://www.arbeitnow.com/api/job-board-api?page=1"
    postings_key = "data"
    paging = NextLink("links.next")
    id_key = "slug"
    ignored_fields = frozenset({"tags"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        return RawPosting(
            posting_id=record.pop("slug"),
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None),
            description=record.pop("description", None),
            location=record.pop("location", None) or None,
            date_posted=record.pop("created_at", None),
            remote="remote" if record.pop("remote", None) else None,
            employment_type=", ".join(record.pop("job_types", None) or []) or None,
        )
