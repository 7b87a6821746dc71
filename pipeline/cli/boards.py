"""The command that shows, finds, checks and adds boards; what it needs of the crawlers is handed in."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from crawlers.contract.board import Board
from crawlers.contract.verdict import Verdict
from pipeline.cli.console import fail, print_json
from pipeline.cli.show import read
from pipeline.run.cycle import Usage
from pipeline.store import snapshot
from pipeline.store.boards import is_healthy

HELP = "the boards that are known: list, add, probe, check, import"
EXAMPLE = "internfeed boards add https://careers.example.com"


class Offer(Protocol):
    """What a page offers: boards, titles of stated postings, feeds as kind and address."""

    @property
    def boards(self) -> Sequence[Any]: ...
    @property
    def postings(self) -> Sequence[str]: ...
    @property
    def feeds(self) -> Sequence[tuple[str, str]]: ...


class Look(Protocol):
    """What is behind an address: the board, what its page offers, or why nothing was found."""

    @property
    def board(self) -> Any: ...
    @property
    def offer(self) -> Offer | None: ...
    @property
    def reason(self) -> str: ...


class Import(Protocol):
    """The boards of a list, and its other entries: of unknown systems, without a board, not an entry at all."""

    @property
    def boards(self) -> Sequence[Any]: ...
    @property
    def unknown(self) -> Counter[str]: ...
    @property
    def incomplete(self) -> Counter[str]: ...
    @property
    def refused(self) -> Sequence[str]: ...
    @property
    def places(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def nearest(self) -> Mapping[str, str]: ...


class Tools(NamedTuple):
    """What the crawlers can do.

    Attributes:
        chosen: the boards that a run would crawl, by the command's options.
        shipped: all boards that come with the project.
        own: the boards of the user's own file.
        save: writes the user's own file.
        find: what is behind addresses, fetching as little as possible.
        probe: what the page at an address offers.
        read_list: reads a list that another project publishes.
        check: crawls boards once and returns their commit records.
    """

    chosen: Callable[[], Sequence[Board]]
    shipped: Callable[[], Sequence[Any]]
    own: Callable[[], Sequence[Any]]
    save: Callable[[Iterable[Any]], None]
    find: Callable[[Sequence[str]], Mapping[str, Any]]
    probe: Callable[[str], Any]
    read_list: Callable[[Path], Any]
    check: Callable[[Sequence[Board]], Iterable[dict[str, Any]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions; the data folder is where the user's own boards.csv lies."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, help: str, function: Callable[[argparse.Namespace, Tools], int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, help=help, description=help[0].upper() + help[1:] + "."
        )
        made.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (./data)")
        made.set_defaults(action_function=function)
        return made

    listed = action("list", "what a run would crawl, with its health in the newest snapshot", _list)
    checked = action("check", "crawl each board once and publish nothing: verdict and yield", _check)
    for made in (listed, checked):
        made.add_argument("--sources", metavar="A,B", help="only boards of these sources")
        made.add_argument("--boards", metavar="S/B,...", help="only these boards, as source/board")
        made.add_argument("--json", action="store_true", help="a JSON object a line")
    made = action("add", "recognise what runs careers pages, and add the boards to the data folder's boards.csv", _add)
    made.add_argument("addresses", nargs="+", metavar="URL")
    made = action("probe", "what a page offers: a known board, JSON-LD, feeds, embedded boards", _probe)
    made.add_argument("address", metavar="URL")
    made = action("import", "add the boards of a list that another project publishes", _import)
    made.add_argument("file", type=Path, metavar="FILE", help='JSON {"greenhouse": ["acme", ...], ...} or CSV')


def run(options: argparse.Namespace, tools: Tools) -> int:
    """Run the command's action; return the exit status.

    Raises:
        Usage: what was asked cannot be done.
    """
    status: int = options.action_function(options, tools)
    return status


def health(data: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the newest snapshot says of each board; nothing where none was published."""
    latest = snapshot.DataFolder(data).latest()
    if latest is None:
        return {}
    names = "source board verdict postings listings_open consecutive_failures last_ok".split()
    return {(row["source"], row["board"]): row for row in read(latest, "boards", names).to_pylist()}


def _list(options: argparse.Namespace, tools: Tools) -> int:
    known = health(options.data)
    for board in tools.chosen():
        row = known.get((board.source, board.board), {})
        last = f"{row['last_ok']:%Y-%m-%dT%H:%MZ}" if row.get("last_ok") else None
        if options.json:
            facts = {name: row.get(name) for name in ("verdict", "postings", "listings_open", "consecutive_failures")}
            print_json({**board._asdict(), **facts, "last_ok": last})
            continue
        said = (
            f"{row['verdict']}, {row['listings_open'] or 0} open, last ok {last or 'never'}"
            if row
            else "not crawled yet"
        )
        _line(f"{board.source}/{board.board}\t{board.name}\t{said}")
    return 0


def _add(options: argparse.Namespace, tools: Tools) -> int:
    """Add the boards behind addresses; what is not found is said in a line each."""
    known = {(board.source, board.board): board for board in [*tools.shipped(), *tools.own()]}
    own = {(board.source, board.board): board for board in tools.own()}
    added: list[str] = []
    missed = 0
    found: Look
    for address, found in tools.find(options.addresses).items():
        if found.board is None:
            fail(f"{address}: {found.reason}")
            missed += 1
            continue
        key = found.board.source, found.board.board
        if key in known:
            _line(f"{'/'.join(key)}\talready known")
            continue
        known[key] = own[key] = found.board
        added.append("/".join(key))
    if added:
        tools.save(own.values())
    for name in added:
        _line(f"{name}\tadded to {options.data / 'boards.csv'}")
    return 1 if missed else 0


def _probe(options: argparse.Namespace, tools: Tools) -> int:
    address = options.address
    found: Look = tools.probe(address)
    offer = found.offer
    if found.board is None and (offer is None or not (offer.boards or offer.postings or offer.feeds)):
        fail(f"{address}: {found.reason or 'no JSON-LD, no feed and no board that is known'}")
        return 1
    if found.board is not None:
        _line(f"board\t{found.board.source}/{found.board.board}\tinternfeed boards add {address}")
    if offer is not None:
        for board in offer.boards:
            _line(f"embeds\t{board.source}/{board.board}")
        for title in offer.postings:
            _line(f"JSON-LD\t{title}")
        for kind, feed in offer.feeds:
            _line(f"feed\t{kind}\t{feed}")
    elif found.reason:
        _line(f"page\t{found.reason}")
    return 0


def _check(options: argparse.Namespace, tools: Tools) -> int:
    """Crawl each board once; nothing is kept."""
    answered, calm = False, True
    chosen = tools.chosen()
    if not chosen:
        raise Usage("no board to check: internfeed boards list shows those that are known")
    for commit in tools.check(chosen):
        answered |= Verdict(commit["verdict"]).answered
        calm &= is_healthy(commit)
        if options.json:
            names = ("source", "board", "verdict", "postings", "out_of_scope", "dropped", "requests", "error")
            print_json({name: commit.get(name) for name in names})
            continue
        shown = commit.get("postings", 0)
        kept = shown - commit.get("out_of_scope", 0) - commit.get("dropped", 0)
        detail = commit.get("error") or f"{shown} postings, {kept} may be internships"
        _line(f"{commit['source']}/{commit['board']}\t{commit['verdict']}\t{detail}")
    return 0 if calm else 3 if answered else 2


def _import(options: argparse.Namespace, tools: Tools) -> int:
    try:
        held: Import = tools.read_list(options.file)
    except OSError as error:
        raise Usage(f"{options.file}: {error.strerror}") from None
    others = _others(held)
    if not held.boards:
        reasons = "; ".join(line.replace("\t", ": ") for line in _first(others, 3))
        raise Usage(f"{options.file} holds no boards to import: {reasons or 'the list is empty'}")
    shipped = {(board.source, board.board) for board in tools.shipped()}
    own = {(board.source, board.board): board for board in tools.own()}
    new = {(board.source, board.board): board for board in held.boards}
    fresh = {key: board for key, board in new.items() if key not in shipped and key not in own}
    if fresh:
        tools.save([*own.values(), *fresh.values()])
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
    """Print a line as it is: these lists are read by programs too."""
    print(text)
