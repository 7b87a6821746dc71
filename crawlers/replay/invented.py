"""Invented boards for drills, in the wire formats of real sources."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from crawlers.contract.board import Board
from crawlers.replay.faults import Fault
from crawlers.replay.plays import Ask, Reply

DOMAIN = "drill.example"
_NUMBER = re.compile(r"/([0-9]+)(?:-[a-z-]+)?$")  # at the end of the path of a posting's own page


class Page(NamedTuple):
    """One page of a board's list.

    Attributes:
        records: number and title of each posting on the page.
        total: the total that the list states.
        following: the number of the next page; None on the last.
    """

    records: list[tuple[int, str]]
    total: Any
    following: int | None


class Site(NamedTuple):
    """The wire shape of an invented board.

    Attributes:
        url: the address of its list; None where the source derives it from the board's name.
        show: returns the answer for a page of the list.
        posting: returns the answer for a posting's own page, given its number and title; None without such pages.
        postings: the number of postings on the board.
        size: the number of postings on a full page of its list.
        every: one posting in so many is an internship.
        board: the name of the board in the registry.
        declared: the declaration in its row of the registry.
    """

    url: str | None
    show: Callable[[Ask, Page], Reply]
    posting: Callable[[Ask, int, str], Reply] | None = None
    postings: int = 12
    size: int = 1000
    every: int = 2
    board: str = "{name}"
    declared: dict[str, Any] | None = None

    def title(self, number: int) -> str:
        """Return the title of a posting: an internship, or a job that is out of scope."""
        return f"{'Marketing Intern' if (number - 1) % self.every == 0 else 'Senior Engineer'} {number}"


def board_of(fault: Fault) -> Board:
    """Return the board that has a fault.

    >>> from crawlers.replay.faults import FAULTS
    >>> board_of(FAULTS["none"]).url
    'https://none.drill.example/v1/boards/none/jobs?content=true'
    """
    site, label = SITES[fault.source], fault.name.replace("_", "-")
    return Board(
        fault.source,
        site.board.format(name=fault.name, label=label),
        fault.about,
        site.url.format(name=fault.name, host=f"{label}.{DOMAIN}") if site.url else None,
        json.dumps(site.declared) if site.declared else None,
    )


def number_of(path: str) -> int | None:
    """Return the number of the posting whose own page a path leads to; None for every other path.

    >>> number_of("/jobs/3-marketing-intern"), number_of("/jobs?page=2")
    (3, None)
    """
    match = _NUMBER.search(urlsplit(path).path)
    return int(match[1]) if match else None


def offset_of(path: str, body: bytes, size: int) -> int:
    """Return how many postings come before the page of a list that a request asks for.

    >>> offset_of("/jobs?page=3", b"", 4), offset_of("/jobs", b'{"offset": 20}', 20)
    (8, 20)
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    with suppress(ValueError):  # a body that is not JSON asks for the first page
        asked |= json.loads(body or b"{}")
    if "page" in asked:
        return (int(asked["page"]) - 1) * size
    return int(asked.get("offset") or asked.get("skip") or 0)


def answer(ask: Ask, fault: Fault) -> Reply:
    """Return the answer of a board; only `listed` and `total` of its fault are applied here."""
    site = SITES[fault.source]
    if ask.path == "/" or ask.path.startswith(("/robots.txt", "/.well-known/")):
        return _page("Careers", "<p>We build things.</p>") if ask.path == "/" else Reply(404)
    if ask.number is not None and site.posting:
        return site.posting(ask, ask.number, site.title(ask.number))
    numbers = fault.listed(ask, list(range(1, site.postings + 1)), site.size)
    end = ask.offset + site.size
    following = end // site.size + 1 if end < len(numbers) else None
    records = [(number, site.title(number)) for number in numbers[ask.offset : end]]
    return site.show(ask, Page(records, fault.total(ask, len(numbers)), following))


def _text(number: int) -> str:
    return (
        f"<p>A paid 10-week internship, number {number}, in Zürich. You will earn $22 per hour."
        " This is a hybrid internship with 2 days a week in the office.</p>"
    )


def _json(page: Any) -> Reply:
    return Reply(body=json.dumps(page).encode(), headers={"Content-Type": "application/json"})


def _page(title: str, body: str, head: str = "") -> Reply:
    head = f"<head><meta charset='utf-8'><title>{title}</title>{head}</head>"
    text = f"<!doctype html><html>{head}<body>{body}</body></html>"
    return Reply(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def _xml(text: str) -> Reply:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Reply(body=body, headers={"Content-Type": "application/xml"})


def _greenhouse(ask: Ask, page: Page) -> Reply:
    jobs = [
        {
            "id": number,
            "absolute_url": f"https://{ask.host}/jobs/{number}",
            "title": title,
            "content": _text(number),
            "location": {"name": "Zürich"},
            "departments": [{"name": "Marketing"}],
        }
        for number, title in page.records
    ]
    return _json({"jobs": jobs, "meta": {"total": page.total, "day": ask.day}})


def _lever(ask: Ask, page: Page) -> Reply:
    return _json(
        [
            {
                "id": str(number),
                "hostedUrl": f"https://{ask.host}/jobs/{number}",
                "text": title,
                "description": _text(number),
                "categories": {"location": "Zürich"},
                "openingPlain": f"Day {ask.day}",
            }
            for number, title in page.records
        ]
    )


def _smartrecruiters(ask: Ask, page: Page) -> Reply:
    shown = [
        {
            "id": str(number),
            "ref": f"https://{ask.host}/v1/companies/acme/postings/{number}",
            "name": title,
            "location": {"city": "Zürich", "country": "ch"},
        }
        for number, title in page.records
    ]
    return _json({"offset": ask.offset, "totalFound": page.total, "content": shown, "day": ask.day})


def _smartrecruiters_posting(ask: Ask, number: int, title: str) -> Reply:
    return _json({"active": True, "jobAd": {"sections": {"jobDescription": {"title": "Job", "text": _text(number)}}}})


def _workday(ask: Ask, page: Page) -> Reply:
    shown = [
        {"title": title, "externalPath": f"/job/{number}", "locationsText": "Zürich", "postedOn": "Posted 30+ Days Ago"}
        for number, title in page.records
    ]
    return _json({"total": page.total if ask.offset == 0 else 0, "jobPostings": shown, "day": ask.day})


def _workday_posting(ask: Ask, number: int, title: str) -> Reply:
    info = {"id": str(number), "title": title, "jobDescription": _text(number), "location": "Zürich", "posted": True}
    return _json({"jobPostingInfo": info})


def _breezy(ask: Ask, page: Page) -> Reply:
    return _json(
        [
            {
                "id": str(number),
                "friendly_id": f"day-{ask.day}",
                "name": title,
                "url": f"https://{ask.host}/p/{number}",
                "location": {"city": "Zürich", "name": "Zürich"},
            }
            for number, title in page.records
        ]
    )


def _workable(ask: Ask, page: Page) -> Reply:
    """Return a record for each place of a job, as this source sends them."""
    jobs = [
        {
            "shortcode": f"J{number}",
            "title": title,
            "url": f"https://{ask.host}/j/J{number}",
            "description": _text(number),
            "locations": [{"city": city, "country": "Switzerland"}],
        }
        for number, title in page.records
        for city in ("Zürich", "Basel")
    ]
    return _json({"name": "Drill", "jobs": jobs, "day": ask.day})


def _html(ask: Ask, page: Page) -> Reply:
    cards = "".join(
        f'<li class="job"><a href="/jobs/{number}">{title}</a> <span class="place">Zürich</span></li>'
        for number, title in page.records
    )
    following = f'<a rel="next" href="/jobs?page={page.following}">Next</a>' if page.following else ""
    total = f'<p class="total">{page.total} jobs</p>'
    return _page("Jobs", f'{total}<ul class="jobs">{cards}</ul>{following}<!-- day {ask.day} -->')


def _html_posting(ask: Ask, number: int, title: str) -> Reply:
    return _page(title, f'<h1>{title}</h1><div class="text">{_text(number)}</div>')


def _sitemap(ask: Ask, page: Page) -> Reply:
    addresses = "".join(
        f"<url><loc>https://{ask.host}/jobs/{number}-marketing-intern</loc></url>" for number, _ in page.records
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return _xml(f'<urlset xmlns="{space}">{addresses}</urlset><!-- day {ask.day} -->')


def _stated(ask: Ask, number: int, title: str) -> Reply:
    """Return the page of a posting that states it as JSON-LD."""
    record = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": title,
        "url": f"https://{ask.host}{urlsplit(ask.path).path}",
        "hiringOrganization": {"@type": "Organization", "name": "Drill Example"},
        "jobLocation": {"@type": "Place", "address": {"addressLocality": "Zürich", "addressCountry": "CH"}},
        "description": _text(number),
    }
    script = f'<script type="application/ld+json">{json.dumps(record)}</script>'
    return _page(title, f"<h1>{title}</h1><p>Apply on this page.</p>", script)


def _rss(ask: Ask, page: Page) -> Reply:
    items = "".join(
        f"<item><title>{title}</title><link>https://{ask.host}/jobs/{number}</link><guid>{number}</guid>"
        f"<description>{html.escape(_text(number))}</description><location>Zürich</location></item>"
        for number, title in page.records
    )
    return _xml(f'<rss version="2.0"><channel><title>Jobs</title>{items}</channel></rss><!-- day {ask.day} -->')


def _personio(ask: Ask, page: Page) -> Reply:
    positions = "".join(
        f"<position><id>{number}</id><office>Zürich</office><name>{title}</name><jobDescriptions><jobDescription>"
        f"<name>Job</name><value><![CDATA[{_text(number)}]]></value></jobDescription></jobDescriptions></position>"
        for number, title in page.records
    )
    return _xml(f"<workzag-jobs>{positions}</workzag-jobs><!-- day {ask.day} -->")


SITES: dict[str, Site] = {
    "greenhouse": Site("https://{host}/v1/boards/{name}/jobs?content=true", _greenhouse, postings=30),
    "lever": Site(
        "https://{host}/v0/postings/{name}?mode=json&skip=0&limit=100", _lever, postings=305, size=100, every=10
    ),
    "smartrecruiters": Site(
        "https://{host}/v1/companies/{name}/postings?limit=100&offset=0",
        _smartrecruiters,
        _smartrecruiters_posting,
        postings=30,
        size=10,
    ),
    "workday": Site(None, _workday, _workday_posting, postings=50, size=20, every=7, board="{label}.wd1/careers"),
    "breezy": Site("https://{host}/json", _breezy, _stated, every=3),
    "workable": Site("https://{host}/api/v1/widget/accounts/{name}?details=true", _workable),
    "html": Site(
        "https://{host}/jobs",
        _html,
        _html_posting,
        size=4,
        every=3,
        declared={
            "card": "li.job",
            "list": "ul.jobs",
            "total": ".total",
            "fields": {"title": "a", "url": "a @href", "location": ".place", "hiring_organization": "=Drill Example"},
            "detail": {"description": ".text @html"},
        },
    ),
    "jsonld": Site("https://{host}/sitemap.xml", _sitemap, _stated, postings=5, every=1),
    "rss": Site("https://{host}/feed", _rss, declared={"whole": True}),
    "personio": Site("https://{host}/xml?language=en", _personio),
}
