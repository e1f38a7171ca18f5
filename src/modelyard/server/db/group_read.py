"""Reads of what many callers ask for at once, each statement for all of them.

On PostgreSQL a read of a few rows is mostly waiting: for the answer to each statement, and for a turn among threads.
"""

from sqlalchemy import Engine

from modelyard.server.db.batching import BatchThread, BatchWork, Item, Pending, Result, fail, grouped, set_results
from modelyard.server.db.faults import translated


class GroupReader:
    """One thread with one connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = BatchThread("modelyard-reader", self._read)

    async def submit(self, work: BatchWork[Item, Result], item: Item) -> Result:
        """`work` gets the items of all callers that wait for the same `work`.

        :raises BatchFailed: it failed for several items.
        """
        return await self._thread.submit(work, item)

    def close(self) -> None:
        """Finishes what is queued, then stops the thread."""
        self._thread.close()

    def _read(self, batch: list[Pending]) -> None:
        for group in grouped(batch):
            try:
                with translated(), self._engine.connect() as connection:
                    set_results(group, group[0].work(connection, [pending.item for pending in group]))
            except BaseException as error:  # noqa: BLE001 - handed to the callers that wait for this
                fail(group, error)
