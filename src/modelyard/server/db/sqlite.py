"""The SQLAlchemy engine of SQLite."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from modelyard.server.db.sqlite_file import SqliteFile
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

_DEADLINE = "modelyard.deadline"
_STEPS = 1_000_000
"""Of SQLite's machine, some hundredths of a second: asking more often would wait for a turn in the interpreter."""


class _Deadline:
    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = math.inf

    def is_over(self) -> bool:
        return time.monotonic() > self.at


@contextmanager
def ending_in_time(connection: Connection, seconds: float) -> Iterator[None]:
    """What is read in it is interrupted after so long."""
    deadline: _Deadline = connection.info[_DEADLINE]
    deadline.at = time.monotonic() + seconds
    try:
        yield
    finally:
        deadline.at = math.inf


def sqlite_engine(url: URL, *, read_only: bool, pool_size: int, file: SqliteFile | None) -> Engine:
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
    def configure(dbapi_connection: Any, record: Any) -> None:
        own = {"query_only": "ON"} if read_only else _WRITER_PRAGMAS
        for name, value in {**_PRAGMAS, **own}.items():
            dbapi_connection.execute(f"PRAGMA {name} = {value}")
        if read_only:
            deadline = record.info[_DEADLINE] = _Deadline()
            dbapi_connection.set_progress_handler(deadline.is_over, _STEPS)
        # What SQLite calls for the operator REGEXP.
        dbapi_connection.create_function("regexp", 2, matches, deterministic=True)
        # What PostgreSQL has.
        dbapi_connection.create_function("strpos", 2, _position, deterministic=True)
        dbapi_connection.create_function("chr", 1, chr, deterministic=True)
        if file is not None:
            file.require_same()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _position(text: str | None, part: str) -> int | None:
    return None if text is None else text.find(part) + 1
