"""`internfeed boards`: list, add, probe, check, import or discover boards, and print their ledger."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from crawlers.boards.import_list import Import, read_list
from crawlers.boards.probe import find, probe
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.clock import from_microseconds
from crawlers.contract.errors import UsageError
from crawlers.contract.plan import ProgressEvent
from crawlers.contract.registry import load_boards, save_boards, shipped
from crawlers.crawl import check
from crawlers.politeness.proxies import check_proxies
from pipeline.cli import discover
from pipeline.cli.arguments import DONE, INTERRUPTED, add_choice_of_boards, add_data
from pipeline.cli.choose import choose_boards, known_boards
from pipeline.cli.console import Reporter
from pipeline.cli.crawling import report_board
from pipeline.cli.ledger import read_ledger
from pipeline.cli.streams import fail, print_json
from pipeline.lifecycle.ledger import Phase
from pipeline.lifecycle.state import BoardState
from pipeline.store import snapshot
from pipeline.store.boards import load_boards as load_board_states

EXAMPLE = "internfeed boards add https://careers.example.com"
STATUSES = {
    **DONE,
    1: "no board at an address, usage error, or an internal error",
    2: "no board answered the check",
    3: "a board failed the check",
    **INTERRUPTED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's actions. The user's own boards are in boards.csv of the data folder."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, help: str, function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, help=help, description=f"{help}.")
        add_data(parser)
        parser.set_defaults(action_function=function)
        return parser

    list_parser = action(
        "list", "Print the boards that a run would crawl, with their health in the newest snapshot", _list
    )
    check_parser = action("check", "Crawl each board once, publish nothing, and print its verdict and yield", _check)
    for parser in (list_parser, check_parser):
        add_choice_of_boards(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser = action("add", "Recognise the boards of careers pages, and add them to boards.csv of the data folder", _add)
    parser.add_argument("addresses", nargs="+", metavar="URL", help="the address of a careers page")
    parser = action("probe", "Print what a page offers: a known board, JSON-LD, feeds or embedded boards", _probe)
    parser.add_argument("address", metavar="URL", help="the address of the page")
    parser = action("import", "Add the boards of a list that another project publishes", _import)
    parser.add_argument(
        "file", type=Path, metavar="FILE", help='the list: JSON such as {"greenhouse": ["acme", ...], ...}, or CSV'
    )
    parser = action("discover", "Find boards in lists of addresses, and crawl each new board once", discover.run)
    discover.add_arguments(parser)
    parser = action("ledger", "Print the phase of each board, the reason, and when it is due", _ledger)
    parser.add_argument("--phase", choices=[*Phase], help="print only boards in this phase (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def run(options: argparse.Namespace) -> int:
    """Run the command's action; return the exit status.

    Raises:
        UsageError: the options name something that does not exist or cannot be read.
    """
    try:
        status: int = options.action_function(options)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return status


def health(data: Path) -> dict[BoardKey, BoardState]:
    """Return the health of each board in the newest snapshot; empty if there is no snapshot."""
    latest = snapshot.DataFolder(data).latest()
    return load_board_states(latest, "verdict postings listings_open consecutive_failures last_ok".split())


def _list(options: argparse.Namespace) -> int:
    known = health(options.data)
    for board in choose_boards(known_boards(options.data), options):
        state = known.get(board.key)
        last = f"{from_microseconds(state.last_ok):%Y-%m-%dT%H:%MZ}" if state and state.last_ok else None
        if options.json:
            names = ("verdict", "postings", "listings_open", "consecutive_failures")
            facts = {name: getattr(state, name, None) for name in names}
            print_json({**board._asdict(), **facts, "last_ok": last})
            continue
        health_text = (
            f"{state.verdict}, {state.listings_open or 0} open, last ok {last or 'never'}"
            if state
            else "not crawled yet"
        )
        _line(f"{board.key}\t{board.name}\t{health_text}")
    return 0


def _ledger(options: argparse.Namespace) -> int:
    for entry in read_ledger(options.data).entries:
        if options.phase and entry.phase != options.phase:
            continue
        found, answer, due = (_day(instant) for instant in (entry.found_on, entry.last_answer, entry.due))
        if options.json:
            days = {"found_on": found, "last_answer": answer, "due": due}
            print_json({**entry.key._asdict(), **entry._asdict(), **days} | {"key": str(entry.key)})
            continue
        facts = (
            f"{entry.internships} internships",
            f"last answer {answer or 'never'}",
            f"{entry.strikes} strikes" if entry.strikes else "",
            f"due {due}" if due else "",
            f"found {found or ''} in {entry.found_in}" if entry.found_in else "",
            entry.reason,
        )
        _line("\t".join((str(entry.key), entry.phase, ", ".join(filter(None, facts)))))
    return 0


def _day(instant: int | None) -> str | None:
    return f"{from_microseconds(instant):%Y-%m-%d}" if instant else None


def _own(data: Path) -> dict[BoardKey, Board]:
    """Return the user's own boards."""
    file = data / "boards.csv"
    return {board.key: board for board in (load_boards(file) if file.is_file() else ())}


def _add(options: argparse.Namespace) -> int:
    """Add the boards at some addresses; print an error for each address without a board."""
    own = _own(options.data)
    known = {board.key: board for board in load_boards(shipped())} | own
    added: list[BoardKey] = []
    missed = 0
    for address, finding in find(options.addresses).items():
        if finding.board is None:
            fail(f"{address}: {finding.reason}")
            missed += 1
            continue
        key = finding.board.key
        if key in known:
            _line(f"{key}\talready known")
            continue
        known[key] = own[key] = finding.board
        added.append(key)
    if added:
        save_boards(options.data / "boards.csv", own.values())
    for key in added:
        _line(f"{key}\tadded to {options.data / 'boards.csv'}")
    return 1 if missed else 0


def _probe(options: argparse.Namespace) -> int:
    address = options.address
    finding = probe(address)
    offer = finding.offer
    if finding.board is None and (offer is None or not (offer.boards or offer.postings or offer.feeds)):
        fail(f"{address}: {finding.reason or 'no JSON-LD, no feed and no known board'}")
        return 1
    if finding.board is not None:
        _line(f"board\t{finding.board.key}\tinternfeed boards add {address}")
    if offer is not None:
        for board in offer.boards:
            _line(f"embeds\t{board.key}")
        for title in offer.postings:
            _line(f"JSON-LD\t{title}")
        for kind, feed in offer.feeds:
            _line(f"feed\t{kind}\t{feed}")
    elif finding.reason:
        _line(f"page\t{finding.reason}")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Crawl each board once; keep nothing."""
    answered, healthy = False, True
    chosen = choose_boards(known_boards(options.data), options)
    if not chosen:
        raise UsageError("no board to check; run `internfeed boards list` to see the known boards")
    check_proxies()
    with Reporter() as reporter:
        reporter({"stage": "crawl", "boards": len(chosen)})

        def progress(event: ProgressEvent) -> None:
            report_board(reporter.advance, event)

        commits = check(chosen, progress)
    for board, commit in zip(chosen, commits, strict=True):
        answered |= commit.verdict.answered
        healthy &= commit.verdict.is_healthy(commit.complete, window=False)
        if options.json:
            names = ("verdict", "postings", "out_of_scope", "dropped", "requests", "error")
            print_json(board.key._asdict() | {name: getattr(commit, name) for name in names})
            continue
        kept = commit.postings - commit.out_of_scope - commit.dropped
        detail = commit.error or f"{commit.postings} postings, {kept} may be internships"
        _line(f"{board.key}\t{commit.verdict}\t{detail}")
    return 0 if healthy else 3 if answered else 2


def _import(options: argparse.Namespace) -> int:
    try:
        imported = read_list(options.file)
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}") from None
    others = _others(imported)
    if not imported.boards:
        reasons = "; ".join(line.replace("\t", ": ") for line in _first(others, 3))
        raise UsageError(f"{options.file} contains no board to import: {reasons or 'the list is empty'}")
    own = _own(options.data)
    known = {board.key for board in load_boards(shipped())} | own.keys()
    listed = {board.key: board for board in imported.boards}
    new = {key: board for key, board in listed.items() if key not in known}
    if new:
        save_boards(options.data / "boards.csv", [*own.values(), *new.values()])
    counts = Counter(source for source, _ in listed)
    added = Counter(source for source, _ in new)
    for source, count in sorted(counts.items()):
        _line(f"{source}\t{count} boards\t{added[source]} new")
    for line in others:
        _line(line)
    incomplete, unknown, refused = imported.incomplete.total(), imported.unknown.total(), len(imported.refused)
    _line(
        f"{sum(counts.values()) + incomplete + unknown + refused} entries: {len(new)} boards added to "
        f"{options.data / 'boards.csv'}, {len(listed) - len(new)} known already, {incomplete} incomplete, "
        f"{unknown} of {len(imported.unknown)} unknown systems, {refused} refused"
    )
    return 0


def _others(imported: Import) -> list[str]:
    """Return a line for each kind of entry that was not imported, with the first places where it is in the list."""
    lines = [f"refused\t{reason}" for reason in _first(imported.refused, 20)]
    for source, count in sorted(imported.incomplete.items()):
        where = ", ".join(_first(imported.places[source], 5))
        lines.append(f"{source}\t{count} entries name no board\tnot imported: add their careers addresses ({where})")
    for system, count in sorted(imported.unknown.items(), key=lambda entry: -entry[1]):
        where = ", ".join(_first(imported.places[system], 5))
        near = f"; did you mean {imported.nearest[system]}?" if system in imported.nearest else ""
        lines.append(f"{system}\t{count} entries\tunknown: no spider reads it ({where}){near}")
    return lines


def _first(texts: Sequence[str], number: int) -> list[str]:
    """Return the first texts, then how many more there are.

    >>> _first(["line 2", "line 3", "line 4"], 2)
    ['line 2', 'line 3', '1 more']
    """
    return [*texts[:number], *([f"{len(texts) - number} more"] if len(texts) > number else [])]


def _line(text: str) -> None:
    """Print a line without markup or wrapping, because programs read these lists too."""
    print(text)
