"""Boards that answer in XML: a feed of records, RSS, Atom, or an export of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.bases.board import BoardRun, BoardSpider, BrokenAnswer

Record = dict[str, Any]


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
        root = read_xml(response.body)
        if etree.QName(root).localname not in self.root_tags:
            raise BrokenAnswer(f"<{etree.QName(root).localname}> where {' or '.join(sorted(self.root_tags))} is due")
        self.take([as_record(element) for element in root.iter(f"{{*}}{self.record_tag}")], run)
        run.proof = "the whole board in one answer"
        return ()


def read_xml(body: bytes) -> Any:
    """Return the root of an XML document; no entities, no network, no document type.

    Raises:
        BrokenAnswer: it is not well-formed.

    >>> read_xml(b"<jobs><job/></jobs>").tag
    'jobs'
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenAnswer(f"not XML: {error}") from None


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
