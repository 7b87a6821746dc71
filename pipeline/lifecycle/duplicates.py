"""Duplicates: rows of the same vacancy on several boards, which all stay and share a `canonical_id`.

Two rows are the same vacancy if employer, title, place, term, language and text agree. Any contradiction keeps the rows
apart, and so does doubt. The board of an employer lists each of its openings once, so two rows of such a board are
never joined, not even through a third row.

The cost is nearly linear: only rows of an employer with the same title words, or in the same city, are compared, and
texts are read for those pairs alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz

COLUMNS = (
    "listing_id", "source", "board", "title", "hiring_organization", "city", "country", "locations", "remote_status",
    "season", "start_date", "duration_weeks_min", "duration_weeks_max", "language", "first_seen",
)  # fmt: skip
"""The columns that the comparison reads, besides the text."""

Texts = Callable[[Sequence[int]], Sequence[str | None]]
"""Returns the descriptions of the rows at these positions."""

_SPELLED_ALIKE = 85  # of 100, for two words: "analyse" and "analyze", but not "data" and "date"
_WHOLE = 0.8  # of the longer text's word triples: a text of this share or more is not an excerpt
_TEXT_AGREES = 0.9  # share of the shorter text's word triples that the longer text must have, if it is not an excerpt
_EXCERPT_AGREES = 0.6  # the same share for an excerpt, whose sentences may be worded differently
_WORDS_TO_JUDGE = 25  # word triples; a shorter text neither confirms nor contradicts
_LARGEST_BLOCK = 200  # rows compared each with each; a larger block is compared by title or city alone
_TEXTS_AT_ONCE = 5000

_LEGAL = frozenset(
    "ab ag as asa bv co company corp corporation gmbh gbr group holding holdings inc incorporated kg limited llc llp"
    " ltd nv oy plc pty pvt private sa sarl sas se spa srl the ug".split()
)
_GENDER = re.compile(r"[(\[]?\b[mwfdhx](?:\s?[/|*]\s?[mwfdhx]){1,3}\b[)\]]?", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?:(?:spring|summer|fall|autumn|winter|sommer|été|hiver)\s*)?20[0-9]{2}\b|\b(?:spring|summer|fall|autumn|winter)\b",
    re.IGNORECASE,
)
_NOISE = frozenset(
    "a an and at das de der die en et for fully fur hybrid im in intern internship la le of onsite or paid remote the"
    " und with".split()
)
_MAY_HAVE_REQUISITION = re.compile(r"(?:id|no|nr|number|code|ref|req|reference|#)[.]? ?[:#]")
_REQUISITION = re.compile(
    r"\b(?:req(?:uisition)?|job|posting|reference|ref)\.?\s{0,2}(?:id|no|nr|number|code|#)?\.?\s{0,2}"
    r"[:#]\s{0,2}([a-z0-9][a-z0-9_/-]{2,20})"
)
_NUMBER = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W_]+")


class _Facts(NamedTuple):
    """The facts of one row, ready to be compared."""

    position: int
    words: frozenset[str]
    city: str
    cities: frozenset[str]
    countries: frozenset[str]
    remote: str
    season: str | None
    start: Any
    weeks: tuple[float | None, float | None]
    language: str | None
    own_board: tuple[str, str] | None  # source and board, where the employer itself publishes


def employer_key(name: str | None) -> str:
    """Return the employer's name without its legal form, and without upper case, accents and punctuation.

    >>> employer_key("Müller & Söhne GmbH") == employer_key("MULLER SOHNE")
    True
    """
    words = [word for word in _plain(name or "") if word not in _LEGAL]
    return " ".join(words)


def title_words(title: str | None) -> tuple[str, ...]:
    """Return the words of a title that distinguish openings, sorted.

    Words for internships, terms and gender marks are left out; terms are compared separately.

    >>> title_words("Data Science Intern (m/w/d) – Summer 2027")
    ('data', 'science')
    """
    plain = _TERM.sub(" ", _GENDER.sub(" ", title or ""))
    words = {word for word in _plain(plain) if word not in _NOISE}
    return tuple(sorted(words))


@lru_cache(maxsize=1 << 16)
def _plain(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return tuple(_WORD.findall(text.lower()))


def canonical_ids(rows: pa.Table, texts: Texts, aggregators: frozenset[str]) -> list[str]:
    """Return the canonical_id of each row: the listing_id that represents its vacancy.

    An employer's own board comes before an aggregator, then the row that was seen first, then the smaller listing_id,
    so that the choice is the same in every run. A row without a duplicate represents itself.

    Args:
        rows: the columns of `COLUMNS`, one row for each listing.
        texts: returns descriptions by position; called only for rows that may be duplicates, a few thousand at a time.
        aggregators: the sources that show other employers' vacancies.

    >>> rows = pa.table({name: pa.nulls(2, pa.string()) for name in COLUMNS} | {"listing_id": ["a", "b"]})
    >>> canonical_ids(rows, lambda positions: [None for _ in positions], frozenset())
    ['a', 'b']
    """
    blocks = list(_blocks(rows))
    wanted = sorted({index for block in blocks for index in block})
    facts = {fact.position: fact for fact in _facts(rows, wanted, aggregators)}
    alike: dict[tuple[int, int], float] = {}
    for block in blocks:
        for pair in combinations(sorted(block), 2):
            if pair not in alike and (title := _alike(facts[pair[0]], facts[pair[1]])) is not None:
                alike[pair] = title
    scored = []
    for pairs in _by_texts(sorted(alike)):
        positions = sorted({index for pair in pairs for index in pair})
        read = dict(zip(positions, map(_Words.of, texts(positions)), strict=True))
        for pair in pairs:
            if (score := _same(facts[pair[0]], facts[pair[1]], read[pair[0]], read[pair[1]])) is not None:
                scored.append((-score - alike[pair], pair))
    groups = _Groups(facts)
    for _, pair in sorted(scored):
        groups.join(*pair)
    return groups.named(rows, aggregators)


def _blocks(rows: pa.Table) -> Iterator[list[int]]:
    """Yield groups of positions whose rows may be duplicates."""
    employers = [employer_key(name) for name in rows["hiring_organization"].to_pylist()]
    known = np.fromiter(map(bool, employers), dtype=bool, count=len(employers))
    employer = _hash(employers)
    title = _hash([" ".join(title_words(text)) for text in rows["title"].to_pylist()])
    cities = [" ".join(_plain(city or "")) for city in rows["city"].to_pylist()]
    placed = known & np.fromiter(map(bool, cities), dtype=bool, count=len(cities))
    city = _hash(cities)
    for block in _grouped(employer ^ (title * np.uint64(31)), np.flatnonzero(known)):
        if len(block) <= _LARGEST_BLOCK:
            yield block.tolist()
        else:  # an employer with the same title in very many cities: only rows in the same city can be one vacancy
            by_city = _grouped(city, block[placed[block]])
            yield from (rows_in_city.tolist() for rows_in_city in by_city if len(rows_in_city) <= _LARGEST_BLOCK)
    for block in _grouped(employer ^ (city * np.uint64(37)), np.flatnonzero(placed)):
        if len(block) <= _LARGEST_BLOCK:
            yield block.tolist()


def _hash(texts: list[str]) -> np.ndarray:
    """Return hashes, which differ between processes and therefore never leave this one."""
    return np.fromiter(map(hash, texts), dtype=np.int64, count=len(texts)).astype(np.uint64)


def _grouped(keys: np.ndarray, positions: np.ndarray) -> Iterator[np.ndarray]:
    """Yield groups of several positions that share a key."""
    order = positions[np.argsort(keys[positions], kind="stable")]
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    starts, ends = np.concatenate(([0], cuts)), np.concatenate((cuts, [len(order)]))
    several = ends - starts > 1
    for start, end in zip(starts[several], ends[several], strict=True):
        yield order[start:end]


def _by_texts(pairs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield the pairs in portions whose texts fit in memory."""
    portion: list[tuple[int, int]] = []
    positions: set[int] = set()
    for pair in pairs:
        positions.update(pair)
        portion.append(pair)
        if len(positions) >= _TEXTS_AT_ONCE:
            yield portion
            portion, positions = [], set()
    if portion:
        yield portion


def _facts(rows: pa.Table, positions: list[int], aggregators: frozenset[str]) -> Iterator[_Facts]:
    for position, row in zip(positions, rows.take(pa.array(positions, pa.int64())).to_pylist(), strict=True):
        places = [row, *(row["locations"] or ())]
        yield _Facts(
            position,
            frozenset(title_words(row["title"])),
            " ".join(_plain(row["city"] or "")),
            frozenset(filter(None, (" ".join(_plain(place["city"] or "")) for place in places))),
            frozenset(filter(None, (place["country"] for place in places))),
            row["remote_status"] or "unknown",
            row["season"],
            row["start_date"],
            (row["duration_weeks_min"], row["duration_weeks_max"]),
            row["language"],
            None if row["source"] in aggregators else (row["source"], row["board"]),
        )


def _alike(first: _Facts, second: _Facts) -> float | None:
    """Return the agreement of two titles (0 to 1), or None if other facts keep the rows apart."""
    if first.own_board is not None and first.own_board == second.own_board:
        return None
    if not _same_place(first, second):
        return None
    if _contradict(first.season, second.season) or _contradict(first.start, second.start):
        return None
    if _contradict(first.language, second.language):
        return None
    if any(_contradict(mine, theirs, 0.6) for mine, theirs in zip(first.weeks, second.weeks, strict=True)):
        return None
    return _title_agreement(first, second)


def _title_agreement(first: _Facts, second: _Facts) -> float | None:
    """Return 1 for the same words, less for words with another spelling, None if a title has a word of its own.

    A single further word can mean another level, team or language, so the similarity of whole titles is not enough.
    """
    left, right = first.words - second.words, second.words - first.words
    place = {word for city in first.cities | second.cities for word in city.split()}
    left, right = left - place, right - place
    if len(left) != len(right):
        return None
    worst = 100.0
    for word in sorted(left):
        spelled = max(fuzz.ratio(word, other) for other in right)
        if spelled < _SPELLED_ALIKE:
            return None
        worst = min(worst, spelled)
    return worst / 100


def _same(first: _Facts, second: _Facts, mine: _Words, theirs: _Words) -> float | None:
    """Return the agreement of two texts (0 to 1), or None if they differ or are in doubt."""
    if mine.requisitions and theirs.requisitions and not mine.requisitions & theirs.requisitions:
        return None
    shorter = min(len(mine.triples), len(theirs.triples))
    if shorter < _WORDS_TO_JUDGE:  # too little text to judge: only an equal title in an equal city decides
        certain = first.words == second.words != frozenset() and first.cities & second.cities
        return 0.0 if certain else None
    longer = max(len(mine.triples), len(theirs.triples))
    share = len(mine.triples & theirs.triples) / shorter
    return share if share >= (_TEXT_AGREES if shorter >= _WHOLE * longer else _EXCERPT_AGREES) else None


class _Words(NamedTuple):
    """A description, ready to be compared: its word triples, and the requisition numbers in it."""

    triples: frozenset[int]
    requisitions: frozenset[str]

    @classmethod
    def of(cls, text: str | None) -> _Words:
        lower = (text or "").lower()
        words = _WORD.findall(lower)
        triples = frozenset(
            map(hash, zip(words, words[1:], words[2:], strict=False))
        )  # hashes never leave this process
        named = _REQUISITION.findall(lower) if _MAY_HAVE_REQUISITION.search(lower) else []
        return cls(triples, frozenset(name for name in named if _NUMBER.search(name)))


def _contradict(first: Any, second: Any, tolerance: float = 0) -> bool:
    if first is None or second is None:
        return False
    return abs(first - second) > tolerance if tolerance else first != second


def _same_place(first: _Facts, second: _Facts) -> bool:
    """Tell whether two rows can be in the same place: a copy may leave places out, but never adds one."""
    if first.own_board is None:
        first, second = second, first  # the aggregator shows the copy of the employer's posting
    is_copy = first.own_board is not None and second.own_board is None
    if not _may_copy(first, second) and (is_copy or not _may_copy(second, first)):
        return False
    if first.cities and second.cities:
        return True
    if first.remote == second.remote:
        return True
    placed, unplaced = (first, second) if first.cities else (second, first)
    return unplaced.remote == "unknown" or (placed.remote == "unknown" and not placed.cities)


def _may_copy(original: _Facts, copy: _Facts) -> bool:
    """Tell whether a copy has only places of the original, and among its cities the first city of the original."""
    if copy.cities and original.cities and not (copy.cities <= original.cities and original.city in copy.cities):
        return False
    return not copy.countries or not original.countries or copy.countries <= original.countries


class _Groups:
    """The groups of rows joined so far; two rows of an employer's own board are never in the same group."""

    def __init__(self, facts: dict[int, _Facts]) -> None:
        self._parent = {index: index for index in facts}
        self._boards = {index: {row.own_board} - {None} for index, row in facts.items()}

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, first: int, second: int) -> None:
        first, second = sorted((self._root(first), self._root(second)))
        if first != second and not self._boards[first] & self._boards[second]:
            self._parent[second] = first
            self._boards[first] |= self._boards[second]

    def named(self, rows: pa.Table, aggregators: frozenset[str]) -> list[str]:
        """Return every row's canonical identifier."""
        members: dict[int, list[int]] = defaultdict(list)
        for index in self._parent:
            members[self._root(index)].append(index)
        named: list[str] = rows["listing_id"].to_pylist()
        for group in members.values():
            if len(group) < 2:
                continue
            chosen = rows.select(["source", "first_seen", "listing_id"]).take(pa.array(group, pa.int64())).to_pylist()
            best = min(
                chosen, key=lambda row: (row["source"] in aggregators, str(row["first_seen"] or "~"), row["listing_id"])
            )
            for index in group:
                named[index] = best["listing_id"]
        return named
