"""JobTech, the Swedish employment service's open job data."""

from typing import Any

from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import Offset
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class JobtechSpider(JsonApiSpider):
    """The JobSearch API: a search for internships in Swedish.

    Documented at jobsearch.api.jobtechdev.se; ads were seen in an answer of 2019 of the search engine behind it. Pages
    hold a hundred ads, and the offset is at most 2,000, so 2,100 ads are shown. Contact persons are not read.
    """

    name = "jobtech"
    title = "Arbetsförmedlingen"
    verified = "jobsearch.api.jobtechdev.se; ads of 2019 from the engine behind it, the envelope not verified"
    terms = "open data of the Swedish employment service: jobtechdev.se"
    redistribution = "parquet_only"
    timezone = "Europe/Stockholm"
    attribution = "Arbetsförmedlingen (JobTech), with a link to the ad"
    aggregator = True
    min_postings = 1  # a search of a whole country that finds nothing means that the search has changed
    first_url = "https://jobsearch.api.jobtechdev.se/search?q=praktik&limit=100&offset=0"
    postings_key = "hits"
    total_key = "total.value"
    paging = Offset("offset")
    cap = 2100
    ignored_fields = frozenset(
        {
            "external_id", "original_id", "logo_url", "number_of_vacancies", "salary_type", "application_contacts", "workplace_id",
            "experience_required", "access_to_own_car", "driving_license_required", "driving_license", "access", "label",
            "occupation_group", "occupation_field", "nice_to_have", "last_publication_date", "removed", "removed_date", "source_type",
            "timestamp", "relevance", "keywords", "franchise_id", "trainee", "larling", "open_for_all", "scope_of_work",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting | None:
        """Read an ad; return None for a removed one."""
        if record.get("removed"):
            return None
        posting_id = record.pop("id")
        text, place = record.pop("description", None) or {}, record.pop("workplace_address", None) or {}
        kinds = [record.pop(name, None) or {} for name in ("employment_type", "working_hours_type")]
        wanted = (record.pop("must_have", None) or {}).get("skills") or []
        return RawPosting(
            posting_id=posting_id,
            url=record.pop("webpage_url", None) or f"https://arbetsformedlingen.se/platsbanken/annonser/{posting_id}",
            apply_url=(record.pop("application_details", None) or {}).get("url"),
            title=record.pop("headline"),
            hiring_organization=(record.pop("employer", None) or {}).get("name"),
            description=text.get("text_formatted") or text.get("text"),
            location={
                "city": place.get("city") or place.get("municipality"),
                "region": place.get("region"),
                "country": place.get("country"),
            },
            date_posted=record.pop("publication_date", None),
            valid_through=record.pop("application_deadline", None),
            duration=(record.pop("duration", None) or {}).get("label"),
            pay=record.pop("salary_description", None),
            employment_type=", ".join(kind["label"] for kind in kinds if kind.get("label")) or None,
            department=(record.pop("occupation", None) or {}).get("label"),
            skills=[skill["label"] for skill in wanted if skill.get("label")] or None,
        )
