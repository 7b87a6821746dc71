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

from tests.tools.fit_pay import fit as fit_pay

HERE = Path(__file__).resolve().parents[1]
REAL = HERE.parent.parent / "shared" / "gold"
WEIGHTS = HERE.parent / "normalize" / "cues" / "weights"
STRENGTH = 0.5  # of the evidence against the prior, which is that a sign is worth nothing
ROUNDS = 3  # of deciding which span of a text its label is about
FOLDS = 5
OWN_FILES = frozenset(path.stem for path in (HERE / "gold").glob("*.jsonl"))
OWN = 3.0  # the weight of a row of the project's own set, each of which stands for a kind
FEWEST_ROWS = 5  # a sign that fewer rows show is left out of the fit
SMALLEST = 0.12  # a sign whose weights are all smaller is left out of the table


class Row(NamedTuple):
    """A labelled text.

    Attributes:
        file, id: where it is from.
        spans: the signs beside each of its spans.
        own: the meaning that each span has of itself.
        accepted: the meanings that are right, empty where the text says nothing.
        optional: whether saying nothing is right too.
        meant: what each span means where the label tells, None where it has to be found out.
    """

    file: str
    id: str
    spans: list[dict[str, str]]
    own: list[str]
    accepted: frozenset[str]
    optional: bool
    meant: list[str] | None = None


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
        own = OWN if rows[row].file in OWN_FILES else 1.0
        if (known := rows[row].meant) is not None:
            index.append(place), target.append(1 + meanings.index(known[at]) if known[at] else 0)
            weight.append(own)
            continue
        if not accepted:
            index.append(place), target.append(0), weight.append(own)
            continue
        if likely is None:
            fits = [own in accepted for own in rows[row].own]
            meant = fits[at] or not any(fits)
        else:
            share = sum(likely[place][1 + meanings.index(meaning)] for meaning in accepted)
            meant = -best[row][1] == at or share > 0.5
        shares = _shares(accepted, meanings, None if likely is None else likely[place], rows[row].own[at])
        for meaning, share in zip(accepted, shares, strict=True) if meant else ():
            index.append(place), target.append(1 + meanings.index(meaning)), weight.append(own * share)
        if not meant:
            index.append(place), target.append(0), weight.append(own / 2)
    return index, target, weight


def _shares(accepted: list[str], meanings: list[str], likely: np.ndarray | None, own: str) -> list[float]:
    """Return how far a span counts for each meaning that its label accepts: as likely as each was found so far."""
    if likely is None:
        found = [1.0 + (meaning == own) for meaning in accepted]
    else:
        found = [float(likely[1 + meanings.index(meaning)]) for meaning in accepted]
    return [share / sum(found) for share in found]


def decided(row: Row, likely: np.ndarray, meanings: list[str]) -> tuple[str, float]:
    """Return the likeliest meaning of a text's spans and how likely it is; one that is another span's is "wrong"."""
    if not len(likely):
        return "", 0.0
    believed = (likely[:, 1:] + 1 - likely[:, :1]) / 2
    best = believed.max(axis=0)
    top = int(best.argmax())
    span = int(believed[:, top].argmax())
    said = meanings[top] if row.meant is None or row.meant[span] == meanings[top] else "wrong"
    return said, float(best[top])


def cross_validated(rows: list[Row], meanings: list[str]) -> list[tuple[str, float]]:
    """Return each row's reading by a fit that did not see it."""
    said: list[tuple[str, float]] = [("", 0.0)] * len(rows)
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(np.arange(len(rows))):
        fitted = fit([rows[at] for at in train], meanings)
        for at in test:
            if rows[at].spans:
                said[at] = decided(rows[at], fitted.likely(rows[at].spans), meanings)
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
    several = len(model.intercept_) > 1  # of two classes there is one row, that of the second
    intercepts = model.intercept_[1:] - model.intercept_[0] if several else model.intercept_
    coefficients = model.coef_[1:] - model.coef_[0] if several else model.coef_
    base = [round(float(value), 2) for value in intercepts]
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
        weights = [round(float(row[at]), 2) for row in coefficients]
        if max(map(abs, weights)) >= SMALLEST:
            lines.append(f"{json.dumps(sign, ensure_ascii=False)} = {json.dumps([*weights, support[sign]])}")
    return "\n".join(lines) + "\n"


def chosen(rows: list[Row], said: list[tuple[str, float]]) -> float:
    """Return the threshold with the best balance; precision counts more than recall."""

    def balance(threshold: float) -> float:
        precision, recall, _ = measured(rows, said, threshold)
        return 1.5 * precision * recall / max(0.001, 0.5 * precision + recall)

    return max([at / 100 for at in range(54, 87, 2)], key=balance)  # below, the value is doubtful


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
    from normalize.text.language import parse_language, reading_languages
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
    languages = reading_languages(parse_language(text.norm))
    table = phrases(reader.FIELD, languages)
    found = reader.with_denials(text, reader.spans(text), table)
    spans = [reader.signs_of(text, span, found, table) for span in found]
    spans = [{sign: said for sign, said in span.items() if not _is_placed(sign)} for span in spans]
    own = [str(reader.STATUS_OF.get(span.kind, "")) for span in found]
    accepted = frozenset(listed) - {"unknown"}
    return Row(file, posting["id"], spans, own, accepted, "unknown" in listed and bool(accepted))


def _is_placed(sign: str) -> bool:
    """Tell whether a sign is a single word at one distance, which tells no more of a workplace than the word does."""
    return sign[0] == "“" and ("” next " in sign or "” near " in sign)


def duration(posting: dict[str, Any], file: str) -> Row | None:
    """Return a row about the length of a job: the lengths of time in its text, and which of them are the label's."""
    from normalize.schedule import duration as reader
    from normalize.text.html import read_markup
    from normalize.text.language import parse_language, reading_languages
    from normalize.text.scanner import scan
    from pipeline.score import accepted, agrees

    labels, words = posting["labels"], posting["posting"]
    ends = {
        name: accepted(name, labels[name]) for name in ("duration_weeks_min", "duration_weeks_max") if name in labels
    }
    title = scan(words.get("title") or "")
    if (
        not ends
        or words.get("duration")
        or not words.get("description")
        or reader.parse_duration(None, title, scan(""))
    ):
        return None
    text = scan(read_markup(words["description"]).text)
    found = reader.candidates(text, "description", reading_languages(parse_language(text.norm)), True)
    found = [one for one in found if one.unit != "semester"]  # which has no weeks that a label could state
    stated = any(value is not None for values in ends.values() for value in values)
    optional = stated and all(None in values for values in ends.values())

    def is_labelled(length: Any) -> bool:
        return stated and all(
            any(agrees(name, value, getattr(length, name.removeprefix("duration_"))) for value in values)
            for name, values in ends.items()
        )

    meant = [reader.JOBS if is_labelled(one.duration) else "" for one in found]
    signs = [one.decision.signs for one in found]
    return Row(file, posting["id"], signs, [], frozenset([reader.JOBS] if stated else []), optional, meant)


WHOLE = ["reported", "adversarial", "gold", "gold2"]
FIELDS: dict[str, tuple[Callable[[dict[str, Any], str], Row | None], list[str], list[str], str]] = {
    "duration": (duration, ["the job's"], ["duration_windows", "duration_phrases", *WHOLE], "duration"),
    "workplace": (
        workplace,
        ["hybrid", "onsite", "remote"],
        ["remote_windows", "remote_phrases", *WHOLE, "remote_silence"],
        "remote",
    ),
}


def main(names: Iterator[str]) -> int:
    """Fit the fields that are named, all without a name."""
    if not REAL.is_dir():
        print(f"no folder of labelled rows at {REAL.name}; nothing was fitted", file=sys.stderr)
        return 1
    for name in list(names) or [*FIELDS, "pay"]:
        if name == "pay":
            fit_pay(REAL)
            continue
        read, meanings, files, own_file = FIELDS[name]
        own = HERE / "gold" / f"{own_file}.jsonl"
        rows, source = read_rows([*(REAL / f"{file}.jsonl" for file in files), own], read)
        said = cross_validated(rows, meanings)
        threshold = chosen(rows, said)
        (WEIGHTS / f"{name}.toml").write_text(table(rows, fit(rows, meanings), threshold, source), "utf-8")
        print(f"{name}: {source}; threshold {threshold}")
        for file in dict.fromkeys(row.file for row in rows):
            at = [place for place, row in enumerate(rows) if row.file == file]
            figures = [
                measured([rows[one] for one in at], [said[one] for one in at], t) for t in (0.4, 0.5, threshold, 0.7)
            ]
            print(f"  {file:16} " + "  ".join(f"{p:.3f}/{r:.3f}" for p, r, _ in figures), figures[0][2])
    return 0


if __name__ == "__main__":
    sys.exit(main(iter(sys.argv[1:])))
