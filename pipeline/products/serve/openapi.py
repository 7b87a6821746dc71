"""The OpenAPI document, made from the parameters and the columns."""

from __future__ import annotations

from typing import Any

from normalize.columns import COLUMNS, PLACE_FIELDS, Column
from pipeline.products.serve.query import LARGEST_PAGE, PARAMETERS

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": ["string", "null"]},
    "float": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "instant": {"type": ["string", "null"], "format": "date-time"},
    "list<string>": {"type": ["array", "null"], "items": {"type": "string"}},
    "list<place>": {
        "type": ["array", "null"],
        "items": {"type": "object", "properties": {field: {"type": ["string", "null"]} for field in PLACE_FIELDS}},
    },
}
_PARAMETER_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number", "minimum": 0},
    "integer": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    "date": {"type": "string", "format": "date"},
}


def _parameter(name: str) -> dict[str, Any]:
    parameter = PARAMETERS[name]
    return {
        "name": name,
        "in": "query",
        "description": parameter.description,
        "schema": _PARAMETER_TYPES[parameter.type],
        **({"examples": {word: {"value": word} for word in parameter.words}} if parameter.words else {}),
    }


def _property(column: Column) -> dict[str, Any]:
    unit = f" Unit: {column.unit}." if column.unit else ""
    values = {"enum": [*column.values, None]} if column.values else {}
    return _TYPES[column.type] | values | {"description": column.description + unit}


def _get(summary: str, answer: dict[str, Any], parameters: list[dict[str, Any]], *problems: str) -> dict[str, Any]:
    error = {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
    responses: dict[str, Any] = {"200": {"description": "found", **answer}, "304": {"description": "not modified"}}
    responses |= {
        code: {"description": text, "content": error} for code, text in (item.split(" ", 1) for item in problems)
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the server.

    >>> sorted(document()["paths"])
    ['/facets', '/feeds/{path}', '/listings', '/listings/{listing_id}']
    """
    listing = {"$ref": "#/components/schemas/Listing"}
    page = {
        "type": "object",
        "properties": {
            "run_id": {"type": "string"},
            "total": {"type": "integer"},
            "listings": {"type": "array", "items": listing},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
    count = {"type": "object", "properties": {"value": {"type": ["string", "number"]}, "count": {"type": "integer"}}}
    facets = {
        "type": "object",
        "properties": {
            "run_id": {"type": "string"},
            "total": {"type": "integer"},
            "facets": {"type": "object", "additionalProperties": {"type": "array", "items": count}},
        },
    }

    def answered(schema: dict[str, Any]) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    def path(name: str, text: str) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string"}}

    filters = [_parameter(name) for name in PARAMETERS]
    bad = "400 an unknown parameter or value; the error lists the known ones"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "internfeed",
            "version": "1",
            "description": "The listings of the newest published snapshot. Read-only.",
        },
        "paths": {
            "/listings": _get(
                "Listings that match, page by page, without their descriptions", answered(page), filters, bad
            ),
            "/listings/{listing_id}": _get(
                "One listing with every column",
                answered(listing),
                [path("listing_id", "the stable identifier")],
                "404 no such listing",
            ),
            "/facets": _get(
                "Counts by value; a facet's own filter does not narrow its own counts", answered(facets), filters, bad
            ),
            "/feeds/{path}": _get(
                "A file of the feeds; index.json lists all files",
                {},
                [path("path", "the file, such as indeed.xml")],
                "404 no such file",
            ),
        },
        "components": {
            "schemas": {
                "Listing": {"type": "object", "properties": {column.name: _property(column) for column in COLUMNS}}
            }
        },
    }
