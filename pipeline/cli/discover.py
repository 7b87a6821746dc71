"""`internfeed boards discover`: find boards in lists of addresses, and crawl each new one once."""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

from crawlers.boards.addresses import read_addresses
from crawlers.boards.discover import Discovery, Place, candidate_of, discover, folded
from crawlers.boards.probe import Look, find
from crawlers.contract.board import BoardKey
from crawlers.contract.candidates import Candidate, save_candidates
from crawlers.contract.errors import UsageError
from crawlers.contract.plan import ProgressEvent
from crawlers.crawl import check
from crawlers.politeness.proxies import check_proxies
from pipeline.cli.arguments import whole_number
from pipeline.cli.choose import known_boards
from pipeline.cli.console import Reporter
from pipeline.cli.crawling import report_board
from pipeline.cli.ledger import candidates_file, candidates_of
from pipeline.cli.streams import print_json
from pipeline.run.today import parse_today
from pipeline.store import snapshot

_SHOWN = 20  # candidates that are printed
_SPAWN = multiprocessing.get_context("spawn")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the action's arguments."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a list of home pages, domains or addresses, or an index file of a web archive (CDX)",
    )
    parser.add_argument(
        "--postings", action="store_true", help="also look at the addresses in the postings of the newest snapshot"
    )
    parser.add_argument(
        "--limit",
        type=whole_number,
        default=100,
        metavar="N",
        help="fetch at most N home pages and crawl at most N new boards; 0 fetches nothing (default: %(default)s)",
    )
    parser.add_argument("--replay", type=Path, metavar="DIR", help="read responses from this folder, not the network")
    parser.add_argument("--today", type=parse_today, metavar="YYYY-MM-DD", help="the day to note (default: today)")
    parser.add_argument("--json", action="store_true", help="print one JSON object per candidate")


def run(options: argparse.Namespace) -> int:
    """Write the boards that were found to candidates.csv of the data folder; return the exit status.

    Raises:
        UsageError: there is no list, a list cannot be read, or the environment sets a proxy.
    """
    if not options.files and not options.postings:
        raise UsageError("nothing to look at; name a FILE with addresses, or use --postings")
    day = (options.today or datetime.datetime.now(datetime.UTC)).date().isoformat()
    places, homes, broken = _places(options)
    earlier = candidates_of(options.data)
    known = [] if options.replay else [board.key for board in known_boards(options.data)]
    found = discover(places, [*known, *earlier], day)
    if options.limit and options.replay is None:
        check_proxies()
    candidates = {candidate.as_board.key: candidate for candidate in found.candidates}
    unreached = _look_at_homes(homes & set(found.others), options, day, {*known, *earlier}, candidates)
    new = len(candidates)
    candidates = dict(earlier) | candidates
    _save(options, candidates)
    unprobed = [candidate for candidate in candidates.values() if not candidate.probed_on]
    chosen = sorted(unprobed, key=lambda candidate: (-candidate.addresses, candidate))[: options.limit]
    if chosen:
        candidates |= {candidate.as_board.key: candidate for candidate in _probed(chosen, options, day)}
        _save(options, candidates)
    _print(options, candidates, chosen)
    _print_counts(options, found, new, len(places), broken, unreached)
    return 0


def _places(options: argparse.Namespace) -> tuple[list[Place], set[Place], dict[Path, list[int]]]:
    """Return the addresses of all lists, those of them that are home pages to fetch, and the broken lines by file."""
    places: list[Place] = []
    homes: set[Place] = set()
    broken: dict[Path, list[int]] = {}
    for file in options.files:
        try:
            addresses = read_addresses(file)
        except ValueError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}") from error
        broken[file] = addresses.broken
        for listed in addresses.listed:
            place = Place(listed.address, f"{file.name}, line {listed.line}")
            places.append(place)
            if not listed.indexed:
                homes.add(place)
    if options.postings:
        places += _in_postings(options.data)
    return places, homes, broken


def _in_postings(data: Path) -> Iterator[Place]:
    """Yield the addresses of postings in the newest snapshot, and those to which they lead applicants.

    Raises:
        UsageError: there is no snapshot.
    """
    latest = snapshot.DataFolder(data).latest()
    if latest is None:
        raise UsageError(f"{data} holds no snapshot. Run `internfeed run --data {data}` first")
    columns = ["source", "board", "posting_id", "apply_url", "url"]
    for part in snapshot.parts(latest, "listings"):
        for batch in pq.ParquetFile(part).iter_batches(columns=columns):
            for row in batch.to_pylist():
                where = f"posting {row['source']}/{row['board']}/{row['posting_id']}"
                yield from (Place(row[name], where) for name in ("apply_url", "url") if row[name])


def _look_at_homes(
    homes: set[Place],
    options: argparse.Namespace,
    day: str,
    known: set[BoardKey],
    candidates: dict[BoardKey, Candidate],
) -> dict[str, str]:
    """Fetch home pages, add the boards behind them to the candidates, and return the reasons by address without one."""
    chosen = sorted(homes)[: options.limit]
    if not chosen or options.replay:
        return {}
    taken = {folded(key) for key in (*known, *candidates)}
    with ProcessPoolExecutor(1, _SPAWN) as process:  # a process can crawl only once, and this one probes afterwards
        looks: dict[str, Look] = process.submit(find, [home.address for home in chosen], True).result()
    reasons = {}
    for home in chosen:
        board, reason = looks[home.address].board, looks[home.address].reason
        if board is None:
            reasons[home.address] = reason
        elif folded(board.key) not in taken:
            taken.add(folded(board.key))
            candidates[board.key] = candidate_of(board, home, day)
    return reasons


def _probed(chosen: Sequence[Candidate], options: argparse.Namespace, day: str) -> Iterator[Candidate]:
    """Crawl candidates once; yield each with what it showed."""
    with Reporter(quiet=options.json) as reporter:
        reporter({"stage": "crawl", "boards": len(chosen)})

        def progress(event: ProgressEvent) -> None:
            report_board(reporter.advance, event)

        try:
            commits = check([candidate.as_board for candidate in chosen], progress, replay=options.replay)
        except ValueError as error:
            raise UsageError(str(error)) from error
    for candidate, commit in zip(chosen, commits, strict=True):
        yield candidate._replace(
            probed_on=day,
            verdict=str(commit.verdict),
            postings=commit.postings,
            internships=max(0, commit.postings - commit.out_of_scope - commit.dropped),
            reason=commit.error or "",
        )


def _save(options: argparse.Namespace, candidates: dict[BoardKey, Candidate]) -> None:
    if candidates:
        save_candidates(candidates_file(options.data), candidates.values())


def _print(options: argparse.Namespace, candidates: dict[BoardKey, Candidate], chosen: Sequence[Candidate]) -> None:
    probed = [candidates[candidate.as_board.key] for candidate in chosen]
    probed.sort(key=lambda candidate: (-candidate.internships, -candidate.postings, candidate))
    if options.json:
        for candidate in candidates.values():
            print_json(candidate._asdict())
        return
    for candidate in probed[:_SHOWN]:
        detail = candidate.reason or f"{candidate.postings} postings, {candidate.internships} may be internships"
        print(f"{candidate.as_board.key}\t{candidate.verdict}\t{detail}")
    if len(probed) > _SHOWN:
        print(f"{len(probed) - _SHOWN} more in {candidates_file(options.data)}")


def _print_counts(
    options: argparse.Namespace,
    found: Discovery,
    new: int,
    addresses: int,
    broken: dict[Path, list[int]],
    unreached: dict[str, str],
) -> None:
    if options.json:
        return
    for address, reason in list(unreached.items())[:_SHOWN]:
        print(f"{address}\tno board\t{reason}")
    for file, lines in broken.items():
        if lines:
            print(f"{file}\t{len(lines)} lines without an address, the first is line {lines[0]}")
    for source, count in Counter(candidate.source for candidate in found.candidates).most_common():
        print(f"{source}\t{count} new boards")
    print(
        f"{addresses:,} addresses: {new:,} new boards in {candidates_file(options.data)}, "
        f"{len(found.known):,} boards known already, {len(found.others):,} addresses of no known kind of board"
    )
