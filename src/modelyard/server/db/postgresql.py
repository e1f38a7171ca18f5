"""PostgreSQL: its SQLAlchemy engine, and what the statements of `Raw` need of its driver.

The driver takes long to import, so nothing imports this module until a database of this kind is opened.
"""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from modelyard.server.db.planning import ALONG_INDEXES
from modelyard.server.kernel.ids import new_id

_MAX_PREPARED_STATEMENTS = 500
_TRUSTED_SECONDS = 5.0
"""A connection that was used this recently is taken to be alive."""

_STREAMED = 5000


class Cursor(psycopg.RawCursor[tuple[Any, ...]]):
    """Takes the text as it is: looking for placeholders in a long INSERT takes longer than executing it."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:  # type: ignore[override]
        # The rows are all there already. Making them at once is many times faster than one by one.
        return iter(self.fetchall())


def stream(connection: Any, statement: str, values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, a few thousand at a time."""
    with psycopg.RawServerCursor(connection, f"stream_{new_id()}") as cursor:
        cursor.itersize = _STREAMED
        cursor.execute(statement, values)
        yield from cursor


def postgresql_engine(
    url: URL, *, pool_size: int, lock_seconds: int, statement_seconds: float | None = None, finds_by_keys: bool = False
) -> Engine:
    """`lock_seconds` is how long a statement waits for what another transaction holds, the other how long it may take.

    What only `finds_by_keys` is planned once, along indexes, whatever the statistics say later.
    """
    options = f"-c lock_timeout={lock_seconds}s -c timezone=utc"
    if statement_seconds is not None:
        options += f" -c statement_timeout={round(statement_seconds * 1000)}"
    # Compiling a statement, or starting processes for it, takes longer than any of ours runs.
    settings = {"jit": "off", "max_parallel_workers_per_gather": "0"}
    if finds_by_keys:
        settings |= ALONG_INDEXES
    options += "".join(f" -c {name}={value}" for name, value in settings.items())
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=2 * pool_size,
        # The connection that was used last has what it needs prepared.
        pool_use_lifo=True,
        pool_recycle=1800,
        query_cache_size=2000,
        connect_args={"options": options, "connect_timeout": 10},
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.prepared_max = _MAX_PREPARED_STATEMENTS
        # Of one type whatever their size, so that a statement is prepared once and not for each mixture of sizes.
        dbapi_connection.adapters.register_dumper(int, Int8Dumper)
        dbapi_connection.adapters.register_dumper(int, Int8BinaryDumper)

    _ping_the_idle(engine)
    return engine


def _ping_the_idle(engine: Engine) -> None:
    """Replaces connections that were cut while nobody used them. Asking each time would double the time of a read.

    One that was used a moment ago is not asked, unless another has been found to be cut since.
    """
    cut_at = 0.0

    @event.listens_for(engine, "checkin")
    def remember(_dbapi_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "invalidate")
    def suspect(_dbapi_connection: Any, _record: Any, _error: Any) -> None:
        nonlocal cut_at
        cut_at = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(dbapi_connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at", 0.0)
        if used_at > max(cut_at, time.monotonic() - _TRUSTED_SECONDS):
            return
        try:
            dbapi_connection.execute("SELECT 1")
            dbapi_connection.rollback()
        except psycopg.OperationalError as error:
            raise DisconnectionError("the connection was cut while it was idle") from error
