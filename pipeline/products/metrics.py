"""``metrics.prom``: the figures of a snapshot, in the text format of Prometheus' node exporter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawlers.contract.clock import instant_of
from normalize.vocabulary import ChangeKind
from pipeline.store.boards import cause_of

BOARDS_READ = (
    "source board verdict error postings repeated unread odd_fields listings_open consecutive_failures last_ok"
).split()
Sample = tuple[dict[str, str], float]


def write_metrics(folder: Path, manifest: Mapping[str, Any], boards: Iterable[Mapping[str, Any]]) -> None:
    """Write ``metrics.prom`` into a snapshot's folder.

    Args:
        boards: rows of the published boards, with the columns `BOARDS_READ`.

    Raises:
        OSError: the file cannot be written.
    """
    (folder / "metrics.prom").write_text(metrics(manifest, boards), "utf-8")


def metrics(manifest: Mapping[str, Any], boards: Iterable[Mapping[str, Any]]) -> str:
    """Return the metrics as text: for each gauge its meaning, then a line per value.

    >>> board = {"source": "lever", "board": "acme", "verdict": "ok", "consecutive_failures": 0}
    >>> print(metrics({"run_id": "20261123T120000Z-7f3a", "exit_status": 0}, [board]).splitlines()[2])
    internfeed_run_timestamp_seconds 1795435200
    """
    listings, pages = manifest.get("listings", {}), manifest.get("pages", {})
    rows = [({"source": str(row["source"]), "board": str(row["board"])}, row) for row in boards]

    def per_board(name: str) -> list[Sample]:
        return [(labels, row.get(name) or 0) for labels, row in rows]

    families: list[tuple[str, str, list[Sample]]] = [
        ("run_timestamp_seconds", "The clock of the run.", [({}, instant_of(manifest["run_id"]).timestamp())]),
        ("run_exit_status", "0 complete, 3 partial.", [({}, manifest["exit_status"])]),
        ("listings_open", "Open listings.", [({}, listings.get("open", 0))]),
        ("closings_held", "Closings that a guard held back.", [({}, listings.get("held", 0))]),
        ("changes", "Listings by kind of change.", [({"change": name}, listings.get(name, 0)) for name in ChangeKind]),
        (
            "checks_failed",
            "Checks that failed and were overruled by --force.",
            [({}, sum(not check["ok"] for check in manifest.get("checks", [])))],
        ),
        ("page_requests", "Requests for postings' own pages.", [({}, pages.get("requests", 0))]),
        (
            "page_seconds",
            "Seconds spent on postings' own pages, summed over the boards.",
            [({}, pages.get("seconds", 0))],
        ),
        (
            "board_verdict",
            "The verdict of the board's last run.",
            [({**k, "verdict": r["verdict"]}, 1) for k, r in rows],
        ),
        ("board_postings", "Distinct postings that the board showed.", per_board("postings")),
        ("board_repeated", "Repeated records of the same postings.", per_board("repeated")),
        (
            "board_unread",
            "Postings that could not be read in full; their listings keep every value.",
            per_board("unread"),
        ),
        (
            "board_odd_fields",
            "Optional fields of unexpected shape that were ignored.",
            [(labels, sum(json.loads(row.get("odd_fields") or "{}").values())) for labels, row in rows],
        ),
        (
            "board_cause",
            "The kind of page that the board showed instead of postings.",
            [({**labels, "cause": cause}, 1) for labels, row in rows if (cause := cause_of(row))],
        ),
        ("board_listings_open", "Open listings of the board.", per_board("listings_open")),
        ("board_consecutive_failures", "Runs since the last complete answer.", per_board("consecutive_failures")),
        (
            "board_last_ok_timestamp_seconds",
            "Time of the last complete answer; 0 means never.",
            [(labels, row["last_ok"].timestamp() if row.get("last_ok") else 0) for labels, row in rows],
        ),
    ]
    return "".join(_family(*family) for family in families)


def _family(name: str, about: str, samples: list[Sample]) -> str:
    name = f"internfeed_{name}"
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        label_list = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{label_list}}} {value:.0f}" if label_list else f"{name} {value:.0f}")
    return "\n".join(lines) + "\n"


def _escaped(text: str | None) -> str:
    return (text or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
