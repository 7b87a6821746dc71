"""The web application: read-only, one snapshot at a time, no content from other hosts."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.products.serve.files import accepts_gzip, file_response, matches
from pipeline.products.serve.openapi import document
from pipeline.products.serve.overview import overview
from pipeline.products.serve.query import BadRequest, is_tracking, parse
from pipeline.products.serve.store import Latest

STATIC = Path(__file__).parent / "static"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


class _Headers:
    """Adds the same strict security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", PAGE_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def make_app(latest: Latest) -> Starlette:
    """Return the application over the newest snapshot of a data folder."""

    def listings(request: Request) -> Response:
        store = latest.current()
        return _json(request, store.page(parse(request.query_params.multi_items())), store.run_id)

    def facets(request: Request) -> Response:
        store = latest.current()
        return _json(request, store.facets(parse(request.query_params.multi_items())), store.run_id)

    def listing(request: Request) -> Response:
        _no_parameters(request)
        store = latest.current()
        row = store.listing(request.path_params["listing_id"])
        if row is None:
            raise HTTPException(404, "this snapshot has no such listing")
        return _json(request, row, store.run_id)

    def feed(request: Request) -> Response:
        _no_parameters(request)
        store = latest.current()
        name = request.path_params.get("path") or "index.json"
        return file_response(request, store.snapshot / "feeds", name, store.feed_digests)

    def feeds(request: Request) -> Response:
        _no_parameters(request)
        store = latest.current()
        if "text/html" not in request.headers.get("accept", ""):
            answer = feed(request)
        else:
            page = overview(json.loads((store.snapshot / "feeds" / "index.json").read_bytes()))
            answer = _answer(request, page.encode(), "text/html", store.run_id)
        answer.headers["Vary"] = "Accept, Accept-Encoding"
        return answer

    def report(request: Request) -> Response:
        response = file_response(request, latest.current().snapshot, "report.html")
        response.headers["Content-Security-Policy"] = REPORT_POLICY
        return response

    def openapi(request: Request) -> Response:
        return _json(request, document(), latest.current().run_id)

    def page(request: Request) -> Response:
        return file_response(request, STATIC, "index.html")

    def static(request: Request) -> Response:
        return file_response(request, STATIC, request.path_params["name"])

    def to_feeds(request: Request) -> Response:
        return RedirectResponse("/feeds/")

    return Starlette(
        routes=[
            Route("/", page),
            Route("/static/{name}", static),
            Route("/listings", listings),
            Route("/listings/{listing_id}", listing),
            Route("/facets", facets),
            Route("/openapi.json", openapi),
            Route("/feeds", to_feeds),
            Route("/feeds/", feeds),
            Route("/feeds/{path:path}", feed),
            Route("/report.html", report),
        ],
        middleware=[Middleware(_Headers)],
        exception_handlers={BadRequest: _bad_request, HTTPException: _failed},
    )


def _no_parameters(request: Request) -> None:
    if unknown := [name for name in request.query_params if not is_tracking(name)]:
        raise BadRequest(f"unknown parameter {unknown[0]}; this address has no parameters")


def _to_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"JSON cannot express a {type(value).__name__}")


def _json(request: Request, answer: Any, run_id: str) -> Response:
    body = json.dumps(answer, default=_to_text, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _answer(request, body.encode("utf-8", "replace"), "application/json", run_id)


def _answer(request: Request, content: bytes, media_type: str, run_id: str) -> Response:
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", "X-Run-Id": run_id}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if len(content) > 1000 and accepts_gzip(request.headers.get("accept-encoding")):
        content = gzip.compress(content, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _bad_request(request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)


def _failed(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return JSONResponse({"error": problem.detail}, status_code=problem.status_code, headers=problem.headers)
