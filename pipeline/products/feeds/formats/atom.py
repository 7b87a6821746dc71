"""atom.xml: Atom for feed readers, with a tombstone (RFC 6721) for every listing that closed recently."""

from __future__ import annotations

from pipeline.products.feeds.formats.base import Format, Header
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.markup import DECLARATION, cdata, escaped


def _head(header: Header) -> bytes:
    follower = f'<link rel="next" href="{header.next}"/>\n' if header.next else ""
    return (
        f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">\n'
        f"<id>{escaped(header.publisher.url)}</id>\n"
        f"<title>{escaped(f'Internships from {header.publisher.name}')}</title>\n"
        f"<subtitle>Open internships and micro-internships: {header.entries} in this file.</subtitle>\n"
        f"<updated>{header.updated}</updated>\n{follower}<!-- expectedJobCount {header.entries} -->\n"
    ).encode()


def _entry(entry: Entry) -> bytes:
    published = f"{entry.date_posted}T00:00:00Z"
    return (
        f"<entry>\n<id>{_urn(entry.listing_id)}</id>\n<title>{cdata(entry.title)}</title>\n"
        f'<link rel="alternate" href="{escaped(entry.url)}"/>\n'
        f"<author><name>{cdata(entry.hiring_organization)}</name></author>\n"
        f"<published>{published}</published>\n<updated>{entry.updated_at or published}</updated>\n"
        f'<category term="{entry.kind}"/>\n<summary type="html">{cdata(entry.summary)}</summary>\n</entry>\n'
    ).encode()


def _tail(header: Header) -> bytes:
    tombstones = (f'<at:deleted-entry ref="{_urn(name)}" when="{at}"/>\n' for name, at in header.gone)
    return f"{''.join(tombstones)}</feed>\n".encode()


def _urn(listing_id: str) -> str:
    return f"urn:internfeed:{escaped(listing_id)}"


ATOM = Format("atom", ".xml", _head, _entry, _tail)
