"""Any careers site that states its postings as schema.org JobPosting."""

from crawlers.bases.json_ld import JsonLdSpider


class AnyJsonLdSpider(JsonLdSpider):
    """A page, a list or a sitemap at the address in the registry.

    The vocabulary is schema.org/JobPosting, which search engines ask employers to use, see
    developers.google.com/search/docs/appearance/structured-data/job-posting.
    """

    name = "jsonld"
    title = "Careers sites with JSON-LD"
    verified = "schema.org/JobPosting; recorded pages of 2020 to 2026"
    board_pattern = r"[\w.-]+"
    terms = "the employer's own pages"
    redistribution = "feed"
    first_url = "https://{board}/sitemap.xml"
