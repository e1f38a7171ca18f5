"""Pages of rows out of stored Parquet files."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.server.datasets.file_cache import FileCache
from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.datasets.row_conditions import RowConditions, quoted, read_conditions, to_row_conditions
from modelyard.server.db.keyset import Order
from modelyard.server.kernel.errors import CorruptFile, InvalidArgument
from modelyard.server.settings import Settings
from modelyard.server.storage import FileStore
from modelyard.wire.datasets import Column, RowsPage

if TYPE_CHECKING:
    import duckdb

_THREADS = 2
_MAX_SECONDS = 30.0
_INTERRUPT_SECONDS = 0.05
_OPTIONS: dict[str, str | int | float | list[str]] = {
    "memory_limit": "192MiB",
    "threads": _THREADS,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_POSITION = "file_row_number"


_Rows = tuple[list[list[Any]], int | None]
"""The rows of the page and, if there are conditions, the number of matching rows."""


class RowReader:
    """Reads rows with DuckDB, within little memory, in a small pool of threads."""

    def __init__(self, settings: Settings, store: FileStore) -> None:
        self._temporary_dir = settings.temporary_dir
        self._cache = FileCache(store, settings.data_dir / "cache")
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="modelyard-rows")

    async def page(
        self,
        version: StoredVersion,
        *,
        offset: int,
        limit: int,
        sort: str | None,
        order: Order,
        where: Sequence[str] = (),
        search: str = "",
    ) -> RowsPage:
        """`limit` of the matching rows from the one at `offset` (0 is the first), in the file's order or sorted.

        Missing values come last; rows with the same value keep the file's order. The total counts the matching rows.

        :raises InvalidArgument: there is no column `sort`, a condition of `where` does not fit the table, or finding
            the rows takes too long.
        :raises CorruptFile: the stored file cannot be read as the table that was written.
        """
        record = version.record
        if sort is not None and sort not in {column.name for column in record.columns}:
            raise InvalidArgument(f"There is no column {sort!r} to sort by.", hint="Names are case-sensitive.")
        async with self._cache.local(version.data_key, record.size_bytes) as path:
            conditions = to_row_conditions(read_conditions(where, record.columns), search, record.columns)
            sql = _sql(record.columns, sort, order, conditions)
            reading = RowQuery(self._temporary_dir, sql, conditions, path, offset, limit)
            try:
                result = await asyncio.wait_for(reading.run_in(self._pool), _MAX_SECONDS)
            except TimeoutError:
                raise InvalidArgument(
                    f"Finding the rows took longer than {_MAX_SECONDS:.0f} s.",
                    hint="Leave out the sorting or the search.",
                ) from None
        if result is None:
            raise CorruptFile.of(version.data_key)
        rows, total = result
        return RowsPage(
            columns=record.columns, rows=rows, offset=offset, total=record.row_count if total is None else total
        )

    def close(self) -> None:
        self._pool.shutdown()


class RowQuery:
    """One query of a file, which ends when nobody waits for it any more."""

    def __init__(
        self, temporary_dir: Path, sql: str, conditions: RowConditions, path: Path, offset: int, limit: int
    ) -> None:
        self._temporary_dir = temporary_dir
        self._sql = sql
        self._path = path
        self._conditions = conditions
        self._source = {"path": str(path), **conditions.values}
        self._page = {"offset": offset, "limit": limit}
        self._connection: duckdb.DuckDBPyConnection | None = None

    async def run_in(self, pool: ThreadPoolExecutor) -> _Rows | None:
        """The rows, or None when the file is not the Parquet file that was written."""
        reading = pool.submit(self._read)
        try:
            return await asyncio.wrap_future(reading)
        finally:
            # Again and again, because an interrupt that comes before the query is lost.
            while not reading.done() and not reading.cancel():
                if self._connection is not None:
                    self._connection.interrupt()
                await asyncio.sleep(_INTERRUPT_SECONDS)

    def _read(self) -> _Rows | None:
        import duckdb  # noqa: PLC0415 - it takes memory and time that a server without readers need not spend

        # A connection of its own costs 10 ms, and gives its memory back when it is closed.
        with duckdb.connect(config={**_OPTIONS, "temp_directory": str(self._temporary_dir / "rows")}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET allowed_paths = [{_literal(str(self._path))}]")
            connection.execute("SET enable_external_access = false")
            _check_values(connection, self._conditions)
            self._connection = connection
            try:
                rows = connection.execute(self._sql, {**self._source, **self._page}).fetchall()
                total: int | None = None
                if not self._conditions.is_all:
                    total = _first(connection.execute(_count_sql(self._conditions), self._source))
            except (
                duckdb.IOException,
                duckdb.InvalidInputException,
                duckdb.BinderException,
                duckdb.InterruptException,
                # Where there is no such file, it would look for a folder.
                duckdb.PermissionException,
            ):
                return None
            finally:
                self._connection = None
        return [[_json_value(value) for value in row] for row in rows], total


@asynccontextmanager
async def reading_rows(settings: Settings, store: FileStore) -> AsyncIterator[RowReader]:
    """A reader that lives as long as the server."""
    reader = RowReader(settings, store)
    try:
        yield reader
    finally:
        reader.close()


def _check_values(connection: "duckdb.DuckDBPyConnection", conditions: RowConditions) -> None:
    for name, column in conditions.casts:
        value = conditions.values[name]
        if _first(connection.execute(f"SELECT TRY_CAST($value AS {column.data_type})", {"value": value})) is None:
            raise InvalidArgument(
                f"{value[:100]!r} is no value of {column.name!r}, which is of type {column.data_type}.",
                hint="Write numbers like 1.5 and dates like 2026-03-01.",
            )


def _first(result: "duckdb.DuckDBPyConnection") -> Any:
    row = result.fetchone()
    return row[0] if row else None


def _count_sql(conditions: RowConditions) -> str:
    return f"SELECT count(*) FROM read_parquet($path) AS stored WHERE {conditions.sql}"  # noqa: S608


def _sql(columns: list[Column], sort: str | None, order: Order, conditions: RowConditions) -> str:
    shown = ", ".join(_shown(column) for column in columns)
    # Names with their table in front can be no alias, whatever the columns are called.
    file = f"read_parquet($path, {_POSITION}=true) AS stored"
    position = f"stored.{_POSITION}"
    if sort is None and not conditions.is_all:
        return (
            f"SELECT {shown} FROM {file} WHERE {position} IN"  # noqa: S608
            f" (SELECT {position} FROM {file} WHERE {conditions.sql} ORDER BY {position} LIMIT $limit OFFSET $offset)"
            f" ORDER BY {position}"
        )
    if sort is None:
        return (
            f"SELECT {shown} FROM {file} WHERE {position} >= $offset AND {position} < $offset + $limit"  # noqa: S608
            f" ORDER BY {position}"
        )
    # Only the sorted column is read whole; of the others, only the rows that are shown.
    key = f"stored.{quoted(sort)} {'ASC' if order == 'asc' else 'DESC'} NULLS LAST, {position}"
    return (
        f"SELECT {shown} FROM {file} WHERE {position} IN"  # noqa: S608
        f" (SELECT {position} FROM {file} WHERE {conditions.sql} ORDER BY {key} LIMIT $limit OFFSET $offset)"
        f" ORDER BY {key}"
    )


def _shown(column: Column) -> str:
    """SQL for a column's values as JSON can carry them: numbers, booleans and text."""
    name = f"stored.{quoted(column.name)}"
    kind = column.data_type
    if kind == "DATE":
        return f"CAST({name} AS VARCHAR)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"replace(CAST(CAST({name} AS TIMESTAMP) AS VARCHAR), ' ', 'T') || 'Z'"
    if kind.startswith("TIMESTAMP"):
        return f"replace(CAST({name} AS VARCHAR), ' ', 'T')"
    return f"CAST({name} AS DOUBLE)" if kind.startswith("DECIMAL") else name


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _json_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
