"""Files of a snapshot over HTTP: validators, gzip siblings, HEAD and 304."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

MEDIA_TYPES = {
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".gz": "application/gzip",
}
BY_NAME = {"rss.xml": "application/rss+xml; charset=utf-8", "atom.xml": "application/atom+xml; charset=utf-8"}
BY_NAME["feed.json"] = "application/feed+json"


def file_response(request: Request, folder: Path, name: str, digests: Mapping[str, str] | None = None) -> Response:
    """Return a file of a folder, its gzip sibling if the client accepts gzip, or a 304.

    Args:
        digests: SHA-256 by path below the folder. The ETag of these files depends on their bytes only, so it stays the
            same from snapshot to snapshot. The ETag of other files is made of their time and size.

    Raises:
        HTTPException: 404, because the folder contains no such file.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise HTTPException(404, f"no such file: {name}")
    sibling = path.with_name(path.name + ".gz")
    packed = sibling.is_file() and accepts_gzip(request.headers.get("accept-encoding"))
    served = sibling if packed else path
    stat = os.stat(served)
    digest = (digests or {}).get(served.relative_to(folder.resolve()).as_posix())
    etag = f'"{digest[:32] if digest else f"{stat.st_mtime_ns:x}-{stat.st_size:x}"}"'
    modified = datetime.fromtimestamp(int(stat.st_mtime), UTC)
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if packed:
        headers["Content-Encoding"] = "gzip"
    if not_modified(request, etag, modified):
        return Response(status_code=304, headers=headers)
    media_type = BY_NAME.get(path.name) or MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(served, media_type=media_type, headers=headers, stat_result=stat)


def not_modified(request: Request, etag: str, modified: datetime) -> bool:
    """Tell whether the client's copy is still valid; an ETag takes precedence over a date (RFC 9110)."""
    if (known := request.headers.get("if-none-match")) is not None:
        return matches(known, etag)
    since = request.headers.get("if-modified-since")
    if not since:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def matches(known: str | None, etag: str) -> bool:
    """Compare an If-None-Match header with an ETag, weakly.

    >>> matches('W/"a", "b"', '"b"'), matches("*", '"b"'), matches('"c"', '"b"'), matches(None, '"b"')
    (True, True, False, False)
    """
    tags = [tag.strip().removeprefix("W/") for tag in (known or "").split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def accepts_gzip(header: str | None) -> bool:
    """Tell whether an Accept-Encoding header accepts gzip.

    >>> accepts_gzip("br, gzip;q=0.8"), accepts_gzip("gzip;q=0"), accepts_gzip(None)
    (True, False, False)
    """
    for part in (header or "").lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
