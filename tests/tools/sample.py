"""`python -m tests.tools.sample`: rebuild data/sample, a dozen listings of the demo and their feeds."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawlers.contract.clock import instant_of
from pipeline.products.feeds import FeedOptions, write_feeds
from pipeline.store import snapshot
from pipeline.store.schema import LISTINGS

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ROWS = 12


def main() -> None:
    """Run the demo in a temporary folder and keep a dozen of the listings that feeds may contain."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pipeline.cli", "demo", "--data", f"{folder}/data"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        latest = snapshot.DataFolder(Path(folder) / "data").latest()
        assert latest
        table = pa.concat_tables([pq.read_table(part) for part in snapshot.parts(latest, "listings")])
        run_id = latest.name
    table = table.filter(pc.equal(table["redistribution"], "feed"))
    step = max(table.num_rows // ROWS, 1)
    table = table.take(list(range(0, table.num_rows, step))[:ROWS]).cast(LISTINGS)
    shutil.rmtree(SAMPLE, ignore_errors=True)
    snapshot.write_dataset(SAMPLE, "listings", table, run_id)
    write_feeds(snapshot.parts(SAMPLE, "listings"), SAMPLE / "feeds", FeedOptions(instant_of(run_id)))


if __name__ == "__main__":
    main()
