"""Boards that answer in XML: a feed of records, RSS, Atom, or an export of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.board import BoardRun, BoardSpider, BrokenAnswer
from crawlers.manners import MAX_BYTES
from crawlers.unpack import TooLarge, unpacked

Record = dict[str, Any]
ATOM = "http://www.w3.org/2005/Atom"
_OWN = frozenset({None, ATOM, "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"})
# Names that belong to the formats; in other namespaces they say something else (media:title, itunes:author).
_CORE = frozenset({"title", "link", "description", "content", "summary", "id", "guid", "author", "category", "source"})

# What feeds of jobs call a posting's facts, in small letters and without marks: Indeed's dialect and its relatives,
# Google's names, job plug-ins of blogs, career sites. The first that says something counts.
_FACTS: dict[str, tuple[str, ...]] = {
    "hiring_organization": ("company", "companyname", "employer", "hiringorganization", "organization", "organisation"),
    "location": ("location", "joblocation", "locations"),
    "date_posted": ("dateposted", "publishdate", "pubdate", "published", "date", "issued"),
    "valid_through": (
        "validthrough", "expirationdate", "expirydate", "expiresat", "expires", "closingdate", "deadline",
        "applicationdeadline",
    ),
    "start": ("startdate", "jobstartdate"),
    "duration": ("duration", "jobduration", "contractduration"),
    "remote": ("remotetype", "remotestatus", "remote", "joblocationtype", "workplacetype", "telecommute"),
    "employment_type": ("jobtype", "employmenttype", "contracttype", "type"),
    "department": ("department", "category", "jobfunction", "industry"),
    "skills": ("skills",),
    "language": ("language",),
    "apply_url": ("applyurl", "applicationurl"),
}  # fmt: skip
_PLACE = {"city": "city", "region": "region", "state": "region", "postalcode": "postalCode", "country": "country"}
_PAY = re.compile(r"salary|stipend|compensation|remuneration|^pay(?:rate)?$")


class XmlFeedSpider(BoardSpider):
    """A board that sends all its postings in one XML document.

    To use, name the element of a record and write `parse_posting()`, which gets it as a mapping: a
    child's local name (``prefix:name`` where it has a namespace of its own) to its text, to a
    mapping where it has children, or to a list where there are several.

    Attributes:
        record_tag: local name of the element that holds one posting.
        root_tags: local names the document may begin with; anything else is a broken answer.
        id_key: the child with the record's id.
    """

    record_tag: str = "item"
    root_tags: frozenset[str] = frozenset({"rss"})
    id_key: str = "guid"

    def record_id(self, record: Any) -> str | None:
        """Return the record's id."""
        identity = record.get(self.id_key)
        return identity if isinstance(identity, str) and identity else None

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read the feed; a document that ends as it should was seen whole."""
        self.take(self.records(self.read_root(response)), run)
        run.proof = "the whole board in one answer"
        return ()

    def read_root(self, response: Response) -> Any:
        """Return the document's root, if it is one that the source sends."""
        root = read_xml(response.body)
        if etree.QName(root).localname not in self.root_tags:
            raise BrokenAnswer(f"<{etree.QName(root).localname}> where {' or '.join(sorted(self.root_tags))} is due")
        return root

    def records(self, root: Any) -> Iterable[Record]:
        """Return the document's records."""
        return [as_record(element) for element in root.iter(f"{{*}}{self.record_tag}")]


def read_xml(body: bytes) -> Any:
    """Return the root of an XML document, also of a compressed file; no entities, no network, no document type.

    Raises:
        BrokenAnswer: it is not well-formed, or unpacks to more than is read.

    >>> import gzip
    >>> read_xml(b"<jobs><job/></jobs>").tag, read_xml(gzip.compress(b"<urlset/>")).tag
    ('jobs', 'urlset')
    """
    if body.startswith(b"\x1f\x8b"):  # sitemaps and large feeds are often files that end in .gz
        try:
            body = unpacked(body, "gzip", MAX_BYTES)
        except (TooLarge, ValueError) as error:
            raise BrokenAnswer(str(error)) from None
    if re.match(rb"\s*<(?:!doctype\s+)?html[\s>]", body[:500], re.IGNORECASE):
        raise BrokenAnswer("a page of HTML where XML is due")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenAnswer(f"not XML: {' '.join(str(error).split())}") from None


def as_record(element: Any) -> Record:
    """Return an element's children as a mapping.

    >>> as_record(read_xml(b"<job><id>7</id><office>Ulm</office><office>Bonn</office></job>"))
    {'id': '7', 'office': ['Ulm', 'Bonn']}
    """
    record: Record = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        if child.prefix:
            name = f"{child.prefix}:{name}"
        value = as_record(child) if len(child) else (child.text or "").strip()
        if name in record:
            several = record[name] if isinstance(record[name], list) else [record[name]]
            record[name] = [*several, value]
        else:
            record[name] = value
    return record


def take_facts(record: Record) -> dict[str, Any]:
    """Take out of a record what feeds of jobs usually say by these names, as fields of a posting.

    Several amounts, or a place in parts, stay a record of their own names.

    >>> take_facts({"job_listing:company": "Acme", "city": "Ulm", "country": "DE", "jobtype": "", "salary": "unpaid"})
    {'hiring_organization': 'Acme', 'location': {'city': 'Ulm', 'country': 'DE'}, 'pay': 'unpaid'}
    """
    keys = {re.sub(r"[^a-z]", "", key.rpartition(":")[2].lower()): key for key in record}
    said: Record = {}
    for field, names in _FACTS.items():
        for name in names:
            if name in keys and (value := record.pop(keys[name])) and field not in said:
                said[field] = value
    place = {part: value for name, part in _PLACE.items() if name in keys and (value := record.pop(keys[name], None))}
    if place and "location" not in said:
        said["location"] = place
    amounts = [key for name, key in keys.items() if _PAY.search(name)]
    pay = {key.rpartition(":")[2]: value for key in amounts if (value := record.pop(key, None))}
    if pay:
        said["pay"] = next(iter(pay.values())) if len(pay) == 1 else pay
    if isinstance(said.get("department"), list):
        said["department"] = ", ".join(map(str, said["department"]))
    return said


def feed_record(item: Any) -> Record:
    """Return an item of RSS or Atom by its children's local names; Atom keeps addresses and markup in ways of its own.

    >>> item = "<item xmlns:m='urn:m'><title>Intern</title><m:title>Photo</m:title><m:city>Ulm</m:city></item>"
    >>> feed_record(read_xml(item.encode()))
    {'title': 'Intern', 'm:title': 'Photo', 'city': 'Ulm'}
    """
    record: Record = {}
    for child in item.iterchildren(tag=etree.Element):
        name = etree.QName(child)
        key = (
            name.localname
            if name.namespace in _OWN or name.localname not in _CORE
            else f"{child.prefix}:{name.localname}"
        )
        if key == "link" and child.get("href"):
            if child.get("rel", "alternate") != "alternate":
                continue
            value: Any = child.get("href")
        elif key in _CORE and name.namespace == ATOM and len(child):
            value = "".join(etree.tostring(part, encoding="unicode", with_tail=True) for part in child)
        elif key == "category" and child.get("term"):
            value = child.get("label") or child.get("term")
        else:
            value = as_record(child) if len(child) else (child.text or "").strip()
        if key == "category" and key in record:
            value = f"{record[key]}, {value}"
        if value or key not in record:
            record[key] = value
    return record
