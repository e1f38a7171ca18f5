"""SQLAlchemy engines for the two dialects."""

import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from modelyard.server.kernel.patterns import matches

# With WAL, synchronous=FULL syncs the log at each commit: what was answered survives a power cut.
_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "10000",
    "cache_size": "-16384",
    "temp_store": "MEMORY",
}
# A page that changes with every commit is copied from the log once in 8,000 pages, not once in the default's 1,000.
_WRITER_PRAGMAS = {"cache_size": "-65536", "wal_autocheckpoint": "8000"}

ALONG_INDEXES = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_memoize": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Settings of PostgreSQL's planner with which it finds rows by indexes, one table after the other, as is written."""

_MOST_PREPARED = 500
_TRUSTED_SECONDS = 5.0
"""A connection that was used this recently is taken to be alive."""


def sqlite_engine(url: URL, *, read_only: bool, pool_size: int) -> Engine:
    """An engine whose transactions are begun explicitly: IMMEDIATE for the writer, DEFERRED for readers."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
        pool_size=pool_size,
        max_overflow=0,
        query_cache_size=2000,
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        own = {"query_only": "ON"} if read_only else _WRITER_PRAGMAS
        for name, value in {**_PRAGMAS, **own}.items():
            dbapi_connection.execute(f"PRAGMA {name} = {value}")
        # What SQLite calls for the operator REGEXP.
        dbapi_connection.create_function("regexp", 2, matches, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def postgresql_engine(url: URL, *, pool_size: int, lock_seconds: int, finds_by_keys: bool = False) -> Engine:
    """`lock_seconds` is how long a statement waits for what another transaction holds.

    What only `finds_by_keys` is planned once, along indexes, whatever the statistics say later.
    """
    options = f"-c lock_timeout={lock_seconds}s -c timezone=utc"
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
        dbapi_connection.prepared_max = _MOST_PREPARED
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
