"""Descriptions of a snapshot for machines and people: datapackage.json, croissant.json and a dataset card.

All three are made from the declared columns and the manifest, so they cannot contradict the data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crawlers.contract.clock import instant_of, iso
from normalize.columns import COLUMNS, PLACE_FIELDS, Column
from pipeline.store.manifest import ListingCounts, Manifest
from pipeline.store.schema import BOARD_COLUMNS, CHANGE_COLUMNS, EMPLOYER_COLUMNS, STATS_COLUMNS, STATS_GROUPS

DATASETS: dict[str, tuple[str, tuple[Column, ...], tuple[str, ...]]] = {
    "listings": ("Open internships, and those that closed in the last 90 days.", COLUMNS, ("listing_id",)),
    "boards": ("Every board, with its verdict, counts, coverage and health.", BOARD_COLUMNS, ("source", "board")),
    "changes": ("What opened, changed, closed or re-opened in the run.", CHANGE_COLUMNS, ("listing_id", "change")),
    "employers": (
        "Every employer across boards, with its openings and what they state.",
        EMPLOYER_COLUMNS,
        ("employer",),
    ),
    "stats": (
        "Openings by month and group, with shares and medians, for charts.",
        STATS_COLUMNS,
        ("grouped_by", "month", *STATS_GROUPS),
    ),
}
TITLE = "Short-term internships from public job boards"
ABOUT = (
    "Internships and micro-internships read from public job boards, with duration, pay and remote work as typed values"
    " next to the words they were read from. Null means that the posting does not state the value."
)
RIGHTS = (
    "Texts belong to their employers and boards. The column redistribution states which listings may be redistributed,"
    " the column attribution the credit that their sources require."
)

# frictionless reads Parquet through pandas, which turns counts with nulls into floats and lists into NumPy arrays. The
# types `integer` and `array` refuse these.
_FRICTIONLESS = {
    "string": "string",
    "float": "number",
    "int": "number",
    "bool": "boolean",
    "date": "date",
    "instant": "datetime",
}
_CROISSANT = {
    "string": "sc:Text",
    "float": "sc:Float",
    "int": "sc:Integer",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "instant": "sc:DateTime",
}


def write_descriptors(out_dir: Path, manifest: Manifest) -> None:
    """Write datapackage.json, croissant.json and README.md into a snapshot's folder.

    Args:
        manifest: the snapshot's manifest; if it has no files, the folder is searched for Parquet files.
    """
    files = _files(out_dir, manifest)
    for name, document in (("datapackage.json", datapackage(manifest, files)), ("croissant.json", croissant(manifest))):
        (out_dir / name).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (out_dir / "README.md").write_text(card(manifest), "utf-8")


def datapackage(manifest: Manifest, files: dict[str, list[str]]) -> dict[str, Any]:
    """Return the Frictionless description of a snapshot.

    Args:
        files: the Parquet files of each dataset, relative to the snapshot.

    >>> package = datapackage(
    ...     Manifest("20261123T120000Z-7f3a", "complete", 0), {"listings": ["listings/part.parquet"]}
    ... )
    >>> package["resources"][0]["schema"]["fields"][0]["name"]
    'listing_id'
    """
    return {
        "profile": "data-package",
        "name": "internfeed",
        "id": manifest.run_id,
        "version": manifest.run_id,
        "title": TITLE,
        "description": f"{ABOUT} {RIGHTS}",
        "created": iso(instant_of(manifest.run_id)),
        "resources": [
            {
                "name": name,
                "title": DATASETS[name][0],
                "path": paths if len(paths) > 1 else paths[0],  # some readers do not accept lists
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": {
                    "fields": [_frictionless(column) for column in DATASETS[name][1]],
                    "primaryKey": list(DATASETS[name][2]),
                },
            }
            for name, paths in files.items()
            if paths
        ],
    }


def croissant(manifest: Manifest) -> dict[str, Any]:
    """Return the Croissant description of a snapshot: files by pattern, a record set for each dataset.

    >>> croissant(Manifest("20261123T120000Z-7f3a", "complete", 0))["datePublished"]
    '2026-11-23T12:00:00Z'
    """
    sets = [
        {
            "@type": "cr:FileSet",
            "@id": f"{name}-files",
            "name": f"{name}-files",
            "description": about,
            "encodingFormat": "application/x-parquet",
            "includes": f"{name}/*.parquet",
        }
        for name, (about, _, _) in DATASETS.items()
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "internfeed",
        "description": f"{ABOUT} {RIGHTS}",
        "version": "1.0.0",
        "datePublished": iso(instant_of(manifest.run_id)),
        "url": "https://internfeed.example/",
        "license": "https://internfeed.example/#rights",
        "citeAs": f"internfeed, snapshot {manifest.run_id}",
        "distribution": sets,
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "description": about,
                "key": [{"@id": f"{name}/{column}"} for column in key],
                "field": [_croissant(name, column) for column in columns],
            }
            for name, (about, columns, key) in DATASETS.items()
        ],
    }


def card(manifest: Manifest) -> str:
    """Return the dataset card: front matter as the Hugging Face hub reads it, then a page for people."""
    counts = manifest.listings or ListingCounts()
    configs = "".join(
        f'- config_name: {name}\n  data_files: "{name}/*.parquet"\n' + ("  default: true\n" if place == 0 else "")
        for place, name in enumerate(DATASETS)
    )
    tables = "\n".join(
        f"## {name}\n\n{about}\n\n| column | type | unit | values | meaning |\n| --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| `{c.name}` | {c.type} | {c.unit or ''} | {', '.join(c.values)} | {c.description} |\n" for c in columns
        )
        for name, (about, columns, _) in DATASETS.items()
    )
    return (
        f"---\npretty_name: {TITLE}\nlanguage: [en, de, fr, es, it, nl, pt]\nlicense: other\n"
        f"tags: [jobs, internships, tabular]\nconfigs:\n{configs}---\n\n# {TITLE}\n\n{ABOUT}\n\n{RIGHTS}\n\n"
        f"Snapshot `{manifest.run_id}`: {counts.open} open listings of {counts.rows}, from"
        f" {manifest.boards or 0} boards. `manifest.json` states the rows and the SHA-256 of every file.\n\n"
        "```python\nimport pandas as pd\n"
        'listings = pd.read_parquet("listings", dtype_backend="pyarrow")\n```\n\n'
        f"{tables}"
    )


def _files(out_dir: Path, manifest: Manifest) -> dict[str, list[str]]:
    known = manifest.files or [path.relative_to(out_dir).as_posix() for path in out_dir.glob("*/*.parquet")]
    return {name: sorted(path for path in known if path.startswith(f"{name}/")) for name in DATASETS}


def _frictionless(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _FRICTIONLESS.get(column.type, "any"),
        "description": column.description,
    }
    if column.values and column.type == "string":  # the values of a list's items are in its description
        field["constraints"] = {"enum": list(column.values)}
    if column.unit:
        field["unit"] = column.unit
    return field


def _croissant(dataset: str, column: Column) -> dict[str, Any]:
    unit = f" In {column.unit}." if column.unit else ""
    values = f" One of: {', '.join(column.values)}." if column.values else ""
    source = {"fileSet": {"@id": f"{dataset}-files"}, "extract": {"column": column.name}}
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{dataset}/{column.name}",
        "name": column.name,
        "description": column.description + unit + values,
        "dataType": _CROISSANT.get(column.type, "sc:Integer" if column.type == "list<int>" else "sc:Text"),
        "source": source,
    }
    if column.type.startswith("list"):
        field["repeated"] = True
    if column.type == "list<place>":
        del field["dataType"]
        field["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{dataset}/{column.name}/{name}",
                "name": name,
                "dataType": "sc:Text",
                "source": source | {"transform": {"jsonPath": name}},
            }
            for name in PLACE_FIELDS
        ]
    return field


_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
