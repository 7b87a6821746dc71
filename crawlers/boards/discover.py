"""The search for boards among addresses: recognition, one candidate for all spellings, and known boards left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from crawlers.boards.detect import recognise
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.candidates import Candidate


class Place(NamedTuple):
    """An address, and the list, page or posting in which it was."""

    address: str
    found_in: str


class Discovery(NamedTuple):
    """The boards behind some addresses.

    Attributes:
        candidates: boards that are not known yet, those with the most addresses first.
        known: numbers of addresses by known board.
        others: the addresses of no known kind of board.
    """

    candidates: list[Candidate]
    known: Counter[BoardKey]
    others: list[Place]


def folded(key: BoardKey) -> tuple[str, str]:
    """Return a board's name without the spelling that addresses vary.

    >>> folded(BoardKey("ashby", "Acme%20Inc")) == folded(BoardKey("ashby", "acme inc"))
    True
    """
    return key.source, key.board.replace("%20", " ").casefold().rstrip("/.")


def discover(places: Iterable[Place], known: Iterable[BoardKey], today: str) -> Discovery:
    """Return the boards behind addresses; spellings of one board are one candidate, under the most frequent spelling.

    Args:
        known: the boards of registries, which are no candidates.
        today: the day on which candidates count as found, as YYYY-MM-DD.

    >>> places = [Place(f"https://jobs.ashbyhq.com/{name}", "list") for name in ("acme", "Acme", "Acme", "other")]
    >>> discovery = discover(places, [BoardKey("ashby", "OTHER")], "2026-12-01")
    >>> [(candidate.board, candidate.addresses) for candidate in discovery.candidates], discovery.known.total()
    ([('Acme', 3)], 1)
    """
    known_keys = {folded(key): key for key in known}
    spellings: dict[tuple[str, str], Counter[Board]] = defaultdict(Counter)
    first: dict[tuple[str, str], Place] = {}
    held = Discovery([], Counter(), [])
    for place in places:
        board = recognise(place.address)
        if board is None:
            held.others.append(place)
            continue
        name = folded(board.key)
        if name in known_keys:
            held.known[known_keys[name]] += 1
            continue
        spellings[name][board] += 1
        first.setdefault(name, place)
    for name, boards in sorted(spellings.items(), key=lambda entry: (-entry[1].total(), entry[0])):
        board = min(boards, key=lambda board: (-boards[board], board.board != board.board.lower(), board.board))
        held.candidates.append(candidate_of(board, first[name], today, boards.total()))
    return held


def candidate_of(board: Board, place: Place, today: str, addresses: int = 1) -> Candidate:
    """Return the candidate for a board.

    >>> candidate_of(Board("lever", "acme"), Place("https://jobs.lever.co/acme", "list"), "2026-12-01").found_in
    'list'
    """
    return Candidate(
        board.source,
        board.board,
        board.name,
        board.url or "",
        board.request_json or "",
        found_on=today,
        found_in=place.found_in,
        address=place.address[:300],
        addresses=addresses,
    )
