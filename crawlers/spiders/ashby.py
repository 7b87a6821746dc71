"""Ashby job boards."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class AshbySpider(JsonApiSpider):
    """The job board posting API, the whole board in one answer.

    Documented at developers.ashbyhq.com/docs/public-job-posting-api; shape seen on recorded boards of 2026. `isRemote`
    was true for other workplaces too, so `workplaceType` is read. Board names are case-sensitive.
    """

    name = "ashby"
    title = "Ashby"
    verified = "developers.ashbyhq.com/docs/public-job-posting-api; recorded boards of 2026"
    hosts = (
        r"jobs\.ashbyhq\.com/([^/?#]+)",
        r"api\.ashbyhq\.com/posting-api/job-board/([^/?#]+)",
    )
    terms = "public posting API of the employer's own board"
    redistribution = "feed"
    first_url = "https://api.ashbyhq.com/posting-api/job-board/{board}?includeCompensation=true"
    postings_key = "jobs"
    ignored_fields = frozenset({"isRemote", "descriptionPlain", "team", "shouldDisplayCompensationOnJobPostings"})

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read a record; return None for an unlisted one."""
        if record.pop("isListed", True) is False:
            return None
        address = (record.pop("address", None) or {}).get("postalAddress")
        places = [address or record["location"]]
        for other in record.pop("secondaryLocations", None) or []:
            places.append((other.get("address") or {}).get("postalAddress") or other.get("location"))
        shown = record.pop("location", None)
        if not any((address or {}).values()):
            places[0] = shown
        pay = record.pop("compensation", None) if record.get("shouldDisplayCompensationOnJobPostings", True) else None
        record.pop("compensation", None)
        return RawPosting(
            posting_id=record.pop("id"),
            url=record.pop("jobUrl"),
            apply_url=record.pop("applyUrl", None),
            title=record.pop("title").strip(),
            hiring_organization=board.name,
            description=record.pop("descriptionHtml", None) or None,
            location=[place for place in places if place] or None,
            date_posted=record.pop("publishedAt", None),
            pay=pay if pay and (pay.get("summaryComponents") or pay.get("compensationTiers")) else None,
            remote=record.pop("workplaceType", None),
            employment_type=record.pop("employmentType", None),
            department=record.pop("department", None),
        )
