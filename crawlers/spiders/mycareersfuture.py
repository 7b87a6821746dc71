"""MyCareersFuture, the job bank of the state of Singapore."""

from typing import Any

from crawlers.answers.json_paths import maybe
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import PageNumber
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class MyCareersFutureSpider(JsonApiSpider):
    """The search, newest first, a hundred postings a page, with their texts.

    Shape as clients of 2026 read it (career-ops, ever-jobs); not verified. A sweep takes an hour or more, in which the
    total moves, so a run may end incomplete. Pay is in Singapore dollars. An agency that posts for another employer is
    replaced by that employer where the record names it.
    """

    name = "mycareersfuture"
    title = "MyCareersFuture"
    verified = "as clients of 2026 read it (career-ops, ever-jobs); no recording, not verified"
    hosts = (r"(?:www\.|api\.)?mycareersfuture\.gov\.sg",)
    terms = "not known"
    redistribution = "parquet_only"
    attribution = "MyCareersFuture, with a link to the posting"
    robots = "the site allows all, the API's host has none (2026-08-21)"
    aggregator = True
    timezone = "Asia/Singapore"
    min_postings = 10_000  # 86,000 to 95,000 in 2026
    first_url = "https://api.mycareersfuture.gov.sg/v2/jobs?limit=100&page=0&sortBy=new_posting_date"
    postings_key = "results"
    total_key = "total"
    paging = PageNumber("page", size=100)
    id_key = "uuid"
    ignored_fields = frozenset(
        "uuid sourceCode ssocCode ssocVersion otherRequirements minimumYearsExperience numberOfVacancies psdUrl ssecEqa"
        " ssecFos positionLevels flexibleWorkArrangements schemes screeningQuestions shiftPattern status categories"
        " address metadata salary skills hiringCompany postedCompany employmentTypes workingHours occupationId".split()
    )

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a posting."""
        posting_id = record["uuid"]
        pay = record.get("salary") or {}
        amounts = {"min": pay.get("minimum"), "max": pay.get("maximum"), "period": maybe(pay, "type.salaryType")}
        districts = [place.get("location") for place in maybe(record, "address.districts") or []]
        return RawPosting(
            posting_id=posting_id,
            url=maybe(record, "metadata.jobDetailsUrl") or f"https://www.mycareersfuture.gov.sg/job/{posting_id}",
            title=record.pop("title"),
            hiring_organization=maybe(record, "hiringCompany.name") or maybe(record, "postedCompany.name"),
            description=record.pop("description", None),
            location={"city": next((name for name in districts if name), None) or "Singapore", "country": "SG"},
            date_posted=maybe(record, "metadata.newPostingDate"),
            valid_through=maybe(record, "metadata.expiryDate"),
            pay=amounts | {"currency": "SGD"} if amounts["min"] or amounts["max"] else None,
            employment_type=_named(record.get("employmentTypes"), "employmentType"),
            department=_named(record.get("categories"), "category"),
            skills=_named(record.get("skills"), "skill"),
        )


def _named(entries: Any, key: str) -> str | None:
    """Return the names of a list of records, one behind the other."""
    names = [entry.get(key) for entry in entries or [] if isinstance(entry, dict)]
    return ", ".join(str(name) for name in names if name) or None
