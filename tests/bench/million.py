"""Whole runs over very many postings: seconds, megabytes and ratios from the merge to the publication.

Four days of invented boards: all is new; one in a hundred changed, opened or closed; nothing changed and every
board was read; nothing changed and every board said so. ``--rows=1000000`` is the real figure, whose bars are
printed; they are for two cores that turn HTML into text at the rate printed beside ours.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
from selectolax.lexbor import LexborHTMLParser

from crawlers.contract.board import Board
from normalize.build import normalize
from normalize.posting import listing_id
from pipeline.lifecycle import duplicates
from pipeline.products.catalogue import PRODUCTS
from pipeline.run import cycle as runs
from pipeline.run.judging import IN_SCOPE
from tests.bench.corpus import postings
from tests.bench.feeds import measured

SOURCES = ("greenhouse", "lever", "personio", "adzuna")  # the last shows other employers' vacancies
OF_A_BOARD = 500
DIFFERENT = 2_000  # texts that differ in more than a sentence
DAYS = ("all new", "1 % changed", "read again", "unchanged")
SECONDS, MEGABYTES, UNCHANGED = 360, 1500, 1 / 20
DUPLICATES = (60, 1000)  # seconds and megabytes for a million rows
HTML_TO_TEXT = 55_000  # documents a second on the machine the bars were set for
LINES = 4_000  # listings a second of `internfeed extract`


class Shown(NamedTuple):
    """The state of a posting on one day."""

    number: int
    version: int


def shown(day: int, board: int) -> list[Shown]:
    """Return the postings of a board; after the first day, of 400 one is gone, one is new and two have changed."""
    first = board * OF_A_BOARD
    numbers = range(first, first + OF_A_BOARD)
    if day == 0:
        return [Shown(number, 0) for number in numbers]
    stay = [Shown(number, int(number % 200 == 7)) for number in numbers if number % 400 != 3]
    new = [Shown(10**9 + number, 0) for number in numbers if number % 400 == 3]
    return stay + new


@cache
def texts() -> list[dict[str, Any]]:
    """Return the postings from which all others are made, as records: internships without a deadline."""
    made: list[dict[str, Any]] = []
    for posting in postings(4 * DIFFERENT):
        posting.title, posting.employment_type = posting.title.replace("Engineer", "Intern"), "Internship"
        listing = normalize(posting, datetime.date(2026, 10, 1))
        if listing["kind"] in IN_SCOPE and listing["valid_through"] is None:
            made.append(posting.to_dict())
        if len(made) == DIFFERENT:
            break
    return made


def text_of(html: str) -> str:
    """Return the text of a document as fast as possible, as the measure of this machine."""
    return LexborHTMLParser(html).text()


def lines(day: int, now: datetime.datetime, source: str, boards: Sequence[int]) -> Iterator[bytes]:
    """Yield the lines of a source's journal."""
    at = now.isoformat()
    base = texts() if day < len(DAYS) - 1 else []
    facts = {"name": source, "redistribution": "feed", "aggregator": source == SOURCES[-1]}
    yield orjson.dumps({"type": "source", "source": source, **facts}) + b"\n"
    for board in boards:
        head = {"board": str(board), "attempt": 1}
        yield orjson.dumps({"type": "begin", **head, "at": at, "name": f"Board {board}"}) + b"\n"
        commit: dict[str, Any] = {"verdict": "unchanged"}
        if base:
            here = shown(day, board)
            for number, version in here:
                record = base[number % DIFFERENT] | {
                    "source": source,
                    "board": str(board),
                    "posting_id": str(number),
                    "url": f"https://example.org/{number}",
                    "hiring_organization": f"Example {number // 50}",
                    "fetched_at": at,
                }
                record["description"] += f"<p>Desk {number}, chair {version}.</p>"
                yield orjson.dumps({"type": "posting", **head, "posting": record}) + b"\n"
            ids = [str(number) for number, _ in here]
            commit = {"verdict": "ok", "ids": ids, "postings": len(ids), "validators": {f"{board}": {"etag": at}}}
        yield orjson.dumps({"type": "commit", **head, "error": None, **commit}) + b"\n"


def run_day(day: int, data: Path, rows: int) -> None:
    """Run one day; print seconds by stage, from the last line of the crawl to the end of the run."""
    boards = range(rows // OF_A_BOARD)
    now = datetime.datetime(2026, 10, 1 + day, 12, tzinfo=datetime.UTC)
    begun: dict[str, float] = {}

    def crawl(due: Sequence[Board], run_dir: Path, now: datetime.datetime, _: Any) -> None:
        for source in SOURCES:
            ours = [int(board.board) for board in due if board.source == source]
            with (run_dir / f"{source}.jsonl").open("wb", 1 << 20) as journal:
                journal.writelines(lines(day, now, source, ours))
        begun["read"] = time.monotonic()

    def told(event: runs.ProgressEvent) -> None:
        if begun:
            begun.setdefault(event["stage"], time.monotonic())

    asked = [Board(SOURCES[board % len(SOURCES)], str(board), f"Board {board}") for board in boards]
    options = runs.Options(
        data, asked, all_boards=True, today=now, replay=Path("bench"), progress=told, products=PRODUCTS
    )
    published = runs.run(options, crawl)
    ends = [*list(begun.values())[1:], time.monotonic()]
    stages = {name: round(end - at, 2) for (name, at), end in zip(begun.items(), ends, strict=True)}
    counts = published.manifest.to_record()["listings"]
    print(json.dumps({"stages": stages, "status": published.status, **counts}))


def compare(rows: int) -> None:
    """Find the duplicates among a number of rows, of which one in twenty is a copy."""
    count = rows - rows // 21
    numbers = [*range(count), *range(0, 20 * (rows - count), 20)]
    copies = [position >= count for position in range(rows)]
    table = {name: pa.nulls(rows, pa.string()) for name in duplicates.COLUMNS}
    table |= {
        "listing_id": pa.array(listing_id("bench", str(copy), str(n)) for n, copy in zip(numbers, copies, strict=True)),
        "source": pa.array("adzuna" if copy else "greenhouse" for copy in copies),
        "board": pa.array("gb" if copy else f"{number // 500}" for number, copy in zip(numbers, copies, strict=True)),
        "title": pa.array(f"{'Data Sales Design Field'.split()[n % 4]} Intern {n // 4 % 13}" for n in numbers),
        "hiring_organization": pa.array(f"Example {number // 50} Ltd" for number in numbers),
        "city": pa.array(("Lyon", "Leeds", "Austin", "Pune")[number % 50 // 13] for number in numbers),
        "country": pa.array(("FR", "GB", "US", "IN")[number % 50 // 13] for number in numbers),
        "remote_status": pa.array(["unknown"] * rows),
    }
    descriptions = [text_of(record["description"]) for record in texts()]

    def read(positions: Sequence[int]) -> list[str]:
        return [f"{descriptions[numbers[at] % DIFFERENT]} Desk {numbers[at]}." for at in positions]

    begun = time.monotonic()
    named = duplicates.canonical_ids(pa.table(table), read, frozenset({"adzuna"}))
    seconds = time.monotonic() - begun
    joined = sum(mine != name for mine, name in zip(table["listing_id"].to_pylist(), named, strict=True))
    print(json.dumps({"seconds": seconds, "joined": joined, "copies": sum(copies)}))


def extract(count: int) -> tuple[float, float, float]:
    """Return the listings per second of `internfeed extract` after startup, and megabytes after some and all rows."""
    records = b"".join(orjson.dumps(record) + b"\n" for record in texts())
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        few.write_bytes(records)
        many.write_bytes(records * (count // DIFFERENT + 1))
        command = f"{sys.executable} -m pipeline.cli extract --today 2026-10-01"
        (start, first), (whole, last) = (measured(["sh", "-c", f"{command} <{path}"]) for path in (few, many))
    return DIFFERENT * (count // DIFFERENT) / (whole - start), first, last


def main() -> None:
    """Print the seconds, megabytes and ratios of every day."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a folder to work in and to leave behind")
    asked = parser.parse_args()
    me = [sys.executable, "-m", "tests.bench.million"]
    documents = [record["description"] for record in texts()]
    begun = time.perf_counter()
    for document in documents:
        text_of(document)
    rate = len(documents) / (time.perf_counter() - begun)
    slower = HTML_TO_TEXT / rate
    print(f"  html to text: {rate:,.0f} documents a second, {slower:.1f} times slower than where the bars were set")
    folder = asked.keep or Path(tempfile.mkdtemp())
    took = []
    try:
        for day, name in enumerate(DAYS):
            out = folder / f"day{day}.json"
            with out.open("w") as told:
                _, most = measured([*me, "day", str(day), str(folder / "data"), str(asked.rows)], told)
            facts = json.loads(out.read_text().splitlines()[-1])
            took.append(sum(facts["stages"].values()))
            counts = ", ".join(f"{facts[name]:,} {name}" for name in ("opened", "changed", "closed"))
            stages = ", ".join(f"{stage} {seconds}" for stage, seconds in facts["stages"].items())
            there = took[-1] / slower
            print(f"  {name:12} {took[-1]:7.1f} s ({there:.1f} there), {most:,.0f} MB; {counts}; {stages}")
        ratio = took[3] / took[1]
        print(f"  a run in which nothing changed takes {ratio:.3f} of a full one, bar {UNCHANGED}")
        if asked.rows >= 1_000_000:
            print(f"  bars: {SECONDS} s and {MEGABYTES} MB")
        out = folder / "duplicates.json"
        with out.open("w") as told:
            _, most = measured([*me, "compare", str(asked.rows)], told)
        facts = json.loads(out.read_text())
        print(
            f"  duplicates   {facts['seconds']:7.1f} s ({facts['seconds'] / slower:.1f} there), {most:,.0f} MB;"
            f" {facts['joined']:,} of {facts['copies']:,} copies joined; bars for a million {DUPLICATES}"
        )
        speed, first, last = extract(4 * DIFFERENT)
        print(
            f"  extract      {speed:,.0f} a second ({speed * slower:,.0f} there, bar {LINES:,}), {speed / rate:.3f} of"
            f" html to text; {first:.0f} MB after {DIFFERENT:,}, {last:.0f} MB after {5 * DIFFERENT:,}"
        )
    finally:
        if asked.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["day"]:
        run_day(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["compare"]:
        compare(int(sys.argv[2]))
    else:
        main()
