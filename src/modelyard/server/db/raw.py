"""Statements as text on the driver's own connection, for the paths where microseconds count.

SQLAlchemy compiles and wraps for about 20 microseconds a statement; a driver executes a prepared one in about 3. The
text is written once, with `?` for values, in what both dialects understand.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from modelyard.server.db.faults import was_canceled
from modelyard.server.db.planning import ALONG_INDEXES, AS_USUAL, IN_ORDER
from modelyard.server.kernel.errors import InvalidArgument

Row = tuple[Any, ...]

_MAX_ROWS = 500
_STEP = 20
"""Rows in one INSERT are a multiple of this, or fewer: two statements do for any number up to the most, and there are
few enough of them to be prepared. SQLite takes 32,766 values in a statement."""


class Raw:
    """A connection's driver connection, in the transaction that the connection is in."""

    __slots__ = ("_driver", "_is_sqlite", "_planner", "_wanted_planner", "connection")

    def __init__(self, connection: Connection) -> None:
        if not connection.in_transaction():
            connection.begin()  # several statements of a read see one moment
        self.connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.dbapi_connection
        self._planner = self._wanted_planner = AS_USUAL

    @property
    def is_sqlite(self) -> bool:
        return self._is_sqlite

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Executes; answers the driver's cursor, which is iterable and has `rowcount`."""
        try:
            if self._is_sqlite:
                return self._driver.execute(statement, values)
            self._plan_as_wanted()
            return _postgresql_cursor()(self._driver).execute(_for_postgresql(statement), values)
        except self._driver_error as error:
            raise self._wrapped(statement, error) from error

    def one(self, statement: str, values: Sequence[Any] = ()) -> Row | None:
        row: Row | None = self.run(statement, values).fetchone()
        return row

    def number(self, statement: str, values: Sequence[Any] = ()) -> int:
        """The number in the only row, such as a count or the key of what was inserted."""
        row = self.one(statement, values)
        assert row is not None
        found: int = row[0]
        return found

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        rows: list[Row] = self.run(statement, values).fetchall()
        return rows

    def stream(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """As `all`, for rows that are too many to hold: they come a few thousand at a time."""
        if self._is_sqlite:
            yield from self.run(statement, values)
            return
        from modelyard.server.db.postgresql import stream  # noqa: PLC0415 - SQLite needs no other driver

        self._plan_as_wanted()
        try:
            yield from stream(self._driver, _for_postgresql(statement), values)
        except self._driver_error as error:
            raise self._wrapped(statement, error) from error

    @contextmanager
    def along_indexes(self) -> Iterator[None]:
        """Statements in it find their rows by indexes, one table after the other, as they are written to.

        PostgreSQL's planner would read whole tables while it has no statistics, such as after an import, and where it
        has them takes longer to plan than the statement takes.
        """
        with self._planning(ALONG_INDEXES):
            yield

    @contextmanager
    def in_order_of_an_index(self) -> Iterator[None]:
        """Statements in it walk along an index in its order and stop early, and do not sort all that there is."""
        with self._planning(IN_ORDER):
            yield

    @contextmanager
    def given_up_after(self, seconds: int) -> Iterator[None]:
        """What callers can make slow: on PostgreSQL, statements in it end after so long. SQLite's are not ended.

        :raises InvalidArgument: one took longer.
        """
        if self._is_sqlite:
            yield
            return
        asked = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', ?, true)"
        before = self.one(asked, (f"{seconds}s",))
        assert before is not None
        try:
            yield
        except OperationalError as error:
            if was_canceled(error):
                raise InvalidArgument(f"The search was stopped after {seconds} seconds.") from error
            raise
        self.run("SELECT set_config('statement_timeout', ?, true)", before[:1])

    def insert(self, head: str, rows: Sequence[Row], tail: str = "") -> int:
        """Inserts many rows with few statements: `head` is `INSERT INTO t (a, b) VALUES`, `tail` what follows the rows.

        Answers how many rows were inserted or updated.
        """
        return sum(self.run(statement, values).rowcount for statement, values in _parts(head, rows, tail))

    def all_with(self, head: str, rows: Sequence[Row], tail: str) -> list[Row]:
        """As `all`, with many rows of values between `head` and `tail`, in few statements and no promised order."""
        return [row for statement, values in _parts(head, rows, tail) for row in self.all(statement, values)]

    def copy(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Inserts very many rows in the way that is fastest for the database. `columns` are names with commas."""
        if self._is_sqlite:
            self.insert(f"INSERT INTO {table} ({columns}) VALUES", rows)
        elif rows:
            statement = f"COPY {table} ({columns}) FROM STDIN"
            try:
                with self._driver.cursor() as cursor, cursor.copy(statement) as copying:
                    for row in rows:
                        copying.write_row(row)
            except self._driver_error as error:
                raise self._wrapped(statement, error) from error

    def reserve_ids(self, table: str, count: int) -> Sequence[int]:
        """Ids of a table's key `id` that no other transaction will use, for rows to be inserted in this one."""
        if not count:
            return []
        if self._is_sqlite:  # where the only writer is this transaction
            first = self.number(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608
            return range(first, first + count)
        sequence = "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)"
        return [number for (number,) in self.run(sequence, (table, count))]

    @property
    def _driver_error(self) -> type[Exception]:
        """What every failure of the driver is a kind of."""
        return self.connection.dialect.loaded_dbapi.Error

    def _wrapped(self, statement: str, error: Exception) -> Exception:
        wrapped: Exception = DBAPIError.instance(statement, None, error, self._driver_error)
        return wrapped

    @contextmanager
    def _planning(self, settings: dict[str, str]) -> Iterator[None]:
        """The settings reach the database with the next statement, so that going in and out costs nothing."""
        before = self._wanted_planner
        self._wanted_planner = before | settings
        try:
            yield
        finally:
            self._wanted_planner = before
        if before is AS_USUAL:
            self._plan_as_wanted()  # for who has the connection next

    def _plan_as_wanted(self) -> None:
        if self._planner is self._wanted_planner:
            return
        changed = sorted(self._wanted_planner.items() - self._planner.items())
        self._planner = self._wanted_planner
        if changed:
            self.run("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in changed))


def placeholders(count: int) -> str:
    """`?, ?, ?` for a list of values."""
    return ", ".join("?" * count)


def _parts(head: str, rows: Sequence[Row], tail: str) -> Iterator[tuple[str, list[Any]]]:
    """Statements of few sizes, so that the driver has each of them prepared already."""
    start = 0
    while (left := len(rows) - start) > 0:
        size = left if left < _STEP else min(left - left % _STEP, _MAX_ROWS)
        part = rows[start : start + size]
        yield _insert(head, len(part[0]), size, tail), list(chain.from_iterable(part))
        start += size


@lru_cache(maxsize=1024)
def _insert(head: str, width: int, count: int, tail: str) -> str:
    row = f"({placeholders(width)})"
    return f"{head} {', '.join([row] * count)} {tail}"


@lru_cache(maxsize=4096)
def _for_postgresql(statement: str) -> str:
    """`$1`, `$2`, ... for `?`."""
    first, *rest = statement.split("?")
    return first + "".join(f"${index}{part}" for index, part in enumerate(rest, 1))


@cache
def _postgresql_cursor() -> Callable[[Any], Any]:
    from modelyard.server.db.postgresql import Cursor  # noqa: PLC0415 - SQLite needs no other driver

    return Cursor
