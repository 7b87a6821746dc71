"""`internfeed boards`: list, add, probe, check or import boards."""

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
from pipeline.cli.arguments import DONE, INTERRUPTED, add_choice_of_boards, add_data
from pipeline.cli.choose import choose_boards, known_boards
from pipeline.cli.console import Reporter
from pipeline.cli.crawling import report_board
from pipeline.cli.streams import fail, print_json
from pipeline.lifecycle.state import BoardState
from pipeline.store import snapshot
from pipeline.store.boards import load_boards as load_board_states

EXAMPLE = "internfeed boards add https://careers.example.com"
STATUSES = {
    **DONE,
    1: "an address shows no board, wrong usage, or an internal error",
    2: "check: no board answered",
    3: "check: a board failed",
    **INTERRUPTED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's actions; the user's own boards are in boards.csv of the data folder."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, help: str, function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(name, help=help, description=f"{help}.")
        add_data(made)
        made.set_defaults(action_function=function)
        return made

    listed = action("list", "Print the boards that a run would crawl, with their health in the newest snapshot", _list)
    checked = action("check", "Crawl each board once, publish nothing, and print its verdict and yield", _check)
    for made in (listed, checked):
        add_choice_of_boards(made)
        made.add_argument("--json", action="store_true", help="print one JSON object a line")
    made = action("add", "Recognise the boards of careers pages, and add them to boards.csv of the data folder", _add)
    made.add_argument("addresses", nargs="+", metavar="URL", help="the address of a careers page")
    made = action("probe", "Print what a page offers: a known board, JSON-LD, feeds or embedded boards", _probe)
    made.add_argument("address", metavar="URL", help="the address of the page")
    made = action("import", "Add the boards of a list that another project publishes", _import)
    made.add_argument("file", type=Path, metavar="FILE", help='JSON as {"greenhouse": ["acme", ...], ...}, or CSV')


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
        said = (
            f"{state.verdict}, {state.listings_open or 0} open, last ok {last or 'never'}"
            if state
            else "not crawled yet"
        )
        _line(f"{board.key}\t{board.name}\t{said}")
    return 0


def _own(data: Path) -> dict[BoardKey, Board]:
    """Return the user's own boards."""
    file = data / "boards.csv"
    return {board.key: board for board in (load_boards(file) if file.is_file() else ())}


def _add(options: argparse.Namespace) -> int:
    """Add the boards behind addresses; print a line for each address without one."""
    own = _own(options.data)
    known = {board.key: board for board in load_boards(shipped())} | own
    added: list[BoardKey] = []
    missed = 0
    for address, found in find(options.addresses).items():
        if found.board is None:
            fail(f"{address}: {found.reason}")
            missed += 1
            continue
        key = found.board.key
        if key in known:
            _line(f"{key}\talready known")
            continue
        known[key] = own[key] = found.board
        added.append(key)
    if added:
        save_boards(options.data / "boards.csv", own.values())
    for key in added:
        _line(f"{key}\tadded to {options.data / 'boards.csv'}")
    return 1 if missed else 0


def _probe(options: argparse.Namespace) -> int:
    address = options.address
    found = probe(address)
    offer = found.offer
    if found.board is None and (offer is None or not (offer.boards or offer.postings or offer.feeds)):
        fail(f"{address}: {found.reason or 'no JSON-LD, no feed and no board that is known'}")
        return 1
    if found.board is not None:
        _line(f"board\t{found.board.key}\tinternfeed boards add {address}")
    if offer is not None:
        for board in offer.boards:
            _line(f"embeds\t{board.key}")
        for title in offer.postings:
            _line(f"JSON-LD\t{title}")
        for kind, feed in offer.feeds:
            _line(f"feed\t{kind}\t{feed}")
    elif found.reason:
        _line(f"page\t{found.reason}")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Crawl each board once; nothing is kept."""
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
        held = read_list(options.file)
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}") from None
    others = _others(held)
    if not held.boards:
        reasons = "; ".join(line.replace("\t", ": ") for line in _first(others, 3))
        raise UsageError(f"{options.file} holds no boards to import: {reasons or 'the list is empty'}")
    own = _own(options.data)
    known = {board.key for board in load_boards(shipped())} | own.keys()
    new = {board.key: board for board in held.boards}
    fresh = {key: board for key, board in new.items() if key not in known}
    if fresh:
        save_boards(options.data / "boards.csv", [*own.values(), *fresh.values()])
    counts = Counter(source for source, _ in new)
    added = Counter(source for source, _ in fresh)
    for source, count in sorted(counts.items()):
        _line(f"{source}\t{count} boards\t{added[source]} new")
    for line in others:
        _line(line)
    incomplete, unknown, refused = held.incomplete.total(), held.unknown.total(), len(held.refused)
    _line(
        f"{sum(counts.values()) + incomplete + unknown + refused} entries: {len(fresh)} boards added to "
        f"{options.data / 'boards.csv'}, {len(new) - len(fresh)} known already, {incomplete} incomplete, "
        f"{unknown} of {len(held.unknown)} unknown systems, {refused} refused"
    )
    return 0


def _others(held: Import) -> list[str]:
    """Return a line for each kind of entry that is not imported, with its first places in the list."""
    lines = [f"refused\t{reason}" for reason in _first(held.refused, 20)]
    for source, count in sorted(held.incomplete.items()):
        where = ", ".join(_first(held.places[source], 5))
        lines.append(f"{source}\t{count} entries name no board\tnot imported: add their careers addresses ({where})")
    for system, count in sorted(held.unknown.items(), key=lambda entry: -entry[1]):
        where = ", ".join(_first(held.places[system], 5))
        near = f"; did you mean {held.nearest[system]}?" if system in held.nearest else ""
        lines.append(f"{system}\t{count} entries\tunknown: no spider reads it ({where}){near}")
    return lines


def _first(texts: Sequence[str], number: int) -> list[str]:
    """Return the first texts, and the number of those that are left out.

    >>> _first(["line 2", "line 3", "line 4"], 2)
    ['line 2', 'line 3', '1 more']
    """
    return [*texts[:number], *([f"{len(texts) - number} more"] if len(texts) > number else [])]


def _line(text: str) -> None:
    """Print a line without markup or wrapping, since programs read these lists too."""
    print(text)
