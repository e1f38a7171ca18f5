"""A thread that takes everything that waits for it at once, so that callers share what one alone would pay for."""

import asyncio
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")
BatchWork = Callable[[Connection, Sequence[Item]], Sequence[Result]]
"""Does what several callers asked for, and answers each of them in the same order."""


class BatchFailed(Exception):
    """A batch failed and changed nothing. Its items are to be retried, each by itself."""


_BATCH_SIZE = 512
_GATHERING = 0.4
_MIN_SECONDS = 0.0001
_MAX_SECONDS = 0.0015
"""Callers that were answered together mostly ask again at once. The thread waits until it has as many items as it
answered, but no longer than a part of the time that their answers took, and these seconds at least and at most."""
_NEVER = sys.maxsize


@dataclass(slots=True, eq=False)
class Pending:
    """What one caller waits for: its `result`, or its `error`."""

    work: BatchWork[Any, Any]
    item: Any
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    messages: list[object] = field(default_factory=list)

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class BatchThread:
    """Calls `do` with every pending item, on a thread of its own, then `answered` with each on the caller's loop."""

    def __init__(
        self, name: str, do: Callable[[list[Pending]], None], answered: Callable[[Pending], None] | None = None
    ) -> None:
        self._do = do
        self._answered = answered
        self._queue: deque[Pending] = deque()
        self._expected = _NEVER
        self._are_enough = threading.Event()
        self._is_closing = False
        self._worker = threading.Thread(target=self._run, name=name, daemon=True)
        self._worker.start()

    async def submit(self, work: BatchWork[Item, Result], item: Item) -> Result:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.append(Pending(work, item, loop, future))
        # One waking for all that are expected: each costs the loop its turn in the interpreter.
        if len(self._queue) >= self._expected:
            self._are_enough.set()
        return await future

    def close(self) -> None:
        """Finishes what is queued, then stops the thread."""
        self._is_closing = True
        self._are_enough.set()
        self._worker.join()

    def _run(self) -> None:
        expected, pause = 1, 0.0
        while True:
            if expected > 1:
                self._wait_for(expected, pause)
            if not self._queue:
                self._wait_for(1)
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), _BATCH_SIZE))]
            if not batch:
                return
            began = time.perf_counter()
            self._do(batch)
            pause = min(max((time.perf_counter() - began) * _GATHERING, _MIN_SECONDS), _MAX_SECONDS)
            # Whoever came meanwhile will be joined by those who are answered now.
            expected = len(batch) + len(self._queue) if len(batch) > 1 else 1
            self._answer(batch)

    def _wait_for(self, count: int, seconds: float | None = None) -> None:
        """Until so many are queued, or so long. `submit` counts after it has queued, so none is missed."""
        self._are_enough.clear()
        self._expected = count
        if len(self._queue) < count and not self._is_closing:
            self._are_enough.wait(seconds)
        self._expected = _NEVER

    def _answer(self, batch: list[Pending]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[Pending]] = {}
        for pending in batch:
            by_loop.setdefault(pending.loop, []).append(pending)
        for loop, answered in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, answered)

    def _finish(self, batch: list[Pending]) -> None:
        for pending in batch:
            if self._answered is not None:
                self._answered(pending)
            pending.settle()


def set_results(group: Sequence[Pending], results: Sequence[Any]) -> None:
    for pending, result in zip(group, results, strict=True):
        pending.result = result


def fail(group: Sequence[Pending], error: BaseException) -> None:
    """Tells whoever was alone what went wrong, and others to try by themselves."""
    for pending in group:
        pending.error = BatchFailed() if len(group) > 1 else error


def grouped(batch: Sequence[Pending], alone: BatchWork[Any, Any] | None = None) -> list[list[Pending]]:
    """What waits for the same work, in the order in which the first of each group came; what is `alone` stays so."""
    groups: list[list[Pending]] = []
    by_work: dict[BatchWork[Any, Any], list[Pending]] = {}
    for pending in batch:
        if pending.work is alone:
            groups.append([pending])
        elif pending.work in by_work:
            by_work[pending.work].append(pending)
        else:
            by_work[pending.work] = [pending]
            groups.append(by_work[pending.work])
    return groups
