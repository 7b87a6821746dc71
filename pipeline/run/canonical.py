"""Which listing stands for a vacancy: duplicates are named anew for the employers of which anything changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from pipeline.store import listings as assemble
from pipeline.store.boards import BoardState


def name_duplicates(
    plan: pa.Table, previous: assemble.Previous, fresh_files: list[Path], boards: dict[BoardKey, BoardState]
) -> pa.Table:
    """Name one listing for each vacancy, anew for the employers of which anything changed."""
    fresh, index = np.asarray(plan["fresh"]), np.asarray(plan["index"])
    carried = np.zeros(previous.plan.num_rows, dtype=bool)
    carried[index[~fresh]] = True
    if not fresh.any() and carried.all():
        return plan
    from pipeline.lifecycle import duplicates  # only where something changed

    def contents(names: Sequence[str], rows: pa.Table) -> pa.Table:
        return assemble.gather(rows, assemble.of_parts(previous.parts, names), assemble.of_files(fresh_files, names))

    employer = ["hiring_organization"]
    names = contents(employer, plan)[employer[0]].combine_chunks()
    left = assemble.of_parts(previous.parts, employer).take(np.flatnonzero(~carried))[employer[0]]
    moved = {
        duplicates.employer_key(name)
        for column in (pc.unique(names.filter(pa.array(fresh))), pc.unique(left))
        for name in column.to_pylist()
        if name
    }
    coded = names.dictionary_encode()
    keys = [duplicates.employer_key(name) for name in coded.dictionary.to_pylist()]
    order = {key: number for number, key in enumerate(sorted({key for key in keys if key and key in moved}))}
    numbers = np.array([*(order.get(key, -1) for key in keys), -1])
    numbers = numbers[pc.fill_null(coded.indices, len(keys)).to_numpy(zero_copy_only=False)]
    positions = np.flatnonzero(numbers >= 0)
    positions = positions[np.argsort(numbers[positions], kind="stable")]
    aggregators = frozenset(key.source for key, board in boards.items() if board.get("aggregator"))
    canonical = plan["canonical_id"].to_numpy(zero_copy_only=False).copy()
    altered = np.asarray(plan["altered"]).copy()
    for some in _by_employer(positions, numbers):
        rows = plan.take(some)
        facts = contents(duplicates.COLUMNS, rows)
        place = facts.schema.get_field_index("first_seen")
        facts = facts.set_column(place, facts.schema.field(place), rows["first_seen"])

        def texts(wanted: Sequence[int], rows: pa.Table = rows) -> Sequence[str | None]:
            return contents(["description_text"], rows.take(np.asarray(wanted)))["description_text"].to_pylist()

        named = np.array(duplicates.canonical_ids(facts, texts, aggregators), dtype=object)
        altered[some[canonical[some] != named]] = True
        canonical[some] = named
    for name, values in (("canonical_id", pa.array(canonical, pa.string())), ("altered", pa.array(altered))):
        plan = plan.set_column(plan.schema.get_field_index(name), plan.schema.field(name), values)
    return plan


def _by_employer(positions: np.ndarray, numbers: np.ndarray, rows: int = 50_000) -> Iterator[np.ndarray]:
    """Cut positions, in order of their employers' numbers, between employers: duplicates share one."""
    start = 0
    while start < len(positions):
        stop = start + rows
        if stop < len(positions):
            stop = start + int(np.searchsorted(numbers[positions[start:]], numbers[positions[stop]], side="right"))
        yield np.sort(positions[start:stop])
        start = stop
