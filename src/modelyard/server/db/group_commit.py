"""Group commit: one thread takes every waiting write into one transaction and answers after its commit.

A sync to disk is what a durable write costs; sharing it makes durable writes fast. Units that share a transaction have
a savepoint each, so one that fails takes nothing else with it. Writes that are asked for together are one unit, until
one of them fails. See docs/contributing/transactions.md.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from modelyard.server.db.after_commit import Deliver, ListenedKinds, begin_unit
from modelyard.server.db.batching import (
    BatchFailed,
    BatchThread,
    BatchWork,
    Item,
    Pending,
    Result,
    grouped,
    set_results,
)
from modelyard.server.db.faults import translated, was_locked_out


class GroupCommitWriter:
    """On SQLite the only thread of this process that writes; on PostgreSQL the only one that does its work."""

    def __init__(
        self, engine: Engine, deliver: Deliver, listened_kinds: ListenedKinds, require: Callable[[], None] | None = None
    ) -> None:
        """`require` is called before each transaction, and raises when nothing may be written."""
        self._engine = engine
        self._require = require
        self._deliver = deliver
        self._listened_kinds = listened_kinds
        self._thread = BatchThread("modelyard-writer", self._commit, self._deliver_messages)

    async def submit(self, unit: Callable[[Connection], Result]) -> Result:
        return await self._thread.submit(_alone, unit)

    async def submit_together(self, work: BatchWork[Item, Result], item: Item) -> Result:
        """`work` gets the items of all callers that wait for the same `work`.

        :raises BatchFailed: it failed for several items, or because another transaction held what it needed.
        """
        return await self._thread.submit(work, item)

    def close(self) -> None:
        """Finishes what is queued, then stops the thread."""
        self._thread.close()

    def _commit(self, batch: list[Pending]) -> None:
        groups = grouped(batch, alone=_alone)
        is_done = False
        try:
            if self._require is not None:
                self._require()
            with translated(), self._engine.begin() as connection:
                if len(groups) == 1:
                    # A savepoint copies every page before its first change. Who is alone needs none.
                    _run(connection, batch, self._listened_kinds)
                else:
                    for group in groups:
                        _run_in_savepoint(connection, group, self._listened_kinds)
                is_done = True
        except BaseException as error:  # noqa: BLE001 - whatever stopped the commit is every waiting caller's answer
            # Of a commit that failed it is not known whether it happened: that is not tried again.
            _fail(batch, error, was_shared=not is_done and len(batch) > 1)

    def _deliver_messages(self, pending: Pending) -> None:
        if pending.error is None:
            for message in pending.messages:
                self._deliver(message)


def _alone(connection: Connection, units: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    return [unit(connection) for unit in units]


def _run(connection: Connection, group: list[Pending], listened_kinds: ListenedKinds) -> None:
    messages = begin_unit(connection, listened_kinds)
    with translated():
        set_results(group, group[0].work(connection, [pending.item for pending in group]))
    group[0].messages = messages


def _run_in_savepoint(connection: Connection, group: list[Pending], listened_kinds: ListenedKinds) -> None:
    # On the driver itself: these are executed more often than anything else.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("SAVEPOINT unit")
    try:
        _run(connection, group, listened_kinds)
    except Exception as error:  # noqa: BLE001 - handed to the caller that waits for this unit
        driver.execute("ROLLBACK TO unit")
        _fail(group, error, was_shared=len(group) > 1)
    driver.execute("RELEASE unit")


def _fail(group: list[Pending], error: BaseException, *, was_shared: bool) -> None:
    """`was_shared` says that the failure may be that of another item, and that nothing was committed."""
    for pending in group:
        is_another_try_worth_it = pending.work is not _alone and (was_shared or was_locked_out(error))
        pending.error = BatchFailed() if is_another_try_worth_it else error
