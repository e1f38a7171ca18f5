"""Short reads on SQLite, whose answer is there sooner than another thread would have begun."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from modelyard.server.db.batching import BatchWork, Item, Pending, Result, fail, grouped, set_results
from modelyard.server.db.faults import translated


class LoopReader:
    """A connection of the event loop's own thread.

    What is submitted in one turn of the loop is read at its end, each statement for all of it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._waiting: list[Pending] = []

    def read(self, unit: Callable[[Connection], Result]) -> Result:
        with translated():
            if self._connection is None:
                self._connection = self._engine.connect()
            try:
                return unit(self._connection)
            finally:
                self._connection.rollback()

    async def submit(self, work: BatchWork[Item, Result], item: Item) -> Result:
        """`work` gets the items of all callers that wait for the same `work`.

        :raises BatchFailed: it failed for several items.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._read_waiting)
        self._waiting.append(Pending(work, item, loop, future))
        return await future

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _read_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for group in grouped(waiting):
            self._read_group(group)
        for pending in waiting:
            pending.settle()

    def _read_group(self, group: list[Pending]) -> None:
        items = [pending.item for pending in group]
        try:
            set_results(group, self.read(lambda connection: group[0].work(connection, items)))
        except BaseException as error:  # noqa: BLE001 - handed to the callers that wait for this
            fail(group, error)
