"""The archive: the whole rows of listings that closed, for good; the snapshot drops them 90 days later.

Parts are only ever added, one for each run that closed a listing, in folders by month. A listing that opens again and
closes again is there twice; the row with the latest `closed_at` is the last.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.vocabulary import ChangeKind
from pipeline.store.schema import LISTINGS


def write_closed(changes: pa.Table, staged: Path, path: Path) -> int:
    """Write the rows of the listings that a run closed; return their number, and write no file if there are none.

    Args:
        changes: the changes of the run.
        staged: the snapshot that holds the rows.

    Raises:
        OSError: the file cannot be written.
    """
    closed = changes.filter(pc.equal(changes["change"], ChangeKind.CLOSED))["listing_id"]
    if not len(closed):
        return 0
    rows = 0
    with pq.ParquetWriter(path, LISTINGS, compression="zstd") as writer:
        for part in sorted((staged / "listings").glob("*.parquet")):
            for batch in pq.ParquetFile(part).iter_batches():
                kept = batch.filter(pc.is_in(batch["listing_id"], closed))
                rows += kept.num_rows
                if kept.num_rows:
                    writer.write_batch(kept.cast(LISTINGS))
    return rows
