"""Decompression of answers within bounds, so that a few kilobytes cannot become gigabytes."""

from __future__ import annotations

import re
import zlib

import brotli

_GZIP = b"\x1f\x8b\x08"
_LAYERS = 4  # layers of gzip around an answer; a file can be made that unpacks to itself
_MEMBERS = 100_000  # members of a gzip file; each costs time, however small it is
_CHUNK = 4096  # bytes read at a time, because zlib copies the bytes after a member
_BINARY = re.compile(
    rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]"
)  # bytes that text does not begin with, except in UTF-16 and UTF-32
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\x00\x00\xfe\xff|\x00?\x00?\x00[<{\[]|[<{\[]\x00")


class TooLarge(Exception):
    """An answer that unpacks to more bytes than the limit."""


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """Return a body without its compression, of at most `limit` bytes.

    The Content-Encoding header is often wrong: it names a compression for a plain body, is missing for a compressed
    body, or holds another word ("utf-8", "none", "aws-chunked"). The bytes decide, as in browsers: gzip begins with
    its signature, and a body that begins as text is text.

    Raises:
        TooLarge: the body unpacks to more than the limit.
        ValueError: the body is damaged, or compressed with an unsupported coding.

    >>> import gzip
    >>> unpacked(gzip.compress(b"[]"), "gzip", 100), unpacked(b"[]", "gzip", 100), unpacked(b"[]", "utf-8", 100)
    (b'[]', b'[]', b'[]')
    >>> unpacked(gzip.compress(bytes(10**6)), "gzip", 100)
    Traceback (most recent call last):
    crawlers.politeness.decompress.TooLarge: the answer unpacks to more than 100 bytes
    """
    body = _without_gzip(body, limit)
    named = [name for name in re.split(r"[,\s]+", coding.lower()) if name not in ("", "identity")]
    for name in reversed(named):  # the header names the last applied coding last
        if name == "deflate":
            body = _undeflated(body, limit)
        elif name == "br" and not _is_text(body):
            body = _unbrotlied(body, limit)
        body = _without_gzip(body, limit)
    if named and not _is_text(body):
        name = named[0][:20]
        if name in ("gzip", "x-gzip", "deflate", "br"):
            raise ValueError(f"damaged compression: the answer is not in its Content-Encoding {name}")
        raise ValueError(f"the Content-Encoding {name} was not requested and is not supported")
    return body


def _is_text(body: bytes) -> bool:
    head = body[:512]
    return bool(_WIDE.match(head)) or not _BINARY.search(head)


def _without_gzip(body: bytes, limit: int) -> bytes:
    for _ in range(_LAYERS):
        if not body.startswith(_GZIP):
            return body
        body = _inflated(body, 16 + zlib.MAX_WBITS, limit)
    if body.startswith(_GZIP):
        raise ValueError(f"compressed more than {_LAYERS} times")
    return body


def _undeflated(body: bytes, limit: int) -> bytes:
    problem: ValueError | None = None
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # many servers send deflate without the zlib header
        try:
            return _inflated(body, bits, limit)
        except ValueError as error:
            problem = problem or error
    if problem and not _is_text(body):
        raise problem
    return body


def _unbrotlied(body: bytes, limit: int) -> bytes:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = unpacker.process(body, output_buffer_limit=1 << 16)
        while part or not (unpacker.is_finished() or unpacker.can_accept_more_data()):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise TooLarge(f"the answer unpacks to more than {limit} bytes")
            part = unpacker.process(b"", output_buffer_limit=1 << 16)
    except brotli.error as error:
        raise ValueError(f"damaged compression: {error}") from None
    if not unpacker.is_finished():
        raise ValueError("damaged compression: the end is missing")
    return b"".join(parts)


def _inflated(body: bytes, bits: int, limit: int) -> bytes:
    """Inflate one member after the other; other bytes after the last member are padding."""
    parts: list[bytes] = []
    room, position = limit, 0
    for members in range(_MEMBERS):
        if position >= len(body) or (members and not body.startswith(_GZIP, position)):
            return b"".join(parts)
        member = zlib.decompressobj(bits)
        while position < len(body) and not member.eof:
            chunk = body[position : position + _CHUNK]
            try:
                part = member.decompress(chunk, room + 1)
            except zlib.error as error:
                raise ValueError(f"damaged compression: {error}") from None
            room -= len(part)
            if room < 0:
                raise TooLarge(f"the answer unpacks to more than {limit} bytes")
            parts.append(part)
            position += len(chunk) - len(member.unused_data)
        if not member.eof:
            raise ValueError("damaged compression: the end is missing")
    raise ValueError(f"damaged compression: more than {_MEMBERS} members")
