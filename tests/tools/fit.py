"""Weights of the rules of reading, fitted from labelled rows: `python -m tests.tools.fit` (``make fit``).

Rows are those of a folder of labelled postings beside the project and of the project's own set. Each field's weights
are written to ``normalize/cues/weights/<field>.toml``: every sign with a weight for each meaning and the number of rows
that showed it. The same rows give the same bytes. The figures printed are precision and recall at four thresholds, on
rows that were left out of the fit (cross-validation over postings).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order: the same rows give the same bytes

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

HERE = Path(__file__).resolve().parents[1]
REAL = HERE.parent.parent / "shared" / "gold"
WEIGHTS = HERE.parent / "normalize" / "cues" / "weights"
STRENGTH = 0.5  # of the evidence against the prior, which is that a sign is worth nothing
ROUNDS = 3  # of deciding which span of a text its label is about
FOLDS = 5
FEWEST_ROWS = 7  # a sign that fewer rows show is left out of the fit
SMALLEST = 0.12  # a sign whose weights are all smaller is left out of the table


class Row(NamedTuple):
    """A labelled text.

    Attributes:
        file, id: where it is from.
        spans: the signs beside each of its spans.
        own: the meaning that each span has of itself.
        accepted: the meanings that are right, empty where the text says nothing.
        optional: whether saying nothing is right too.
    """

    file: str
    id: str
    spans: list[dict[str, str]]
    own: list[str]
    accepted: frozenset[str]
    optional: bool


class Fit(NamedTuple):
    """A fitted model: its signs, and the linear model over them."""

    signs: DictVectorizer
    model: Any
    meanings: list[str]

    def likely(self, spans: list[dict[str, str]]) -> np.ndarray:
        """Return how likely each meaning is for each span; the first column is nothing."""
        return self.model.predict_proba(self.signs.transform([dict.fromkeys(span, 1.0) for span in spans]))


def supported(rows: list[Row]) -> list[Row]:
    """Return the rows with the signs that enough of them show."""
    support = Counter(sign for row in rows for sign in {sign for span in row.spans for sign in span})
    return [
        row._replace(spans=[{s: w for s, w in span.items() if support[s] >= FEWEST_ROWS} for span in row.spans])
        for row in rows
    ]


def fit(rows: list[Row], meanings: list[str]) -> Fit:
    """Fit weights; where a text has several spans, its label is about those that fit it best."""
    rows = supported(rows)
    vectorizer = DictVectorizer()
    places = [(row, at) for row in range(len(rows)) for at in range(len(rows[row].spans))]
    matrix = vectorizer.fit_transform([dict.fromkeys(rows[row].spans[at], 1.0) for row, at in places])
    likely: np.ndarray | None = None
    model = None
    for _ in range(ROUNDS):
        index, target, weight = _targets(rows, places, meanings, likely)
        model = LogisticRegression(C=STRENGTH, max_iter=600, tol=1e-6).fit(matrix[index], target, sample_weight=weight)
        likely = model.predict_proba(matrix)
    return Fit(vectorizer, model, meanings)


def _targets(
    rows: list[Row], places: list[tuple[int, int]], meanings: list[str], likely: np.ndarray | None
) -> tuple[list[int], list[int], list[float]]:
    best: dict[int, tuple[float, int]] = {}
    if likely is not None:
        for place, (row, at) in enumerate(places):
            share = sum(likely[place][1 + meanings.index(meaning)] for meaning in rows[row].accepted)
            best[row] = max(best.get(row, (-1.0, 0)), (share, -at))
    index, target, weight = [], [], []
    for place, (row, at) in enumerate(places):
        accepted = sorted(rows[row].accepted)
        if not accepted:
            index.append(place), target.append(0), weight.append(1.0)
            continue
        if likely is None:
            fits = [own in accepted for own in rows[row].own]
            meant = fits[at] or not any(fits)
        else:
            share = sum(likely[place][1 + meanings.index(meaning)] for meaning in accepted)
            meant = -best[row][1] == at or share > 0.5
        for meaning in accepted if meant else []:
            index.append(place), target.append(1 + meanings.index(meaning)), weight.append(1 / len(accepted))
        if not meant:
            index.append(place), target.append(0), weight.append(0.5)
    return index, target, weight


def decided(likely: np.ndarray, meanings: list[str]) -> tuple[str, float]:
    """Return the likeliest meaning of a text's spans and how likely it is."""
    if not len(likely):
        return "", 0.0
    best = likely[:, 1:].max(axis=0)
    top = int(best.argmax())
    return meanings[top], float(best[top])


def cross_validated(rows: list[Row], meanings: list[str]) -> list[tuple[str, float]]:
    """Return each row's reading by a fit that did not see it."""
    said: list[tuple[str, float]] = [("", 0.0)] * len(rows)
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(np.arange(len(rows))):
        fitted = fit([rows[at] for at in train], meanings)
        for at in test:
            if rows[at].spans:
                said[at] = decided(fitted.likely(rows[at].spans), meanings)
    return said


def measured(rows: list[Row], said: list[tuple[str, float]], threshold: float) -> tuple[float, float, int]:
    """Return precision, recall and how many rows state something."""
    spoken = right = stated = found = 0
    for row, (meaning, share) in zip(rows, said, strict=True):
        must = bool(row.accepted) and not row.optional
        stated += must
        if meaning and share >= threshold:
            spoken += 1
            right += meaning in row.accepted
            found += must and meaning in row.accepted
    return right / max(1, spoken), found / max(1, stated), stated


def table(rows: list[Row], fitted: Fit, threshold: float, source: str) -> str:
    """Return a fitted table as TOML."""
    support = Counter(sign for row in rows for sign in {sign for span in row.spans for sign in span})
    model = fitted.model
    order = [list(model.classes_).index(1 + at) for at in range(len(fitted.meanings))]
    nothing = list(model.classes_).index(0)
    base = [round(float(model.intercept_[at] - model.intercept_[nothing]), 2) for at in order]
    lines = [
        f"# Fitted by `make fit`; {source}.",
        "# A sign beside a span: its weight for each meaning, against saying nothing; last, the rows that showed it.",
        f"threshold = {threshold}",
        f"meanings = {json.dumps(fitted.meanings)}",
        f"base = {json.dumps(base)}",
        "",
        "[signs]",
    ]
    for at, sign in enumerate(fitted.signs.get_feature_names_out()):
        weights = [round(float(model.coef_[row][at] - model.coef_[nothing][at]), 2) for row in order]
        if max(map(abs, weights)) >= SMALLEST:
            lines.append(f"{json.dumps(sign, ensure_ascii=False)} = {json.dumps([*weights, support[sign]])}")
    return "\n".join(lines) + "\n"


def chosen(rows: list[Row], said: list[tuple[str, float]]) -> float:
    """Return the threshold with the best balance of precision and recall, where precision counts double."""

    def balance(threshold: float) -> float:
        precision, recall, _ = measured(rows, said, threshold)
        return 1.25 * precision * recall / max(0.001, 0.25 * precision + recall)

    return max([at / 100 for at in range(40, 81, 2)], key=balance)


def read_rows(files: list[Path], read: Callable[[dict[str, Any], str], Row | None]) -> tuple[list[Row], str]:
    """Return the rows of some files and what they are, in words."""
    digest, rows = hashlib.blake2b(digest_size=8), []
    for path in files:
        content = path.read_bytes()
        digest.update(content)
        for line in filter(None, content.split(b"\n")):
            if (row := read(json.loads(line), path.stem)) is not None:
                rows.append(row)
    return rows, f"{len(rows)} rows, digest {digest.hexdigest()}"


def workplace(posting: dict[str, Any], file: str) -> Row | None:
    """Return a row about the workplace: a text, without the fields that would outrank it."""
    from normalize.cues.rules import phrases
    from normalize.place import workplace as reader
    from normalize.text.html import read_markup
    from normalize.text.scanner import scan

    label = posting["labels"].get("remote_status")
    words = posting["posting"]
    if label is None or words.get("remote") or not words.get("description"):
        return None
    if not file.endswith(("windows", "phrases")) and reader.parse_remote(
        None, scan(words["location"]) if words.get("location") else None, scan(words.get("title") or ""), scan("")
    ):
        return None
    listed = label if isinstance(label, list) else [label]
    text = scan(read_markup(words["description"]).text)
    languages = reading_languages(text)
    found = reader.spans(text)
    spans = [reader.signs_of(text, span, found, phrases(reader.FIELD, languages)) for span in found]
    own = [str(reader._STATUS.get(span.kind, "")) for span in found]
    accepted = frozenset(listed) - {"unknown"}
    return Row(file, posting["id"], spans, own, accepted, "unknown" in listed and bool(accepted))


def reading_languages(text: Any) -> frozenset[str] | None:
    """Return the languages to read a text with."""
    from normalize.text.language import parse_language

    code = parse_language(text.norm)
    return None if code is None else frozenset(("en", code))


FIELDS: dict[str, tuple[Callable[[dict[str, Any], str], Row | None], list[str], list[str]]] = {
    "workplace": (
        workplace,
        ["hybrid", "onsite", "remote"],
        ["remote_windows", "remote_phrases", "reported", "adversarial", "gold", "gold2", "remote_silence"],
    )
}


def main(names: Iterator[str]) -> int:
    """Fit the fields that are named, all without a name."""
    if not REAL.is_dir():
        print(f"no folder of labelled rows at {REAL.name}; nothing was fitted", file=sys.stderr)
        return 1
    for name in list(names) or list(FIELDS):
        read, meanings, files = FIELDS[name]
        own = HERE / "gold" / {"workplace": "remote.jsonl"}[name]
        rows, source = read_rows([*(REAL / f"{file}.jsonl" for file in files), own], read)
        said = cross_validated(rows, meanings)
        threshold = chosen(rows, said)
        print(f"{name}: {source}; threshold {threshold}")
        for file in dict.fromkeys(row.file for row in rows):
            at = [place for place, row in enumerate(rows) if row.file == file]
            figures = [
                measured([rows[one] for one in at], [said[one] for one in at], t) for t in (0.4, 0.5, threshold, 0.7)
            ]
            print(f"  {file:16} " + "  ".join(f"{p:.3f}/{r:.3f}" for p, r, _ in figures), figures[0][2])
        (WEIGHTS / f"{name}.toml").write_text(table(rows, fit(rows, meanings), threshold, source), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(iter(sys.argv[1:])))
