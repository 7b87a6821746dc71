"""`python -m tests.tools.sources [SOURCE ...]`: rebuild the expectations of the sources' fixtures.

A fixture is a replay folder, `tests/crawlers/fixtures/<source>/<case>/`. It also contains `expected.jsonl`, the
expected postings, and `commits.jsonl`, the expected end of each board. Compare `git diff` with the pages afterwards.
Without a source, all fixtures are read, and the table of sources in crawlers/README.md is rebuilt.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from crawlers.boards.sources import spiders
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.registry import load_boards, save_boards
from crawlers.crawl import crawl
from tests.support.process import in_a_process, journals

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "crawlers" / "fixtures"
GUIDE = ROOT / "crawlers" / "README.md"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# The keys of a commit record that are always expected, and those that are expected if they are not empty.
_ALWAYS = ("source", "board", "verdict", "complete", "postings", "out_of_scope", "dropped")
_IF_ANY = ("proof", "window", "dropped_reasons", "unread_fields", "error")


class Reading(NamedTuple):
    """The result of crawling a fixture: its postings by board and id, and a commit record for each board."""

    postings: list[dict]
    commits: list[dict]

    def lines(self) -> tuple[str, str]:
        """Return the contents of expected.jsonl and commits.jsonl for this result."""
        postings, commits = ([json.dumps(line, ensure_ascii=False) + "\n" for line in lines] for lines in self)
        return "".join(postings), "".join(commits)


def cases(sources: Iterable[str] = ()) -> list[Path]:
    """Return the folders of all fixtures, or of the fixtures of some sources."""
    folders = sorted(path.parent for path in FIXTURES.glob("*/*/index.jsonl"))
    named = set(sources)
    return [folder for folder in folders if not named or folder.parent.name in named]


def expected(case: Path) -> Reading:
    """Return the expected result of a fixture."""
    names = ("expected.jsonl", "commits.jsonl")
    return Reading(*([json.loads(line) for line in (case / name).read_text("utf-8").splitlines()] for name in names))


def readings(folders: Iterable[Path]) -> dict[Path, Reading]:
    """Crawl fixtures, together unless they request the same address; return the result of each."""
    read = {}
    while folders := list(folders):
        asked: set[tuple] = set()
        later = [folder for folder in folders if not _joins(folder, asked)]
        now = [folder for folder in folders if folder not in later]
        read |= in_a_process(_crawl, now)
        folders = later
    return read


def _joins(folder: Path, asked: set[tuple]) -> bool:
    """Tell whether a fixture shares no request with the earlier ones, and add its requests to theirs."""
    entries = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    wants = {(entry["url"], json.dumps(entry["request_json"])) for entry in entries}
    wants |= {board.key for board in load_boards(folder / "boards.csv")}
    if wants & asked:
        return False
    asked |= wants
    return True


def _crawl(folders: list[Path]) -> dict[Path, Reading]:
    """Crawl the boards of several replay folders in one crawl."""
    where = {board.key: folder for folder in folders for board in load_boards(folder / "boards.csv")}
    found = {folder: Reading([], []) for folder in folders}
    with tempfile.TemporaryDirectory() as made:
        merged, run = Path(made, "replay"), Path(made, "run")
        save_boards(merged / "boards.csv", [board for case in folders for board in load_boards(case / "boards.csv")])
        with (merged / "index.jsonl").open("w", encoding="utf-8") as index:
            for folder in folders:
                for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
                    entry = json.loads(line)
                    index.write(json.dumps({**entry, "body": str(folder / entry["body"])}) + "\n")
        crawl(CrawlPlan(load_boards(merged / "boards.csv"), run, NOW, replay=merged))
        for line in journals(run):
            if line["type"] == "posting":
                posting = line["posting"]
                assert posting.pop("fetched_at") == "2026-11-23T12:00:00Z"
                found[where[line["source"], line["board"]]].postings.append(posting)
            elif line["type"] == "commit":
                said = {name: line[name] for name in _ALWAYS if name in line} | {
                    name: line[name] for name in _IF_ANY if line.get(name)
                }
                found[where[line["source"], line["board"]]].commits.append(said)
    for reading in found.values():
        reading.postings.sort(key=lambda posting: (posting["source"], posting["board"], posting["posting_id"]))
        reading.commits.sort(key=lambda commit: (commit["source"], commit["board"]))
    return found


def table() -> str:
    """Return the table of sources, made from the facts that the spiders declare."""
    lines = ["| source | what it is | boards | redistribution | verified |", "| --- | --- | --- | --- | --- |"]
    for name, spider in spiders().items():
        needs = f", with a key: `{'`, `'.join(spider.key_variables)}`" if spider.key_variables else ""
        whose = "of others' vacancies" if spider.aggregator else "an employer's own"
        lines.append(f"| `{name}` | {spider.title}{needs} | {whose} | {spider.redistribution} | {spider.verified} |")
    return "\n".join(lines)


def guide() -> str:
    """Return crawlers/README.md with the current table."""
    before, begin, rest = GUIDE.read_text("utf-8").partition(
        "<!-- sources: written by python -m tests.tools.sources -->\n"
    )
    _, end, after = rest.partition("<!-- /sources -->")
    return f"{before}{begin}{table()}\n{end}{after}"


def main(sources: list[str]) -> None:
    """Write the expectations of the sources' fixtures; without a source, write the table of sources too."""
    if unknown := set(sources) - spiders().keys():
        sys.exit(f"no spider reads {', '.join(sorted(unknown))}")
    for folder, reading in readings(cases(sources)).items():
        for name, text in zip(("expected.jsonl", "commits.jsonl"), reading.lines(), strict=True):
            (folder / name).write_text(text, "utf-8")
        for commit in reading.commits:
            kept = sum(posting["board"] == commit["board"] for posting in reading.postings)
            why = f": {commit['error']}" if "error" in commit else ""
            print(f"{folder.relative_to(FIXTURES)}/{commit['board']}: {commit['verdict']}, {kept} kept{why}")
    if not sources:
        GUIDE.write_text(guide(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
