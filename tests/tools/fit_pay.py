"""The weights by which a sum is taken for the pay, fitted by `python -m tests.tools.fit pay`.

Each sum of the labelled windows and postings is one example; it is the pay where its ends are the labelled ends. A
log-linear model with a ridge penalty gives each sign its weight. `normalize/cues/weights/pay.toml` is rewritten and is
the same to the byte for the same rows.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from normalize.pay.choose import candidates
from normalize.place.location import parse_places
from normalize.text.html import field_words, read_markup
from normalize.text.scanner import scan
from pipeline.score import accepted, agrees

HERE = Path(__file__).resolve().parents[1]
TABLE = HERE.parent / "normalize" / "cues" / "weights" / "pay.toml"
FILES = (
    "adversarial.jsonl", "gold.jsonl", "gold2.jsonl", "pay_phrases.jsonl", "pay_postings.jsonl", "pay_silence.jsonl",
    "pay_windows.jsonl", "reported.jsonl",
)  # fmt: skip
PENALTY = 1.0  # the inverse of the ridge penalty: lower draws weights nearer to zero
LEAST = 4  # a sign that fewer examples have gets no weight of its own
OWN = 3.0  # the weight of a row of the project's own set, which stands for a kind


class Example(NamedTuple):
    """One sum of a posting: its signs, whether it is the pay, and whether the posting is of the project's own set."""

    signs: tuple[str, ...]
    is_pay: bool
    own: bool


def rows(gold: Path) -> Iterator[dict[str, Any]]:
    """Yield the labelled postings that state pay in words, of the folder and of the project's own set."""
    for path in [*(gold / name for name in FILES), HERE / "gold" / "pay.jsonl"]:
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            if {"pay_min", "pay_max"} <= row["labels"].keys() and not row["posting"].get("pay"):
                yield row


def examples(row: dict[str, Any]) -> list[Example]:
    """Return the sums of one labelled posting; those that the label leaves open are left out."""
    posting, labels = row["posting"], row["labels"]
    where = field_words(posting["location"]) if posting.get("location") else None
    country = next((place.country for place in parse_places(where) if place.country), None)
    text = scan(read_markup(posting.get("description") or "").text)
    read = candidates(text, country, "description")
    low, high = accepted("pay_min", labels["pay_min"]), accepted("pay_max", labels["pay_max"])
    exact = [_is(low, one.pay.min) and _is(high, one.pay.max) for one in read]
    same = [one.pay.min if one.pay.min is not None else one.pay.max for one in read]
    answers: list[Example] = []
    for one, whole, amount in zip(read, exact, same, strict=True):
        part = not any(exact) and (_is(low, one.pay.min) or _is(high, one.pay.max))
        within = not whole and not part and _within(low, high, amount)
        also = any(exact) and not whole and (_is(low, one.pay.min) or _is(high, one.pay.max))
        if not within and not also:
            answers.append(Example(tuple(one.decision.signs), bool(whole or part), row.get("origin") == "invented"))
    return answers


def _is(labels: Sequence[Any], value: float | None) -> bool:
    return value is not None and any(label is not None and agrees("pay_min", label, value) for label in labels)


def _within(low: Sequence[Any], high: Sequence[Any], amount: float | None) -> bool:
    """Tell whether an amount is between labelled ends, so that it may be a part of the pay."""
    ends = [label for label in (*low, *high) if label is not None]
    return amount is not None and len(ends) > 1 and min(ends) <= amount <= max(ends)


def weights_of(data: Sequence[Example], penalty: float = PENALTY) -> dict[str, tuple[float, int]]:
    """Return the weight and the support of each sign; "every sum" is what each sum begins with."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    support = Counter(sign for example in data for sign in set(example.signs))
    names = sorted(sign for sign, count in support.items() if count >= LEAST)
    column = {sign: at for at, sign in enumerate(names)}
    cells = [(row, column[sign]) for row, one in enumerate(data) for sign in sorted(set(one.signs)) if sign in column]
    matrix = csr_matrix(([1.0] * len(cells), list(zip(*cells, strict=True))), shape=(len(data), len(names)))
    model = LogisticRegression(C=penalty, max_iter=5000, tol=1e-8)
    model.fit(matrix, [one.is_pay for one in data], [OWN if one.own else 1.0 for one in data])
    table = {"every sum": (round(float(model.intercept_[0]), 2), len(data))}
    table |= {sign: (round(float(model.coef_[0][column[sign]]), 2), support[sign]) for sign in names}
    return {sign: entry for sign, entry in table.items() if entry[0]}


def write(table: dict[str, tuple[float, int]], source: str, path: Path = TABLE) -> None:
    """Write the table in the form that `normalize.cues.decide` reads."""
    (base, _), signs = table["every sum"], {sign: entry for sign, entry in table.items() if sign != "every sum"}
    lines = [
        f"# Fitted by `make fit`; {source}.",
        "# A sign beside a sum: its weight for the sum's being the pay, and the sums that showed it.",
        f"threshold = {THRESHOLD}",
        'meanings = ["the pay"]',
        f"base = [{base}]",
        "",
        "[signs]",
    ]
    lines += [f'"{sign}" = [{weight}, {count}]' for sign, (weight, count) in sorted(signs.items())]
    path.write_text("\n".join(lines) + "\n", "utf-8")


THRESHOLD = 0.55  # from here on, cross-validated precision on windows is at least 0.97


def fit(gold: Path) -> None:
    """Rewrite the table from the labelled postings in a folder and the project's own set."""
    data: list[Example] = []
    digest = hashlib.sha256()
    for row in rows(gold):
        digest.update(json.dumps(row, sort_keys=True).encode())
        data += examples(row)
    write(weights_of(data), f"{len(data)} sums, digest {digest.hexdigest()[:16]}")
