"""The data dictionary, made from the declared columns: ``python -m pipeline.products.dictionary > data/README.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from normalize.columns import COLUMNS, PLACE_FIELDS, Column
from pipeline.store.schema import BOARD_COLUMNS, CHANGE_COLUMNS, EMPLOYER_COLUMNS, HISTORY_COLUMNS, STATS_COLUMNS

_TYPES = {
    "string": "string",
    "float": "float64",
    "int": "int64",
    "bool": "bool",
    "date": "date32",
    "instant": "timestamp[us, UTC]",
    "list<string>": "list of string",
    "list<int>": "list of int64",
    "list<place>": f"list of struct ({', '.join(PLACE_FIELDS)})",
}

_HEAD = """\
# The data

The files and columns that `internfeed run` publishes. This page is made from the declared columns
(`python -m pipeline.products.dictionary`), and a test compares it with them.

| path | content |
| --- | --- |
| `latest` | link to the newest snapshot, which `latest.json` also names. Resolve the link once, then read |
| `snapshots/<run>/listings/` | open listings, and those that closed in the last 90 days; by source, board and id |
| `snapshots/<run>/boards/` | every board, with its verdict, counts, coverage and health |
| `snapshots/<run>/changes/` | listings that opened, changed, closed or re-opened in that run, with reason and proof |
| `snapshots/<run>/employers/` | every employer across boards, with its openings and what they state |
| `snapshots/<run>/stats/` | openings by month, country, kind and workplace, with shares and medians, for charts |
| `snapshots/<run>/feeds/` | open listings whose sources permit redistribution, for job boards; see `index.json` |
| `snapshots/<run>/manifest.json` | counts and checks; rows, bytes and SHA-256 of every file |
| `snapshots/<run>/report.html` | plots of durations, pay, remote work and changes, and the failing boards |
| `snapshots/<run>/datapackage.json`, `croissant.json`, `README.md` | the columns, for machines and people |
| `snapshots/<run>/listings.csv.gz`, `listings.xlsx` | the listings as sheets, without descriptions |
| `snapshots/<run>/metrics.prom` | the run's figures, for Prometheus |
| `history/month=YYYY-MM/` | a row for every listing that opened, changed or closed, and for every board and run |
| `archive/month=YYYY-MM/` | the whole rows of listings that closed in that month, for good; columns as in `listings` |
| `raw/<run>/<source>.jsonl` | postings as crawled, in the boards' own words |
| `rejected/<run>.jsonl` | postings that could not be read or did not fit the schema, each with its reason |

```python
import pandas as pd
listings = pd.read_parquet("data/latest/listings", dtype_backend="pyarrow")
```

Every value was stated in the posting; null means that it was not. Nothing is guessed. Status columns are never null:
where the posting does not say, they are `unknown`. `*_text` quotes the words a value was read from, and `*_basis` says
where they were: in a field of the board, in the title or in the description; `derived` means that the value was
computed from other values. Amounts are in the currency and for the period that their columns state, never converted and
never annualised. A month has 4.348 weeks. Instants are UTC. `run_id` and `last_seen` belong to the run that last read
the posting from a changed answer; the column `last_ok` of `boards` states when a board was last read completely.
"""


def dictionary() -> str:
    """Return the data dictionary as Markdown.

    >>> "| `pay_min` | float64 | pay_currency per pay_period |  |" in dictionary()
    True
    """
    datasets = (
        ("listings", COLUMNS),
        ("boards", BOARD_COLUMNS),
        ("changes", CHANGE_COLUMNS),
        ("history", HISTORY_COLUMNS),
        ("employers", EMPLOYER_COLUMNS),
        ("stats", STATS_COLUMNS),
    )
    return "\n".join([_HEAD, *(f"## {name}\n\n{_table(columns)}" for name, columns in datasets)])


def _table(columns: Iterable[Column]) -> str:
    lines: list[str | None] = []
    group = None
    for column in columns:
        if column.group != group:
            group = column.group
            lines += [
                "" if lines else None,
                f"**{group}**",
                "",
                "| column | type | unit | values | meaning |",
                "| --- | --- | --- | --- | --- |",
            ]
        unit, values = column.unit or "", ", ".join(column.values)
        lines.append(f"| `{column.name}` | {_TYPES[column.type]} | {unit} | {values} | {column.description} |")
    return "\n".join(line for line in lines if line is not None) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dictionary())
