"""The listings of one snapshot, in a table that can filter a million of them while the user types.

At start, all columns of the Parquet files except the descriptions are copied into a compressed table in a temporary
folder, which is sorted so that the first page of each order is stored together. A listing's description is read from
the Parquet files when the listing is opened.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from crawlers.contract.errors import Corrupt
from normalize.columns import COLUMNS, weeks_at_most
from pipeline.products.serve.query import SORTS, BadRequest, Query, cursor
from pipeline.store.manifest import read_manifest

DESCRIPTIONS = ("description_text", "description_html")
SEARCHABLE_ROWS, SEARCHABLE_BYTES = (
    50_000,
    200_000_000,
)  # descriptions are searched up to this size only, because typing would lag
WEEKS = (2, 4, 8, 12, 26)
HOURS = (10, 20, 30, 40)
SMALL_FACETS = {
    "kind": "kind",
    "remote": "remote_status",
    "paid": "pay_status",
    "source": "source",
    "language": "language",
    "currency": "pay_currency",
    "occupation": "occupation_group",
}
LONG_FACETS = {"country": 40, "skill": 40}  # maximum number of values

_PLACE_NAMES = (
    "array_to_string(list_transform(locations, lambda place: concat_ws(' ', place.text, place.country)), ' ')"
)
_PLACES_IN_EACH_ORDER = """
    CREATE TEMP TABLE orders AS
    WITH posting AS (
        SELECT listing_id, date_posted, valid_through, pay_currency,
            coalesce(pay_hourly_max, pay_hourly_min) AS hourly,
            coalesce(duration_weeks_max, duration_weeks_min) AS weeks
        FROM read_parquet(?)
    ), currencies AS (
        SELECT pay_currency, row_number() OVER (ORDER BY count(*) DESC, pay_currency) AS standing
        FROM posting WHERE hourly IS NOT NULL GROUP BY pay_currency
    )
    SELECT listing_id,
        row_number() OVER (ORDER BY date_posted DESC NULLS LAST, listing_id)::INTEGER AS newest,
        row_number() OVER (ORDER BY valid_through NULLS LAST, listing_id)::INTEGER AS by_deadline,
        row_number() OVER (ORDER BY hourly IS NULL, standing, hourly DESC, listing_id)::INTEGER AS by_pay,
        row_number() OVER (ORDER BY weeks NULLS LAST, listing_id)::INTEGER AS by_weeks
    FROM posting LEFT JOIN currencies USING (pay_currency)
"""


class Store:
    """The listings of one snapshot, ready for queries from several threads."""

    def __init__(self, snapshot: Path) -> None:
        """Load the listings of a snapshot.

        Raises:
            FileNotFoundError: the snapshot has no listings.
        """
        self.snapshot = snapshot
        self.run_id = snapshot.name
        self.files = sorted(str(path) for path in (snapshot / "listings").glob("*.parquet"))
        if not self.files:
            raise FileNotFoundError(f"no listings in {snapshot}")
        self.feed_digests = _feed_digests(snapshot)
        self._folder = Path(tempfile.mkdtemp(prefix="internfeed-serve-"))
        self._database = duckdb.connect(str(self._folder / "listings.duckdb"))
        self.close = weakref.finalize(self, _release, self._database, self._folder)
        rows, size = self._descriptions()
        self.searches_descriptions = rows <= SEARCHABLE_ROWS and size <= SEARCHABLE_BYTES
        try:
            self._load()
        except BaseException:
            self.close()
            raise

    def _descriptions(self) -> tuple[int, int]:
        groups = [meta.row_group(g) for meta in map(pq.read_metadata, self.files) for g in range(meta.num_row_groups)]
        columns = (group.column(c) for group in groups for c in range(group.num_columns))
        size = sum(c.total_uncompressed_size for c in columns if c.path_in_schema == "description_text")
        return sum(group.num_rows for group in groups), size

    def _load(self) -> None:
        db = self._database
        db.execute("SET memory_limit = '1GB'")
        db.execute("CREATE MACRO fold(words) AS strip_accents(lower(words))")
        db.execute(
            _PLACES_IN_EACH_ORDER, [self.files]
        )  # first and separately, because sorting narrow rows is four times faster
        instants = (column.name for column in COLUMNS if column.type == "instant")
        plain = ", ".join(f"make_timestamp(epoch_us({name})) AS {name}" for name in instants)
        searched = "title, hiring_organization, array_to_string(skills, ' '), " + _PLACE_NAMES
        if self.searches_descriptions:
            searched += ", description_text"
        db.execute(
            f"""
            CREATE TABLE listing AS
            SELECT posting.* EXCLUDE ({", ".join(DESCRIPTIONS)}) REPLACE ({plain}),
                fold(concat_ws(' ', {searched})) AS haystack, orders.* EXCLUDE (listing_id)
            FROM read_parquet(?) AS posting JOIN orders USING (listing_id) ORDER BY newest
            """,
            [self.files],
        )
        db.execute("DROP TABLE orders")
        for name, value, folded in (("country", "entry.country", "entry.country"), ("skill", "entry", "lower(entry)")):
            column = "locations" if name == "country" else "skills"
            db.execute(
                f"CREATE TABLE {name} AS SELECT DISTINCT newest, {value} AS value, {folded} AS folded "
                f"FROM (SELECT newest, unnest({column}) AS entry FROM listing) WHERE {value} IS NOT NULL ORDER BY 1, 2"
            )

    def _rows(self, sql: str, values: list[Any]) -> list[dict[str, Any]]:
        with contextlib.closing(self._database.cursor()) as db:
            db.execute(sql, values)
            names = [column[0] for column in db.description or ()]
            return [dict(zip(names, row, strict=True)) for row in db.fetchall()]

    def page(self, query: Query) -> dict[str, Any]:
        """Return one page of the matching listings, with their total number and the cursor of the next page."""
        where, order = query.where(), SORTS[query.sort][0]
        total = self._rows(f"SELECT count(*) AS n FROM listing WHERE {where.sql}", where.values)[0]["n"]
        start = 0
        if query.after:
            last = self._rows(f"SELECT {order} AS at FROM listing WHERE listing_id = ?", [query.after])
            if not last:
                raise BadRequest("the cursor's listing is no longer in the snapshot; start again without a cursor")
            start = last[0]["at"]
        places = self._rows(
            f"SELECT {order} AS at FROM listing WHERE {order} > ? AND {where.sql} ORDER BY {order} LIMIT ?",
            [start, *where.values, query.limit + 1],
        )
        page = [row["at"] for row in places[: query.limit]]
        listings = (
            self._rows(
                f"SELECT * EXCLUDE (haystack, newest, by_deadline, by_pay, by_weeks) FROM listing "
                f"WHERE {order} IN ({', '.join(map(str, page))}) ORDER BY {order}",
                [],
            )
            if page
            else []
        )
        more = cursor(query.sort, listings[-1]["listing_id"]) if len(places) > query.limit else None
        return {"run_id": self.run_id, "total": total, "listings": listings, "next_cursor": more}

    def listing(self, listing_id: str) -> dict[str, Any] | None:
        """Return one listing with every column, or None if the snapshot does not contain it."""
        rows = self._rows(
            "SELECT * EXCLUDE (haystack, newest, by_deadline, by_pay, by_weeks) FROM listing WHERE listing_id = ?",
            [listing_id],
        )
        if not rows:
            return None
        described = self._rows(
            f"SELECT {', '.join(DESCRIPTIONS)} FROM read_parquet(?) WHERE listing_id = ?", [self.files, listing_id]
        )
        values = rows[0] | (described[0] if described else dict.fromkeys(DESCRIPTIONS))
        return {column.name: values[column.name] for column in COLUMNS if column.name in values}

    def facets(self, query: Query) -> dict[str, Any]:
        """Count the matching listings by each value; a facet's own filter does not narrow its own counts."""
        facets: dict[str, list[dict[str, Any]]] = {}
        free = {name: column for name, column in SMALL_FACETS.items() if name not in query.clauses}
        if free:
            where = query.where()
            sets = ", ".join(f"({column})" for column in free.values())
            marks = " + ".join(f"{2**place} * grouping({column})" for place, column in enumerate(free.values()))
            rows = self._rows(
                f"SELECT {', '.join(free.values())}, {marks} AS mark, count(*) AS n FROM listing WHERE {where.sql} "
                f"GROUP BY GROUPING SETS ({sets})",
                where.values,
            )
            everything = 2 ** len(free) - 1
            for place, (name, column) in enumerate(free.items()):
                facets[name] = _ranked((row[column], row["n"]) for row in rows if row["mark"] == everything - 2**place)
        for name, column in SMALL_FACETS.items():
            if name not in free:
                where = query.where(without=name)
                rows = self._rows(
                    f"SELECT {column} AS value, count(*) AS n FROM listing WHERE {where.sql} GROUP BY ALL", where.values
                )
                facets[name] = _ranked((row["value"], row["n"]) for row in rows)
        for name, most in LONG_FACETS.items():
            where = query.where(without=name)
            rows = self._rows(
                f"SELECT value, count(*) AS n FROM {name} SEMI JOIN (SELECT newest FROM listing WHERE {where.sql}) "
                f"USING (newest) GROUP BY ALL ORDER BY n DESC, value LIMIT {most}",
                where.values,
            )
            facets[name] = _ranked((row["value"], row["n"]) for row in rows)
        facets["weeks_max"] = self._at_most(
            query, "weeks_max", "coalesce(duration_weeks_max, duration_weeks_min)", WEEKS, weeks_at_most
        )
        facets["hours_per_week_max"] = self._at_most(
            query, "hours_per_week_max", "coalesce(hours_per_week_max, hours_per_week_min)", HOURS
        )
        where = query.where()
        total = self._rows(f"SELECT count(*) AS n FROM listing WHERE {where.sql}", where.values)[0]["n"]
        order = [*SMALL_FACETS, *LONG_FACETS, "weeks_max", "hours_per_week_max"]
        return {"run_id": self.run_id, "total": total, "facets": {name: facets[name] for name in order}}

    def _at_most(
        self,
        query: Query,
        name: str,
        column: str,
        bounds: tuple[int, ...],
        counted: Callable[[float], float] = float,
    ) -> list[dict[str, Any]]:
        where = query.where(without=name)
        counts = ", ".join(f"count(*) FILTER (WHERE {column} <= {counted(bound)})" for bound in bounds)
        row = self._rows(f"SELECT [{counts}] AS counts FROM listing WHERE {where.sql}", where.values)[0]
        return [{"value": bound, "count": count} for bound, count in zip(bounds, row["counts"], strict=True)]


def _feed_digests(snapshot: Path) -> dict[str, str]:
    try:
        files = read_manifest(snapshot).files or {}
    except Corrupt:
        return {}
    return {name.removeprefix("feeds/"): facts.sha256 for name, facts in files.items() if name.startswith("feeds/")}


def _release(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    database.close()
    shutil.rmtree(folder, ignore_errors=True)


def _ranked(pairs: Any) -> list[dict[str, Any]]:
    known = [(value, count) for value, count in pairs if value is not None]
    return [{"value": value, "count": count} for value, count in sorted(known, key=lambda pair: (-pair[1], pair[0]))]


class Latest:
    """The store of the newest snapshot. A newer snapshot replaces it as soon as it is loaded."""

    def __init__(self, data: Path) -> None:
        """Load the newest snapshot of a data folder.

        Raises:
            FileNotFoundError: the folder contains no snapshot.
        """
        self._data = data
        self._loading = threading.Lock()
        self.store = Store(self._resolve())

    def _resolve(self) -> Path:
        link = self._data / "latest"
        if not link.exists():
            raise FileNotFoundError(f"no published snapshot in {self._data}")
        return link.resolve()

    def current(self) -> Store:
        """Return the current store; if a newer snapshot was published, start to load it."""
        with contextlib.suppress(FileNotFoundError):
            newest = self._resolve()
            if newest != self.store.snapshot and self._loading.acquire(blocking=False):
                threading.Thread(target=self._replace, args=(newest,), daemon=True).start()
        return self.store

    def _replace(self, newest: Path) -> None:
        try:
            self.store = Store(newest)  # the old store is removed after its last request
        finally:
            self._loading.release()

    def close(self) -> None:
        """Remove the temporary copy."""
        self.store.close()
