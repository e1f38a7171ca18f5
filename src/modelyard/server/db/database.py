"""`read` and `write`: the only way to the database. See docs/contributing/transactions.md."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from modelyard.server.db.after_commit import Deliver, ListenedKinds, begin_unit
from modelyard.server.db.batching import BatchFailed, BatchWork, Item, Result
from modelyard.server.db.faults import DatabaseDamaged, translated
from modelyard.server.db.group_commit import GroupCommitWriter
from modelyard.server.db.group_read import GroupReader
from modelyard.server.db.loop_read import LoopReader
from modelyard.server.db.sqlite import ending_in_time, sqlite_engine
from modelyard.server.db.sqlite_file import SqliteFile, check_whole
from modelyard.server.kernel.errors import StorageFull, Unavailable

Unit = Callable[[Connection], Result]

_SQLITE_READERS = 4
_POSTGRESQL_POOL = 8
_TOGETHER_POOL = 4
_CHECK_SECONDS = 5.0
_MAX_READ_SECONDS = 30.0
"""No answer is worth a thread for longer, which others wait for meanwhile."""
_SHORT_READERS = 4
"""Few, because threads that take turns at tiny pieces of work mostly wake each other up."""


class _Faults:
    """What a failed use of the database tells of it. Any number of uses may be within it at once."""

    __slots__ = ("_counts", "_database")

    def __init__(self, database: "Database", *, counts: bool) -> None:
        self._database = database
        self._counts = counts

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is None:
            return
        if self._counts and isinstance(error, StorageFull | Unavailable):
            self._database.refusals += 1
        if isinstance(error, DatabaseDamaged):
            self._database.damage = error


class Database:
    """SQLite (one writer thread with group commit, a pool of readers) or PostgreSQL (a pool, a transaction each).

    Domain functions are plain functions of a connection; they neither commit nor know the dialect. `deliver` gets what
    they left by `after_commit`; `listened_kinds` are the kinds of it that somebody would read.
    """

    def __init__(
        self,
        url: str,
        deliver: Deliver,
        listened_kinds: ListenedKinds | None = None,
        *,
        max_read_seconds: float = _MAX_READ_SECONDS,
    ) -> None:
        parsed = make_url(url)
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        has_file = self.is_sqlite and parsed.database not in (None, "", ":memory:")
        self.file = SqliteFile(Path(str(parsed.database))) if has_file else None
        self.damage: DatabaseDamaged | None = None
        """What was found out once stays so until a person has mended it and started anew."""
        self._deliver = deliver
        self._max_read_seconds = max_read_seconds
        self._listened_kinds = listened_kinds or ListenedKinds()
        if self.is_sqlite:
            self.write_engine: Engine = sqlite_engine(parsed, read_only=False, pool_size=1, file=self.file)
            self.read_engine: Engine = sqlite_engine(
                parsed, read_only=True, pool_size=_SQLITE_READERS + 1, file=self.file
            )
            self._short_engine = self.read_engine
            self._together_engine = self.write_engine
            threads = _SQLITE_READERS
        else:
            from modelyard.server.db.postgresql import postgresql_engine  # noqa: PLC0415 - SQLite needs no other driver

            self.write_engine = postgresql_engine(parsed, pool_size=_POSTGRESQL_POOL, lock_seconds=10)
            self.read_engine = postgresql_engine(
                parsed, pool_size=_POSTGRESQL_POOL, lock_seconds=10, statement_seconds=max_read_seconds
            ).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            # Beginning and ending a transaction would take most of the time of a short read.
            self._short_engine = postgresql_engine(
                parsed,
                pool_size=_SHORT_READERS + 1,
                lock_seconds=10,
                statement_seconds=max_read_seconds,
                finds_by_keys=True,
            ).execution_options(isolation_level="AUTOCOMMIT")
            # Who is locked out of what is written together makes everybody wait: that is found out soon.
            self._together_engine = postgresql_engine(
                parsed, pool_size=_TOGETHER_POOL, lock_seconds=1, finds_by_keys=True
            )
            threads = 2 * _POSTGRESQL_POOL
        self.refusals = 0
        """How many writes failed because the database could not be written to, e.g. for want of space."""
        self._read_faults, self._write_faults = _Faults(self, counts=False), _Faults(self, counts=True)
        self._writes = 0
        self._last_write = time.monotonic()
        self._writers: dict[object, GroupCommitWriter] = {}
        self._short_reader = LoopReader(self.read_engine) if self.is_sqlite else GroupReader(self._short_engine)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="modelyard-db")
        self._short_pool = ThreadPoolExecutor(_SHORT_READERS, thread_name_prefix="modelyard-short")

    async def read(self, unit: Unit[Result], *, is_short: bool = False) -> Result:
        """Runs `unit` on a connection that must not write, and answers what it returns.

        It is given up after 30 seconds, on PostgreSQL each statement of it.

        All of it sees one moment, unless it is a short one, which finds few rows by their keys. Of that, SQLite's
        answer is there sooner than another thread would have begun: it runs on the event loop's own. On PostgreSQL
        beginning and ending a transaction would take most of its time.
        """
        with self._read_faults:
            if is_short and isinstance(self._short_reader, LoopReader):
                return self._short_reader.read(unit)
            engine, pool = (self._short_engine, self._short_pool) if is_short else (self.read_engine, self._pool)
            return await asyncio.get_running_loop().run_in_executor(pool, self._read, engine, unit)

    async def write(self, unit: Unit[Result]) -> Result:
        """Runs `unit` in a transaction and answers once it is durable.

        An exception of the unit rolls back its own changes alone and is raised here.

        :raises StorageFull: the disk is full; nothing was kept.
        """
        with self._writing():
            return await self._write_alone(unit)

    async def _write_alone(self, unit: Unit[Result]) -> Result:
        with self._write_faults:
            if self.damage is not None:
                raise self.damage
            if self.is_sqlite:
                return await self._writer_of(None).submit(unit)
            loop = asyncio.get_running_loop()
            result, messages = await loop.run_in_executor(self._pool, self._write, unit)
        for message in messages:
            self._deliver(message)
        return result

    async def write_together(self, work: BatchWork[Item, Result], item: Item, *, is_large: bool = False) -> Result:
        """Has `work` write the item, together with those of others that wait for the same, and answers its result.

        For small writes that many callers do at once: a statement for all of them costs little more than for one. What
        `is_large` would gain nothing; on PostgreSQL it is written beside the others and does not hold them up. `work`,
        a function of a module, must be right for any number of items, change nothing but the database, and take locks
        in one order. An exception of it rolls back the changes for that caller alone and is raised here.

        :raises StorageFull: the disk is full; nothing was kept.
        """
        if self.damage is None and (self.is_sqlite or not is_large):
            with self._write_faults, self._writing(), suppress(BatchFailed):
                return await self._writer_of(work).submit_together(work, item)
        return await self.write(lambda connection: work(connection, [item])[0])

    @property
    def quiet_seconds(self) -> float:
        """For how long nothing has been written: what was read since then is still so. 0 while something is."""
        return 0.0 if self._writes > 0 else time.monotonic() - self._last_write

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._writes += 1
        try:
            yield
        finally:
            self._writes -= 1
            self._last_write = time.monotonic()

    async def read_together(self, work: BatchWork[Item, Result], item: Item) -> Result:
        """Has `work` read for the item, together with those of others that wait for the same, and answers its result.

        For short reads that many callers do at once. `work` must be right for any number of items and read nothing
        that has to be of one moment. An exception of it is raised for that caller alone.
        """

        def alone(connection: Connection) -> Result:
            return work(connection, [item])[0]

        with self._read_faults:
            try:
                return await self._short_reader.submit(work, item)
            except BatchFailed:
                return await self.read(alone, is_short=True)

    async def check(self) -> None:
        """A quick look at whether the database is there and the one that was opened.

        :raises Unavailable: it is not.
        """
        if self.damage is not None:
            raise self.damage
        with self._read_faults:
            if self.file is not None:
                self.file.require_same()
                self.file.require_header()
            reading = self.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
            try:
                await asyncio.wait_for(reading, _CHECK_SECONDS)
            except TimeoutError:
                raise Unavailable(f"The database did not answer within {_CHECK_SECONDS:g} s.") from None

    async def check_whole(self, seconds: float) -> bool:
        """Looks for damage in a file; answers whether the time was enough to look everywhere.

        :raises DatabaseDamaged: it is damaged.
        """
        if self.file is None:
            return True
        with self._read_faults:
            return await asyncio.to_thread(check_whole, self.file.path, seconds)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._short_reader.close()
        self._pool.shutdown()
        self._short_pool.shutdown()
        self.write_engine.dispose()
        self._together_engine.dispose()
        self.read_engine.dispose()
        self._short_engine.dispose()
        if self.file is not None:
            self.file.close()

    def _writer_of(self, work: BatchWork[Any, Any] | None) -> GroupCommitWriter:
        """On SQLite the only one; on PostgreSQL each work has its own, so that one does not wait for another."""
        key = None if self.is_sqlite else work
        if key not in self._writers:
            self._writers[key] = GroupCommitWriter(
                self._together_engine,
                self._deliver,
                self._listened_kinds,
                None if self.file is None else self.file.require_same,
            )
        return self._writers[key]

    def _read(self, engine: Engine, unit: Unit[Result]) -> Result:
        with translated(), engine.connect() as connection:
            if not self.is_sqlite:
                return unit(connection)
            with ending_in_time(connection, self._max_read_seconds):
                return unit(connection)

    def _write(self, unit: Unit[Result]) -> tuple[Result, list[object]]:
        with translated(), self.write_engine.begin() as connection:
            messages = begin_unit(connection, self._listened_kinds)
            return unit(connection), messages
