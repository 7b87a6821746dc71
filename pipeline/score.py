"""Precision and recall of the extractors on labelled postings, field by field."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from crawlers.contract.errors import UsageError
from normalize.columns import COLUMNS
from normalize.posting import RawPosting
from pipeline.extract import extract

_LISTS = frozenset(column.name for column in COLUMNS if column.type.startswith("list"))
_NAMES = frozenset(column.name for column in COLUMNS)
SILENT: tuple[Any, ...] = (None, "unknown", "", [])
"""The values that state nothing."""


class Judgment(NamedTuple):
    """Columns that are right or wrong together.

    Attributes:
        stating: the columns that decide whether the field is stated; it is silent if all of them are empty.
        qualifying: columns that must agree too if they are labelled, but do not make the field stated.
    """

    stating: tuple[str, ...]
    qualifying: tuple[str, ...] = ()


JUDGMENTS = {
    "duration": Judgment(("duration_weeks_min", "duration_weeks_max")),
    "hours": Judgment(("hours_per_week_min", "hours_per_week_max")),
    "pay": Judgment(("pay_min", "pay_max"), ("pay_currency", "pay_period")),
    "pay_status": Judgment(("pay_status",)),
    "remote": Judgment(("remote_status",)),
    "kind": Judgment(("kind",)),
}
JUDGED = frozenset(name for judgment in JUDGMENTS.values() for name in judgment.stating + judgment.qualifying)
"""The columns that a grouped judgment covers."""


class Disagreement(NamedTuple):
    """One field of one row that was not read as labelled; ``outcome`` is wrong, invented or missed."""

    id: str
    field: str
    outcome: str
    labelled: Any
    said: Any
    words: str


@dataclass
class Tally:
    """The counts of one field over all rows.

    Attributes:
        labelled: rows whose label states a value. A label that also accepts silence counts only if it was read wrong.
        said: rows for which the extractors state a value that counts.
        right, wrong: rows with a stated value that the label accepts, or does not accept.
        invented: rows with a stated value although the label is silent.
    """

    labelled: int = 0
    said: int = 0
    right: int = 0
    wrong: int = 0
    invented: int = 0
    rows: int = 0

    @property
    def precision(self) -> float | None:
        """The right values as a share of the stated ones; None if no value was stated."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The right values as a share of the labelled ones; None if no row is labelled."""
        return self.right / self.labelled if self.labelled else None

    def to_dict(self) -> dict[str, Any]:
        """Return counts, ratios and their 95 % intervals."""
        return {
            **{name: getattr(self, name) for name in ("rows", "labelled", "said", "right", "wrong", "invented")},
            "precision": self.precision,
            "precision_interval": wilson(self.right, self.said),
            "recall": self.recall,
            "recall_interval": wilson(self.right, self.labelled),
        }


@dataclass
class Score:
    """Tallies by field, grouped judgments first, and every disagreement."""

    rows: int = 0
    problems: list[str] = field(default_factory=list)
    fields: dict[str, Tally] = field(default_factory=dict)
    errors: list[Disagreement] = field(default_factory=list)

    @property
    def bad_lines(self) -> int:
        """The number of lines that are not labelled postings."""
        return len(self.problems)

    def below(self, precision: float | None, recall: float | None) -> list[str]:
        """Return a line for every field below a bar; the columns of a group are judged as a group only."""
        lines = []
        for name, tally in self.fields.items():
            if name in JUDGED and name not in JUDGMENTS:
                continue
            for word, bar, value in (("precision", precision, tally.precision), ("recall", recall, tally.recall)):
                if bar is not None and value is not None and value < bar:
                    lines.append(f"{name}: {word} {value:.4f} is below {bar}")
        return lines


def wilson(right: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson interval of a share; None for a share of nothing.

    >>> [round(end, 3) for end in wilson(95, 100)]
    [0.888, 0.978]
    """
    if not of:
        return None
    z, share = 1.96, right / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def agrees(column: str, label: Any, value: Any) -> bool:
    """Tell whether a value agrees with a label: weeks within 0.6 or 2 %, money within 0.5 %, hours within 0.5.

    >>> agrees("duration_weeks_min", 13, 13.04), agrees("pay_min", 1000, 1006), agrees("start_date", "2027-01-04", None)
    (True, False, False)
    """
    if label in SILENT or value in SILENT:
        return label in SILENT and value in SILENT
    if isinstance(label, int | float) and isinstance(value, int | float):
        difference = abs(label - value)
        if column.startswith("duration_weeks"):
            return difference <= max(0.6, 0.02 * abs(label)) + 1e-9
        if column.startswith("pay_"):
            return difference <= 0.005 * abs(label) + 1e-9
        return difference <= (0.5 if column.startswith("hours_") else 0.0) + 1e-9
    if isinstance(label, list) and isinstance(value, list):
        return len(label) == len(value) and all(
            any(_element_agrees(expected, element) for element in value) for expected in label
        )
    return str(label) == str(value)  # a date is labelled in ISO 8601


def _element_agrees(label: Any, value: Any) -> bool:
    """Compare an element of a list; of a record, such as a place, compare the labelled fields only."""
    if isinstance(label, dict) and isinstance(value, dict):
        return all(value.get(name) == expected for name, expected in label.items())
    return bool(label == value)


def accepted(column: str, label: Any) -> list[Any]:
    """Return the values that a label accepts; the label of a list column is one value, unless it is a list of lists.

    >>> accepted("kind", ["other", "unknown"]), accepted("skills", ["SQL"]), accepted("skills", [["SQL"], []])
    (['other', 'unknown'], [['SQL']], [['SQL'], []])
    """
    if not isinstance(label, list):
        return [label]
    if column in _LISTS and not any(isinstance(value, list) for value in label):
        return [label]
    return label


def judge(judgment: Judgment, labels: dict[str, Any], listing: Mapping[str, Any]) -> str | None:
    """Return the outcome of a field: right, wrong, invented, missed, silent (rightly) or either; None if unlabelled.

    >>> judge(JUDGMENTS["remote"], {"remote_status": "unknown"}, {"remote_status": "remote"})
    'invented'
    """
    stating = [name for name in judgment.stating if name in labels]
    if not stating:
        return None
    allowed = {name: accepted(name, labels[name]) for name in (*stating, *judgment.qualifying) if name in labels}
    stated = any(listing[name] not in SILENT for name in stating)
    may_be_silent = all(any(value in SILENT for value in allowed[name]) for name in stating)
    if may_be_silent and all(value in SILENT for name in stating for value in allowed[name]):
        return "invented" if stated else "silent"
    right = all(any(agrees(name, value, listing[name]) for value in values) for name, values in allowed.items())
    if may_be_silent:
        return "either" if not stated or right else "wrong"
    return "missed" if not stated else "right" if right else "wrong"


def score_lines(lines: Iterable[bytes], today: datetime.date, name: str = "line") -> Score:
    """Read labelled postings, a JSON object per line, and compare their labels with the result of `internfeed extract`.

    A line that is not a labelled posting is added to the problems; the other lines are scored.

    Args:
        today: the day from which relative dates are resolved, for postings that do not state when they were fetched.
        name: the name of a line in messages.
    """
    score = Score()
    single: dict[str, Tally] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _row(line)
            listing = extract(RawPosting.from_dict(row["posting"]), today)
        except Exception as error:  # a bad line must not stop the others
            score.problems.append(f"{name} {number}: {error or type(error).__name__}")
            continue
        score.rows += 1
        for field_name, judgment, into in _judgments(row["labels"], score.fields, single):
            if (outcome := judge(judgment, row["labels"], listing)) is None:
                continue
            _count(into.setdefault(field_name, Tally()), outcome)
            if into is score.fields and outcome in ("wrong", "invented", "missed"):
                score.errors.append(_disagreement(row, field_name, judgment, outcome, listing))
    order = [*JUDGMENTS, *(column.name for column in COLUMNS)]
    score.fields = {key: score.fields[key] for key in order if key in score.fields} | single
    return score


def _row(line: bytes) -> dict[str, Any]:
    row = orjson.loads(line)
    if not isinstance(row, dict) or not isinstance(row.get("posting"), dict) or not isinstance(row.get("labels"), dict):
        raise ValueError('a labelled posting is {"id", "posting": {...}, "labels": {...}}')
    if unknown := row["labels"].keys() - _NAMES:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    return row


def _judgments(
    labels: dict[str, Any], judged: dict[str, Tally], single: dict[str, Tally]
) -> Iterator[tuple[str, Judgment, dict[str, Tally]]]:
    """Yield the grouped judgments, then one judgment for every labelled column."""
    for name, judgment in JUDGMENTS.items():
        yield name, judgment, judged
    for column in labels:
        if column not in JUDGMENTS:
            yield column, Judgment((column,)), single if column in JUDGED else judged


def _count(tally: Tally, outcome: str) -> None:
    tally.rows += 1
    tally.labelled += outcome in ("right", "missed", "wrong")
    tally.said += outcome in ("right", "wrong", "invented")
    tally.right += outcome == "right"
    tally.wrong += outcome == "wrong"
    tally.invented += outcome == "invented"


def _disagreement(
    row: dict[str, Any], name: str, judgment: Judgment, outcome: str, listing: Mapping[str, Any]
) -> Disagreement:
    names = [column for column in judgment.stating + judgment.qualifying if column in row["labels"]]
    evidence = listing.get(f"{name.partition('_')[0]}_text") if outcome != "missed" else None
    words = evidence or f"{listing['title']} {listing['description_text'] or ''}".strip()[:160]
    return Disagreement(
        str(row.get("id")),
        name,
        outcome,
        {column: row["labels"][column] for column in names},
        {column: listing[column] for column in names},
        words,
    )


def score_files(paths: Iterable[Path], today: datetime.date) -> Score:
    """Score all lines of several files together.

    Raises:
        UsageError: a file cannot be read.
    """
    lines: list[bytes] = []
    for path in paths:
        try:
            lines += path.read_bytes().splitlines()
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror or error}") from error
    return score_lines(lines, today)


def to_dict(score: Score) -> dict[str, Any]:
    """Return the score as `internfeed score --json` prints it."""
    return {
        "rows": score.rows,
        "bad_lines": score.bad_lines,
        "fields": {name: tally.to_dict() for name, tally in score.fields.items()},
        "errors": [error._asdict() for error in score.errors],
    }
