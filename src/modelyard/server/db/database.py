"""`read` and `write`: the only way to the database. See docs/contributing/transactions.md."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from modelyard.server.db.after_commit import Deliver, Wanted, begin_unit
from modelyard.server.db.engines import postgresql_engine, sqlite_engine
from modelyard.server.db.faults import translated
from modelyard.server.db.group_commit import GroupCommitWriter

Result = TypeVar("Result")
Unit = Callable[[Connection], Result]

_SQLITE_READERS = 4
_POSTGRESQL_POOL = 8


class Database:
    """SQLite (one writer thread with group commit, a pool of readers) or PostgreSQL (a pool, a transaction each).

    Domain functions are plain functions of a connection; they neither commit nor know the dialect. `deliver` gets what
    they left by `after_commit`; they may ask which of it is `wanted`.
    """

    def __init__(self, url: str, deliver: Deliver, wanted: Wanted | None = None) -> None:
        parsed = make_url(url)
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._deliver = deliver
        self._wanted = wanted or Wanted()
        self._writer: GroupCommitWriter | None = None
        if self.is_sqlite:
            self.write_engine: Engine = sqlite_engine(parsed, read_only=False, pool_size=1)
            self.read_engine: Engine = sqlite_engine(parsed, read_only=True, pool_size=_SQLITE_READERS + 1)
            self._writer = GroupCommitWriter(self.write_engine, deliver, self._wanted)
            threads = _SQLITE_READERS
        else:
            self.write_engine = self.read_engine = postgresql_engine(parsed, _POSTGRESQL_POOL)
            threads = 2 * _POSTGRESQL_POOL
        self._reader: Connection | None = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="modelyard-db")

    async def read(self, unit: Unit[Result], *, is_short: bool = False) -> Result:
        """Runs `unit` on a connection that must not write, and answers what it returns.

        Of a short one, which finds few rows by their keys, SQLite's answer is there sooner than another thread would
        have begun: it runs on the event loop's own.
        """
        if is_short and self.is_sqlite:
            return self._read_here(unit)
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, unit)

    async def write(self, unit: Unit[Result]) -> Result:
        """Runs `unit` in a transaction and answers once it is durable.

        An exception of the unit rolls back its own changes alone and is raised here.

        :raises StorageFull: the disk is full; nothing was kept.
        """
        if self._writer is not None:
            return await self._writer.submit(unit)
        loop = asyncio.get_running_loop()
        result, messages = await loop.run_in_executor(self._pool, self._write, unit)
        for message in messages:
            self._deliver(message)
        return result

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._reader is not None:
            self._reader.close()
        self._pool.shutdown()
        self.write_engine.dispose()
        self.read_engine.dispose()

    def _read_here(self, unit: Unit[Result]) -> Result:
        with translated():
            if self._reader is None:
                self._reader = self.read_engine.connect()
            try:
                return unit(self._reader)
            finally:
                self._reader.rollback()

    def _read(self, unit: Unit[Result]) -> Result:
        with translated(), self.read_engine.connect() as connection:
            return unit(connection)

    def _write(self, unit: Unit[Result]) -> tuple[Result, list[object]]:
        with translated(), self.write_engine.begin() as connection:
            messages = begin_unit(connection, self._wanted)
            return unit(connection), messages
