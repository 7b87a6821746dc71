"""`python -m tests.tools.score`: measure how well the extractors read labelled postings.

It prints a table for the project's own gold set, all files of ``tests/gold`` together. If there is a folder of labelled
real postings next to the project, a second table compares each of its files with a bar.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from pipeline.cli.console import OUT
from pipeline.cli.score import table
from pipeline.score import JUDGMENTS, Score, Tally, score_files

HERE = Path(__file__).resolve().parents[1]
REAL = HERE.parent.parent / "shared" / "gold"
OWN = sorted(file for file in (HERE / "gold").glob("*.jsonl") if not file.name.startswith("duplicates"))
MIN_PRECISION, MIN_RECALL = 0.98, 0.95  # for every field of the project's gold set

_WHOLE = dict.fromkeys(("duration", "hours", "pay", "pay_status", "remote"), (0.95, 0.90))
# File -> field -> minimum precision and recall, or the maximum share of silent rows for which a value is invented.
BARS: dict[str, dict[str, tuple[float, float] | float]] = {
    "gold.jsonl": {**_WHOLE, "kind": (0.92, 0.90)},
    "duration_phrases.jsonl": {"duration": (0.97, 0.93)},
    "duration_fields.jsonl": {"duration": (0.99, 0.99)},
    "hours_fields.jsonl": {"hours": (0.98, 0.97)},
    "pay_phrases.jsonl": {"pay": (0.97, 0.92)},
    "pay_fields.jsonl": {"pay": (0.99, 0.98)},
    "pay_postings.jsonl": {"pay": (0.92, 0.88)},
    "pay_silence.jsonl": {"pay": 0.005},
    "remote_phrases.jsonl": {"remote": (0.95, 0.90)},
    "remote_fields.jsonl": {"remote": (0.98, 0.97)},
    "remote_postings.jsonl": {"remote": (0.95, 0.92)},
    "remote_silence.jsonl": {"remote": 0.01},
}


def own() -> Score:
    """Score the project's own gold set."""
    return score_files(OWN, datetime.now(UTC).date())


def missed(tally: Tally, bar: tuple[float, float] | float | None) -> bool:
    """Tell whether a field is below its bar.

    >>> missed(Tally(rows=100, labelled=100, said=100, right=96), (0.95, 0.97))
    True
    >>> missed(Tally(rows=100, said=1, invented=1), 0.01)
    False
    """
    if bar is None:
        return False
    if isinstance(bar, float):
        return tally.invented > bar * tally.rows
    return (tally.precision or 0) < bar[0] or (tally.recall or 0) < bar[1]


def against_bars(folder: Path) -> tuple[Table, int]:
    """Score the real postings file by file; return the table and the number of bars that are missed."""
    made = Table(title="real postings against their bars", title_justify="left", box=None)
    made.add_column("file")
    made.add_column("field")
    for heading in ("labelled", "said", "right", "wrong", "invented", "precision", "recall", "bar"):
        made.add_column(heading, justify="right")
    made.add_column("")
    count = 0
    for name, bars in BARS.items():
        tallies = score_files([folder / name], datetime.now(UTC).date()).fields
        for field in JUDGMENTS:
            if (tally := tallies.get(field)) is None:
                continue
            bar = bars.get(field)
            count += missed(tally, bar)
            made.add_row(
                name,
                field,
                *(str(getattr(tally, counted)) for counted in ("labelled", "said", "right", "wrong", "invented")),
                *("-" if share is None else f"{share:.4f}" for share in (tally.precision, tally.recall)),
                ""
                if bar is None
                else f"{bar[0]:.2f} / {bar[1]:.2f}"
                if isinstance(bar, tuple)
                else f"invented {bar:.1%}",
                "missed" if missed(tally, bar) else "",
            )
    return made, count


def main() -> int:
    """Print both tables; return 1 if a bar is missed."""
    score = own()
    OUT.print(table(score, title=f"own gold set, {score.rows} labelled postings in {len(OWN)} files"))
    below = score.below(MIN_PRECISION, MIN_RECALL)
    for line in below:
        OUT.print(line, markup=False)
    count = 0
    if (REAL / "README.md").exists():
        made, count = against_bars(REAL)
        OUT.print()
        OUT.print(made)
        OUT.print(f"{count} bars are missed" if count else "every bar is met")
    return 1 if below or count or score.bad_lines else 0


if __name__ == "__main__":
    sys.exit(main())
