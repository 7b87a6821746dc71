"""JobPostings that pages state as JSON-LD, read into postings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup
from scrapy.http import Response

from crawlers.answers.decoding import page_of
from crawlers.answers.lenient import read_lenient
from crawlers.answers.obstacles import is_unrendered
from crawlers.answers.odd_fields import read_leniently
from crawlers.answers.own_posting import are_beside, identifier_of, own_posting, plain
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

Record = dict[str, Any]

_JOB_POSTING = re.compile(r"Job\s?Posting", re.IGNORECASE)
_KIND = re.compile(r"(?:^|[/:#])Job\s?Posting$", re.IGNORECASE)
# Keys that lead from a node of a graph to the postings that the node is about.
_FOLLOWED = "@graph @list @set itemListElement item mainEntity mainEntityOfPage about hasPart".split()


def job_postings(response: Response) -> list[Record]:
    """Return every JobPosting of a page as the page states it; an unreadable script is skipped."""
    return [record for text in scripts(page_of(response)) for record in postings_in(text)]


def scripts(page: BeautifulSoup) -> list[str]:
    """Return the texts of a page's JSON-LD scripts."""
    elements = page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE))
    return [script.get_text() for script in elements]


def stated_of(posting: RawPosting, response: Response) -> Record:
    """Return the JobPosting that a posting's own page states about the posting.

    Raises:
        BrokenAnswer: the page states no JobPosting of this posting, or several and it is not clear which is right.

    >>> from scrapy.http import HtmlResponse
    >>> stated_of(RawPosting(title="Intern"), HtmlResponse("https://a.example/jobs/7", body=b"Hello"))
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the page has no JobPosting of this posting
    """
    record = own_statement(posting, response)
    if record is None:
        raise BrokenAnswer("the page has no JobPosting of this posting")
    return record


def own_statement(posting: RawPosting, response: Response) -> Record | None:
    """Return the JobPosting that a posting's own page states about the posting, None without one.

    Raises:
        BrokenAnswer: a JobPosting on the page may be of this posting, but is unreadable or cannot be recognized.

    >>> page = b"<script type='application/ld+json'>{'@type': 'JobPosting', </script><p id=text>Draw ferns.</p>"
    >>> own_statement(RawPosting(title="Intern"), Response("https://a.example/jobs/7", body=page))
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: a JobPosting on the page cannot be read
    """
    texts = scripts(page_of(response))
    records = [record for text in texts for record in postings_in(text)]
    unreadable = any(_is_unreadable(text) for text in texts)
    record = own_posting(records, posting, response, certain=unreadable)
    if record is None and unreadable:
        raise BrokenAnswer("a JobPosting on the page cannot be read")
    if record is None and records and not are_beside(records, posting, response):
        raise BrokenAnswer("none of the JobPostings on the page can be recognized as this posting")
    return record


def _is_unreadable(text: str) -> bool:
    """Tell whether a JSON-LD text names a JobPosting and cannot be read."""
    try:
        return bool(_JOB_POSTING.search(text)) and read_lenient(text) is None
    except ValueError:
        return True


def postings_in(text: str) -> list[Record]:
    """Return the JobPostings of a JSON-LD text, including those in arrays and graphs; small faults are repaired.

    >>> [record["title"] for record in postings_in('{"@graph": [{"@type": ["JobPosting"], "title": "Intern"}]}')]
    ['Intern']
    >>> [record["title"] for record in postings_in("{'@type': 'jobPosting', title: null, name: 'Intern',};")]
    ['Intern']
    """
    if not _JOB_POSTING.search(text):
        return []
    try:
        return list(_walk(read_lenient(text)))
    except ValueError:
        return []


def doubt_about(text: str) -> str | None:
    """Return why a JSON-LD text may lack postings of its list, None where it is readable throughout."""
    if not _JOB_POSTING.search(text):
        return None
    try:
        data = read_lenient(text)
    except ValueError:
        data = None
    if data is None:
        return "a JobPosting of the list cannot be read"
    for entries in _item_lists(data):
        items = [entry.get("item", entry) if isinstance(entry, dict) else entry for entry in entries]
        if not all(isinstance(item, (dict, str)) and item for item in items):
            return "an entry of the list cannot be read"
    return None


def number_of_items(text: str) -> int:
    """Return the number of postings that a JSON-LD text states for its list, 0 where it states none.

    >>> number_of_items('{"@type": "ItemList", "numberOfItems": "8"}'), number_of_items('{"@type": "Thing"}')
    (8, 0)
    """
    if '"numberOfItems"' not in text:
        return 0
    try:
        data = read_lenient(text)
    except ValueError:
        return 0
    nodes = [data] if isinstance(data, dict) else data if isinstance(data, list) else []
    nodes += [node for entry in list(nodes) if isinstance(entry, dict) for node in _listed(entry.get("@graph"))]
    numbers = []
    for entry in nodes:
        if isinstance(entry, dict) and entry.get("@type") == "ItemList":
            stated, entries = plain(entry.get("numberOfItems")), entry.get("itemListElement")
            if stated.isdecimal() and (not entries or any(True for _ in _walk(entries))):
                numbers.append(int(stated))
    return max(numbers, default=0)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _item_lists(data: Any, depth: int = 0) -> Iterator[list[Any]]:
    """Yield the entries of every list in some JSON-LD that holds a JobPosting."""
    if depth > 12 or not isinstance(data, (list, dict)):
        return
    if isinstance(data, dict):
        entries = data.get("itemListElement")
        if isinstance(entries, list) and any(True for _ in _walk(entries)):
            yield entries
    for part in data if isinstance(data, list) else [data[key] for key in _FOLLOWED if key in data]:
        yield from _item_lists(part, depth + 1)


def _walk(data: Any, depth: int = 0) -> Iterator[Record]:
    if depth > 12:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _walk(entry, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if any(_KIND.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            if not plain(data.get("title")) and (name := plain(data.get("name"))):
                del data["name"]
                data["title"] = name
            yield data
            return
        for key in _FOLLOWED:
            if key in data:
                yield from _walk(data[key], depth + 1)


def stated_posting(record: Record, url: str) -> RawPosting:
    """Return a JobPosting as a posting; without an address of its own it has the page's.

    Parts of odd shape are left out and named in the posting's `odd`.

    >>> stated_posting({"title": "Intern", "description": "Draw ferns.", "workHours": "20 a week"}, "/7").description
    'Draw ferns.\\n\\n20 a week'
    """
    posting = read_leniently(lambda record: _stated(record, url), record)
    assert posting is not None
    return posting


def _stated(record: Record, url: str) -> RawPosting:
    title, address = record["title"], plain(record.get("url")) or url
    employer = record.get("hiringOrganization")
    if isinstance(employer, list):
        employer = employer[0] if employer else None
    return RawPosting(
        posting_id=identifier_of(record) or address,
        url=address,
        title=plain(title) or title,
        hiring_organization=employer.get("name") if isinstance(employer, dict) else employer,
        description=_text(record),
        location=_location(record),
        date_posted=record.get("datePosted"),
        valid_through=record.get("validThrough"),
        start=record.get("jobStartDate"),
        duration=record.get("jobDuration"),
        pay=_pay(record.get("baseSalary") or record.get("estimatedSalary")),
        remote=record.get("jobLocationType"),
        employment_type=_joined(record.get("employmentType")),
        department=record.get("occupationalCategory") if isinstance(record.get("occupationalCategory"), str) else None,
        skills=_joined(record.get("skills")),
        education=record.get("educationRequirements") or None,
        language=record.get("inLanguage") if isinstance(record.get("inLanguage"), str) else None,
    )


def _text(record: Record) -> Any:
    """Return a posting's text, with the parts of it that some pages state as separate properties."""
    text = plain(record.get("description")) or record.get("description")
    text = None if is_unrendered(text) else text
    description = text if isinstance(text, str) else ""
    others = [record.get(name) for name in ("responsibilities", "qualifications", "workHours")]
    more = [part for part in others if isinstance(part, str) and part.strip() and part not in description]
    return "\n\n".join(part for part in (description, *more) if part) if more else text


def add_stated(posting: RawPosting, record: Record) -> RawPosting:
    """Fill the empty fields of a posting from a card with the values of its JobPosting.

    >>> add_stated(RawPosting(title="Intern"), {"title": "Intern (m/w/d)", "description": "Six weeks"}).description
    'Six weeks'
    """
    stated = stated_posting(record, posting.url)
    for name, value in stated.to_dict().items():
        if not getattr(posting, name):
            setattr(posting, name, value)
    posting.odd += stated.odd
    return posting


def _location(record: Record) -> Any:
    """Return the places of work and the places where applicants must live, as the page states them."""
    places, applicants = record.get("jobLocation"), record.get("applicantLocationRequirements")
    if applicants:
        return {"jobLocation": places, "applicantLocationRequirements": applicants}
    return places


def _pay(salary: Any) -> Any:
    """Return a salary, None where it has no amount; some boards send an empty one."""
    if isinstance(salary, dict):
        value = salary.get("value")
        numbers = value if isinstance(value, dict) else salary
        if not any(numbers.get(name) for name in ("value", "minValue", "maxValue")) and not isinstance(
            value, (int, float, str)
        ):
            return None
    return salary or None


def _joined(value: Any) -> Any:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else value
