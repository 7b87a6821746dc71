"""The base of spiders for boards that answer in XML: RSS, Atom, or a feed of records of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from html import unescape
from html.entities import html5
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from crawlers.answers.decoding import content_type_of, decoded
from crawlers.answers.links import untracked
from crawlers.bases.books import BoardRun
from crawlers.bases.spider import BoardSpider
from crawlers.politeness.decompress import TooLarge, unpacked
from crawlers.politeness.downloader import MAX_BYTES
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import readable_id

Record = dict[str, Any]
ATOM = "http://www.w3.org/2005/Atom"
_OWN = frozenset({None, ATOM, "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"})
# Names that belong to the formats; in other namespaces they mean something else (media:title, itunes:author).
_CORE = frozenset({"title", "link", "description", "content", "summary", "id", "guid", "author", "category", "source"})

# Names of a posting's fields in feeds of jobs, in small letters and without punctuation: Indeed's dialect and its
# relatives, Google's names, job plug-ins of blogs, career sites. The first name with a value counts.
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
# Elements of HTML; no record has fields of these names.
_HTML = frozenset("p br b i u em strong span div ul ol h1 h2 h3 h4 h5 h6".split())
_PLACE = {"city": "city", "region": "region", "state": "region", "postalcode": "postalCode", "country": "country"}
# Elements with children that may be next to the records of a feed.
_BESIDE = frozenset(
    "channel image textInput skipHours skipDays author contributor category items managingEditor".split()
)
_TROUBLE = re.compile(r"error|exception", re.IGNORECASE)
_COUNT = re.compile(
    r"(?:jobs?|items?|records?|positions?|results?|total)[_-]?(?:count|total|jobs|items)|total", re.IGNORECASE
)
_PAY = re.compile(r"salary|stipend|compensation|remuneration|^pay(?:rate)?$")

# Patterns of `read_xml`, in the order of a document.
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>", re.IGNORECASE)
_DOCUMENT_TYPE = re.compile(r"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->)*<!doctype(?=[\s\[])", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
_DECLARED = re.compile(rf"""{_COMMENT.pattern}|"[^"]*"|'[^']*'|[\[\]>]""", re.DOTALL)
_NAME = r"[A-Za-z_:][\w.:-]{0,60}"
_ENTITY = re.compile(rf"""<!ENTITY\s+({_NAME})\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_LONGEST_ENTITY = 1000  # characters; a few longer ones, nested, would grow to millions
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")
_QUOTES = {'"': "&quot;", "'": "&apos;"}
_REFERENCE = re.compile(rf"&(?!(?:{'|'.join(_PREDEFINED)});)(?:#[0-9]{{1,9}};|#[xX][0-9A-Fa-f]{{1,8}};|{_NAME};)?")
_FAULT = re.compile(  # faults, and the parts to skip: CDATA, comments and instructions, to their end or the document's
    rf"<!\[CDATA\[(?:.*?\]\]>|.*)|{_COMMENT.pattern}|<\?(?:.*?\?>|.*)|<(?=[\s0-9=<$€£&-])|{_REFERENCE.pattern}",
    re.DOTALL,
)
_BREAKS = re.compile(r"[\x0b\x0c]")
_NUMBERED_BREAK = re.compile(r"&#(?:0*1[12]|[xX]0*[bBcC]);")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROOT = re.compile(r"""\s*<(?P<name>[^\s<>!?/"']+)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_PREFIXED = re.compile(r"""</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*["']""")
_XMLNS = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_USUAL = {"atom": ATOM, "fh": "http://purl.org/syndication/history/1.0"}  # the namespaces that spiders use


class XmlFeedSpider(BoardSpider):
    """A board that sends all its postings in one XML document.

    To use, name the element of a record and write `parse_posting()`, which receives the record as a mapping. A
    child's local name (``prefix:name`` in another namespace) maps to its text, to a mapping of its children, or to a
    list if several children have the name.

    Attributes:
        record_tag: local name of the element that holds one posting.
        record_tags: the local names of such elements, where there are several.
        root_tags: local names that the root may have; a document with another root is broken.
        id_key: the name of the child with the record's id.
        id_keys: further names of this child; the first that any record of a feed has counts for the whole feed.
    """

    record_tag: str = "item"
    record_tags: tuple[str, ...] = ()
    root_tags: frozenset[str] = frozenset({"rss"})
    id_key: str = "guid"
    id_keys: tuple[str, ...] = ()

    def record_id(self, record: Any) -> str | None:
        """Return the record's id."""
        name = next((name for name in (self.id_key, *self.id_keys) if name in record), self.id_key)
        return readable_id(untracked(value) if isinstance(value := record.get(name), str) else value)

    def take(self, records: Iterable[Any], run: BoardRun) -> int:
        """Enter records with the id that the feed uses; a record without this id has none, whatever else it states."""
        records, names = list(records), (self.id_key, *self.id_keys)
        used = next((name for name in names for record in records if readable_id(record.get(name))), self.id_key)
        for record in records if self.id_keys else ():
            for name in names:
                if name != used and (name in self.ignored_fields or names.index(name) < names.index(used)):
                    record.pop(name, None)
            record.setdefault(used, "")
        return super().take(records, run)

    def read_list(self, response: Response, run: BoardRun) -> Iterable[Request]:
        """Read the feed; a well-formed document was seen whole."""
        root = self.read_root(response)
        if doubt := doubt_about(root, *(self.record_tags or (self.record_tag,))):
            run.mark_incomplete(doubt)
        self.take(self.records(root), run)
        run.proof = "the whole board in one answer"
        return ()

    def read_root(self, response: Response) -> Any:
        """Return the document's root.

        Raises:
            BrokenAnswer: the root is not one that the source sends.
        """
        root = read_xml(response.body, content_type_of(response))
        if etree.QName(root).localname not in self.root_tags:
            expected = " or ".join(f"<{tag}>" for tag in sorted(self.root_tags))
            raise BrokenAnswer(f"expected {expected}, got <{etree.QName(root).localname}>")
        return root

    def records(self, root: Any) -> Iterable[Record]:
        """Return the document's records."""
        return [as_record(element) for element in root.iter(f"{{*}}{self.record_tag}")]


def doubt_about(root: Any, *tags: str) -> str | None:
    """Return why a feed may hold more postings than those that can be read, None without a sign of it.

    >>> doubt_about(read_xml(b"<jobs><job><id>7</id></job><Job><id>8</id></Job></jobs>"), "job")
    'expected <job>, got <Job>'
    >>> doubt_about(read_xml(b"<jobs><job><text><![CDATA[Hi <job><id>8</id>]]></text></job></jobs>"), "job")
    'the text of a record contains the start of another <job>'
    """
    records = list(root.iter(*(f"{{*}}{tag}" for tag in tags)))
    swallowed = re.compile(rf"<(?:\w+:)?(?:{'|'.join(tags)})(?:\s[^<>]*)?>")
    holders = {record.getparent() for record in records} - {None} or {root, *root.iterchildren("{*}channel")}
    for holder in holders:
        for child in holder.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            if (
                name.localname in tags
                or name.localname in _BESIDE
                or name.namespace not in {*_OWN, root.nsmap.get(None)}
            ):
                continue
            text = (child.text or "").strip()
            if len(child) or name.localname.lower() in tags or _TROUBLE.search(name.localname):
                return f"expected <{tags[0]}>, got <{name.localname}>"
            if _COUNT.fullmatch(name.localname) and text.isdecimal() and int(text) > len(records):
                return f"{len(records)} of {text} postings were shown"
    for record in records:
        if any(swallowed.search(element.text) for element in record.iter(etree.Element) if element.text):
            return f"the text of a record contains the start of another <{tags[0]}>"
    return None


def read_xml(body: bytes, content_type: str = "") -> Any:
    r"""Return the root of an XML document, which may be compressed; no external entity is loaded.

    A document that is not well-formed is repaired where its author's meaning is plain (see `repaired`) and then parsed
    strictly. The parser's own recovery is not used: after a fault it silently closes the wrong element or ends the
    document, and the postings it loses would be closed. A document without its last end tag is never well-formed.

    Args:
        body: the answer's body.
        content_type: the value of the answer's Content-Type header, for its charset.

    Raises:
        BrokenAnswer: the document is not XML, or is too large once unpacked.

    >>> import gzip
    >>> read_xml(b"<jobs><job/></jobs>").tag, read_xml(gzip.compress(b"<urlset/>")).tag
    ('jobs', 'urlset')
    >>> read_xml(b"<job>R&D,&nbsp;K\xf6ln</job>").text
    'R&D,\xa0Köln'
    """
    try:  # sitemaps and large feeds are often files that end in .gz
        body = unpacked(body, "", MAX_BYTES)
    except (TooLarge, ValueError) as error:
        raise BrokenAnswer(str(error)) from None
    text = decoded(body, content_type).strip("\0\ufeff \t\r\n")
    if re.match(r"<(?:!doctype\s+)?html[\s>]", text[:500], re.IGNORECASE):
        raise BrokenAnswer("expected XML, got an HTML page")
    text = _DECLARATION.sub("", text)  # it names an encoding, but the text is already decoded
    if "<!DOCTYPE" not in text:
        with suppress(BrokenAnswer):
            return _parsed(text)
    return _parsed(repaired(text))


def _parsed(text: str) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenAnswer(f"expected XML: {' '.join(str(error).split())}") from None


def repaired(text: str) -> str:
    """Return an XML document's text without the faults that feed readers repair; no element is added or removed.

    The faults are stray ampersands and less-than signs, HTML's named characters, control characters, and undeclared
    prefixes. The document type is removed. References to entities that it declares with a short text are replaced by
    this text; others stay as they are, so that the document cannot grow without bounds.

    Raises:
        BrokenAnswer: the entities make the document too large.

    >>> repaired("<!DOCTYPE a [<!ENTITY co 'Acme'>]><a>&co; &eacute; &what; 1 < 2 &#0;</a>")
    '<a>Acme é &amp;what; 1 &lt; 2 </a>'
    >>> repaired("<a><g:id>7</g:id></a>")
    '<a xmlns:g="urn:prefix:g"><g:id>7</g:id></a>'
    """
    text, entities = _without_document_type(_BREAKS.sub(" ", text))
    text = _CONTROLS.sub("", text)
    room = MAX_BYTES

    def mended(part: re.Match[str]) -> str:
        nonlocal room
        written = part[0]
        if written.startswith("<!["):
            return written
        if written.startswith(("<!--", "<?")):
            return ""
        if written[1:-1] in entities:
            room -= len(entities[written[1:-1]])
            if room < 0:
                raise BrokenAnswer("the document's entities make it too large")
        return _character(written, entities)

    return _with_prefixes(_FAULT.sub(mended, text))


def _character(written: str, entities: dict[str, str]) -> str:
    """Return the XML of the character that a reference, an ampersand or a less-than sign means."""
    if written == "<":
        return "&lt;"
    if written[1:-1] in entities:
        return entities[written[1:-1]]
    if written.startswith("&#") and len(written) > 2:
        character = _CONTROLS.sub("", _BREAKS.sub(" ", unescape(_NUMBERED_BREAK.sub(" ", written))))
        return escape("" if character == "\ufffd" else character, _QUOTES)
    known = html5.get(written[1:]) if len(written) > 1 else None
    return escape(known, _QUOTES) if known else "&amp;" + written[1:]


def _without_document_type(text: str) -> tuple[str, dict[str, str]]:
    """Return a document without its document type, and the entities that this declares with a short text."""
    document_type = _DOCUMENT_TYPE.match(text)
    if not document_type:
        return text, {}
    inside, end = False, len(text)
    for mark in _DECLARED.finditer(text, document_type.end()):
        if mark[0] == ">" and not inside:
            end = mark.end()
            break
        inside = mark[0] == "[" or (inside and mark[0] != "]")
    entities: dict[str, str] = {}
    for name, *values in _ENTITY.findall(_COMMENT.sub("", text[document_type.end() : end])):
        value = _REFERENCE.sub(lambda part: _character(part[0], entities), "".join(values))
        if "<" not in value:  # the value may be used in an attribute
            value = value.replace('"', "&quot;").replace("'", "&apos;")
        if len(value) <= _LONGEST_ENTITY and name not in (*_PREDEFINED, *entities):
            entities[name] = value
    return text[end:], entities


def _with_prefixes(text: str) -> str:
    """Return a document with a declaration of every used prefix in its root."""
    root = _ROOT.match(text)
    if not root:
        return text
    used = {prefix for pair in _PREFIXED.findall(text) for prefix in pair if prefix}
    missing = used - set(_XMLNS.findall(root[0])) - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{prefix}="{_USUAL.get(prefix, f"urn:prefix:{prefix}")}"' for prefix in sorted(missing))
    return text[: root.end("name")] + declared + text[root.end("name") :]


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
        value = _value(child)
        if name in record:
            several = record[name] if isinstance(record[name], list) else [record[name]]
            record[name] = [*several, value]
        else:
            record[name] = value
    return record


def _value(element: Any) -> Any:
    """Return an element's text, its children as a mapping, or its markup where it holds HTML or text between them."""
    if not len(element):
        return (element.text or "").strip()
    mixed = any(text and text.strip() for text in (element.text, *(child.tail for child in element)))
    html = all(etree.QName(child).localname in _HTML for child in element)
    return _markup(element) if mixed or html else as_record(element)


def _markup(element: Any) -> str:
    """Return the contents of an element as HTML."""
    parts = [
        escape(element.text or ""),
        *(etree.tostring(child, encoding="unicode", with_tail=True) for child in element),
    ]
    return "".join(parts).strip()


def take_facts(record: Record) -> dict[str, Any]:
    """Take the fields that have a usual name in feeds of jobs out of a record, as fields of a posting.

    Several amounts, or the parts of a place, become a mapping with the names of the feed.

    >>> take_facts({"job_listing:company": "Acme", "city": "Ulm", "country": "DE", "jobtype": "", "salary": "unpaid"})
    {'hiring_organization': 'Acme', 'location': {'city': 'Ulm', 'country': 'DE'}, 'pay': 'unpaid'}
    """
    keys = {re.sub(r"[^a-z]", "", key.rpartition(":")[2].lower()): key for key in record}
    facts: Record = {}
    for field, names in _FACTS.items():
        for name in names:
            if name in keys and (value := record.pop(keys[name])) and field not in facts:
                facts[field] = value
    place = {part: value for name, part in _PLACE.items() if name in keys and (value := record.pop(keys[name], None))}
    if place and "location" not in facts:
        facts["location"] = place
    amounts = [key for name, key in keys.items() if _PAY.search(name)]
    pay = {key.rpartition(":")[2]: value for key in amounts if (value := record.pop(key, None))}
    if pay:
        facts["pay"] = next(iter(pay.values())) if len(pay) == 1 else pay
    if isinstance(facts.get("department"), list):
        facts["department"] = ", ".join(map(str, facts["department"]))
    return facts


def feed_record(item: Any) -> Record:
    """Return an item of RSS or Atom as a mapping by its children's local names.

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
        elif key == "category" and child.get("term"):
            value = child.get("label") or child.get("term")
        else:
            value = _value(child)
        if key == "category" and key in record:
            value = f"{record[key]}, {value}"
        if value or key not in record:
            record[key] = value
    return record
