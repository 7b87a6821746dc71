"""Compressed answers, unpacked within bounds: a few kilobytes may not become gigabytes."""

from __future__ import annotations

import zlib


class TooLarge(Exception):
    """What was sent unpacks to more than is read."""


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """Return a body without its Content-Encoding, of at most `limit` bytes.

    Raises:
        TooLarge: it unpacks to more.
        ValueError: it is not what its header says, or a coding that was not asked for.

    >>> import gzip
    >>> unpacked(gzip.compress(b"[]"), "gzip", 100)
    b'[]'
    >>> unpacked(gzip.compress(bytes(10**6)), "gzip", 100)
    Traceback (most recent call last):
    crawlers.unpack.TooLarge: the answer unpacks to more than 100 bytes
    """
    coding = coding.strip().lower()
    if coding in ("", "identity") or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, 16 + zlib.MAX_WBITS, limit)
    if coding == "deflate":
        try:
            return _inflated(body, zlib.MAX_WBITS, limit)
        except ValueError:  # many servers send it without the zlib header
            return _inflated(body, -zlib.MAX_WBITS, limit)
    raise ValueError(f"Content-Encoding {coding[:20]} was not asked for")


def _inflated(body: bytes, bits: int, limit: int) -> bytes:
    """Inflate, one member after the other; what follows the last one is padding."""
    parts: list[bytes] = []
    room = limit
    while body:
        member = zlib.decompressobj(bits)
        try:
            part = member.decompress(body, room + 1)
        except zlib.error as error:
            if parts:
                break
            raise ValueError(f"compressed badly: {error}") from None
        room -= len(part)
        if room < 0:
            raise TooLarge(f"the answer unpacks to more than {limit} bytes")
        if not member.eof:
            raise ValueError("compressed badly: the end is missing")
        parts.append(part)
        body = member.unused_data
    return b"".join(parts)
