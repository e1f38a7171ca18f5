"""Group commit for SQLite: one thread takes every waiting write into one transaction and answers after its commit.

A sync to disk is what a durable write costs; sharing it makes durable writes fast. Units that share a transaction have
a savepoint each, so one that fails takes nothing else with it. See docs/contributing/transactions.md.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from modelyard.server.db.after_commit import Deliver, Wanted, begin_unit
from modelyard.server.db.faults import translated

Result = TypeVar("Result")

_MOST_UNITS_A_COMMIT = 512
_GATHERING_SECONDS = 0.0001
"""Writers that were answered together mostly write again at once; waiting this long lets them share a sync again."""


@dataclass(slots=True, eq=False)
class _Pending:
    unit: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    messages: list[object] = field(default_factory=list)


class GroupCommitWriter:
    """The only thread that writes to a SQLite database in this process."""

    def __init__(self, engine: Engine, deliver: Deliver, wanted: Wanted) -> None:
        self._engine = engine
        self._deliver = deliver
        self._wanted = wanted
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="modelyard-writer", daemon=True)
        self._thread.start()

    async def submit(self, unit: Callable[[Connection], Result]) -> Result:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.put(_Pending(unit, loop, future))
        return await future

    def close(self) -> None:
        """Finishes what is queued, then stops the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            stopping = False
            while len(batch) < _MOST_UNITS_A_COMMIT and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    stopping = True
                    break
                batch.append(following)
            self._commit(batch)
            if len(batch) > 1:
                time.sleep(_GATHERING_SECONDS)
            if stopping:
                return

    def _commit(self, batch: list[_Pending]) -> None:
        try:
            with translated(), self._engine.begin() as connection:
                if len(batch) == 1:
                    # A savepoint copies every page before its first change. Who is alone needs none.
                    _run(connection, batch[0], self._wanted)
                else:
                    for pending in batch:
                        _run_in_savepoint(connection, pending, self._wanted)
        except BaseException as error:  # noqa: BLE001 - whatever stopped the commit is every waiting caller's answer
            for pending in batch:
                pending.error = error
        self._answer(batch)

    def _answer(self, batch: list[_Pending]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Pending]] = {}
        for pending in batch:
            by_loop.setdefault(pending.loop, []).append(pending)
        for loop, answered in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, answered)

    def _finish(self, batch: list[_Pending]) -> None:
        for pending in batch:
            if pending.error is None:
                for message in pending.messages:
                    self._deliver(message)
            if pending.future.done():
                continue
            if pending.error is not None:
                pending.future.set_exception(pending.error)
            else:
                pending.future.set_result(pending.result)


def _run(connection: Connection, pending: _Pending, wanted: Wanted) -> None:
    pending.messages = begin_unit(connection, wanted)
    with translated():
        pending.result = pending.unit(connection)


def _run_in_savepoint(connection: Connection, pending: _Pending, wanted: Wanted) -> None:
    # On the driver itself: these three are executed more often than anything else.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("SAVEPOINT unit")
    try:
        _run(connection, pending, wanted)
    except Exception as error:  # noqa: BLE001 - handed to the caller that waits for this unit
        driver.execute("ROLLBACK TO unit")
        pending.error = error
    driver.execute("RELEASE unit")
