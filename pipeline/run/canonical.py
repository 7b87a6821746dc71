"""The canonical listing of each vacancy: duplicates are found again for every employer with a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from pipeline.lifecycle.state import BoardState
from pipeline.store.listings import Previous, gather, of_files, of_parts

_EMPLOYER = "hiring_organization"


def name_duplicates(
    plan: pa.Table, previous: Previous, fresh_files: Sequence[Path], boards: Mapping[BoardKey, BoardState]
) -> pa.Table:
    """Return a plan whose duplicates share a canonical_id; duplicates of unchanged employers keep theirs."""
    fresh, index = np.asarray(plan["fresh"]), np.asarray(plan["index"])
    carried = np.zeros(previous.plan.num_rows, dtype=bool)
    carried[index[~fresh]] = True
    if not fresh.any() and carried.all():
        return plan
    from pipeline.lifecycle import duplicates  # only if something has changed

    def contents(names: Sequence[str], rows: pa.Table) -> pa.Table:
        return gather(rows, of_parts(previous.parts, names), of_files(fresh_files, names))

    employers = contents([_EMPLOYER], plan)[_EMPLOYER].combine_chunks()
    removed = of_parts(previous.parts, [_EMPLOYER]).take(np.flatnonzero(~carried))[_EMPLOYER]
    changed = {
        duplicates.employer_key(name)
        for column in (pc.unique(employers.filter(pa.array(fresh))), pc.unique(removed))
        for name in column.to_pylist()
        if name
    }
    numbers = _numbers(employers, duplicates.employer_key, changed)
    positions = np.flatnonzero(numbers >= 0)
    positions = positions[np.argsort(numbers[positions], kind="stable")]
    aggregators = frozenset(key.source for key, board in boards.items() if board.aggregator)
    canonical = plan["canonical_id"].to_numpy(zero_copy_only=False).copy()
    altered = np.asarray(plan["altered"]).copy()
    for batch in _by_employer(positions, numbers):
        rows = plan.take(batch)
        facts = contents(duplicates.COLUMNS, rows)
        first_seen = facts.schema.get_field_index("first_seen")
        facts = facts.set_column(first_seen, facts.schema.field(first_seen), rows["first_seen"])

        def texts(wanted: Sequence[int], rows: pa.Table = rows) -> Sequence[str | None]:
            return contents(["description_text"], rows.take(np.asarray(wanted)))["description_text"].to_pylist()

        named = np.array(duplicates.canonical_ids(facts, texts, aggregators), dtype=object)
        altered[batch[canonical[batch] != named]] = True
        canonical[batch] = named
    for name, values in (("canonical_id", pa.array(canonical, pa.string())), ("altered", pa.array(altered))):
        plan = plan.set_column(plan.schema.get_field_index(name), plan.schema.field(name), values)
    return plan


def _numbers(employers: pa.Array, employer_key: Callable[[str | None], str], changed: set[str]) -> np.ndarray:
    """Return a number for each row that is the same for all rows of an employer; -1 for unchanged employers."""
    names = employers.dictionary_encode()
    keys = [employer_key(name) for name in names.dictionary.to_pylist()]
    order = {key: number for number, key in enumerate(sorted({key for key in keys if key and key in changed}))}
    numbers = np.array([*(order.get(key, -1) for key in keys), -1])  # the last is for rows without an employer
    return numbers[pc.fill_null(names.indices, len(keys)).to_numpy(zero_copy_only=False)]


def _by_employer(positions: np.ndarray, numbers: np.ndarray, rows: int = 50_000) -> Iterator[np.ndarray]:
    """Yield batches of positions, cut between employers, since duplicates share an employer.

    Args:
        positions: the positions in order of their employers' numbers.
    """
    start = 0
    while start < len(positions):
        stop = start + rows
        if stop < len(positions):
            stop = start + int(np.searchsorted(numbers[positions[start:]], numbers[positions[stop]], side="right"))
        yield np.sort(positions[start:stop])
        start = stop
