"""Working Nomads, a board for remote work."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class WorkingNomadsSpider(JsonApiSpider):
    """The public API, a few dozen postings in one answer of the thousands on the site.

    No documentation was found; seen on a recorded, shortened answer of 2026. A posting's address is its only id. There are
    no types and no pay.
    """

    name = "workingnomads"
    title = "Working Nomads"
    verified = "recorded answer of 2026, cut; no documents found"
    hosts = (r"(?:www\.)?workingnomads\.com",)
    terms = "nothing on the API; no competing product: www.workingnomads.com/terms-and-conditions, section 3"
    redistribution = "parquet_only"
    attribution = "Working Nomads, with a link to the posting on www.workingnomads.com"
    robots = "allows everything; asked at run time"
    aggregator = True
    min_postings = 15  # 28 in August 2026
    window = "a few dozen of its postings"
    first_url = "https://www.workingnomads.com/api/exposed_jobs/"
    id_key = "url"

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a record."""
        where = record.pop("location", None)
        return RawPosting(
            posting_id=record["url"],
            url=record.pop("url"),
            title=record.pop("title"),
            hiring_organization=record.pop("company_name", None),
            description=record.pop("description", None),
            location={"applicantLocationRequirements": where} if where else None,
            date_posted=record.pop("pub_date", None),
            remote="remote",  # the board lists only remote jobs
            department=record.pop("category_name", None),
            skills=record.pop("tags", None) or None,
        )
