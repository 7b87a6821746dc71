"""rss.xml: RSS 2.0 for feed readers: the facts, the beginning of the text and a link to the posting."""

from __future__ import annotations

from pipeline.products.feeds.formats.base import Format, Header
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.markup import DECLARATION, cdata, escaped
from pipeline.products.feeds.formats.values import rfc_822


def _head(header: Header) -> bytes:
    return (
        f'{DECLARATION}<rss version="2.0">\n<channel>\n'
        f"<title>{escaped(f'Internships from {header.publisher.name}')}</title>\n"
        f"<link>{escaped(header.publisher.url)}</link>\n"
        f"<description>Open internships and micro-internships: {header.entries} in this file.</description>\n"
        f"<lastBuildDate>{rfc_822(header.updated)}</lastBuildDate>\n"
        f"<!-- expectedJobCount {header.entries} -->\n"
    ).encode()


def _entry(entry: Entry) -> bytes:
    return (
        f"<item>\n<title>{cdata(f'{entry.title} ({entry.hiring_organization})')}</title>\n"
        f"<link>{escaped(entry.url)}</link>\n"
        f'<guid isPermaLink="false">{escaped(entry.listing_id)}</guid>\n'
        f"<pubDate>{rfc_822(entry.date_posted)}</pubDate>\n<category>{entry.kind}</category>\n"
        f"<description>{cdata(entry.summary)}</description>\n</item>\n"
    ).encode()


RSS = Format("rss", ".xml", _head, _entry, lambda header: b"</channel>\n</rss>\n")
