"""Group commit: one thread takes every waiting write into one transaction and answers after its commit.

A sync to disk is what a durable write costs; sharing it makes durable writes fast. Units that share a transaction have
a savepoint each, so one that fails takes nothing else with it. Writes that are asked for together are one unit, until
one of them fails. See docs/contributing/transactions.md.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from modelyard.server.db.after_commit import Deliver, Wanted, begin_unit
from modelyard.server.db.faults import translated, was_locked_out

Item = TypeVar("Item")
Result = TypeVar("Result")
Together = Callable[[Connection, Sequence[Item]], Sequence[Result]]
"""Does what several callers asked for, and answers each of them in the same order."""


class TriedTogether(Exception):
    """What was tried together with others has changed nothing. Each is to be tried by itself."""


_MOST_UNITS_A_COMMIT = 512
_GATHERING_SECONDS = 0.0001
"""Writers that were answered together mostly write again at once; waiting this long lets them share a sync again."""


@dataclass(slots=True, eq=False)
class _Pending:
    work: Together[Any, Any]
    item: Any
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    messages: list[object] = field(default_factory=list)


class GroupCommitWriter:
    """On SQLite the only thread of this process that writes."""

    def __init__(self, engine: Engine, deliver: Deliver, wanted: Wanted) -> None:
        self._engine = engine
        self._deliver = deliver
        self._wanted = wanted
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="modelyard-writer", daemon=True)
        self._thread.start()

    async def submit(self, unit: Callable[[Connection], Result]) -> Result:
        return await self.submit_together(_alone, unit)

    async def submit_together(self, work: Together[Item, Result], item: Item) -> Result:
        """`work` gets the items of all callers that wait for the same `work`.

        :raises TriedTogether: it failed for several items, or because another transaction held what it needed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.put(_Pending(work, item, loop, future))
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
                    _run(connection, batch, self._wanted)
                else:
                    for group in _grouped(batch):
                        _run_in_savepoint(connection, group, self._wanted)
        except BaseException as error:  # noqa: BLE001 - whatever stopped the commit is every waiting caller's answer
            _fail(batch, error, was_shared=False)
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


def _alone(connection: Connection, units: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    return [unit(connection) for unit in units]


def _grouped(batch: list[_Pending]) -> list[list[_Pending]]:
    """What can be done together, in the order in which the first of each group came."""
    groups: list[list[_Pending]] = []
    by_work: dict[Together[Any, Any], list[_Pending]] = {}
    for pending in batch:
        if pending.work is _alone:
            groups.append([pending])
        elif pending.work in by_work:
            by_work[pending.work].append(pending)
        else:
            by_work[pending.work] = [pending]
            groups.append(by_work[pending.work])
    return groups


def _run(connection: Connection, group: list[_Pending], wanted: Wanted) -> None:
    messages = begin_unit(connection, wanted)
    with translated():
        results = group[0].work(connection, [pending.item for pending in group])
    for pending, result in zip(group, results, strict=True):
        pending.result = result
    group[0].messages = messages


def _run_in_savepoint(connection: Connection, group: list[_Pending], wanted: Wanted) -> None:
    # On the driver itself: these three are executed more often than anything else.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("SAVEPOINT unit")
    try:
        _run(connection, group, wanted)
    except Exception as error:  # noqa: BLE001 - handed to the caller that waits for this unit
        driver.execute("ROLLBACK TO unit")
        _fail(group, error, was_shared=len(group) > 1)
    driver.execute("RELEASE unit")


def _fail(group: list[_Pending], error: BaseException, *, was_shared: bool) -> None:
    """`was_shared` says that the failure may be that of another item, and that nothing was committed."""
    for pending in group:
        is_another_try_worth_it = pending.work is not _alone and (was_shared or was_locked_out(error))
        pending.error = TriedTogether() if is_another_try_worth_it else error
