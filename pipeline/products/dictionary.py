"""The data dictionary, made from the declared columns: ``python -m pipeline.products.dictionary > data/README.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from normalize.columns import COLUMNS, PLACE_FIELDS, Column
from pipeline.store.schema import BOARD_COLUMNS, CHANGE_COLUMNS, HISTORY_COLUMNS

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

What `internfeed run` publishes, column by column. This page is made from the declared columns
(`python -m pipeline.products.dictionary`), and a test keeps it true.

| where | what |
| --- | --- |
| `latest` | link to the newest snapshot; `latest.json` says the same. Resolve it once, then read |
| `snapshots/<run>/listings/` | what is open, and what closed in the last 90 days; by source, board and id |
| `snapshots/<run>/boards/` | every board, with its verdict, counts, coverage and health |
| `snapshots/<run>/changes/` | what opened, changed, closed or re-opened in that run, with reason and proof |
| `snapshots/<run>/feeds/` | open listings whose sources permit it, for job boards; `index.json` counts them |
| `snapshots/<run>/manifest.json` | counts, checks, and rows, bytes and SHA-256 of every file |
| `snapshots/<run>/report.html` | what was found, what it pays, how long it lasts, which boards are ill, in plots |
| `snapshots/<run>/datapackage.json`, `croissant.json`, `README.md` | the columns, for machines and people |
| `snapshots/<run>/metrics.prom` | the run in figures, as Prometheus reads them |
| `history/month=YYYY-MM/` | a row for every listing that opened, changed or closed, one for every board and run |
| `raw/<run>/<source>.jsonl` | postings as crawled, in the boards' own words |
| `rejected/<run>.jsonl` | postings that could not be read or fit no column, each with its reason |

```python
import pandas as pd
listings = pd.read_parquet("data/latest/listings", dtype_backend="pyarrow")
```

What a text does not say is null; a statement is never guessed. A status says `unknown`, it is never null. Every value
has the words it was read from beside it (`*_text`) and where they stood (`*_basis`: field, title, description, or
derived). Amounts are in the currency and for the period of their columns, never converted and never annualised. A month
counts 4.348 weeks. Instants are UTC. No row carries a value of the run alone: `run_id` and `last_seen` are those of the
run that last read the posting from a changed answer; when its board was last confirmed is `last_ok` of `boards`.
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
