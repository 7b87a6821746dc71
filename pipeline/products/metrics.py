"""``metrics.prom``: a snapshot in numbers, in the text format of Prometheus' node exporter."""

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
        OSError: it cannot be written.
    """
    (folder / "metrics.prom").write_text(metrics(manifest, boards), "utf-8")


def metrics(manifest: Mapping[str, Any], boards: Iterable[Mapping[str, Any]]) -> str:
    """Return the metrics as text; one gauge a line, with what it means above it.

    >>> board = {"source": "lever", "board": "acme", "verdict": "ok", "consecutive_failures": 0}
    >>> print(metrics({"run_id": "20261123T120000Z-7f3a", "exit_status": 0}, [board]).splitlines()[2])
    internfeed_run_timestamp_seconds 1795435200
    """
    listings, pages = manifest.get("listings", {}), manifest.get("pages", {})
    rows = [({"source": str(row["source"]), "board": str(row["board"])}, row) for row in boards]

    def of_boards(name: str) -> list[Sample]:
        return [(labels, row.get(name) or 0) for labels, row in rows]

    families: list[tuple[str, str, list[Sample]]] = [
        ("run_timestamp_seconds", "The clock of the run.", [({}, instant_of(manifest["run_id"]).timestamp())]),
        ("run_exit_status", "0 complete, 3 partial.", [({}, manifest["exit_status"])]),
        ("listings_open", "Open listings.", [({}, listings.get("open", 0))]),
        ("closings_held", "Closings that a guard held.", [({}, listings.get("held", 0))]),
        ("changes", "Listings by what happened.", [({"change": name}, listings.get(name, 0)) for name in ChangeKind]),
        (
            "checks_failed",
            "Checks that failed and were overruled.",
            [({}, sum(not check["ok"] for check in manifest.get("checks", [])))],
        ),
        ("page_requests", "Requests for postings' own pages.", [({}, pages.get("requests", 0))]),
        (
            "page_seconds",
            "Time that postings' own pages took, summed over the boards.",
            [({}, pages.get("seconds", 0))],
        ),
        ("board_verdict", "How the board's last run ended.", [({**k, "verdict": r["verdict"]}, 1) for k, r in rows]),
        ("board_postings", "Distinct postings the board showed.", of_boards("postings")),
        ("board_repeated", "Further records of the same postings.", of_boards("repeated")),
        (
            "board_unread",
            "Postings that could not be read in full; their listings keep every value.",
            of_boards("unread"),
        ),
        (
            "board_odd_fields",
            "Optional fields of odd shape that were left out of records.",
            [(labels, sum(json.loads(row.get("odd_fields") or "{}").values())) for labels, row in rows],
        ),
        (
            "board_cause",
            "What the board showed in place of postings.",
            [({**labels, "cause": cause}, 1) for labels, row in rows if (cause := cause_of(row))],
        ),
        ("board_listings_open", "Open listings of the board.", of_boards("listings_open")),
        ("board_consecutive_failures", "Runs since its last complete answer.", of_boards("consecutive_failures")),
        (
            "board_last_ok_timestamp_seconds",
            "When it last gave a complete answer; 0 is never.",
            [(labels, row["last_ok"].timestamp() if row.get("last_ok") else 0) for labels, row in rows],
        ),
    ]
    return "".join(_family(*family) for family in families)


def _family(name: str, about: str, samples: list[Sample]) -> str:
    name = f"internfeed_{name}"
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        stated = ",".join(f'{label}="{_escaped(words)}"' for label, words in labels.items())
        lines.append(f"{name}{{{stated}}} {value:.0f}" if stated else f"{name} {value:.0f}")
    return "\n".join(lines) + "\n"


def _escaped(words: str | None) -> str:
    return (words or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
