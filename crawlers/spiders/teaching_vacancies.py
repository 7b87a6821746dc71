"""Teaching Vacancies, the job board of the Department for Education for schools in England."""

from typing import Any

from crawlers.answers.statements import stated_posting
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.paging import NextLink
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class TeachingVacanciesSpider(JsonApiSpider):
    """The open vacancies as JobPosting objects, page by page, under the Open Government Licence.

    Shape as the service's own source code writes it (github.com/DFE-Digital/teaching-vacancies, app/controllers/api);
    no recording. An address is the id of a vacancy.
    """

    name = "teaching_vacancies"
    title = "Teaching Vacancies"
    verified = "github.com/DFE-Digital/teaching-vacancies (app/controllers/api); no recording, not verified"
    hosts = (r"teaching-vacancies\.service\.gov\.uk",)
    terms = "Open Government Licence 3.0, named in each answer"
    redistribution = "feed"
    attribution = "Teaching Vacancies, Department for Education, under the Open Government Licence 3.0"
    robots = "filtered searches are refused, the API is not (by its source code)"
    aggregator = True
    min_postings = 100  # schools advertise all year, thousands in spring
    timezone = "Europe/London"
    first_url = "https://teaching-vacancies.service.gov.uk/api/v1/jobs.json?page=1"
    postings_key = "data"
    total_key = "meta.count"
    total_is_optional = True
    paging = NextLink("links.next")
    id_key = "url"

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a vacancy."""
        address = record["url"]
        posting = stated_posting(dict(record), address)
        record.clear()
        posting.posting_id = address
        return posting
