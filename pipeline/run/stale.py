"""The warnings of listings that are out of date, which begin on a day and not with new words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawlers.contract.board import BoardKey
from crawlers.contract.clock import instant_of, microseconds
from normalize.vocabulary import Status
from pipeline.lifecycle.guards import Settings, last_day_over
from pipeline.lifecycle.staleness import NO_DAY, Dates, staleness
from pipeline.lifecycle.state import BoardState
from pipeline.store.listings import Previous, gather, of_files, of_parts, ranges

_DAYS = ("over_after", "date_posted")


def warn_of_stale(
    plan: pa.Table,
    previous: Previous,
    fresh_files: Sequence[Path],
    boards: Mapping[BoardKey, BoardState],
    settings: Settings,
) -> pa.Table:
    """Return a plan with the warning of each listing that is out of date; rows whose warning changes are altered.

    The day is that of the last run that asked the board, so that a run over some boards leaves all others as they are,
    and a rebuilt snapshot has the same warnings.
    """
    of_boards = ranges(plan)
    last_over = np.full(plan.num_rows, -NO_DAY, dtype=np.int64)
    for key, (start, stop) in of_boards.items():
        board = boards.get(key)
        if board is not None and board.run_id:
            last_over[start:stop] = last_day_over(microseconds(instant_of(board.run_id)), board.timezone)
    contents = gather(plan, of_parts(previous.parts, _DAYS), of_files(fresh_files, _DAYS))
    over_after, posted = (np.asarray(pc.fill_null(contents[name].cast(pa.int32()), NO_DAY)) for name in _DAYS)
    is_open = np.asarray(pc.equal(plan["status"], Status.OPEN))
    found = staleness(is_open, Dates(over_after, posted, last_over), list(of_boards.values()), settings)
    stale = pa.array(found, pa.string())
    old, index = ~np.asarray(plan["fresh"]), np.asarray(plan["index"])
    before = previous.plan["stale"].take(index[old]).to_numpy()
    altered = np.asarray(plan["altered"]).copy()
    altered[old] |= before != found[old]
    for name, values in (("stale", stale), ("altered", pa.array(altered))):
        plan = plan.set_column(plan.schema.get_field_index(name), plan.schema.field(name), values)
    return plan
