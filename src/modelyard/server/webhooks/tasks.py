"""The courier: takes what was announced, delivers it, and sweeps what is long done. See docs/contributing/outbox.md."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.server.activity.outbox import Wakeup, is_empty
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.webhooks import deliveries
from modelyard.server.webhooks.deliveries import Due, RetryRules
from modelyard.server.webhooks.sending import Sender

_log = logging.getLogger(__name__)

_MAX_CONCURRENT = 32
_MAX_CONCURRENT_PER_WEBHOOK = 4
_MAX_PAUSE_SECONDS = 5.0
_SWEEP_SECONDS = 60.0
_DAY_MS = 24 * 3600 * 1000


class Courier:
    """Delivers while the server runs. What it knows only in memory is which deliveries are being tried right now.

    One receiver that is slow takes at most a few of the places, so that it does not hold up the others.
    """

    def __init__(self, database: Database, sender: Sender, wakeup: Wakeup, rules: RetryRules, log_days: int) -> None:
        self._database = database
        self._sender = sender
        self._wakeup = wakeup
        self._rules = rules
        self._log_days = log_days
        self._flying: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works until the end of the block. What is being tried then is tried again at the next start."""
        loops = [asyncio.create_task(self._work()), asyncio.create_task(self._sweep())]
        try:
            yield
        finally:
            stopped = [*loops, *self._tasks]
            for task in stopped:
                task.cancel()
            await asyncio.gather(*stopped, return_exceptions=True)
            await self._sender.close()

    async def _work(self) -> None:
        while True:
            pause = _MAX_PAUSE_SECONDS
            try:
                await self._write_deliveries()
                while await self._start_due():
                    pass
                pause = await self._pause()
            except ModelyardError as error:
                # A database that is away for a while loses nothing: everything is still in it.
                _log.warning("delivering webhooks: %s", error.message)
            await self._wakeup.wait(pause)

    async def _write_deliveries(self) -> None:
        if await self._database.read(lambda connection: is_empty(Raw(connection))):
            return
        while await self._database.write(lambda connection: deliveries.write_deliveries(connection, self._rules)):
            pass

    async def _start_due(self) -> bool:
        """Starts what is due as far as there is room; answers whether it started anything."""
        room = _MAX_CONCURRENT - len(self._flying)
        if room <= 0:
            return False
        flying, load = set(self._flying), Counter(self._flying.values())
        full = {webhook for webhook, count in load.items() if count >= _MAX_CONCURRENT_PER_WEBHOOK}
        due = await self._database.read(
            lambda connection: deliveries.list_due(connection, now_ms(), flying=flying, full=full)
        )
        started = 0
        for delivery in due:
            if started < room and load[delivery.webhook] < _MAX_CONCURRENT_PER_WEBHOOK:
                load[delivery.webhook] += 1
                started += 1
                self._start(delivery)
        return started > 0

    def _start(self, due: Due) -> None:
        self._flying[due.letter.delivery_id] = due.webhook
        task = asyncio.create_task(self._deliver(due))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, due: Due) -> None:
        try:
            outcome = await self._sender.send(due.letter)
            await self._database.write(
                lambda connection: deliveries.note_attempt(connection, self._rules, due.letter, outcome)
            )
        except Exception:  # noqa: BLE001 - one delivery must not take the others along
            # It is still due: it is tried again after a moment, and the others are not held up by it.
            _log.exception("delivering %s", due.letter.delivery_id)
            await asyncio.sleep(_MAX_PAUSE_SECONDS)
        finally:
            del self._flying[due.letter.delivery_id]
            self._wakeup.set()

    async def _pause(self) -> float:
        flying = set(self._flying)
        at = await self._database.read(lambda connection: deliveries.next_due_at(connection, flying=flying))
        if at is None:
            return _MAX_PAUSE_SECONDS
        if at <= now_ms():
            return _MAX_PAUSE_SECONDS  # no room; each delivery that ends rings
        return min(_MAX_PAUSE_SECONDS, (at - now_ms()) / 1000)

    async def _sweep(self) -> None:
        while True:
            try:
                before = now_ms() - self._log_days * _DAY_MS
                while await self._database.write(lambda connection: deliveries.sweep(connection, before)):  # noqa: B023
                    pass
            except ModelyardError as error:
                _log.warning("sweeping deliveries: %s", error.message)
            await asyncio.sleep(_SWEEP_SECONDS)
